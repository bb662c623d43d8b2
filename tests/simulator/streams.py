"""The websocket side of a simulated platform: handshakes that fail, frames that go wrong."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from tests.simulator.dialect import Request, StreamDialect, SubscribedDialect
from tests.simulator.faults import Fault, spoiled
from tests.simulator.stage import LOOK, RESET, Stage

if TYPE_CHECKING:
    from websockets.http11 import Request as Opening
    from websockets.http11 import Response
    from websockets.sync.server import ServerConnection

GOING_AWAY = 1001  # RFC 6455, 7.4.1: the server is restarted


class Streams:
    """A websocket server for the stage that is played. Ended by its own handle."""

    def __init__(self, stage: Callable[[], Stage]) -> None:
        from websockets.sync.server import serve
        from websockets.typing import Subprotocol

        self._stage = stage
        self._server = serve(
            self._stream,
            "127.0.0.1",
            0,
            process_request=self._open,
            subprotocols=[Subprotocol("xrpc.v1.json")],
            select_subprotocol=lambda connection, offered: offered[0] if offered else None,
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, daemon=True, name="simulated streams"
        )
        self._thread.start()

    @property
    def place(self) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self._server.socket.getsockname()[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()

    def _open(self, connection: "ServerConnection", opening: "Opening") -> "Response | None":
        """Let a client in, or refuse it by the status that the stage answers."""
        stage = self._stage()
        url = urlsplit(opening.path)
        asked = dict(parse_qsl(url.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in opening.headers.raw_items()}
        request = stage.meet(Request("GET", url.path, asked, headers))
        if request.fault is Fault.HANG:
            stage.stuck.set()
            stage.over.wait()
        if request.fault in {Fault.CLOSED, Fault.SHORT, Fault.HANG}:
            _reset(connection)
            return None
        answer = stage.answer(request)
        if answer.status != 101:
            refusal = connection.respond(answer.status, "")
            refusal.headers.update(answer.headers)
            refusal.body = answer.body
            return refusal
        connection.simulated = request, stage  # type: ignore[attr-defined]
        return None

    def _stream(self, connection: "ServerConnection") -> None:
        from websockets.exceptions import ConnectionClosed

        request, stage = connection.simulated  # type: ignore[attr-defined]
        with contextlib.suppress(ConnectionClosed, OSError), stage.streaming():
            self._send(connection, request, stage)

    def _send(self, connection: "ServerConnection", request: Request, stage: Stage) -> None:
        dialect, over = stage.dialect, stage.over
        assert isinstance(dialect, StreamDialect)
        if isinstance(dialect, SubscribedDialect) and not _is_asked(connection, dialect, over):
            return
        sent = dialect.begins(request, stage.timeline, stage.now())
        while not over.is_set():
            until = stage.now()
            frames = dialect.frames(stage.timeline, sent, until) if until > sent else []
            if frames and not _send_all(connection, request.fault, frames):
                return
            stage.last_sent = until if frames else stage.last_sent
            sent = stage.sent_until = max(sent, until)
            with contextlib.suppress(TimeoutError):
                connection.recv(timeout=LOOK)  # notices that the client is gone


def _is_asked(
    connection: "ServerConnection", dialect: SubscribedDialect, over: threading.Event
) -> bool:
    """Wait until the client has said what it wants; False where the stage is over before."""
    while not over.is_set():
        with contextlib.suppress(TimeoutError):
            if dialect.subscribes(str(connection.recv(timeout=LOOK))):
                return True
    return False


def _send_all(connection: "ServerConnection", fault: Fault | None, frames: list[str]) -> bool:
    """Send some frames as a fault has it; False where the stream is over with that."""
    half = len(frames) // 2
    ends = fault in {Fault.GOING_AWAY, Fault.ABORTED, Fault.CUT}
    for frame in spoiled(fault, frames[:half] if ends else frames, lambda frame: frame):
        connection.send(frame if isinstance(frame, str) else "{not a frame")
    if fault is Fault.CUT:
        connection.send(frames[half][: len(frames[half]) // 2])
    if fault is Fault.ABORTED:
        _reset(connection)
    elif ends:
        connection.close(GOING_AWAY)
    return not ends


def _reset(connection: "ServerConnection") -> None:
    with contextlib.suppress(OSError):  # the client was faster
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.socket.close()
