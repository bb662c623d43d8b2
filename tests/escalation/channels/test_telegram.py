"""Telegram gets plain text with its own mark-up beside it; presses and words come back."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config import Secret
from escalation.buttons import ACK, HANDOFF, NOT_COMPLAINT, SNOOZE
from escalation.channel import ChannelRefused, ChannelUnavailable, Message, Purpose, Verbatim
from escalation.channels.telegram import Settings, Telegram
from escalation.channels.telegram_heard import Me, heard
from escalation.channels.telegram_text import content, plain
from escalation.conversation import Answer
from tests.escalation.channels.fake_telegram import FOUND_BY_ITSELF, FakeTelegram, units
from tests.escalation.channels.loopback_server import Told, comes, listening, tools_for
from tests.hostile import FILES, OWN, texts_of_file

TOKEN = "700001:EXAMPLE-example_0123456789"
ADA = 1001
GROUP = -1002003004005
ME = Me(7000001, "tocsin_bot")
PRESSED = "0123456789abcdef0123456789abcdef"
MESSAGE = Message(
    key="case 17/1",
    purpose=Purpose.PAGE,
    to=str(ADA),
    headline="Soon · Ada Lovelace · 3 posts: R&D at Acme",
    lines=("Next: acknowledge by 13:15", "Why now: third time asking"),
    verbatim=Verbatim("Charged twice @acme", "@ann", "x", 1200, "https://x.example/1"),
    mention=str(ADA),
    subject="case 17",
    buttons=(ACK, HANDOFF, SNOOZE, NOT_COMPLAINT),
    token=PRESSED,
    trail=("14:05 noted by Ada Lovelace (telegram)",),
)


@pytest.fixture
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram(TOKEN) as made:
        yield made


def telegram(server: FakeTelegram, token: str = TOKEN) -> Telegram:
    settings = Settings(name="telegram", token=Secret(env="TELEGRAM_TOKEN"), api=server.url)
    return Telegram(settings, tools_for(server, token))


def shown(text: str, entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What stands out in a text, by Telegram's way of counting."""
    encoded = text.encode("utf-16-le")
    ends = [(2 * one["offset"], 2 * (one["offset"] + one["length"])) for one in entities]
    words = [encoded[start:end].decode("utf-16-le") for start, end in ends]
    return [(one["type"], word) for one, word in zip(entities, words, strict=True)]


