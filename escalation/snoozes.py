"""Putting it off: for how long, by whom, and what wakes it. Pure.

The numbers (C13, C14) are the rows of docs/ownership.md.
"""

from dataclasses import replace
from datetime import timedelta

from config import Band
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
    if subject.state is not State.OWNED or action.by != subject.owner:
        return Unchanged("only its owner snoozes it, after acknowledging")
    if subject.safety:
        return Unchanged("a matter of safety is not snoozed")
    if isinstance(subject, Incident) and subject.level is not Level.WATCH:
        return Unchanged("a storm is not snoozed")
    if not action.reason or action.wait is None or not timedelta(0) < action.wait <= longest:
        hours = int(longest.total_seconds() // 3600)
        return Unchanged(f"snoozing takes a reason and at most {hours} h")
    snoozed = replace(subject, state=State.SNOOZED, progress_at=at.now)
    stop = Cancel((TimerKind.HOLD, TimerKind.GRACE))
    wake_at = Arm(TimerKind.WAKE, at.now + action.wait)
    return Decision(snoozed, "snoozed", action.by, (stop, wake_at), note=action.reason)


def wake(subject: Subject, at: Situation) -> Outcome:
    """C14: the snooze is over."""
    if subject.state is not State.SNOOZED:
        return Unchanged("it is not snoozed")
    again, effects = ladder.restart_at(subject, subject.owner, at)
    return Decision(again, "woken", ENGINE, effects)
