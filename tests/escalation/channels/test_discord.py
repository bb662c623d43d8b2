"""Discord gets messages that call nobody but who is paged, within its limits."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config import Secret
from escalation.buttons import ACK, HANDOFF, NOT_COMPLAINT, RESOLVE
from escalation.channel import (
    Button,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Verbatim,
)
from escalation.channels.discord import Discord, Settings
from escalation.channels.discord_calls import is_gateway
from escalation.channels.discord_forms import again, modal
from escalation.channels.discord_text import content, said
from escalation.conversation import FieldKind, Form, FormField
from tests.escalation.channels.fake_discord import (
    ADA,
    BEN,
    FOUND_BY_ITSELF,
    ROOM,
    FakeDiscord,
)
from tests.escalation.channels.loopback_server import Told, tools_for
from tests.hostile import FILES, OWN, texts_of_file

TOKEN = "EXAMPLE.example.0123456789-abcdefghi_jkl"
DIRECT = f"5{ADA[1:]}"
PRESSED = "0123456789abcdef0123456789abcdef"
MESSAGE = Message(
    key="case 17/1",
    purpose=Purpose.PAGE,
    to=ADA,
    headline="Soon · Ada Lovelace · 3 posts: R&D at Acme",
    lines=("Next: acknowledge by 13:15", "Why now: third time asking"),
    verbatim=Verbatim("Charged *twice* @acme\n<@&1> still", "@ann", "x", 1200, "https://x.example/1"),
    mention=ADA,
    subject="case 17",
    buttons=(ACK, HANDOFF, NOT_COMPLAINT),
    token=PRESSED,
    trail=("14:05 noted by Ada Lovelace (discord)",),
)  # fmt: skip


@pytest.fixture
def server() -> Iterator[FakeDiscord]:
    with FakeDiscord(TOKEN) as made:
        yield made


def discord(server: FakeDiscord, token: str = TOKEN) -> Discord:
    declared = Settings(name="discord", token=Secret(env="DISCORD_TOKEN"), api=server.api)
    return Discord(declared, tools_for(server, token))


# ---------------------------------------------------------------------------- what is said
def test_a_message_reads_like_this() -> None:
    made = content(replace(MESSAGE, to=ROOM))
    assert made["content"] == (
        "**Soon · Ada Lovelace · 3 posts: R&D at Acme**\n"
        f"<@{ADA}>\n"
        "> Charged \\*twice\\* ＠acme\n"
        "> ＜@&1\\> still\n"
        "＠ann on x, 1,200 followers\n"
        "<https://x.example/1>\n"
        "Next: acknowledge by 13:15\n"
        "Why now: third time asking\n"
        "14:05 noted by Ada Lovelace \\(discord\\)\n"
        "case 17"
    )
    assert made["allowed_mentions"] == {"parse": [], "users": [ADA], "replied_user": False}
    assert made["flags"] == 4, "nothing is previewed"


def test_the_buttons_are_in_rows_of_five_and_stand_out_as_they_should() -> None:
    [row] = content(MESSAGE)["components"]
    assert [(one["label"], one["style"]) for one in row["components"]] == [
        ("Acknowledge", 1),
        ("Hand over …", 2),
        ("Not a complaint", 4),
    ]
    assert row["components"][0]["custom_id"] == f"ack:{PRESSED}"
    many = tuple(Button(f"verb-{'abcdefgh'[n]}", f"{n}") for n in range(8))
    rows = content(replace(MESSAGE, buttons=many))["components"]
    assert [len(row["components"]) for row in rows] == [5, 3]


@pytest.mark.parametrize(
    ("more", "called"),
    [
        pytest.param({"to": ROOM}, [ADA], id="a page in a room calls its person"),
        pytest.param({}, [], id="a direct message calls by itself"),
        pytest.param({"to": ROOM, "purpose": Purpose.CARD}, [], id="a card calls nobody"),
        pytest.param({"to": ROOM, "mention": "everyone"}, [], id="only an id is called"),
        pytest.param({"to": ROOM, "mention": f"&{ADA}"}, [], id="a role is not called"),
    ],
)
def test_only_the_person_paged_is_called(more: dict[str, Any], called: list[str]) -> None:
    made = content(replace(MESSAGE, verbatim=None, **more))
    assert made["allowed_mentions"]["users"] == called
    assert re.findall(r"<@.*?>", made["content"]) == [f"<@{one}>" for one in called]


@pytest.mark.parametrize("name", ["own", *FILES])
def test_nothing_comes_out_of_a_post(name: str, request: pytest.FixtureRequest) -> None:
    texts = [*OWN.values(), "a" * 40_000, "*" * 40_000, "a\n" * 20_000, "https://a.b/" * 4_000]
    if name != "own":
        folder: Path = request.getfixturevalue("shared")
        texts = list(texts_of_file(folder, name))
    for text in texts:
        made = content(
            replace(
                MESSAGE,
                headline=text,
                lines=(text,) * 5,
                trail=(text,),
                subject=text,
                verbatim=Verbatim(text, text, text, None, "javascript:alert(1)"),
            )
        )
        first, _, rest = made["content"].partition("\n")
        assert first.startswith("**")
        assert first.endswith("**")
        # Our own quotation marks begin the lines of the customer's words.
        rest = re.sub(r"^> ", "", rest, flags=re.MULTILINE)
        for shown in (first[2:-2], rest, said(text)["content"]):
            assert not (found := FOUND_BY_ITSELF.search(shown)), (found, shown)
        assert 1 <= len(made["content"]) <= 2000
        assert json.dumps(made, ensure_ascii=False).encode("utf-8")


def test_long_words_leave_the_way_to_act_standing() -> None:
    long = Verbatim("a\n" * 5_000, "b" * 500, "x", 1, "https://x.example/1")
    made = content(replace(MESSAGE, verbatim=long))["content"]
    assert len(made) <= 2000
    assert "Next: acknowledge by 13:15" in made
    assert made.endswith("case 17")


def test_a_link_that_could_lead_elsewhere_is_shown_as_text() -> None:
    for url in ("https://x.example/\u202egpj", "javascript:alert(1)", "https://x.example/> <@1"):
        made = content(replace(MESSAGE, verbatim=Verbatim("words", "@ann", "x", 1, url)))
        assert "<" not in made["content"], url


# ---------------------------------------------------------------------------- forms
FIELDS = (
    FormField(
        "to", "To whom", FieldKind.CHOICE, choices=(("ben", "Ben"), ("cy", "Cy")), needed=True
    ),
    FormField("reason", "Why", needed=True, hint="so that Ben knows", most=300),
    FormField("told", "What was the customer told?", FieldKind.TEXT, known="nothing", most=9000),
)
FORM = Form("handoff", PRESSED, "Hand over", FIELDS)


def test_a_form_is_a_window_with_a_choice_and_texts() -> None:
    made = modal(FORM)
    assert (made["custom_id"], made["title"]) == (f"handoff:{PRESSED}", "Hand over")
    choice, line, text = made["components"]
    assert {one["type"] for one in made["components"]} == {18}
    assert choice["component"]["type"] == 3
    assert [one["value"] for one in choice["component"]["options"]] == ["ben", "cy"]
    assert line == {
        "type": 18,
        "label": "Why",
        "description": "so that Ben knows",
        "component": {
            "type": 4,
            "custom_id": "reason",
            "style": 1,
            "required": True,
            "max_length": 300,
        },
    }
    assert text["component"]["value"] == "nothing"
    assert (text["component"]["style"], text["component"]["max_length"]) == (2, 4000)
    assert text["component"]["required"] is False


def test_more_choices_than_a_menu_takes_are_written() -> None:
    many = tuple((f"person-{number}", f"Person {number}") for number in range(26))
    made = modal(replace(FORM, fields=(replace(FIELDS[0], choices=many),)))
    [field] = made["components"]
    assert field["component"]["type"] == 4
    assert field["description"].startswith("One of: person-0, person-1")
    assert len(field["description"]) <= 100


def test_what_is_wrong_is_said_with_a_button_that_opens_the_window_again() -> None:
    made = again(replace(FORM, wrong={"told": "An answer is needed."}))
    assert made["content"] == "What was the customer told?: An answer is needed."
    [[one]] = [row["components"] for row in made["components"]]
    assert one["custom_id"] == f"handoff:{PRESSED}"


# ---------------------------------------------------------------------------- sending
def test_a_page_goes_to_the_persons_direct_messages_and_can_be_updated(
    server: FakeDiscord,
) -> None:
    channel = discord(server)
    receipt = channel.deliver(MESSAGE, deadline=5)
    [place] = server.messages
    assert place[0] == DIRECT
    assert receipt.ref == ":".join(place)
    changed = replace(MESSAGE, headline="Acknowledged", verbatim=None, buttons=(RESOLVE,))
    assert channel.update(receipt.ref, changed, deadline=5) == receipt
    assert server.messages[place]["content"].startswith("**Acknowledged**")
    assert "Charged" not in server.messages[place]["content"]
    [row] = server.messages[place]["components"]
    assert [one["label"] for one in row["components"]] == ["Resolve …"]


def test_a_card_goes_to_the_room(server: FakeDiscord) -> None:
    discord(server).deliver(replace(MESSAGE, to=ROOM, purpose=Purpose.CARD), deadline=5)
    [(channel, _)] = server.messages
    assert channel == ROOM


def test_the_same_message_sent_twice_is_there_once(server: FakeDiscord) -> None:
    channel = discord(server)
    first = channel.deliver(MESSAGE, deadline=5)
    assert channel.deliver(replace(MESSAGE, repeated=True), deadline=5) == first
    assert len(server.messages) == 1
    assert channel.deliver(replace(MESSAGE, key="case 17/2"), deadline=5) != first


def test_a_reminder_answers_the_first_page(server: FakeDiscord) -> None:
    channel = discord(server)
    first = channel.deliver(MESSAGE, deadline=5)
    reminder = replace(MESSAGE, key="case 17/2", under=first.ref, buttons=())
    channel.deliver(reminder, deadline=5)
    sent = list(server.messages.values())[-1]
    _, _, number = first.ref.partition(":")
    assert sent["message_reference"] == {"message_id": number, "fail_if_not_exists": False}


def test_where_an_address_leads_is_asked_once(server: FakeDiscord) -> None:
    channel = discord(server)
    channel.deliver(MESSAGE, deadline=5)
    asked = len(server.log)
    channel.deliver(replace(MESSAGE, key="another"), deadline=5)
    assert [one.path for one in server.log[asked:]] == [f"/api/v10/channels/{DIRECT}/messages"]


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        pytest.param(
            Told(429, {"message": "…", "retry_after": 0.65, "global": False}), 0.65, id="by body"
        ),
        pytest.param(Told(429, b"<html>", {"Retry-After": "12"}), 12.0, id="by header"),
        pytest.param(Told(429, {"retry_after": 10**9}), 3600.0, id="for ever"),
        pytest.param(Told(429, b'{"retry_after": NaN}'), None, id="no number"),
        pytest.param(Told(400, {"code": 40003}), None, id="too many people at once"),
        pytest.param(Told(503, b"upstream"), None, id="their own error"),
        pytest.param(Told(200, b"<html>"), None, id="no JSON"),
        pytest.param(Told(200, b"[" * 100_000), None, id="deep nesting"),
        pytest.param(Told(200, {"id": 17}), None, id="an odd id"),
        pytest.param(Told(200, {"id": "1/../2"}), None, id="an id that is none"),
    ],
)
def test_not_now(server: FakeDiscord, told: Told, wait: float | None) -> None:
    server.faults.append(("/messages", told))
    with pytest.raises(ChannelUnavailable) as caught:
        discord(server).deliver(MESSAGE, deadline=5)
    assert caught.value.retry_after == wait
    assert TOKEN not in f"{caught.value!r}"


@pytest.mark.parametrize(
    ("status", "code", "said_"),
    [
        (401, 0, "reset it in the developer portal"),
        (403, 50001, "add it to the server and to the channel"),
        (403, 50007, "takes no direct messages"),
        (403, 50013, "let its role send messages there"),
        (404, 10003, "no such channel"),
        (403, 50278, "shares no server"),
        (400, 50035, r"refused the message \(400\)"),
        (400, "50001", r"refused the message \(400\)"),
    ],
)
def test_never(server: FakeDiscord, status: int, code: Any, said_: str) -> None:
    server.faults.append(("/messages", FakeDiscord.error(status, code)))
    with pytest.raises(ChannelRefused, match=said_) as caught:
        discord(server).deliver(MESSAGE, deadline=5)
    assert TOKEN not in f"{caught.value!r}"


@pytest.mark.parametrize(
    ("to", "said_"),
    [
        ("ada#1234", "by their id only"),
        ("0" * 18, "by their id only"),
        ("100000000000000003", "no such person"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(server: FakeDiscord, to: str, said_: str) -> None:
    with pytest.raises(ChannelRefused, match=said_):
        discord(server).deliver(replace(MESSAGE, to=to), deadline=5)
    assert server.messages == {}


def test_a_message_that_is_gone_is_refused(server: FakeDiscord) -> None:
    with pytest.raises(ChannelRefused, match="the message is gone"):
        discord(server).update(f"{ROOM}:{BEN}", MESSAGE, deadline=5)


# ---------------------------------------------------------------------------- the gateway
@pytest.mark.parametrize(
    ("url", "api", "is_ours"),
    [
        ("wss://gateway.discord.gg", "https://discord.com/api/v10", True),
        ("wss://gateway-us-east1-b.discord.gg", "https://discord.com/api/v10", True),
        ("ws://gateway.discord.gg", "https://discord.com/api/v10", False),
        ("wss://discord.gg.evil.example", "https://discord.com/api/v10", False),
        ("wss://evil.example/.discord.gg", "https://discord.com/api/v10", False),
        ("wss://a@gateway.discord.gg", "https://discord.com/api/v10", False),
        ("wss://127.0.0.1", "https://discord.com/api/v10", False),
        ("wss://[", "https://discord.com/api/v10", False),
        ("ws://127.0.0.1:9", "http://127.0.0.1:8/api/v10", True),
        (None, "https://discord.com/api/v10", False),
    ],
)
def test_the_token_is_told_to_discords_own_gateway_alone(url: Any, api: str, is_ours: bool) -> None:
    assert is_gateway(url, api) is is_ours
