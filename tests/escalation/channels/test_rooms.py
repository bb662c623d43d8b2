"""What comes in names the room in which others read it, and none where it is to us alone."""

import json
from typing import Any

import pytest

from escalation.channels import discord_heard, mattermost_heard, slack_reading, telegram_heard
from escalation.conversation import Incoming
from tests.escalation.channels.fake_mattermost import ADA, BOT, ROOM
from tests.escalation.channels.test_slack_reading import ME, PRESS, SENT, WORDS

WE = telegram_heard.Me(1, "tocsin_bot")
US = mattermost_heard.Me(BOT, "tocsin", lambda post: True)
PERSON = {"id": 7, "is_bot": False}


def in_slack(event: dict[str, Any]) -> Incoming:
    found = slack_reading.written(event, "Ev1", ME)
    assert found is not None
    return found.incoming


def pressed_in_slack(room: str) -> Incoming:
    shown = {"message_ts": "1700000000.000001", "channel_id": room}
    found = slack_reading.pressed({**PRESS, "container": shown})
    assert found is not None
    return found.incoming


def filled_in_slack() -> Incoming:
    found = slack_reading.submitted(SENT)
    assert found is not None
    return found.incoming


def in_telegram(kind: str, **more: Any) -> Incoming:
    chat = {"id": -5, "type": kind}
    shown = {"message_id": 3, "chat": chat, **more}
    query = {"id": "q", "from": PERSON, "message": shown, "data": f"ack:{'0' * 32}"}
    words = {"from": PERSON, "text": "@tocsin_bot cases", **shown}
    update = {"update_id": 1} | ({"message": words} if more else {"callback_query": query})
    found = telegram_heard.heard(update, WE)
    assert found is not None
    return found.incoming


def in_discord(**guild: str) -> Incoming:
    said = {
        "id": "300000000000000031",
        "channel_id": "500000000000000051",
        "content": "<@1> cases",
        "mentions": [{"id": "1"}],
    }
    found = discord_heard.heard(
        "MESSAGE_CREATE", said | {"author": {"id": "700000000000000007"}} | guild, "1"
    )
    assert found is not None
    return found.incoming


def pressed_in_discord(**guild: str) -> Incoming:
    user = {"id": "700000000000000007"}
    who: dict[str, Any] = {"member": {"user": user}} if guild else {"user": user}
    press = {
        "id": "300000000000000031",
        "channel_id": "500000000000000051",
        "type": 3,
        "token": "t",
        "application_id": "100000000000000001",
    }
    data = {"custom_id": f"ack:{'0' * 32}"}
    found = discord_heard.heard("INTERACTION_CREATE", {**press, **who, **guild, "data": data}, "1")
    assert found is not None
    return found.incoming


def in_mattermost(kind: str) -> Incoming:
    post = {"id": ROOM, "user_id": ADA, "channel_id": ROOM, "message": "cases", "type": ""}
    mentions = json.dumps([BOT])
    data = {"channel_type": kind, "post": json.dumps(post), "mentions": mentions}
    event = {"event": "posted", "data": data}
    found = mattermost_heard.heard(event, US)
    assert found is not None
    return found.incoming


@pytest.mark.parametrize(
    ("incoming", "room"),
    [
        pytest.param(in_slack(WORDS), "C0CARE", id="words in a room of Slack's"),
        pytest.param(
            in_slack({**WORDS, "channel": "D1", "channel_type": "im"}), "", id="to us in Slack"
        ),
        pytest.param(pressed_in_slack("C0CARE"), "C0CARE", id="a press in a room of Slack's"),
        pytest.param(pressed_in_slack("D1"), "", id="a press on what Slack shows one person"),
        pytest.param(filled_in_slack(), "C0CARE", id="a modal that a press in a room opened"),
        pytest.param(in_telegram("group"), "-5", id="a press in a group of Telegram's"),
        pytest.param(in_telegram("private"), "", id="a press in a private chat of Telegram's"),
        pytest.param(in_telegram("group", date=1), "-5", id="words in a group of Telegram's"),
        pytest.param(
            in_telegram("private", date=1), "", id="words in a private chat of Telegram's"
        ),
        pytest.param(
            in_discord(guild_id="9"), "500000000000000051", id="words in a room of Discord's"
        ),
        pytest.param(in_discord(), "", id="words to us in Discord"),
        pytest.param(
            pressed_in_discord(guild_id="9"),
            "500000000000000051",
            id="a press in a room of Discord's",
        ),
        pytest.param(pressed_in_discord(), "", id="a press on what Discord shows one person"),
        pytest.param(in_mattermost("O"), ROOM, id="words in a channel of Mattermost's"),
        pytest.param(in_mattermost("D"), "", id="words in a direct channel of Mattermost's"),
    ],
)
def test_what_comes_in_names_its_room(incoming: Incoming, room: str) -> None:
    assert incoming.room == room
