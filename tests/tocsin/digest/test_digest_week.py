"""A week runs from Monday to Monday by the firm's own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.digest.week import Week, last_full_week, parse_week
from tocsin.store.times import ms, week_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_a_week_is_read_as_it_is_written() -> None:
    assert parse_week("2026-W47") == Week(2026, 47)
    assert str(parse_week("2026-W01")) == "2026-W01"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("2026-47", "2026-W47", id="the W is missing"),
        pytest.param("2026-W7", "2026-W47", id="one digit"),
        pytest.param("2026-W47 ", "2026-W47", id="a blank behind it"),
        pytest.param("２０２６-W47", "2026-W47", id="full-width digits"),
        pytest.param("x" * 9999, "no week", id="nonsense without end"),
        pytest.param("2026-W00", "2026-W01 to 2026-W53", id="week nought"),
        pytest.param("2025-W53", "2025-W01 to 2025-W52", id="a 53rd week in a year of 52"),
        pytest.param("0000-W01", "the year 0", id="a year before the store's time"),
        pytest.param("9999-W01", "the year 9999", id="a year at the calendar's end"),
    ],
)
def test_what_is_no_week_is_refused_and_says_what_would_be_one(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        parse_week(text)
    assert len(str(refused.value)) < 200


def test_a_week_begins_at_midnight_of_the_firm() -> None:
    start, end = Week(2026, 47).span(BERLIN)
    assert start == datetime(2026, 11, 15, 23, tzinfo=UTC)
    assert end == datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("week", "hours"),
    [
        pytest.param(Week(2026, 13), 167, id="clocks go forward"),
        pytest.param(Week(2026, 43), 169, id="clocks go back"),
        pytest.param(Week(2026, 47), 168, id="clocks are left alone"),
    ],
)
def test_a_week_in_which_clocks_are_moved_is_longer_or_shorter(week: Week, hours: int) -> None:
    start, end = week.span(BERLIN)
    assert end - start == timedelta(hours=hours)


@given(week=st.builds(Week, st.integers(1990, 2090), st.integers(1, 52)), zone=ZONES)
def test_weeks_follow_each_other_without_gap_or_overlap(week: Week, zone: ZoneInfo) -> None:
    assert week.before.span(zone)[1] == week.span(zone)[0]


@given(now=INSTANTS, zone=ZONES)
def test_the_last_full_week_is_over_and_the_next_is_not(now: datetime, zone: ZoneInfo) -> None:
    week = last_full_week(now, zone)
    end = week.span(zone)[1]
    assert end <= now < end + timedelta(days=9)
    assert week.before < week


@pytest.mark.parametrize(
    ("now", "week"),
    [
        pytest.param(datetime(2026, 11, 22, 22, 59, tzinfo=UTC), Week(2026, 46), id="late Sunday"),
        pytest.param(
            datetime(2026, 11, 22, 23, tzinfo=UTC), Week(2026, 47), id="Monday's midnight"
        ),
        pytest.param(datetime(2027, 1, 4, 9, tzinfo=UTC), Week(2026, 53), id="over the new year"),
    ],
)
def test_the_last_full_week(now: datetime, week: Week) -> None:
    assert last_full_week(now, BERLIN) == week


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        last_full_week(datetime(2026, 11, 22), BERLIN)  # noqa: DTZ001


@given(now=INSTANTS)
def test_the_stored_week_is_the_utc_week_of_that_name(now: datetime) -> None:
    assert Week(*now.isocalendar()[:2]).stored_as == week_of(ms(now))
