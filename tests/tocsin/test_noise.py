"""Copies, crowds and machines on their way through the house: marked and counted, never dropped."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalation.subject import Case, Ref
from listener.collector import Batch
from listener.crowd import MANY_ACCOUNTS, PASSED_ON, SAME_TEXT
from listener.mention import Author, Kind, Observation
from listener.postline import read_line, write_line
from tests.firm import NOON, Firm, new_firm, observed
from tocsin.explain import explained
from tocsin.pipeline import Pipeline
from tocsin.store import Unit
from tocsin.store.noises import Copies
from tocsin.views import Views

SAID = "@Acme still waiting for my parcel, third time asking, nobody replies, terrible"


@pytest.fixture
def firm() -> Firm:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", NOON))
    return firm


def said(number: int, author: str, text: str = SAID, **changes: object) -> Observation:
    at = NOON + timedelta(minutes=number)
    seen = observed(number, author, at)
    return replace(seen, post=replace(seen.post, text=text, lang="en", **changes))


def hear(firm: Firm, *seen: Observation) -> None:
    firm.write(lambda desk: firm.house.pipeline.take(desk, "test", Batch(seen), firm.now))


def cases(firm: Firm) -> int:
    with firm.house.store.read() as desk:
        return len(desk.subjects("case", only_open=False))


def copies(firm: Firm, number: int = 1) -> Copies:
    with firm.house.store.read() as desk:
        return desk.copies_of_case(number)


def explanation(firm: Firm, number: int) -> dict[str, Any]:
    with firm.house.store.read() as desk:
        (row,) = explained(desk, f"native-{number}")
    return row


def test_somebody_elses_copy_has_a_case_of_its_own_and_is_counted_in_the_first(firm: Firm) -> None:
    hear(firm, said(1, "ann"), said(2, "bob", f"{SAID}!"), said(3, "cyd"), said(4, "cyd"))
    assert cases(firm) == 3
    assert copies(firm) == Copies(3, 2, ())
    assert copies(firm, 2) == Copies(3, 2, ())
    assert explanation(firm, 3)["copy_of"] == "native-1"


def test_ones_own_repeats_are_one_case_and_no_copies_by_others(firm: Firm) -> None:
    hear(firm, said(1, "ann"), said(2, "ann"))
    assert cases(firm) == 1
    assert copies(firm) == Copies(0, 0, ())


def test_a_complaint_passed_on_by_hand_is_marked_and_counted_for_the_one_it_repeats(
    firm: Firm,
) -> None:
    """Its words are another's: whoever comes first, it is unsure at most."""
    hear(firm, said(1, "ann"), said(2, "bob", f"RT @ann: {SAID}"))
    assert cases(firm) == 1
    assert copies(firm) == Copies(1, 1, (PASSED_ON,))
    assert explanation(firm, 2)["marks"] == [PASSED_ON]


def test_a_repost_by_the_platforms_own_means_is_counted_too(firm: Firm) -> None:
    hear(firm, said(1, "ann"), said(2, "bob", repost_of="native-1"))
    assert copies(firm) == Copies(1, 1, ())


def test_the_owner_reads_that_others_say_the_same(firm: Firm) -> None:
    hear(firm, said(1, "ann"), said(2, "bob"), said(3, "cyd"))
    with firm.house.store.read() as desk:
        case = desk.subject(Ref("case", 1))
        assert isinstance(case, Case)
        why = Views(firm.house.engine).case(desk, case).why_now or ""
    assert "the same words in 2 more posts by 2 people" in why


def test_a_deleted_copy_is_counted_no_more(firm: Firm) -> None:
    hear(firm, said(1, "ann"), said(2, "bob"))
    hear(firm, replace(said(2, "bob"), kind=Kind.DELETE))
    assert copies(firm) == Copies(0, 0, ())


def test_copies_are_known_after_a_start(firm: Firm) -> None:
    hear(firm, said(1, "ann"))
    fresh = Pipeline(firm.house.settings, firm.house.pipeline._intake, firm.house.engine)
    firm.write(lambda desk: fresh.take(desk, "test", Batch((said(2, "bob"),)), firm.now))
    assert explanation(firm, 2)["copy_of"] == "native-1"


def test_what_was_undone_was_never_said(firm: Firm) -> None:
    def undone(desk: Unit) -> None:
        firm.house.pipeline.take(desk, "test", Batch((said(1, "ann"),)), firm.now)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        firm.write(undone)
    hear(firm, said(2, "bob"))
    assert "copy_of" not in explanation(firm, 2)


def test_one_text_from_many_accounts_is_marked_and_every_complaint_is_heard(firm: Firm) -> None:
    number = MANY_ACCOUNTS + 1
    hear(firm, *(said(n, f"person{n}") for n in range(1, number + 1)))
    assert cases(firm) == number
    assert explanation(firm, number)["marks"] == [SAME_TEXT]
    assert "many accounts" in explanation(firm, number)["marked"][0]
    assert copies(firm) == Copies(number - 1, number - 1, (SAME_TEXT,))


def test_a_machine_that_says_so_is_marked_and_heard(firm: Firm) -> None:
    seen = said(1, "robo")
    hear(firm, replace(seen, post=replace(seen.post, author=Author("id-robo", bot=True))))
    assert cases(firm) == 1
    assert explanation(firm, 1)["marks"] == ["bot"]


def test_a_post_about_two_brands_is_a_copy_for_both(firm: Firm) -> None:
    both = SAID.replace("my parcel", "my bolt works parcel")
    hear(firm, said(1, "ann", both), said(2, "bob", both))
    with firm.house.store.read() as desk:
        rows = list(explained(desk, "native-2"))
    assert [row["copy_of"] for row in rows] == ["native-1", "native-1"]


def test_that_an_account_is_a_machines_is_read_and_written() -> None:
    line = {"platform": "x", "id": "1", "text": "hi", "author": {"id": "u", "bot": True}}
    seen = read_line(json.dumps(line), seen_at=datetime(2026, 11, 21, tzinfo=UTC))
    assert seen.post.author.bot
    assert read_line(write_line(seen), seen_at=seen.seen_at) == seen


@pytest.mark.parametrize(
    ("bot", "read"),
    [
        pytest.param("null", False, id="not said"),
        pytest.param("false", False, id="a person"),
        pytest.param("true", True, id="a machine"),
    ],
)
def test_what_is_not_said_of_an_account_is_no_machine(bot: str, read: bool) -> None:
    line = f'{{"platform": "x", "id": "1", "text": "hi", "author": {{"id": "u", "bot": {bot}}}}}'
    assert read_line(line, seen_at=NOON).post.author.bot is read


@pytest.mark.parametrize(
    ("texts", "trees"),
    [
        pytest.param([SAID] * 4, 1, id="copies stem from one post, as reposts do"),
        pytest.param(
            [f"{SAID[:-9]} word{n} thing{n} {n} matter{n} other{n} case{n}" for n in range(4)],
            0,
            id="words of one's own stem from nobody",
        ),
    ],
)
def test_the_firestorm_measure_takes_copies_for_one_tree(
    firm: Firm, texts: list[str], trees: int
) -> None:
    hear(firm, *(said(n, f"person{n}", text) for n, text in enumerate(texts)))
    heard = firm.house.pipeline._spreads["Acme"]._heard
    assert heard is not None
    assert len(heard.trees) == trees
