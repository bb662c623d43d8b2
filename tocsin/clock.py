"""The clock, injected everywhere: real time that never goes back, or a virtual one."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

JUMP = timedelta(seconds=60)  # further than this apart from the monotonic clock is noted
MOST_JUMPS = 50  # kept to be shown; the oldest go first


class Clock(Protocol):
    """Says what time it is, as aware UTC."""

    def now(self) -> datetime:
        """The present instant; never earlier than the last answer."""


@dataclass(frozen=True, slots=True)
class Jump:
    """The wall clock was moved, or the machine slept: it went on by `size` in no time.

    at    what the wall clock said after it. size: negative where it was set back.
    """

    at: datetime
    size: timedelta


class SteadyClock:
    """The wall clock, held against the monotonic one.

    The answer is the later of the wall clock and the last answer plus what has passed by the
    monotonic clock. So a clock that is set back delays no wait, one that is set forward brings
    it on, and time never stands still. Jumps of over a minute are kept, to be shown.
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
        self._last = self._set_at = wall()
        self._last_monotonic = self._set_monotonic = monotonic()
        self._jumps: list[Jump] = []

    def not_before(self, floor: datetime) -> None:
        """Count on from an instant, where the clock is behind it: the last ledger time."""
        with self._lock:
            self._last = max(self._last, floor)

    def now(self) -> datetime:
        with self._lock:
            wall, monotonic = self._wall(), self._monotonic()
            self._note_jump(wall, monotonic)
            passed = timedelta(seconds=monotonic - self._last_monotonic)
            self._last = max(wall, self._last + passed)
            self._last_monotonic = monotonic
            return self._last

    @property
    def jumps(self) -> tuple[Jump, ...]:
        """The jumps of the wall clock since the start, the oldest first."""
        with self._lock:
            return tuple(self._jumps)

    def behind(self) -> timedelta:
        """By how much the wall clock is behind the time that this one tells; never negative."""
        return max(self.now() - self._wall(), timedelta(0))

    def _note_jump(self, wall: datetime, monotonic: float) -> None:
        """Small steps add up: both clocks are held against where they last agreed."""
        size = wall - self._set_at - timedelta(seconds=monotonic - self._set_monotonic)
        if abs(size) > JUMP:
            self._jumps = [*self._jumps, Jump(wall, size)][-MOST_JUMPS:]
            self._set_at, self._set_monotonic = wall, monotonic


class VirtualClock:
    """A clock that stands still until it is moved; for replays and tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def move_to(self, instant: datetime) -> None:
        """Move on; an earlier instant changes nothing."""
        self._at = max(self._at, instant)
