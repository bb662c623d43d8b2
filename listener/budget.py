"""What a source may spend, and for what: four uses, each with a part that is kept for it.

Money is the quota of the platforms that charge for each post (X since 2026-02-06). What is spent
first is not what matters most, so the uses that matter more keep a reserve of each day.
"""

from collections.abc import Mapping
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


class Unlimited:
    """The purse of whoever has set no limit, and of tests."""

    def left(self, use: Use) -> float:
        """All the money there is."""
        return float("inf")


SHARES: Mapping[Use, float] = {Use.FOLLOW_UP: 0.15, Use.MENTIONS: 0.15, Use.SEARCH: 0.5}
TIGHT = 0.8  # of a limit, from which on a source is asked less often


class Allowance:
    """A source's purse: what its owner allows a day and a month, and what is spent already.

    A use may take everything that is not kept for a use above it: of each day 15 % for following
    up and 15 % for mentions, and half for search before anything is spent on backfill.
    """

    def __init__(self, day: float, month: float = float("inf")) -> None:
        """Dollars, each 0.0 or more."""
        self._day = day
        self._month = month
        self._today: Mapping[Use, float] = {}
        self._this_month = 0.0
        self._lock = Lock()

    def note(self, today: Mapping[Use, float], this_month: float) -> None:
        """What has been spent, as the store knows it."""
        with self._lock:
            self._today, self._this_month = dict(today), this_month

    def spend(self, use: Use, dollars: float) -> None:
        """Count what a request costs at once, before the store has it."""
        with self._lock:
            self._today = {**self._today, use: self._today.get(use, 0.0) + dollars}
            self._this_month += dollars

    def left(self, use: Use) -> float:
        """Dollars that may be spent for a use just now, 0.0 or more."""
        with self._lock:
            above = [one for one in Use if [*Use].index(one) < [*Use].index(use)]
            kept = sum(
                max(0.0, SHARES.get(one, 0.0) * self._day - self._today.get(one, 0.0))
                for one in above
            )
            day = self._day - sum(self._today.values()) - kept
            return max(0.0, min(day, self._month - self._this_month))

    @property
    def is_tight(self) -> bool:
        """So much is spent that it is time to ask less often."""
        with self._lock:
            spent = sum(self._today.values())
            return spent >= TIGHT * self._day or self._this_month >= TIGHT * self._month
