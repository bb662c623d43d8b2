"""Putting it off: for how long, by whom, and what wakes it. Pure.

The numbers (C13, C14) are the rows of docs/ownership.md.
"""

from dataclasses import replace
from datetime import timedelta

from config import Band, spell_duration
from escalation import ladder
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Decision,
    Outcome,
    TimerKind,
    Unchanged,
)
from escalation.rules import Situation
from escalation.subject import Incident, Level, State, Subject

LONGEST_SNOOZE = {Band.P1: timedelta(hours=8), Band.P2: timedelta(hours=8)}
LONGEST_SNOOZE_ELSE = timedelta(days=7)


def snooze(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C13: the owner puts it off, with a reason and not for long. Reply clocks run on."""
    longest = LONGEST_SNOOZE.get(subject.band, LONGEST_SNOOZE_ELSE)
    if subject.state is not State.OWNED:
        return Unchanged(_not_owned(subject))
    if action.by != subject.owner:
        return Unchanged(f"only {subject.owner}, who owns it, puts it off")
    if subject.safety:
        return Unchanged("a matter of safety is not snoozed")
    if isinstance(subject, Incident) and subject.level is not Level.WATCH:
        return Unchanged("a storm is not snoozed")
    wait = action.wait or timedelta(0)
    if (why := _wrong_wait(wait, longest)) is not None:
        return Unchanged(why)
    if not action.reason.strip():
        return Unchanged("putting it off takes a reason")
    snoozed = replace(subject, state=State.SNOOZED, progress_at=at.now)
    stop = Cancel((TimerKind.HOLD, TimerKind.GRACE))
    wake_at = Arm(TimerKind.WAKE, at.now + wait)
    return Decision(snoozed, "snoozed", action.by, (stop, wake_at), note=action.reason)


def _not_owned(subject: Subject) -> str:
    if subject.state is State.NEW:
        return "it is not acknowledged yet; acknowledge it, then put it off"
    if subject.state is State.WAITING:
        return "we have replied and the customer has the word; nothing is left to put off"
    return "it is put off already" if subject.state is State.SNOOZED else "it is closed"


def _wrong_wait(wait: timedelta, longest: timedelta) -> str | None:
    if wait <= timedelta(0):
        return "it is put off for longer than nothing"
    if wait > longest:
        return f"it is put off for at most {spell_duration(longest)}"
    return None


def wake(subject: Subject, at: Situation) -> Outcome:
    """C14: the snooze is over."""
    if subject.state is not State.SNOOZED:
        return Unchanged("it is not snoozed")
    again, effects = ladder.restart_at(subject, subject.owner, at)
    return Decision(again, "woken", ENGINE, effects)
