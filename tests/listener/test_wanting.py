"""Queries held against posts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.query import read_query
from listener.mention import Author, Post
from listener.wanting import Wanting

WHEN = datetime(2026, 11, 2, 8, tzinfo=UTC)


def post(text: str, **more: object) -> Post:
    fields: dict[str, object] = {"author": Author("u1", "Ann"), "lang": "en", **more}
    return Post("x", "1", text, WHEN, **fields)  # type: ignore[arg-type]


def wants(query: str, one: Post) -> bool:
    return Wanting(read_query(query)).wants(one)


LATE = "My Acme parcel is three days late and support says no refund until Friday"


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("acme late", True),
        ("acme gas", False),
        ("acme OR gas", True),
        ("acme -late", False),
        ("acme NOT gas", True),
        ('"no refund"', True),
        ('"refund no"', False),
        ('"refund no"~0', True),
        ('"acme late"~4', True),
        ('"acme late"~3', False),
        ("parcel NEAR/3 late", True),
        ("parcel NEAR/2 late", False),
        ('parcel NEAR/3 "late and"', True),
        ("refund* parc*", True),
        ("fund*", False),
        ("fund", False),
        ("ACME", True),
    ],
)
def test_words_phrases_and_nearness(query: str, holds: bool) -> None:
    assert wants(query, post(LATE)) is holds


def test_the_nearest_of_many_places_counts() -> None:
    assert wants("late NEAR/1 acme", post("late late, we wait, all of us here, late for acme"))


@pytest.mark.parametrize(
    ("query", "text", "holds"),
    [
        ('"late late"~3', "my parcel is late", False),
        ('"late late"~3', "late again, late for ever", True),
        ("late NEAR/0 late", "late", False),
        ("late NEAR/0 late", "late late", True),
        ("late NEAR/0 lat*", "late", False),
        ('"acme late late"~0', "late acme late", True),
        ("acme NEAR/2 refund", "acme bla bla bla " * 40 + "acme owes a refund", True),
        ("acme NEAR/2 refund", "acme bla bla bla " * 40 + "a refund", False),
    ],
)
def test_no_word_is_near_itself_and_the_last_of_many_counts_too(
    query: str, text: str, holds: bool
) -> None:
    assert wants(query, post(text)) is holds


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("lang:en", True),
        ("lang:de", False),
        ("author:ANN", True),
        ("author:u1", True),
        ("-author:ann", False),
        ("site:shop.example", True),
        ("site:eshop.example", False),
        ("site:hop.example", False),
        ("platform:x", True),
        ("platform:reddit", False),
    ],
)
def test_what_the_platform_says(query: str, holds: bool) -> None:
    said = post("see https://www.shop.example/a?b=1 for how they treat us", url="https://x.com/1")
    assert wants(query, said) is holds


@pytest.mark.parametrize(
    "text", ["Ａｃｍｅ is late", "a\u200bcme is late", "#AcmeLate", "ACME!!! Late"]
)
def test_words_are_found_however_they_are_written(text: str) -> None:
    assert wants("acme late", post(text))


def test_a_title_counts_as_text() -> None:
    assert wants("acme late", post("nothing here", title="Acme is late"))


@given(st.text(max_size=200), st.sampled_from(["acme", '"a b"~3', "a NEAR/2 b", "ab*", "site:a"]))
def test_no_text_breaks_it(text: str, query: str) -> None:
    assert wants(query, post(text)) is not wants(f"-({query})", post(text))
