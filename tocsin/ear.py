"""A source that is listened to without a store: `tocsin watch` keeps nothing, not even a cursor."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from escalation.retry import next_attempt
from listener.collector import Batch, Collector, RateLimited, SourceError
from tocsin.randomness import Randomness, SystemRandomness

FIRST_DEADLINE = 5.0  # seconds; whoever starts it wants to know soon whether a source answers
DEADLINE = 20.0  # seconds for one fetch; a stream hands over as often


@dataclass(frozen=True, slots=True)
class Heard:
    """A source answered."""

    source: str
    batch: Batch


@dataclass(frozen=True, slots=True)
class Failed:
    """A source did not answer, for the `failures`-th time in a row (from 1)."""

    source: str
    reason: str
    failures: int


Report = Heard | Failed


class Ear:
    """Fetches from one source until it is told to stop, and tells what came of each fetch.

    every  seconds between two fetches; a source that has more is asked again at once.
    wait   waits so many seconds, or less where listening is over.
    """

    def __init__(
        self,
        name: str,
        collector: Collector,
        *,
        every: float,
        told: Callable[[Report], None],
        over: threading.Event,
        wait: Callable[[float], object] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        randomness: Randomness | None = None,
    ) -> None:
        self.name = name
        self._collector = collector
        self._every = every
        self._told = told
        self._over = over
        self._wait = wait or over.wait
        self._now = now
        self._randomness = randomness or SystemRandomness()
        self._cursor: str | None = None
        self._fetched = self._failures = 0
        self._thread = threading.Thread(target=self.listen, name=f"ear {name}", daemon=True)

    def start(self) -> None:
        """Listen in a thread of its own."""
        self._thread.start()

    def listen(self) -> None:
        """Fetch, tell, wait, and again. Nothing that goes wrong ends it before it is over."""
        while not self._over.is_set():
            pause = self._once()
            if pause > 0 and not self._over.is_set():
                self._wait(pause)

    def close(self) -> None:
        """End a fetch that is under way; whoever closes has said before that it is over."""
        self._collector.close()

    def join(self, timeout: float) -> None:
        """Wait for the thread, where it was started."""
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _once(self) -> float:
        """One fetch. Returns the seconds to wait before the next."""
        now = self._now()
        deadline = DEADLINE if self._fetched else FIRST_DEADLINE
        self._fetched += 1
        try:
            batch = self._collector.fetch(self._cursor, now=now, deadline=deadline)
        except Exception as error:  # noqa: BLE001  a job's edge: one source must not end the others
            return self._failed(error)
        self._failures = 0
        self._cursor = batch.cursor or self._cursor
        self._told(Heard(self.name, batch))
        return 0.0 if batch.more else self._every

    def _failed(self, error: Exception) -> float:
        """Tell it, unless listening is over: closing its socket is what made it fail then."""
        if self._over.is_set():
            return 0.0
        self._failures += 1
        # Our own errors' texts may be shown; a stranger's may hold anything.
        kind = f"unexpected {type(error).__name__}"
        reason = str(error) if isinstance(error, SourceError) else kind
        self._told(Failed(self.name, reason, self._failures))
        now = self._now()
        later = next_attempt(self._failures, now, self._randomness.fraction())
        until = max(error.until, later) if isinstance(error, RateLimited) else later
        return (until - now).total_seconds()
