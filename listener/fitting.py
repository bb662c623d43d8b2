"""Learning from a user's own labels: slope and offset, then a linear model of their own posts.

Pure and deterministic: the same labels in the same order give the same numbers. A few hundred
labels take well under a second.
"""

import math
from collections.abc import Iterable, Sequence

from listener.complaint import COMPLAINT_FROM, UNSURE_FROM
from listener.learned import (
    Calibration,
    ComplaintModel,
    Example,
    Local,
    dot,
    log_odds_of,
    logistic,
)

# Widths of the priors that pull slope and offset towards 1 and 0: the root mean square of what the
# five labelled sets of `bench.sets` need when all of their labels are used (slopes 0.94 to 1.08,
# offsets -0.91 to 0.64). So a brand is expected to differ as much as those differ.
SLOPE_WIDTH, OFFSET_WIDTH = 0.1, 0.6
NEWTON_STEPS = 25  # it ends within ten on everything seen
NEWTON_ENOUGH = 1e-9

RATE = 0.05  # of the descent; a text's features have length 1, so that no step overshoots
DECAY = 0.005  # share of every weight that each pass takes back: the L2 penalty
STEPS_WANTED = 6_000  # examples looked at in all; passes are between these bounds
FEWEST_PASSES, MOST_PASSES = 5, 30

RECALL_OF_UNSURE = 0.95  # of complaints that a person is at least shown
BOLDNESS = 0.5  # how far the shipped threshold is moved towards the best, in log-odds
LEAST_UNSURE = 0.05  # a probability; below it a person would be shown nearly everything
_GRID = tuple(step / 100 for step in range(20, 81, 2))  # thresholds tried for a complaint


def calibrate(examples: Sequence[Example]) -> Calibration:
    """Fit slope and offset of the log-odds, by Newton's method on the penalised likelihood."""
    slope, offset = 1.0, 0.0
    stiff_slope, stiff_offset = SLOPE_WIDTH**-2, OFFSET_WIDTH**-2
    for _ in range(NEWTON_STEPS):
        by_slope, by_offset = (slope - 1.0) * stiff_slope, offset * stiff_offset
        bend, bend_offset, both = stiff_slope, stiff_offset, 0.0
        for one in examples:
            said = logistic(slope * one.log_odds + offset)
            wrong, spread = said - one.complaint, said * (1.0 - said)
            by_slope += wrong * one.log_odds
            by_offset += wrong
            bend += spread * one.log_odds**2
            bend_offset += spread
            both += spread * one.log_odds
        size = bend * bend_offset - both * both
        step = (bend_offset * by_slope - both * by_offset) / size
        step_offset = (bend * by_offset - both * by_slope) / size
        slope, offset = slope - step, offset - step_offset
        if abs(step) + abs(step_offset) < NEWTON_ENOUGH:
            break
    return Calibration(slope, offset)


def fit_local(examples: Sequence[Example], calibration: Calibration) -> Local:
    """Fit what slope and offset leave unexplained, by gradient descent with an L2 penalty.

    It begins at nothing and is pulled back to it: where there is nothing to learn, the shipped
    judgement stays.
    """
    weights: dict[int, float] = {}
    for _ in range(passes(len(examples))):
        for one in examples:
            total = calibration.slope * one.log_odds + calibration.offset
            total += dot(weights, one.buckets)
            take(weights, one.buckets, RATE * (logistic(total) - one.complaint))
        shrink(weights)
    return Local({bucket: round(weight, 5) for bucket, weight in sorted(weights.items())})


def passes(examples: int) -> int:
    """How often all examples are gone through: the fewer there are, the more often."""
    return max(FEWEST_PASSES, min(MOST_PASSES, STEPS_WANTED // max(1, examples)))


def take(weights: dict[int, float], buckets: Sequence[int], wrong: float) -> None:
    """One step down the slope of an example, which may be a step of any class."""
    if buckets:
        step = wrong / math.sqrt(len(buckets))
        for bucket in buckets:
            weights[bucket] = weights.get(bucket, 0.0) - step


def shrink(weights: dict[int, float], decay: float = DECAY) -> None:
    """Pull every weight back by a share of itself."""
    for bucket in weights:
        weights[bucket] *= 1.0 - decay


def fit(examples: Sequence[Example], *, local: bool) -> ComplaintModel:
    """Fit a model with the shipped thresholds; `thresholds` chooses others."""
    calibration = calibrate(examples)
    weights = fit_local(examples, calibration) if local else None
    return ComplaintModel(calibration, weights, COMPLAINT_FROM, UNSURE_FROM)


def thresholds(said: Sequence[tuple[float, bool]], calibration: Calibration) -> tuple[float, float]:
    """Choose from what probability on a post is a complaint, and unsure.

    said         probabilities of examples that the model has not seen, with what a person said.
    calibration  of the model: it says what has become of the shipped thresholds.

    A complaint begins BOLDNESS of the way from the shipped threshold to the one with the best
    macro F1. That is read off the probabilities: labels alone choose it badly, being few. Unsure is
    where RECALL_OF_UNSURE of the complaints are at least shown, and never later than as shipped.
    """
    shipped = log_odds_of(kept(calibration, COMPLAINT_FROM))
    best = log_odds_of(_best_threshold([probability for probability, _ in said]))
    complaint_from = logistic(shipped + BOLDNESS * (best - shipped))
    complaints = sorted(probability for probability, complaint in said if complaint)
    missed = int(len(complaints) * (1.0 - RECALL_OF_UNSURE))
    latest = min(UNSURE_FROM, kept(calibration, UNSURE_FROM), complaint_from)
    unsure_from = min(latest, complaints[missed]) if complaints else latest
    return round(complaint_from, 3), round(max(LEAST_UNSURE, unsure_from), 3)


def kept(calibration: Calibration, probability: float) -> float:
    """What has become of a shipped probability: the threshold that changes no verdict."""
    return logistic(calibration.slope * log_odds_of(probability) + calibration.offset)


def _best_threshold(said: Sequence[float]) -> float:
    """The threshold with the best macro F1 where 0.7 means seven in ten; of equals the middle."""
    return max(_GRID, key=lambda level: (_expected_f1(said, level), -abs(level - COMPLAINT_FROM)))


def _expected_f1(said: Sequence[float], level: float) -> float:
    """The macro F1 to be expected from a threshold, if every probability holds."""
    called = [probability for probability in said if probability >= level]
    hits, complaints = math.fsum(called), math.fsum(said)
    others = len(said) - complaints
    spared = others - (len(called) - hits)
    return hits / max(1e-9, len(called) + complaints) + spared / max(
        1e-9, len(said) - len(called) + others
    )


def macro_f1(said: Iterable[tuple[bool, bool]]) -> float:
    """Mean of the F1 of complaints and the F1 of all else, of pairs (called so, is so)."""
    pairs = list(said)
    return (_f1(pairs, True) + _f1(pairs, False)) / 2


def _f1(pairs: Sequence[tuple[bool, bool]], wanted: bool) -> float:
    hits = sum(called == wanted == is_so for called, is_so in pairs)
    total = sum(called == wanted for called, _ in pairs) + sum(
        is_so == wanted for _, is_so in pairs
    )
    return 2 * hits / total if total else 0.0


def log_loss(probability: float, complaint: bool) -> float:
    """How badly a probability was wrong, in nats."""
    return -math.log(max(1e-9, probability if complaint else 1.0 - probability))
