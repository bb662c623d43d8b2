"""How a storm stands while it runs, and its curve: looking tells nothing and changes nothing."""

import pytest

from listener.curve import people_between
from listener.spread import Spread
from tests.listener.test_spread import HOUR, STORM_AT, TAUGHT, told
from tests.listener.test_spreading import climb


@pytest.fixture
def raging() -> Spread:
    spread = Spread.load(TAUGHT)
    assert told(climb(), spread)
    return spread


def test_a_storm_that_was_told_can_be_looked_at_with_every_figure(raging: Spread) -> None:
    found = raging.look()
    assert found is not None
    assert found.is_storm
    assert found.likely is not None
    assert found.begets is not None
    assert found.platforms == 3


def test_looking_changes_nothing(raging: Spread) -> None:
    before = raging.dump()
    assert raging.look() == raging.look()
    assert raging.curve(STORM_AT, STORM_AT + HOUR)
    assert raging.dump() == before


@pytest.mark.parametrize(
    "spread", [Spread(), Spread.load(TAUGHT)], ids=["nothing heard", "no storm"]
)
def test_where_no_storm_was_told_there_is_nothing_to_look_at(spread: Spread) -> None:
    assert spread.look() is None


def test_after_the_all_clear_there_is_nothing_to_look_at(raging: Spread) -> None:
    assert raging.clear(STORM_AT + 8 * HOUR) is not None
    assert raging.look() is None


def test_the_curve_has_everybody_and_no_gap(raging: Spread) -> None:
    cells = raging.curve(STORM_AT, STORM_AT + 3 * HOUR)
    assert [cell.at for cell in cells] == list(
        range(cells[0].at, cells[0].at + 300 * len(cells), 300)
    )
    assert people_between(cells, cells[0].at, cells[-1].at + 300) == 120
    assert all(cell.usual > 0 for cell in cells)


def test_the_curve_ends_at_what_is_remembered(raging: Spread) -> None:
    cells = raging.curve(0.0, STORM_AT + 2 * HOUR)
    assert len(cells) <= 288
    assert len(raging.curve(STORM_AT, STORM_AT + 10_000 * HOUR)) <= 288


@pytest.mark.parametrize(
    ("since", "until"),
    [
        pytest.param(float("nan"), STORM_AT, id="no time"),
        pytest.param(STORM_AT, STORM_AT - 1, id="backwards"),
        pytest.param(-1.0, STORM_AT, id="before time"),
        pytest.param(0.0, 1e300, id="beyond time"),
    ],
)
def test_of_what_is_no_time_there_is_no_curve(raging: Spread, since: float, until: float) -> None:
    assert raging.curve(since, until) == ()


def test_before_anything_was_heard_there_is_no_curve() -> None:
    assert Spread().curve(STORM_AT, STORM_AT + HOUR) == ()
