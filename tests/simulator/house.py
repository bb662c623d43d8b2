"""A real source in a real house, on a virtual clock, against a simulated platform.

The collector comes from its own `build`, with the outgoing HTTP client of the daemon; what it
brings goes through the pipeline into the store. Polls are made one by one, by the code that polls
in the daemon; only its thread is left out.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from config import Brand, Secret
from listener import collectors
from listener.budget import Allowance, Unlimited
from listener.collector import Batch, Gap, LooksBack, Refreshes, SourceError
from listener.collectors.jetstream_place import Place
from listener.looking_again import SWEEP
from listener.metered import purse_of
from listener.tools import Tools
from tests.firm import NOON, Firm, new_firm
from tests.simulator.dialect import Dialect
from tests.simulator.faults import SLOW
from tests.simulator.script import START, Script, Step, timeline_of
from tests.simulator.server import Platform
from tests.simulator.stage import Stage
from tocsin import sources
from tocsin.backfilling import Backfill
from tocsin.following import Following
from tocsin.sources import Reading, SourceWorker
from tocsin.store.times import ms
from tocsin.wire import HttpWire

BRAND = Brand(name="Acme")
PATIENT = 20.0  # seconds for a fetch that nothing hinders, however busy this machine is
HASTY = 0.15  # seconds for a fetch that will hang
OPENING = 0.3  # seconds for the fetch that opens a stream, which uses them all
MOST_TURNS = 60  # fetches of one poll, of a stream with a search beside it
MOST_LOOKS = 60  # times of looking at what is kept, days on which it cannot be paid included
TROUBLED = 8  # of them, with faults
MOST_AGAIN = 12  # faults of a script that meet the looks as well
LOOK_AFTER = timedelta(minutes=15)
DAY = timedelta(hours=25)
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


def tools(places: Sequence[str], purse: Allowance | None = None) -> tuple[Tools, HttpWire]:
    """The daemon's own client, which may reach some `host:port` of loopback; secrets are given."""
    wire = HttpWire(allowed=places, tls=_TLS)
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
        streams = [platform.places.stream()] if dialect.bounds.streams else []
        self._places = [platform.places.http, *streams]
        self.polls = 0
        self.asked_in_polls = 0
        self.heard_from: datetime | None = None
        self.listened: list[Row] = []  # what the polls alone have kept
        self.looked_back: tuple[datetime, datetime] | None = None  # over what stretch, to its end
        self._more = False  # the last fetch said that there is more
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
            self.listened = self.rows()
            self.look_back()
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
        if self.dialect.bounds.walks:
            self._walk(HASTY if is_slow else PATIENT, batches)
        elif self.dialect.bounds.searched:
            self._poll_searched(min(batches, MOST_TURNS))
        elif self.dialect.bounds.streams:
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

    def _walk(self, deadline: float, batches: int) -> None:
        """Let it read pages until it asks for none, and then what its stream has sent by now."""
        for _ in range(batches):
            asked = len(self.stage.asked)
            self._fetch(deadline, 1)
            if not self._more or len(self.stage.asked) == asked:
                break
        if self._more and self.stage.streams and not self.stage.is_slow:
            self.stage.wait_until_sent()
            self._fetch(deadline, 1)

    def _poll_searched(self, turns: int) -> None:
        """Let a stream and the search beside it bring what there is by now."""
        for _ in range(turns):
            asked, is_slow = len(self.stage.asked), self.stage.is_slow
            if self.stage.streams and not is_slow:
                self.stage.wait_until_sent()
            self._fetch(HASTY if is_slow else PATIENT, 1)
            if is_slow:
                self.stage.let_go()
            if self.worker._is_waiting() or len(self.stage.asked) == asked:
                return

    def _fetch(self, deadline: float, batches: int) -> None:
        changed: dict[str, object] = {
            "tocsin.sources.FETCH_DEADLINE": deadline,
            "tocsin.sources.MAX_BATCHES": batches,
            "tocsin.sources.logger": _Silent,
        }
        with constants(changed):
            self.worker._poll()

    def follow_up(self) -> None:
        """Look at every kept post again, where the source can, by the code of the daemon: first
        while everything goes wrong once more, then in quiet until each was looked at."""
        collector = self.worker._collector
        if not isinstance(collector, Refreshes):
            return
        following = Following(
            self.name, self.dialect.platform, collector, self.firm.house, self.worker._spending
        )
        self._trouble_again()
        self.firm.clock.move_to(self.now + DAY)  # every post is due
        for _ in range(TROUBLED):
            self._look_again(following)
        self.stage.faults.clear()
        self.firm.clock.move_to(self.now + DAY)
        since = self.now
        for _ in range(MOST_LOOKS):
            if self._unseen(since) == 0:
                break
            self._look_again(following)
        assert self._unseen(since) == 0, "kept posts were not looked at for days"

    def look_back(self) -> None:
        """Ask for all that was written since the script began, where the source can, while once
        more everything goes wrong that went wrong before, by the code of `tocsin backfill`."""
        collector = self.worker._collector
        if not (self.dialect.bounds.looks_back and isinstance(collector, LooksBack)):
            return
        self._trouble_again()
        until = self.now
        for _ in range(MOST_LOOKS):
            try:
                back = Backfill(self.name, collector, self.firm.house, START)
                if back.run(lambda reached: None, self._waited).is_done:
                    self.looked_back = START, until
                    break
            except SourceError:  # the command ends, and is given once more
                self._waited("", 3_600)
        self.stage.faults.clear()

    def _waited(self, reason: str, seconds: float) -> bool:
        self.firm.clock.move_to(self.now + timedelta(seconds=seconds))
        return True

    def _take(self, batch: Batch) -> None:
        house = self.firm.house
        house.store.write(lambda desk: house.pipeline.take(desk, self.name, batch, self.now))

    def _look_again(self, following: Following) -> None:
        """One look, and a while until the next: a day where it cannot be paid."""
        with constants({"tocsin.following.logger": _Silent}):
            following.look(lambda: False)
        is_poor = bool(self.worker._spending._unseen)
        self.firm.clock.move_to(self.now + (DAY if is_poor else LOOK_AFTER))

    def _trouble_again(self) -> None:
        again = [fault for step in self.script.steps for fault in step.faults]
        self.stage.faults = [fault for fault in again if fault not in SLOW][:MOST_AGAIN]

    def _unseen(self, since: datetime) -> int:
        """How many kept posts were not seen, nor found to be gone for good, since an instant."""
        with self.firm.house.store.borrow() as desk:
            (many,) = desk.connection.execute(
                "select count(*) from posts where deleted_at is null and (look_at < ? "
                "or absent_since is not null or untold_since is not null)",
                (ms(since + SWEEP),),
            ).fetchone()
        return int(many)

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
        given, wire = tools(self._places, purse)
        collector = collectors.build(self.settings, [BRAND], given)
        collector.fetch = self._noting(collector.fetch)  # type: ignore[method-assign]
        now = self.now
        self.firm.house.store.write(lambda desk: desk.start_source(self.name, now))
        reading = Reading(self.settings, collector, wire.close, purse=purse)
        return SourceWorker(reading, self.firm.house)

    def _noting(self, fetch: Callable[..., Batch]) -> Callable[..., Batch]:
        """The same fetch, that notes whether there is more."""

        def noted(cursor: str | None, **how: Any) -> Batch:
            self._more = False
            batch = fetch(cursor, **how)
            self._more = batch.more
            return batch

        return noted

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
