"""Business time: due times over clock changes, odd zones and closed days."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendars import public_holidays
from config.settings import WorkingHours
from escalation.business import (
    HORIZON,
    BeyondCalendar,
    OpenHours,
    add,
    elapsed,
    is_open,
    next_open,
    of_team,
    of_week,
)
from escalation.days_off import DaysOff

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_FIVE = of_team(WorkingHours(), BERLIN)
AROUND_TWO = of_week({day: [(1, 4)] for day in range(7)}, BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("hours", "start", "wait", "due"),
    [
        pytest.param(
            NINE_TO_FIVE, "2026-11-18T09:00Z", 4, "2026-11-18T13:00Z", id="within one day"
        ),
        pytest.param(
            NINE_TO_FIVE,
            "2026-11-18T09:00Z",
            7,
            "2026-11-18T16:00Z",
            id="a wait that fills the day ends when it closes, not when the next one opens",
        ),
        pytest.param(
            NINE_TO_FIVE, "2026-11-20T15:00Z", 2, "2026-11-23T09:00Z", id="over the weekend"
        ),
        pytest.param(
            NINE_TO_FIVE, "2026-11-21T03:00Z", 1, "2026-11-23T09:00Z", id="begun while closed"
        ),
        pytest.param(
            NINE_TO_FIVE, "2026-11-21T03:00Z", 0, "2026-11-21T03:00Z", id="no wait is over at once"
        ),
        pytest.param(
            NINE_TO_FIVE, "2028-02-28T15:00Z", 9, "2028-02-29T16:00Z", id="a leap day is a day"
        ),
        pytest.param(
            NINE_TO_FIVE,
            "2026-03-27T15:00Z",
            2,
            "2026-03-30T08:00Z",
            id="summer time begins over the weekend",
        ),
        pytest.param(
            AROUND_TWO,
            "2026-03-28T23:00Z",
            2,
            "2026-03-29T02:00Z",
            id="a skipped hour counts not at all",
        ),
        pytest.param(
            AROUND_TWO,
            "2026-10-24T22:00Z",
            4,
            "2026-10-25T03:00Z",
            id="an hour that comes twice counts twice",
        ),
        pytest.param(
            of_week({3: [(9, 17)], 4: [(9, 17)], 5: [(9, 17)]}, ZoneInfo("Pacific/Apia")),
            "2011-12-30T02:00Z",  # Thursday the 29th, 16:00; Friday never came
            2,
            "2011-12-30T20:00Z",
            id="a day that a zone left out is not waited for",
        ),
        pytest.param(
            OpenHours(BERLIN, NINE_TO_FIVE.week, frozenset({date(2026, 12, 25)})),
            "2026-12-24T15:00Z",
            2,
            "2026-12-28T09:00Z",
            id="a holiday is closed throughout",
        ),
        pytest.param(
            of_week({0: [(time(9, 30), time(12))]}, ZoneInfo("Asia/Kathmandu")),
            "2026-11-23T00:00Z",
            1,
            "2026-11-23T04:45Z",
            id="a zone three quarters off the hour",
        ),
    ],
)
def test_a_wait_ends_when_its_open_time_has_passed(
    hours: OpenHours, start: str, wait: int, due: str
) -> None:
    assert add(hours, at(start), timedelta(hours=wait)) == at(due)


def working(team_holidays: str | None, zone: str, *days_off: str) -> OpenHours:
    declared = frozenset(date.fromisoformat(day) for day in days_off)
    return of_team(WorkingHours(), ZoneInfo(zone), DaysOff(team_holidays, declared))


BAVARIA = working("DE-BY", "Europe/Berlin")


@pytest.mark.parametrize(
    ("hours", "start", "wait", "due"),
    [
        pytest.param(
            BAVARIA, "2026-06-03T14:00Z", 2, "2026-06-05T08:00Z", id="Corpus Christi in Bavaria"
        ),
        pytest.param(
            working("DE-BE", "Europe/Berlin"),
            "2026-06-03T14:00Z",
            2,
            "2026-06-04T08:00Z",
            id="which is a working day in Berlin",
        ),
        pytest.param(
            BAVARIA,
            "2026-12-31T15:00Z",
            2,
            "2027-01-04T09:00Z",
            id="New Year of the next year, and a weekend",
        ),
        pytest.param(
            working("US", "America/New_York"),
            "2026-07-02T20:00Z",
            2,
            "2026-07-06T14:00Z",
            id="a Saturday's Fourth of July is observed on Friday",
        ),
        pytest.param(
            working("US", "America/New_York"),
            "2021-12-30T21:00Z",
            2,
            "2022-01-03T15:00Z",
            id="and New Year on the last day of the year before",
        ),
        pytest.param(
            working("US", "America/New_York"),
            "2026-10-30T20:00Z",
            2,
            "2026-11-02T15:00Z",
            id="clocks go back over a weekend in New York",
        ),
        pytest.param(
            working(None, "Europe/Berlin", "2026-11-19"),
            "2026-11-18T15:00Z",
            2,
            "2026-11-20T09:00Z",
            id="a day off of the team's own",
        ),
        pytest.param(
            working("DE-BY", "Europe/Berlin", "2026-12-24", "2026-12-31"),
            "2026-12-23T15:00Z",
            2,
            "2026-12-28T09:00Z",
            id="a day off and holidays in a row",
        ),
        pytest.param(
            working("WS", "Pacific/Apia"),
            "2011-12-29T22:00Z",  # Thursday the 29th, noon; Friday never came
            6,
            "2012-01-02T20:00Z",
            id="Samoa's skipped day, a weekend, and two days of New Year",
        ),
        pytest.param(
            working("AU-NSW", "Australia/Lord_Howe"),
            "2026-10-02T05:00Z",
            2,
            "2026-10-05T22:30Z",
            id="Labour Day after the night when Lord Howe moves by half an hour",
        ),
        pytest.param(
            BAVARIA, "2028-02-28T15:00Z", 9, "2028-02-29T16:00Z", id="a leap day is no holiday"
        ),
    ],
)
def test_holidays_are_no_working_days(hours: OpenHours, start: str, wait: int, due: str) -> None:
    assert add(hours, at(start), timedelta(hours=wait)) == at(due)
    assert is_open(hours, at(due) - MINUTE)


def test_a_calendar_of_ten_years_is_worked_out_only_as_far_as_it_is_asked() -> None:
    public_holidays.cache_clear()
    hours = working("DE-BY", "Europe/Berlin")
    assert public_holidays.cache_info().currsize == 0
    add(hours, at("2026-11-18T09:00Z"), timedelta(hours=40))
    assert public_holidays.cache_info().currsize == 1


def test_every_recorded_due_time(shared: Path) -> None:
    rows = (shared / "data/hostile/business_time.jsonl").read_text().splitlines()
    wrong = []
    for row in map(json.loads, rows):
        week = {int(day): spans for day, spans in row["weekly_hours"].items()}
        hours = of_week(week, ZoneInfo(row["tz"]))
        due = add(hours, at(row["start_utc"]), row["business_minutes"] * MINUTE)
        if due != at(row["due_utc"]):
            wrong.append((row, due))
    assert rows
    assert not wrong


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        pytest.param("2026-11-18T09:00Z", "2026-11-18T10:30Z", 1.5, id="while open"),
        pytest.param("2026-11-20T15:00Z", "2026-11-23T09:00Z", 2, id="a weekend does not count"),
        pytest.param("2026-11-18T20:00Z", "2026-11-19T02:00Z", 0, id="a night does not count"),
        pytest.param("2026-11-19T10:00Z", "2026-11-18T10:00Z", 0, id="never less than nothing"),
    ],
)
def test_how_much_open_time_has_passed(since: str, until: str, hours: float) -> None:
    assert elapsed(NINE_TO_FIVE, at(since), at(until)) == timedelta(hours=hours)


def test_a_skipped_hour_has_no_open_instant_whatever_fraction_of_a_second_is_asked() -> None:
    skipped = of_week({day: [(2, 3)] for day in range(7)}, BERLIN)
    since = at("2026-03-28T12:00:00.5Z")
    assert elapsed(skipped, since, since + timedelta(hours=24)) == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "opens"),
    [
        pytest.param("2026-11-18T09:12:13Z", "2026-11-18T09:12:13Z", id="open: this instant"),
        pytest.param("2026-11-18T16:00Z", "2026-11-19T08:00Z", id="closing time is closed"),
        pytest.param("2026-11-20T20:00Z", "2026-11-23T08:00Z", id="after a weekend"),
    ],
)
def test_when_business_time_runs_again(instant: str, opens: str) -> None:
    assert next_open(NINE_TO_FIVE, at(instant)) == at(opens)
    assert is_open(NINE_TO_FIVE, at(opens))
    assert is_open(NINE_TO_FIVE, at(instant)) == (instant == opens)


ALWAYS_HOLIDAY = OpenHours(
    BERLIN,
    NINE_TO_FIVE.week,
    frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(HORIZON.days + 10)),
)


def test_a_calendar_of_holidays_is_given_up_by_name() -> None:
    start = at("2026-01-02T00:00Z")
    with pytest.raises(BeyondCalendar, match="drop holidays"):
        add(ALWAYS_HOLIDAY, start, MINUTE)
    with pytest.raises(BeyondCalendar):
        next_open(ALWAYS_HOLIDAY, start)
    assert elapsed(ALWAYS_HOLIDAY, start, start + HORIZON) == timedelta(0)


def test_a_wait_of_centuries_is_given_up_by_name() -> None:
    with pytest.raises(BeyondCalendar, match="shorten the wait"):
        add(NINE_TO_FIVE, at("2026-01-02T00:00Z"), timedelta(weeks=99999))
    with pytest.raises(BeyondCalendar):
        elapsed(NINE_TO_FIVE, at("1970-01-01T00:00Z"), at("2026-01-01T00:00Z"))
    with pytest.raises(BeyondCalendar):
        add(NINE_TO_FIVE, at("9999-12-01T00:00Z"), timedelta(weeks=9))


@pytest.mark.parametrize(
    ("weekly", "says"),
    [
        pytest.param({}, "at least one", id="never open"),
        pytest.param({0: [(9, 9)]}, "mon", id="an empty span"),
        pytest.param({1: [(17, 9)]}, "tue", id="a span that ends before it starts"),
        pytest.param({2: [(9, 25)]}, "wed", id="a span past midnight"),
        pytest.param({3: [(-1, 9)]}, "thu", id="a span before midnight"),
        pytest.param({4: [(9, 12), (11, 17)]}, "fri", id="spans that overlap"),
        pytest.param({7: [(9, 17)]}, "no such weekday", id="an eighth day"),
    ],
)
def test_hours_that_mean_nothing_are_refused(
    weekly: dict[int, list[tuple[float, float]]], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        of_week(weekly, BERLIN)


def test_a_time_without_a_zone_or_a_negative_wait_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        add(NINE_TO_FIVE, datetime(2026, 1, 1), MINUTE)  # noqa: DTZ001
    with pytest.raises(ValueError, match="never negative"):
        add(NINE_TO_FIVE, at("2026-01-01T00:00Z"), -MINUTE)


# Zones that have moved their clocks by an hour, half an hour, three quarters or a whole day, on
# either side of UTC, and the nights when they did so.
NIGHTS = {
    "Europe/Berlin": ["2026-03-29T01:00Z", "2026-10-25T01:00Z"],
    "America/New_York": ["2026-03-08T07:00Z", "2026-11-01T06:00Z"],
    "America/St_Johns": ["2006-04-02T03:31Z", "2006-10-29T02:31Z"],
    "Australia/Lord_Howe": ["2026-04-04T15:00Z", "2026-10-03T15:30Z"],
    "Africa/Casablanca": ["2026-02-15T02:00Z", "2026-03-22T02:00Z"],
    "America/Sao_Paulo": ["2018-02-18T02:00Z", "2018-11-04T03:00Z"],
    "Asia/Kathmandu": ["1985-12-31T18:30Z", "2028-02-29T00:00Z"],
    "Pacific/Apia": ["2011-12-30T10:00Z", "2026-01-01T00:00Z"],
    "Pacific/Kiritimati": ["1994-12-31T10:40Z", "2026-01-01T00:00Z"],
    "America/Caracas": ["2007-12-09T07:00Z", "2016-05-01T07:00Z"],
}


@st.composite
def calendars_and_starts(draw: st.DrawFn) -> tuple[OpenHours, datetime]:
    """Any week of up to two spans a day, a start within three days of a change, some holidays."""
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    night = at(draw(st.sampled_from(NIGHTS[zone])))
    edges = st.lists(st.integers(0, 1440), max_size=4, unique=True).map(sorted)
    week = []
    for _ in range(7):
        found = draw(edges)
        pairs = zip(found[::2], found[1::2], strict=False)
        week.append(tuple((opens * MINUTE, closes * MINUTE) for opens, closes in pairs))
    if not any(week):
        week[draw(st.integers(0, 6))] = ((0 * MINUTE, 1440 * MINUTE),)
    days = st.integers(-3, 3).map(lambda n: (night + timedelta(days=n)).date())
    declared = draw(st.frozensets(days, max_size=2))
    code = draw(st.sampled_from([None, "DE-BY", "US", "WS", "AU-NSW"]))
    hours = OpenHours(ZoneInfo(zone), tuple(week), DaysOff(code, declared))
    return hours, night + draw(st.integers(-4320, 4320)) * MINUTE


def weeks_of(hours: OpenHours, share: float) -> timedelta:
    """A wait as a share of what a week has open, so that no calendar takes ages over it."""
    a_week = sum((closes - opens for day in hours.week for opens, closes in day), timedelta(0))
    return max(a_week * share, timedelta(microseconds=1))


def reads_open(hours: OpenHours, minute: datetime) -> bool:
    """The rule as it is said: look at the clock on the wall."""
    local = minute.astimezone(hours.zone)
    reading = (local.hour * 60 + local.minute) * MINUTE
    spans = hours.week[local.weekday()] if local.date() not in hours.holidays else ()
    return any(opens <= reading < closes for opens, closes in spans)


@given(calendars_and_starts(), st.integers(0, 1500))
def test_business_time_agrees_with_counting_every_minute(
    calendar: tuple[OpenHours, datetime], look: int
) -> None:
    hours, start = calendar
    minutes = [start + n * MINUTE for n in range(look + 1)]
    open_minutes = [minute for minute in minutes if reads_open(hours, minute)]
    assert [minute for minute in minutes if is_open(hours, minute)] == open_minutes
    assert elapsed(hours, start, minutes[-1] + MINUTE) == len(open_minutes) * MINUTE
    if open_minutes:
        assert next_open(hours, start) == open_minutes[0]
        assert add(hours, start, len(open_minutes) * MINUTE) == open_minutes[-1] + MINUTE


@given(calendars_and_starts(), st.floats(0, 4), st.timedeltas(timedelta(0), timedelta(seconds=60)))
def test_exactly_the_wait_has_passed_when_it_is_due_and_not_before(
    calendar: tuple[OpenHours, datetime], share: float, later: timedelta
) -> None:
    hours, start = calendar
    wait = weeks_of(hours, share)
    due = add(hours, start + later, wait)
    assert elapsed(hours, start + later, due) == wait
    assert elapsed(hours, start + later, due - timedelta(microseconds=1)) < wait


@given(calendars_and_starts(), st.floats(0, 2), st.floats(0, 2))
def test_a_wait_in_two_parts_ends_with_the_whole(
    calendar: tuple[OpenHours, datetime], one: float, other: float
) -> None:
    hours, start = calendar
    first, second = weeks_of(hours, one), weeks_of(hours, other)
    assert add(hours, add(hours, start, first), second) == add(hours, start, first + second)


def test_a_team_works_on_its_days_in_its_zone() -> None:
    hours = of_team(WorkingHours(), BERLIN, {date(2026, 11, 23)})
    friday_night = datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert next_open(hours, friday_night) == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert elapsed(hours, friday_night, friday_night + timedelta(days=4)) == timedelta(hours=8)


def test_hours_may_begin_at_any_second_and_have_their_holidays() -> None:
    to_the_second = {0: [(time(9, 0, 30, 5), time(17))], 1: [(9, 17)]}
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    hours = of_week(to_the_second, ZoneInfo("UTC"))
    assert next_open(hours, monday) == monday + timedelta(hours=9, seconds=30, microseconds=5)
    closed = of_week(to_the_second, ZoneInfo("UTC"), {date(2026, 11, 23)})
    assert next_open(closed, monday) == monday + timedelta(days=1, hours=9)
