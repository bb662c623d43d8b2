"""Where a storm's curve turns."""

import pytest

from listener.curve import Cell, Peak, onset, peak, people_between

FIVE = 300


def curve(*people: int, usual: float = 0.1) -> list[Cell]:
    return [Cell(at * FIVE, many, many, many, usual) for at, many in enumerate(people)]


QUIET = [0] * 20


@pytest.mark.parametrize(
    ("people", "usual", "rang", "began"),
    [
        pytest.param([*QUIET, 3, 4, 5], 0.1, 22, 20, id="the first people of the outcry"),
        pytest.param([*QUIET, 3, 0, 0, 5], 0.1, 23, 20, id="a pause within half an hour"),
        pytest.param(
            [0, 3, 3, *QUIET, 3, 4, 5], 0.1, 25, 23, id="an earlier unrest that had ended"
        ),
        pytest.param([3, 4, 5], 0.1, 2, 0, id="it raged when it was first heard"),
        pytest.param([5, 5, 5, 5, 5, 5, 5, 25, 9], 5.0, 8, 7, id="beyond what is usual anyway"),
        pytest.param([*QUIET, 1], 0.1, 20, None, id="one person is no beginning"),
        pytest.param([5] * 8, 5.0, 7, None, id="declared in a usual hour"),
        pytest.param([], 0.1, 0, None, id="nothing is known"),
    ],
)
def test_onset(people: list[int], usual: float, rang: int, began: int | None) -> None:
    found = onset(curve(*people, usual=usual), rang * FIVE)
    assert found == (None if began is None else began * FIVE)


def test_a_curve_that_begins_after_the_ring_has_no_onset() -> None:
    assert onset([Cell(FIVE, 9, 9, 9, 0.1)], 0.0) is None


@pytest.mark.parametrize(
    ("people", "since", "worst"),
    [
        pytest.param([1, 2, 9, 2, 1, 0, 0, 0, 0], 0, Peak(5 * FIVE, 15), id="six cells"),
        pytest.param([9, 0, 0, 0, 0, 0, 0, 1], 7, Peak(8 * FIVE, 1), id="only since then"),
        pytest.param([0, 0, 0], 0, None, id="nobody"),
        pytest.param([], 0, None, id="nothing"),
    ],
)
def test_the_peak_is_the_worst_half_hour(people: list[int], since: int, worst: Peak | None) -> None:
    assert peak(curve(*people), since * FIVE) == worst


def test_people_are_counted_in_a_time_without_its_end() -> None:
    assert people_between(curve(1, 2, 4, 8), FIVE, 3 * FIVE) == 6
