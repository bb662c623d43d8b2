"""What a source may spend, and for what: four uses, each with a part that is kept for it.

Money is the quota of the platforms that charge for each post (X since 2026-02-06). What is spent
first is not what matters most, so the uses that matter more keep a reserve of each day.
"""

from enum import StrEnum
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
