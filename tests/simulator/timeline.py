"""What a simulated platform shows over virtual time: one value, the same at every asking."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LIKES_EVERY = timedelta(minutes=7)  # a post gets one more like so often


@dataclass(frozen=True, slots=True)
class Entry:
    """One post in the platform's own time.

    number   its place in the order of writing; a dialect makes the native id of it.
    at       written, as the platform says.
    indexed  first shown: later than `at` where the index lags.
    edited   its words changed; deleted: it was taken away. None: never.
    """

    number: int
    at: datetime
    indexed: datetime
    edited: datetime | None = None
    deleted: datetime | None = None

    @property
    def author(self) -> str:
        return f"writer{self.number % 7}"

    def is_edited(self, now: datetime) -> bool:
        return self.edited is not None and self.edited <= now

    def is_deleted(self, now: datetime) -> bool:
        return self.deleted is not None and self.deleted <= now

    def words(self, now: datetime) -> str:
        """Its text at an instant; each post's is its own."""
        mended = ", mended since" if self.is_edited(now) else ""
        return f"A note on Acme, the {self.number}th{mended}"

    def likes(self, now: datetime) -> int:
        """A count that only grows."""
        return max(0, (now - self.at) // LIKES_EVERY)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every post that there ever is, in the order of writing."""

    entries: tuple[Entry, ...] = ()

    def visible(self, now: datetime) -> list[Entry]:
        """What is shown at an instant, the newest first."""
        return [
            entry
            for entry in reversed(self.entries)
            if entry.indexed <= now and not entry.is_deleted(now)
        ]

    def ever(self, since: datetime, until: datetime) -> list[Entry]:
        """What was shown at any instant between two, of what was written from `since` on."""
        return [
            entry
            for entry in self.entries
            if entry.at >= since
            and entry.indexed <= until
            and (entry.deleted is None or entry.deleted > entry.indexed)
        ]

    def deleted(self, now: datetime) -> list[Entry]:
        """What was taken away by an instant."""
        return [entry for entry in self.entries if entry.is_deleted(now)]
