"""A websocket stays with the server it was opened to, and says why it ended."""

import ast
import contextlib
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve
from websockets.utils import accept_key

from listener.stream import (
    Opening,
    StreamClosed,
    StreamRefused,
    TwoWayStream,
    open_stream,
)
from tocsin.wire import HttpWire

PATIENCE = 5.0  # seconds; only a failing test waits so long
Answer = Callable[[ServerConnection, Request], Response | None]


@contextmanager
def server(answer: Answer = lambda *_: None) -> Iterator[str]:
    """A server on loopback that says everything back, until it is told to close."""

    def talk(connection: ServerConnection) -> None:
        for frame in connection:
            if frame == "close":
                connection.close(4004, "told to")
                return
            connection.send(frame)

    with serve(talk, "127.0.0.1", 0, process_request=answer) as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{made.socket.getsockname()[1]}/live"
        made.shutdown()
        thread.join(5)


def opened(url: str, wire: object = None) -> TwoWayStream:
    return open_stream(
        url,
        user_agent="tocsin/test",
        subprotocol=None,
        timeout=5,
        headers={"Authorization": "Bearer EXAMPLE"},
        wire=wire,
    )


def test_what_is_sent_arrives_with_the_headers_of_the_opening() -> None:
    seen: list[str] = []

    def answer(_: ServerConnection, request: Request) -> None:
        seen.append(request.headers["Authorization"])

    with server(answer) as url:
        stream = opened(url)
        stream.send("hello")
        assert stream.receive(5) == "hello"
        stream.close()
    assert seen == ["Bearer EXAMPLE"]


def test_a_token_is_in_no_log_however_much_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "websockets.client")
    with server() as url:
        stream = opened(url)
        stream.send("hello")
        assert stream.receive(5) == "hello"
        stream.close()
    assert "EXAMPLE" not in caplog.text


def test_the_code_of_an_ended_stream_is_told_and_its_words_are_not() -> None:
    with server() as url:
        stream = opened(url)
        stream.send("close")
        with pytest.raises(StreamClosed, match="code 4004") as caught:
            stream.receive(5)
        with pytest.raises(StreamClosed):
            stream.send("more")
    assert caught.value.code == 4004
    assert "told to" not in str(caught.value)


def moved(to: str) -> Answer:
    headers = Headers({"Location": to, "Content-Length": "0"})
    return lambda *_: Response(HTTPStatus.FOUND, "Found", headers)


def test_no_redirect_to_another_server_is_followed() -> None:
    with (
        server() as elsewhere,
        server(moved(elsewhere)) as url,
        pytest.raises(StreamClosed, match="sends us to another one"),
    ):
        opened(url)


def test_a_redirect_reaches_nobody_not_even_within_the_same_server() -> None:
    asked: list[str] = []

    def answer(_: ServerConnection, request: Request) -> Response:
        asked.append(request.path)
        return Response(HTTPStatus.FOUND, "Found", Headers({"Location": "/admin"}))

    with server(answer) as url, pytest.raises(StreamClosed, match="sends us to another one"):
        opened(url)
    assert asked == ["/live"]


def test_a_redirect_does_not_reach_another_server() -> None:
    asked: list[str] = []

    def note(_: ServerConnection, request: Request) -> None:
        asked.append(request.path)

    with server(note) as inner, server(moved(inner)) as url, pytest.raises(StreamClosed):
        opened(url)
    assert asked == []


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with server() as url:
        opened(url).close()


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1"])
def test_a_name_that_leads_to_a_private_address_is_not_connected_to(
    scheme: str, address: str
) -> None:
    wire = HttpWire(resolver=lambda host, port: [address])
    with pytest.raises(StreamClosed, match="not a public one"):
        opened(f"{scheme}://stream.example/live", wire)
    wire.close()


