"""A small HTTP server on loopback that a fake platform is built on, and a listener under test."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from config import Secret
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.conversation import Answer, Hearing, Incoming
from listener.tools import Tools
from tocsin.wire import HttpWire

WITHIN = 8.0  # seconds that a test waits for what must come


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    raw: bytes


@dataclass(frozen=True)
class Told:
    """What is answered: JSON, or bytes as they are."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def _read(raw: bytes, kind: str) -> Any:
    """JSON, or the fields that go with a file ("payload_json" of a form)."""
    if not kind.startswith("multipart/"):
        return json.loads(raw) if raw else None
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + raw)
    fields = next(
        part for part in form.walk() if "payload_json" in str(part.get_all("Content-Disposition"))
    )
    return json.loads(fields.get_payload(decode=True))


class LoopbackServer:
    """Answers with what `answer` says; keeps what was asked. Use as a context manager.

    stream_path  where a web socket is served by `stream`, which runs until it returns; "": nowhere.
    """

    stream_path = ""

    def __init__(self) -> None:
        self.log: list[Asked] = []
        # What is answered instead, by a part of the path: taken once each, in order.
        self.faults: list[tuple[str, Told]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = _read(raw, self.headers.get("Content-Type") or "")
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, body, raw)
                server.log.append(asked)
                told = server.fault(asked) or server.answer(asked)
                content = told.body if isinstance(told.body, bytes) else json.dumps(told.body)
                content = content if isinstance(content, bytes) else content.encode()
                self.send_response(told.status)
                for name, value in told.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(0 if told.status == 204 else len(content)))
                self.end_headers()
                if told.status != 204:
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815

            def log_message(self, *_: Any) -> None:
                """Nothing is written to the terminal."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request: Any, client_address: Any) -> None:
                start = request.recv(256, socket.MSG_PEEK)
                if server.stream_path and start.startswith(f"GET {server.stream_path}".encode()):
                    server.relay(request)
                else:
                    super().finish_request(request, client_address)

        self._http = Server(("127.0.0.1", 0), Handler)
        self._streams = serve(self._serve_stream, "127.0.0.1", 0, close_timeout=1)
        self._threads = [
            threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True),
            threading.Thread(target=self._streams.serve_forever, daemon=True),
        ]

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._http.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.place}"

    def answer(self, asked: Asked) -> Told:
        raise NotImplementedError

    def stream(self, connection: ServerConnection) -> None:
        raise NotImplementedError

    def _serve_stream(self, connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            self.stream(connection)

    def relay(self, caller: socket.socket) -> None:
        """Hand a caller on to the web socket's own server, and carry what both say."""
        with socket.create_connection(self._streams.socket.getsockname()[:2]) as behind:
            back = threading.Thread(target=_carry, args=(behind, caller), daemon=True)
            back.start()
            _carry(caller, behind)
            back.join(WITHIN)

    def fault(self, asked: Asked) -> Told | None:
        for number, (part, told) in enumerate(self.faults):
            if part in asked.path:
                del self.faults[number]
                return told
        return None

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._streams.shutdown()
        for thread in self._threads:
            thread.join(WITHIN)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _carry(start: socket.socket, end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := start.recv(65_536):
            end.sendall(piece)
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_WR)


def tools_for(
    server: LoopbackServer, token: str, *, reveal: Callable[[Secret], str] | None = None
) -> Tools:
    """Tools with the daemon's own wire, which may reach this one server."""
    wire = HttpWire(allowed=[server.place])
    return Tools(wire, reveal or (lambda _: token), "tocsin/test")


@dataclass
class Heard:
    """What a listening channel handed on, what it is answered, and how it ended."""

    incoming: list[Incoming] = field(default_factory=list)
    answers: Callable[[Incoming], Answer] = lambda _: Answer()
    ended: Exception | None = None
    thread: threading.Thread | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    def take(self, one: Incoming) -> Answer:
        self.incoming.append(one)
        return self.answers(one)

    def until_it_ends(self) -> Exception | None:
        assert self.thread is not None
        self.thread.join(WITHIN)
        assert not self.thread.is_alive(), "it still listens"
        return self.ended


@contextmanager
def listening(
    channel: Hearing, answers: Callable[[Incoming], Answer] = lambda _: Answer()
) -> Iterator[Heard]:
    """Listen in a thread of its own; ends with the block."""
    heard = Heard(answers=answers)

    def run() -> None:
        try:
            channel.listen(heard.take, heard.stopping)
        except (ChannelRefused, ChannelUnavailable) as error:
            heard.ended = error

    heard.thread = threading.Thread(target=run, daemon=True)
    heard.thread.start()
    try:
        yield heard
    finally:
        heard.stopping.set()
        heard.thread.join(WITHIN)
        assert not heard.thread.is_alive(), "it did not end when it was to stop"


def comes(what: Callable[[], Any]) -> Any:
    """What is true in the end, as soon as it is."""
    for _ in range(int(WITHIN / 0.01)):
        if found := what():
            return found
        time.sleep(0.01)
    raise AssertionError("it never came")
