"""Which listings of a source fail, since when and why. A source fails while one of them does."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tocsin.store.times import ms, utc

MAX_NAME = 1_000  # characters of a listing's name
MAX_FAILURE = 300
_WORST = "select {} from deaf_listings where source = :name order by failing_since, listing limit 1"


@dataclass(frozen=True, slots=True)
class Deaf:
    """A listing that fails.

    listing   "": the source as a whole.
    hopeless  it failed in a way that waiting does not mend, at least once since.
    """

    listing: str
    since: datetime
    failure: str
    hopeless: bool


class ListingRows:
    """What is kept of listings that fail; of one that is heard nothing is."""

    connection: sqlite3.Connection

    def failing_listings(self, source: str) -> list[Deaf]:
        """The listings of a source that fail, those that fail the longest first."""
        rows = self.connection.execute(
            "select listing, failing_since, failure, hopeless from deaf_listings "
            "where source = ? order by failing_since, listing",
            (source,),
        )
        return [Deaf(row[0], utc(row[1]), row[2], bool(row[3])) for row in rows.fetchall()]

    def fail_source(
        self, name: str, failure: str, now: datetime, *, listing: str = "", hopeless: bool = False
    ) -> datetime:
        """A fetch has failed. Returns since when the listing has been failing."""
        listing = listing[:MAX_NAME]
        self.connection.execute(
            "insert into deaf_listings (source, listing, failing_since, failure, hopeless) "
            "values (?, ?, ?, ?, ?) on conflict do update set failure = excluded.failure, "
            "hopeless = max(hopeless, excluded.hopeless)",
            (name, listing, ms(now), failure[:MAX_FAILURE], int(hopeless)),
        )
        self._sum_up(name)
        row = self.connection.execute(
            "select failing_since from deaf_listings where source = ? and listing = ?",
            (name, listing),
        ).fetchone()
        return utc(row[0])

    def heard_source(self, name: str, listings: Collection[str] | None) -> datetime | None:
        """These listings of a source were read; None: the source as a whole. Returns since when
        the first of those that had failed did, if one had."""
        over = self._over(name, listings)
        self._forget(name, over)
        return min((one.since for one in over), default=None)

    def silent_since(self, name: str, listings: Collection[str] | None) -> datetime | None:
        """What `heard_source` will return of these listings; nothing is changed by asking."""
        return min((one.since for one in self._over(name, listings)), default=None)

    def _over(self, name: str, listings: Collection[str] | None) -> list[Deaf]:
        """The failures that end where these listings were read."""
        read = {listing[:MAX_NAME] for listing in listings or ()}
        if listings is not None and not read:
            return []
        return [
            one
            for one in self.failing_listings(name)
            if listings is None or not one.listing or one.listing in read
        ]

    def keep_listings(self, name: str, declared: Collection[str]) -> bool:
        """The source has these listings: what is kept of others is forgotten. True if any was."""
        known = {"", *(listing[:MAX_NAME] for listing in declared)}
        over = [one for one in self.failing_listings(name) if one.listing not in known]
        self._forget(name, over)
        return bool(over)

    def _forget(self, name: str, over: Collection[Deaf]) -> None:
        if over:
            self.connection.executemany(
                "delete from deaf_listings where source = ? and listing = ?",
                [(name, one.listing) for one in over],
            )
            self._sum_up(name)

    def _sum_up(self, name: str) -> None:
        """The source itself has failed since the first of its listings that still fails."""
        self.connection.execute(
            f"update sources set failing_since = ({_WORST.format('failing_since')}), "  # noqa: S608
            f"failure = ({_WORST.format('failure')}) where name = :name",
            {"name": name},
        )
