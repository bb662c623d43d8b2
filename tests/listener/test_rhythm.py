"""When a source is silent for longer than it ever is."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.rhythm import DAYS, FACTOR, LEAST_DAYS, Rhythm

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def weeks(days: int, first: int = 8, last: int = 18) -> Rhythm:
    """A source that speaks every hour of the working day, for some days."""
    rhythm = Rhythm()
    for day in range(days):
        for hour in range(first, last + 1):
            rhythm = rhythm.hear(MONDAY + day * DAY + hour * HOUR)
    return rhythm


def test_nights_are_usual_and_a_lost_day_is_not() -> None:
    rhythm = weeks(10)
    last = MONDAY + 9 * DAY + 18 * HOUR
    assert rhythm.usual() == 14 * HOUR
    assert rhythm.too_long(last + 14 * HOUR) is None
    assert rhythm.too_long(last + 29 * HOUR) == 29 * HOUR


@pytest.mark.parametrize("days", [0, 1, LEAST_DAYS - 1])
def test_nothing_is_too_long_while_it_is_learned(days: int) -> None:
    assert weeks(days).usual() is None
    assert weeks(days).too_long(MONDAY + 300 * DAY) is None


def test_a_busy_source_may_be_silent_for_an_hour() -> None:
    rhythm = Rhythm()
    for minute in range(0, 10 * 24 * 60, 5):
        rhythm = rhythm.hear(MONDAY + timedelta(minutes=minute))
    newest = rhythm.newest
    assert newest is not None
    assert rhythm.too_long(newest + HOUR) is None
    assert rhythm.too_long(newest + 2 * HOUR) is not None


def test_time_in_which_nobody_listened_is_no_silence() -> None:
    rhythm = weeks(10)
    back = MONDAY + 14 * DAY
    skipped = rhythm.skip(MONDAY + 10 * DAY, back)
    assert skipped.too_long(back + HOUR) is None
    assert skipped.hear(back + HOUR).usual() == rhythm.usual()


def test_only_the_time_in_which_nobody_listened_is_left_out_of_a_silence() -> None:
    rhythm = weeks(10)
    last = MONDAY + 9 * DAY + 18 * HOUR
    skipped = rhythm.skip(last + HOUR, last + 2 * HOUR).skip(last + HOUR, last + 3 * HOUR)
    assert skipped.too_long(last + 30 * HOUR) is None
    assert skipped.too_long(last + 31 * HOUR) == 29 * HOUR
    assert Rhythm.load(skipped.dump()) == skipped


def test_only_the_last_days_are_remembered() -> None:
    rhythm = weeks(10).hear(MONDAY + 30 * DAY)
    assert rhythm.usual() == 30 * DAY - (9 * DAY + 18 * HOUR)
    for day in range(31, 31 + DAYS + 1):
        for hour in range(24):
            rhythm = rhythm.hear(MONDAY + day * DAY + hour * HOUR)
    assert rhythm.usual() == HOUR
    assert len(rhythm.longest) == DAYS


@given(st.lists(st.integers(0, 40 * 24 * 60), min_size=2))
def test_what_was_ever_usual_within_the_days_is_never_too_long(minutes: list[int]) -> None:
    rhythm = Rhythm()
    for minute in sorted(minutes):
        rhythm = rhythm.hear(MONDAY + timedelta(minutes=minute))
    newest = rhythm.newest
    assert newest is not None
    gaps = [b - a for a, b in pairwise(sorted(set(minutes))) if b > max(minutes) - 13 * 24 * 60]
    usual = rhythm.usual()
    if usual is not None and gaps:
        assert rhythm.too_long(newest + FACTOR * timedelta(minutes=max(gaps))) is None
    assert Rhythm.load(rhythm.dump()) == rhythm


@pytest.mark.parametrize(
    "stored", [None, "", "{", "[]", '{"longest": 7}', '{"longest": [["x",1]]}']
)
def test_what_cannot_be_read_is_learned_anew(stored: str | None) -> None:
    assert Rhythm.load(stored) == Rhythm()
