"""A real source in a real house, on a virtual clock, against a simulated platform.

The collector comes from its own `build`, with the outgoing HTTP client of the daemon; what it
brings goes through the pipeline into the store. Polls are made one by one, by the code that polls
in the daemon; only its thread is left out.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from config import Brand, Secret
from listener import collectors
from listener.budget import Allowance, Unlimited, Use
from listener.collector import Batch, Gap, Known, OutOfBudget, Refreshes
from listener.collectors.jetstream_place import Place
from listener.metered import purse_of
from listener.tools import Tools
from tests.firm import NOON, Firm, new_firm
from tests.simulator.dialect import Dialect
from tests.simulator.script import START, Script, Step, timeline_of
from tests.simulator.server import Platform
from tests.simulator.stage import Stage
from tocsin import sources
from tocsin.sources import Reading, SourceWorker
from tocsin.wire import HttpWire

BRAND = Brand(name="Acme")
PATIENT = 20.0  # seconds for a fetch that nothing hinders, however busy this machine is
HASTY = 0.15  # seconds for a fetch that will hang
OPENING = 0.3  # seconds for the fetch that opens a stream, which uses them all
MOST_LOOKS = 40  # calls for all that is kept, those that cannot be paid today included
STREAMED = 0.05  # seconds for a fetch from a stream that is open
MOST_READS = 40  # fetches for what a stream sent; a busy machine needs more than one
_TLS = HttpWire()._tls  # made once: it takes longer than a whole run


@dataclass(frozen=True, slots=True)
class Row:
    """A post as the store has it. text: "" where it was erased."""

    native_id: str
    text: str
    is_gone: bool
    backfill: bool


def tools(place: str, purse: Allowance | None = None) -> tuple[Tools, HttpWire]:
    """The daemon's own client, which may reach one `host:port` of loopback; secrets are given."""
    wire = HttpWire(allowed=[place], tls=_TLS)
    return Tools(wire, _secret, "tocsin/0.1.0 (tests)", purse or Unlimited()), wire


def _secret(secret: Secret) -> str:
    return "simulated-secret"


class _Silent:
    """A log that a thousand runs may fill."""

    def info(self, event: str, **said: object) -> None:
        pass

    warning = error = info


@contextlib.contextmanager
def constants(changed: Mapping[str, object]) -> Iterator[None]:
    """Constants of ours ("package.module.NAME") with other values for a while."""
    with contextlib.ExitStack() as stack:
        for name, value in changed.items():
            stack.enter_context(mock.patch(name, value))
        yield


