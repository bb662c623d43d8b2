"""A simulated platform on loopback, ended by its own handle: HTTP, and websockets where asked.

It plays a script's faults, one a request, and keeps what was asked and what that cost.
"""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from tests.simulator.dialect import Places, Request
from tests.simulator.faults import TRANSPORT, Answer, Fault
from tests.simulator.lines import send_lines
from tests.simulator.stage import RESET, Stage
from tests.simulator.streams import Streams

DRIP_PAUSE = 0.02  # seconds between the bytes of a drip


class Platform:
    """The server; use as a context manager, and `play` one stage after another on it."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=[0.02], daemon=True, name="simulated platform"
        )

        self._streams: Streams | None = None

    @property
    def places(self) -> Places:
        """Where it is reached; the websocket server is started by whoever asks for it first."""
        return Places(f"127.0.0.1:{self._server.server_port}", self._stream_place)

    def _stream_place(self) -> str:
        if self._streams is None:
            self._streams = Streams(self._now_played)
        return self._streams.place

    def _now_played(self) -> Stage:
        assert self._server.stage is not None
        return self._server.stage

    def play(self, stage: Stage) -> None:
        """Show another stage from here on; what still hangs of the last one is ended."""
        if self._server.stage is not None:
            self._server.stage.let_go()
        self._server.stage = stage

    def __enter__(self) -> "Platform":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server.stage is not None:
            self._server.stage.let_go()
        if self._streams is not None:
            self._streams.close()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stage: Stage | None = None

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        stage = self.server.stage
        assert stage is not None
        request = stage.meet(self._request())
        over = stage.over
        if request.fault is Fault.ABORTED:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.connection.close()
            return
        if request.fault is Fault.HANG:
            stage.stuck.set()
            over.wait()
            return
        answer = stage.answer(request)
        if answer.status == 101:
            send_lines(self.connection, request, stage, over)
            return
        with contextlib.suppress(OSError):
            if request.fault in TRANSPORT:
                self._send_badly(request.fault, answer, stage, over)
            else:
                self._send(answer, answer.body, len(answer.body))

    def _request(self) -> Request:
        url = urlsplit(self.path)
        size = int(self.headers.get("content-length") or 0)
        pairs = tuple(parse_qsl(url.query, keep_blank_values=True))
        return Request(
            self.command,
            url.path,
            dict(pairs),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(size) if size else b"",
            pairs=pairs,
        )

    def _send(self, answer: Answer, body: bytes, announced: int) -> None:
        head = [f"HTTP/1.0 {answer.status} x", f"content-length: {announced}"]
        head += [f"{name}: {value}" for name, value in dict(answer.headers).items()]
        self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)

    def _send_badly(
        self, fault: Fault, answer: Answer, stage: Stage, over: threading.Event
    ) -> None:
        half = answer.body[: len(answer.body) // 2]
        if fault is Fault.CUT:
            self._send(answer, half, len(half))
        elif fault is Fault.SHORT:
            self._send(answer, half, len(answer.body) + 1)
        elif fault is Fault.CLOSED:
            self._send(answer, b"", len(answer.body) + 1)
        else:
            self._drip(answer, stage, over)

    def _drip(self, answer: Answer, stage: Stage, over: threading.Event) -> None:
        """A byte now and then, and never the last: only a deadline in all ends it."""
        self._send(answer, b"", 1_000_000)
        stage.stuck.set()
        while not over.wait(DRIP_PAUSE):
            self.wfile.write(b" ")
