"""A storm's curve is gathered from the store, with what was told and done."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.tocsin.pictures.curves import OVER, reading
from tocsin.pictures import Asked, Curve, gather
from tocsin.pictures.curve import Kind

HOURS = timedelta(hours=1)


def curve_of(store: Path, zone: str = "UTC") -> Curve:
    with reading(store) as (desk, incident):
        return gather(desk.connection, incident, Asked(zone), OVER)


def test_the_curve_shows_the_storm_with_some_time_before_and_after(demo: Path) -> None:
    curve = curve_of(demo)
    storm = next(mark.at for mark in curve.marks if mark.label == "storm")
    assert curve.cells[0].at <= storm - 2 * HOURS
    assert curve.cells[-1].at >= storm + 4 * HOURS
    assert curve.minutes == 5
    assert curve.people > 40


def test_what_was_told_and_done_is_marked_in_order(demo: Path) -> None:
    labels = [(mark.kind, mark.label) for mark in curve_of(demo).marks]
    assert labels == [
        (Kind.ONSET, "began"),
        (Kind.ALARM, "storm"),
        (Kind.DEED, "acknowledged"),
        (Kind.DEED, "update"),
        (Kind.DEED, "replied"),
        (Kind.ALARM, "all-clear"),
        (Kind.DEED, "contained"),
    ]


def test_the_forecast_is_the_range_that_was_said_and_re_issued(demo: Path) -> None:
    forecasts = curve_of(demo).forecasts
    assert [(one.low, one.high) for one in forecasts] == [(4, 37), (7, 71), (7, 72)]
    assert all(one.until - one.issued == 4 * HOURS for one in forecasts)


def test_a_storm_whose_posts_were_erased_is_drawn_from_what_counts_remain(
    demo: Path, tmp_path: Path
) -> None:
    erased = tmp_path / "erased.db"
    shutil.copyfile(demo, erased)
    before = curve_of(erased)
    with reading(erased) as (desk, _):
        posts = [row[0] for row in desk.connection.execute("select id from posts")]
    _erase(erased, posts)
    after = curve_of(erased)
    assert after.erased > 50
    assert [cell.people for cell in after.cells] == [cell.people for cell in before.cells]
    assert after.marks == before.marks


def _erase(path: Path, posts: list[int]) -> None:
    from tocsin.randomness import SystemRandomness
    from tocsin.store import Store

    store = Store(path, randomness=SystemRandomness())
    try:
        for post in posts:
            store.write(lambda desk, post=post: desk.erase_post(post, OVER))  # type: ignore[misc]
    finally:
        store.close()


def test_a_declared_storm_of_which_nothing_was_heard_is_a_flat_line(demo: Path) -> None:
    with reading(demo) as (desk, incident):
        other = replace(incident, number=99, brand="Nobody", people=0, declared_by="ada")
        curve = gather(desk.connection, other, Asked(), OVER)
    assert curve.people == 0
    assert curve.declared
    assert curve.cells
    assert not curve.forecasts


def test_no_word_of_a_post_is_in_it(demo: Path) -> None:
    connection = sqlite3.connect(f"file:{demo}?mode=ro", uri=True)
    handles = {row[0] for row in connection.execute("select handle from authors where handle<>''")}
    connection.close()
    said = repr(curve_of(demo))
    assert len(handles) > 50
    assert not [one for one in handles if one in said]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata"])
def test_the_zone_changes_no_number(demo: Path, zone: str) -> None:
    assert replace(curve_of(demo, zone), zone="UTC") == curve_of(demo)
