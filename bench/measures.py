"""The measures of the benches, each with an interval that holds the true value 95 times in 100.

Pure. What needs chance (the bootstrap) draws from a seed of its own: same data, same figures.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple, TypeVar

T = TypeVar("T")

BINS = 10  # of the calibration error
Z = 1.959964  # of a normal distribution, 95 in 100 lie within as many standard deviations
RESAMPLES = 400
SEED = 20


class Figure(NamedTuple):
    """A measured value and the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


# --- ranking ---


def auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Chance that a random positive is scored above a random negative; ties count half."""
    positives = sum(labels)
    negatives = len(labels) - positives
    rank_sum = sum(rank for rank, label in ranked(scores, labels) if label)
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def auc_figure(scores: Sequence[float], labels: Sequence[bool]) -> Figure:
    """The same with its interval, by the placements of DeLong, DeLong and Clarke-Pearson (1988),
    found by ranks as Sun and Xu (2014) do."""
    pairs = list(zip(scores, labels, strict=True))
    among_all = dict(_rank_of(scores))
    of_kind = {
        kind: dict(_rank_of([score for score, label in pairs if label is kind]))
        for kind in (True, False)
    }
    counts = {kind: sum(label is kind for label in labels) for kind in (True, False)}
    placed: dict[bool, list[float]] = {True: [], False: []}
    for score, label in pairs:
        beaten = (among_all[score] - of_kind[label][score]) / counts[not label]
        placed[label].append(beaten if label else 1.0 - beaten)
    value = math.fsum(placed[True]) / counts[True]
    variance = sum(_variance(placed[kind]) / counts[kind] for kind in (True, False))
    return _within(value, Z * math.sqrt(variance))


def ranked(scores: Sequence[float], labels: Sequence[bool]) -> Iterator[tuple[float, bool]]:
    """Yield (rank, label); equal scores share the mean of their ranks, counted from one."""
    rank_of = dict(_rank_of(scores))
    for score, label in zip(scores, labels, strict=True):
        yield rank_of[score], label


def _rank_of(scores: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Each value that occurs with the mean of its ranks."""
    before = 0
    for score, times in sorted(Counter(scores).items()):
        yield score, before + (times + 1) / 2
        before += times


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)


def _within(value: float, either_side: float) -> Figure:
    return Figure(value, max(0.0, value - either_side), min(1.0, value + either_side))


# --- verdicts ---


def macro_f1(said: Sequence[bool], labels: Sequence[bool]) -> float:
    """Mean of the F1 of complaints and the F1 of all else."""
    return _macro_f1(Counter(zip(said, labels, strict=True)))


def macro_f1_figure(said: Sequence[bool], labels: Sequence[bool]) -> Figure:
    """The same with its interval, by the bootstrap."""
    pairs = list(zip(said, labels, strict=True))
    return resampled(pairs, lambda some: _macro_f1(Counter(some)))


def _macro_f1(counts: Counter[tuple[bool, bool]]) -> float:
    return (_f1(counts, True) + _f1(counts, False)) / 2


def _f1(counts: Counter[tuple[bool, bool]], wanted: bool) -> float:
    hits = counts[wanted, wanted]
    total = 2 * hits + counts[wanted, not wanted] + counts[not wanted, wanted]
    return 2 * hits / total if total else 0.0


def recall_at_precision(scores: Sequence[float], labels: Sequence[bool], precision: float) -> float:
    """The largest share of complaints found by any threshold that keeps the precision.

    Posts of one score are taken together, as a threshold takes them.
    """
    return _recall_at(list(zip(scores, labels, strict=True)), precision)


def recall_at_precision_figure(
    scores: Sequence[float], labels: Sequence[bool], precision: float
) -> Figure:
    """The same with its interval, by the bootstrap."""
    pairs = list(zip(scores, labels, strict=True))
    return resampled(pairs, lambda some: _recall_at(some, precision))


def _recall_at(pairs: Sequence[tuple[float, bool]], precision: float) -> float:
    taken = hits = best = 0
    counts = Counter(pairs)
    for score in sorted({score for score, _ in counts}, reverse=True):
        hits += counts[score, True]
        taken += counts[score, True] + counts[score, False]
        if hits >= precision * taken:
            best = max(best, hits)
    positives = sum(times for (_, label), times in counts.items() if label)
    return best / positives if positives else 0.0


# --- chances ---


def calibration_error(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Expected calibration error over ten equal bins: 0.0 where 0.7 means seven in ten."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for score, label in zip(scores, labels, strict=True):
        bins.setdefault(min(BINS - 1, int(score * BINS)), []).append((score, label))
    apart = (abs(sum(s for s, _ in some) - sum(lab for _, lab in some)) for some in bins.values())
    return sum(apart) / len(labels)


def share(hits: int, number: int) -> Figure:
    """A share with its interval (Wilson, 1927), which is honest for few and for rare ones."""
    if not number:
        return Figure(0.0, 0.0, 1.0)
    value = hits / number
    size = 1 + Z * Z / number
    middle = (value + Z * Z / (2 * number)) / size
    wide = Z * math.sqrt(value * (1 - value) / number + Z * Z / (4 * number * number)) / size
    return Figure(value, max(0.0, middle - wide), min(1.0, middle + wide))


def mean(values: Sequence[float]) -> Figure:
    """A mean over draws, with the span in which nineteen of twenty such means would lie."""
    value = math.fsum(values) / len(values)
    return _within(value, Z * math.sqrt(_variance(values) / len(values)))


def resampled(values: Sequence[T], measure: Callable[[Sequence[T]], float]) -> Figure:
    """A measure with its interval by the bootstrap (Efron, 1979), always of the same draws."""
    random = Random(SEED)
    drawn = sorted(measure(random.choices(values, k=len(values))) for _ in range(RESAMPLES))
    cut = round(RESAMPLES * 0.025)
    return Figure(measure(values), drawn[cut], drawn[-1 - cut])
