"""How a case ends: resolved, dismissed, or gone quiet. Pure.

The numbers (C15, C16 ...) are the rows of docs/ownership.md.
"""

from dataclasses import replace

from config import Band
from escalation import ladder
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Decision,
    Hush,
    Notice,
    Outcome,
    TimerKind,
    Unchanged,
)
from escalation.roster import Rights
from escalation.rules import Situation
from escalation.subject import Case, State

SPAM = "spam"


def resolve(case: Case, action: Action, at: Situation) -> Outcome:
    """C15: the owner, or somebody above, closes it. In `new` this is also the acknowledgement."""
    if not case.is_open:
        return Unchanged(f"it was closed by {case.closed_by}")
    if action.by != case.owner and at.rules.rights(action.by, case, at.now) < Rights.LEAD:
        return Unchanged(f"only {case.owner} or somebody above resolves it")
    if (why := ladder.unusable_cause(action)) is not None:
        return Unchanged(why)
    # One click suffices: the cause is prefilled from the topic, else the team.
    cause = action.cause or case.topic or case.team
    done = replace(case, cause=cause, cost=action.cost)
    return close(done, action.by, "resolved", at, note=action.reason)


def dismiss(case: Case, action: Action, at: Situation) -> Outcome:
    """C16: "not a complaint", "not us", "spam". P1 and safety: lead or above."""
    if case.state not in (State.NEW, State.OWNED):
        return Unchanged(f"it is {case.state}")
    rights = at.rules.rights(action.by, case, at.now)
    if (case.band is Band.P1 or case.safety) and rights < Rights.LEAD:
        return Unchanged("dismissing this takes the lead or somebody above")
    if rights < Rights.MEMBER and action.by not in case.asked:
        return Unchanged(f"{action.by} was not paged and is not of team {case.team}")
    if not action.reason:
        return Unchanged('dismissing takes a reason: "not a complaint", "not us" or "spam"')
    reason = SPAM if action.reason.strip().lower() == SPAM else "dismissed"
    return close(case, action.by, reason, at, note=action.reason)


def close(case: Case, actor: str, reason: str, at: Situation, *, note: str = "") -> Decision:
    """Close a case: every wait ends, unsent pages are withdrawn, who was paged is told."""
    closed = replace(
        case,
        state=State.CLOSED,
        closed_at=at.now,
        closed_by=actor,
        close_reason=reason,
        held_until=None,
        offered_to=None,
        inhibited_by=None,
    )
    told = tuple(Notice(person, "closed", actor) for person in case.asked if person != actor)
    told = told if case.state is State.NEW else ()
    return Decision(closed, "closed", actor, (Cancel(), Hush(), *told), note=note)


def quiet(case: Case, at: Situation) -> Outcome:
    """C17: we replied and the customer has said nothing more. P1, P2 are asked for a cause."""
    if case.state is not State.WAITING:
        return Unchanged(f"it is {case.state}")
    if case.band in (Band.P1, Band.P2) and case.cause is None:
        owned = replace(case, state=State.OWNED, progress_at=None)
        hold = at.rules.due(owned, at.rules.times(owned).hold, at.now)
        effects = (Arm(TimerKind.HOLD, hold), Notice(owned.owner, "cause_wanted"))
        return Decision(owned, "cause_wanted", ENGINE, effects)
    return close(case, ENGINE, "silence", at)
