"""A stamp shows that a page of ours was opened a little while ago; each is good for one post.

It says nothing of who opened the page, and is known to this process alone: after a restart a page
that is open somewhere is answered with a fresh one, and what was written on it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from enum import StrEnum

SOONEST = 2.0  # seconds; nobody reads the page and writes a sentence faster
LATEST = 24 * 3600.0  # seconds that somebody may take to write (WCAG 2.2, 2.2.3: no timing)
MOST_USED = 100_000  # remembered; the limits let fewer in within LATEST


class Bad(StrEnum):
    """Why a stamp is not taken; the words are those of the counts."""

    EARLY = "too fast"
    OLD = "page too old"
    USED = "sent twice"


class Stamps:
    """Gives stamps out and takes them back. `now`: seconds of a clock that never goes back."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._key = secrets.token_bytes(32)
        self._used: dict[str, float] = {}  # in the order of their use

    def fresh(self) -> str:
        """A new one, to be sent back with the form."""
        said = f"{int(self._now() * 1000):x}.{secrets.token_hex(12)}"
        return f"{said}.{self._seal(said)}"

    def wrong(self, stamp: str) -> Bad | None:
        """Why it cannot be used now; None: it can."""
        said, _, seal = stamp.rpartition(".")
        if not stamp.isascii() or not hmac.compare_digest(seal, self._seal(said)):
            return Bad.OLD
        age = self._now() - int(said.partition(".")[0], 16) / 1000
        if age > LATEST:
            return Bad.OLD
        if stamp in self._used:
            return Bad.USED
        return Bad.EARLY if age < SOONEST else None

    def use(self, stamp: str) -> None:
        """It was good for one post."""
        self._used[stamp] = self._now()
        while len(self._used) > MOST_USED:
            del self._used[next(iter(self._used))]

    def _seal(self, said: str) -> str:
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()
