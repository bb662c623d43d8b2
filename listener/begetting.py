"""Whether complaints beget complaints, and how many more are likely. Pure.

R is how many further complaints each one begets. As a trigger it is poor; as an explanation, as
the mark of a storm that spreads and as the sign that it is over it is good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, exp, log, sqrt

REACTION = exp(-1 / 6)  # kept of a complaint's pull after five minutes: reaction time 30 min
PRIOR_COUNT, PRIOR_PULL = 1.0, 2.0  # R is taken for a half until something is known
EXACT_UP_TO = 60  # counts beyond which the Gamma is as good as a cubed normal
FORESEEN_HOURS = 4
# Least absolute error over the storms of the benchmark's seeds 7, 11, 23 and 42, three streams a
# brand (docs/firestorm.md), in logarithms. A busy brand is doubled where a quiet one is drowned.
MIDDLE, PACE_POWER, DUE_POWER, DUE_BEND, DUE_MORE = -1.08, 0.473, 2.53, -0.231, 3.0
DUE_MOST = 5.48  # log of what is due, where the curve is highest: beyond it nothing was measured
LEAST_TIMES = 2.0  # what is due, which the middle is never below
WIDE = 3.1  # above and below the middle: high is less than ten times low


@dataclass(frozen=True, slots=True)
class Begetting:
    """R as it is known: its mean, and the probability that it is above 1."""

    mean: float
    above_one: float


def begetting(voices: Sequence[int], usual: Sequence[float], cells: int) -> Begetting:
    """R over the last `cells` of five minutes: Gamma(1 + N, 2 + X).

    voices, usual  unhappy people in each cell, and how many are usual; the oldest first.
    N is the voices beyond the usual, X the discounted pull of those before them.
    """
    pull = count = pulled = 0.0
    start = len(voices) - cells
    for at, (voice, due) in enumerate(zip(voices, usual, strict=True)):
        beyond = max(0.0, voice - due)
        if at >= start:
            count += beyond
            pulled += pull
        pull = REACTION * pull + (1 - REACTION) * beyond
    shape, rate = PRIOR_COUNT + count, PRIOR_PULL + pulled
    return Begetting(shape / rate, above_one(shape, rate))


def above_one(shape: float, rate: float) -> float:
    """P(R > 1) for a Gamma of this shape and rate; a fraction of a count is none."""
    whole = int(shape)
    if whole > EXACT_UP_TO:  # Wilson and Hilferty, 1931: the cube root is all but normal
        spare = 1 / (9 * shape)
        z = ((rate / shape) ** (1 / 3) - (1 - spare)) / sqrt(spare)
        return 0.5 * (1 - erf(z / sqrt(2)))
    part = total = exp(-rate)
    for number in range(1, whole):
        part *= rate / number
        total += part
    return min(1.0, total)


def forecast(people: int, minutes: float, usual: float) -> tuple[int, int]:
    """How many more unhappy posts are likely in four hours: from, to, a factor of ten apart.

    people, minutes, usual  of the window that rang: unhappy people, its length, the usual in it.
    At the first alarm nobody can name the size within a factor of two; the brand's usual says more
    of it than the first minutes do.
    """
    an_hour = max(1.0, people - usual) * 60 / max(minutes, 5.0)
    due = usual * FORESEEN_HOURS * 60 / max(minutes, 5.0)
    level = min(DUE_MOST, log(due + DUE_MORE))
    more = MIDDLE + PACE_POWER * log(an_hour) + (DUE_POWER + DUE_BEND * level) * level
    middle = max(LEAST_TIMES * due, exp(more))
    return round(middle / WIDE), round(middle * WIDE)
