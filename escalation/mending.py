"""What mends a subject that nobody is waited for any more: it is asked for afresh. Pure.

No rule leads there. But what must never happen is looked for all the same, and then somebody is
asked again rather than nobody.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from config import Band
from escalation import ladder, presence
from escalation.decision import (
    ENGINE,
    Answered,
    Arm,
    Cancel,
    Decision,
    Effect,
    Outcome,
    TimerKind,
    Unchanged,
)
from escalation.replies import QUIET
from escalation.rules import Situation
from escalation.subject import Case, State, Subject

S = TypeVar("S", bound=Subject)

AT_WORK = frozenset(
    {
        TimerKind.HOLD,
        TimerKind.GRACE,
        TimerKind.OFFER,
        TimerKind.UPDATE,
        TimerKind.PERMISSION,
    }
)
"""The waits of which an owned subject has one at least, or nobody would ever be reminded."""

EVENT = "repaired"
LATE_STEP = timedelta(minutes=1)  # beyond the time within which the last step pages again


def mend(subject: Subject, at: Situation, *, in_storm: bool) -> Outcome:
    """Ask afresh where nobody is asked or waited for; Unchanged where all is well.

    in_storm  whether the incident that holds the subject's pages is an open storm.
    """
    if not subject.is_open:
        return Unchanged("it is closed")
    whole, freed = _freed(subject, at, in_storm)
    gone = presence.person_gone(whole, at)
    if isinstance(gone, Decision):
        return replace(gone, event=EVENT, effects=(*freed, *gone.effects))
    if whole.state is State.NEW:
        if whole == subject and _waits_for_one_thing(whole, at):
            return _asked_in_time(whole, at)
        again, effects = ladder.restart_at(whole, whole.owner, at)
        return Decision(again, EVENT, ENGINE, (*freed, *effects))
    effects = (*_stray(at), *_missing(whole, at))
    if whole.state is State.SNOOZED and (TimerKind.WAKE not in at.dues or never_held(whole)):
        whole, asked = ladder.restart_at(whole, whole.owner, at)
        effects = (*effects, *asked)
    if whole == subject and not freed and not effects:
        return Unchanged("it waits for something")
    return Decision(whole, EVENT, ENGINE, (*freed, *effects))


def _freed(subject: S, at: Situation, in_storm: bool) -> tuple[S, tuple[Effect, ...]]:
    """The subject without what holds it wrongly: no storm, a danger to life, an offer or a hold
    without its wait."""
    effects: tuple[Effect, ...] = ()
    if isinstance(subject, Case) and subject.inhibited_by is not None:
        wrongly = not in_storm or subject.safety or subject.inhibited_by != subject.incident
        subject = replace(subject, inhibited_by=None) if wrongly else subject
    waits = subject.offered_to is not None and not ladder.is_inhibited(subject)
    if waits != (TimerKind.OFFER in at.dues):
        effects = (Cancel((TimerKind.OFFER,)), Answered("lapsed"))
        subject = replace(subject, offered_to=None)
    if subject.held_until is not None and subject.state is not State.NEW:
        subject = replace(subject, held_until=None)
    return subject, effects


def _waits_for_one_thing(subject: Subject, at: Situation) -> bool:
    """Acknowledged by somebody in time, held until an instant, or held by a storm: one of them."""
    held = subject.held_until is not None
    if held != (TimerKind.HELD in at.dues) or (held and never_held(subject)):
        return False
    return (TimerKind.ACK in at.dues) + held + ladder.is_inhibited(subject) == 1


def never_held(subject: Subject) -> bool:
    """A storm, or a matter of safety: nothing holds back its pages."""
    return subject.safety or subject.band is Band.STORM


def _asked_in_time(subject: Subject, at: Situation) -> Outcome:
    """At the last step nobody is left to climb to: what would be asked again too late there is
    asked again now."""
    due = at.dues.get(TimerKind.ACK)
    in_time = due is None or due <= at.rules.top_due(subject, at.now) + LATE_STEP
    if not at.rules.is_at_the_top(subject) or in_time:
        return Unchanged("it waits for one thing")
    paged, effects = ladder.page(subject, at.aloud())
    return Decision(paged, EVENT, ENGINE, effects)


def _stray(at: Situation) -> tuple[Effect, ...]:
    """An acknowledgement is waited for in `new` alone."""
    strays = tuple(kind for kind in (TimerKind.ACK, TimerKind.HELD) if kind in at.dues)
    return (Cancel(strays),) if strays else ()


def _missing(subject: Subject, at: Situation) -> tuple[Effect, ...]:
    """The wait that the subject's state must have and has not."""
    if subject.state is State.WAITING and TimerKind.QUIET not in at.dues:
        return (Arm(TimerKind.QUIET, at.now + QUIET),)
    left = at.dues.keys() - ({TimerKind.OFFER} if subject.offered_to is None else set())
    paused = subject.offered_to is not None and ladder.is_inhibited(subject)
    if subject.state is State.OWNED and not paused and not AT_WORK & left:
        return (Arm(TimerKind.HOLD, at.rules.due(subject, at.rules.times(subject).hold, at.now)),)
    return ()
