"""How far a mailbox was read, and which of its letters are still to be marked as read."""

import json
from dataclasses import dataclass
from datetime import datetime

from listener.fields import count, iso_time, mapping

MAX_LETTERS = 50  # of one fetch


@dataclass(frozen=True, slots=True)
class Place:
    """How far the mailbox was read.

    validity  of the numbers; last: the highest that is stored; 0: none.
    first     the first start; at: the last read. read: stored, and still to be marked as read.
    since     only letters from this day on are read, until all that are there have been: the first
              start, or the mailbox was numbered anew. None: that is done.
    """

    validity: int
    last: int
    first: datetime
    at: datetime
    read: tuple[int, ...] = ()
    since: datetime | None = None

    @classmethod
    def of(cls, cursor: str | None, now: datetime) -> "Place":
        """Read the cursor. An unreadable one is forgotten: the source starts afresh."""
        try:
            raw = mapping(json.loads(cursor or "{}"))
        except (ValueError, RecursionError):
            raw = {}
        validity, last = count(raw.get("validity")), count(raw.get("last"))
        first, at = iso_time(raw.get("first")), iso_time(raw.get("at"))
        if validity is None or last is None or first is None or at is None:
            return cls(0, 0, now, now)
        listed = raw.get("read")
        marks = listed[:MAX_LETTERS] if isinstance(listed, list) else []
        read = tuple(n for n in map(count, marks) if n)
        return cls(validity, last, first, at, read, iso_time(raw.get("since")))
