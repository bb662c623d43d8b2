"""One thread a source: fetches when it is ticked, and takes in what came with its cursor.

What becomes of a fetch that fails, and how long the source rests for it, stands in
`tocsin.setbacks`.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from config import SourceSettings
from listener.budget import Allowance
from listener.collector import Batch, Collector, Listed, Refreshes
from listener.left_out import MAX_NAMED
from tocsin import deafness
from tocsin.following import MAX_CALLS, Following
from tocsin.log import logger
from tocsin.pipeline import Taken
from tocsin.setbacks import Setbacks, Tally
from tocsin.spending import Spending
from tocsin.store import Unit
from tocsin.wiring import House

FETCH_DEADLINE = 20.0  # seconds for one fetch, in all; a stream hands over as often
PAGE_BACKLOG = "it was there before the first start, and pages nobody; see page_backlog"
MAX_BATCHES = 200  # in one poll, so that a source that always has more is ticked all the same


@dataclass(frozen=True)
class Reading:
    """A source ready to be read. `hang_up` ends every request it has under way."""

    settings: SourceSettings
    collector: Collector
    hang_up: Callable[[], None] = lambda: None
    platform: str = ""  # as its posts name it; "": kept posts are not looked at again
    purse: Allowance | None = None  # the one that the collector asks; None: it costs nothing


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
        self._setbacks = Setbacks(self.name, self._listed, house, self.tally)
        self._ticked = threading.Event()
        self._due = True  # a poll; kept posts are looked at whenever it is ticked
        self._stopping = threading.Event()
        self._busy = False
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
                self._once()
            except Exception as error:  # noqa: BLE001  a job's edge: nothing but stopping ends it
                self._setbacks.broke(error)
            finally:
                self._busy = False
                self.active_at = self._house.clock.now()

    def _once(self) -> None:
        due, self._due = self._due, False
        if due and not self._is_waiting() and self._spending.is_due():
            self._poll()
        self._follow_up(MAX_CALLS)

    def _is_waiting(self) -> bool:
        return self._setbacks.is_resting

    def _poll(self) -> None:
        """Fetch until there is no more. Nothing that goes wrong here ends the thread."""
        self.tally.polls += 1
        for _ in range(MAX_BATCHES):
            self.active_at = self._house.clock.now()
            try:
                more = self._fetch()
            except Exception as error:  # noqa: BLE001  a job's edge: the store, or a bug of ours
                more = not self._stopping.is_set() and self._setbacks.failed(error)
            else:
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
        self._setbacks.heard(batch.listings)
        for error in () if self._stopping.is_set() else batch.failed:
            self._setbacks.failed_beside(error, taken_at)
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
