"""A picture goes with its words to mail, Matrix and Discord, and hinders no message."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from config import Secret
from escalation.channel import Message, Picture, Purpose
from escalation.channels import CHANNELS, capabilities_of
from escalation.channels.discord import Discord
from escalation.channels.discord import Settings as DiscordSettings
from escalation.channels.mail_letter import letter
from escalation.channels.matrix import Settings as MatrixSettings
from escalation.channels.matrix import matrix
from listener.tools import Tools
from listener.wire import DeadlinePassed
from tests.escalation.channels.fake_discord import ROOM as DISCORD_ROOM
from tests.escalation.channels.fake_discord import FakeDiscord
from tests.escalation.channels.fake_matrix import FORBIDDEN, ROOM, TOKEN, Answer, FakeMatrix
from tests.escalation.channels.loopback_server import tools_for

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOT = "EXAMPLE.example.0123456789-abcdefghi_jkl"
PNG = b"\x89PNG\r\n\x1a\n\x00--picture\r\n"
PICTURE = Picture(PNG, "Incident 7: <b>'Acme'</b> & more. 63 in all.", "storm-7.png")
MESSAGE = Message(
    key="picture|7",
    purpose=Purpose.DIGEST,
    to="ada@acme.example",
    headline="Incident 7, its curve: Acme",
    lines=(PICTURE.alt,),
    subject="incident 7",
    picture=PICTURE,
)


def a_letter() -> EmailMessage:
    raw = letter(MESSAGE, "tocsin@acme.example", NOON).as_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def test_a_letter_shows_the_picture_within_its_page_and_as_a_file() -> None:
    post = a_letter()
    (image,) = (part for part in post.walk() if part.get_content_type() == "image/png")
    assert image.get_content() == PNG
    assert image.get_filename() == "storm-7.png"
    assert image.get_content_disposition() == "inline"
    page = post.get_body(("html",))
    assert page is not None
    assert f"src='cid:{image['Content-ID'].strip('<>')}'" in page.get_content()


def test_a_letters_picture_is_said_in_words_that_cannot_leave_their_place() -> None:
    page, plain = a_letter().get_body(("html",)), a_letter().get_body(("plain",))
    assert page is not None
    assert plain is not None
    assert "alt='Incident 7: &lt;b&gt;&#x27;Acme&#x27;&lt;/b&gt; &amp; more. 63 in all.'" in (
        page.get_content()
    )
    assert PICTURE.alt in plain.get_content()


def test_the_same_letter_sent_twice_is_one() -> None:
    assert a_letter()["Message-ID"] == a_letter()["Message-ID"]


def on_matrix(server: FakeMatrix) -> dict[str, object]:
    tools = Tools(server, lambda _: TOKEN, "tocsin/test")  # type: ignore[arg-type]
    address = "https://matrix.acme.example"
    settings = MatrixSettings(name="chat", homeserver=address, token=Secret(env="MATRIX_TOKEN"))
    channel = matrix(settings, tools, now=lambda: NOON)
    receipt = channel.deliver(replace(MESSAGE, to=ROOM), deadline=5.0)
    assert receipt.ref.startswith(f"{ROOM}|")
    ((_, _, sent),) = [one for one in server.asked if "/send/m.room.message/" in one[1]]
    assert isinstance(sent, dict)
    return sent


def test_matrix_keeps_the_picture_and_shows_it_with_a_caption() -> None:
    server = FakeMatrix()
    sent = on_matrix(server)
    assert server.uploads == [PNG]
    assert sent["msgtype"] == "m.image"
    assert sent["url"] == "mxc://acme.example/picture1"
    assert sent["filename"] == "storm-7.png"
    assert "63 in all" in str(sent["body"])
    assert "<b>" not in str(sent["formatted_body"])


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(FORBIDDEN, id="it may not"),
        pytest.param((502, {}), id="its store of files is down"),
        pytest.param((413, {"errcode": "M_TOO_LARGE"}), id="it is too large there"),
        pytest.param((200, {"content_uri": "https://evil.example/x"}), id="no place of its own"),
        pytest.param(DeadlinePassed("too slow"), id="it is too slow"),
    ],
)
def test_matrix_says_in_words_what_it_takes_no_picture_of(fault: Answer | DeadlinePassed) -> None:
    sent = on_matrix(FakeMatrix(faults={"POST .*/upload": fault}))
    assert sent["msgtype"] == "m.text"
    assert "url" not in sent
    assert "63 in all" in str(sent["body"])


@pytest.fixture
def discord() -> Iterator[FakeDiscord]:
    with FakeDiscord(BOT) as made:
        yield made


def test_discord_gets_the_file_with_its_description(discord: FakeDiscord) -> None:
    settings = DiscordSettings(name="discord", token=Secret(env="BOT"), api=discord.api)
    channel = Discord(settings, tools_for(discord, BOT))
    channel.deliver(replace(MESSAGE, to=DISCORD_ROOM), deadline=5.0)
    asked = discord.log[-1]
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")
    (file,) = asked.body["attachments"]
    assert file == {"id": 0, "filename": "storm-7.png", "description": PICTURE.alt}
    assert asked.body["content"].startswith("**Incident 7")
    form = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode() + asked.raw
    parts = list(email.message_from_bytes(form).walk())[1:]
    assert [part.get_content_type() for part in parts] == ["application/json", "image/png"]
    assert parts[1].get_payload(decode=True) == PNG
    assert parts[1].get_filename() == "storm-7.png"


def test_the_channels_that_show_pictures_are_those_that_are_tested_here() -> None:
    showing = {kind for kind in CHANNELS if capabilities_of(kind).pictures}
    assert showing == {"mail", "matrix", "discord"}
