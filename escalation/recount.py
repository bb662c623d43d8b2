"""Business time counted again where a calendar has changed: hours, holidays, zones, waits. Pure.

A wait in business time is stored as an instant, which is right only as long as the calendar is
that of the day when the wait began.
"""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from zoneinfo import ZoneInfo

from config import Band, BandTimes
from escalation.days_off import DaysOff
from escalation.decision import TimerKind
from escalation.rules import Rules
from escalation.subject import Alike, Subject

# Every week of these years a zone's offset is looked at: new zone data give another print.
_LOOKED_AT = tuple(
    datetime(2025, 1, 1, tzinfo=UTC) + timedelta(weeks=week) for week in range(10 * 52)
)


def fingerprint(rules: Rules, team: str) -> str:
    """A digest of all that turns a team's business time into instants; 64 hexadecimal digits."""
    hours = rules.hours(Alike(team, Band.P3))
    fields = [getattr(hours, field.name) for field in dataclasses.fields(hours)]
    offsets = [str(instant.astimezone(hours.zone).utcoffset()) for instant in _LOOKED_AT]
    waits = [rules.times(Alike(team, band)).model_dump_json() for band in Band]
    said = "\n".join([*map(_stable, fields), *offsets, *waits])
    return sha256(said.encode()).hexdigest()


def _stable(value: object) -> str:
    """A value in words that do not depend on the order of a set."""
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, DaysOff):
        # Another release of the library may know other days.
        source = version("holidays") if value.code else ""
        return f"{value.code} {source} {sorted(value.declared)}"
    if isinstance(value, frozenset | set):
        return repr(sorted(map(repr, value)))
    return repr(value)


def recount(
    subject: Subject,
    begun: Mapping[TimerKind, datetime],
    dues: Mapping[TimerKind, datetime],
    rules: Rules,
    now: datetime,
    silenced_until: datetime | None = None,
) -> dict[TimerKind, datetime]:
    """The waits of an open subject that end at another instant by the present calendar.

    begun           when each of its running waits began; dues: when it ends as it is stored
    silenced_until  when the silence that holds it ends; None: none holds it

    None of them ends before now.
    """
    moved = _counted(subject, begun, rules)
    if subject.safety or not rules.times(subject).business:
        # Its clock always runs: what was counted in working hours ends sooner, nothing later.
        moved = {kind: min(due, dues[kind]) for kind, due in moved.items()}
    if TimerKind.HELD in dues:
        until = silenced_until or now
        moved[TimerKind.HELD] = rules.opening(subject, until) or until
    bounded = {kind: max(now, due) for kind, due in moved.items()}
    return {kind: due for kind, due in bounded.items() if due != dues.get(kind)}


def _counted(
    subject: Subject, begun: Mapping[TimerKind, datetime], rules: Rules
) -> dict[TimerKind, datetime]:
    """When each running wait ends, counted anew from when it began."""
    counted = {
        kind: rules.due(subject, wait, begun[kind])
        for kind, wait in _waits(rules.times(subject)).items()
        if kind in begun and wait is not None
    }
    if TimerKind.ACK in counted:
        # Of the last step's pages only the first is written in the subject, the rest repeat it.
        paged_at = begun[TimerKind.ACK]
        again = paged_at != subject.paged_at
        counted[TimerKind.ACK] = rules.ack_due(subject, paged_at, again=again)
    return counted


def _waits(times: BandTimes) -> dict[TimerKind, timedelta | None]:
    return {
        TimerKind.ACK: times.ack,
        TimerKind.OFFER: times.ack,
        TimerKind.HOLD: times.hold,
        TimerKind.GRACE: times.grace,
        TimerKind.FIRST_REPLY: times.first_reply,
        TimerKind.NEXT_REPLY: times.next_reply,
        TimerKind.RESOLVE: times.resolved,
    }
