"""What failed is tried again before the next poll: alone, in time, and not without end."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import SourceSettings
from listener.collector import Batch, Collector, Forbidden, Later, OutOfBudget, RateLimited
from listener.turn import Turn
from tests.firm import NOON, Firm, new_firm
from tests.tocsin.test_sources import Script
from tocsin.daemon import LOOK_EVERY, Daemon
from tocsin.source_watch import SourceWatch
from tocsin.sources import Reading, SourceWorker
from tocsin.trying_again import RETRIES

MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE


class Forum:
    """Reads a listing a fetch; those that fail do so as often as they are told."""

    def __init__(self, **failing: list[Exception]) -> None:
        self.turn = Turn("it", ("news", "talk", "help"))
        self.failing = failing
        self.asked: list[str] = []

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        key = self.turn.next(now)
        if key is None:
            return Batch(listings=())
        self.asked.append(key)
        with self.turn.reading(key, now):
            if faults := self.failing.get(key):
                raise faults.pop(0)
            return Batch(more=self.turn.has_more, listings=(key,))

    @property
    def listings(self) -> tuple[str, ...]:
        return self.turn.keys

    def rest(self, listing: str, until: datetime) -> None:
        self.turn.rest(listing, until)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = new_firm(tmp_path / "store.db")
    firm.write(lambda desk: desk.start_source("it", NOON))
    yield firm
    firm.house.store.close()


def reading(firm: Firm, collector: Collector) -> SourceWorker:
    declared = SourceSettings(name="it", kind="test", every=QUARTER)
    return SourceWorker(Reading(declared, collector), firm.house)


def passes(firm: Firm, worker: SourceWorker, minutes: int) -> None:
    """The ticks of a daemon, whose poll is due each quarter of an hour, without a thread."""
    for _ in range(minutes):
        firm.clock.move_to(firm.now + MINUTE)
        if (firm.now - NOON) % QUARTER:
            worker.look_again()
        else:
            worker.tick()
        worker._once()


def test_one_hiccup_costs_no_interval_and_pages_nobody(firm: Firm) -> None:
    script = Script(Batch(), Later("a hiccup"))
    worker = reading(firm, script)
    watch = SourceWatch(firm.house, [worker])
    worker._once()
    passes(firm, worker, 15)
    assert worker.tally.failures == 1
    for _ in range(14):
        passes(firm, worker, 1)
        watch.look()
        with firm.house.store.read() as desk:
            assert desk.open_fault("source:it") is None
    assert len(script.cursors) == 3, "it is asked once more, and then at its next poll"


def test_a_poll_that_is_due_while_the_source_rests_is_made_when_the_rest_is_over(
    firm: Firm,
) -> None:
    script = Script(RateLimited("slow down", NOON + 16 * MINUTE))
    worker = reading(firm, script)
    worker._once()
    passes(firm, worker, 15)
    assert len(script.cursors) == 1
    passes(firm, worker, 1)
    assert len(script.cursors) == 2
    passes(firm, worker, 13)
    assert len(script.cursors) == 2, "what was made up for is not made again"


def test_one_listing_is_tried_again_alone(firm: Firm) -> None:
    forum = Forum(talk=[Later("a hiccup")])
    worker = reading(firm, forum)
    worker._once()
    assert forum.asked == ["news", "talk", "help"]
    passes(firm, worker, 14)
    assert forum.asked[3:] == ["talk"]
    passes(firm, worker, 1)
    assert forum.asked[4:] == ["news", "talk", "help"], "a poll reads all of them"


def test_one_that_goes_on_failing_is_tried_so_often_and_waits_for_its_poll(firm: Firm) -> None:
    forum = Forum(talk=[Later("it does not answer")] * 99)
    worker = reading(firm, forum)
    worker._once()
    passes(firm, worker, 14)
    assert forum.asked.count("talk") == 1 + RETRIES
    assert forum.asked.count("news") == 1


def test_one_that_rests_for_longer_is_not_woken_by_another(firm: Firm) -> None:
    slow = RateLimited("slow down", NOON + 40 * MINUTE)
    slow.alone = True
    forum = Forum(talk=[slow], news=[Later("a hiccup")])
    worker = reading(firm, forum)
    worker._once()
    passes(firm, worker, 39)
    assert forum.asked.count("talk") == 1
    passes(firm, worker, 1)
    assert forum.asked.count("talk") == 2, "it is owed a poll once it may be asked"


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Forbidden("it is private"), id="a listing that is closed"),
        pytest.param(OutOfBudget("the month is spent"), id="money"),
    ],
)
def test_what_asking_again_does_not_mend_waits_for_the_next_poll(
    firm: Firm, error: Exception
) -> None:
    forum = Forum(talk=[error])
    worker = reading(firm, forum)
    worker._once()
    passes(firm, worker, 14)
    assert forum.asked.count("talk") == 1


def test_a_platform_that_says_to_all_to_slow_down_is_obeyed_where_one_was_tried_again(
    firm: Firm,
) -> None:
    forum = Forum(talk=[Later("a hiccup"), RateLimited("slow down", NOON + 40 * MINUTE)])
    worker = reading(firm, forum)
    worker._once()
    passes(firm, worker, 39)
    assert forum.asked == ["news", "talk", "help", "talk"]


def test_every_source_is_looked_at_each_minute_however_seldom_it_is_polled(firm: Firm) -> None:
    declared = SourceSettings(name="it", kind="test", every=QUARTER)
    daemon = Daemon(firm.house, {}, (Reading(declared, Script()),))
    daemon._schedule()
    job = daemon._scheduler.get_job("looks it")
    assert job is not None
    assert job.trigger.interval == timedelta(seconds=LOOK_EVERY)
