"""The side of a simulated platform that never ends: lines over HTTP, and what goes wrong there."""

import contextlib
import json
import select
import socket
import threading
from typing import Any

from tests.simulator.dialect import LineDialect, Request
from tests.simulator.faults import HUGE_CHARS, Fault, spoiled
from tests.simulator.stage import LOOK, Stage

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
DRIP_PAUSE = 0.02  # seconds between the bytes of a drip
DISCONNECT = {
    "title": "operational-disconnect",
    "disconnect_type": "UpstreamOperationalDisconnect",
    "type": "https://api.twitter.com/2/problems/operational-disconnect",
}
_ENDS = {Fault.GOING_AWAY, Fault.CUT, Fault.SHORT}


def send_lines(
    connection: socket.socket, request: Request, stage: Stage, over: threading.Event
) -> None:
    """Send what there is, as it comes up, until it is over or somebody ends it."""
    with contextlib.suppress(OSError), stage.streaming():
        connection.sendall(HEAD)
        if request.fault is Fault.CLOSED:
            return
        if request.fault in {Fault.DRIP, Fault.SILENT}:
            _keep_waiting(connection, request.fault, stage, over)
            return
        _send(connection, request, stage, over)


def _keep_waiting(
    connection: socket.socket, fault: Fault, stage: Stage, over: threading.Event
) -> None:
    stage.stuck.set()
    while not over.wait(DRIP_PAUSE):
        if fault is Fault.DRIP:
            connection.sendall(_chunk(b" "))


def _send(connection: socket.socket, request: Request, stage: Stage, over: threading.Event) -> None:
    dialect = stage.dialect
    assert isinstance(dialect, LineDialect)
    sent = dialect.begins(request, stage.timeline, stage.now())
    while not over.is_set() and not _is_gone(connection):
        until = stage.now()
        if until > sent:
            frames = dialect.frames(stage.timeline, sent, until)
            stage.charge(dialect.charged(stage.timeline, sent, until))
            if not _send_all(connection, request.fault, frames):
                return
        sent = stage.sent_until = max(sent, until)


def _send_all(connection: socket.socket, fault: Fault | None, frames: list[str]) -> bool:
    """Send some lines as a fault has it; False where the stream is over with that."""
    half = len(frames) // 2
    ends = fault in _ENDS and bool(frames)
    items = [json.loads(frame) for frame in (frames[:half] if ends else frames)]
    items = spoiled(fault, items, _enlarged)
    if fault is Fault.PARTIAL:
        items.insert(0, {"errors": [{"type": "https://api.x.com/2/problems/internal-error"}]})
    if ends and fault is Fault.GOING_AWAY:
        items.append({"errors": [DISCONNECT]})
    body = "".join(f"{json.dumps(item)}\r\n" for item in items)
    if ends and fault is not Fault.GOING_AWAY:
        body += frames[half][: len(frames[half]) // 2]
    # Cut somewhere, as TCP does; the sign of life comes last, when all the rest is sent.
    whole = f"{body}\r\n".encode() if not ends else body.encode()
    cut = len(whole) // 3
    connection.sendall(_chunk(whole[:cut]) + _chunk(whole[cut:]))
    if ends and fault is not Fault.SHORT:
        connection.sendall(b"0\r\n\r\n")
    return not ends


def _enlarged(item: dict[str, Any]) -> dict[str, Any]:
    data = item["data"]
    return {**item, "data": {**data, "text": data["text"] + " x" * (HUGE_CHARS // 2)}}


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece) if piece else b""


def _is_gone(connection: socket.socket) -> bool:
    """Whether the client has hung up; waits a moment for that."""
    readable, _, _ = select.select([connection], [], [], LOOK)
    return bool(readable) and not connection.recv(1)
