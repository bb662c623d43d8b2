"""A source's own rhythm: how long it is silent on ordinary days, and when a silence is too long.

A platform may go on answering and show nothing new: a search index that stands still, a listing cut
off, a stream that sends heartbeats alone. Nothing fails then, so a silence is held against the
longest one of each of the last days: nights and weekends are among them.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from listener.fields import iso_time, mapping

DAYS = 14  # whose longest silences are remembered: two weekends
LEAST_DAYS = 7  # before which nothing is usual yet
FACTOR = 2.0  # times the longest of them: the next one is often a little longer than any before
LEAST = timedelta(hours=1)  # no shorter silence is worth waking anybody for


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a source's silences.

    newest   when the newest post was written; None: none was seen yet.
    deaf     how long we have not been listening since then.
    counted  until when that has been counted.
    longest  by day, in UTC, the longest silence that ended on it; the oldest day first.
    """

    newest: datetime | None = None
    longest: tuple[tuple[date, timedelta], ...] = ()
    deaf: timedelta = timedelta()
    counted: datetime | None = None

    def hear(self, written: datetime) -> "Rhythm":
        """A newer post was seen: a silence is over, and is learned."""
        if self.newest is None:
            return replace(self, newest=written)
        if written <= self.newest:
            return self
        day = written.astimezone(UTC).date()
        silence = max(timedelta(), written - self.newest - self.deaf)
        before = dict(self.longest)
        before[day] = max(silence, before.get(day, silence))
        kept = sorted(before.items())[-DAYS:]
        return Rhythm(written, tuple(kept), counted=self.counted)

    def skip(self, since: datetime, until: datetime) -> "Rhythm":
        """We were not listening for so long, which was no silence. What overlaps counts once."""
        if self.newest is None:
            return self
        begins = max(since, self.newest, self.counted or since)
        if until <= begins:
            return self
        return replace(self, deaf=self.deaf + (until - begins), counted=until)

    def usual(self) -> timedelta | None:
        """The longest silence that is usual; None while it is still being learned."""
        if len(self.longest) < LEAST_DAYS:
            return None
        return max(silence for _, silence in self.longest)

    def too_long(self, now: datetime) -> timedelta | None:
        """How long it has been silent, where that is too long to be usual; else None."""
        usual = self.usual()
        if usual is None or self.newest is None:
            return None
        silence = now - self.newest - self.deaf
        return silence if silence > max(FACTOR * usual, LEAST) else None

    def dump(self) -> str:
        """As it is stored."""
        rows = [[str(day), round(silence.total_seconds())] for day, silence in self.longest]
        return json.dumps(
            {
                "newest": str(self.newest) if self.newest else None,
                "longest": rows,
                "deaf": self.deaf.total_seconds(),
                "counted": str(self.counted) if self.counted else None,
            }
        )

    @classmethod
    def load(cls, stored: str | None) -> "Rhythm":
        """What was stored; one that cannot be read is learned anew."""
        try:
            raw = mapping(json.loads(stored or "{}"))
            deaf = timedelta(seconds=raw.get("deaf", 0))
            rows = [
                (date.fromisoformat(day), timedelta(seconds=seconds))
                for day, seconds in raw.get("longest", [])
            ]
        except (ValueError, TypeError, OverflowError, RecursionError):
            return cls()
        longest = tuple(sorted(rows)[-DAYS:])
        return cls(iso_time(raw.get("newest")), longest, deaf, iso_time(raw.get("counted")))
