"""One thread a source: fetches when it is ticked, and takes in what came with its cursor.

A source may have several listings. One that fails rests by itself, with growing pauses, while the
others are read; what says that the platform as a whole is in trouble lets the whole source rest.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config import SourceSettings
from escalation.retry import next_attempt
from listener.budget import Allowance
from listener.collector import (
    AuthorisationLost,
    Batch,
    Collector,
    Listed,
    OutOfBudget,
    RateLimited,
    Refreshes,
    SourceError,
)
from listener.left_out import MAX_NAMED
from tocsin import deafness
from tocsin.following import MAX_CALLS, Following
from tocsin.log import logger
from tocsin.pipeline import Taken
from tocsin.spending import Spending
from tocsin.store import Unit
from tocsin.trying_again import OWN_FAULTS, WHOLE, Again
from tocsin.wiring import House

FETCH_DEADLINE = 20.0  # seconds for one fetch, in all; a stream hands over as often
PAGE_BACKLOG = "it was there before the first start, and pages nobody; see page_backlog"
REFUSED_WAIT = timedelta(minutes=15)  # platforms lock out whoever goes on with a refused key
MAX_BATCHES = 200  # in one poll, so that a source that always has more is ticked all the same


@dataclass(frozen=True)
class Reading:
    """A source ready to be read. `hang_up` ends every request it has under way."""

    settings: SourceSettings
    collector: Collector
    hang_up: Callable[[], None] = lambda: None
    platform: str = ""  # as its posts name it; "": kept posts are not looked at again
    purse: Allowance | None = None  # the one that the collector asks; None: it costs nothing


@dataclass
class Tally:
    """What a source's thread did, for the health page."""

    polls: int = 0
    overruns: int = 0
    taken: int = 0  # batches whose cursor is saved
    failures: int = 0  # that have been noted


