"""Which brands a post names."""

import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Brand
from listener.matching import Match, Matcher
from listener.mention import Author, Post

ACME = Brand(name="Acme", accounts={"x": ("@AcmeCare", "42")})
AIR = Brand(name="Acme Air", terms=("acme air", "acmeair.example", "#FlyWithUs", "@aair"))
MORE = Brand(name="More", terms=("全日空", "AT&T", "McDonald's", "Nestlé", "Yahoo!", "C++"))
JAGUAR = Brand(name="Jaguar", exclude=("big cat", "#zoo"))
MATCHER = Matcher([ACME, AIR, MORE, JAGUAR])


def a_post(text: str, title: str = "", author: str = "u1", handle: str = "ann") -> Post:
    when = datetime(2026, 11, 21, tzinfo=UTC)
    return Post("x", "1", text, when, Author(author, handle), title=title)


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        pytest.param("Acme is down", ["Acme"], id="a word"),
        pytest.param("ACME!", ["Acme"], id="any case, beside a mark"),
        pytest.param("Acme’s app", ["Acme"], id="possessive"),
        pytest.param("acmes", [], id="not the beginning of another word"),
        pytest.param("placme", [], id="not the end of another word"),
        pytest.param("acme_x acme2", [], id="not part of an identifier"),
        pytest.param("#acme @acme", ["Acme"], id="hashtag and handle of a word"),
        pytest.param("@AcmeFans rule", [], id="somebody else's handle"),
        pytest.param("#AcmeFails", ["Acme"], id="a camel-case hashtag is read as words"),
        pytest.param("#acme_fails", ["Acme"], id="a hashtag with underscores is read as words"),
        pytest.param("acme \n air", ["Acme", "Acme Air"], id="a phrase over any white space"),
        pytest.param("#AcmeAir", ["Acme", "Acme Air"], id="a phrase as camel-case hashtag"),
        pytest.param("#FlyAcmeAirNow", ["Acme", "Acme Air"], id="a phrase within a hashtag"),
        pytest.param("@acmeair hi", ["Acme Air"], id="a phrase as handle"),
        pytest.param("acmeair", [], id="a joined phrase is no word by itself"),
        pytest.param("#acmeairlines", [], id="nor the beginning of a hashtag"),
        pytest.param("#flywithus", ["Acme Air"], id="a declared hashtag"),
        pytest.param("fly with us", [], id="a declared hashtag is not its words"),
        pytest.param("@aair hello", ["Acme Air"], id="a declared handle"),
        pytest.param("aair x@aair.org", [], id="not without its sign, nor in an address"),
        pytest.param("https://acme.com/x", [], id="a link's host is no word"),
        pytest.param("acme.com and ann@acme.com", [], id="nor are a bare host or an address"),
        pytest.param("http://u:p@acme.com:80/", [], id="nor a host behind credentials"),
        pytest.param("https://x.com/acme/1", ["Acme"], id="a link's path is text"),
        pytest.param("I hate acme.Never again", ["Acme"], id="a forgotten blank is no host"),
        pytest.param("go to acmeair.example", ["Acme Air"], id="a declared domain"),
        pytest.param("https://www.acmeair.example/x", ["Acme Air"], id="its subdomain in a link"),
        pytest.param("notacmeair.example", [], id="not the end of another domain"),
        pytest.param("acmeair.example.evil.test", [], id="not the beginning of another domain"),
        pytest.param("今日の全日空は最悪", ["More"], id="no blanks in this language"),
        pytest.param("acme最悪", ["Acme"], id="a word beside a script without blanks"),
        pytest.param("AT&T, yahoo! c++", ["More"], id="terms with marks"),
        pytest.param("mcdonalds", ["More"], id="an apostrophe left out"),
        pytest.param("nestle", ["More"], id="an accent left out"),
        pytest.param("A\u200bC\u00adME", ["Acme"], id="invisible characters do not hide a brand"),
        pytest.param("\x1b[31macme\x1b[0m is down", ["Acme"], id="nor do a terminal's colours"),
        pytest.param("\x1b]0;x\x07acme", ["Acme"], id="nor does a terminal's title"),
        pytest.param("Аcme", [], id="a Cyrillic look-alike is somebody else"),
        pytest.param("jaguar parked outside", ["Jaguar"], id="a brand that has exclusions"),
        pytest.param("a jaguar is a Big Cat", [], id="an excluded phrase"),
        pytest.param("jaguar #zoo acme", ["Acme"], id="an exclusion is its brand's alone"),
        pytest.param("", [], id="an empty post"),
    ],
)
def test_match(text: str, brands: list[str]) -> None:
    assert [match.brand for match in MATCHER.match(a_post(text))] == brands


def test_title_and_text_both_count_but_not_a_phrase_across_them() -> None:
    assert [m.brand for m in MATCHER.match(a_post("Air is late", title="Acme"))] == ["Acme"]
    assert [m.brand for m in MATCHER.match(a_post("late", title="Acme Air"))] == [
        "Acme",
        "Acme Air",
    ]


@pytest.mark.parametrize(
    ("author", "handle", "own"),
    [
        pytest.param("42", "", True, id="by id"),
        pytest.param("7", "acmecare", True, id="by handle"),
        pytest.param("7", "ann", False, id="somebody else"),
        pytest.param("", "", False, id="nobody we know"),
    ],
)
def test_a_post_by_an_own_account_is_marked(author: str, handle: str, own: bool) -> None:
    post = a_post("acme here to help", author=author, handle=handle)
    assert MATCHER.match(post) == (Match("Acme", "Acme", own),)
    assert MATCHER.own(post) == (("Acme",) if own else ())


def test_an_own_account_is_own_on_its_platform_only() -> None:
    matcher = Matcher([Brand(name="Acme", accounts={"mastodon": ("42",)})])
    assert matcher.own(a_post("acme", author="42")) == ()


def test_the_first_and_longest_term_is_told() -> None:
    matcher = Matcher([Brand(name="B", terms=("acme", "acme air", "zed"))])
    assert matcher.match(a_post("acme air or zed"))[0].term == "acme air"


def test_no_brands_match_nothing() -> None:
    assert Matcher([]).match(a_post("acme")) == ()


# Underscores alone are no word, but how some sites mark one: _acme_.
LETTERS = st.text(string.ascii_letters + string.digits + "_éж", min_size=1, max_size=8).filter(
    lambda word: bool(word.strip("_"))
)


@given(LETTERS, LETTERS)
def test_a_brand_is_never_found_inside_a_word(before: str, after: str) -> None:
    for word in (before + "acme", "acme" + after, before + "acme" + after):
        assert not MATCHER.match(a_post(f"so {word} then"))


@given(st.text(st.characters(), max_size=200))
def test_no_text_breaks_matching(text: str) -> None:
    MATCHER.match(a_post(text, title=text))


@given(st.text(" .,!?()\"'\n", max_size=5), st.text(" ,!?()\"'\n", max_size=5))
def test_a_brand_is_found_between_any_marks(before: str, after: str) -> None:
    assert MATCHER.match(a_post(f"well {before}Acme{after} indeed" if after else "Acme"))
