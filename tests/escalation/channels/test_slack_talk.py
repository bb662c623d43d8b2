"""What people press, fill in and write in Slack comes in once, and is answered to them alone.

Slack's own Bolt against a Slack of our own on loopback.
"""

import logging
import threading
from dataclasses import replace
from typing import Any

import pytest

from escalation.channels.turns import AT_ONCE
from escalation.conversation import Answer, Form, Incoming
from tests.escalation.channels.fake_slack import (
    ADA,
    BEN,
    MALLORY,
    MY_BOT,
    PATIENCE,
    ROOM,
    Fault,
    direct,
)
from tests.escalation.channels.loopback_server import comes
from tests.escalation.channels.slack_line import FORM, TOKEN, Line

pytest.importorskip("slack_bolt", reason="left out: needs slack-bolt")


# ------------------------------------------------------------------------------ pressing
def test_a_press_is_acknowledged_and_comes_in_as_it_was_shown(line: Line) -> None:
    ref = line.card()
    [envelope] = line.slack.click(ADA, ref, "Acknowledge")
    assert line.slack.ack(envelope) == {"envelope_id": envelope}
    line.slack.until(lambda: line.slack.whispers)
    [incoming] = line.desk.taken
    assert (incoming.verb, incoming.token, incoming.ref) == ("ack", TOKEN, ref)
    assert incoming.who == (ADA, "ada@acme.example")
    assert line.slack.said_to(ADA) == ["Case 17: you own it."]
    assert line.slack.whispers[0]["channel"] == ROOM


def test_a_press_waits_for_no_answer_to_somebody_else(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, free, held = line.card(), threading.Event(), []
    answer = line.slack.answer

    def slow(method: str, token: str, asked: dict[str, Any]) -> tuple[int, Any, Any]:
        if method.startswith("chat.post"):
            held.append(method)
            free.wait(PATIENCE)
        return answer(method, token, asked)

    monkeypatch.setattr(line.slack, "answer", slow)
    for number in range(20):
        line.slack.write(MALLORY, direct(MALLORY), f"hello {number}?")
    line.slack.click(ADA, ref, "Acknowledge")
    comes(lambda: len(line.desk.taken) == 21)
    assert any(one.verb == "ack" for one in line.desk.taken)
    assert len(held) <= AT_ONCE
    free.set()


def test_nothing_is_said_to_whom_nothing_is_to_be_said(line: Line) -> None:
    line.desk.answer = Answer("Tocsin does not know you here.", unsaid=True)
    ref = line.card()
    line.slack.click(MALLORY, ref, "Acknowledge")
    comes(lambda: line.desk.taken)
    line.desk.answer = Answer("Yours.")
    line.slack.click(ADA, ref, "Acknowledge")
    line.slack.until(lambda: line.slack.said_to(ADA))
    assert line.slack.said_to(MALLORY) == []


def test_a_choice_of_the_menu_is_a_press_too(line: Line) -> None:
    ref = line.card()
    line.slack.click(ADA, ref, "Escalate now")
    line.slack.until(lambda: line.desk.taken)
    assert line.desk.taken[0].verb == "escalate"


def test_the_same_click_delivered_five_times_comes_in_once(line: Line) -> None:
    ref = line.card()
    envelopes = line.slack.click(ADA, ref, "Acknowledge", times=5)
    for envelope in envelopes:
        line.slack.ack(envelope)
    line.slack.click(BEN, ref, "Acknowledge")
    line.slack.until(lambda: len(line.slack.whispers) == 2)
    assert [incoming.who[0] for incoming in line.desk.taken] == [ADA, BEN]


def test_two_clicks_are_two(line: Line) -> None:
    ref = line.card()
    line.slack.click(ADA, ref, "Acknowledge")
    line.slack.click(ADA, ref, "Acknowledge")
    line.slack.until(lambda: len(line.desk.taken) == 2)
    assert len({incoming.id for incoming in line.desk.taken}) == 2


def test_a_press_in_direct_messages_is_answered_there(line: Line) -> None:
    ref = line.card(to=ADA)
    assert ref.startswith(direct(ADA))
    line.slack.click(ADA, ref, "Acknowledge")
    line.slack.until(lambda: line.slack.whispers)
    assert line.slack.whispers[0]["channel"] == direct(ADA)


def test_an_answer_reads_nothing_of_a_stranger_as_markup(line: Line) -> None:
    line.desk.answer = Answer("case 1 · <!channel> <@U1> *x* <https://evil.example|refund>")
    line.slack.click(ADA, line.card(), "Acknowledge")
    line.slack.until(lambda: line.slack.whispers)
    [said] = line.slack.whispers
    assert "<" not in said["text"]
    assert said["blocks"][0]["text"]["type"] == "plain_text"
    assert "<" not in said["blocks"][0]["text"]["text"]
    assert (said["parse"], said["link_names"], said["unfurl_links"]) == ("none", False, False)


def test_who_cannot_be_whispered_to_is_told_in_direct_messages(line: Line) -> None:
    line.slack.faults["chat.postEphemeral"] = [Fault("user_not_in_channel")]
    line.slack.click(ADA, line.card(), "Acknowledge")
    line.slack.until(lambda: line.slack.find("you own it", direct(ADA)))


# ----------------------------------------------------------------------------------- who
@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"is_email_confirmed": False}, id="an address that nobody confirmed"),
        pytest.param({"team_id": "T0ELSEWHERE"}, id="a guest from another workspace"),
        pytest.param({"is_stranger": True}, id="a stranger of a shared room"),
        pytest.param({"deleted": True}, id="somebody who left"),
        pytest.param({"is_bot": True}, id="a bot"),
        pytest.param({"profile": {}}, id="no address"),
        pytest.param({"profile": {"email": 17}}, id="an odd address"),
    ],
)
def test_only_an_address_that_our_own_workspace_vouches_for_says_who_it_is(
    line: Line, more: dict[str, Any]
) -> None:
    line.slack.members[MALLORY].email = "ada@acme.example"
    line.slack.members[MALLORY].more = more
    line.slack.click(MALLORY, line.card(), "Acknowledge")
    line.slack.until(lambda: line.desk.taken)
    assert line.desk.taken[0].who == (MALLORY,)


