"""What of a source failed and is tried again before its next poll is due.

A poll that failed is not made up for by waiting a whole interval: one hiccup of a source that is
polled every quarter of an hour would keep it deaf for so long, and page an owner.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from listener.collector import BadRequest, Forbidden, Listed, Malformed, OutOfBudget

WHOLE = ""  # the source as a whole, beside its listings
# What a listing does by itself; other failures, two in a row, are taken for the whole platform's.
OWN_FAULTS = (BadRequest, Forbidden, Malformed)
RETRIES = 3  # of one listing, between two polls that it failed; then it waits for its turn
A_DAY = timedelta(days=1)  # longer than a fetch


class Again:
    """Which listings failed, until when each rests, and which are tried again then.

    listed  a source of several listings, else None.
    """

    def __init__(self, listed: Listed | None) -> None:
        self._listed = listed
        self._rests: dict[str, datetime] = {}
        self._waiting: set[str] = set()

    def note(self, listing: str, error: Exception, times: int, until: datetime) -> None:
        """A listing, or WHOLE, failed for this many times in a row, and rests until then.

        What asking again soon does not mend waits for the next poll.
        """
        self._rests[listing] = until
        if listing != WHOLE:
            self._rest(listing, until)
        is_own = listing != WHOLE and (isinstance(error, OWN_FAULTS) or times > RETRIES)
        if not is_own and not isinstance(error, OutOfBudget):
            self._waiting.add(listing)

    def due(self, now: datetime) -> frozenset[str]:
        """Those that may be tried now; they are taken off."""
        self._rests = {listing: until for listing, until in self._rests.items() if until > now}
        found = frozenset(self._waiting - set(self._rests))
        self._waiting -= found
        return found

    @contextmanager
    def only(self, listings: Collection[str], now: datetime) -> Iterator[None]:
        """Let the other listings rest in the block: they were read, and are not paid for twice.

        listings  none, or WHOLE among them: all of them are read.
        """
        declared = self._listed.listings if self._listed is not None else ()
        is_all = not listings or WHOLE in listings
        others = [one for one in declared if not is_all and one not in listings]
        for listing in others:
            self._rest(listing, now + A_DAY)
        try:
            yield
        finally:
            for listing in others:
                self._rest(listing, self._rests.get(listing, now))

    def _rest(self, listing: str, until: datetime) -> None:
        assert self._listed is not None
        self._listed.rest(listing, until)
