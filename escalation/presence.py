"""Who is there: owners who have gone, shifts that have changed, offers to somebody who left. Pure.

The numbers (C23, C24 ...) are the rows of docs/ownership.md.
"""

from dataclasses import replace
from datetime import timedelta

from config import Role
from escalation import handoffs, ladder
from escalation.decision import ENGINE, Decision, Outcome, TimerKind, Unchanged
from escalation.rules import Situation
from escalation.subject import State, Subject

NEWCOMER = timedelta(minutes=2)  # at least, to acknowledge what the last shift left


def person_gone(subject: Subject, at: Situation) -> Outcome:
    """C23: the owner has left or is away; the next active person is asked."""
    if not subject.is_open or at.rules.is_active(subject.owner, at.now):
        return Unchanged("its owner is active")
    again, effects = ladder.start_round(subject, subject.step, at)
    return Decision(again, "owner_gone", ENGINE, effects)


def taker_gone(subject: Subject, at: Situation) -> Outcome:
    """The person to whom it is offered has left or is away: the offer has lapsed."""
    if subject.offered_to is None or at.rules.is_active(subject.offered_to, at.now):
        return Unchanged("nobody is waited for who has gone")
    return handoffs.offer_returned(subject, ENGINE, at)


def shift_change(subject: Subject, at: Situation, was: str | None) -> Outcome:
    """C24: another person is on call now. What is `new` at a step that means whoever is on call
    passes to them.

    was  who was on call until now. What somebody else has was given to them by name, and stays.
    The due time is kept, but the newcomer has at least two minutes.
    """
    person = at.rules.person_at(subject, at.now)
    if subject.state is not State.NEW or person == subject.owner:
        return Unchanged("the owner stays")
    if subject.owner != was or not _is_by_turns(subject, at):
        return Unchanged("the owner was not asked by turns")
    asked = subject.asked if person in subject.asked else (*subject.asked, person)
    due = max(at.dues.get(TimerKind.ACK, at.now), at.now + NEWCOMER)
    newcomer = replace(subject, owner=person, asked=asked)
    at = at if newcomer.silence is not None else at.aloud()
    moved, effects = ladder.page(newcomer, at, due=due, first=person not in subject.asked)
    return Decision(moved, "shift_change", ENGINE, effects)


def come_on_call(subject: Subject, at: Situation) -> Outcome:
    """Somebody is on call where nobody was: what was held for want of them may page sooner, and
    does. Its owner stays who it is; the night is over for them. So it is for who was paged in the
    evening, with the time until the next day."""
    if subject.state is not State.NEW:
        return Unchanged("nobody is being waited for")
    if subject.held_until is None:
        return _asked_sooner(subject, at)
    until = ladder.held_now(subject, at)[0]
    if until is not None and until >= subject.held_until:
        return Unchanged("it is held by something else")
    return ladder.release_hold(subject, at)


def _asked_sooner(subject: Subject, at: Situation) -> Outcome:
    due, rules = at.dues.get(TimerKind.ACK), at.rules
    is_last = rules.is_at_the_top(subject)
    latest = rules.top_due(subject, at.now) if is_last else rules.ack_due(subject, at.now)
    if due is None or due <= max(latest, at.now + NEWCOMER):
        return Unchanged("its clock runs")
    paged, effects = ladder.page(subject, at.aloud())
    return Decision(paged, "released", ENGINE, effects)


def _is_by_turns(subject: Subject, at: Situation) -> bool:
    """Has the owner been asked because it was their turn? Not who was asked by name."""
    if at.rules.role_at(subject) not in (Role.OWNER, Role.ON_CALL):
        return False
    return at.rules.takes_turns(subject.owner, subject)
