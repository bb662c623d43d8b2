"""The traps between a brand's name and the ways in which people write it, one a row."""

from datetime import UTC, datetime

import pytest

from config import Brand
from listener.matching import Matcher
from listener.mention import Author, Post

TERMS = (
    "Acme", "acme air", "acme.example", "@acmecares", "AT&T", "Großmann", "Müller", "Istanbul Air",
    "Nestlé", "McDonald's", "Tim Hortons", "Coca-Cola", "T-Mobile", "Marks & Spencer", "Fiat",
    "Ørsted", "全日空", "แอคเม", "7-Eleven",
)  # fmt: skip
MATCHERS = {term: Matcher([Brand(name="it", terms=(term,))]) for term in TERMS}


def is_named(term: str, text: str, lang: str | None = None) -> bool:
    when = datetime(2026, 11, 21, tzinfo=UTC)
    post = Post("x", "1", text, when, Author("u1", "ann"), lang=lang)
    return bool(MATCHERS[term].match(post))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        pytest.param("Großmann", "GROSSMANN is late", id="ß in capitals is SS"),
        pytest.param("Großmann", "GROẞMANN", id="the capital ß"),
        pytest.param("Istanbul Air", "İSTANBUL AIR", id="the Turkish capital with its dot"),
        pytest.param("Acme", "Ａｃｍｅ", id="full-width letters"),
        pytest.param("AT&T", "AT＆T", id="a full-width mark"),
        pytest.param("Acme", "A\u200bc\u200dm\ufeffe", id="zero-width characters inside"),
        pytest.param("Acme", "Ac\u00adme", id="a soft hyphen inside"),
        pytest.param("AT&T", "AT&amp;T again", id="an HTML entity"),
        pytest.param("AT&T", "AT&amp;amp;T", id="an entity that was escaped twice"),
        pytest.param("AT&T", "AT&#38;T and AT&#x26;T", id="numbered entities"),
        pytest.param("Müller", "M&uuml;ller", id="a letter as an entity"),
        pytest.param("acme air", "acme&nbsp;air", id="a blank as an entity"),
        pytest.param("acme air", "Acme\u00a0Air", id="a blank that does not break"),
        pytest.param("acme air", "#AcmeAirFails", id="a camel-case hashtag"),
        pytest.param("acme air", "#Acme_Air_fails", id="a hashtag with underscores"),
        pytest.param("Acme", "#ACMEFails", id="a hashtag of capitals and a word"),
        pytest.param("Acme", "Acme's app", id="a possessive"),
        pytest.param("Acme", "Acme’s app", id="a possessive with a curly apostrophe"),
        pytest.param("Acme", "Acmeʼs app", id="a possessive with a letter apostrophe"),
        pytest.param("Acme", "Acme`s app", id="a possessive with a grave accent"),
        pytest.param("Acme", "the Acmes' app", id="a possessive of several"),
        pytest.param("McDonald's", "mcdonalds", id="an apostrophe left out"),
        pytest.param("Tim Hortons", "Tim Horton's", id="an apostrophe put in"),
        pytest.param("全日空", "今日の全日空は最悪", id="Japanese writes no blanks"),
        pytest.param("แอคเม", "วันนี้แอคเมแย่มาก", id="Thai writes no blanks"),
        pytest.param("Acme", "今日acmeは最悪", id="a Latin name between Japanese"),
        pytest.param("Nestlé", "NESTLE\u0301", id="an accent as a character of its own"),
        pytest.param("Nestlé", "nestle", id="an accent left out"),
        pytest.param("Müller", "MUELLER", id="an umlaut spelled out"),
        pytest.param("Ørsted", "Orsted or Oersted", id="a stroke left out"),
        pytest.param("Fiat", "ﬁat", id="a ligature"),
        pytest.param("Coca-Cola", "Coca‑Cola", id="a hyphen that does not break"),
        pytest.param("Coca-Cola", "coca–cola", id="a dash for a hyphen"),
        pytest.param("Coca-Cola", "coca cola", id="a blank for a hyphen"),
        pytest.param("Coca-Cola", "cocacola", id="a hyphen left out"),
        pytest.param("T-Mobile", "tmobile", id="a hyphen left out beside one letter"),
        pytest.param("acme air", "the Acme-Air app", id="a hyphen for a blank"),
        pytest.param("Marks & Spencer", "marks and spencer", id="and for &"),
        pytest.param("Marks & Spencer", "Marks&amp;Spencer", id="an & without blanks"),
        pytest.param("Acme", "\u202bacme\u202c \u200facme\u200f", id="right-to-left marks"),
        pytest.param("Acme", "😡acme👍🏿", id="emoji beside the word"),
        pytest.param("Acme", "_acme_ and __acme__", id="a word marked as slanted or strong"),
        pytest.param("Acme", "Acme® Acme™", id="a trade mark's sign"),
        pytest.param("Acme", "𝗔𝗰𝗺𝗲 is down", id="bold mathematical letters"),
        pytest.param("Acme", "l’Acme è in ritardo", id="an article joined by an apostrophe"),
        pytest.param("acme.example", "see www.acme.example/help", id="a domain in a link"),
        pytest.param("acme.example", "mail care@acme.example", id="a domain in a mail address"),
        pytest.param("@acmecares", "thanks .@AcmeCares", id="a handle behind a full stop"),
    ],
)
def test_a_brand_is_seen_through(term: str, text: str) -> None:
    assert is_named(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        pytest.param("Acme", "Аcme", id="a Cyrillic A is somebody else's name"),
        pytest.param("Acme", "Acmе", id="a Cyrillic e is somebody else's name"),
        pytest.param("acme.example", "acmе.example", id="a look-alike domain is another domain"),
        pytest.param("Acme", "https://acme.com", id="a link's host is no word"),
        pytest.param("Acme", "ann@acme.com", id="nor is a mail address's"),
        pytest.param("@acmecares", "x@acmecares.org", id="a handle within a mail address"),
        pytest.param("Acme", "@acme_support", id="somebody else's handle"),
        pytest.param("Acme", "acmes", id="a plural is another word"),
        pytest.param(
            "Acme", "my_acme acme_x my_acme_app acme_ __acme", id="an identifier is one word"
        ),
        pytest.param("Acme", "placme Straßenacme", id="the end of another word"),
        pytest.param("acme air", "#acmeairlines", id="the beginning of another hashtag"),
        pytest.param("acme air", "ac&shy;meair", id="a hidden hyphen parts no words"),
        pytest.param("AT&T", "that & that", id="letters of other words"),
        pytest.param("T-Mobile", "it isn't mobile", id="the end of a shortened word"),
        pytest.param("7-Eleven", "at 7 eleven people came", id="a number beside a word"),
        pytest.param("Fiat", "Fıat", id="a dotless i in an English word is a look-alike"),
        pytest.param("Marks & Spencer", "marks, spencer", id="two words in a list"),
    ],
)
def test_what_only_looks_like_the_brand_is_not(term: str, text: str) -> None:
    assert not is_named(term, text)


@pytest.mark.parametrize(
    ("term", "text", "lang", "named"),
    [
        pytest.param("Istanbul Air", "ıstanbul aır geç kaldı", "tr", True, id="ı in Turkish"),
        pytest.param("Istanbul Air", "ıstanbul aır geç kalmış", None, True, id="ı beside a ş"),
        pytest.param("Istanbul Air", "ıstanbul air is late", "en", False, id="ı in English"),
        pytest.param("Acme", "Acmes Kundendienst ist weg", "de", True, id="a German genitive"),
        pytest.param("Acme", "Acmes on my desk are broken", "en", False, id="an English plural"),
        pytest.param("Acme", "die acmes sind reif", "de", False, id="a word without capital"),
    ],
)
def test_what_a_letter_means_depends_on_the_language(
    term: str, text: str, lang: str | None, named: bool
) -> None:
    assert is_named(term, text, lang) is named


@pytest.mark.parametrize("text", ["&amp;" * 4_000, "&#" * 9_000, "&" * 20_000, "_" * 20_000])
def test_references_without_end_are_answered(text: str) -> None:
    assert is_named("Acme", text[:19_000] + " acme")
