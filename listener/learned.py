"""What was learned from a user's own labels, as values: how it moves a judgement, and its numbers.

Without any of it everything is as it was. A model holds weights of buckets and nobody's words.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from listener.complaint import Judgement, Verdict
from listener.grams import grams
from listener.thresholds import UNSURE_FROM, Thresholds

# What is declared, beside what was learned: examples say the same again and better. Chosen among
# 0.35, 0.45, 0.6 and 0.8 by draws of an airline's posts; `bench.learning` measures it.
DECLARED_TRUST = 0.45
CERTAIN = 1e-6  # a probability is kept this far from 0 and 1: its log-odds must be finite


@dataclass(frozen=True, slots=True)
class Example:
    """A text of the user's with what a person said of it, read as numbers.

    log_odds   of the shipped judgement, in which VADER's valence is.
    buckets    of the text (`listener.grams`).
    complaint  what the person said.
    """

    log_odds: float
    buckets: tuple[int, ...]
    complaint: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """Slope and offset of the log-odds (Platt, 1999). 1 and 0 change nothing."""

    slope: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Local:
    """A linear model of the user's own posts, added to the calibrated log-odds.

    weights  of buckets; what is not in it weighs nothing. VADER has none of its own beside that in
             the shipped log-odds: with one, 200 labels of an airline's gave a worse model.
    """

    weights: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class ComplaintModel:
    """How the shipped judgement is moved.

    complaint_from, unsure_from  probabilities from which a post is a complaint, and unsure.
    """

    calibration: Calibration
    local: Local | None
    complaint_from: float
    unsure_from: float

    def probability(self, example: Example) -> float:
        """The probability of a complaint, 0.0 to 1.0; what a person said is not looked at."""
        return self._probability(example.log_odds, example.buckets)

    def _probability(self, log_odds: float, buckets: Sequence[int]) -> float:
        total = self.calibration.slope * log_odds + self.calibration.offset
        if self.local is not None:
            total += dot(self.local.weights, buckets)
        return logistic(total)

    def move(self, judgement: Judgement, text: str) -> Judgement:
        """Judge again what the shipped rules have judged; says so as the last reason."""
        before = judgement.probability
        buckets = grams(text) if self.local is not None else ()
        probability = self._probability(log_odds_of(before), buckets)
        # Unsure in spite of so little: praise stands beside reproach, and it may be irony still.
        mixed = judgement.verdict is Verdict.UNSURE and before < UNSURE_FROM
        verdict = Thresholds(self.complaint_from, self.unsure_from).verdict(
            probability, mixed=mixed
        )
        why = (*judgement.why[:5], f"your labels: {before:.2f} → {probability:.2f}")
        return replace(judgement, probability=probability, verdict=verdict, why=why)


Blocks = tuple[tuple[int, ...], ...]  # buckets of several kinds, each kind apart


@dataclass(frozen=True, slots=True)
class RouteModel:
    """What confirmed teams have taught about routing.

    weights  team → weight of each bucket.
    priors   team → log-odds by its share of real cases.
    trust    team → 0.0 to 1.0: how much its examples are heeded, by their number.
    scale    of the log-odds, so that 0.7 means seven in ten; found on examples not seen.
    """

    weights: Mapping[str, Mapping[int, float]]
    priors: Mapping[str, float]
    trust: Mapping[str, float]
    scale: float = 1.0

    def evidence(self, team: str, blocks: Blocks) -> float:
        """Log-odds that a text's words add for a team: 0.0 for one without examples."""
        known = self.weights.get(team)
        return 0.0 if known is None else self.trust.get(team, 0.0) * dots(known, blocks)

    def odds(self, declared: Mapping[str, float], blocks: Blocks) -> dict[str, float]:
        """Log-odds of each team, of those that the configuration declares and what was learned."""
        return {
            team: self.scale
            * (DECLARED_TRUST * one + self.priors.get(team, 0.0) + self.evidence(team, blocks))
            for team, one in declared.items()
        }


@dataclass(frozen=True, slots=True)
class Learned:
    """An accepted model: its number, and the parts of it that are switched on."""

    number: int
    complaint: ComplaintModel | None = None
    route: RouteModel | None = None


def dot(weights: Mapping[int, float], buckets: Sequence[int]) -> float:
    """The mean-length sum of a text's weights: a long text weighs no more than a short one."""
    if not buckets:
        return 0.0
    return sum([weights.get(one, 0.0) for one in buckets]) / math.sqrt(len(buckets))


def dots(weights: Mapping[int, float], blocks: Blocks) -> float:
    """The sum of the blocks, each of mean length: many pairs do not drown one declared word."""
    return sum([dot(weights, block) for block in blocks])


def logistic(total: float) -> float:
    """The probability of log-odds; finite for any finite number."""
    return 1.0 / (1.0 + math.exp(-max(-35.0, min(35.0, total))))


def log_odds_of(probability: float) -> float:
    """The log-odds of a probability, which is kept off 0 and 1."""
    kept = min(1.0 - CERTAIN, max(CERTAIN, probability))
    return math.log(kept / (1.0 - kept))
