"""What of a source fails: how that is kept and told, and how long it rests for it.

A source may have several listings. One that fails rests by itself, with growing pauses, while the
others are read; what says that the platform as a whole is in trouble lets the whole source rest.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.retry import next_attempt
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Forbidden,
    Listed,
    Malformed,
    OutOfBudget,
    RateLimited,
    SourceError,
)
from tocsin import deafness, pausing
from tocsin.log import logger
from tocsin.store import Unit
from tocsin.wiring import House

REFUSED_WAIT = timedelta(minutes=15)  # platforms lock out whoever goes on with a refused key
WHOLE = ""  # the source as a whole, beside its listings
# What a listing does by itself; other failures, two in a row, are taken for the whole platform's.
OWN_FAULTS = (BadRequest, Forbidden, Malformed)


@dataclass
class Tally:
    """What a source's thread did, for the health page."""

    polls: int = 0
    overruns: int = 0
    taken: int = 0  # batches whose cursor is saved
    failures: int = 0  # that have been noted


class Setbacks:
    """Follows what fails of one source; used from its thread.

    listed  None: it has one listing alone, and that it fails is that the source does.
    """

    def __init__(self, source: str, listed: Listed | None, house: House, tally: Tally) -> None:
        self._source = source
        self._tally = tally
        self._listed = listed
        self._house = house
        self._wait_until: datetime | None = None
        self._in_a_row = 0  # since anything was heard
        self._failing: Counter[str] = Counter()  # how often each listing has failed since

    @property
    def is_resting(self) -> bool:
        """Whether the source as a whole is not asked now."""
        return self._wait_until is not None and self._house.clock.now() < self._wait_until

    def broke(self, error: Exception) -> None:
        """Something of ours failed outside a fetch, mostly the store: it is tried again."""
        self._in_a_row += 1
        self._note(error, self._house.clock.now())

    def failed(self, error: Exception) -> bool:
        """Note it, and let the listing rest, or the source as a whole. True: read on."""
        now = self._house.clock.now()
        self._in_a_row += 1
        listing = self._note(error, now)
        if listing == WHOLE or self._is_everywhere(error):
            self._rest(self._next_try(error, self._in_a_row, now), now)
            return False
        return isinstance(error, SourceError) and error.more

    def failed_beside(self, error: SourceError, now: datetime) -> None:
        """The same for one listing of a fetch in which others were heard."""
        self._note(error, now)
        if isinstance(error, RateLimited) and not error.alone:
            self._rest(max(error.until, self._wait_until or error.until), now)

    def heard(self, listings: Collection[str] | None) -> None:
        """These were read; None: the source as a whole."""
        if listings is not None and not listings:
            return  # nothing was asked for
        over = set(self._failing) if listings is None else {WHOLE, *listings} & set(self._failing)
        for listing in sorted(over):
            logger().info("source works again", source=self._source, **_named(listing))
            del self._failing[listing]
        self._in_a_row, self._wait_until = 0, None

    def _rest(self, until: datetime, now: datetime) -> None:
        self._wait_until = until
        if until > now:
            self._write(lambda desk: pausing.note(desk, self._source, until, now))

    def _is_everywhere(self, error: Exception) -> bool:
        """Whether what failed for one listing will fail for the others too."""
        if isinstance(error, RateLimited):
            return not error.alone
        return self._in_a_row > 1 and not isinstance(error, OWN_FAULTS)

    def _note(self, error: Exception, now: datetime) -> str:
        """Keep that a listing failed, and tell an owner when it lasts or when waiting will not
        mend it. Returns which; it rests by itself."""
        listing = (error.listing if isinstance(error, SourceError) else None) or WHOLE
        if self._listed is None:
            listing = WHOLE
        self._failing[listing] += 1
        times = self._failing[listing]
        if self._listed is not None and listing != WHOLE:
            self._listed.rest(listing, self._next_try(error, times, now))
        kind = type(error).__name__
        # Our own errors' texts may be shown; a stranger's may hold anything.
        text = str(error) if isinstance(error, SourceError) else f"unexpected {kind}"
        if times == 1:
            logger().warning(
                "source fails", source=self._source, kind=kind, reason=text, **_named(listing)
            )
        hopeless = isinstance(error, AuthorisationLost | OutOfBudget)

        def keep(desk: Unit) -> None:
            desk.fail_source(self._source, text, now, listing=listing, hopeless=hopeless)
            deafness.look(desk, self._house.engine, self._source, now)

        self._write(keep)
        self._tally.failures += 1
        return listing

    def _write(self, work: Callable[[Unit], None]) -> None:
        try:
            self._house.store.write(work)
        except Exception as broken:  # noqa: BLE001  the store itself fails: health says so
            logger().error("cannot write", source=self._source, kind=type(broken).__name__)

    def _next_try(self, error: Exception, times: int, now: datetime) -> datetime:
        if isinstance(error, SourceError) and error.local:
            return now
        later = next_attempt(times, now, self._house.randomness.fraction())
        if isinstance(error, AuthorisationLost):
            return max(later, now + REFUSED_WAIT)
        return max(error.until, later) if isinstance(error, RateLimited) else later


def _named(listing: str) -> dict[str, str]:
    """A listing as the log has it; nothing for the source as a whole."""
    return {} if listing == WHOLE else {"listing": deafness.names([listing])}
