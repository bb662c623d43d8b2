"""The life of a private matter: somebody may harm themselves, and one person is asked. Pure.

It climbs a ladder of its own, the named person, the deputy, the executive, each through addresses
that nobody else reads. It is in no room, list, digest or incident, and cannot be handed about; what
was said lies beside it, for those three alone.
"""

from dataclasses import replace
from datetime import timedelta

from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Decision,
    Effect,
    Hush,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
)
from escalation.rules import Situation
from escalation.subject import Matter, State

AGAIN_AFTER = timedelta(minutes=10)  # the last person is asked again so often at least
ANEW_AFTER = timedelta(hours=2)  # acknowledged and not closed: its owner is asked anew
APART = 3  # so many that wait for one person are paged one by one; more, together
WAITING = "waiting"  # the page that speaks of all that wait for a person
TOGETHER_EVERY = timedelta(minutes=10)  # such a page leaves so often at most
UNUSUAL = 10  # as many new ones in an hour: the house says so, and not of what


def begin(matter: Matter, at: Situation) -> Decision:
    """A sign was heard: the named person is asked."""
    asked, effects = _ask(matter, 0, at)
    return Decision(asked, "matter_opened", ENGINE, effects)


def heard_again(matter: Matter, at: Situation) -> Outcome:
    """The same author gives another sign: whoever has it is asked anew."""
    more = replace(matter, posts=matter.posts + 1)
    if matter.state is State.NEW:
        return Decision(more, "matter_grew", ENGINE)
    fresh, effects = _anew(more, at)
    return Decision(fresh, "matter_grew", ENGINE, effects)


def reworded(matter: Matter, at: Situation) -> Outcome:
    """A post of it has other words now: whoever has it is asked anew, and sees them then."""
    if matter.state is State.NEW:
        return Unchanged("it is being asked for already")
    fresh, effects = _anew(matter, at)
    return Decision(fresh, "matter_grew", ENGINE, effects)


def climb(matter: Matter, at: Situation) -> Outcome:
    """Nobody acknowledged in time: the next is asked; the last one again, as long as it takes."""
    if matter.state is not State.NEW:
        return Unchanged("nobody is being waited for")
    missed = replace(matter, misses=matter.misses + 1)
    climbed, effects = _ask(missed, matter.step + 1, at)
    return Decision(
        climbed, "escalated" if climbed.owner != matter.owner else "paged_again", ENGINE, effects
    )


def unreachable(matter: Matter, at: Situation) -> Outcome:
    """No address of whoever is asked takes the page: the next is asked at once. The last one is
    asked again in time."""
    if matter.step >= len(at.rules.reached_alone(at.now)) - 1:
        return Unchanged("nobody stands above the last step; it is paged again in its time")
    return climb(matter, at)


def remind(matter: Matter, at: Situation) -> Outcome:
    """It was acknowledged and is still open: its owner is asked anew, lest it be forgotten."""
    if matter.state is not State.OWNED:
        return Unchanged(f"it is {matter.state}")
    fresh, effects = _anew(matter, at)
    return Decision(fresh, "asked_anew", ENGINE, effects)


def person_gone(matter: Matter, at: Situation) -> Outcome:
    """Its owner has left or is away: the next who is there is asked."""
    if not matter.is_open or at.rules.is_active(matter.owner, at.now):
        return Unchanged("its owner is active")
    asked, effects = _ask(_next_round(matter), 0, at)
    return Decision(asked, "owner_gone", ENGINE, effects)


def mend(matter: Matter, at: Situation) -> Outcome:
    """Ask afresh for a matter that breaks a rule, where nobody would be asked otherwise."""
    if not matter.is_open:
        return Unchanged("it is closed")
    asked, effects = _ask(_next_round(matter), 0, at)
    return Decision(asked, "repaired", ENGINE, effects)


def acknowledge(matter: Matter, action: Action, at: Situation) -> Outcome:
    """One of those who may know of it takes it on, from another too; who was asked is told that."""
    if action.by not in at.rules.confidants(at.now):
        return Unchanged("it is not yours to see")
    if not matter.is_open:
        return Unchanged(f"it was closed by {matter.closed_by}")
    if matter.state is not State.NEW and matter.owner == action.by:
        return Unchanged(f"{matter.owner} has it")
    people = at.rules.reached_alone(at.now)
    owned = replace(
        matter,
        state=State.OWNED,
        owner=action.by,
        step=people.index(action.by) if action.by in people else 0,
        acked_by=action.by,
        acked_at=at.now,
    )
    told = tuple(Notice(one, "taken", action.by) for one in matter.asked if one != action.by)
    hold = Arm(TimerKind.HOLD, at.now + ANEW_AFTER)
    return Decision(owned, "acknowledged", action.by, (Cancel(), Hush(), hold, *told))


def resolve(matter: Matter, action: Action, at: Situation) -> Outcome:
    """What could be done is done. What is typed of it is erased with the matter's words."""
    if action.by not in at.rules.confidants(at.now):
        return Unchanged("it is not yours to see")
    if not matter.is_open:
        return Unchanged(f"it was closed by {matter.closed_by}")
    closed = replace(
        matter,
        state=State.CLOSED,
        closed_at=at.now,
        closed_by=action.by,
        close_reason="resolved",
    )
    return Decision(closed, "matter_closed", action.by, (Cancel(), Hush()))


def dismiss(matter: Matter, action: Action, at: Situation) -> Outcome:
    """A person has looked and found no such sign; its posts are judged openly then."""
    closed = resolve(matter, action, at)
    if isinstance(closed, Unchanged):
        return closed
    return replace(closed, subject=replace(closed.subject, close_reason="dismissed"))


def pass_on(matter: Matter, by: str, via: str, at: Situation) -> Outcome:
    """One of its people tells others of a danger to them, and nothing of where they know it from.
    It is on record that they did; the matter itself goes on as before."""
    if by not in at.rules.confidants(at.now):
        return Unchanged("it is not yours to see")
    if matter.close_reason == "dismissed":
        return Unchanged("its posts are judged like any others, and what they tell of with them")
    told = replace(matter, passed_on=matter.passed_on + 1)
    return Decision(told, "passed_on", by, via=via)


def _anew(matter: Matter, at: Situation) -> tuple[Matter, tuple[Effect, ...]]:
    people = at.rules.reached_alone(at.now)
    step = people.index(matter.owner) if matter.owner in people else 0
    return _ask(_next_round(matter), step, at)


def _next_round(matter: Matter) -> Matter:
    return replace(
        matter, round=matter.round + 1, asked=(), page_number=0, acked_by=None, acked_at=None
    )


def _ask(matter: Matter, step: int, at: Situation) -> tuple[Matter, tuple[Effect, ...]]:
    """Make whoever stands at a step the owner, and page them on every address of their own."""
    people = at.rules.reached_alone(at.now)
    last = len(people) - 1
    person = people[min(step, last)]
    wait = at.rules.settings.safety.acknowledge_within
    asked = replace(
        matter,
        state=State.NEW,
        owner=person,
        step=min(step, last),
        asked=matter.asked if person in matter.asked else (*matter.asked, person),
        page_number=matter.page_number + 1,
        paged_at=at.now,
    )
    due = at.now + (min(wait, AGAIN_AFTER) if step > last else wait)
    page = Page(person, at.now, channels=None, first=person not in matter.asked)
    return asked, (Cancel(), Hush(), page, Arm(TimerKind.ACK, due))
