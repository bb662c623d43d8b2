"""A simulated platform on loopback: one HTTP server, ended by its own handle.

It plays a script's faults, one a request, and keeps what was asked and what that cost.
"""

import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from tests.simulator.dialect import Dialect, Request
from tests.simulator.faults import SLOW, TRANSPORT, Answer, Fault, refusal
from tests.simulator.timeline import Timeline

DRIP_PAUSE = 0.02  # seconds between the bytes of a drip
RESET = struct.pack("ii", 1, 0)  # linger of no time: closing sends a reset


class Stage:
    """What the platform shows just now, and what it was asked. One script a stage.

    now  by the platform's own clock.
    """

    def __init__(self, dialect: Dialect, timeline: Timeline, now: Callable[[], datetime]) -> None:
        self.dialect = dialect
        self.timeline = timeline
        self.now = now
        self.faults: list[Fault] = []
        self.met: list[Fault] = []
        self.asked: list[Request] = []
        self.dollars: Counter[str] = Counter()  # by day of UTC
        self.over = threading.Event()  # ends what hangs
        self.stuck = threading.Event()  # something hangs
        self._lock = threading.Lock()

    @property
    def is_slow(self) -> bool:
        """A fault is waiting that is over only when the client gives up."""
        return not SLOW.isdisjoint(self.faults)

    def let_go(self) -> None:
        """End what hangs, and be ready to hang again."""
        self.over.set()
        self.over, self.stuck = threading.Event(), threading.Event()

    def meet(self, request: Request) -> Request:
        """Note a request, with the fault that it meets."""
        with self._lock:
            fault = self.faults.pop(0) if self.faults else None
            if fault:
                self.met.append(fault)
            self.asked.append(replace(request, fault=fault))
            return self.asked[-1]

    def answer(self, request: Request) -> Answer:
        """What is sent, before the transport spoils it."""
        refused = refusal(request.fault, self.now()) if request.fault else None
        answer = refused or self.dialect.answer(request, self.timeline, self.now())
        with self._lock:
            self.dollars[self.now().date().isoformat()] += answer.dollars  # type: ignore[assignment]
        return answer


class Platform:
    """The server; use as a context manager, and `play` one stage after another on it."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=[0.02], daemon=True, name="simulated platform"
        )

    @property
    def place(self) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self._server.server_port}"

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
        with contextlib.suppress(OSError):
            if request.fault in TRANSPORT:
                self._send_badly(request.fault, answer, stage, over)
            else:
                self._send(answer, answer.body, len(answer.body))

    def _request(self) -> Request:
        url = urlsplit(self.path)
        size = int(self.headers.get("content-length") or 0)
        return Request(
            self.command,
            url.path,
            dict(parse_qsl(url.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(size) if size else b"",
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
