"""A whole daemon in Slack: a press is done once, seen by all, and by nobody who is not declared."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.escalation.channels.fake_slack import ADA, BEN, MALLORY, ROOM, Fault, direct
from tests.tocsin.slack_house import SlackHouse

pytest.importorskip("slack_bolt", reason="left out: needs slack-bolt")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SlackHouse]:
    with SlackHouse(tmp_path) as running:
        yield running


def test_a_click_acknowledges_and_every_card_shows_it_and_loses_the_button(
    desk: SlackHouse,
) -> None:
    slack, card = desk.slack, desk.complain()
    page = slack.until(lambda: slack.whole("case 1", direct(ADA)), "the page")
    assert slack.labels(page)[0] == "Acknowledge"
    slack.click(ADA, page, "Acknowledge")
    slack.until(lambda: "Acknowledge" not in slack.labels(card), "the changed card")
    slack.until(lambda: "Acknowledge" not in slack.labels(page), "the changed page")
    assert desk.case().acked_by == "ada"
    assert slack.find("acknowledged by Ada Lovelace (slack)", ROOM) == card
    slack.until(lambda: slack.said_to(ADA), "the answer")
    assert "has acknowledged it" in slack.said_to(ADA)[0]


def test_the_same_click_delivered_five_times_is_done_once(desk: SlackHouse) -> None:
    card = desk.complain()
    for envelope in desk.slack.click(ADA, card, "Acknowledge", times=5):
        desk.slack.ack(envelope)
    desk.slack.until(lambda: desk.slack.said_to(ADA), "the answer")
    assert desk.events().count("acknowledged") == 1


def test_a_hand_over_asks_in_a_modal_and_pages_whom_it_is_for(desk: SlackHouse) -> None:
    slack, card = desk.slack, desk.complain()
    slack.click(ADA, card, "Acknowledge")
    slack.until(lambda: "We replied …" in slack.labels(card)[:1], "the changed card")
    slack.click(ADA, card, "Hand over …")
    view = slack.until(lambda: slack.views, "the modal")[0]
    wrong = slack.ack(slack.submit(ADA, view, to="ben"))
    assert wrong["payload"]["errors"]["reason"] == "An answer is needed."
    slack.submit(ADA, view, to="ben", reason="knows it", told="we look into it")
    page = slack.until(lambda: slack.whole("case 1", direct(BEN)), "the page to Ben")
    assert slack.labels(page) == ["Accept", "Decline"]
    assert "we look into it" in str(slack.messages[page])
    slack.click(BEN, page, "Accept")
    slack.until(lambda: slack.find("accepted by Ben Adler (slack)", ROOM), "the card")
    assert desk.case().owner == "ben"


def test_words_in_the_thread_are_a_note_and_words_to_tocsin_are_commands(desk: SlackHouse) -> None:
    slack, card = desk.slack, desk.complain()
    slack.write(ADA, ROOM, "ack", under=card)
    slack.until(lambda: "Acknowledge" not in slack.labels(card), "the changed card")
    slack.write(ADA, ROOM, "the courier has it since Monday", under=card)
    slack.until(lambda: slack.find("noted by Ada Lovelace (slack)", ROOM), "the note")
    slack.write(ADA, direct(ADA), "cases")
    slack.until(lambda: slack.find("case 1 · Now · billing · owned", direct(ADA)), "the list")


def test_whoever_is_not_declared_can_do_nothing_and_is_told_so_alone(desk: SlackHouse) -> None:
    slack, card = desk.slack, desk.complain()
    slack.click(MALLORY, card, "Acknowledge")
    slack.until(lambda: slack.said_to(MALLORY), "the answer")
    assert MALLORY in slack.said_to(MALLORY)[0]
    assert desk.case().acked_by is None
    assert "Acknowledge" in slack.labels(card)


def test_a_click_on_a_message_from_before_a_restore_does_nothing(
    desk: SlackHouse, tmp_path: Path
) -> None:
    kept, copy = tmp_path / "tocsin.db", tmp_path / "backup.db"
    with closing(sqlite3.connect(kept)) as now, closing(sqlite3.connect(copy)) as then:
        now.backup(then)
    slack, card = desk.slack, desk.complain()
    desk.stop()
    desk.start(copy)
    slack.click(ADA, card, "Acknowledge")
    slack.until(lambda: slack.said_to(ADA), "the answer")
    assert "older than what Tocsin remembers" in slack.said_to(ADA)[0]


def test_where_slack_asks_to_wait_the_card_is_changed_afterwards(desk: SlackHouse) -> None:
    slack, card = desk.slack, desk.complain()
    slack.until(lambda: slack.whole("case 1", direct(ADA)), "the page")
    slack.faults["chat.update"] = [Fault("ratelimited", 429, {"Retry-After": "1"})]
    slack.click(ADA, card, "Acknowledge")
    slack.until(lambda: "Acknowledge" not in slack.labels(card), "the changed card")
    assert not slack.faults["chat.update"]


def test_after_a_lost_connection_it_is_heard_again(desk: SlackHouse) -> None:
    slack, card = desk.slack, desk.complain()
    opened = slack.opened
    slack.drop()
    slack.until(lambda: slack.opened > opened and slack.sockets, "a new connection")
    slack.click(ADA, card, "Acknowledge")
    slack.until(lambda: "Acknowledge" not in slack.labels(card), "the changed card")
