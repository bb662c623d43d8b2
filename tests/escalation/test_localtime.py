"""Wall clocks: which instant a local time means."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.localtime import in_utc, instant_of, ms, utc


@pytest.mark.parametrize(
    ("wall", "zone", "instant"),
    [
        pytest.param(
            "2026-11-18T09:00", "Europe/Berlin", "2026-11-18T08:00Z", id="an ordinary time"
        ),
        pytest.param(
            "2026-03-29T02:30",
            "Europe/Berlin",
            "2026-03-29T01:00Z",
            id="a skipped time is the instant at which it is skipped",
        ),
        pytest.param(
            "2026-10-25T02:30",
            "Europe/Berlin",
            "2026-10-25T00:30Z",
            id="a time that comes twice is its first coming",
        ),
        pytest.param(
            "2011-12-30T09:00", "Pacific/Apia", "2011-12-30T10:00Z", id="a whole day is skipped"
        ),
    ],
)
def test_a_time_on_the_wall_means_one_instant(wall: str, zone: str, instant: str) -> None:
    meant = instant_of(datetime.fromisoformat(wall), ZoneInfo(zone))
    assert meant == datetime.fromisoformat(instant)


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2037, 1, 1)),  # noqa: DTZ001  times on a wall
    st.timedeltas(timedelta(0), timedelta(hours=3)),
    st.sampled_from(["Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns"]),
)
def test_later_on_the_wall_is_never_earlier_in_truth(
    wall: datetime, later: timedelta, zone: str
) -> None:
    assert instant_of(wall, ZoneInfo(zone)) <= instant_of(wall + later, ZoneInfo(zone))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        in_utc(datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.integers(0, 253_402_300_799_999))
def test_no_millisecond_is_lost_between_an_instant_and_what_is_kept_of_it(at: int) -> None:
    """By floats, one in some hundreds would be off by one."""
    assert ms(utc(at)) == at
    assert ms(min(utc(at) + timedelta(microseconds=999), datetime.max.replace(tzinfo=UTC))) == at