class Listener:
    """One source, from its first start on.

    heard_from  when the first poll was answered; from then on nothing may be lost.
    """

    def __init__(self, platform: Platform, dialect: Dialect, script: Script) -> None:
        self.dialect = dialect
        self.script = script
        self.firm: Firm = new_firm(None, at=START)
        timeline = timeline_of(script, dialect.bounds.latest)
        self.stage = Stage(dialect, timeline, self.platform_now)
        platform.play(self.stage)
        self.settings = dialect.settings(platform.places)
        self.name = self.settings.name
        self._place = platform.places.http
        self.polls = 0
        self.asked_in_polls = 0
        self.heard_from: datetime | None = None
        self.worker = self._started()

    @property
    def now(self) -> datetime:
        return self.firm.clock.now()

    def platform_now(self) -> datetime:
        """By the platform's own clock."""
        return self.firm.clock.now() + self.script.ahead

    def run(self) -> None:
        """Play the script, then poll in quiet until everything must have been heard."""
        with constants(self.dialect.bounds.shrunk):
            for step in self.script.steps:
                self._play(step)
            self.stage.faults.clear()
            for wait in self.dialect.bounds.quiet:
                self._poll_after(wait)
            self.asked_in_polls = len(self.stage.asked)
            self.follow_up()

    def restart(self) -> None:
        """Another process on the same store: nothing that was only in memory is left."""
        self.worker.stop()
        self.worker = self._started()

    def poll(self, batches: int = sources.MAX_BATCHES) -> None:
        """One poll, as the daemon's; none where the source has been asked to wait."""
        if self.worker._is_waiting():
            return
        self.polls += 1
        is_slow = self.stage.is_slow
        if self.dialect.bounds.streams:
            self._poll_stream()
        else:
            self._fetch(HASTY if is_slow else PATIENT, batches)
        if is_slow:
            self.stage.let_go()
        if self.heard_from is None and self.state.succeeded_at is not None:
            self.heard_from = self.now

    def _poll_stream(self) -> None:
        """Let a stream bring what there is by now: one fetch opens it, others read the rest."""
        if not self.stage.streams:
            self._fetch(OPENING, 1)
        if self.stage.streams and not self.stage.is_slow:
            self.stage.wait_until_sent()
            self._fetch(STREAMED, 1)
            for _ in range(MOST_READS):
                if not self.stage.streams or self._has_heard_the_last():
                    return
                self._fetch(STREAMED, 1)

    def _has_heard_the_last(self) -> bool:
        """Whether the stored place in the stream is that of the last thing sent."""
        place, last = Place.read(self.state.cursor or ""), self.stage.last_sent
        return last is None or (place is not None and place.at >= last)

    def _fetch(self, deadline: float, batches: int) -> None:
        changed: dict[str, object] = {
            "tocsin.sources.FETCH_DEADLINE": deadline,
            "tocsin.sources.MAX_BATCHES": batches,
            "tocsin.sources.logger": _Silent,
        }
        with constants(changed):
            self.worker._poll()

    def follow_up(self) -> None:
        """Look at every kept post once more, where the source can.

        What it could not tell is asked again as long as it tells of some: of a call that told
        nothing the platform, which keeps nothing, would say the same.
        """
        collector = self.worker._collector
        if not isinstance(collector, Refreshes) or self.dialect.bounds.streams:
            return  # a stream tells by itself what is gone; its platform's lookups are not played
        also = self._aliases()
        rows = [row.native_id for row in self.rows() if not row.is_gone]
        kept = [Known(name, also.get(name, ())) for name in rows]
        for _ in range(MOST_LOOKS):
            if not kept:
                return
            asked, kept = kept[: collector.at_once], kept[collector.at_once :]
            self.worker._spending.note(self.now)
            try:
                found = collector.refresh(asked, now=self.now, deadline=PATIENT)
            except OutOfBudget:  # there is money again on the next day
                self.firm.clock.move_to(self.now + timedelta(days=1))
                kept = asked + kept
                continue
            if found.observations:
                kept += [Known(name, also.get(name, ())) for name in found.unknown]
            batch = Batch(found.observations, dollars=found.dollars, use=Use.FOLLOW_UP)
            self.firm.house.store.write(
                lambda desk, batch=batch: self.firm.house.pipeline.take(  # type: ignore[misc]
                    desk, self.name, batch, self.now
                )
            )

    def _aliases(self) -> dict[str, tuple[str, ...]]:
        with self.firm.house.store.borrow() as desk:
            rows = desk.connection.execute(
                "select p.native_id, a.native_id from post_aliases a join posts p on p.id = a.post"
            ).fetchall()
        found: dict[str, tuple[str, ...]] = {}
        for native_id, alias in rows:
            found[native_id] = (*found.get(native_id, ()), alias)
        return found

    @property
    def state(self) -> Any:
        with self.firm.house.store.borrow() as desk:
            return desk.source(self.name)

    def rows(self) -> list[Row]:
        """Every post that was kept, those that were erased too."""
        with self.firm.house.store.borrow() as desk:
            found = desk.connection.execute(
                "select native_id, text, deleted_at is not null, backfill from posts "
                "where platform = ? order by id",
                (self.dialect.platform,),
            ).fetchall()
        return [Row(str(row[0]), str(row[1]), bool(row[2]), bool(row[3])) for row in found]

    def gaps(self) -> list[Gap]:
        """Every stretch of time that is known not to have been heard."""
        ever = timedelta(days=400)
        with self.firm.house.store.borrow() as desk:
            kept = desk.gaps(NOON - ever, NOON + ever)
        return [Gap(one["since"], one["until"], one["reason"]) for one in kept]

    def close(self) -> None:
        self.worker.stop()
        self.stage.let_go()
        self.firm.house.store.close()

    def _started(self) -> SourceWorker:
        purse = purse_of(self.settings)
        given, wire = tools(self._place, purse)
        collector = collectors.build(self.settings, [BRAND], given)
        now = self.now
        self.firm.house.store.write(lambda desk: desk.start_source(self.name, now))
        reading = Reading(self.settings, collector, wire.close, purse=purse)
        return SourceWorker(reading, self.firm.house)

    def _play(self, step: Step) -> None:
        self.firm.clock.move_to(self.now + timedelta(seconds=step.wait))
        self.stage.faults.extend(step.faults)
        if step.restart:
            self.restart()
        self.poll(step.crash or sources.MAX_BATCHES)
        if step.crash:
            self.restart()

    def _poll_after(self, wait: timedelta) -> None:
        self.firm.clock.move_to(self.now + wait)
        self.poll()
