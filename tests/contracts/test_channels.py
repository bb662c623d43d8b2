"""What every registered channel promises, whatever is sent through it and whoever answers.

    a receipt, or one of two errors · no secret in any of them · an end by the deadline

A new channel adds itself to `SURROUNDINGS`; a test fails until it does.
"""

import json
import re
import socket
import sys
import threading
import tomllib
import traceback
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from config import ChannelSettings, Secret
from escalation import channels
from escalation.buttons import ACK
from escalation.channel import (
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Reacting,
    Receipt,
    Standing,
    Stands,
    TakesBack,
    Verbatim,
)
from listener.deadline import within
from listener.tools import Tools
from listener.wire import AddressRefused, Reply, Unreachable
from tests.escalation.channels import fake_discord as discord_people
from tests.escalation.channels.fake_discord import FakeDiscord
from tests.escalation.channels.fake_matrix import FakeMatrix
from tests.escalation.channels.fake_mattermost import ADA, FakeMattermost
from tests.escalation.channels.fake_telegram import FakeTelegram

ROOT = Path(__file__).parents[2]
# aiosmtpd warns of a login without TLS; here it never leaves loopback.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

SECRET = "EXAMPLE-c2VjcmV0-0123456789"
SOON = 30.0  # seconds; an idle machine needs a hundredth of that
AT_ONCE = 0.2

MESSAGE = Message(
    key="case 17/1/0/ada/1",
    purpose=Purpose.PAGE,
    to="",
    headline="Now · Ada Lovelace · 3 posts: billing at Acme",
    lines=("Why now: third time asking", "Acknowledge by 14:05, else Grace Hopper is paged"),
    verbatim=Verbatim("Charged twice & nobody answers!", "@ann", "x", 1200, "https://x.example/1"),
    subject="case 17",
)


class LoopbackWire:
    """A `Wire` that reaches loopback only, and keeps its deadline."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Any = None,
        body: bytes | None = None,
        deadline: float = 30.0,
        limit: int = 0,
        redirects: int = 0,
    ) -> Reply:
        parts = urlsplit(url)
        if parts.hostname not in ("127.0.0.1", "localhost"):
            raise AddressRefused("not on this machine")
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        line = HTTPConnection(parts.hostname, parts.port or 80, timeout=deadline)

        def ask() -> Reply:
            line.request(method, path, body=body, headers=dict(headers or {}))
            answer = line.getresponse()
            found = {key.lower(): value for key, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())

        def hang_up() -> None:
            if line.sock is not None:
                line.sock.shutdown(socket.SHUT_RDWR)

        try:
            return within(deadline, ask, lane=url, end=hang_up)
        except OSError:
            raise Unreachable("nobody there") from None
        finally:
            line.close()


TOOLS = Tools(wire=LoopbackWire(), reveal=lambda secret: SECRET, user_agent="tocsin/test")


@dataclass(frozen=True)
class World:
    """A channel, an address on it, and what has arrived there.

    silent     the same kind of channel, whose server takes calls and never answers.
    reactions  how many stand under all of its messages, where its buttons are reactions.
    """

    channel: Channel
    to: str
    arrived: Callable[[], str]
    silent: Channel
    reactions: Callable[[], int] = lambda: 0


class FakeSlack:
    """As much of Slack as chat.postMessage and chat.update show, limits included."""

    def __init__(self, server: HTTPServer) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        for method in ("chat.postMessage", "chat.update", "chat.delete"):
            server.expect_request(f"/api/{method}", method="POST").respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        asked = json.loads(request.get_data())
        error = self.fault(request, asked)
        if error:
            return Response(json.dumps({"ok": False, "error": error}), mimetype="application/json")
        ts = asked.get("ts") or f"1700000000.{len(self.messages):06d}"
        if request.path.endswith("delete"):
            del self.messages[ts]
        else:
            self.messages[ts] = asked
        told = {"ok": True, "channel": asked["channel"], "ts": ts}
        return Response(json.dumps(told), mimetype="application/json")

    def fault(self, request: Request, asked: dict[str, Any]) -> str | None:
        if request.headers["Authorization"] != f"Bearer {SECRET}":
            return "invalid_auth"
        if not re.fullmatch(r"[CDUW][A-Z0-9]{2,20}", asked["channel"]):
            return "channel_not_found"
        if not request.path.endswith("postMessage") and asked["ts"] not in self.messages:
            return "message_not_found"
        if request.path.endswith("delete"):
            return None
        texts = [block["text"]["text"] for block in asked["blocks"] if "text" in block]
        texts += [e["text"] for block in asked["blocks"] for e in block.get("elements", [])]
        too_long = any(not 1 <= len(text) <= 3000 for text in texts) or len(asked["blocks"]) > 50
        header = asked["blocks"][0]["text"]["text"]
        return "invalid_blocks" if too_long or len(header) > 150 else None


class Mailbox:
    """Keeps what a mail server takes in."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope.content.decode("ascii"))
        return "250 taken"


