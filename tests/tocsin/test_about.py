"""What complaints are about, from the post to the store, to people, and away again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalation.weighing import JOURNEY
from listener.collector import Batch
from listener.journey import stages
from listener.mention import Kind, Observation
from tests.firm import NOON, Firm, new_firm, observed
from tocsin.digest import causes
from tocsin.explain import explained
from tocsin.store.times import HOUR_MS, ms

BILLED = "@Acme charged me twice, third time asking, terrible"
OWN_WORDS = "@Acme your turnstiles are terrible and useless, unacceptable"
LEAVING = "@Acme cancelling my account, you charged me twice, terrible"
HOUR = ms(NOON) // HOUR_MS
WEEK, WEEK_BEFORE = (HOUR, HOUR + 168), (HOUR - 168, HOUR)


@pytest.fixture
def firm() -> Firm:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", NOON))
    return firm


def post(number: int, words: str) -> Observation:
    seen = observed(number, f"u{number}", NOON, words=words)
    return replace(seen, post=replace(seen.post, lang="en"))


def hear(firm: Firm, *seen: Observation) -> None:
    firm.write(lambda desk: firm.house.pipeline.take(desk, "test", Batch(seen), firm.now))


def told(firm: Firm, number: int = 1) -> dict[str, Any]:
    with firm.house.store.borrow() as desk:
        (row,) = explained(desk, f"native-{number}")
    return row


def everything(firm: Firm) -> str:
    """All that the store holds, as text."""
    with firm.house.store.borrow() as desk:
        return "\n".join(desk.connection.iterdump())


def test_it_is_explained_with_the_words_that_say_so(firm: Firm) -> None:
    hear(firm, post(1, BILLED))
    row = told(firm)
    assert row["aspects"] == {"billing": ["charged"]}
    assert row["journey"] == {"stage": "billing", "words": ["charged me", "charged"]}


def test_with_the_post_go_its_words_and_the_names_stay(firm: Firm) -> None:
    hear(firm, post(1, OWN_WORDS))
    assert told(firm)["aspects"] == {"other": ["turnstiles"]}
    hear(firm, replace(post(1, OWN_WORDS), kind=Kind.DELETE))
    assert "turnstiles" not in everything(firm)
    with firm.house.store.borrow() as desk:
        kept = desk.connection.execute("select aspects, told from judgements").fetchall()
    assert [tuple(row) for row in kept] == [('["other"]', "{}")]


def test_complaints_are_counted_by_name_and_outlive_their_posts(firm: Firm) -> None:
    hear(firm, post(1, BILLED), post(2, OWN_WORDS), post(3, BILLED))
    hear(firm, replace(post(3, BILLED), kind=Kind.DELETE))
    with firm.house.store.borrow() as desk:
        rows = causes.about(desk.connection, "Acme", WEEK, WEEK_BEFORE)
    assert [(one.kind, one.name, one.complaints, one.before) for one in rows] == [
        ("aspect", "billing", 2, 0),
        ("aspect", "other", 1, 0),
        ("journey", "billing", 2, 0),
        ("journey", "", 1, 0),
    ]
    assert rows[0].share is not None
    assert (rows[0].share.count, rows[0].share.of) == (2, 3)
    assert rows[0].share_before is None


def test_what_is_no_complaint_is_about_nothing(firm: Firm) -> None:
    hear(firm, post(1, "@Acme love your app, thank you so much!"))
    row = told(firm)
    assert (row["aspects"], row["journey"]) == ({}, None)
    with firm.house.store.borrow() as desk:
        assert causes.about(desk.connection, "Acme", WEEK, WEEK_BEFORE) == ()


@pytest.mark.parametrize(
    ("like", "numbers"),
    [
        pytest.param({"aspect": "billing"}, [3, 1], id="what they complain about"),
        pytest.param({"journey": "leaving"}, [3], id="at which stage"),
        pytest.param({"aspect": "other"}, [2], id="what no word is known for"),
        pytest.param({"aspect": "billing", "journey": "use"}, [], id="both together"),
    ],
)
def test_cases_are_found_by_it(firm: Firm, like: dict[str, str], numbers: list[int]) -> None:
    hear(firm, post(1, BILLED), post(2, OWN_WORDS), post(3, LEAVING))
    with firm.house.store.borrow() as desk:
        found = desk.subjects("case", only_open=True, like=like)
    assert [case.number for case in found] == numbers


def test_who_leaves_is_more_urgent(firm: Firm) -> None:
    hear(firm, post(1, BILLED))
    terms = told(firm)["priority"][0]["terms"]
    assert terms["journey"]["value"] == JOURNEY["billing"]
    assert set(stages().names) == set(JOURNEY)
    assert max(JOURNEY, key=lambda name: JOURNEY[name]) == "leaving"
    assert sorted(JOURNEY.values())[-2] < 1.0


def test_an_edit_is_about_what_it_says_now(firm: Firm) -> None:
    hear(firm, post(1, BILLED))
    later = NOON + timedelta(minutes=5)
    hear(firm, replace(post(1, OWN_WORDS), kind=Kind.EDIT, seen_at=later))
    assert told(firm)["aspects"] == {"other": ["turnstiles"]}


def test_of_a_sign_of_self_harm_nothing_is_told_or_counted(firm: Firm) -> None:
    hear(firm, post(1, "@Acme charged me twice, terrible, I want to kill myself"))
    with firm.house.store.borrow() as desk:
        kept = desk.connection.execute("select 1 from judgements").fetchall()
        counted = desk.connection.execute("select name from hours_about").fetchall()
    assert (list(kept), list(counted)) == ([], [])
