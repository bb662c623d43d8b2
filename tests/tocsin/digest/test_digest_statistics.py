"""Intervals and percentiles agree with the books."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tocsin.digest.statistics import (
    Interval,
    clustered_mean,
    numbers_differ,
    percentile,
    student,
    wilson,
)

CLUSTER = st.integers(0, 40).flatmap(
    lambda n: st.tuples(st.floats(-1, 1).map(lambda mean: mean * n), st.just(n))
)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # Newcombe (1998, Statistics in Medicine 17: 857-872), table I, method 3.
        pytest.param(81, 263, 0.2553, 0.3662, id="81 of 263"),
        pytest.param(15, 148, 0.0624, 0.1605, id="15 of 148"),
        pytest.param(0, 20, 0.0, 0.1611, id="none of 20"),
        pytest.param(1, 29, 0.0061, 0.1718, id="1 of 29"),
        pytest.param(20, 20, 0.8389, 1.0, id="all of 20"),
    ],
)
def test_wilson(count: int, of: int, low: float, high: float) -> None:
    found = wilson(count, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


@given(of=st.integers(1, 10**9), data=st.data())
def test_wilson_holds_the_share_and_stays_within_nought_and_one(of: int, data) -> None:
    count = data.draw(st.integers(0, of))
    found = wilson(count, of)
    assert 0 <= found.low <= count / of <= found.high <= 1
    mirrored = wilson(of - count, of)
    assert mirrored.low == pytest.approx(1 - found.high, abs=1e-9)


@pytest.mark.parametrize(("count", "of"), [(0, 0), (-1, 3), (4, 3)])
def test_what_is_no_share_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(count, of)


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042)],
)
def test_student_agrees_with_the_tables(freedom: int, quantile: float) -> None:
    assert student(freedom) == pytest.approx(quantile, abs=0.004)


def test_student_of_many_is_normal_and_of_none_is_refused() -> None:
    assert student(10**9) == pytest.approx(1.959964, abs=1e-6)
    with pytest.raises(ValueError, match="at least one"):
        student(0)


def test_a_mean_by_author_worked_by_hand() -> None:
    # Sums 2, 0 and -1 over 2, 1 and 1 posts: mean 1/4; residuals 1.5, -0.25 and -1.25,
    # over the 2, 3 and 3 posts of the others 3/4, -1/12 and -5/12, whose squares add up to
    # 107/144. Variance: 2/3 × 107/144 = 107/216; Student's t of two degrees is 4.30265.
    mean = clustered_mean([(2.0, 2), (0.0, 1), (-1.0, 1)])
    assert mean is not None
    assert mean.interval is not None
    assert (mean.value, mean.items, mean.clusters) == (0.25, 4, 3)
    assert mean.interval.high - mean.value == pytest.approx(4.30265 * math.sqrt(107 / 216), 1e-5)


def test_with_one_post_each_it_is_the_textbook_interval_of_a_mean() -> None:
    values = [0.1, -0.4, 0.3, -0.9, 0.2, 0.0, -0.3]
    found = clustered_mean((value, 1) for value in values)
    average = sum(values) / 7
    error = math.sqrt(sum((value - average) ** 2 for value in values) / 6 / 7)
    assert found is not None
    assert found.interval is not None
    assert found.interval.low == pytest.approx(average - student(6) * error)


def test_one_author_who_posts_a_lot_widens_the_interval_instead_of_narrowing_it() -> None:
    many = [(0.3, 1), (-0.3, 1), (0.2, 1), (-0.2, 1)]
    calm, flooded = clustered_mean(many), clustered_mean([*many, (-90.0, 100)])
    assert calm is not None
    assert calm.interval is not None
    assert flooded is not None
    assert flooded.interval is not None
    width = flooded.interval.high - flooded.interval.low
    assert width > calm.interval.high - calm.interval.low


def test_a_mean_of_nothing_is_unknown_and_of_one_author_has_no_interval() -> None:
    assert clustered_mean([]) is None
    assert clustered_mean([(0.0, 0)]) is None
    alone = clustered_mean([(-1.5, 3)])
    assert alone is not None
    assert (alone.value, alone.interval) == (-0.5, None)


@given(clusters=st.lists(CLUSTER, max_size=30), data=st.data())
def test_a_mean_lies_in_its_interval_whatever_the_order(clusters, data) -> None:
    found = clustered_mean(clusters)
    assume(found is not None and found.interval is not None)
    assert found.interval.low <= found.value <= found.interval.high
    shuffled = clustered_mean(data.draw(st.permutations(clusters)))
    assert shuffled.value == pytest.approx(found.value)
    assert shuffled.interval.low == pytest.approx(found.interval.low)


@pytest.mark.parametrize(
    ("share", "value"),
    [(0.5, 5), (0.9, 9), (0.91, 10), (1.0, 10), (0.05, 1)],
)
def test_a_percentile_is_one_of_ten_values(share: float, value: int) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value


def test_what_has_not_happened_stands_above_all_that_has() -> None:
    assert percentile([3, math.inf, 5], 0.5) == 5
    assert percentile([3, math.inf, math.inf], 0.5) == math.inf


def test_a_percentile_of_nothing_is_unknown_and_one_of_no_share_refused() -> None:
    assert percentile([], 0.5) is None
    with pytest.raises(ValueError, match="above 0"):
        percentile([1], 0)


@given(values=st.lists(st.floats(0, 1e6), min_size=1), share=st.floats(0.01, 1))
def test_a_percentile_is_not_exceeded_by_its_share(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


@pytest.mark.parametrize(
    ("now", "before", "direction"),
    [
        pytest.param(40, 10, 1, id="four times as many"),
        pytest.param(10, 40, -1, id="a quarter"),
        pytest.param(12, 10, 0, id="two more"),
        pytest.param(2, 0, 0, id="two where there were none"),
        pytest.param(0, 0, 0, id="none in both weeks"),
    ],
)
def test_numbers_differ(now: int, before: int, direction: int) -> None:
    assert numbers_differ(now, before) == direction


def test_intervals_that_touch_are_no_clear_change() -> None:
    assert Interval(0.2, 0.3).compared_with(Interval(0.1, 0.2)) == 0
    assert Interval(0.21, 0.3).compared_with(Interval(0.1, 0.2)) == 1
    assert Interval(0.1, 0.2).compared_with(Interval(0.21, 0.3)) == -1
