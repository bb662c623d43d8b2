"""How a case ends: resolved, dismissed, left as it is, or gone quiet; and who owns the fix. Pure.

The numbers (C15, C16 ...) are the rows of docs/ownership.md.
"""

from dataclasses import replace

from config import Band
from escalation import account, functions, permission
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
    TimerKind,
    Unchanged,
    Warn,
    WarningKind,
)
from escalation.roster import Rights
from escalation.rules import Situation
from escalation.subject import Case, State, Subject

SPAM, WITHDRAWN = "spam", "withdrawn"
DISMISSED = "dismissed"
WONT_ACT = "wont_act"
# What a dismissal says that it is; further words may follow behind a colon.
NOT_A_COMPLAINT, NOT_US = "not-a-complaint", "not-us"
KINDS = (NOT_A_COMPLAINT, NOT_US, SPAM, WITHDRAWN)
# Of these, what is kept as the reason of closing; all words are kept beside the ledger.
_PLAIN_REASONS = (SPAM, WITHDRAWN)
ANSWERED = (
    "we have replied and the customer has the word; close it with `resolve` or `wont-act`, "
    "or it closes by itself when they stay quiet"
)


def resolve(case: Case, action: Action, at: Situation) -> Outcome:
    """C15: the owner, or somebody above, closes it with the account that its band asks for, and
    with no more money than they may give or was granted.

    In `new` this is also the acknowledgement.
    """
    if not case.is_open:
        return Unchanged(f"it was closed by {case.closed_by}")
    if action.by != case.owner and at.rules.rights(action.by, case, at.now) < Rights.LEAD:
        return Unchanged(f"only {case.owner} or somebody above resolves it")
    why = account.wanting(case, action, at.rules) or permission.wanting(case, action, at)
    if why is not None:
        return Unchanged(why)
    kept = permission.spent(case, action, at)
    done = account.given(_taken_on(kept, action.by, at), action, at.rules)
    nothing = account.is_nothing(done.done)
    warned = (Warn(WarningKind.WONT_ACT, action.by),) if nothing else ()
    told = _told(case, action.by)
    return close(done, action.by, "resolved", at, note=action.reason, more=(*warned, *told))


def _taken_on(case: Case, by: str, at: Situation) -> Case:
    if case.state is not State.NEW:
        return case
    step = at.rules.step_of(case, by, at.now)
    return replace(case, owner=by, step=step, acked_by=by, acked_at=at.now)


def dismiss(case: Case, action: Action, at: Situation) -> Outcome:
    """C16: "not a complaint", "not us", "spam". P1 and safety: lead or above. What was urgent is
    a warning, should a storm follow."""
    if case.state is State.WAITING:
        return Unchanged(ANSWERED)
    if case.state not in (State.NEW, State.OWNED):
        return Unchanged(f"it is {case.state}")
    rights = at.rules.rights(action.by, case, at.now)
    if _takes_a_lead(case) and rights < Rights.LEAD:
        return Unchanged("dismissing this takes the lead or somebody above")
    if rights < Rights.MEMBER and action.by not in case.asked:
        return Unchanged(f"{action.by} was not paged and is not of team {case.team}")
    if not action.reason.strip():
        return Unchanged('dismissing takes a reason: "not a complaint", "not us" or "spam"')
    said = kind_of(action.reason)
    reason = said if said in _PLAIN_REASONS else DISMISSED
    urgent = case.band in (Band.P1, Band.P2)
    warned = (Warn(WarningKind.DISMISSED_CASE, action.by),) if urgent else ()
    told = _told(case, action.by)
    return close(case, action.by, reason, at, note=action.reason, more=(*warned, *told))


def kind_of(reason: str) -> str | None:
    """Which of the kinds a dismissal's words begin with: `Not us: they mean the band`."""
    said = "-".join(reason.partition(":")[0].lower().replace("-", " ").split())
    return said if said in KINDS else None


def wont_act(case: Case, action: Action, at: Situation) -> Outcome:
    """It is right, and nothing will be done: with a reason, and remembered as a warning."""
    if not case.is_open:
        return Unchanged(f"it was closed by {case.closed_by}")
    if (why := refused_to_leave(case, action, at)) is not None:
        return Unchanged(why)
    left = replace(
        _taken_on(case, action.by, at),
        cause=action.cause or functions.function_of(case, at.rules),
    )
    warned, told = Warn(WarningKind.WONT_ACT, action.by), _told(case, action.by)
    return close(left, action.by, WONT_ACT, at, note=action.reason, more=(warned, *told))


def refused_to_leave(subject: Subject, action: Action, at: Situation) -> str | None:
    """Why somebody may not say that nothing will be done; None: they may."""
    rights = at.rules.rights(action.by, subject, at.now)
    if _takes_a_lead(subject) and rights < Rights.LEAD:
        return "that nothing is done about this, the lead or somebody above decides"
    if action.by != subject.owner and rights < Rights.LEAD:
        return f"only {subject.owner} or somebody above decides that"
    wanting = account.wanting_cause(subject, action, at.rules)
    if action.reason.strip():
        return wanting
    reason = 'say why nothing is done (--reason "…")'
    return f"{reason}. {wanting}" if wanting else reason


def _takes_a_lead(subject: Subject) -> bool:
    return subject.band is Band.P1 or subject.safety


def name_cause(subject: Subject, action: Action, at: Situation) -> Outcome:
    """Which function caused it and owns the fix; its head is told. The owner stays who it is."""
    if not subject.is_open:
        return Unchanged(f"it was closed by {subject.closed_by}")
    if action.by != subject.owner and at.rules.rights(action.by, subject, at.now) < Rights.MEMBER:
        return Unchanged(f"{action.by} is not of team {subject.team}")
    if action.cause is None:
        wanted = account.cause_words(at.rules)
        return Unchanged(f"say {wanted}")
    if (why := account.wanting_cause(subject, action, at.rules)) is not None:
        return Unchanged(why)
    if action.cause == subject.cause:
        return Unchanged(f"its cause is {subject.cause} already")
    head = functions.head_of(action.cause, at.rules, at.now)
    told = () if head in (None, action.by) else (Notice(str(head), "cause_named", action.by),)
    named = replace(subject, cause=action.cause)
    return Decision(named, "cause_named", action.by, told, note=action.reason)


def close(
    case: Case,
    actor: str,
    reason: str,
    at: Situation,
    *,
    note: str = "",
    more: tuple[Effect, ...] = (),
) -> Decision:
    """Close a case: every wait ends, unsent pages are withdrawn, and what is pending ends with it.

    more  what else follows, such as who is told.
    """
    settled, effects = _settled(case, at)
    closed = replace(
        settled,
        state=State.CLOSED,
        closed_at=at.now,
        closed_by=actor,
        close_reason=reason,
        held_until=None,
        inhibited_by=None,
    )
    return Decision(closed, "closed", actor, (Cancel(), Hush(), *effects, *more), note=note)


def _settled(case: Case, at: Situation) -> tuple[Case, tuple[Effect, ...]]:
    """Nobody is left waiting for permission; that an offer ends too, the hand-offs see to."""
    if case.permission_of is None:
        return case, ()
    told = Notice(case.permission_of, "permission_withdrawn")
    settled, ended = permission.end(case, at)
    return settled, (*ended, told)


def _told(case: Case, actor: str) -> tuple[Notice, ...]:
    """Who is told that there is nothing left to do: who was paged for it, and its owner."""
    people = case.asked if case.state is State.NEW else ()
    others = dict.fromkeys((*people, case.owner))
    return tuple(Notice(person, "closed", actor) for person in others if person != actor)


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
