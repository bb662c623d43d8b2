"""A case and its incident: who pages for it, and from when on it pages for itself again. Pure.

The numbers (C21, C22) are the rows of docs/ownership.md.
"""

from dataclasses import replace

from escalation import ladder
from escalation.decision import ENGINE, Cancel, Decision, Hush, Outcome, TimerKind, Unchanged
from escalation.rules import Situation
from escalation.subject import Case, State


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
    else:  # that an offer was held as well, the hand-offs see to
        paged, effects = free, ()
    return Decision(paged, "released", ENGINE, effects)
