"""What a storm's curve counts, and what it takes for usual."""

from datetime import UTC, datetime, timedelta

import pytest

from listener.heard import CELL, cell_of
from listener.voice import Voice
from tests.tocsin.pictures.curves import HOUR, MINUTE, NOON, a_curve
from tocsin.pictures import curve
from tocsin.pictures.curve import Forecast

START = cell_of(NOON.timestamp())


def said(minutes: float, author: str = "jo", unhappy: bool = True) -> Voice:
    return Voice((NOON + minutes * MINUTE).timestamp(), author, unhappy, None, "x")


def counts(*voices: Voice, last: int = 11) -> list[int]:
    found = curve.counted(voices, START, START + last)
    return [cell.people for cell in curve.cells(found, START, START + last, 5)]


def test_people_are_counted_and_not_posts() -> None:
    assert counts(said(1), said(2), said(3, "bo"), said(7)) == [2, *[0] * 11]


def test_a_happy_post_is_nobody_unhappy() -> None:
    assert sum(counts(said(1, unhappy=False))) == 0


def test_somebody_who_was_happy_before_is_counted_when_unhappy() -> None:
    assert counts(said(1, unhappy=False), said(6))[:2] == [0, 1]


def test_what_is_usual_is_learned_from_the_days_before_and_not_from_the_storm() -> None:
    before = [said(-24 * 60 * day + n, f"a{day}{n}") for day in range(20, 0, -1) for n in (1, 2, 3)]
    storm = [said(n / 10, f"b{n}") for n in range(100)]
    quiet = curve.counted(before, START, START + 11).usual
    assert curve.counted([*before, *storm], START, START + 11).usual == quiet
    assert quiet[START][0] > 0.01


def test_time_in_which_a_source_was_deaf_teaches_nothing() -> None:
    silent = (NOON - timedelta(days=20)).timestamp(), (NOON - timedelta(hours=1)).timestamp()
    heard = [said(-24 * 60 * day, f"b{day}") for day in range(27, 20, -1)]
    whole = curve.counted(heard, START, START).usual[START][0]
    assert curve.counted(heard, START, START, [silent]).usual[START][0] > whole


def test_a_wide_cell_holds_the_people_and_the_usual_of_its_parts() -> None:
    found = curve.counted([said(n * 5, f"a{n}") for n in range(12)], START, START + 11)
    (hour,) = curve.cells(found, START, START + 11, 60)
    parts = curve.cells(found, START, START + 11, 5)
    assert hour.people == 12
    assert hour.usual == pytest.approx(sum(part.usual for part in parts))
    assert hour.low <= hour.usual <= hour.high


@pytest.mark.parametrize(
    ("length", "minutes"), [(8 * HOUR, 5), (30 * HOUR, 15), (timedelta(days=9), 60)]
)
def test_the_longer_the_storm_the_wider_its_cells(length: timedelta, minutes: int) -> None:
    assert curve.width_of(length) == minutes


def test_the_onset_is_the_first_unrest_that_no_quiet_hour_parts_from_the_alarm() -> None:
    voices = [said(-200, "early"), said(-40, "a"), said(-10, "b"), said(-5, "c"), said(0, "d")]
    found = curve.counted(voices, START - 288, START)
    began = curve.onset(found, NOON, START - 288)
    assert began == NOON - 40 * MINUTE


def test_there_is_no_onset_where_nothing_was_heard() -> None:
    assert curve.onset(curve.counted([], START - 288, START), NOON, START - 288) is None


def test_a_forecast_stands_until_the_next_is_issued() -> None:
    first = Forecast(NOON, NOON + 4 * HOUR, 10, 90)
    second = Forecast(NOON + HOUR, NOON + 5 * HOUR, 12, 111)
    standing = a_curve(forecasts=(first, second)).standing
    assert [until for _, until in standing] == [NOON + HOUR, NOON + 5 * HOUR]


def test_a_cell_begins_when_the_clock_says() -> None:
    assert curve.instant(START) == datetime.fromtimestamp(START * CELL, UTC)
