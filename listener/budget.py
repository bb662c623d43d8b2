"""What a source may spend, and for what: four uses, each with a part that is kept for it.

Money is the quota of the platforms that charge for each post (X since 2026-02-06). What is spent
first is not what matters most, so the uses that matter more keep a reserve of each day.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Protocol


class Use(StrEnum):
    """What money is spent for, the most important first."""

    FOLLOW_UP = "follow-up"  # how open cases' posts stand, and which of the kept ones are gone
    MENTIONS = "mentions"  # of our own accounts: somebody speaks to us
    SEARCH = "search"  # of a brand's terms
    BACKFILL = "backfill"  # what was written before the first start


class Purse(Protocol):
    """What may still be spent. Asked before a request that costs money; safe in any thread."""

    def left(self, use: Use) -> float:
        """Dollars that may be spent for a use just now; 0.0 where none may."""

    def spend(self, use: Use, dollars: float) -> None:
        """Count what a request has cost at once, before the store has it."""


class Unlimited:
    """The purse of whoever has set no limit, and of tests."""

    def left(self, use: Use) -> float:
        """All the money there is."""
        return float("inf")

    def spend(self, use: Use, dollars: float) -> None:
        """Nothing is counted: the store does."""


SHARES: Mapping[Use, float] = {Use.FOLLOW_UP: 0.15, Use.MENTIONS: 0.15, Use.SEARCH: 0.5}
# Looking again grows with all that is kept; the rest of the money is there to hear with.
MOST: Mapping[Use, float] = {Use.FOLLOW_UP: 0.5}
TIGHT = 0.8  # of a limit, from which on a source is asked less often


class Allowance:
    """A source's purse: what its owner allows a day and a month, and what is spent already.

    A use may take everything that is not kept for a use above it: of each day, and of each month,
    15 % for following up and 15 % for mentions, and half for search before anything is spent on
    backfill. Following up never takes more than half. Days and months are those of UTC.
    """

    def __init__(
        self, day: float, month: float = float("inf"), uses: Collection[Use] = tuple(Use)
    ) -> None:
        """Dollars, each 0.0 or more. Nothing is kept for what is not among the uses."""
        self._uses = uses
        self.day = day
        self.month = month
        self._on: date | None = None
        self._today: Mapping[Use, float] = {}
        self._before: Mapping[Use, float] = {}  # of this month, without today
        self._lock = Lock()

    def note(self, today: Mapping[Use, float], month: Mapping[Use, float], on: date) -> None:
        """What has been spent on a day, and in its month with that day, as the store knows it.

        Within one day what was counted here stands where it is more: a request may have cost
        something and then brought nothing that was stored.
        """
        with self._lock:
            counted = self._today if on == self._on else {}
            self._before = {use: month.get(use, 0.0) - today.get(use, 0.0) for use in Use}
            self._today = {use: max(today.get(use, 0.0), counted.get(use, 0.0)) for use in Use}
            self._on = on

    def spend(self, use: Use, dollars: float) -> None:
        """Count what a request has cost at once, before the store has it."""
        with self._lock:
            self._today = {**self._today, use: self._today.get(use, 0.0) + dollars}

    def left(self, use: Use) -> float:
        """Dollars that may be spent for a use just now, 0.0 or more."""
        with self._lock:
            return min(self._left_of(self.day, self._today, use), self._left_of_month(use))

    def renewed_at(self, use: Use, now: datetime) -> datetime:
        """When there is money for a use again: the next day, or the next month, in UTC."""
        midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
        with self._lock:
            if self._left_of_month(use) > self._left_of(self.day, self._today, use):
                return midnight
        return datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)

    @property
    def is_tight(self) -> bool:
        """So much is spent that it is time to ask less often."""
        with self._lock:
            spent, month = sum(self._today.values()), sum(self._all().values())
            return spent >= TIGHT * self.day or month >= TIGHT * self.month

    def _all(self) -> dict[Use, float]:
        return {use: self._before.get(use, 0.0) + self._today.get(use, 0.0) for use in Use}

    def _left_of_month(self, use: Use) -> float:
        return self._left_of(self.month, self._all(), use)

    def _left_of(self, limit: float, spent: Mapping[Use, float], use: Use) -> float:
        if limit == float("inf"):
            return limit
        above = [one for one in [*Use][: [*Use].index(use)] if one in self._uses]
        kept = sum(max(0.0, SHARES.get(one, 0.0) * limit - spent.get(one, 0.0)) for one in above)
        left = limit - sum(spent.values()) - kept
        return max(0.0, min(left, MOST.get(use, 1.0) * limit - spent.get(use, 0.0)))
