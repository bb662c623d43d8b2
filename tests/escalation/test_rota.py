"""Rotas: whose turn it is, hand-over by hand-over."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Rota
from escalation.rota import NEVER, Turns

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = timedelta(days=7)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def turns(starts: str, every: timedelta = WEEK, zone: ZoneInfo = BERLIN) -> Turns:
    """Also of a rota that no file may declare: the reckoning holds for any."""
    people = ("ada", "ben", "cem")
    rota = Rota.model_construct(people=people, starts=at(starts), every=every, overrides=())
    return Turns(rota, zone)


MONDAYS = turns("2026-01-05T09:00")
NIGHTLY = turns("2026-01-01T02:30", timedelta(days=1))
SUNDAY_NIGHTS = turns("2026-01-04T02:30")
HOURLY = turns("2026-01-01T00:00", timedelta(hours=1))


instants = st.datetimes(
    datetime(2026, 1, 6),  # noqa: DTZ001
    datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("rota", "now", "turn"),
    [
        pytest.param(MONDAYS, "2026-01-05T07:59:59Z", -1, id="before it starts"),
        pytest.param(MONDAYS, "2026-01-05T08:00Z", 0, id="from its start on"),
        pytest.param(MONDAYS, "2026-01-12T07:59:59Z", 0, id="to the end of the first turn"),
        pytest.param(MONDAYS, "2026-01-12T08:00Z", 1, id="the second turn"),
        pytest.param(MONDAYS, "2026-03-30T06:59:59Z", 11, id="just before nine, summer time"),
        pytest.param(MONDAYS, "2026-03-30T07:00Z", 12, id="nine stays nine in summer"),
        pytest.param(MONDAYS, "2026-10-26T07:59:59Z", 41, id="just before nine, winter again"),
        pytest.param(MONDAYS, "2026-10-26T08:00Z", 42, id="nine stays nine in winter"),
        pytest.param(NIGHTLY, "2026-03-29T00:59:59Z", 86, id="before a skipped hand-over"),
        pytest.param(NIGHTLY, "2026-03-29T01:00Z", 87, id="when it is skipped"),
        pytest.param(NIGHTLY, "2026-10-25T00:30Z", 297, id="at its first coming"),
        pytest.param(
            NIGHTLY, "2026-10-25T01:10Z", 297, id="the clock goes back, the turn does not"
        ),
        pytest.param(
            SUNDAY_NIGHTS, "2026-10-25T01:10Z", 42, id="nor does it where a turn lasts a week"
        ),
        pytest.param(NIGHTLY, "2026-10-25T01:30Z", 297, id="no second hand-over the same night"),
        pytest.param(
            turns("2026-01-05T09:00", zone=ZoneInfo("Asia/Kathmandu")),
            "2026-01-05T03:15Z",
            0,
            id="nine in Kathmandu",
        ),
        pytest.param(
            turns("2026-01-01T02:15", timedelta(days=1), ZoneInfo("Australia/Lord_Howe")),
            "2026-10-03T15:30Z",
            276,
            id="skipped by half an hour on Lord Howe",
        ),
        pytest.param(
            turns("2026-01-01T01:45", timedelta(days=1), ZoneInfo("Australia/Lord_Howe")),
            "2026-04-04T15:20Z",
            94,
            id="the half hour that comes twice hands over once",
        ),
        pytest.param(
            turns("2026-01-01T01:30", timedelta(days=1), ZoneInfo("America/New_York")),
            "2026-11-01T06:30Z",
            304,
            id="the hour that comes twice in New York",
        ),
        pytest.param(
            turns("2011-12-26T09:00", timedelta(days=1), ZoneInfo("Pacific/Apia")),
            "2011-12-30T18:59:59Z",
            4,
            id="the day that Samoa left out has its turn, and no time",
        ),
        pytest.param(
            turns("2011-12-26T09:00", timedelta(days=1), ZoneInfo("Pacific/Apia")),
            "2011-12-30T19:00Z",
            5,
            id="and the next begins at nine on Saturday",
        ),
        pytest.param(
            turns("2024-02-29T09:00", timedelta(days=1)), "2028-02-29T08:00Z", 1461, id="leap days"
        ),
        pytest.param(turns("0001-01-01T00:00"), "2026-01-05T00:00Z", 105660, id="from of old"),
        pytest.param(turns("9999-12-31T23:00"), "2026-01-05T00:00Z", -1, id="in a far future"),
        pytest.param(
            turns("2026-01-05T09:00", timedelta(weeks=999_999)),
            "2026-01-05T08:00Z",
            0,
            id="a turn without an end",
        ),
    ],
)
def test_whose_turn_it_is(rota: Turns, now: str, turn: int) -> None:
    assert rota.at(at(now)) == turn


@pytest.mark.parametrize("rota", [MONDAYS, NIGHTLY, HOURLY])
@given(now=instants)
def test_a_turn_lasts_from_its_hand_over_to_the_next(rota: Turns, now: datetime) -> None:
    turn = rota.at(now)
    assert rota.hand_over(turn) <= now < rota.hand_over(turn + 1)
    following = list(islice(rota.hand_overs(now), 3))
    assert following == [rota.hand_over(turn + n) for n in (1, 2, 3)]


@given(
    start=st.datetimes(datetime(1970, 1, 1), datetime(2036, 1, 1)),  # noqa: DTZ001
    every=st.timedeltas(timedelta(seconds=1), timedelta(days=400)),
    since=st.timedeltas(timedelta(days=-5), timedelta(days=900)),
    zone=st.sampled_from(["Europe/Berlin", "Pacific/Apia", "America/St_Johns", "UTC"]),
)
def test_any_rota_has_one_turn_at_any_instant(
    start: datetime, every: timedelta, since: timedelta, zone: str
) -> None:
    declared = Rota.model_construct(people=("ada",), starts=start, every=every, overrides=())
    rota = Turns(declared, ZoneInfo(zone))
    now = start.replace(tzinfo=UTC) + since
    turn = rota.at(now)
    assert rota.hand_over(turn + 1) > now
    assert turn == -1 or rota.hand_over(turn) <= now


def test_the_calendar_ends_and_the_rota_with_it() -> None:
    late = turns("9999-12-25T09:00")
    assert list(late.hand_overs(at("2026-01-01T00:00Z"))) == [at("9999-12-25T08:00Z")]
    assert late.hand_over(1) == NEVER
