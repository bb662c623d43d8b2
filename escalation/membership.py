"""A case and its incident: who pages for it, and from when on it pages for itself again. Pure.

The numbers (C21, C22) are the rows of docs/ownership.md.
"""

from dataclasses import replace

from escalation import ladder
from escalation.decision import (
    ENGINE,
    Cancel,
    Decision,
    Hush,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
)
from escalation.ownership import is_higher
from escalation.rules import Situation
from escalation.subject import Case, State, Subject


def link(case: Case, incident: int, storm: bool, at: Situation) -> Outcome:
    """C21: the case belongs to an incident. An open storm pages for it, safety excepted."""
    inhibited = incident if storm and not case.safety else None
    if not case.is_open or (case.incident, case.inhibited_by) == (incident, inhibited):
        return Unchanged("it is closed or a member already")
    if case.inhibited_by is not None and not storm:
        return Unchanged("an open storm holds it")
    linked = replace(case, incident=incident, inhibited_by=inhibited)
    if inhibited is None:
        return Decision(linked, "linked", ENGINE)
    if case.state is not State.NEW:
        return Decision(linked, "linked", ENGINE, (Hush(),))
    held = replace(linked, held_until=None)
    stop = Cancel((TimerKind.ACK, TimerKind.HELD))
    return Decision(held, "inhibited", ENGINE, (stop, Hush()))


def unlink(case: Case, at: Situation, *, leave: bool) -> Outcome:
    """C22: the storm is over, or cannot be paged. A `new` case has its full time again.

    leave  true: it is no longer a member of the incident either.
    """
    if not case.is_open or case.inhibited_by is None:
        return Unchanged("no storm holds it")
    free = replace(case, inhibited_by=None, incident=None if leave else case.incident)
    if free.state is State.NEW:
        paged, effects = ladder.page(free, at)
    else:  # what else was held, an offer or word to its owner, is seen to after every decision
        paged, effects = free, ()
    return Decision(paged, "released", ENGINE, effects)


def owner_told(before: Subject | None, decision: Decision, at: Situation) -> Decision:
    """C22: what a storm kept from whoever works on a case is kept for them; once it lets go, they
    are paged for it. Who is asked for it anew hears of it by that."""
    case = decision.subject
    if not isinstance(case, Case) or not isinstance(before, Case):
        return decision
    is_theirs = case.is_open and case.state is not State.NEW and case.owner == before.owner
    untold = (_news(before, case) or case.untold) if is_theirs else None
    if untold is None or ladder.is_inhibited(case):
        kept = case if untold == case.untold else replace(case, untold=untold)
        return decision if kept is case else replace(decision, subject=kept)
    told = replace(case, untold=None)
    if any(isinstance(one, Page) and one.person == case.owner for one in decision.effects):
        return replace(decision, subject=told)
    rung, page = ladder.ring(told, case.owner, at, untold)
    return replace(decision, subject=rung, effects=(*decision.effects, *page))


def _news(before: Case, case: Case) -> str | None:
    """What a storm keeps from the owner by this decision; None where it keeps nothing."""
    if not ladder.is_inhibited(before):
        return None
    if case.returned > before.returned:
        return "offer_returned"
    return "band_raised" if is_higher(case.band, before.band) else None
