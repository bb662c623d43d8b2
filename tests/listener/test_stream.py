"""A websocket stays with the server it was opened to, and says why it ended."""

import contextlib
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

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
    _place,
    open_stream,
)

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


def opened(url: str) -> TwoWayStream:
    return open_stream(
        url,
        user_agent="tocsin/test",
        subprotocol=None,
        timeout=5,
        headers={"Authorization": "Bearer EXAMPLE"},
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


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("wss://chat.example/live", ("chat.example", 443)),
        ("wss://Chat.Example:443/live", ("chat.example", 443)),
        ("ws://[::1]:8065/", ("::1", 8065)),
        ("ws://chat.example", ("chat.example", 80)),
        ("wss://bücher.example", ("xn--bcher-kva.example", 443)),
    ],
)
def test_one_place_written_in_several_ways_is_one(url: str, place: tuple[str, int]) -> None:
    assert _place(url) == place


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