# ---------------------------------------------------------------------------- what is said
def test_a_message_reads_like_this() -> None:
    made = content(MESSAGE)
    assert made["text"] == (
        "Soon · Ada Lovelace · 3 posts: R&D at Acme\n"
        "Charged twice ＠acme\n"
        "＠ann on x, 1,200 followers\n"
        "https∶//x․example/1\n"
        "Next: acknowledge by 13:15\n"
        "Why now: third time asking\n"
        "14:05 noted by Ada Lovelace (telegram)\n"
        "case 17"
    )
    assert shown(made["text"], made["entities"]) == [
        ("bold", "Soon · Ada Lovelace · 3 posts: R&D at Acme"),
        ("blockquote", "Charged twice ＠acme"),
        ("text_link", "https∶//x․example/1"),
    ]
    assert made["entities"][-1]["url"] == "https://x.example/1"
    assert made["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in made


def test_the_main_button_has_a_row_of_its_own() -> None:
    rows = content(MESSAGE)["reply_markup"]["inline_keyboard"]
    assert [[one["text"] for one in row] for row in rows] == [
        ["Acknowledge"],
        ["Hand over …", "Snooze …"],
        ["Not a complaint"],
    ]
    assert rows[0][0]["callback_data"] == f"ack:{PRESSED}"


def test_what_stands_out_is_counted_as_telegram_counts() -> None:
    made = content(replace(MESSAGE, headline="😡😡 Storm", trail=()))
    assert shown(made["text"], made["entities"])[1] == ("blockquote", "Charged twice ＠acme")


def test_only_the_person_paged_is_called_and_only_where_they_would_not_hear_it() -> None:
    def called(message: Message) -> list[dict[str, Any]]:
        return [one for one in content(message)["entities"] if one["type"] == "text_mention"]

    assert called(MESSAGE) == []
    [found] = called(replace(MESSAGE, to=str(GROUP)))
    assert found["user"] == {"id": ADA}
    assert called(replace(MESSAGE, to=str(GROUP), mention="@grace")) == []
    assert called(replace(MESSAGE, to=str(GROUP), purpose=Purpose.CARD)) == []


@pytest.mark.parametrize("name", ["own", *FILES])
def test_nothing_comes_out_of_a_post(name: str, request: pytest.FixtureRequest) -> None:
    texts = [*OWN.values(), "a" * 40_000, "😡" * 40_000, "https://a.example/" * 3_000]
    if name != "own":
        folder: Path = request.getfixturevalue("shared")
        texts = list(texts_of_file(folder, name))
    for text in texts:
        made = content(
            replace(
                MESSAGE,
                to=str(GROUP),
                headline=text,
                lines=(text,) * 5,
                trail=(text,),
                subject=text,
                mention="@everyone",
                verbatim=Verbatim(text, text, text, None, "javascript:alert(1)"),
            )
        )
        assert not FOUND_BY_ITSELF.search(made["text"]), FOUND_BY_ITSELF.search(made["text"])
        assert {one["type"] for one in made["entities"]} <= {"bold", "blockquote"}
        assert 1 <= units(made["text"]) <= 4096
        assert all(one["offset"] + one["length"] <= units(made["text"]) for one in made["entities"])
        assert json.dumps(made, ensure_ascii=False).encode("utf-8")
        assert not FOUND_BY_ITSELF.search(plain(text))


def test_a_link_that_could_lead_elsewhere_is_shown_as_text() -> None:
    for url in ("https://x.example/\u202egpj", "https://x.example/<b>", "tg://resolve?domain=a"):
        made = content(replace(MESSAGE, verbatim=Verbatim("words", "@ann", "x", 1, url)))
        assert "text_link" not in {one["type"] for one in made["entities"]}


# ---------------------------------------------------------------------------- sending
def test_a_page_is_sent_to_the_persons_private_chat_and_can_be_updated(
    server: FakeTelegram,
) -> None:
    channel = telegram(server)
    receipt = channel.deliver(MESSAGE, deadline=5)
    assert receipt.ref == "1001:1"
    changed = replace(MESSAGE, buttons=(), headline="Acknowledged by Ada Lovelace")
    assert channel.update(receipt.ref, changed, deadline=5) == receipt
    assert server.messages[ADA, 1]["text"].startswith("Acknowledged by Ada Lovelace")
    assert server.messages[ADA, 1]["reply_markup"] == {"inline_keyboard": []}
    assert len(server.messages) == 1


def test_an_update_that_changes_nothing_is_done(server: FakeTelegram) -> None:
    channel = telegram(server)
    receipt = channel.deliver(MESSAGE, deadline=5)
    assert channel.update(receipt.ref, MESSAGE, deadline=5) == receipt
    assert channel.update(receipt.ref, MESSAGE, deadline=5) == receipt


def test_a_reminder_stands_under_the_first_page(server: FakeTelegram) -> None:
    telegram(server).deliver(replace(MESSAGE, under="1001:7", buttons=()), deadline=5)
    [sent] = server.messages.values()
    assert sent["reply_parameters"] == {"message_id": 7, "allow_sending_without_reply": True}


@pytest.mark.parametrize("to", ["@ada", "ada", "", "0", "-0", "1" * 40, "1001/getUpdates"])
def test_an_address_that_is_no_id_is_refused_before_anything_is_sent(
    server: FakeTelegram, to: str
) -> None:
    with pytest.raises(ChannelRefused, match="numeric id"):
        telegram(server).deliver(replace(MESSAGE, to=to), deadline=5)
    assert server.log == []


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        pytest.param(
            FakeTelegram.error(429, "Too Many Requests: retry after 30", retry_after=30),
            30.0,
            id="too many messages",
        ),
        pytest.param(FakeTelegram.error(429, "Too Many Requests"), None, id="no wait is stated"),
        pytest.param(
            FakeTelegram.error(429, "Too Many Requests", retry_after=10**9), 3600.0, id="for ever"
        ),
        pytest.param(
            FakeTelegram.error(429, "Too Many Requests", retry_after="x"), None, id="an odd wait"
        ),
        pytest.param(FakeTelegram.error(500, "Internal Server Error"), None, id="their own error"),
        pytest.param(Told(502, b"<html>"), None, id="a gateway in between"),
        pytest.param(Told(200, b"<html>login"), None, id="a login page"),
        pytest.param(Told(200, b"[" * 100_000), None, id="deep nesting"),
        pytest.param(Told(200, b"\xff\xfe"), None, id="no UTF-8"),
        pytest.param(Told(200, {"ok": True, "result": True}), None, id="a yes without a message"),
        pytest.param(
            Told(200, {"ok": True, "result": {"chat": {"id": "x"}, "message_id": {}}}),
            None,
            id="odd types",
        ),
    ],
)
def test_not_now(server: FakeTelegram, told: Told, wait: float | None) -> None:
    server.faults.append(("sendMessage", told))
    with pytest.raises(ChannelUnavailable) as caught:
        telegram(server).deliver(MESSAGE, deadline=5)
    assert caught.value.retry_after == wait
    assert TOKEN not in f"{caught.value!r}"
    assert len(server.log) == 1, "a channel does not try again by itself"