def test_who_somebody_is_is_asked_once_an_hour(line: Line) -> None:
    ref = line.card()
    for number in (1, 2, 3):
        line.slack.click(ADA, ref, "Acknowledge")
        line.slack.until(lambda number=number: len(line.desk.taken) == number)
    assert len(line.slack.sent("users.info")) == 1


@pytest.mark.parametrize("code", ["missing_scope", "ratelimited", "user_not_found"])
def test_where_slack_does_not_say_who_it_is_the_id_still_counts(line: Line, code: str) -> None:
    line.slack.faults["users.info"] = [Fault(code)]
    line.slack.click(ADA, line.card(), "Acknowledge")
    line.slack.until(lambda: line.desk.taken)
    assert line.desk.taken[0].who == (ADA,)


def unvouched(line: Line) -> str:
    line.slack.click(ADA, line.card(), "Acknowledge")
    line.slack.until(lambda: line.desk.taken)
    return line.desk.taken.pop().unvouched


def test_a_missing_scope_is_said_with_what_to_do_until_it_is_given(line: Line) -> None:
    line.slack.faults["users.info"] = [Fault("missing_scope")]
    assert "users:read.email" in unvouched(line)
    assert "users:read.email" in line.channel.unvouched()
    line.channel.people._known.clear()  # it is asked again after a minute
    assert unvouched(line) == ""
    assert line.channel.unvouched() == ""


def test_a_profile_without_its_address_is_a_missing_scope_too(line: Line) -> None:
    line.slack.members[ADA].more = {"profile": {"display_name": "ada"}}
    assert "users:read.email" in unvouched(line)
    assert "users:read.email" in line.channel.unvouched()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        pytest.param({"is_email_confirmed": False}, "confirmed no mail", id="not confirmed"),
        pytest.param({"team_id": "T0ELSE", "profile": {}}, "confirmed no mail", id="a guest"),
    ],
)
def test_that_one_persons_address_does_not_count_is_no_fault(
    line: Line, more: dict[str, Any], why: str
) -> None:
    line.slack.members[ADA].more = more
    assert why in unvouched(line)
    assert line.channel.unvouched() == ""


