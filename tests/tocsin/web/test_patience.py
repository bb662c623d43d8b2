"""Whoever opens connections and asks nothing keeps nobody out. On a real server."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import pytest
from starlette.types import Message, Receive, Scope, Send

from tests.tocsin.web.house import House
from tests.tocsin.web.test_door import Served, serving
from tocsin.web import patience
from tocsin.web.door import Door
from tocsin.web.limits import MOST_TOGETHER, Limit
from tocsin.web.patience import MOST_AT_ONCE

BEGUN = b"GET /a/0 HTTP/1.1\r\nHost: tocsin.example\r\n"
NEVER_READ = b"Content-Length: 1000000\r\n\r\n"
SOON = 20.0  # seconds; only a failing test waits so long


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(House()) as found:
        yield found


def opened(served: Served, sent: bytes = b"") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", served.port), timeout=SOON)
    line.sendall(sent)
    return line


def ends(line: socket.socket) -> bool:
    """Does the server end it?"""
    with contextlib.suppress(ConnectionError):
        while line.recv(65536):
            pass
    return True


@pytest.mark.parametrize("sent", [b"", BEGUN], ids=["silent", "half a request"])
def test_five_hundred_silent_connections_keep_nobody_out(served: Served, sent: bytes) -> None:
    with contextlib.ExitStack() as lines:
        for _ in range(MOST_AT_ONCE + 300):
            lines.enter_context(opened(served, sent))
        assert served.ask("GET", "/a/0")[0] == 404
        assert served.ask("GET", "/healthz", Host="127.0.0.1")[0] == 200


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET", id="a word"),
        pytest.param(BEGUN, id="no end of headers"),
        pytest.param(BEGUN + b"\r\n" + b"GET /a/", id="half a second request"),
        pytest.param(BEGUN + NEVER_READ + b"x", id="a body that nobody asked for"),
    ],
)
def test_who_does_not_ask_in_time_is_let_go_however_often_they_send_a_little(
    served: Served, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(patience, "ASKS_WITHIN", 0.3)
    with opened(served, sent) as line:
        line.settimeout(0.05)
        for _ in range(int(SOON / 0.05)):
            try:
                if not line.recv(65536):
                    return
                continue
            except TimeoutError:
                pass
            except ConnectionError:
                return
            with contextlib.suppress(OSError):
                line.sendall(b"x" if sent else b"")
    pytest.fail("it was never let go")


def test_a_connection_is_used_again_and_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(served) as line:
        for _ in range(20):
            line.sendall(BEGUN + b"\r\n")
            got = b""
            while b"</html>" not in got:
                got += line.recv(65536)
            assert got.startswith(b"HTTP/1.1 404")


def test_one_that_is_being_answered_is_not_let_go_for_those_who_come(served: Served) -> None:
    body = b"do=ack"
    head = (
        f"POST /a/{'0' * 32} HTTP/1.1\r\nHost: tocsin.example\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with contextlib.ExitStack() as lines:
        first = lines.enter_context(opened(served, head.encode()))
        assert served.ask("GET", "/a/0")[0] == 404  # it is under way by now
        for _ in range(MOST_AT_ONCE + 50):
            lines.enter_context(opened(served))
        first.sendall(body)
        assert first.recv(65536).split()[1] in (b"404", b"403")


# ------------------------------------------------------------------------------ of one address
def test_one_address_has_few_requests_under_way_and_others_are_served() -> None:
    asyncio.run(_asked_together())


async def _asked_together() -> None:
    free = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await free.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    door = Door(slow, None, Limit(lambda: 0.0))
    codes: dict[str, list[int]] = {}

    async def ask(address: str) -> None:
        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                codes.setdefault(address, []).append(message["status"])

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {
            "type": "http", "method": "GET", "path": "/a/0", "query_string": b"",
            "headers": [(b"host", b"localhost")], "client": (address, 1),
        }  # fmt: skip
        await door(scope, receive, send)

    asked = [asyncio.create_task(ask("203.0.113.7")) for _ in range(MOST_TOGETHER + 5)]
    asked.append(asyncio.create_task(ask("203.0.113.8")))
    await asyncio.sleep(0)
    free.set()
    await asyncio.gather(*asked)
    assert codes["203.0.113.7"] == [429] * 5 + [200] * MOST_TOGETHER
    assert codes["203.0.113.8"] == [200]
    await ask("203.0.113.7")
    assert codes["203.0.113.7"][-1] == 200, "those that are over count no more"