@pytest.mark.parametrize(
    ("code", "description", "said"),
    [
        (401, "Unauthorized", r"refused the token: ask @BotFather"),
        (404, "Not Found", r"refused the token"),
        (403, "Forbidden: bot was blocked by the user", "unblock it and send /start"),
        (403, "Forbidden: bot can't initiate conversation with a user", "write /start"),
        (403, "Forbidden: user is deactivated", "account is gone"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "add it again"),
        (400, "Bad Request: chat not found", "use the numeric id"),
        (400, "Bad Request: group chat was upgraded to a supergroup chat", "new id"),
        (400, "Bad Request: something new", r"refused the message \(400\)"),
    ],
)
def test_never(server: FakeTelegram, code: int, description: str, said: str) -> None:
    server.faults.append(("sendMessage", FakeTelegram.error(code, description)))
    with pytest.raises(ChannelRefused, match=said) as caught:
        telegram(server).deliver(MESSAGE, deadline=5)
    assert TOKEN not in f"{caught.value!r}"


def test_a_message_that_is_gone_is_refused(server: FakeTelegram) -> None:
    with pytest.raises(ChannelRefused, match="the message is gone"):
        telegram(server).update("1001:99", MESSAGE, deadline=5)


# ---------------------------------------------------------------------------- what comes back
def test_a_press_comes_back_and_what_was_done_is_said_over_the_chat(server: FakeTelegram) -> None:
    server.press(ADA, GROUP, 7, f"ack:{PRESSED}")
    done = Answer("Case 17: yours now.", done=True)
    with listening(telegram(server), lambda _: done) as heard_here:
        [told] = comes(lambda: server.told)
    assert told["text"] == "Case 17: yours now."
    assert told["show_alert"] is False
    [one] = heard_here.incoming
    assert (one.who, one.verb, one.token) == (("1001",), "ack", PRESSED)
    assert one.ref == f"{GROUP}:7"
    assert server.messages == {}


def test_a_question_is_asked_in_the_senders_private_chat(server: FakeTelegram) -> None:
    server.press(ADA, GROUP, 7, f"handoff:{PRESSED}")
    with listening(telegram(server), lambda _: Answer("To whom? One of: ben, cy.")):
        comes(lambda: server.told)
    [sent] = server.messages.values()
    assert (sent["chat_id"], sent["text"]) == (ADA, "To whom? One of: ben, cy.")
    assert sent["link_preview_options"] == {"is_disabled": True}


