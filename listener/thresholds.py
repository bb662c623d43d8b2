"""From which probability a post is a complaint, and from which a person should look."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

COMPLAINT_FROM = 0.5  # probability from which a post is a complaint and may page somebody
UNSURE_FROM = 0.3  # probability from which a person should look
MIXED_UNSURE_FROM = 0.12  # the same where praise and reproach stand together: it may be irony

# Probability → precision of the posts from there on: the mean over the five labelled sets of
# `bench.accuracy`, none of which was trained on. A set of which few posts complain has less.
MEASURED = ((0.3, 0.67), (0.4, 0.73), (0.5, 0.78), (0.6, 0.82), (0.7, 0.85), (0.8, 0.88))
_UNSURE_SHARE = UNSURE_FROM / COMPLAINT_FROM


class Verdict(StrEnum):
    """What a post is taken for. "unsure" is kept and shown to a person, and pages nobody."""

    COMPLAINT = "complaint"
    UNSURE = "unsure"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities, 0.0 to 1.0, from which a post is a complaint, and unsure."""

    complaint_from: float = COMPLAINT_FROM
    unsure_from: float = UNSURE_FROM

    def verdict(self, probability: float, *, mixed: bool = False) -> Verdict:
        """What a probability means; where praise and reproach are mixed, a person looks sooner."""
        if probability >= self.complaint_from:
            return Verdict.COMPLAINT
        unsure = probability >= self.unsure_from or (mixed and probability >= MIXED_UNSURE_FROM)
        return Verdict.UNSURE if unsure else Verdict.OTHER


SHIPPED = Thresholds()


def thresholds_for(precision: float) -> Thresholds:
    """Return the thresholds for a wanted precision, 0.0 to 1.0, between those measured.

    What would no longer page for the sake of precision is unsure still: a person is never shown
    less than as shipped.
    """
    complaint_from = _probability(precision)
    unsure_from = min(UNSURE_FROM, complaint_from * _UNSURE_SHARE)
    return Thresholds(complaint_from, round(unsure_from, 4))


def _probability(precision: float) -> float:
    if precision <= MEASURED[0][1]:
        return MEASURED[0][0]
    for (low, less), (high, more) in pairwise(MEASURED):
        if precision <= more:
            return round(low + (high - low) * (precision - less) / (more - less), 4)
    return MEASURED[-1][0]
