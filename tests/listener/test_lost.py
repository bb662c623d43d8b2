"""Complaints that were once silenced, and posts that paged for nothing (`lost.txt`)."""

from functools import cache
from pathlib import Path

import pytest

from bench.kinds import judge_one
from config import Brand
from listener.assess import Assessor
from listener.complaint import Judgement, Verdict
from listener.cuetext import read
from listener.names import Names, mark

LISTED = [
    line.split("|", 3)
    for line in Path(__file__).with_name("lost.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@cache
def assessor(brand: str, another: str) -> Assessor:
    return Assessor([Brand(name=brand, competitors=(another,))])


def judged(text: str, brand: str = "Acme", another: str = "Globex") -> Judgement:
    return judge_one(assessor(brand, another), text, lang=None)


def listed(*signs: str) -> list[object]:
    return [
        pytest.param(brand, another, text, id=text)
        for brand, another, sign, text in LISTED
        if sign in signs
    ]


@pytest.mark.parametrize(("brand", "another", "text"), listed("u", "c"))
def test_a_complaint_is_never_silenced(brand: str, another: str, text: str) -> None:
    found = judged(text, brand, another)
    assert found.verdict is not Verdict.OTHER, found.why


@pytest.mark.parametrize(("brand", "another", "text"), listed("c"))
def test_what_is_plain_is_a_complaint(brand: str, another: str, text: str) -> None:
    found = judged(text, brand, another)
    assert found.verdict is Verdict.COMPLAINT, found.why


@pytest.mark.parametrize(("brand", "another", "text"), listed("n"))
def test_what_is_no_complaint_pages_nobody(brand: str, another: str, text: str) -> None:
    found = judged(text, brand, another)
    assert found.verdict is not Verdict.COMPLAINT, found.why


@pytest.mark.parametrize(
    ("text", "brand", "reason"),
    [
        pytest.param(
            "if Acme ever lose my bag I'll riot",
            "Acme",
            "not happened: ",
            id="nothing counted there",
        ),
        pytest.param(
            "Nothing has been resolved by Acme", "Acme", 'not solved: "', id="it was not mended"
        ),
        pytest.param(
            "Globex hat mein Paket verloren, ich bleibe bei Acme",
            "Acme",
            "about another: ",
            id="of another, in German",
        ),
    ],
)
def test_what_was_set_aside_is_named(text: str, brand: str, reason: str) -> None:
    assert any(why.startswith(reason) for why in judged(text, brand).why)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Globex's app", " OTHER app ", id="a possessive"),
        pytest.param("Three lost it", " OTHER lost it ", id="a number with a capital"),
        pytest.param("three lost it", " three lost it ", id="a number"),
        pytest.param("Three weeks", " three weeks ", id="a number that begins a sentence"),
        pytest.param("3 emails", " 0 emails ", id="digits are nobody's name"),
    ],
)
def test_mark_tells_names_from_words(text: str, words: str) -> None:
    names = Names.of(["Acme"], ["Globex", "Three", "3"])
    assert mark(read(text), names, text).words == words


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("Best Buy's best", "Zq Zq's best", id="the name alone"),
        pytest.param("#BestBuy best buy", "#ZqZq Zq Zq", id="written as one, or small"),
        pytest.param("Three three Three weeks", "Zq three Three weeks", id="capitals tell"),
        pytest.param("Acme", "Acme", id="what judges nothing stays"),
        pytest.param("breast buys", "breast buys", id="no piece of a word"),
    ],
)
def test_mask(text: str, masked: str) -> None:
    assert Names.of(["Best Buy", "Acme"], ["Three"]).mask(text) == masked
