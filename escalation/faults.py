"""The life of a fault: something of ours that makes the house deaf or dumb. Pure.

It climbs the triage team's ladder like a case, and closes when it is mended.
"""

from dataclasses import replace

from escalation.decision import ENGINE, Action, Cancel, Decision, Hush, Notice, Outcome, Unchanged
from escalation.ladder import ask
from escalation.roster import Rights
from escalation.rules import Situation
from escalation.subject import Fault, State


def begin(fault: Fault, at: Situation) -> Decision:
    """It has failed: the first step of the ladder is asked."""
    step, person = at.rules.first_from(fault, 0, at.now)
    asked, effects = ask(fault, step, person, at)
    return Decision(asked, "fault_opened", ENGINE, effects)


def mended(fault: Fault, at: Situation) -> Decision:
    """It works again; whoever was asked is told."""
    told = tuple(Notice(person, "mended") for person in fault.asked)
    return _close(fault, ENGINE, "mended", at, told)


def resolve(fault: Fault, action: Action, at: Situation) -> Outcome:
    """Its owner, or somebody of the team, says that nothing is left to mend."""
    if fault.state is State.CLOSED:
        return Unchanged(f"it was closed by {fault.closed_by}")
    if action.by != fault.owner and at.rules.rights(action.by, fault, at.now) < Rights.MEMBER:
        return Unchanged(f"{action.by} is not of team {fault.team}")
    closed = _close(fault, action.by, "resolved", at, ())
    return replace(closed, note=action.reason)


def _close(
    fault: Fault, actor: str, reason: str, at: Situation, told: tuple[Notice, ...]
) -> Decision:
    closed = replace(
        fault,
        state=State.CLOSED,
        closed_at=at.now,
        closed_by=actor,
        close_reason=reason,
        held_until=None,
    )
    return Decision(closed, "fault_closed", actor, (Cancel(), Hush(), *told))
