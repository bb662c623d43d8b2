"""Asking a platform's JSON interface one question, and nothing but SourceError coming back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from listener.boundary import MAX_PARTS, MAX_PROBLEM_BYTES, boundary, fault_of
from listener.collector import Malformed
from listener.fields import Raw, mapping
from listener.jsontext import parse_json
from listener.wire import Reply, Wire

Query = Mapping[str, str | int] | Sequence[tuple[str, str]]
MAX_BODY = 10 * 1024 * 1024  # bytes of one answer


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks in the name of one source.

    headers  sent with every request: who we are, and the key where there is one.
    """

    name: str
    wire: Wire
    headers: Mapping[str, str]
    limit: int = MAX_BODY

    def get(
        self,
        url: str,
        asked: Query | None = None,
        *,
        now: datetime,
        deadline: float,
    ) -> object:
        """The JSON at an address, with `asked` as its query. Raises SourceError."""
        return self.read(self.reply(url, asked, now=now, deadline=deadline))

    def reply(
        self,
        url: str,
        asked: Query | None = None,
        *,
        now: datetime,
        deadline: float,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The whole answer, where its headers matter too. Raises SourceError for any but a 2xx."""
        reply = self.answer(url, asked, now=now, deadline=deadline, headers=headers)
        if fault := fault_of(reply, source=self.name, now=now):
            raise fault
        return reply

    def answer(
        self,
        url: str,
        asked: Query | None = None,
        *,
        now: datetime,
        deadline: float,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The whole answer, whatever its status. Raises SourceError where there is none."""
        address = f"{url}?{urlencode(asked)}" if asked else url
        with boundary(self.name, now):
            return self.wire.request(
                "GET",
                address,
                headers={"Accept": "application/json", **self.headers, **(headers or {})},
                deadline=deadline,
                limit=self.limit,
            )

    def read(self, reply: Reply) -> object:
        """The JSON of an answer, within its limits of depth and parts. Raises Malformed."""
        if sum(reply.body.count(mark) for mark in (b",", b"{", b"[")) > MAX_PARTS:
            raise Malformed(f'source "{self.name}": JSON of more parts than any page has')
        try:
            return parse_json(reply.body)
        except ValueError as error:
            raise Malformed(f'source "{self.name}": the answer cannot be read: {error}') from None


def problem_of(reply: Reply) -> Raw:
    """The object in an error's body, empty where there is none: a stranger's, never to be shown."""
    try:
        return mapping(parse_json(reply.body[:MAX_PROBLEM_BYTES]))
    except ValueError:
        return {}
