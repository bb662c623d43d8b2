"""What is pressed, filled in and written in Discord comes back, and its gateway is kept alive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels import discord_deferring
from escalation.channels.discord_heard import heard
from escalation.conversation import Answer, Incoming
from tests.escalation.channels.fake_discord import ADA, APP, BEN, BOT, ROOM, SERVER, FakeDiscord
from tests.escalation.channels.loopback_server import Told, comes, listening
from tests.escalation.channels.test_discord import (
    DIRECT,
    FORM,
    PRESSED,
    TOKEN,
    discord,
)

EPHEMERAL = 64
PRESS = f"ack:{PRESSED}"


@pytest.fixture
def server() -> Iterator[FakeDiscord]:
    with FakeDiscord(TOKEN) as made:
        yield made


# ---------------------------------------------------------------------------- presses
def test_a_press_is_answered_to_its_presser_alone(server: FakeDiscord) -> None:
    number = server.press(ADA, PRESS)
    done = Answer("Case 17: yours now.", done=True)
    with listening(discord(server), lambda _: done) as heard_here:
        [(answered, body)] = comes(lambda: server.answers)
    [one] = heard_here.incoming
    assert (one.who, one.verb, one.token) == ((ADA,), "ack", PRESSED)
    assert one.ref == f"{ROOM}:400000000000000001"
    assert (answered, body["type"]) == (number, 4)
    assert body["data"]["content"] == "Case 17: yours now."
    assert body["data"]["flags"] & EPHEMERAL
    assert body["data"]["allowed_mentions"] == {"parse": [], "users": [], "replied_user": False}


def test_a_press_without_an_answer_is_acknowledged(server: FakeDiscord) -> None:
    server.press(ADA, PRESS)
    with listening(discord(server)):
        [(_, body)] = comes(lambda: server.answers)
    assert body == {"type": 6}


def test_a_form_opens_as_a_window_and_comes_back_filled_in(server: FakeDiscord) -> None:
    server.press(ADA, f"handoff:{PRESSED}")
    values = {"to": ["ben"], "reason": "hers", "told": ""}
    server.fill(ADA, f"handoff:{PRESSED}", values)

    def answers(one: Incoming) -> Answer:
        return Answer("Done.", done=True) if one.is_filled else Answer(form=FORM)

    with listening(discord(server), answers) as heard_here:
        (_, window), (_, told) = comes(lambda: len(server.answers) == 2 and server.answers)
    assert window["type"] == 9
    assert window["data"]["custom_id"] == f"handoff:{PRESSED}"
    assert told["data"]["content"] == "Done."
    filled = heard_here.incoming[1]
    assert filled.values == {"to": "ben", "reason": "hers", "told": ""}
    assert (filled.is_filled, filled.verb, filled.token) == (True, "handoff", PRESSED)


def test_what_was_filled_in_wrongly_is_still_there_when_the_window_is_opened_again(
    server: FakeDiscord,
) -> None:
    known = tuple(replace(one, known="kept" if one.name == "reason" else "") for one in FORM.fields)
    wrong = replace(FORM, fields=known, wrong={"told": "An answer is needed."})
    filled = server.fill(ADA, f"handoff:{PRESSED}", {"reason": "kept"})
    by_ben, by_ada = (server.press(person, f"handoff:{PRESSED}") for person in (BEN, ADA))

    def answers(one: Incoming) -> Answer:
        return Answer(form=wrong if one.is_filled else FORM)

    with listening(discord(server), answers):
        comes(lambda: len(server.answers) == 3)
    shown = dict(server.answers)
    said, other, window = shown[filled], shown[by_ben], shown[by_ada]
    assert said["type"] == 4
    assert "An answer is needed." in said["data"]["content"]
    assert said["data"]["components"][0]["components"][0]["custom_id"] == f"handoff:{PRESSED}"
    assert "kept" not in str(other), "nobody sees what somebody else wrote"
    assert window["data"]["components"][1]["component"]["value"] == "kept"


def test_a_slow_answer_is_announced_in_time_and_follows(
    server: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_deferring, "PATIENCE", 0.01)
    number = server.press(ADA, PRESS)

    def answers(one: Incoming) -> Answer:
        comes(lambda: server.answers)
        return Answer("Case 17: yours now.", done=True)

    with listening(discord(server), answers):
        comes(lambda: len(server.answers) == 2)
    assert server.answers[0] == (number, {"type": 5, "data": {"flags": EPHEMERAL}})
    follows, body = server.answers[1]
    assert follows == f"aW50-{number} later"
    assert body["content"] == "Case 17: yours now."


def test_a_window_that_comes_too_late_is_a_button_again(
    server: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_deferring, "PATIENCE", 0.01)
    server.press(ADA, f"handoff:{PRESSED}")

    def answers(one: Incoming) -> Answer:
        comes(lambda: server.answers)
        return Answer(form=FORM)

    with listening(discord(server), answers):
        comes(lambda: len(server.answers) == 2)
    _, body = server.answers[1]
    assert body["components"][0]["components"][0]["custom_id"] == f"handoff:{PRESSED}"


def test_a_question_in_a_room_says_where_its_answer_is_heard(server: FakeDiscord) -> None:
    server.press(ADA, f"resolve:{PRESSED}")
    server.press(ADA, f"resolve:{PRESSED}", room=DIRECT)
    with listening(discord(server), lambda _: Answer("Which cause?", asks=True)):
        (_, room), (_, alone) = comes(lambda: len(server.answers) == 2 and server.answers)
    assert "Answer in a direct message to me" in room["data"]["content"]
    assert alone["data"]["content"] == "Which cause?"


# ---------------------------------------------------------------------------- words
def test_words_in_direct_messages_are_answered_there(server: FakeDiscord) -> None:
    server.write(ADA, "cases")
    with listening(discord(server), lambda _: Answer("Nothing is open with you.")) as heard_here:
        comes(lambda: server.messages)
    [((channel, _), sent)] = server.messages.items()
    assert (channel, sent["content"]) == (DIRECT, "Nothing is open with you.")
    assert heard_here.incoming[0].who == (ADA,)


def test_words_in_a_room_are_answered_in_direct_messages(server: FakeDiscord) -> None:
    server.write(ADA, f"<@{BOT}> cases", channel_id=ROOM, guild_id=SERVER, mentions=[{"id": BOT}])
    with listening(discord(server), lambda _: Answer("Nothing is open with you.")) as heard_here:
        comes(lambda: server.messages)
    [((channel, _), sent)] = server.messages.items()
    assert channel == DIRECT
    assert "message_reference" not in sent
    assert heard_here.incoming[0].text == "cases"


def message(**more: Any) -> dict[str, Any]:
    said = {"id": "300000000000000001", "channel_id": DIRECT, "type": 0, "content": "ack 17"}
    return {**said, "author": {"id": ADA}, "mentions": [], **more}


def interaction(**more: Any) -> dict[str, Any]:
    said = {"id": "300000000000000001", "application_id": APP, "token": "abc", "type": 3}
    return {**said, "channel_id": ROOM, "user": {"id": ADA}, "data": {"custom_id": PRESS}, **more}


IN_ROOM = {"channel_id": ROOM, "guild_id": SERVER}
OURS = {"type": 19, "referenced_message": {"id": "400000000000000001", "author": {"id": BOT}}}
THEIRS = {"type": 19, "referenced_message": {"id": "400000000000000001", "author": {"id": BEN}}}


@pytest.mark.parametrize(
    ("event", "text", "ref"),
    [
        pytest.param(message(), "ack 17", "", id="words in direct messages"),
        pytest.param(message(**OURS), "ack 17", f"{DIRECT}:400000000000000001", id="under ours"),
        pytest.param(
            message(**IN_ROOM, **OURS), "ack 17", f"{ROOM}:400000000000000001", id="in a room"
        ),
        pytest.param(
            message(**IN_ROOM, content=f"<@!{BOT}> ack 17", mentions=[{"id": BOT}]),
            "ack 17",
            "",
            id="by its name",
        ),
    ],
)
def test_what_is_heard(event: dict[str, Any], text: str, ref: str) -> None:
    found = heard("MESSAGE_CREATE", event, BOT)
    assert found is not None
    assert (found.incoming.text, found.incoming.ref) == (text, ref)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        pytest.param("MESSAGE_CREATE", message(**IN_ROOM), id="people who talk to each other"),
        pytest.param("MESSAGE_CREATE", message(**IN_ROOM, **THEIRS), id="under theirs"),
        pytest.param("MESSAGE_CREATE", message(content=""), id="words we may not read"),
        pytest.param("MESSAGE_CREATE", message(author={"id": BOT, "bot": True}), id="a bot"),
        pytest.param("MESSAGE_CREATE", message(webhook_id="1"), id="a webhook"),
        pytest.param("MESSAGE_CREATE", message(type=7), id="somebody who joined"),
        pytest.param("MESSAGE_CREATE", message(author={"id": 17}), id="no id"),
        pytest.param("MESSAGE_CREATE", message(mentions=[17], guild_id="1"), id="odd mentions"),
        pytest.param("MESSAGE_CREATE", None, id="nothing"),
        pytest.param("INTERACTION_CREATE", interaction(data={"custom_id": "x"}), id="not ours"),
        pytest.param("INTERACTION_CREATE", interaction(type=2), id="a command"),
        pytest.param("INTERACTION_CREATE", interaction(token="a/../b"), id="an odd token"),
        pytest.param("INTERACTION_CREATE", interaction(id="1/2"), id="an odd id"),
        pytest.param("INTERACTION_CREATE", interaction(type=5, data={"custom_id": PRESS, "components": [17]}), id="odd fields"),  # noqa: E501
        pytest.param("TYPING_START", message(), id="something else"),
    ],
)  # fmt: skip
def test_what_is_left_out(kind: str, event: Any) -> None:
    assert heard(kind, event, BOT) is None


# ---------------------------------------------------------------------------- the gateway
def beats(server: FakeDiscord) -> list[Any]:
    return [one["d"] for one in server.frames if one["op"] == 1]


def test_the_connection_is_kept_alive_with_where_we_are(server: FakeDiscord) -> None:
    server.beat_every = 50
    with listening(discord(server)):
        comes(lambda: len(beats(server)) > 3)
    assert beats(server)[-1] == 1


def test_a_beat_that_is_asked_for_is_given_at_once(server: FakeDiscord) -> None:
    server.events.put({"op": 1, "d": None})
    with listening(discord(server)):
        comes(lambda: beats(server))
    assert len(beats(server)) == 1


def test_a_server_that_does_not_answer_beats_is_lost(server: FakeDiscord) -> None:
    server.beat_every, server.beats_back = 50, False
    with listening(discord(server)) as heard_here:
        ended = heard_here.until_it_ends()
    assert isinstance(ended, ChannelUnavailable)
    assert "does not answer any more" in str(ended)


def test_a_lost_connection_goes_on_where_it_was(server: FakeDiscord) -> None:
    channel = discord(server)
    server.write(ADA, "one")
    with listening(channel) as first:
        comes(lambda: first.incoming)
        server.hang_up(4000)
        assert isinstance(first.until_it_ends(), ChannelUnavailable)
    server.write(ADA, "two")
    with listening(channel) as second:
        comes(lambda: second.incoming)
    [going_on] = [one["d"] for one in server.frames if one["op"] == 6]
    assert going_on == {"token": TOKEN, "session_id": "s1", "seq": 2}
    assert [one.text for one in second.incoming] == ["two"]


def test_what_was_not_handed_on_comes_again(server: FakeDiscord) -> None:
    channel = discord(server)
    server.write(ADA, "one")
    with listening(channel) as first:
        comes(lambda: first.incoming)
        server.hang_up(1012)
        first.until_it_ends()
    server.told.append({"op": 0, "t": "MESSAGE_CREATE", "d": message(content="missed"), "s": 3})
    with listening(channel) as second:
        comes(lambda: second.incoming)
    assert second.incoming[0].text == "missed"


def test_discord_may_ask_to_connect_anew(
    server: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("escalation.channels.discord_listening.PAUSE", 0.01)
    server.events.put({"op": 7, "d": None})
    with listening(discord(server)) as heard_here:
        comes(lambda: len([one for one in server.frames if one["op"] in (2, 6)]) == 2)
        server.write(ADA, "cases")
        comes(lambda: heard_here.incoming)
    assert heard_here.ended is None


@pytest.mark.parametrize(("goes_on", "ops"), [(False, [2, 2]), (True, [2, 6])])
def test_a_session_that_ended_is_begun_anew_or_gone_on_with(
    server: FakeDiscord, goes_on: bool, ops: list[int]
) -> None:
    channel = discord(server)
    with listening(channel) as first:
        comes(lambda: channel.place.get("seq"))
        server.events.put({"op": 9, "d": goes_on})
        ended = first.until_it_ends()
    assert isinstance(ended, ChannelUnavailable)
    assert ended.retry_after == 3.0
    with listening(channel):
        comes(lambda: [one["op"] for one in server.frames if one["op"] in (2, 6)] == ops)


def test_a_session_that_timed_out_is_begun_anew(server: FakeDiscord) -> None:
    channel = discord(server)
    with listening(channel) as first:
        comes(lambda: channel.place.get("seq"))
        server.hang_up(4009)
        assert isinstance(first.until_it_ends(), ChannelUnavailable)
    assert "session" not in channel.place


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
def test_what_discord_will_never_take_ends_it_for_good(server: FakeDiscord, code: int) -> None:
    with listening(discord(server)) as heard_here:
        comes(lambda: server.frames)
        server.hang_up(code)
        ended = heard_here.until_it_ends()
    assert isinstance(ended, ChannelRefused)
    assert TOKEN not in str(ended)


def test_a_revoked_token_ends_it_for_good(server: FakeDiscord) -> None:
    server.token = "another"
    with listening(discord(server)) as heard_here:
        ended = heard_here.until_it_ends()
    assert isinstance(ended, ChannelRefused)
    assert "reset it in the developer portal" in str(ended)


LIMIT = {"total": 1000, "remaining": 0, "reset_after": 60_000}


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        pytest.param({"url": "wss://evil.example"}, None, id="a gateway of somebody else's"),
        pytest.param({}, None, id="no gateway"),
        pytest.param(
            {"url": "ws://127.0.0.1:9", "session_start_limit": LIMIT}, 60.0, id="no new session"
        ),
        pytest.param({"url": "ws://127.0.0.1:9"}, None, id="a gateway that is not there"),
    ],
)
def test_a_gateway_that_cannot_be_had_is_unavailable(
    server: FakeDiscord, told: dict[str, Any], wait: float | None
) -> None:
    server.faults.append(("/gateway/bot", Told(body=told)))
    with listening(discord(server)) as heard_here:
        ended = heard_here.until_it_ends()
    assert isinstance(ended, ChannelUnavailable)
    assert ended.retry_after == wait


def test_what_cannot_be_read_deafens_nobody(server: FakeDiscord) -> None:
    for odd in ([], {"op": "x"}, {"op": 0}, {"op": 0, "t": ["x"], "d": 17}):
        server.events.put(odd if isinstance(odd, dict) else {"op": 99, "d": odd})
    server.write(ADA, "cases")
    with listening(discord(server)) as heard_here:
        comes(lambda: heard_here.incoming)
    assert heard_here.ended is None


def test_an_answer_that_cannot_be_shown_deafens_nobody(server: FakeDiscord) -> None:
    server.faults.append(("/callback", FakeDiscord.error(404, 10062, "Unknown interaction")))
    server.press(ADA, PRESS)
    server.write(ADA, "cases")
    with listening(discord(server), lambda _: Answer("Done.", done=True)) as heard_here:
        comes(lambda: len(heard_here.incoming) == 2)
    assert heard_here.ended is None
