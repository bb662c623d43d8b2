"""Which words are proposed as telling somebody else's name."""

import pytest

from listener.neighbours import LEAST_OURS, MOST, Neighbour, Told, propose


def ours(number: int, *words: str) -> list[Told]:
    return [Told(True, f"c{n}", frozenset(words)) for n in range(number)]


def theirs(number: int, *words: str, people: int = 99) -> list[Told]:
    return [Told(False, f"t{n % people}", frozenset(words)) for n in range(number)]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        pytest.param([*ours(20), *theirs(3, "pie")], ["pie"], id="three posts by three people"),
        pytest.param([*ours(20), *theirs(2, "pie")], [], id="two posts are few"),
        pytest.param([*ours(20), *theirs(9, "pie", people=1)], [], id="one stranger alone"),
        pytest.param([*ours(LEAST_OURS - 1), *theirs(9, "pie")], [], id="our talk is not known"),
        pytest.param([*ours(20, "the"), *theirs(9, "the")], [], id="a word of ours as well"),
        pytest.param(
            [*ours(1, "pie"), *ours(99), *theirs(9, "pie")], [], id="once of ours in nine"
        ),
        pytest.param(
            [*ours(1, "pie"), *ours(99), *theirs(10, "pie")], ["pie"], id="once of ours in ten"
        ),
        pytest.param(
            [*ours(20), *theirs(3, "pie"), *theirs(30)], [], id="seldom beside theirs either"
        ),
        pytest.param(ours(50, "pie"), [], id="nobody said that anything is not ours"),
        pytest.param([], [], id="nothing was said at all"),
    ],
)
def test_a_word_is_proposed_where_it_tells(told: list[Told], words: list[str]) -> None:
    assert [one.word for one in propose(told)] == words


def test_a_proposal_says_what_it_rests_on() -> None:
    told = [*ours(30), *theirs(6, "pie", people=2)]
    assert propose(told) == (Neighbour("pie", 6, 2, 0),)


def test_no_more_are_proposed_than_a_person_reads() -> None:
    many = [f"word{n}" for n in range(MOST + 10)]
    assert len(propose([*ours(30), *theirs(5, *many)])) == MOST
