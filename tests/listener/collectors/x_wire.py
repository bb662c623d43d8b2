"""X behind a wire of the tests' own: answers by address, and streams of pieces put there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from config import Brand, Secret
from listener.budget import Allowance
from listener.collector import Batch
from listener.collectors.x import Settings, build
from listener.collectors.x_streamed import StreamedX
from listener.stream import StreamClosed, StreamRefused
from listener.tools import Tools
from listener.wire import Reply, WireError

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
SEARCH, RULES, STREAM = "/search/recent", "/search/stream/rules", "/search/stream"
MENTIONS = "/2/users/77/mentions"
PROBLEM = "https://api.twitter.com/2/problems/"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
BEAT = b"\r\n"
DISCONNECT = (
    b'{"errors":[{"title":"operational-disconnect","type":"' + PROBLEM.encode() +
    b'operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect"}]}\r\n'
)  # fmt: skip
RULE = {"id": "1", "value": '("Acme") -is:retweet', "tag": "tocsin:x"}
EMPTY = {"meta": {"result_count": 0}}


def snowflake(when: datetime, number: int = 0) -> str:
    return str((int((when - EPOCH).total_seconds() * 1e3) << 22) + number)


def a_post(when: datetime, number: int = 0, **fields: Any) -> dict[str, Any]:
    said = {"text": f"Acme, post {number}", "created_at": when.isoformat(), "author_id": "5"}
    return {"id": snowflake(when, number), **said, **fields}


def a_line(post: Mapping[str, Any], rule: str = "1", **more: Any) -> bytes:
    users = {"users": [{"id": post.get("author_id", "5"), "username": "somebody"}]}
    said = {"data": post, "includes": users, "matching_rules": [{"id": rule}], **more}
    return json.dumps(said).encode() + b"\r\n"


def refused(status: int, body: Mapping[str, Any] | None = None, **headers: str) -> StreamRefused:
    return StreamRefused(Reply(status, headers, json.dumps(body or {}).encode()))


class Pieces:
    """A stream that brings its pieces, raises those that are errors, and is then quiet."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = list(pieces)
        self.closed = False

    def receive(self, timeout: float) -> bytes | None:
        if self.closed:
            raise StreamClosed("it was closed")
        piece = self.pieces.pop(0) if self.pieces else None
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self) -> None:
        self.closed = True


@dataclass
class XWire:
    """Answers each address with the next of what is put there, and notes what was asked."""

    answers: dict[str, list[Any]] = field(default_factory=dict)
    streams: list[Pieces | Exception] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)  # bodies
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def request(
        self, method: str, url: str, *, headers: Any = None, body: Any = None, **_: Any
    ) -> Reply:
        asked = urlsplit(url)
        self.asked.append((asked.path, dict(parse_qsl(asked.query))))
        if body:
            self.sent.append(json.loads(body))
        key = next((k for k in self.answers if asked.path.endswith(k) and self.answers[k]), "")
        answer = self.answers[key].pop(0) if key else _usual(asked.path)
        if isinstance(answer, WireError):
            raise answer
        if isinstance(answer, Reply):
            return answer
        return Reply(200, {"content-type": "application/json"}, json.dumps(answer).encode())

    def stream(self, url: str, *, headers: Any, timeout: float, silence: float) -> Pieces:
        asked = urlsplit(url)
        self.asked.append((asked.path, dict(parse_qsl(asked.query))))
        self.headers.append(headers)
        stream = self.streams.pop(0) if self.streams else Pieces()
        if isinstance(stream, Exception):
            raise stream
        return stream

    def times(self, path: str) -> int:
        return sum(asked.endswith(path) for asked, _ in self.asked)


def _usual(path: str) -> Any:
    return {"data": [RULE]} if path.endswith(RULES) else EMPTY


class Heard:
    """A source that streams, its cursor, and a clock to be set."""

    def __init__(self, wire: XWire, day: float = 100.0, **settings: Any) -> None:
        self.wire, self.purse = wire, Allowance(day)
        given = {"authors": False, "stream": True, **settings}
        declared = Settings(name="x", bearer_token=Secret(env="X"), **given)
        tools = Tools(wire, lambda secret: "hunter2", "tocsin/0.1.0", self.purse)
        built = build(declared, [Brand(name="Acme")], tools)
        assert isinstance(built, StreamedX)
        self.source = built
        self.now = NOW
        self.cursor: str | None = None
        self.batches: list[Batch] = []

    def fetch(self, after: timedelta = timedelta(0)) -> Batch:
        self.now += after
        batch = self.source.fetch(self.cursor, now=self.now, deadline=10)
        self.cursor = batch.cursor or self.cursor
        self.batches.append(batch)
        return batch

    def settle(self, after: timedelta = timedelta(0)) -> list[Batch]:
        """Fetch until nothing more is asked for; what the stream brought is the last."""
        self.now += after
        found = []
        for _ in range(50):
            before = len(self.wire.asked)
            found.append(self.fetch())
            last = found[-1]
            is_quiet = not (last.observations or last.dollars or last.malformed)
            if is_quiet and (len(self.wire.asked) == before or not last.more):
                return found
        raise AssertionError("it never settles")

    @property
    def ids(self) -> list[str]:
        return [one.post.id for batch in self.batches for one in batch.observations]

    @property
    def texts(self) -> list[str]:
        return [one.post.text for batch in self.batches for one in batch.observations]

    @property
    def dollars(self) -> float:
        return sum(batch.dollars for batch in self.batches)

    def filled(self) -> "Heard":
        """Open, and with nothing left to be searched for."""
        self.settle()
        self.settle(timedelta(minutes=4))
        return self