class StuckStream:
    """A terminal whose reader has stopped reading."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def write(self, text: str) -> int:
        self.let_go.wait()
        return 0

    def flush(self) -> None:
        """Nothing was written."""


def settings(kind: str, **fields: Any) -> ChannelSettings:
    return channels.settings_of(kind)(name=f"the {kind}", kind=kind, **fields)


def around_terminal(request: pytest.FixtureRequest, silent_port: int) -> World:
    from escalation.channels.terminal import Terminal

    stuck, capsys = StuckStream(), request.getfixturevalue("capsys")
    request.addfinalizer(stuck.let_go.set)
    return World(
        channel=channels.build(settings("terminal"), TOOLS),
        to="stdout",
        arrived=lambda: str(capsys.readouterr().out),
        silent=Terminal(stream=stuck),  # type: ignore[arg-type]
    )


def around_slack(request: pytest.FixtureRequest, silent_port: int) -> World:
    pytest.importorskip("slack_sdk", reason="left out: needs slack-sdk")
    server = request.getfixturevalue("httpserver")
    slack, token = FakeSlack(server), Secret(env="SLACK_TOKEN")
    silent = settings("slack", token=token, api=f"http://127.0.0.1:{silent_port}/api/")
    return World(
        channel=channels.build(settings("slack", token=token, api=server.url_for("/api/")), TOOLS),
        to="U024BE7LH",
        arrived=lambda: "\n".join(texts_in(list(slack.messages.values()))),
        silent=channels.build(silent, TOOLS),
    )


def around_webhook(request: pytest.FixtureRequest, silent_port: int) -> World:
    server = request.getfixturevalue("httpserver")
    server.expect_request("/hook").respond_with_data("taken")
    secret = Secret(env="HOOK_SECRET")
    silent = settings("webhook", url=f"http://127.0.0.1:{silent_port}/", secret=secret)
    return World(
        channel=channels.build(
            settings("webhook", url=server.url_for("/hook"), secret=secret), TOOLS
        ),
        to="desk",
        arrived=lambda: "\n".join(
            texts_in([json.loads(asked.get_data()) for asked, _ in server.log])
        ),
        silent=channels.build(silent, TOOLS),
    )


def around_mail(request: pytest.FixtureRequest, silent_port: int) -> World:
    mailbox = Mailbox()

    def check(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        right = isinstance(login, LoginPassword) and login.password == SECRET.encode()
        return AuthResult(success=right, handled=right)

    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    request.addfinalizer(controller.stop)
    known = {"host": "127.0.0.1", "tls": "none", "sender": "tocsin@acme.example"}
    known |= {"username": "tocsin", "password": Secret(env="MAIL_PASSWORD")}
    return World(
        channel=channels.build(settings("mail", port=controller.port, **known), TOOLS),
        to="ada@acme.example",
        arrived=lambda: "".join(mailbox.letters),
        silent=channels.build(settings("mail", port=silent_port, **known), TOOLS),
    )


def around_discord(request: pytest.FixtureRequest, silent_port: int) -> World:
    pytest.importorskip("websockets", reason="left out: needs websockets")
    server, token = FakeDiscord(SECRET), Secret(env="DISCORD_TOKEN")
    server.start()
    request.addfinalizer(server.stop)
    silent = settings("discord", token=token, api=f"http://127.0.0.1:{silent_port}")
    return World(
        channel=channels.build(settings("discord", token=token, api=server.api), TOOLS),
        to=discord_people.ADA,
        arrived=lambda: "\n".join(texts_in(list(server.messages.values()))),
        silent=channels.build(silent, TOOLS),
    )


def around_mattermost(request: pytest.FixtureRequest, silent_port: int) -> World:
    pytest.importorskip("websockets", reason="left out: needs websockets")
    chat, token = FakeMattermost(SECRET), Secret(env="MATTERMOST_TOKEN")
    chat.start()
    request.addfinalizer(chat.stop)
    silent = settings("mattermost", token=token, url=f"http://127.0.0.1:{silent_port}")
    return World(
        channel=channels.build(settings("mattermost", token=token, url=chat.url), TOOLS),
        to=ADA,
        arrived=lambda: "\n".join(texts_in(list(chat.posts.values()))),
        silent=channels.build(silent, TOOLS),
        reactions=lambda: sum(map(len, chat.reactions.values())),
    )


def around_telegram(request: pytest.FixtureRequest, silent_port: int) -> World:
    telegram, token = FakeTelegram(SECRET), Secret(env="TELEGRAM_TOKEN")
    telegram.start()
    request.addfinalizer(telegram.stop)
    silent = settings("telegram", token=token, api=f"http://127.0.0.1:{silent_port}")
    return World(
        channel=channels.build(settings("telegram", token=token, api=telegram.url), TOOLS),
        to="1001",
        arrived=lambda: "\n".join(texts_in(list(telegram.messages.values()))),
        silent=channels.build(silent, TOOLS),
    )


def around_matrix(request: pytest.FixtureRequest, silent_port: int) -> World:
    server = request.getfixturevalue("httpserver")
    matrix, token = FakeMatrix(token=SECRET), Secret(env="MATRIX_TOKEN")

    def answer(asked: Request) -> Response:
        path, _, query = asked.environ["RAW_URI"].partition("?")
        status, content = matrix.answer(
            asked.method, path, query, dict(asked.headers), asked.get_data()
        )
        return Response(json.dumps(content), status, mimetype="application/json")

    server.expect_request(re.compile("/_matrix/.*")).respond_with_handler(answer)
    silent = settings("matrix", homeserver=f"http://127.0.0.1:{silent_port}", token=token)
    known = settings("matrix", homeserver=server.url_for(""), token=token)
    return World(
        channel=channels.build(known, TOOLS),
        to="@ada:acme.example",
        arrived=lambda: "\n".join(texts_in(matrix.messages())),
        silent=channels.build(silent, TOOLS),
        reactions=lambda: sum(one["type"] == "m.reaction" for one in matrix.events.values()),
    )


def posted(server: HTTPServer) -> str:
    """Every text that has been posted as JSON, in the order of arrival."""
    bodies = [asked.get_data() for asked, _ in server.log if asked.method == "POST"]
    return "\n".join(texts_in([without_key(json.loads(body)) for body in bodies]))


def without_key(body: Any) -> Any:
    """A body less the key that PagerDuty wants in it, and nowhere else."""
    if isinstance(body, dict):
        assert body.pop("routing_key", SECRET) == SECRET
    return body


def around_webhook_address(request: pytest.FixtureRequest, silent_port: int, kind: str) -> World:
    """A channel whose secret is the address that it posts to."""
    server = request.getfixturevalue("httpserver")
    server.expect_request(f"/{SECRET}").respond_with_json({"name": "spaces/1/messages/2"})
    address, silent = server.url_for(f"/{SECRET}"), f"http://127.0.0.1:{silent_port}/{SECRET}"
    declared = settings(kind, url=Secret(env="ADDRESS"))
    return World(
        channel=channels.build(declared, replace(TOOLS, reveal=lambda _: address)),
        to="ada",
        arrived=lambda: posted(server),
        silent=channels.build(declared, replace(TOOLS, reveal=lambda _: silent)),
    )


def around_teams(request: pytest.FixtureRequest, silent_port: int) -> World:
    return around_webhook_address(request, silent_port, "teams")


def around_googlechat(request: pytest.FixtureRequest, silent_port: int) -> World:
    return around_webhook_address(request, silent_port, "googlechat")


def around_apprise(request: pytest.FixtureRequest, silent_port: int) -> World:
    requests = pytest.importorskip("requests", reason="left out: needs apprise")
    pytest.importorskip("apprise", reason="left out: needs apprise")
    send = requests.adapters.HTTPAdapter.send

    def send_here(self: Any, asked: Any, **given: Any) -> Any:
        if urlsplit(asked.url).hostname != "127.0.0.1":
            raise requests.ConnectionError("not on this machine")
        return send(self, asked, **given)

    patch = request.getfixturevalue("monkeypatch")
    patch.setattr(requests.adapters.HTTPAdapter, "send", send_here)
    server = request.getfixturevalue("httpserver")
    server.expect_request(f"/{SECRET}").respond_with_data("taken")
    address = f"json://127.0.0.1:{server.port}/{SECRET}"
    silent = f"json://127.0.0.1:{silent_port}/{SECRET}"
    declared = settings("apprise", url=Secret(env="ADDRESS"))
    return World(
        channel=channels.build(declared, replace(TOOLS, reveal=lambda _: address)),
        to="ada",
        arrived=lambda: posted(server),
        silent=channels.build(declared, replace(TOOLS, reveal=lambda _: silent)),
    )


def around_ntfy(request: pytest.FixtureRequest, silent_port: int) -> World:
    server, token = request.getfixturevalue("httpserver"), Secret(env="NTFY_TOKEN")
    server.expect_request("/", headers={"Authorization": f"Bearer {SECRET}"}).respond_with_json(
        {"id": "xE73Iyuabi", "event": "message"}
    )
    silent = settings("ntfy", server=f"http://127.0.0.1:{silent_port}", token=token)
    return World(
        channel=channels.build(settings("ntfy", server=server.url_for(""), token=token), TOOLS),
        to="tocsin-ada",
        arrived=lambda: posted(server),
        silent=channels.build(silent, TOOLS),
    )


def around_pagerduty(request: pytest.FixtureRequest, silent_port: int) -> World:
    server, key = request.getfixturevalue("httpserver"), Secret(env="PAGERDUTY_KEY")
    server.expect_request("/v2/enqueue").respond_with_json({"status": "success"}, status=202)
    silent = settings("pagerduty", api=f"http://127.0.0.1:{silent_port}", key=key)
    return World(
        channel=channels.build(settings("pagerduty", api=server.url_for(""), key=key), TOOLS),
        to="care",
        arrived=lambda: posted(server),
        silent=channels.build(silent, TOOLS),
    )


def around_goalert(request: pytest.FixtureRequest, silent_port: int) -> World:
    server, key = request.getfixturevalue("httpserver"), Secret(env="GOALERT_KEY")
    server.expect_request(
        "/api/v2/generic/incoming", headers={"Authorization": f"Bearer {SECRET}"}
    ).respond_with_data("", status=204)
    silent = settings("goalert", url=f"http://127.0.0.1:{silent_port}", key=key)
    return World(
        channel=channels.build(settings("goalert", url=server.url_for(""), key=key), TOOLS),
        to="care",
        arrived=lambda: posted(server),
        silent=channels.build(silent, TOOLS),
    )


def around_alertmanager(request: pytest.FixtureRequest, silent_port: int) -> World:
    server = request.getfixturevalue("httpserver")
    login = {"username": "tocsin", "password": Secret(env="ALERTMANAGER_PASSWORD")}
    server.expect_request("/api/v2/alerts").respond_with_json([])
    silent = settings("alertmanager", url=f"http://127.0.0.1:{silent_port}", **login)
    return World(
        channel=channels.build(settings("alertmanager", url=server.url_for(""), **login), TOOLS),
        to="care",
        arrived=lambda: posted(server),
        silent=channels.build(silent, TOOLS),
    )


SURROUNDINGS = {
    "discord": around_discord,
    "mattermost": around_mattermost,
    "matrix": around_matrix,
    "alertmanager": around_alertmanager,
    "apprise": around_apprise,
    "goalert": around_goalert,
    "googlechat": around_googlechat,
    "ntfy": around_ntfy,
    "pagerduty": around_pagerduty,
    "teams": around_teams,
    "terminal": around_terminal,
    "slack": around_slack,
    "telegram": around_telegram,
    "webhook": around_webhook,
    "mail": around_mail,
}


def texts_in(found: Any) -> Iterator[str]:
    """Every text of a JSON value, unescaped, with the names of what is true."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for part in found:
            yield from texts_in(part)
    elif isinstance(found, dict):
        yield from texts_in(list(found.values()))
        yield from (name for name, value in found.items() if value is True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(params=sorted(channels.CHANNELS))
def world(request: pytest.FixtureRequest, silent_port: int) -> World:
    return SURROUNDINGS[request.param](request, silent_port)


@pytest.fixture(scope="session")
def hostile_texts(shared: Path) -> list[str]:
    """A spread of the hostile lists; test_encode holds the encoders against all of them."""
    texts: list[str] = []
    for name in ("naughty_strings", "xss", "chat_injection", "markdown_html", "terminal_escapes",
                 "unicode_spoof", "field_injection"):  # fmt: skip
        lines = (shared / "data" / "hostile" / f"{name}.jsonl").read_text().splitlines()
        rows = [json.loads(line) for line in lines]
        kept = [row if isinstance(row, str) else row.get("text", row.get("value")) for row in rows]
        texts += kept[:: max(1, len(kept) // 15)]
    return [*texts, "", "\ud83d", "A" * 50_000, "😀" * 50_000, "&" * 50_000, "a\n" * 20_000]


def outcome(call: Callable[..., Receipt], *given: Any) -> Receipt | Exception:
    """A receipt or one of the two errors; anything else fails the test."""
    try:
        return call(*given, deadline=SOON)
    except (ChannelRefused, ChannelUnavailable) as error:
        return error


def deliver_whole(world: World, message: Message) -> Receipt:
    """A message with all its words, which follow where a channel may hold two of it."""
    receipt = world.channel.deliver(message, deadline=SOON)
    if world.channel.capabilities.doubles:
        return world.channel.update(receipt.ref, message, deadline=SOON)
    return receipt


def test_every_registered_channel_is_under_contract() -> None:
    assert set(SURROUNDINGS) == set(channels.CHANNELS)


def test_a_message_arrives_with_all_that_an_owner_must_know(world: World) -> None:
    receipt = deliver_whole(world, replace(MESSAGE, to=world.to))
    assert receipt.ref
    # A chat that would call "@ann" gets a sign that looks alike.
    arrived = unicodedata.normalize("NFKC", re.sub(r"=\r\n", "", world.arrived()))
    words = ("Charged twice", "@ann")
    for part in ("Ada Lovelace", "Why now: third time asking", "14:05"):
        assert part in arrived
    for part in words if world.channel.capabilities.may_quote else ():
        assert part in arrived


def test_a_pager_is_told_no_word_of_a_customers(world: World) -> None:
    if not world.channel.capabilities.pager:
        pytest.skip("left out: no pager")
    world.channel.deliver(replace(MESSAGE, to=world.to), deadline=SOON)
    assert "Charged twice" not in world.arrived()
    assert "@ann" not in world.arrived()


def test_a_repeat_says_so(world: World) -> None:
    world.channel.deliver(replace(MESSAGE, to=world.to, repeated=True), deadline=SOON)
    assert "repeat" in world.arrived()


@pytest.mark.parametrize("kind", ["mail", "terminal", "webhook"])
def test_a_channel_without_buttons_shows_the_link_whole(
    kind: str, request: pytest.FixtureRequest, silent_port: int
) -> None:
    """The message says no command any more where there is a link to act by."""
    link = f"https://tocsin.example/a/{'0123456789abcdef' * 2}"
    world = SURROUNDINGS[kind](request, silent_port)
    assert not world.channel.capabilities.buttons
    world.channel.deliver(replace(MESSAGE, to=world.to, link=link), deadline=SOON)
    assert link in re.sub(r"=\r\n", "", world.arrived())


def test_hostile_text_is_delivered_or_refused_and_nothing_else_happens(
    world: World, hostile_texts: list[str]
) -> None:
    for text in hostile_texts:
        message = Message(
            key=text,
            purpose=Purpose.PAGE if world.channel.capabilities.pager else Purpose.CARD,
            to=world.to,
            headline=text,
            lines=(text,) * 5,
            verbatim=Verbatim(text, text, text, None, text),
            mention=text,
            subject=text,
        )
        assert world.channel.deliver(message, deadline=SOON).ref is not None
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", world.arrived())


def test_hostile_addresses_are_refused_or_taken_and_nothing_else_happens(
    world: World, hostile_texts: list[str]
) -> None:
    for text in hostile_texts:
        answer = outcome(world.channel.deliver, replace(MESSAGE, to=text))
        assert SECRET not in f"{answer} {answer!r}"


def test_an_update_replaces_the_message_or_is_refused_as_declared(world: World) -> None:
    message = replace(MESSAGE, to=world.to)
    receipt = world.channel.deliver(message, deadline=SOON)
    changed = replace(message, headline="Acknowledged by Grace Hopper", verbatim=None)
    if world.channel.capabilities.pager:  # most of them show only that somebody has it
        owned = replace(changed, standing=Standing(Stands.OWNED))
        before = len(world.arrived())
        assert world.channel.update(receipt.ref, owned, deadline=SOON) == receipt
        assert len(world.arrived()) > before
    elif world.channel.capabilities.update:
        assert world.channel.update(receipt.ref, changed, deadline=SOON) == receipt
        assert "Acknowledged by Grace Hopper" in world.arrived()
    else:
        with pytest.raises(ChannelRefused):
            world.channel.update(receipt.ref, changed, deadline=SOON)


def test_a_message_that_is_taken_back_is_gone_however_often_it_is_asked_for(world: World) -> None:
    if not isinstance(world.channel, TakesBack):
        assert not world.channel.capabilities.doubles, "its orphans could not be mended"
        pytest.skip("left out: a channel that cannot delete what it sent")
    receipt = deliver_whole(world, replace(MESSAGE, to=world.to))
    assert "Charged twice" in world.arrived()
    for _ in range(2):
        world.channel.take_back(receipt.ref, deadline=SOON)
    assert "Charged twice" not in world.arrived()


def test_a_message_that_is_nobodys_is_not_taken_back(
    world: World, hostile_texts: list[str]
) -> None:
    if not isinstance(world.channel, TakesBack):
        pytest.skip("left out: a channel that cannot delete what it sent")
    for text in hostile_texts[::50]:
        with pytest.raises(ChannelRefused):
            world.channel.take_back(text, deadline=SOON)


def test_a_reference_of_nobodys_is_refused_or_unavailable(
    world: World, hostile_texts: list[str]
) -> None:
    for text in hostile_texts[::5]:
        answer = outcome(world.channel.update, text, replace(MESSAGE, to=world.to))
        assert SECRET not in f"{answer} {answer!r}"


def test_reactions_are_put_there_or_not_and_nothing_else_happens(
    world: World, hostile_texts: list[str]
) -> None:
    if not isinstance(world.channel, Reacting) or not isinstance(world.silent, Reacting):
        pytest.skip("left out: its buttons are no reactions")
    message = replace(MESSAGE, to=world.to, buttons=(ACK,), token="0123")
    ref = world.channel.deliver(message, deadline=SOON).ref
    shown = world.arrived()
    world.silent.react(ref, message, deadline=AT_ONCE)
    assert world.reactions() == 0
    for text in hostile_texts[::5]:
        world.channel.react(text, message, deadline=SOON)
    assert world.reactions() == 0, "they stand under what is no message"
    world.channel.react(ref, message, deadline=SOON)
    assert world.reactions() == 1
    assert world.arrived() == shown


def test_a_server_that_never_answers_is_unavailable_by_the_deadline(world: World) -> None:
    with pytest.raises(ChannelUnavailable) as caught:
        world.silent.deliver(replace(MESSAGE, to=world.to), deadline=AT_ONCE)
    assert SECRET not in f"{caught.value!r} {caught.value}"


def test_no_secret_is_shown_by_a_channel_or_in_what_it_sends(world: World) -> None:
    world.channel.deliver(replace(MESSAGE, to=world.to), deadline=SOON)
    assert SECRET not in repr(world.channel)
    assert SECRET not in world.arrived()


def test_no_secret_of_any_form_is_shown_when_it_is_refused(world: World, shared: Path) -> None:
    if not hasattr(world.channel, "tools"):
        pytest.skip("left out: a channel without a secret")
    rows = (shared / "data" / "hostile" / "secrets.jsonl").read_text().splitlines()
    for parts in {tuple(json.loads(row)["parts"]) for row in rows}:
        tools = replace(TOOLS, reveal=lambda _, parts=parts: "".join(parts))
        channel = replace(world.channel, tools=tools)  # type: ignore[type-var]
        answer = outcome(channel.deliver, replace(MESSAGE, to=world.to))
        told = [f"{answer!r} {channel!r}"]
        if isinstance(answer, Exception):
            told += traceback.format_exception(answer)
        assert "EXAMPLE" not in "".join(told), parts[0]


@pytest.mark.parametrize("kind", sorted(channels.CHANNELS))
def test_the_example_in_the_docs_is_valid(kind: str) -> None:
    page = (ROOT / "docs" / "channels" / f"{kind}.md").read_text()
    [example] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    [declared] = tomllib.loads(example)["channels"]
    read = channels.settings_of(kind).model_validate(declared)
    assert read.kind == kind
    undocumented = [name for name in type(read).model_fields if f"`{name}`" not in page]
    assert not undocumented


def test_channels_load_no_library_before_they_are_used() -> None:
    """Settings of every kind can be checked where only the core is installed."""
    import subprocess

    program = (
        "import sys; from escalation import channels\n"
        "for kind in channels.CHANNELS: channels.settings_of(kind)\n"
        "assert not {'slack_sdk', 'websockets', 'apprise'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0
