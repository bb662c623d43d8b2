"""What a webhook source's sender meets: a delivery is kept before it is accepted, or refused.

202 the delivery is on the disk; 401 not signed with the secret within five minutes; 400, 408, 413
it is no delivery; 503 it cannot be kept just now, so send it again. Nothing else is said.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config import MissingSecret, Secret, SourceSettings
from escalation.signature import WINDOW, verify
from listener.collectors.webhook import MAX_DELIVERY, MAX_LINES, Settings
from listener.delivered import Spool, SpoolFull

PATH = "/in/"
SIGNATURE = "tocsin-signature"
MOST_REMEMBERED = 100_000  # signatures of one window; more than the door lets through


@dataclass(frozen=True, slots=True)
class Answer:
    """A status of HTTP, and a word for whoever looks after the sender."""

    status: int
    text: str


ACCEPTED = Answer(202, "accepted\n")
UNSIGNED = Answer(401, "not signed, or not lately\n")
EMPTY = Answer(400, "nothing was sent\n")
TOO_MUCH = Answer(413, f"more than {MAX_DELIVERY} bytes or {MAX_LINES} lines; send less at once\n")
NOT_KEPT = Answer(503, "it cannot be kept just now; send it again\n")


class Inlets:
    """The webhook sources of one house. Several threads may use it."""

    def __init__(
        self,
        sources: Sequence[SourceSettings],
        reveal: Callable[[Secret], str],
        now: Callable[[], datetime],
    ) -> None:
        self._sources = {one.name: one for one in sources if isinstance(one, Settings)}
        self._spools = {name: Spool(one.spool.expanduser()) for name, one in self._sources.items()}
        self._reveal = reveal
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], datetime] = {}  # what was accepted lately

    def __contains__(self, name: str) -> bool:
        """Is there a source of this name?"""
        return name in self._sources

    def __bool__(self) -> bool:
        return bool(self._sources)

    def take(self, name: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Keep one delivery, or say why not. Sent once more, it is accepted and not kept twice."""
        if len(body) > MAX_DELIVERY:
            return TOO_MUCH
        signature, now = headers.get(SIGNATURE, ""), self._now()
        try:
            # Asked for each time, so that a renewed secret is used without a restart.
            secret = self._reveal(self._sources[name].secret)
        except MissingSecret:
            return NOT_KEPT
        if not verify(secret, signature, body, now):
            return UNSIGNED
        if not body.strip():
            return EMPTY
        if body.count(b"\n") > MAX_LINES:
            return TOO_MUCH
        with self._lock:
            self._kept = {key: at for key, at in self._kept.items() if not _is_over(at, now)}
            if (name, signature) in self._kept:
                return ACCEPTED
            try:
                self._spools[name].put(body)
            except (SpoolFull, OSError):
                return NOT_KEPT
            if len(self._kept) < MOST_REMEMBERED:
                self._kept[name, signature] = now
            return ACCEPTED


def _is_over(at: datetime, now: datetime) -> bool:
    """A signature dated ahead may be sent again for two windows."""
    return abs((now - at).total_seconds()) > 2 * WINDOW