def test_whoever_never_wrote_to_the_bot_is_told_in_an_alert(server: FakeTelegram) -> None:
    server.chats = {GROUP}
    server.press(ADA, GROUP, 7, f"ack:{PRESSED}")
    with listening(telegram(server), lambda _: Answer("Tocsin does not know you here. " * 20)):
        [told] = comes(lambda: server.told)
    assert told["show_alert"] is True
    assert told["text"].startswith("Tocsin does not know you here.")
    assert len(told["text"]) <= 200


def test_words_in_a_private_chat_are_answered_there(server: FakeTelegram) -> None:
    server.write(ADA, "cases")
    with listening(telegram(server), lambda _: Answer("Nothing is open with you.")) as heard_here:
        [sent] = comes(lambda: list(server.messages.values()))
    assert (sent["chat_id"], sent["text"]) == (ADA, "Nothing is open with you.")
    assert sent["reply_parameters"]["message_id"] > 500
    assert heard_here.incoming[0].text == "cases"


def test_an_update_is_confirmed_and_not_handed_on_twice(server: FakeTelegram) -> None:
    for number in range(5):
        server.write(ADA, f"note {number}")
    with listening(telegram(server)) as heard_here:
        comes(lambda: not server.updates)
    assert [one.text for one in heard_here.incoming] == [f"note {n}" for n in range(5)]
    assert len({one.id for one in heard_here.incoming}) == 5


def test_what_comes_again_after_a_restart_has_the_same_id(server: FakeTelegram) -> None:
    server.write(ADA, "note once")
    again = list(server.updates)
    with listening(telegram(server)) as first:
        comes(lambda: not server.updates)
    server.updates = again
    with listening(telegram(server)) as second:
        comes(lambda: second.incoming)
    assert first.incoming[0].id == second.incoming[0].id


def message(**more: Any) -> dict[str, Any]:
    said = {
        "message_id": 5,
        "from": {"id": ADA, "is_bot": False, "username": "admin"},
        "chat": {"id": ADA, "type": "private"},
        "text": "ack 17",
    }
    return {"update_id": 1, "message": {**said, **more}}


IN_GROUP = {"chat": {"id": GROUP, "type": "supergroup"}}
OURS = {"reply_to_message": {"message_id": 9, "from": {"id": ME.id, "is_bot": True}}}


@pytest.mark.parametrize(
    ("update", "text", "ref"),
    [
        pytest.param(message(), "ack 17", "", id="words in a private chat"),
        pytest.param(message(**OURS), "ack 17", "1001:9", id="words under a message of ours"),
        pytest.param(
            message(**IN_GROUP, **OURS), "ack 17", f"{GROUP}:9", id="in a group, under ours"
        ),
        pytest.param(
            message(**IN_GROUP, text="@Tocsin_bot cases"), "cases", "", id="in a group, by its name"
        ),
        pytest.param(
            message(**IN_GROUP, text="/not_a_complaint@tocsin_bot 17"),
            "not-a-complaint 17",
            "",
            id="a command",
        ),
        pytest.param(message(text="/start"), "help", "", id="the first message"),
        pytest.param(message(text="/start ack_17"), "help", "", id="a link with words in it"),
        pytest.param(
            message(**IN_GROUP, text="Tocsin: cases"), "cases", "", id="called in a group"
        ),
        pytest.param(message(**IN_GROUP, text="tocsin cases"), "cases", "", id="perhaps called"),
    ],
)
def test_what_is_heard(update: dict[str, Any], text: str, ref: str) -> None:
    found = heard(update, ME)
    assert found is not None
    assert (found.incoming.text, found.incoming.ref) == (text, ref)
    assert found.incoming.who == ("1001",), "a name that anybody can take proves nothing"