def test_where_slack_is_too_slow_to_say_who_it_is_they_are_asked_to_do_it_again(line: Line) -> None:
    line.slack.faults["users.info"] = [Fault("ratelimited")]
    assert "do it again" in unvouched(line)


# --------------------------------------------------------------------------------- forms
def asked(line: Line, form: Form = FORM) -> dict[str, Any]:
    """The modal that a press opens."""
    line.desk.answer = Answer(form=form)
    ref = line.card()
    line.slack.click(ADA, ref, "Hand over …")
    view: dict[str, Any] = line.slack.until(lambda: line.slack.views)[0]
    return view


def test_a_hand_over_is_asked_for_in_a_modal_and_comes_in_filled(line: Line) -> None:
    view = asked(line)
    assert view["title"]["text"] == "Hand over"
    assert [block["label"]["text"] for block in view["blocks"]] == [
        "To whom",
        "Why",
        "What was the customer told?",
    ]
    assert view["blocks"][0]["element"]["options"][0]["text"]["text"] == "Ben &lt;@U0BEN&gt;"
    line.desk.answer = Answer("Case 17: handed over.", done=True)
    envelope = line.slack.submit(ADA, view, to="ben", told="we look <b>into</b> it")
    assert "payload" not in line.slack.ack(envelope)
    line.slack.until(lambda: line.slack.whispers)
    filled = line.desk.taken[-1]
    assert (filled.verb, filled.token, filled.is_filled) == ("handoff", TOKEN, True)
    assert filled.values == {"to": "ben", "reason": "knows it", "told": "we look <b>into</b> it"}
    assert filled.who == (ADA, "ada@acme.example")
    assert line.slack.said_to(ADA) == ["Case 17: handed over."]


def test_mistakes_are_shown_in_the_modal_which_stays_open(line: Line) -> None:
    view = asked(line)
    line.desk.answer = Answer(form=replace(FORM, wrong={"reason": "An answer is needed."}))
    acked = line.slack.ack(line.slack.submit(ADA, view, to="ben"))
    assert acked["payload"] == {
        "response_action": "errors",
        "errors": {"reason": "An answer is needed."},
    }
    assert not line.slack.whispers


def test_a_form_that_became_another_one_takes_the_place_of_the_first(line: Line) -> None:
    view = asked(line)
    line.desk.answer = Answer(form=replace(FORM, title="Hand over to another"))
    acked = line.slack.ack(line.slack.submit(ADA, view, to="ben"))
    assert acked["payload"]["response_action"] == "update"
    assert acked["payload"]["view"]["title"]["text"] == "Hand over to another"


def test_a_form_that_comes_too_late_is_told(line: Line) -> None:
    line.slack.faults["views.open"] = [Fault("expired_trigger_id")]
    line.desk.answer = Answer(form=FORM)
    line.slack.click(ADA, line.card(), "Hand over …")
    line.slack.until(lambda: line.slack.whispers)
    assert "press again" in line.slack.said_to(ADA)[0]


