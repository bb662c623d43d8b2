"""Whether complaints beget complaints, and how many more are likely."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.begetting import above_one, begetting, forecast

HOUR = 12  # cells


@pytest.mark.parametrize(
    ("voices", "grows", "surely"),
    [
        pytest.param([0] * 36, False, False, id="nothing begets nothing"),
        pytest.param([2**n for n in range(8)], True, True, id="a doubling grows"),
        pytest.param([1] * 24 + [2, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48], True, True, id="climb"),
        pytest.param([60 - 2 * n for n in range(30)], False, False, id="an ebb does not grow"),
        pytest.param([0] * 35 + [3], True, False, id="three voices prove nothing"),
    ],
)
def test_what_grows_of_itself(voices: list[int], grows: bool, surely: bool) -> None:
    found = begetting(voices, [0.0] * len(voices), HOUR)
    assert (found.mean > 1, found.above_one > 0.9) == (grows, surely)


def test_what_is_usual_begets_nothing() -> None:
    assert begetting([5] * 36, [5.0] * 36, HOUR) == begetting([0] * 36, [0.0] * 36, HOUR)


@pytest.mark.parametrize(
    ("shape", "rate", "probability"),
    [
        pytest.param(1.0, 2.0, 0.1353, id="nothing known"),
        pytest.param(3.0, 2.0, 0.6767, id="two voices that nobody begot"),
        pytest.param(100.0, 100.0, 0.4867, id="many, in balance"),
        pytest.param(100.0, 80.0, 0.9829, id="many, growing"),
    ],
)
def test_the_probability_is_that_of_a_gamma(shape: float, rate: float, probability: float) -> None:
    assert above_one(shape, rate) == pytest.approx(probability, abs=0.002)


@given(shape=st.floats(1, 1e6), rate=st.floats(2, 1e6))
def test_a_probability_is_one_whatever_comes(shape: float, rate: float) -> None:
    assert 0.0 <= above_one(shape, rate) <= 1.0


@given(st.integers(1, 10**6), st.floats(5, 1440), st.floats(0, 1e5))
def test_the_range_is_a_factor_of_ten_wide_and_grows_with_the_people(
    people: int, minutes: float, usual: float
) -> None:
    low, high = forecast(people, minutes, usual)
    assert 0 <= low <= high
    assert high <= 10 * (low + 1)
    assert forecast(people + 50, minutes, usual) >= (low, high)
