"""Where a post names this brand, and where others; and clause by clause whom it is about."""

import pytest

from listener.complaint import Judgement, Verdict, judge
from listener.cuetext import read
from listener.names import NO_NAMES, Names, mark
from listener.sentiment import valence

NAMES = Names.of(["Acme", "US Airways", "@acmehelp"], ["Globex", "Initech Mobile"])
BY_HEART = Names.of(["Acme"], ["Globex"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Acme and globex", " OURS and OTHER ", id="words"),
        pytest.param("@AcmeHelp @ann", " OURS @ ", id="handles, but not of strangers"),
        pytest.param("us airways #USAirways", " OURS OURS ", id="several words, also as one"),
        pytest.param("Initech mobile", " OTHER ", id="another of two words"),
        pytest.param("acme, acme acme", " OURS , OURS OURS ", id="again and again"),
        pytest.param("pacman acmeology", " pacman acmeology ", id="no piece of a word"),
        pytest.param("", "  ", id="nothing"),
    ],
)
def test_mark(text: str, words: str) -> None:
    assert mark(read(text), NAMES).words == words


def test_a_place_in_the_marked_words_is_one_in_the_text() -> None:
    text = read("Hi US Airways, you lost my bag")
    marked = mark(text, NAMES)
    start = marked.words.index(" lost ")
    first, after = marked.span(start, len(marked.words))
    assert text.quote_words(first, after) == "lost my bag"


def test_no_names_mark_nothing() -> None:
    text = read("Acme, @ann")
    assert mark(text, NO_NAMES).words == text.parts


def judged(text: str, names: Names = BY_HEART) -> Judgement:
    return judge(text, valence(text), names=names)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Globex lost my bag. Acme never lost one", id="told apart by clauses"),
        pytest.param("@globex why is my order late? Acme would be on time", id="to another"),
        pytest.param("moved from Fabrikam to Acme, they never answered", id="who was left"),
        pytest.param("Unlike Globex, Acme answers", id="unlike another"),
    ],
)
def test_what_is_about_another_pages_nobody(text: str) -> None:
    assert judged(text).verdict is not Verdict.COMPLAINT


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Acme lost my bag. Globex never lost one", id="told apart by clauses"),
        pytest.param("@acme why is my order late? Globex would be on time", id="to us"),
        pytest.param("moved from Acme to Globex, they never answered", id="who was left"),
        pytest.param("Acme and Globex are both useless, nobody answers", id="both of them"),
    ],
)
def test_what_is_about_us_is_heard_beside_another(text: str) -> None:
    assert judged(text).verdict is Verdict.COMPLAINT


def test_for_the_other_it_is_the_other_way_round() -> None:
    text = "Globex lost my bag, should have flown Acme"
    theirs = Names.of(["Globex"], ["Acme"])
    assert judged(text).verdict is Verdict.OTHER
    assert judged(text, theirs).verdict is Verdict.COMPLAINT


def test_another_in_passing_changes_nothing_for_who_speaks_to_us() -> None:
    text = "@acme my flight to the Globex arena is delayed again and nobody answers"
    assert judged(text).verdict is Verdict.COMPLAINT
