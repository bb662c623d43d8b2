"""How far each term was read on Hacker News, and what one fetch has found so far."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from listener.collector import Batch, Gap, SourceError
from listener.collectors.hackernews_hits import decode
from listener.mention import Observation

OVERLAP = timedelta(hours=1)  # the index lags behind the site


@dataclass(frozen=True, slots=True)
class Place:
    """How far each term was read: the newest `created_at_i`; since: the first start."""

    since: datetime
    newest: Mapping[str, int] = field(default_factory=dict)

    def spell(self) -> str:
        return json.dumps({"since": str(self.since), "newest": dict(self.newest)})

    @classmethod
    def read(cls, cursor: str | None, now: datetime, began: datetime) -> "Place":
        """Read the cursor; what was stored while a clock was ahead is brought back to now.

        began  when it was asked first, and perhaps in vain: the first start where none is stored.
        """
        try:
            row = json.loads(cursor or "")
            latest = int(now.timestamp())
            newest = {str(term): min(int(at), latest) for term, at in row["newest"].items()}
            return cls(min(datetime.fromisoformat(row["since"]).astimezone(UTC), now), newest)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            return cls(min(began, now))


class Found:
    """What one fetch has found so far."""

    def __init__(self, place: Place, now: datetime) -> None:
        self.now = now
        self.terms: dict[str, int] = {}  # read to the end, and how far
        self._place = place
        self._newest = self._asked_from = 0  # of the term that is being read
        self._seen: dict[str, Observation] = {}
        self._gaps: list[Gap] = []
        self._malformed: list[str] = []

    def starts_at(self, term: str, look_back: timedelta) -> int:
        """Seconds since 1970 from which a term is asked for."""
        self._newest = self._place.newest.get(term, 0)
        overlap = int(OVERLAP.total_seconds())
        start = self.now if self._place.newest else self._place.since
        earliest = int((start - look_back).timestamp()) + overlap
        self._asked_from = self._newest or earliest
        return self._asked_from - overlap

    def take(self, hit: object) -> int | None:
        """Note one hit; its `created_at_i`, or None where it cannot be read."""
        try:
            seen = decode(hit, self.now)
        except ValueError as error:
            self._malformed.append(str(error))
            return None
        post = seen.post
        old = post.created_at < self._place.since
        self._seen.setdefault(post.id, replace(seen, backfill=old))
        self._newest = max(self._newest, int(post.created_at.timestamp()))
        return int(post.created_at.timestamp())

    def gap(self, since: int, until: int, term: str) -> None:
        start, end = (datetime.fromtimestamp(at, UTC) for at in (since, until))
        self._gaps.append(Gap(start, end, f'more posts about "{term}" than can be asked for'))

    def done(self, term: str) -> None:
        # A term without any hit is asked for from the same instant next time: that nothing is shown
        # yet says nothing of our clock, nor of how far the site's index is.
        self.terms[term] = self._newest or self._asked_from

    def batch(self, *, more: bool, faults: Sequence[SourceError]) -> Batch:
        moved = replace(self._place, newest={**self._place.newest, **self.terms})
        return Batch(
            tuple(self._seen.values()),
            moved.spell() if self.terms else None,
            more,
            tuple(self._gaps),
            tuple(self._malformed),
            listings=tuple(self.terms),
            failed=tuple(faults),
        )
