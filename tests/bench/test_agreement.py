"""How far a crowd agrees: what it says of one person more."""

from pathlib import Path

import pytest

from bench.agreement import agreement, one_person


@pytest.mark.parametrize(
    ("unanimous", "at_most"),
    [
        pytest.param(1.0, 1.0, id="all always agree"),
        pytest.param(0.0, 0.0, id="three never do"),
        pytest.param(0.25, 0.5, id="each says the same by half: one majority of four is of all"),
    ],
)
def test_one_more_person_agrees_no_more_than_the_crowd_lets_expect(
    unanimous: float, at_most: float
) -> None:
    assert one_person(unanimous) == pytest.approx(at_most)


def test_persons_who_differ_from_post_to_post_agree_less_than_the_bound() -> None:
    easy, hard = 1.0, 0.4
    unanimous = (easy + hard / (3 - 2 * hard)) / 2
    assert (easy + hard) / 2 < one_person(unanimous)


def test_nothing_is_said_of_a_set_that_is_not_there(tmp_path: Path) -> None:
    assert agreement(tmp_path) is None
