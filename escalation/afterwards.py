"""What follows from every decision, whatever it was: said once here, so that none can forget it.

Pure. A decision is what a row of docs/ownership.md says; before it is written it passes through
each of these, in turn, and what they add is written with it.
"""

from collections.abc import Callable
from dataclasses import replace

from escalation import clocks, handoffs, membership, permission
from escalation.decision import Decision
from escalation.rules import Situation
from escalation.subject import Subject

Step = Callable[[Subject | None, Decision, Situation], Decision]
"""The subject before, the decision so far and its situation; the decision as it then is."""


def unsilenced(before: Subject | None, decision: Decision, at: Situation) -> Decision:
    """What is not held is held by no silence."""
    subject = decision.subject
    if subject.held_until is not None or subject.silence is None:
        return decision
    return replace(decision, subject=replace(subject, silence=None))


FOLLOWING: tuple[Step, ...] = (
    handoffs.without_offer,  # a pending offer ends where it leaves `owned` or has another owner
    handoffs.return_outlived,  # word that an offer came back is withdrawn once it is so no more
    handoffs.offer_in_storm,  # a storm holds an offer's page and time; let go, it has both in full
    membership.owner_told,  # what a storm kept from the owner is said once it lets go
    permission.passed_on,  # a request for permission ends or is asked anew with another owner
    clocks.watched,  # what becomes P1 starts the executive clock; what is reopened resumes it
    unsilenced,  # what is not held is held by no silence
)
"""In this order: an offer that has ended is not paged, and who owns it is settled before anybody is
asked for permission."""


def all_told(before: Subject | None, decision: Decision, at: Situation) -> Decision:
    """A decision with everything that follows from it: this is what is written."""
    for step in FOLLOWING:
        decision = step(before, decision, at)
    return decision