class SourceWorker:
    """Keeps one source read. Only this thread uses the collector."""

    def __init__(self, reading: Reading, house: House) -> None:
        self.name = reading.settings.name
        self.every = reading.settings.every
        self.tally = Tally()
        self._collector = reading.collector
        self._hang_up = reading.hang_up
        self._may_page_backlog = hasattr(reading.settings, "page_backlog")
        self._house = house
        self._spending = Spending(self.name, reading.purse, house)
        self._following: Following | None = None
        if reading.platform and isinstance(reading.collector, Refreshes):
            self._following = Following(
                self.name, reading.platform, reading.collector, house, self._spending
            )
        listed = reading.collector if isinstance(reading.collector, Listed) else None
        # Of one listing alone, that it fails is that the source does.
        self._listed = listed if listed is not None and len(listed.listings) > 1 else None
        self._ticked = threading.Event()
        self._due = True  # a poll; what failed and kept posts are looked at whenever it is ticked
        self._stopping = threading.Event()
        self._busy = False
        self._wait_until: datetime | None = None
        self._again = Again(self._listed)
        self._failures = 0  # since anything was heard
        self._failing: Counter[str] = Counter()  # how often each listing has failed since
        self.active_at = house.clock.now()  # when it last did anything
        self._thread = threading.Thread(target=self._work, name=f"source {self.name}", daemon=True)

    def start(self) -> None:
        """Note the source's first start and begin; the first poll is made at once."""
        now = self.active_at = self._house.clock.now()
        listings = self._listed.listings if self._listed is not None else ()
        house = self._house

        def begin(desk: Unit) -> None:
            desk.start_source(self.name, now)
            deafness.declared(desk, house.engine, self.name, listings, now)

        house.store.write(begin)
        self._ticked.set()
        self._thread.start()

    def tick(self) -> None:
        """It is time to poll. A poll that is still running is counted, not skipped silently."""
        if self._busy:
            self.tally.overruns += 1
        self._due = True
        self._ticked.set()

    def look_again(self) -> None:
        """It is time to try again what failed, and to see which kept posts are due, however seldom
        the source is polled."""
        self._ticked.set()

    def stop(self) -> None:
        """Stop soon: a fetch under way is ended by closing its socket."""
        self._stopping.set()
        self._ticked.set()
        self._collector.close()
        self._hang_up()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; True when it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._ticked.wait()
            self._ticked.clear()
            if self._stopping.is_set():
                continue
            self._busy = True
            try:
                self._once()
            except Exception as error:  # noqa: BLE001  a job's edge: nothing but stopping ends it
                self._broke(error)
            finally:
                self._busy = False
                self.active_at = self._house.clock.now()

    def _once(self) -> None:
        if not self._is_waiting():
            due, self._due = self._due, False
            again = self._again.due(self._house.clock.now())
            if due and self._spending.is_due():
                self._poll()
            elif again:
                self._poll(again)
        self._follow_up(MAX_CALLS)

    def _broke(self, error: Exception) -> None:
        """Something of ours failed outside a fetch, mostly the store: it is tried again."""
        self._failures += 1
        self._note_failed(error, self._house.clock.now())

    def _is_waiting(self) -> bool:
        return self._wait_until is not None and self._house.clock.now() < self._wait_until

    def _poll(self, listings: Collection[str] = ()) -> None:
        """Fetch until there is no more, of these listings or, by default, of all. Nothing that goes
        wrong here ends the thread."""
        self.tally.polls += 1
        for _ in range(MAX_BATCHES):
            now = self.active_at = self._house.clock.now()
            try:
                with self._again.only(listings, now):
                    more = self._fetch()
            except Exception as error:  # noqa: BLE001  a job's edge: the store, or a bug of ours
                more = self._failed(error, alone=bool(set(listings) - {WHOLE}))
            else:
                self._follow_up(1)  # a stream always has more
            if not more or self._stopping.is_set():
                return
            listings = ()  # the turn has begun, and a stream hears all of them

    def _follow_up(self, calls: int) -> None:
        if self._following is not None:
            self._following.look(self._stopping.is_set, calls)

    def _fetch(self) -> bool:
        house = self._house
        now = house.clock.now()
        with house.store.read() as desk:
            state = desk.source(self.name)
        assert state is not None
        self._spending.note(now)
        batch = self._heard(self._collector.fetch(state.cursor, now=now, deadline=FETCH_DEADLINE))
        taken_at = house.clock.now()
        taken = house.store.write(
            lambda desk: house.pipeline.take(desk, self.name, batch, taken_at)
        )
        if self._following is not None:
            self._following.heard(batch.observations, taken_at)
        self._spending.tell(batch.unpaid, taken_at)
        self._spending.ask_usage(self._collector, taken_at)
        self.tally.taken += 1
        self._recovered(batch.listings)
        for error in () if self._stopping.is_set() else batch.failed:
            self._note_failed(error, taken_at)
            if isinstance(error, RateLimited) and not error.alone:
                self._wait_until = max(error.until, self._wait_until or error.until)
                self._again.note(WHOLE, error, 1, self._wait_until)
        if batch.observations or batch.malformed or batch.gaps:
            logger().info(
                "fetched",
                source=self.name,
                posts=len(batch.observations),
                mentions=taken.mentions,
                complaints=taken.complaints,
                malformed=len(batch.malformed),
                gaps=len(batch.gaps),
                **self._from_before(taken),
            )
        if batch.malformed:
            logger().warning(
                "left out",
                source=self.name,
                items=len(batch.malformed),
                reasons=batch.malformed[:MAX_NAMED],
            )
        return batch.more and not self._is_waiting()

    def _from_before(self, taken: Taken) -> dict[str, object]:
        """That what was written before the first start pages nobody: whoever fills a file and then
        starts would think that nothing is recognised."""
        if not taken.backfill:
            return {}
        told: dict[str, object] = {"backfill": taken.backfill}
        return told | ({"hint": PAGE_BACKLOG} if self._may_page_backlog else {})

    def _heard(self, batch: Batch) -> Batch:
        """A batch as it is kept: a source of one listing is heard or not as a whole."""
        if batch.listings and self._listed is None:
            return replace(batch, listings=None)
        return batch

    def _recovered(self, listings: Collection[str] | None) -> None:
        if listings is not None and not listings:
            return  # nothing was asked for
        over = set(self._failing) if listings is None else {WHOLE, *listings} & set(self._failing)
        for listing in sorted(over):
            logger().info("source works again", source=self.name, **_named(listing))
            del self._failing[listing]
        self._failures, self._wait_until = 0, None

    def _failed(self, error: Exception, *, alone: bool = False) -> bool:
        """Note it, and let the listing rest, or the source as a whole. True: read on.

        alone  it was tried again by itself, which says nothing of the others.
        """
        if self._stopping.is_set():
            return False
        now = self._house.clock.now()
        self._failures = max(1, self._failures + (not alone))
        listing = self._note_failed(error, now)
        if listing == WHOLE or self._is_everywhere(error, alone=alone):
            self._wait_until = self._next_try(error, self._failures, now)
            self._again.note(WHOLE, error, self._failures, self._wait_until)
            return False
        return isinstance(error, SourceError) and error.more

    def _is_everywhere(self, error: Exception, *, alone: bool) -> bool:
        """Whether what failed for one listing will fail for the others too."""
        if isinstance(error, RateLimited):
            return not error.alone
        return not alone and self._failures > 1 and not isinstance(error, OWN_FAULTS)

    def _note_failed(self, error: Exception, now: datetime) -> str:
        """Keep that a listing failed, and tell an owner when it lasts or when waiting will not
        mend it. Returns which; it rests by itself."""
        listing = (error.listing if isinstance(error, SourceError) else None) or WHOLE
        if self._listed is None:
            listing = WHOLE
        self._failing[listing] += 1
        times = self._failing[listing]
        if self._listed is not None and listing != WHOLE:
            self._again.note(listing, error, times, self._next_try(error, times, now))
        kind = type(error).__name__
        # Our own errors' texts may be shown; a stranger's may hold anything.
        text = str(error) if isinstance(error, SourceError) else f"unexpected {kind}"
        if times == 1:
            logger().warning(
                "source fails", source=self.name, kind=kind, reason=text, **_named(listing)
            )
        hopeless = isinstance(error, AuthorisationLost | OutOfBudget)
        house = self._house

        def keep(desk: Unit) -> None:
            desk.fail_source(self.name, text, now, listing=listing, hopeless=hopeless)
            deafness.look(desk, house.engine, self.name, now)

        try:
            house.store.write(keep)
        except Exception as broken:  # noqa: BLE001  the store itself fails: health says so
            logger().error("cannot write", source=self.name, kind=type(broken).__name__)
        self.tally.failures += 1
        return listing

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