def _calls(path: Path) -> Iterator[ast.Call]:
    """Where a module opens a stream, or makes what opens one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            named = [node.func, *node.args[:1]]
            if any(isinstance(one, ast.Name) and one.id == "open_stream" for one in named):
                yield node


def test_every_stream_that_is_opened_anywhere_is_connected_by_the_wire() -> None:
    packages = (Path(folder) for folder in ("listener", "escalation", "tocsin"))
    calls = {path: list(_calls(path)) for folder in packages for path in folder.rglob("*.py")}
    opening = {path.stem for path, found in calls.items() if found}
    assert {"bluesky", "mastodon", "discord_gateway", "mattermost_listening"} <= opening
    for path, found in calls.items():
        for call in found:
            assert "wire" in {one.arg for one in call.keywords}, f"{path}:{call.lineno}"


def test_the_address_that_was_checked_is_the_one_that_is_reached() -> None:
    """A name may answer otherwise a moment later."""
    answers = [["127.0.0.1"], ["10.0.0.7"]]
    with server() as url:
        port = url.rpartition(":")[2].partition("/")[0]
        place = f"stream.example:{port}"
        wire = HttpWire(resolver=lambda host, port: answers.pop(0), allowed={place})
        with contextlib.closing(wire):
            stream = opened(f"ws://{place}/live", wire)
            stream.send("hello")
            assert stream.receive(PATIENCE) == "hello"
            stream.close()
    assert len(answers) == 1


def test_no_stream_is_opened_by_a_wire_that_was_closed() -> None:
    with server() as url:
        place = url.removeprefix("ws://").partition("/")[0]
        wire = HttpWire(allowed={place})
        wire.close()
        with pytest.raises(StreamClosed, match="was closed"):
            opened(url, wire)


def test_a_refusal_tells_the_status() -> None:
    refusal = Response(HTTPStatus.UNAUTHORIZED, "no", Headers({"Content-Length": "0"}))
    with server(lambda *_: refusal) as url, pytest.raises(StreamRefused) as caught:
        opened(url)
    assert caught.value.reply.status == 401


class _Held:
    closed = False

    def receive(self, timeout: float) -> str | None:
        return None

    def close(self) -> None:
        self.closed = True


def test_a_handshake_that_hangs_is_given_up_at_once_and_what_it_opens_later_is_closed() -> None:
    begun, goes_on, stream, said = threading.Event(), threading.Event(), _Held(), []
    opening = Opening()

    def hangs() -> _Held:
        begun.set()
        goes_on.wait(PATIENCE)
        return stream

    def wait() -> None:
        with pytest.raises(StreamClosed) as caught:
            opening.open(hangs)
        said.append(str(caught.value))

    before = set(threading.enumerate())
    waiting = threading.Thread(target=wait)
    waiting.start()
    assert begun.wait(PATIENCE)
    (opener,) = set(threading.enumerate()) - before - {waiting}
    opening.give_up()
    waiting.join(PATIENCE)
    assert said == ["the stream was given up while it was opened"]
    goes_on.set()
    opener.join(PATIENCE)
    assert stream.closed


def test_what_an_opening_raises_is_raised_where_it_was_asked_for() -> None:
    def refuses() -> _Held:
        raise StreamClosed("nobody there")

    with pytest.raises(StreamClosed, match="nobody there"):
        Opening().open(refuses)


class _Silent:
    """A server that lets a client in, and then reads and says nothing at all."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._socket.getsockname()[1]}/"

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        asked = connection.recv(65_536).decode()
        key = re.search(r"Sec-WebSocket-Key: (\S+)", asked, re.IGNORECASE)
        assert key
        head = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += f"Sec-WebSocket-Accept: {accept_key(key[1])}\r\n\r\n"
        connection.sendall(head.encode())
        self._over.wait(PATIENCE * 2)
        connection.close()

    def close(self) -> None:
        self._over.set()
        self._thread.join(PATIENCE)
        self._socket.close()


def test_a_server_that_answers_no_ping_is_given_up_though_nothing_was_to_be_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("listener.stream.KEEP_ALIVE", 0.05)
    with contextlib.closing(_Silent()) as silent:
        stream = opened(silent.url)
        with pytest.raises(StreamClosed):
            stream.receive(PATIENCE)
