"""A storm that grows from a watch of days ago: its own curve, and everybody in it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from escalation.incidents import Spike
from escalation.subject import Incident, Level, State
from listener.curve import Cell
from listener.storm import Signal
from tests.firm import Firm, new_firm
from tests.tocsin.storming.test_account import told
from tests.tocsin.stormy import MINUTE, begins, rages
from tocsin.store import Unit
from tocsin.storm_record import BEFORE, KEPT_FOR
from tocsin.storming.course import Course, course_of

DAY = timedelta(days=1)
WATCH = Spike(storm=False, people=4, posts=4, minutes=360, usual=0.5, sentence="a watch")
SIGNAL = Signal(
    "watch", people=4, minutes=360, usual=0.5, unhappy_share=0.9, usual_share=0.1, score=12.0
)


@pytest.fixture
def firm() -> Firm:
    made = new_firm()
    begins(made)
    return made


def watch(firm: Firm) -> None:
    firm.write(lambda desk: firm.house.engine.spike(desk, "Acme", None, WATCH, firm.now))


def measured_watch(firm: Firm) -> None:
    """As the measure tells it, with the cells of the hours before."""
    firm.write(lambda desk: firm.house.pipeline._tell(desk, "Acme", SIGNAL, firm.now))


def storm_of(firm: Firm, people: int, *, days: int) -> Incident:
    """So many days after the watch."""
    firm.passes(days * DAY)
    assert list(rages(firm, people))
    firm.passes(10 * MINUTE)
    return incident(firm)


def incident(firm: Firm) -> Incident:
    with firm.house.store.borrow() as desk:
        found = desk.open_incident("Acme", None)
    assert found is not None
    return found


def course(firm: Firm) -> Course:
    with firm.house.store.borrow() as desk:
        return course_of(desk, incident(firm))


def forget_the_curve(firm: Firm, since: datetime) -> None:
    """As where it was not kept: by an earlier version, or while the house was down."""

    def forget(desk: Unit) -> None:
        query = "delete from storm_cells where at >= ?"
        desk.connection.execute(query, (since.timestamp(),))

    firm.write(forget)


def test_its_curve_is_kept_from_half_a_day_before_it_became_a_storm(firm: Firm) -> None:
    watch(firm)
    found = storm_of(firm, 60, days=4)
    assert found.level is Level.STORM
    assert found.storm_at is not None
    cells = course(firm).cells
    assert 0 <= cells[0].at - (found.storm_at - BEFORE).timestamp() + 300 <= 300
    assert sum(cell.people for cell in cells) == 60
    points = told(firm)["turning_points"]
    assert points["onset"] is not None
    assert points["peak_people"] == 30


def test_its_curve_ends_three_days_after_it_became_a_storm(firm: Firm) -> None:
    watch(firm)
    found = storm_of(firm, 60, days=4)
    assert found.storm_at is not None
    firm.passes(KEPT_FOR + DAY / 2)
    last = course(firm).cells[-1].at
    assert 0 <= (found.storm_at + KEPT_FOR).timestamp() - last <= 600


def test_the_people_of_a_storm_after_a_measured_watch_are_all_of_them(firm: Firm) -> None:
    measured_watch(firm)
    found = storm_of(firm, 60, days=4)
    assert found.people > WATCH.people
    assert told(firm)["people"] >= 60


def test_where_only_the_cells_of_the_watch_are_kept_its_posts_are_counted(firm: Firm) -> None:
    assert list(rages(firm, 4, first=900, every=28))
    measured_watch(firm)
    found = storm_of(firm, 60, days=4)
    forget_the_curve(firm, found.opened_at + DAY)
    assert course(firm).cells
    assert told(firm)["people"] == told(firm)["silent_many"]["heard"] >= 60


def test_it_never_has_fewer_people_than_it_was_told_with(firm: Firm) -> None:
    found = storm_of(firm, 20, days=0)
    more = replace(found, people=500)
    firm.write(lambda desk: desk.save(more, found))
    assert told(firm)["people"] == 500


CELL = 300


def curve(*spans: range) -> list[Cell]:
    return [Cell(at, 1, 1, 1, 0.0) for span in spans for at in span]


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds).astimezone()


@pytest.mark.parametrize(
    ("cells", "covered"),
    [
        pytest.param(curve(range(3_000, 9_000, CELL)), True, id="whole"),
        pytest.param(curve(range(6_000, 9_000, CELL)), True, id="from the ring on"),
        pytest.param(curve(range(6_300, 9_000, CELL)), False, id="begins after it"),
        pytest.param(curve(range(3_000, 6_000, CELL)), False, id="ends before it"),
        pytest.param(curve(range(3_000, 6_300, CELL)), False, id="ends soon after it"),
        pytest.param(curve(range(0, 6_900, CELL), range(7_200, 9_000, CELL)), False, id="a gap"),
        pytest.param(curve(range(6_000, 8_400, CELL)), True, id="ends within ten minutes"),
        pytest.param([], False, id="none"),
    ],
)
def test_a_curve_is_whole_only_without_a_gap_from_the_ring_on(
    firm: Firm, cells: list[Cell], covered: bool
) -> None:
    watch(firm)
    found = replace(course(firm), cells=cells, rang=at(6_123))
    assert found.is_covered(at(9_000)) is covered


def compared(firm: Firm, *, kept: bool) -> list[int]:
    """Which storms are like one of twenty people, after one of forty with its curve or without."""
    storm_of(firm, 40, days=0)
    firm.passes(timedelta(hours=5))
    first = incident(firm)
    if not kept:
        forget_the_curve(firm, first.opened_at)
    closed = replace(first, level=Level.CLOSED, state=State.CLOSED, closed_at=firm.now)
    firm.write(lambda desk: desk.save(closed, first))
    assert list(rages(firm, 20, first=100))
    firm.passes(MINUTE)
    return [one["incident"] for one in told(firm, incident(firm).number)["similar"]]


@pytest.mark.parametrize(("kept", "found"), [(True, [1]), (False, [])])
def test_an_earlier_storm_is_compared_only_by_a_curve_of_its_own(
    firm: Firm, kept: bool, found: list[int]
) -> None:
    assert compared(firm, kept=kept) == found
