"""What becomes of a case whose posts we erased because their author asked for it. Pure."""

from escalation.decision import Decision, Notice, Outcome, Unchanged
from escalation.rules import Situation
from escalation.subject import Case

EVENT = "erased"


def erased(case: Case, by: str, at: Situation) -> Outcome:
    """C19: no post is left, by our own doing. Facts stay; the owner is told, and may close it."""
    if not case.is_open:
        return Unchanged("it is closed")
    return Decision(case, EVENT, by, (Notice(case.owner, EVENT),))
