"""The waits of a subject in words: what comes next, and by when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from escalation.decision import TimerKind
from escalation.subject import Incident, State, Subject
from tocsin.speaker import spoken

if TYPE_CHECKING:
    from escalation.rules import Rules
    from tocsin.store import Unit

Wait = tuple[TimerKind, datetime]

# What the end of each wait brings. {next} is whoever is asked then, {again}: anew.
NEXT: Mapping[TimerKind, str] = {
    TimerKind.ACK: "acknowledge by then, else {next} is asked{again}",
    TimerKind.HELD: "held until then; then it pages",
    TimerKind.HOLD: "progress by then, else the owner is reminded",
    TimerKind.GRACE: "progress by then, else it is taken back",
    TimerKind.FIRST_REPLY: "first reply to the customer is due",
    TimerKind.NEXT_REPLY: "next reply to the customer is due",
    TimerKind.RESOLVE: "is to be resolved",
    TimerKind.QUIET: "closes, if the customer stays quiet",
    TimerKind.WAKE: "put off until then; then it pages",
    TimerKind.OFFER: "the offer is answered by then, else it lapses",
    TimerKind.UPDATE: "a public update is due",
    TimerKind.UNREACHABLE: "its cases page for themselves, if it has reached nobody",
    TimerKind.PERMISSION: "permission is answered by then, else it is asked for higher up",
    TimerKind.EXECUTIVE: "unless it is closed by then, the executive is told",
}
# The same for a column of a list, before the time.
BRIEF: Mapping[TimerKind, str] = {
    TimerKind.ACK: "acknowledge by",
    TimerKind.HELD: "held until",
    TimerKind.HOLD: "progress by",
    TimerKind.GRACE: "taken back",
    TimerKind.FIRST_REPLY: "first reply by",
    TimerKind.NEXT_REPLY: "next reply by",
    TimerKind.RESOLVE: "resolve by",
    TimerKind.QUIET: "closes if quiet",
    TimerKind.WAKE: "put off until",
    TimerKind.OFFER: "offer answered by",
    TimerKind.UPDATE: "public update by",
    TimerKind.UNREACHABLE: "its cases page",
    TimerKind.PERMISSION: "permission by",
    TimerKind.EXECUTIVE: "executive told",
}


def running(subject: Subject, dues: Mapping[TimerKind, datetime]) -> Sequence[Wait]:
    """The waits that still apply, the earliest first: a storm that somebody has acknowledged has
    reached somebody."""
    reached = isinstance(subject, Incident) and subject.state is not State.NEW
    kept = {kind: due for kind, due in dues.items() if not reached or kind != TimerKind.UNREACHABLE}
    return sorted(kept.items(), key=lambda wait: wait[1])


def brief(wait: Wait | None, zone: ZoneInfo) -> str:
    """A wait for a list; "": none."""
    return "" if wait is None else f"{BRIEF[wait[0]]} {spoken(wait[1], zone)}"


def following(
    subject: Subject, desk: "Unit", rules: "Rules", now: datetime
) -> Sequence[tuple[str, str]]:
    """What comes next, each as when and what, the earliest first."""
    zone = ZoneInfo(rules.settings.timezone)
    above = rules.first_from(subject, subject.step + 1, now, subject.asked)[1]
    again = " again" if above == subject.owner else ""
    who = rules.settings.person(above).shown_name
    return [
        (spoken(due, zone), NEXT[kind].format(next=who, again=again))
        for kind, due in running(subject, desk.dues(subject.ref))
    ]
