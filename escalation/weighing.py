"""From what was heard to how urgent it is: which facts feed which input of the priority. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from config import BandTimes
from escalation.priority import (
    Inputs,
    Priority,
    age_input,
    contacts_input,
    reach_input,
    score,
    velocity_input,
)
from listener.assess import text_of
from listener.contacts import contacts_said
from listener.intake import Mention
from listener.mention import Engagement

# Severities lie between 0.2 (neither blame nor threat) and 0.7 (several at once). Counted from 0.1
# and stretched, those of ordinary airline complaints fall 1.1 % in P1, 9 % in P2, 44 % in P3,
# the rest in P4: `python -m bench.bands`. The least complaint has to stay above 0.
SEVERITY_FROM, SEVERITY_STRETCH = 0.1, 1.8
# How much hangs on the stage of the journey: who leaves is lost for good, who has bought is owed
# something, who has not yet can still be won. 0.8 is where the most urgent band begins, so that
# a stage alone makes nothing P1 but leaving: see `python -m bench.bands`.
JOURNEY = {
    "leaving": 1.0,
    "support": 0.8,
    "billing": 0.8,
    "use": 0.8,
    "delivery": 0.8,
    "buying": 0.6,
    "before buying": 0.4,
}
LEAST_APART = timedelta(minutes=15)  # a rate over less than this would be chance


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for a brand; None where too little is known of it.

    followers  of those who name it.   views  of a post about it.
    rate       reactions to a post about it, in an hour.
    """

    followers: float | None = None
    rate: float | None = None
    views: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a post had gone at an instant. `reactions`: likes, reposts, replies and quotes."""

    at: datetime
    reactions: int


def weigh(
    mention: Mention,
    *,
    usual: Usual,
    unresolved: int,
    reopened: int,
    times: BandTimes,
    now: datetime,
    before: Priority | None = None,
) -> Priority:
    """Score a complaint, or the case that it joins.

    unresolved  the author's complaints that nobody has answered, this one not counted.
    reopened    how often its case was reopened, this time included.
    times       the waits of the lowest band, against which its age counts.
    before      priority of the open case that it joins: the worse of each input counts.
    What the customer says of earlier contacts counts like contacts that we heard ourselves.
    The segment is unknown here and said to be; so is the journey, where no words tell its stage.
    """
    severity, post = mention.assessment.severity, mention.post
    stage = mention.assessment.journey
    contacts = max(unresolved + 1, contacts_said(text_of(post)))
    reactions = reactions_of(post.engagement)
    seen = () if reactions is None else (Reading(mention.seen_at, reactions),)
    inputs = Inputs(
        severity=_stretched(severity.value),
        negativity=_negativity(mention) if mention.assessment.scored else None,
        reach=_worse(
            reach_input(post.author.followers, usual.followers),
            reach_input(post.engagement.views, usual.views),
        ),
        velocity=velocity_input(rate_of(seen, mention.created_at), usual.rate),
        contacts=contacts_input(contacts - 1),
        age=age_input(max(now - mention.created_at, timedelta(0)), times.first_reply),
        journey=JOURNEY[stage.name] if stage else None,
    )
    if before is None:
        safety = severity.safety
        return score(inputs, safety=safety, unresolved_contacts=contacts, reopened=reopened)
    return _scored(_worst(inputs, before), before, severity.safety, reopened)


def weigh_again(
    before: Priority,
    *,
    rate: float | None,
    views: int | None,
    usual: Usual,
    safety: bool,
    reopened: int,
) -> Priority:
    """Score a case anew because more is known of how far, and how fast, its posts go.

    rate   the highest of its posts, in reactions an hour; views: the most that one of them has.
    Whatever else is known of the case stays as it was weighed.
    """
    known = _inputs_of(before)
    velocity = velocity_input(rate, usual.rate)
    changed = {
        "velocity": known.velocity if velocity is None else velocity,
        "reach": _worse(known.reach, reach_input(views, usual.views)),
    }
    return _scored(Inputs(**(asdict(known) | changed)), before, safety, reopened)


def reactions_of(engagement: Engagement) -> int | None:
    """All that people did with a post; None where the platform says nothing of it."""
    counts = (engagement.likes, engagement.reposts, engagement.replies, engagement.quotes)
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def rate_of(readings: Sequence[Reading], written: datetime) -> float | None:
    """Reactions an hour, between the last reading and the last that is a quarter of an hour older,
    else since the post was written. Counts that go down are no reactions. None: never read.

    readings  the oldest first.
    """
    if not readings:
        return None
    last = readings[-1]
    earlier = [one for one in readings if last.at - one.at >= LEAST_APART]
    start = earlier[-1] if earlier else Reading(min(written, last.at), 0)
    hours = max(last.at - start.at, LEAST_APART) / timedelta(hours=1)
    return max(0, last.reactions - start.reactions) / hours


def _scored(inputs: Inputs, before: Priority, safety: bool, reopened: int) -> Priority:
    # Half a point of `contacts` stands for one earlier contact: see contacts_input.
    contacts = 0 if inputs.contacts is None else 1 + round(2 * inputs.contacts)
    was_safety = any(floor.name == "safety" for floor in before.floors)
    return score(
        inputs,
        safety=safety or was_safety,
        unresolved_contacts=contacts,
        reopened=reopened,
    )


def _inputs_of(priority: Priority) -> Inputs:
    return Inputs(**{term.name: term.value for term in priority.terms})


def _worst(inputs: Inputs, before: Priority) -> Inputs:
    known = asdict(_inputs_of(before))
    return Inputs(**{name: _worse(value, known[name]) for name, value in asdict(inputs).items()})


def _worse(one: float | None, other: float | None) -> float | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _stretched(severity: float) -> float:
    return min(1.0, max(0.0, SEVERITY_STRETCH * (severity - SEVERITY_FROM)))


def _negativity(mention: Mention) -> float:
    """How clear the reproach is: a complaint in polite words is no less one."""
    assessment = mention.assessment
    clear = 2.0 * assessment.judgement.probability - 1.0
    return min(1.0, max(0.0, clear, -assessment.valence))