def test_an_answer_that_takes_long_is_acknowledged_in_time_and_told_later(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = asked(line)
    going_on = threading.Event()

    def slow(incoming: Incoming) -> Answer:
        going_on.wait(PATIENCE)
        return Answer(form=replace(FORM, wrong={"reason": "An answer is needed."}))

    monkeypatch.setattr("escalation.channels.slack_hearing.ANSWER_WITHIN", 0.01)
    monkeypatch.setattr(line.desk, "take", slow)
    line.stopping.set()
    line.end()
    line = Line(line.slack, line.channel, line.desk)
    line.slack.until(lambda: line.slack.opened == 2 and len(line.slack.sockets) == 1)
    envelope = line.slack.submit(ADA, view, to="ben")
    assert "payload" not in line.slack.ack(envelope)
    going_on.set()
    line.slack.until(lambda: line.slack.whispers)
    assert "reason: An answer is needed." in line.slack.said_to(ADA)[0]
    line.stopping.set()
    line.end()


def test_twenty_presses_are_acknowledged_while_the_first_is_still_being_answered(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = threading.Event()

    def slow(incoming: Incoming) -> Answer:
        line.desk.taken.append(incoming)
        going_on.wait(PATIENCE)
        return Answer("done")

    monkeypatch.setattr(line.desk, "take", slow)
    line.stopping.set()
    line.end()
    again = Line(line.slack, line.channel, line.desk)
    line.slack.until(lambda: line.slack.opened == 2 and len(line.slack.sockets) == 1)
    ref = again.card()
    for _ in range(20):
        [envelope] = line.slack.click(ADA, ref, "Acknowledge")
        line.slack.ack(envelope)
    assert not line.slack.whispers
    going_on.set()
    line.slack.until(lambda: len(line.slack.whispers) == 20)
    again.stopping.set()
    again.end()


# --------------------------------------------------------------------------------- words
def test_words_under_a_message_come_in_with_the_message(line: Line) -> None:
    ref = line.card()
    line.slack.write(ADA, ROOM, "the courier &amp; I have it", under=ref)
    line.slack.until(lambda: line.slack.whispers)
    [incoming] = line.desk.taken
    assert (incoming.text, incoming.ref) == ("the courier & I have it", ref)
    assert line.slack.whispers[0]["thread_ts"] == ref.partition(":")[2]


def test_words_in_direct_messages_are_answered_by_words_that_stay(line: Line) -> None:
    line.slack.write(ADA, direct(ADA), "cases")
    line.slack.until(lambda: line.slack.find("you own it", direct(ADA)))
    assert (line.desk.taken[0].text, line.desk.taken[0].ref) == ("cases", "")
    assert not line.slack.whispers


@pytest.mark.parametrize(
    ("more", "room"),
    [
        pytest.param({"bot_id": MY_BOT}, ROOM, id="our own words"),
        pytest.param({"bot_id": "B0OTHER"}, ROOM, id="another bot's"),
        pytest.param({"subtype": "bot_message"}, ROOM, id="a bot's of old"),
        pytest.param({"subtype": "message_changed"}, direct(ADA), id="a change"),
        pytest.param({"subtype": "message_deleted"}, direct(ADA), id="a deletion"),
        pytest.param({"subtype": "channel_join"}, ROOM, id="somebody who joins"),
        pytest.param({"parent_user_id": BEN}, ROOM, id="a thread of somebody else's"),
        pytest.param({"parent_user_id": None, "thread_ts": None}, ROOM, id="in the room"),
        pytest.param({"user": None}, ROOM, id="by nobody"),
        pytest.param({"user": "u0ada"}, ROOM, id="by no member"),
        pytest.param({"ts": "now"}, ROOM, id="at no time"),
        pytest.param({"type": "reaction_added"}, ROOM, id="no words at all"),
    ],
)
def test_what_is_not_said_to_us_is_left_out(line: Line, more: dict[str, Any], room: str) -> None:
    ref = line.card()
    line.slack.write(ADA, room, "ack", under=ref, **more)
    line.slack.write(BEN, ROOM, "the last", under=ref)
    line.slack.until(lambda: line.desk.taken)
    assert [one.text for one in line.desk.taken] == ["the last"]


def test_nothing_that_is_pressed_or_written_stands_in_a_log(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ref = line.card()
    line.slack.write(ADA, ROOM, "zzwords about a customer", under=ref)
    line.slack.click(ADA, ref, "Acknowledge")
    line.slack.raw("{ zzwords that nobody can read")
    line.slack.until(lambda: len(line.slack.whispers) == 2)
    line.stopping.set()
    line.end()
    told = [record.getMessage() for record in caplog.records if "websockets" not in record.name]
    assert not [text for text in told if "zzwords" in text or "EXAMPLE" in text or ADA in text]
