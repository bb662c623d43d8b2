"""Fetching what was written before a source was first started: the newest first, in small parts.

Every part commits with the place from which the next one goes on, so that an end in the middle,
by whatever cause, loses nothing and repeats nothing. What is fetched so is marked: it pages nobody
and trips no alarm. Only a sign of self-harm of the last days is heeded, as always.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalation.retry import next_attempt
from listener.budget import Allowance
from listener.collector import (
    Batch,
    Later,
    LooksBack,
    RateLimited,
    SourceError,
)
from listener.fields import iso_time, mapping, text
from tocsin.pipeline import Taken
from tocsin.spending import Spending
from tocsin.store import Unit
from tocsin.wiring import House

DEADLINE = 30.0  # seconds for one part, in all
MAX_TRIES = 6  # of one part that fails for a while
SAME = timedelta(days=1)  # "the last 30 days", said again tomorrow, goes on with today's
LONGEST_WAIT = timedelta(minutes=20)  # for a platform that asks us to wait; then it is told


@dataclass(frozen=True, slots=True)
class Reached:
    """How far it has come.

    until   everything from here to now has been read; None: nothing yet.
    is_done it is read to the end.
    """

    posts: int = 0
    mentions: int = 0
    gaps: int = 0
    until: datetime | None = None
    is_done: bool = False

    def share(self, since: datetime, now: datetime) -> float:
        """How much of the stretch from `since` to `now` is read, 0.0 to 1.0."""
        if self.is_done:
            return 1.0
        if self.until is None or now <= since:
            return 0.0
        return min(1.0, max(0.0, (now - self.until) / (now - since)))


class Backfill:
    """Reads one source back to an instant; or goes on where a backfill to it had stopped."""

    def __init__(
        self,
        name: str,
        collector: LooksBack,
        house: House,
        since: datetime,
        purse: Allowance | None = None,
    ) -> None:
        """purse: the one that the collector asks, where the source costs money."""
        self._name = name
        self._collector = collector
        self._house = house
        self._since = since
        self._spending = Spending(name, purse, house)
        self._key = f"backfill:{name}"
        self.reached = Reached()
        self._cursor = self._left_off()
        self.goes_on = self._cursor is not None

    def step(self) -> Reached:
        """Read one part and store it with the place of the next. Raises SourceError."""
        now = self._house.clock.now()
        self._spending.note(now)
        batch = self._collector.look_back(
            self._cursor, since=self._since, now=now, deadline=DEADLINE
        )
        more = batch.more and batch.cursor != self._cursor
        cursor = batch.cursor if more else None
        taken = self._house.store.write(lambda desk: self._take(desk, batch, cursor, now))
        self._cursor = cursor
        self.reached = self._moved(batch, taken, more)
        return self.reached

    def run(
        self,
        told: Callable[[Reached], None],
        waiting: Callable[[str, float], bool],
    ) -> Reached:
        """Read to the end. Raises SourceError where waiting does not help.

        told     after each part.
        waiting  waits so many seconds for a stated reason; False: do not go on.
        """
        failures = 0
        while not self.reached.is_done:
            try:
                told(self.step())
                failures = 0
            except (Later, RateLimited) as error:
                failures += 1
                seconds = self._pause(error, failures)
                if failures >= MAX_TRIES or seconds > LONGEST_WAIT.total_seconds():
                    raise
                if not waiting(str(error), seconds):
                    break
        return self.reached

    def _pause(self, error: SourceError, failures: int) -> float:
        now = self._house.clock.now()
        later = next_attempt(failures, now, self._house.randomness.fraction())
        until = max(error.until, later) if isinstance(error, RateLimited) else later
        return (until - now).total_seconds()

    def _take(self, desk: Unit, batch: Batch, cursor: str | None, now: datetime) -> Taken:
        marked = tuple(replace(seen, backfill=True) for seen in batch.observations)
        taken = self._house.pipeline.look_back(
            desk, self._name, replace(batch, observations=marked), now
        )
        place = {"since": self._since.isoformat(), "cursor": cursor}
        desk.keep(self._key, json.dumps(place if cursor else {}))
        return taken

    def _moved(self, batch: Batch, taken: Taken, more: bool) -> Reached:
        oldest = min((seen.post.created_at for seen in batch.observations), default=None)
        known = [when for when in (self.reached.until, oldest) if when is not None]
        return Reached(
            self.reached.posts + len(batch.observations),
            self.reached.mentions + taken.mentions,
            self.reached.gaps + len(batch.gaps),
            min(known, default=None),
            not more,
        )

    def _left_off(self) -> str | None:
        """Where a backfill to the same instant had stopped; None: it begins anew."""
        with self._house.store.read() as desk:
            kept = desk.kept(self._key)
        try:
            place = mapping(json.loads(kept or "{}"))
        except ValueError:
            return None
        before = iso_time(place.get("since"))
        if before is None or abs(before - self._since) > SAME:
            return None
        self._since = before
        return text(place.get("cursor")) or None
