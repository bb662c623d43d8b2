"""From what was heard to how urgent it is: which facts feed which input of the priority. Pure."""

from datetime import datetime, timedelta

from config import BandTimes
from escalation.priority import Inputs, Priority, age_input, contacts_input, reach_input, score
from listener.assess import text_of
from listener.contacts import contacts_said
from listener.intake import Mention

# Severities lie between 0.2 (neither blame nor threat) and 0.7 (several at once). Stretched by
# this, ordinary airline complaints fall about 9 % in P2, 50-60 % in P3, the rest in P4.
SEVERITY_STRETCH = 1.7


def weigh(
    mention: Mention,
    *,
    usual_followers: float | None,
    unresolved: int,
    reopened: int,
    times: BandTimes,
    now: datetime,
) -> Priority:
    """Score a complaint.

    usual_followers  the brand's usual reach; None where too few authors were heard.
    unresolved       the author's complaints that nobody has answered, this one not counted.
    reopened         how often its case was reopened, this time included.
    times            the waits of the lowest band, against which its age counts.
    What the customer says of earlier contacts counts like contacts that we heard ourselves.
    Velocity, segment and journey stage are unknown here and said to be.
    """
    severity = mention.assessment.severity
    contacts = max(unresolved + 1, contacts_said(text_of(mention.post)))
    inputs = Inputs(
        severity=min(1.0, SEVERITY_STRETCH * severity.value),
        negativity=_negativity(mention) if mention.assessment.scored else None,
        reach=reach_input(mention.post.author.followers, usual_followers),
        contacts=contacts_input(contacts - 1),
        age=age_input(max(now - mention.created_at, timedelta(0)), times.first_reply),
    )
    return score(inputs, safety=severity.safety, unresolved_contacts=contacts, reopened=reopened)


def _negativity(mention: Mention) -> float:
    """How clear the reproach is: a complaint in polite words is no less one."""
    assessment = mention.assessment
    clear = 2.0 * assessment.judgement.probability - 1.0
    return min(1.0, max(0.0, clear, -assessment.valence))
