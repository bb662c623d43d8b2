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
from listener.budget import Allowance, Unlimited
from listener.collector import Gap, Refreshes
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
from tocsin.following import Following
from tocsin.sources import Reading, SourceWorker
from tocsin.store.times import ms
from tocsin.wire import HttpWire

BRAND = Brand(name="Acme")
PATIENT = 20.0  # seconds for a fetch that nothing hinders, however busy this machine is
HASTY = 0.15  # seconds for a fetch that will hang
OPENING = 0.3  # seconds for the fetch that opens a stream, which uses them all
MOST_LOOKS = 60  # times of looking at what is kept, days on which it cannot be paid included
TROUBLED = 8  # of them, with faults
MOST_AGAIN = 12  # faults of a script that meet the looks as well
LOOK_AFTER = timedelta(minutes=15)
DAY = timedelta(hours=25)
STREAMED = 0.05  # seconds for a fetch from a stream that is open
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
        """Let a stream bring what there is by now: one fetch opens it, one reads what was sent."""
        if not self.stage.streams:
            self._fetch(OPENING, 1)
        if self.stage.streams and not self.stage.is_slow:
            self.stage.wait_until_sent()
            self._fetch(STREAMED, 1)

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
        if not isinstance(collector, Refreshes) or self.dialect.bounds.streams:
            return  # a stream tells by itself what is gone; its platform's lookups are not played
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