@pytest.mark.parametrize(
    "update",
    [
        pytest.param(message(**IN_GROUP), id="people who talk to each other"),
        pytest.param(message(**IN_GROUP, text="/ban 17"), id="a command to some bot"),
        pytest.param(message(**IN_GROUP, text="/ban@other_bot"), id="a command to another bot"),
        pytest.param(message(**{"from": {"id": 5, "is_bot": True}}), id="another bot"),
        pytest.param(message(sender_chat={"id": GROUP}), id="somebody who writes as the group"),
        pytest.param(message(via_bot={"id": 5}), id="what another bot wrote for somebody"),
        pytest.param(message(text=None), id="no words"),
        pytest.param(message(chat=None), id="no chat"),
        pytest.param(
            {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 1}, "data": "x"}},
            id="a press that is none of ours",
        ),
        pytest.param(
            {"update_id": 1, "callback_query": {"from": {"id": 1}, "data": f"ack:{PRESSED}"}},
            id="a press on a message that is gone",
        ),
        pytest.param({"update_id": 1, "message": {"from": float("inf")}}, id="an odd sender"),
        pytest.param({"update_id": float("inf"), "message": message()["message"]}, id="no number"),
        pytest.param([], id="a list"),
        pytest.param(None, id="nothing"),
    ],
)
def test_what_is_left_out(update: Any) -> None:
    assert heard(update, ME) is None


def test_what_cannot_be_read_deafens_nobody(server: FakeTelegram) -> None:
    server.update(message={"from": []})
    server.update(poll={"id": "1"})
    server.write(ADA, "cases")
    with listening(telegram(server)) as heard_here:
        comes(lambda: heard_here.incoming)
    assert heard_here.incoming[0].text == "cases"
    assert heard_here.ended is None


def test_an_answer_that_cannot_be_shown_deafens_nobody(server: FakeTelegram) -> None:
    server.faults.append(("answerCallbackQuery", Told(500, b"")))
    server.press(ADA, ADA, 7, f"ack:{PRESSED}")
    server.write(ADA, "cases")
    with listening(telegram(server), lambda _: Answer("Done.", done=True)) as heard_here:
        comes(lambda: len(heard_here.incoming) == 2)


def test_a_token_that_is_revoked_while_it_listens_ends_it_for_good(server: FakeTelegram) -> None:
    with listening(telegram(server)) as heard_here:
        comes(lambda: any("getUpdates" in one.path for one in server.log))
        server.token = "another"
        ended = heard_here.until_it_ends()
    assert isinstance(ended, ChannelRefused)
    assert "BotFather" in str(ended)


def test_a_bot_that_serves_another_program_is_refused(server: FakeTelegram) -> None:
    server.webhook = True
    with listening(telegram(server)) as heard_here:
        ended = heard_here.until_it_ends()
    assert isinstance(ended, ChannelRefused)
    assert "make a bot for Tocsin alone" in str(ended)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("getUpdates", FakeTelegram.error(409, "Conflict: terminated by other getUpdates request")),
        ("getUpdates", Told(502, b"")),
        ("getUpdates", Told(200, {"ok": True, "result": [{"update_id": "x"}]})),
        ("getMe", Told(200, {"ok": True, "result": []})),
    ],
)
def test_a_lost_connection_is_unavailable(server: FakeTelegram, path: str, told: Told) -> None:
    server.faults.append((path, told))
    with listening(telegram(server)) as heard_here:
        assert isinstance(heard_here.until_it_ends(), ChannelUnavailable)


# ---------------------------------------------------------------------------- the token
@pytest.mark.parametrize("token", ["", "7:a b", "7:a/../x", "7:a?x", "7:é"])
def test_what_is_no_token_is_refused_and_not_repeated(server: FakeTelegram, token: str) -> None:
    with pytest.raises(ChannelRefused, match="TELEGRAM_TOKEN is no Telegram token") as caught:
        telegram(server, token).deliver(MESSAGE, deadline=5)
    assert "7:a" not in str(caught.value)
    assert server.log == []
