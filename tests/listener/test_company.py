"""Names that are ordinary words: the words beside them say whether the brand is meant."""

from datetime import UTC, datetime

import pytest

from config import Brand
from listener.company import NEIGHBOURHOOD
from listener.matching import Matcher
from listener.mention import Author, Post

APPLE = Brand(
    name="Apple", terms=("apple", "apple store"), near=("iphone", "genius bar"), not_near=("pie",)
)
SHELL = Brand(name="Shell", not_near=("bash", "turtle", "#linux"), exclude=("egg shell",))
MATCHER = Matcher([APPLE, SHELL], {"Shell": ("beach",)})
FAR = "word " * NEIGHBOURHOOD


def a_post(text: str, title: str = "") -> Post:
    when = datetime(2026, 11, 21, tzinfo=UTC)
    return Post("x", "1", text, when, Author("u1", "ann"), title=title)


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        pytest.param("apple, my iPhone is dead", ["Apple"], id="a wanted word behind the name"),
        pytest.param("the Genius Bar at apple was shut", ["Apple"], id="a wanted phrase before it"),
        pytest.param("an apple a day", [], id="no wanted word"),
        pytest.param(f"apple {FAR} iphone", [], id="a wanted word too far off"),
        pytest.param("my iphone fell in the apple pie", [], id="an excluding word wins"),
        pytest.param("#apple is sweet", [], id="a hashtag of the word is the word"),
        pytest.param("@apple answer me", ["Apple"], id="a handle is a name by itself"),
        pytest.param("the apple store was rude", ["Apple"], id="a phrase is a name by itself"),
        pytest.param("Shell overcharged me", ["Shell"], id="none of the excluding words"),
        pytest.param("a bash shell script", [], id="an excluding word"),
        pytest.param("my shell #Linux", [], id="an excluding hashtag"),
        pytest.param("shells: a shell on the beach", [], id="a learned word"),
        pytest.param(f"shell at the pump {FAR} bash", ["Shell"], id="an excluding word far off"),
        pytest.param(f"turtle shell {FAR} I refuelled at Shell", ["Shell"], id="one of two places"),
        pytest.param("Shell pump, egg shell", [], id="an excluded term anywhere"),
    ],
)
def test_the_company_of_a_name_decides(text: str, brands: list[str]) -> None:
    assert [match.brand for match in MATCHER.match(a_post(text))] == brands


@pytest.mark.parametrize(
    ("text", "others"),
    [
        pytest.param("a bash shell", ("Shell",), id="said of something else"),
        pytest.param("Shell is closed", (), id="said of the brand"),
        pytest.param("bash and beach", (), id="the name is not there"),
    ],
)
def test_a_name_said_of_something_else_can_be_counted(text: str, others: tuple[str, ...]) -> None:
    assert MATCHER.others(a_post(text)) == others


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("shell bash " * 2_000, id="names and neighbours without end"),
        pytest.param("shell" + " x" * 9_000, id="words without end"),
        pytest.param("殻shell殻bash" * 1_000, id="a script without blanks"),
    ],
)
def test_a_text_without_end_is_answered(text: str) -> None:
    MATCHER.match(a_post(text))
    assert MATCHER.others(a_post("shell bash " * 2_000)) == ("Shell",)


def test_a_word_in_the_title_is_beside_the_text() -> None:
    assert MATCHER.match(a_post("apple says no", title="iPhone refund"))


def test_the_names_own_letters_are_no_neighbour() -> None:
    matcher = Matcher([Brand(name="Gap", near=("gap",))])
    assert not matcher.match(a_post("mind the gap"))
    assert matcher.match(a_post("the gap at Gap"))
