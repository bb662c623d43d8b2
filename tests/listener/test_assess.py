"""The whole understanding of a post, and that nothing a stranger writes can break it."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import Brand, Team
from listener import assess
from listener.assess import MOST_NAMED, OWN_ACCOUNT, Assessor
from listener.complaint import MODEL_VERSION, Verdict
from listener.folding import clean
from listener.mention import MAX_TEXT_CHARS, Author, Post

BRANDS = (
    Brand(name="Acme", accounts={"x": ("brand-1",)}, team="care"),
    Brand(name="Zenith"),
)
TEAMS = (
    Team(name="billing", members=("ada",), owns={"charges": ("charged", "refund")}),
    Team(name="care", members=("bob",)),
)
ASSESSOR = Assessor(BRANDS, TEAMS, "billing")


def a_post(text: str, **known: object) -> Post:
    post = Post("x", "1", text, datetime(2026, 11, 21, tzinfo=UTC), Author("u1"))
    return replace(post, **known)  # type: ignore[arg-type]


def test_a_complaint_is_understood_as_a_whole() -> None:
    (found,) = ASSESSOR.assess(a_post("@acme charged twice, no reply, I want my refund", lang="en"))
    assert (found.brand, found.own, found.lang, found.scored) == ("Acme", False, "en", True)
    assert found.judgement.verdict is Verdict.COMPLAINT
    assert found.severity.value > 0.3
    assert not found.severity.safety
    assert found.route is not None
    assert (found.route.team, found.route.topic) == ("billing", "charges")
    assert found.model == MODEL_VERSION


def test_each_brand_named_has_its_own_assessment_and_owner() -> None:
    found = ASSESSOR.assess(a_post("Zenith and Acme are both useless"))
    assert [(a.brand, a.route and a.route.team) for a in found] == [
        ("Acme", "care"),
        ("Zenith", "billing"),
    ]


def test_a_post_that_names_no_brand_has_none() -> None:
    assert ASSESSOR.assess(a_post("worst service ever")) == ()


def test_a_reply_by_an_own_account_is_of_the_brand_even_where_it_does_not_name_it() -> None:
    reply = a_post("@ann we are sorry, it is on its way", author=Author("brand-1"))
    assert ASSESSOR.assess(reply) == ()  # to nobody: just talk
    (found,) = ASSESSOR.assess(replace(reply, in_reply_to="17"))
    assert (found.brand, found.own, found.judgement.verdict) == ("Acme", True, Verdict.OTHER)
    stranger = replace(reply, in_reply_to="17", author=Author("u9"))
    assert ASSESSOR.assess(stranger) == ()


def test_an_own_account_never_complains() -> None:
    post = a_post("Acme is down, we are sorry, my charger caught fire", author=Author("brand-1"))
    (found,) = ASSESSOR.assess(post)
    assert found.own
    assert found.judgement == OWN_ACCOUNT
    assert (found.severity.value, found.severity.safety) == (0.0, False)


def test_the_title_is_judged_with_the_text() -> None:
    (found,) = ASSESSOR.assess(a_post("see below", title="Acme charged me twice, no refund"))
    assert found.judgement.verdict is Verdict.COMPLAINT


def test_a_language_nobody_scores_is_unsure_and_routed_all_the_same() -> None:
    (found,) = ASSESSOR.assess(a_post("Acme antwoordt niet", lang="nl"))
    assert (found.lang, found.scored, found.valence) == ("nl", False, 0.0)
    assert found.judgement.verdict is Verdict.UNSURE
    assert found.judgement.why == ("language nl is not scored",)
    assert found.route is not None


def test_stars_count() -> None:
    low, high = (ASSESSOR.assess(a_post("acme, as ordered", rating=r))[0] for r in (1.0, 5.0))
    assert low.judgement.probability > 0.5 > high.judgement.probability


def test_a_post_can_be_judged_without_any_configuration() -> None:
    found = Assessor().judge_alone(a_post("Refund please. Third time asking."))
    assert (found.brand, found.route) == ("", None)
    assert found.judgement.verdict is Verdict.COMPLAINT


@settings(deadline=None)  # a language is loaded by the first post in it
@given(st.text(st.characters(), max_size=400), st.sampled_from([None, "en", "de", "x-\x00"]))
def test_no_text_breaks_the_assessment(text: str, lang: str | None) -> None:
    ASSESSOR.assess(a_post("acme " + text, title=text, lang=lang))


HUGE = MAX_TEXT_CHARS


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * HUGE, id="one word"),
        pytest.param("acme " * (HUGE // 5), id="the brand over and over"),
        pytest.param("#AcmeFails" * (HUGE // 10), id="hashtags without blanks"),
        pytest.param("😡" * HUGE, id="emoji"),
        pytest.param("Z" + "\u0489\u0300" * (HUGE // 2), id="stacked marks"),
        pytest.param("acme.com/" * (HUGE // 9), id="links without blanks"),
        pytest.param("not good but " * (HUGE // 13), id="words VADER weighs"),
        pytest.param("ﷺ" * HUGE, id="characters that unfold to eighteen"),
        pytest.param("\u200b" * HUGE, id="nothing to see"),
    ],
)
def test_a_text_of_the_greatest_length_is_answered(text: str) -> None:
    assert ASSESSOR.judge_alone(a_post(text)).judgement.probability <= 1.0
    ASSESSOR.assess(a_post("acme " + text))


@pytest.mark.parametrize(
    "name", ["naughty_strings", "xss", "unicode_spoof", "prompt_injection", "terminal_escapes"]
)
def test_hostile_texts_are_assessed_like_any_other(shared: Path, name: str) -> None:
    lines = (shared / "data" / "hostile" / f"{name}.jsonl").read_text().splitlines()
    for row in map(json.loads, lines):
        text = row if isinstance(row, str) else row["text"]
        stored, _ = clean(text)
        for kept in (text, stored):
            (found,) = ASSESSOR.assess(a_post(f"acme {kept}", title="Acme"))
            assert 0.0 <= found.judgement.probability <= 1.0


def test_texts_that_stall_a_pattern_stall_none_of_ours(shared: Path) -> None:
    lines = (shared / "data" / "hostile" / "redos_patterns.jsonl").read_text().splitlines()
    for row in (row for row in map(json.loads, lines) if row.get("pump")):
        pump = row["pump"]
        text = row["prefix"] + pump * (65_536 // len(pump)) + row["suffix"]
        assert len(ASSESSOR.assess(a_post(f"acme {text}", title=text))) == 1


MANY = tuple(
    Brand(name=f"Brand{one}{two}") for one in "abcdefghij" for two in "klmnopqrstuvwxyzabcd"
)


def test_a_post_that_names_two_hundred_brands_is_read_once_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: Counter[str] = Counter()
    for name in ("language_of", "mood", "judge"):
        counted = partial(_counted, asked, name, getattr(assess, name))
        monkeypatch.setattr(assess, name, counted)
    text = f"{' '.join(brand.name for brand in MANY)} are all useless, still no reply"
    found = Assessor(MANY, TEAMS, "billing").assess(a_post(text))
    assert [one.brand for one in found] == [brand.name for brand in MANY]
    assert asked == {"language_of": 1, "mood": 1, "judge": MOST_NAMED + 1}


def test_a_post_about_one_of_many_brands_is_judged_as_among_few() -> None:
    post = a_post("Brandak is useless, no reply for days. Brandal was far better", lang="en")
    among_few = Assessor(MANY[:2]).assess(post)
    assert among_few == Assessor(MANY).assess(post)
    assert len({one.judgement.probability for one in among_few}) == 2


def _counted(
    asked: Counter[str], name: str, real: Callable[..., object], *args: object, **known: object
) -> object:
    asked[name] += 1
    return real(*args, **known)


@pytest.mark.parametrize(
    "text",
    [
        "Acme charger melted and son burnt",
        "Glass in my salad from Acme",
        "the wheel came off the Acme pram",
    ],
)
def test_a_danger_that_befell_somebody_is_never_waved_through(text: str) -> None:
    (found,) = ASSESSOR.assess(a_post(text, lang="en"))
    assert found.judgement.verdict is not Verdict.OTHER
    assert any(why.startswith("danger: ") for why in found.judgement.why)


def test_a_threat_alone_raises_no_judgement() -> None:
    (found,) = ASSESSOR.assess(a_post("I will sue Acme", lang="en"))
    assert not any(why.startswith("danger: ") for why in found.judgement.why)
