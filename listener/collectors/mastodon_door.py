"""Opening Mastodon's stream: where an instance streams, whether that may be reached, and in.

Source: docs.joinmastodon.org/methods/streaming ("WebSocket", "Check if the server is alive") and
entities/Instance, `configuration.urls.streaming`: a large instance streams from another host.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from listener.asking import Asker
from listener.boundary import fault_of
from listener.collector import BadRequest, Forbidden, Later
from listener.collectors.mastodon_events import HEALTH, PATH, place_of
from listener.stream import Opening, Stream, StreamClosed, StreamRefused, TwoWayStream, open_stream

LONGEST = 10.0  # seconds for the handshake


class OpenWith(Protocol):
    """Opens a stream with headers. Raises StreamClosed."""

    def __call__(
        self,
        url: str,
        *,
        user_agent: str,
        subprotocol: str | None,
        timeout: float,
        headers: Mapping[str, str] | None,
    ) -> TwoWayStream: ...


class Door:
    """Opens the stream of one instance. Raises SourceError and nothing else."""

    def __init__(
        self,
        base: str,
        asker: Asker,
        stranger: Asker,
        asked: Sequence[Mapping[str, str]],
        opener: OpenWith = open_stream,
    ) -> None:
        """asker: in the account's name. stranger: without its token. asked: what to subscribe."""
        self._base = base
        self._asker, self._stranger = asker, stranger
        self._asked = asked
        self._open = opener
        self._opening = Opening()

    def open(self, now: datetime, deadline: float) -> Stream:
        """The open stream, everything subscribed to, within `deadline` seconds."""
        each = deadline / 3
        place = self._place(now, each)
        health = place.replace("ws", "http", 1) + HEALTH
        # Whether anything streams there is asked without the token first.
        self._stranger.answer(health, now=now, deadline=each)
        source = self._asker.name
        try:
            return self._opening.open(lambda: self._subscribed(place, each))
        except StreamRefused as refused:
            fault = fault_of(refused.reply, source=source, now=now)
            raise fault or Later(f'source "{source}": {refused}') from None
        except StreamClosed as error:
            raise Later(f'source "{source}": {error}') from None

    def give_up(self) -> None:
        """End an opening that is under way, and any later one. From any thread."""
        self._opening.give_up()

    def _subscribed(self, place: str, timeout: float) -> Stream:
        stream = self._open(
            place + PATH,
            user_agent=self._stranger.headers["User-Agent"],
            subprotocol=None,
            timeout=min(LONGEST, timeout),
            headers={"Authorization": self._asker.headers["Authorization"]},
        )
        try:
            for one in self._asked:
                stream.send(json.dumps(one))
        except StreamClosed:
            stream.close()
            raise
        return stream

    def _place(self, now: datetime, deadline: float) -> str:
        url = f"{self._base}/api/v2/instance"
        try:
            instance = self._asker.get(url, now=now, deadline=deadline)
        except (BadRequest, Forbidden):
            instance = None  # one that does not say so streams where it is
        try:
            return place_of(instance, self._base)
        except ValueError as error:
            raise BadRequest(f'source "{self._asker.name}": {error}') from None
