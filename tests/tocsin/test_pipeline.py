"""The way of a batch through the house."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.subject import Ref, State
from listener.collector import Batch
from listener.mention import Author, Kind, Observation
from tests.firm import NOON, Firm, new_firm, observed
from tocsin.store import Unit

COMPLAINT = "@Acme still waiting, third time asking, nobody replies, terrible"


@pytest.fixture
def firm() -> Firm:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", NOON))
    return firm


def hear(firm: Firm, *seen: Observation) -> None:
    batch = Batch(seen)
    firm.write(lambda desk: firm.house.pipeline.take(desk, "test", batch, firm.now))


def complaint(number: int = 1, author: str = "jo", **changes: object) -> Observation:
    seen = observed(number, author, NOON, words=COMPLAINT)
    return replace(seen, post=replace(seen.post, lang="en", **changes))


def case_states(firm: Firm) -> list[State]:
    found = firm.house.store.write(lambda desk: desk.subjects("case", only_open=False))
    return [case.state for case in found]


def test_a_complaint_opens_a_case_once_however_often_it_is_seen(firm: Firm) -> None:
    hear(firm, complaint(), complaint())
    hear(firm, complaint())
    assert case_states(firm) == [State.NEW]


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        pytest.param(
            replace(complaint(), backfill=True),
            "complaint from before the first start",
            id="older than the first start",
        ),
        pytest.param(
            complaint(repost_of="0"), "repost of a complaint, counted as spread", id="a repost"
        ),
        pytest.param(complaint(text="no brand here"), "names no brand", id="names no brand"),
    ],
)
def test_what_pages_nobody_is_counted(firm: Firm, seen: Observation, why: str) -> None:
    hear(firm, seen)
    assert case_states(firm) == []
    day = timedelta(days=1)
    tallies = firm.house.store.write(lambda desk: desk.tallies(NOON - day, NOON + day))
    assert tallies[why] == 1


def test_our_own_reply_is_the_answer(firm: Firm) -> None:
    hear(firm, complaint(1))
    reply = complaint(2, in_reply_to="native-1", text="We are sorry, please write to us.")
    ours = replace(
        reply.post, author=Author(id="acme-help"), created_at=NOON + timedelta(minutes=5)
    )
    hear(firm, replace(reply, post=ours))
    assert case_states(firm) == [State.WAITING]


def test_our_own_reply_that_is_deleted_opens_it_again(firm: Firm) -> None:
    hear(firm, complaint(1))
    reply = complaint(2, in_reply_to="native-1", text="We are sorry, please write to us.")
    ours = replace(
        reply.post, author=Author(id="acme-help"), created_at=NOON + timedelta(minutes=5)
    )
    hear(firm, replace(reply, post=ours))
    hear(firm, replace(reply, kind=Kind.DELETE, post=ours))
    assert case_states(firm) == [State.NEW]


def test_a_deleted_complaint_is_erased_and_does_not_come_back(firm: Firm) -> None:
    hear(firm, complaint(1))
    hear(firm, replace(complaint(1), kind=Kind.DELETE))
    hear(firm, complaint(1))

    def kept(desk: Unit) -> list[str]:
        return [row["text"] for row in desk.posts_of_case(1)]

    assert firm.house.store.write(kept) == [""]
    assert firm.house.store.write(lambda desk: desk.subject(Ref("case", 1))) is not None


def test_an_edit_is_judged_again(firm: Firm) -> None:
    hear(firm, complaint(1, text="@Acme is a shop"))
    assert case_states(firm) == []
    hear(firm, complaint(1))
    assert case_states(firm) == [State.NEW]


def test_text_is_kept_no_longer_than_declared(firm: Firm) -> None:
    hear(firm, complaint(1, "jo"), complaint(2, "ky", text="@Acme is a shop"))
    later = NOON + timedelta(days=91)
    before = later - firm.house.settings.keep_text
    assert firm.house.store.write(lambda desk: desk.age_out(before, later)) == 1

    def left(desk: Unit) -> list[tuple[str, str]]:
        rows = desk.connection.execute(
            "select p.text, a.handle from posts p join authors a on a.id = p.author order by p.id"
        )
        return [(row[0], row[1]) for row in rows.fetchall()]

    # The open case keeps its words; what belongs to none is gone, with its author.
    assert firm.house.store.write(left) == [(f"{COMPLAINT} 1", "handle-jo"), ("", "")]


def test_the_spread_measure_survives_a_restart(firm: Firm) -> None:
    hear(firm, complaint(1))
    stored = firm.house.store.write(lambda desk: desk.detector("Acme"))
    assert stored
