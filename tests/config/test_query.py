"""The language of queries: what is read, and what is refused with the place of the mistake."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.query import (
    MAX_DEPTH,
    Both,
    Either,
    Field,
    Lacking,
    Near,
    QueryError,
    Said,
    leaves,
    read_query,
    terms,
)

A, B, C = Said("a"), Said("b"), Said("c")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a", A),
        ("a b", Both((A, B))),
        ("a AND b", Both((A, B))),
        ("a OR b c", Either((A, Both((B, C))))),
        ("(a OR b) c", Both((Either((A, B)), C))),
        ("a NOT b", Both((A, Lacking(B)))),
        ("a -b", Both((A, Lacking(B)))),
        ("-(a OR b)", Lacking(Either((A, B)))),
        ("NOT NOT a", Lacking(Lacking(A))),
        ('"no  refund"', Said("no refund")),
        ("“no refund”", Said("no refund")),
        ('"no refund"~4', Near((Said("no"), Said("refund")), 4)),
        ('a NEAR/3 "b c"', Near((A, Said("b c")), 3)),
        ("refund*", Said("refund", prefix=True)),
        ("lang:DE", Field("lang", "de")),
        ("-author:@Ann", Lacking(Field("author", "ann"))),
        ("site:example.com", Field("site", "example.com")),
        ("t-mobile", Said("t-mobile")),
        ('"and"', Said("and")),
        ("ANDROID", Said("ANDROID")),
    ],
)
def test_queries_are_read_as_written(text: str, query: object) -> None:
    assert read_query(text) == query


@pytest.mark.parametrize(
    ("text", "said", "at"),
    [
        ("", "empty", 1),
        ("   ", "empty", 1),
        ("a and b", "write AND", 3),
        ("a or b", "write OR", 3),
        ("a OR", "missing at the end: write a word or a phrase behind OR", 5),
        ("a NEAR/3", "behind NEAR/3", 9),
        ("a NEAR b", "as in NEAR/3", 3),
        ("a NEAR/x b", "as in NEAR/3", 3),
        ('"third time"~x', 'with a number right behind it: "no refund"~3', 13),
        ('"third time"~3x', "with a number right behind it", 13),
        ("a lang:english", "write lang:en", 3),
        ("lang:klingon", "two letters: such as lang:en", 1),
        ("site:https://x.com", "a host alone", 1),
        ("OR a", '"OR" stands where', 1),
        ("(a", "not closed", 1),
        ("a)", "not opened", 2),
        ('a "b', "quotation mark is not closed", 3),
        ('a ""', "no word between", 4),
        ("land:de", "Fields are lang:", 1),
        ("lang:", "needs the post's language", 1),
        ("https://example.com", "Fields are", 1),
        ("a*b", "star stands at the end", 1),
        ("a*", "at least 2 characters", 1),
        ("a NEAR/99 b", "at most 50 words", 8),
        ("(a OR b) NEAR/3 c", "NEAR stands between two words", 15),
        ("a !", "is no word", 3),
        ("(" * 30 + "a" + ")" * 30, "at most 20 deep", MAX_DEPTH + 2),
        ("- " * 3, "is no word", 1),
        ("a " * 300, "at most 200 words", 401),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, said: str, at: int) -> None:
    with pytest.raises(QueryError, match=said) as refused:
        read_query(text)
    assert f"(at character {at})" in str(refused.value)


@pytest.mark.parametrize(
    "text", ["lang:de", "lang:pt-BR", "lang:und", 'a "NEAR" b', "near a", "NEARBY"]
)
def test_what_can_hold_is_not_refused_beside_it(text: str) -> None:
    assert list(leaves(read_query(text)))


def test_a_query_of_a_book_is_refused() -> None:
    with pytest.raises(QueryError, match="at most 2000 characters"):
        read_query("a" * 5_000)


@given(st.text(st.sampled_from('ab ()"-*~1:ORNADTE/\n'), max_size=60))
def test_any_text_is_a_query_or_a_mistake(text: str) -> None:
    with suppress(QueryError):
        query = read_query(text)
        assert set(terms(query)) <= {leaf.text for leaf in leaves(query) if isinstance(leaf, Said)}


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("a b", ("a",)),
        ("a OR b", ("a", "b")),
        ("(a OR b) c", ("c",)),
        ("a -b", ("a",)),
        ('"a b"~3', ("a",)),
        ("-a", ()),
        ("lang:de", ()),
        ("a OR lang:de", ()),
        ("refund* OR a", ()),
    ],
)
def test_platforms_are_asked_for_what_every_wanted_post_has(
    text: str, needed: tuple[str, ...]
) -> None:
    assert terms(read_query(text)) == needed
