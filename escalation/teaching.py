"""What a person's action on a case says of its posts: a complaint or not, and whose work it is.

Only people teach: what the engine does by itself says nothing, and neither does a hand-over,
which may mean no more than that its owner is away.
"""

from dataclasses import dataclass

from escalation import closing
from escalation.decision import ENGINE, Action, Verb
from escalation.subject import Case

_IT_IS_ONE = (Verb.ACK, Verb.RESOLVE, Verb.WONT_ACT)


@dataclass(frozen=True, slots=True)
class Taught:
    """What was said. complaint, team: None where that was not said."""

    complaint: bool | None = None
    team: str | None = None


def taught(case: Case, action: Action) -> Taught:
    """What an action says of a case as it was before. Who resolves it confirms its team."""
    if action.by == ENGINE:
        return Taught()
    if action.verb is Verb.REROUTE:
        return Taught(team=action.to)
    if action.verb is Verb.DISMISS:
        return Taught(complaint=False if _says_none(action) else None)
    if action.verb is Verb.REOPEN:
        return Taught(complaint=True if case.close_reason == closing.DISMISSED else None)
    if action.verb in _IT_IS_ONE:
        return Taught(complaint=True, team=case.team if action.verb is Verb.RESOLVE else None)
    return Taught()


def _says_none(action: Action) -> bool:
    """ "Not us" and "spam" say nothing of the words: they may be a complaint about others."""
    return closing.kind_of(action.reason) == closing.NOT_A_COMPLAINT
