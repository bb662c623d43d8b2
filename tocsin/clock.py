"""The clock, injected everywhere: real time that never goes back, or a virtual one."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is, as aware UTC."""

    def now(self) -> datetime:
        """The present instant; never earlier than the last answer."""


class SteadyClock:
    """The wall clock, held against the monotonic one.

    The answer is the later of the wall clock and the last answer plus what has passed by the
    monotonic clock. So a clock that is set back delays no wait, one that is set forward brings
    it on, and time never stands still.
    """

    def __init__(
        self,
        *,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last = wall()
        self._last_monotonic = monotonic()

    def not_before(self, floor: datetime) -> None:
        """Count on from an instant, where the clock is behind it: the last ledger time."""
        with self._lock:
            self._last = max(self._last, floor)

    def now(self) -> datetime:
        with self._lock:
            monotonic = self._monotonic()
            passed = timedelta(seconds=monotonic - self._last_monotonic)
            self._last = max(self._wall(), self._last + passed)
            self._last_monotonic = monotonic
            return self._last


class VirtualClock:
    """A clock that stands still until it is moved; for replays and tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def move_to(self, instant: datetime) -> None:
        """Move on; an earlier instant changes nothing."""
        self._at = max(self._at, instant)
