"""How two replays differ: a table for the pure part."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config import Band
from tocsin.whatif.compare import (
    Both,
    Change,
    Course,
    Moved,
    Opening,
    Refusal,
    Told,
    Waited,
    compare,
)

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ONE, TWO, THREE, FOUR = (Opening("Acme", "x", str(number)) for number in range(1, 5))
COURSE = Course(
    opened_at=NOON, band=Band.P2, team="care", step=0, pages=1, paged_at=NOON, paged="ada"
)
REFUSED = Refusal(7, NOON, "bea", "ack", "case", 1, "bea was not paged")


def paged(minutes: float) -> Course:
    return replace(COURSE, paged_at=NOON + minutes * MINUTE)


def test_first_pages_move_by_so_many_minutes() -> None:
    old = Told(cases={ONE: paged(10), TWO: paged(10), THREE: paged(10), FOUR: paged(10)})
    new = Told(cases={ONE: paged(8), TWO: paged(4), THREE: paged(15), FOUR: paged(10)})
    found = compare(old, new)
    assert found.earlier == Moved(2, 4.0, 6.0)
    assert found.later == Moved(1, 5.0, 5.0)
    assert [change.opening for change in found.changes] == [TWO, THREE, ONE]


def test_pages_are_summed_by_person_team_and_band() -> None:
    old = Told(cases={}, pages={("ada", "care", "P1"): 2, ("bea", "care", "P2"): 1})
    new = Told(cases={}, pages={("ada", "tech", "P1"): 5})
    found = compare(old, new)
    assert found.pages == Both(3, 5)
    assert found.by_person == {"ada": Both(2, 5), "bea": Both(1, 0)}
    assert found.by_team == {"care": Both(3, 0), "tech": Both(0, 5)}
    assert found.by_band == {"P1": Both(2, 5), "P2": Both(1, 0)}


@pytest.mark.parametrize(
    ("course", "figure"),
    [
        pytest.param(replace(COURSE, paged="bea"), "to_somebody_else", id="to somebody else"),
        pytest.param(replace(COURSE, band=Band.P1), "other_band", id="another band"),
        pytest.param(replace(COURSE, step=2), "other_step", id="another step"),
    ],
)
def test_a_case_that_went_another_way_is_counted_as_that(course: Course, figure: str) -> None:
    found = compare(Told(cases={ONE: COURSE}), Told(cases={ONE: course}))
    figures = ("to_somebody_else", "other_band", "other_step")
    assert {name: getattr(found, name) for name in figures} == {
        name: int(name == figure) for name in figures
    }
    assert found.changes == (Change(ONE, COURSE, course),)
    assert not found.is_none


def test_a_case_nobody_was_paged_for_moves_in_no_direction() -> None:
    never = replace(COURSE, paged_at=None, paged="", pages=0, step=-1)
    found = compare(Told(cases={ONE: COURSE}), Told(cases={ONE: never}))
    assert (found.never_paged, found.to_somebody_else) == (Both(0, 1), 0)
    assert (found.earlier, found.later) == (Moved(), Moved())


def test_cases_of_one_side_come_first_and_the_most_urgent_of_them() -> None:
    storm = replace(COURSE, band=Band.P1)
    found = compare(
        Told(cases={ONE: COURSE, TWO: COURSE}), Told(cases={ONE: paged(90), THREE: storm})
    )
    assert (found.only_old, found.only_new) == (1, 1)
    assert [change.opening for change in found.changes] == [THREE, TWO, ONE]


def test_how_long_it_took_until_somebody_took_it_on() -> None:
    courses = [replace(COURSE, owned_at=NOON + minutes * MINUTE) for minutes in (1, 2, 30)]
    old = Told(cases=dict(zip((ONE, TWO, THREE), courses, strict=True)) | {FOUR: COURSE})
    assert compare(old, Told(cases={})).owned == (Waited(3, 2.0), Waited(0, 0.0))


def test_refusals_are_told_by_who_refuses() -> None:
    both, later = REFUSED, replace(REFUSED, entry=9)
    found = compare(Told(cases={}, refusals=(both,)), Told(cases={}, refusals=(both, later)))
    assert (found.refused_in_both, found.refused_by_new, found.refused_by_old) == (1, (later,), ())
    assert not found.is_none


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(Told(cases={}, storms=1), id="a storm"),
        pytest.param(Told(cases={}, breaches=1), id="a breached clock"),
        pytest.param(Told(cases={}, pages={("ada", "care", "P1"): 1}), id="a page"),
        pytest.param(Told(cases={}, unknown={"ada": 1}), id="somebody who is gone"),
        pytest.param(Told(cases={ONE: COURSE}), id="a case"),
    ],
)
def test_the_smallest_difference_is_one(new: Told) -> None:
    assert compare(Told(cases={}), Told(cases={})).is_none
    assert not compare(Told(cases={}), new).is_none
