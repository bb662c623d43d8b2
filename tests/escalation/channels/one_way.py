"""What the tests of the one-way channels share: a message, and a server that answers as it is
told."""

import json
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pytest_httpserver import HTTPServer

from config import Band, MissingSecret, Secret
from escalation.channel import Message, Purpose, Standing, Stands, Verbatim
from listener.tools import Tools
from listener.wire import Reply
from tocsin.wire import HttpWire

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = "EXAMPLE-c2VjcmV0-0123456789"
LINK = "https://tocsin.acme.example/a/0123456789abcdef"
MESSAGE = Message(
    key="page|case:17|1|0|ada|1|chat",
    purpose=Purpose.PAGE,
    to="ada",
    headline="Now · Ada Lovelace · 3 posts: billing at Acme",
    lines=("Why now: third time asking", "Next: acknowledge by 14:05, else Grace Hopper is paged"),
    verbatim=Verbatim("Charged twice & nobody answers!", "@ann", "x", 1200, "https://x.example/1"),
    subject="case 17",
    link=LINK,
    standing=Standing(Stands.ASKED, Band.P1, "case 17 round 1"),
)
SOON = 5.0


def tools(server: HTTPServer, key: str = KEY) -> Tools:
    """The daemon's own client, which may reach that server on this machine."""
    wire = HttpWire(allowed=[f"{server.host}:{server.port}"])
    return Tools(wire, lambda _: key, "tocsin/test")


def missing(secret: Secret) -> str:
    raise MissingSecret(f"{secret} is not set")


def bodies(server: HTTPServer) -> list[Any]:
    """What was posted as JSON, in the order of arrival."""
    return [json.loads(asked.get_data()) for asked, _ in server.log if asked.method == "POST"]


class Answering:
    """A wire that answers every request alike."""

    def __init__(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        self.reply = Reply(status, headers or {}, f"{KEY} said the server".encode())
        self.asked: list[dict[str, Any]] = []

    def request(self, method: str, url: str, **given: Any) -> Reply:
        self.asked.append({"method": method, "url": url, **given})
        return self.reply


def answering(
    status: int, headers: Mapping[str, str] | None = None, key: str = KEY
) -> tuple[Answering, Tools]:
    wire = Answering(status, headers)
    return wire, Tools(wire, lambda _: key, "tocsin/test")


def texts_in(found: Any) -> Iterator[str]:
    """Every text of a JSON value."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for part in found:
            yield from texts_in(part)
    elif isinstance(found, dict):
        yield from texts_in(list(found.values()))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
