"""One thread a source: fetches when it is ticked, and takes in what came with its cursor."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config import SourceSettings, spell_duration
from escalation.retry import next_attempt
from listener.budget import Allowance
from listener.collector import (
    AuthorisationLost,
    Collector,
    OutOfBudget,
    RateLimited,
    Refreshes,
    SourceError,
)
from listener.left_out import MAX_NAMED
from tocsin.following import MAX_CALLS, Following
from tocsin.log import logger
from tocsin.pipeline import Taken, fault_name
from tocsin.spending import Spending
from tocsin.store import Unit
from tocsin.wiring import House

FETCH_DEADLINE = 20.0  # seconds for one fetch, in all; a stream hands over as often
DEAF_AFTER = timedelta(minutes=10)  # failing this long, a source is a fault with an owner
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
        self._ticked = threading.Event()
        self._due = True  # a poll; kept posts are looked at whenever it is ticked
        self._stopping = threading.Event()
        self._busy = False
        self._wait_until: datetime | None = None
        self._failures = 0
        self._thread = threading.Thread(target=self._work, name=f"source {self.name}", daemon=True)

    def start(self) -> None:
        """Note the source's first start and begin; the first poll is made at once."""
        now = self._house.clock.now()
        self._house.store.write(lambda desk: desk.start_source(self.name, now))
        self._ticked.set()
        self._thread.start()

    def tick(self) -> None:
        """It is time to poll. A poll that is still running is counted, not skipped silently."""
        if self._busy:
            self.tally.overruns += 1
        self._due = True
        self._ticked.set()

    @property
    def follows(self) -> bool:
        """Whether it looks at kept posts again, and wants to be ticked for it."""
        return self._following is not None

    def look_again(self) -> None:
        """It is time to see which kept posts are due, however seldom the source is polled."""
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
                due, self._due = self._due, False
                if due and not self._is_waiting() and self._spending.is_due():
                    self._poll()
                self._follow_up(MAX_CALLS)
            finally:
                self._busy = False

    def _is_waiting(self) -> bool:
        return self._wait_until is not None and self._house.clock.now() < self._wait_until

    def _poll(self) -> None:
        """Fetch until there is no more. Nothing that goes wrong here ends the thread."""
        self.tally.polls += 1
        for _ in range(MAX_BATCHES):
            try:
                more = self._fetch()
            except SourceError as error:
                self._failed(error)
                return
            except Exception as error:  # noqa: BLE001  a job's edge: the store, or a bug of ours
                self._failed(error)
                return
            self._recovered()
            self._follow_up(1)  # a stream always has more
            if not more or self._stopping.is_set():
                return

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
        batch = self._collector.fetch(state.cursor, now=now, deadline=FETCH_DEADLINE)
        taken_at = house.clock.now()
        taken = house.store.write(
            lambda desk: house.pipeline.take(desk, self.name, batch, taken_at)
        )
        if self._following is not None:
            self._following.heard(batch.observations, taken_at)
        self._spending.tell(batch.unpaid, taken_at)
        self._spending.ask_usage(self._collector, taken_at)
        self.tally.taken += 1
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
        return batch.more

    def _from_before(self, taken: Taken) -> dict[str, object]:
        """That what was written before the first start pages nobody: whoever fills a file and then
        starts would think that nothing is recognised."""
        if not taken.backfill:
            return {}
        told: dict[str, object] = {"backfill": taken.backfill}
        return told | ({"hint": PAGE_BACKLOG} if self._may_page_backlog else {})

    def _recovered(self) -> None:
        if self._failures:
            logger().info("source works again", source=self.name)
        self._failures, self._wait_until = 0, None

    def _failed(self, error: Exception) -> None:
        """Back off, and tell an owner when it lasts or when waiting will not mend it."""
        if self._stopping.is_set():
            return
        self._failures += 1
        now = self._house.clock.now()
        self._wait_until = self._next_try(error, now)
        kind = type(error).__name__
        # Our own errors' texts may be shown; a stranger's may hold anything.
        text = str(error) if isinstance(error, SourceError) else f"unexpected {kind}"
        if self._failures == 1:
            logger().warning("source fails", source=self.name, kind=kind, reason=text)
        hopeless = isinstance(error, AuthorisationLost | OutOfBudget)
        try:
            self._house.store.write(lambda desk: self._note(desk, text, hopeless, now))
        except Exception as broken:  # noqa: BLE001  the store itself fails: health says so
            logger().error("cannot write", source=self.name, kind=type(broken).__name__)
        self.tally.failures += 1

    def _next_try(self, error: Exception, now: datetime) -> datetime:
        later = next_attempt(self._failures, now, self._house.randomness.fraction())
        if isinstance(error, AuthorisationLost):
            return max(later, now + REFUSED_WAIT)
        return max(error.until, later) if isinstance(error, RateLimited) else later

    def _note(self, desk: Unit, text: str, hopeless: bool, now: datetime) -> None:
        since = desk.fail_source(self.name, text, now)
        if hopeless or now - since >= DEAF_AFTER:
            waited = "" if hopeless else f" for {spell_duration(now - since)}"
            detail = f"source {self.name} cannot be heard{waited}: {text}"
            self._house.engine.fault(desk, fault_name(self.name), detail, now)
