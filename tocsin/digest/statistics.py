"""How sure a number is: intervals at 95 %, and percentiles. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)  # 1.96


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that the true value is taken to lie in."""

    low: float
    high: float

    def overlaps(self, other: "Interval") -> bool:
        return self.low <= other.high and other.low <= self.high

    def compared_with(self, before: "Interval") -> int:
        """1 where it lies wholly above the other, -1 wholly below, 0 where that is not clear."""
        if self.overlaps(before):
            return 0
        return 1 if self.low > before.high else -1


def wilson(count: int, of: int) -> Interval:
    """Wilson's score interval of a share (E. B. Wilson, 1927, JASA 22: 209-212).

    It stays within 0 and 1 and holds for small numbers and for shares near 0 or 1, where the
    textbook interval (share ± 1.96 standard errors) fails. It takes each item for independent.
    Raises ValueError unless 0 <= count <= of and of > 0.
    """
    if of <= 0 or not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    share, square = count / of, Z * Z / of
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    # At the ends the bound is 0 or 1 exactly; rounding must not leave a trace of it.
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over items that come in clusters; `interval` is None for a single cluster."""

    value: float
    interval: Interval | None
    items: int
    clusters: int


def clustered_mean(clusters: Iterable[tuple[float, int]]) -> Mean | None:
    """The mean over items in clusters, each given as its sum and its number of items.

    One person's posts resemble each other, so the people are the sample, not the posts. The mean
    is the ratio estimator, sum of sums over sum of numbers (Cochran, "Sampling Techniques", 3rd
    ed. 1977, section 9A). Its variance is the sandwich's (Liang and Zeger, 1986, Biometrika 73:
    13-22) in the form CR3 of Bell and McCaffrey (2002, Survey Methodology 28: 169-181): each
    cluster's residual over the items of the others, so that one who writes most of the posts
    widens the interval; the plain sandwich narrows it then. The quantile is Student's with
    m - 1 degrees of freedom for m clusters.
    Clusters without items are left out; None where nothing is left.
    """
    kept = [(total, number) for total, number in clusters if number > 0]
    items = sum(number for _, number in kept)
    if not items:
        return None
    mean = math.fsum(total for total, _ in kept) / items
    many = len(kept)
    if many < 2:
        return Mean(mean, None, items, many)
    parts = [(total - mean * number) / (items - number) for total, number in kept]
    error = math.sqrt((many - 1) / many * math.fsum(part * part for part in parts))
    half = student(many - 1) * error
    return Mean(mean, Interval(mean - half, mean + half), items, many)


def student(freedom: int) -> float:
    """The 97.5 % quantile of Student's t, within 0.004 of the tables.

    Closed forms for one and two degrees of freedom, beyond them the expansion of Abramowitz and
    Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5. Raises ValueError below one.
    """
    if freedom < 1:
        raise ValueError("a t distribution has at least one degree of freedom")
    if freedom == 1:
        return math.tan(math.pi * LEVEL / 2)
    if freedom == 2:
        return LEVEL * math.sqrt(2 / (1 - LEVEL**2))
    terms = (
        Z,
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160,
    )
    return math.fsum(term / freedom**power for power, term in enumerate(terms))


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of all values do not exceed; None without any.

    share  above 0, at most 1. The "nearest rank" (type 1 of Hyndman and Fan, 1996, The American
    Statistician 50: 361-365): always one of the values, so that those which have not come to an
    end may stand in it as infinity.
    """
    if not 0 < share <= 1:
        raise ValueError("a percentile's share is above 0 and at most 1")
    if not values:
        return None
    ordered = sorted(values)
    # 0.9 × 10 must be the 9th value, whatever the binary fraction says.
    return ordered[max(1, math.ceil(share * len(ordered) - 1e-9)) - 1]


def numbers_differ(now: int, before: int) -> int:
    """1 where a count is clearly above an earlier one, -1 below, 0 where that is not clear.

    The conditional test of two Poisson counts over equal times (Przyborowski and Wilenski, 1940,
    Biometrika 31: 313-323): were nothing changed, either week would get half of their sum, so
    half is looked for in Wilson's interval of this week's part.
    """
    if now + before == 0:
        return 0
    part = wilson(now, now + before)
    return part.compared_with(Interval(0.5, 0.5))
