"""A source's thread is ended by stopping alone; one that hangs is told, from outside of it."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import SourceSettings
from escalation.subject import Fault
from listener.collector import Batch
from tests.firm import Firm, new_firm
from tests.tocsin.test_sources import PATIENCE, Script, settle
from tocsin.daemon import Daemon
from tocsin.deafness import DEAF_AFTER
from tocsin.source_watch import SourceWatch
from tocsin.sources import Reading, SourceWorker

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = new_firm(tmp_path / "store.db")
    yield firm
    firm.house.store.close()


@dataclass
class Seen:
    """A source as it is seen from outside."""

    active_at: datetime
    name: str = "it"
    every: timedelta = MINUTE


def faults(firm: Firm) -> list[Fault]:
    with firm.house.store.read() as desk:
        found = desk.subjects("fault", only_open=True)
    return [one for one in found if isinstance(one, Fault)]


def reading(collector: object, name: str = "it") -> Reading:
    return Reading(SourceSettings(name=name, kind="test", every=MINUTE), collector)  # type: ignore[arg-type]


# --------------------------------------------------------------------------------- it never ends
def test_work_that_fails_beside_a_fetch_does_not_end_the_thread(firm: Firm) -> None:
    worker = SourceWorker(reading(Script()), firm.house)
    full = [sqlite3.OperationalError("database or disk is full")] * 2

    def follow_up(calls: int) -> None:
        if full:
            raise full.pop()

    worker._follow_up = follow_up  # type: ignore[method-assign]
    worker.start()
    settle(lambda: len(full) < 2)
    for polls in (2, 3):
        settle(lambda: not worker._busy)
        worker.tick()
        settle(lambda polls=polls: worker.tally.polls >= polls)  # type: ignore[misc]
    worker.stop()
    assert worker.join(PATIENCE)


def test_a_poll_that_can_never_begin_is_a_fault_once_that_has_lasted(firm: Firm) -> None:
    worker = SourceWorker(reading(Script()), firm.house)

    def is_due() -> bool:
        raise sqlite3.OperationalError("no such table")

    worker._spending.is_due = is_due  # type: ignore[method-assign]
    worker.start()
    settle(lambda: worker.tally.failures == 1)
    firm.clock.move_to(firm.now + DEAF_AFTER)
    worker.tick()
    settle(lambda: worker.tally.failures == 2)
    worker.stop()
    assert worker.join(PATIENCE)
    (told,) = faults(firm)
    assert "unexpected OperationalError" in told.detail


# ------------------------------------------------------------------------------------- it hangs
class Hanging(Script):
    """Its second fetch does not come back until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        if self.cursors:
            self.cursors.append(cursor)
            assert self.go.wait(PATIENCE)
        return super().fetch(cursor, now=now, deadline=deadline)


def test_a_poll_that_never_returns_is_told_and_over_when_it_does(firm: Firm) -> None:
    source = Hanging()
    worker = SourceWorker(reading(source), firm.house)
    watch = SourceWatch(firm.house, [worker])
    worker.start()
    settle(lambda: worker.tally.taken == 1 and not worker._busy)
    worker.tick()
    settle(lambda: len(source.cursors) == 2)
    for minutes in range(12):
        watch.look()
        assert bool(faults(firm)) is (minutes > DEAF_AFTER // MINUTE)
        firm.clock.move_to(firm.now + MINUTE)
    (told,) = faults(firm)
    assert told.about == "source:it"
    assert "it has done nothing for 11 min" in told.detail
    source.go.set()
    settle(lambda: worker.tally.taken == 2)
    assert faults(firm) == []
    worker.stop()
    assert worker.join(PATIENCE)


def test_a_machine_that_slept_is_no_source_that_hangs(firm: Firm) -> None:
    firm.write(lambda desk: desk.start_source("it", firm.now))
    seen = Seen(firm.now)
    watch = SourceWatch(firm.house, [seen])
    watch.look()
    for _ in range(3):
        firm.clock.move_to(firm.now + 8 * HOUR)
        watch.look()  # before the source was ticked again
        assert faults(firm) == []
        seen.active_at = firm.now


@pytest.mark.parametrize(("every", "hangs"), [(HOUR, False), (MINUTE, True)])
def test_a_source_that_is_polled_seldom_may_be_quiet_for_longer(
    firm: Firm, every: timedelta, hangs: bool
) -> None:
    firm.write(lambda desk: desk.start_source("it", firm.now))
    watch = SourceWatch(firm.house, [Seen(firm.now, every=every)])
    for _ in range(5):
        firm.clock.move_to(firm.now + 30 * MINUTE)
        watch.look()
    assert bool(faults(firm)) is hangs


def test_a_source_that_waits_for_long_is_a_fault_while_it_waits(firm: Firm) -> None:
    """It was asked to wait for an hour: nothing of its own tells that it is deaf meanwhile."""
    firm.write(lambda desk: desk.start_source("it", firm.now))
    firm.write(lambda desk: desk.fail_source("it", "asked to wait", firm.now))
    seen = Seen(firm.now)
    watch = SourceWatch(firm.house, [seen])
    for _ in range(2):
        firm.clock.move_to(firm.now + DEAF_AFTER / 2)
        seen.active_at = firm.now
        assert faults(firm) == []
        watch.look()
    (told,) = faults(firm)
    assert told.detail == "source it cannot be heard for 10 min: asked to wait"


# ------------------------------------------------------------------------------------- it stops
@dataclass
class Parting:
    """A source whose closing takes as long as that of all its neighbours."""

    together: threading.Barrier
    parted: list[bool] = field(default_factory=list)

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        return Batch()

    def close(self) -> None:
        try:
            self.together.wait(PATIENCE)
        except threading.BrokenBarrierError:
            self.parted.append(False)
        else:
            self.parted.append(True)


def test_no_source_waits_for_another_to_be_closed(tmp_path: Path) -> None:
    firm = new_firm(tmp_path / "store.db")
    together = threading.Barrier(3)
    sources = [Parting(together) for _ in range(3)]
    readings = [reading(one, f"s{n}") for n, one in enumerate(sources)]
    daemon = Daemon(firm.house, {}, readings)
    thread = threading.Thread(target=lambda: daemon.run(signals=False))
    thread.start()
    settle(lambda: all(worker.tally.taken for worker in daemon._workers))
    daemon.stop()
    thread.join(5 * PATIENCE)
    assert not thread.is_alive()
    assert [one.parted for one in sources] == [[True]] * 3
