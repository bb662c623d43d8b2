"""A storm told as a whole, from its first post to its end."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category
from zoneinfo import ZoneInfo

import pytest

from escalation.decision import Action, Verb
from escalation.subject import Incident, Ref
from listener.mention import ANONYMOUS
from tests import hostile
from tests.firm import PRESS, Firm, new_firm
from tests.tocsin import stormy
from tests.tocsin.erased import erase
from tests.tocsin.stormy import MINUTE, begins, hear, post, rages
from tests.tocsin.test_storytelling import hear_all, storm
from tocsin.storming.account import account
from tocsin.storming.lines import lines

BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
HOUR = timedelta(hours=1)
PAGE = (Path(__file__).parents[3] / "docs" / "firestorm.md").read_text(encoding="utf-8")
BERLIN = ZoneInfo("Europe/Berlin")


def told(firm: Firm, number: int = 1) -> dict[str, Any]:
    with firm.house.store.borrow() as desk:
        found = desk.subject(Ref("incident", number))
        assert isinstance(found, Incident)
        return account(desk, found, firm.house.settings, firm.now)


def said(firm: Firm, number: int = 1) -> list[str]:
    return list(lines(told(firm, number), BERLIN))


def act(firm: Firm, action: Action) -> None:
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("incident", 1), action, firm.now))


@pytest.fixture
def firm() -> Firm:
    """A firm that has learnt what is usual."""
    made = new_firm()
    begins(made)
    return made


@pytest.fixture
def raging(firm: Firm) -> Firm:
    """Forty people in forty minutes."""
    assert len(list(rages(firm, 40))) == 40
    return firm


@pytest.fixture
def over(raging: Firm) -> Firm:
    """And then nobody for five hours."""
    raging.passes(5 * HOUR)
    return raging


def test_it_is_told_in_one_sentence_of_what_was_measured(raging: Firm) -> None:
    found = told(raging)
    sentence = found["sentence"]
    assert re.fullmatch(
        r"Acme: \d+ unhappy people in \d+ min, .* the usual for a Friday at [12]; "
        r"\d+ % of people are unhappy \(usual \d+ %\); each begets \d\.\d more; .*"
        r"on 3 platforms; likely \d+–\d+ more unhappy posts by 0\d:\d\d CET",
        sentence,
    ), sentence
    assert found["begets"] > 1
    assert 0.5 < found["begets_more_than_one"] <= 1


def test_it_rang_after_its_onset_and_before_its_peak(over: Firm) -> None:
    found = told(over)
    points = found["turning_points"]
    times = [points[name] for name in ("onset", "rang", "peak", "all_clear")]
    assert None not in times
    assert times == sorted(times)
    assert 5 <= points["rang_at_people"] < 40
    assert points["peak_people"] == 30
    assert found["people"] == 40


def test_each_forecast_stands_against_what_came(over: Firm) -> None:
    found = told(over)["forecasts"]
    first = found[0]
    rang_at = told(over)["turning_points"]["rang_at_people"]
    assert first["came"] == 40 - rang_at
    assert first["held"] is (first["low"] <= first["came"] <= first["high"])
    assert all(one["until"] > one["at"] for one in found)


def test_a_forecast_whose_time_is_not_over_is_not_judged(raging: Firm) -> None:
    assert {one["held"] for one in told(raging)["forecasts"]} == {None}
    assert any("not over yet" in line for line in said(raging))


@pytest.mark.parametrize(("many", "shown"), [(1, 1), (20, 20), (21, 20), (400, 20)])
def test_of_very_many_forecasts_the_first_and_the_newest_are_printed(
    raging: Firm, many: int, shown: int
) -> None:
    found = told(raging)
    one = found["forecasts"][0]
    found["forecasts"] = [one | {"low": low} for low in range(1_001, 1_001 + many)]
    text = list(lines(found, BERLIN))
    printed = [line for line in text if "unhappy posts came" in line]
    assert len(printed) == shown
    assert "1,001–" in printed[0]
    assert f"{1_000 + many:,}–" in printed[-1]
    assert any(f"and {many - 20:,} more; see --json" in line for line in text) is (many > 20)


def test_where_it_started_who_wrote_first_and_who_reaches_far(raging: Firm) -> None:
    found = told(raging)
    assert found["started_on"] == stormy.PLATFORMS[1]
    assert [one["author"] for one in found["first_posts"]] == [
        f"handle-author-{number}" for number in range(1, 6)
    ]
    assert [one["followers"] for one in found["widest"]] == [4_000, 3_900, 3_800, 3_700, 3_600]
    assert {one["platform"] for one in found["platforms"]} == set(stormy.PLATFORMS)
    assert sum(one["posts"] for one in found["platforms"]) == 40


def test_what_it_is_about_is_said_in_the_customers_words_as_long_as_they_are_there() -> None:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", firm.now))
    hear_all(firm)
    storm(firm)
    name = told(firm)["story"]
    assert "Lisbon" in name
    assert f'about: "{name}"' in said(firm)
    for number in range(1, 8):
        erase(firm, number)
    assert "Lisbon" not in repr(told(firm))
    assert not any("Lisbon" in line for line in said(firm))


def test_what_became_private_is_counted_and_not_told(raging: Firm) -> None:
    before = told(raging)
    raging.write(lambda desk: desk.erase_post(201, raging.now, bury=False))
    after = told(raging)
    assert after["first_posts_gone"] == 1
    assert after["posts"] == before["posts"]
    assert "handle-author-1'" not in repr(after)
    assert not any("@handle-author-1 " in line for line in said(raging))


def test_what_was_erased_leaves_counts_alone(raging: Firm) -> None:
    before = told(raging)

    def erase(desk: Any) -> None:
        for number in (1, 2):
            (author,) = desk.authors_called(f"handle-author-{number}", None)
            posts = desk.forget_author(author["id"], raging.now)
            raging.house.pipeline.forgotten(desk, posts, raging.now, None)
        (author,) = desk.authors_called("handle-author-40", None)
        desk.erase_post(40 + 200, raging.now)

    raging.write(erase)
    after = told(raging)
    assert after["first_posts_gone"] == 2
    assert len(after["first_posts"]) == 3
    assert after["widest"][0]["followers"] == 3_900
    for name in ("people", "posts", "platforms", "curve"):
        assert after[name] == before[name]
    whole = repr(after) + "".join(said(raging))
    for gone in ("handle-author-1'", "@handle-author-2 ", "handle-author-40"):
        assert gone not in whole


def test_what_staff_did_stands_on_the_same_time_line(raging: Firm) -> None:
    act(raging, Action(Verb.ACK, PRESS))
    raging.passes(5 * MINUTE)
    ours = post(9_999, raging, words="We are sorry, and look into it, Acme")
    person = replace(ours.post.author, id="acme-help")
    hear(raging, replace(ours, post=replace(ours.post, author=person)))
    raging.passes(MINUTE)
    found = told(raging)
    assert [(one["what"], one["by"]) for one in found["done"]] == [
        ("acknowledged", PRESS),
        ("public_reply", ""),
    ]
    text = said(raging)
    rang = next(at for at, line in enumerate(text) if "it rang" in line)
    acknowledged = next(at for at, line in enumerate(text) if f"acknowledged by {PRESS}" in line)
    assert rang < acknowledged
    assert found["cases"]["cases"] == 40


def test_the_first_storm_of_a_brand_says_that_there_is_none_to_compare(over: Firm) -> None:
    assert told(over)["similar"] == []
    assert "earlier storms like it: none was measured to its end" in said(over)


def test_earlier_storms_say_how_they_went_from_the_same_point(over: Firm) -> None:
    act(over, Action(Verb.ACK, PRESS))
    over.passes(30 * HOUR)
    done = Action(Verb.RESOLVE, PRESS, reason="review", cause="delivery", cost=5, money=0)
    act(over, replace(done, done="paid back", done_for_rest="mended"))
    assert list(rages(over, 20, first=100))
    over.passes(MINUTE)
    (before,) = told(over, 2)["similar"]
    first = told(over, 1)
    assert before["incident"] == 1
    assert before["people"] == first["people"] == 40
    assert 0 < before["people_at_this_point"] < 40
    points = first["turning_points"]
    lasted = datetime.fromisoformat(points["all_clear"]) - datetime.fromisoformat(points["rang"])
    assert before["minutes_until_calm"] == lasted // MINUTE
    assert told(over, 1)["similar"] == []


def test_people_without_a_name_are_one_voice(firm: Firm) -> None:
    assert list(rages(firm, 20))
    for number in range(300, 340):
        words = stormy.unhappy(number)
        unnamed = post(number, firm, words=words, platform=ANONYMOUS, author="nobody")
        hear(firm, replace(unnamed, post=replace(unnamed.post, title="Acme")))
    firm.passes(6 * MINUTE)
    found = {one["platform"]: one for one in told(firm)["platforms"]}
    assert (found[ANONYMOUS]["posts"], found[ANONYMOUS]["people"]) == (40, 1)
    assert all(one["platform"] != ANONYMOUS for one in told(firm)["widest"])
    assert told(firm)["silent_many"]["heard"] == 21


def test_the_silent_many_have_a_range_and_a_source(raging: Firm) -> None:
    found = told(raging)["silent_many"]
    assert (found["low"], found["high"]) == (40 * 26, 40 * 100)
    assert "rule of thumb" in found["source"]
    assert any(found["source"] in line for line in said(raging))


def test_a_storm_that_nothing_measured_is_told_without_figures(firm: Firm) -> None:
    action = Action(Verb.DECLARE, PRESS, reason="it is on the news")
    firm.write(lambda desk: firm.house.engine.declare(desk, "Acme", action, firm.now))
    found = told(firm)
    assert (found["people"], found["silent_many"], found["forecasts"]) == (0, None, [])
    assert "measured: nothing" in said(firm)
    assert f"declared by hand by {PRESS}" in said(firm)


def test_the_page_names_every_field_of_the_json(over: Firm) -> None:
    found = told(over)
    inner = {
        *found["turning_points"],
        *found["silent_many"],
        *found["forecasts"][0],
        *found["curve"][0],
    }
    named = set(re.findall(r"`([a-z_]+)`", PAGE.partition("## Storms told as a whole")[2]))
    assert {*found, *inner} <= named


@cache
def strange() -> tuple[str, ...]:
    return (*hostile.OWN.values(), "**bold** [x](javascript:alert(1))", "a\nb\r\n    all-clear")


def each_line(firm: Firm) -> Iterator[str]:
    for line in said(firm):
        yield from line.split("\n")


@pytest.mark.parametrize("first", range(0, len(strange()), 5))
def test_no_text_or_name_of_a_stranger_breaks_a_line(firm: Firm, first: int) -> None:
    for number, text in enumerate(strange()[first : first + 5], 500):
        words = f"{stormy.unhappy(number)} {text[:2_000]}"
        hear(firm, post(number, firm, words=words, name=text[:200], followers=10**6))
    assert list(rages(firm, 12, first=601))
    found = list(each_line(firm))
    assert len(found) == len(said(firm))
    assert not {category(letter) for line in found for letter in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set("".join(found)) & BIDI
    assert sum(line.strip().endswith("all-clear") for line in found) == 0
