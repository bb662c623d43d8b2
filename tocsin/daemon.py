"""The daemon: keeps the house running until it is told to stop.

On start: what was being sent goes again, owners who have left are replaced, waits that ended
meanwhile fire; only then is anything collected. On SIGTERM it ends within two seconds.
APScheduler ticks; every wait of a case is a row of the store.
"""

import signal
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, JobExecutionEvent
from apscheduler.executors.pool import BasePoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from config import Secret, Settings
from config.privacy import addresses
from escalation.channel import Channel
from escalation.conversation import Hearing
from listener.pool import Pool
from tocsin import ears, health
from tocsin.aging import age_out
from tocsin.answering import Answering
from tocsin.channel_watch import ChannelWatch
from tocsin.chats import Chat
from tocsin.clock import JUMP, SteadyClock
from tocsin.ending import Ending, apart
from tocsin.invariant_watch import InvariantWatch
from tocsin.ledger_watch import LedgerWatch
from tocsin.log import logger
from tocsin.model_watch import ModelWatch
from tocsin.morning import queue_mornings
from tocsin.opinions.asking import Asker
from tocsin.opinions.server import Server
from tocsin.pictures.sent import queue_pictures
from tocsin.sending import queue_last_week
from tocsin.source_watch import SourceWatch
from tocsin.sources import Reading, SourceWorker
from tocsin.speaking import Speaking
from tocsin.web import Inlets, Links, application
from tocsin.web import Server as WebServer
from tocsin.wiring import House
from tocsin.witness import queue_heads

LOOK_EVERY = 60.0  # seconds between two looks for what failed, and for kept posts that are due
PASS_EVERY = 1.0  # seconds between two passes of the engine, and of each channel's delivery
EARS_EVERY = ears.WRITTEN_EVERY.total_seconds()


class Daemon:
    """Runs a house. `run` returns when `stop` is called or a signal comes."""

    def __init__(
        self,
        house: House,
        channels: Mapping[str, Channel],
        readings: Sequence[Reading],
        model: Server | None = None,
    ) -> None:
        """model: the language model that is asked about unsure posts; None: none is."""
        self.house = house
        self._channels = channels
        self._workers = [SourceWorker(reading, house) for reading in readings]
        self._asker = Asker(model, house) if model is not None else None
        self._speakers = [Speaking(name, house, one.capabilities) for name, one in channels.items()]
        self._chats = [self._chat(name, one) for name, one in channels.items() if _hears(one)]
        self._source_watch = SourceWatch(house, self._workers)
        self._channel_watch = ChannelWatch(house, channels, self._chats)
        self._stopping = threading.Event()
        self._ledger = LedgerWatch(house, self._stopping.wait)
        self._invariants = InvariantWatch(house)
        self._models = ModelWatch(house)
        self._pulse = health.Pulse(started_at=house.clock.now())
        executors = {"default": _Ticks(len(self._workers) + 5)}
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors=executors,
            # A late tick still counts, several late ones as one.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(_overrun, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_ERROR)
        host, _, port = house.settings.listen.rpartition(":")
        links = Links(house) if house.settings.links else None
        inlets = Inlets(house.settings.sources, Secret.read, house.clock.now)
        self._server = WebServer(application(self.report, links, inlets=inlets), host, int(port))

    def bind(self) -> None:
        """Take the address where /healthz and links answer, before anything else begins.

        Raises CannotListen.
        """
        self._server.bind()

    def run(self, *, signals: bool = True) -> None:
        """Catch up, start everything, wait for the end, drain."""
        if signals:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._on_signal)
        self._catch_up()
        self._server.start()
        self._schedule()
        self._scheduler.start()
        for worker in self._workers:
            worker.start()
        for talking in self._talking:
            talking.start()
        self.house.store.to_send = self._wake
        if self._asker is not None:
            self._asker.start()
        logger().info("running", sources=len(self._workers), channels=len(self._channels))
        self._stopping.wait()
        self._drain()

    def stop(self) -> None:
        """Ask the daemon to end; `run` returns once it has drained."""
        self._stopping.set()

    def report(self) -> dict[str, Any]:
        """How the house stands, for /healthz."""
        with self.house.store.read() as desk:
            self._pulse.model = self._models.in_force(desk)
            trouble = self._asker.trouble if self._asker is not None else None
            return health.report(desk, self._pulse, self.house.clock.now(), trouble)

    # --------------------------------------------------------------------------- starting
    def _catch_up(self) -> None:
        house, now = self.house, self.house.clock.now()
        self._tell_clock()
        again = house.store.write(lambda desk: desk.resume_sending())
        declared = [(one.channel, one.to) for one in addresses(house.settings)]
        house.store.write(lambda desk: desk.try_all_again(declared, now))
        ahead = house.store.write(lambda desk: desk.count_from(now))
        moved = house.store.write(lambda desk: house.engine.recount(desk, now))
        house.store.write(lambda desk: house.pipeline.was_down(desk, now))
        house.store.write(lambda desk: house.engine.repair(desk, now))
        self._pass()
        logger().info("caught up", sent_again=again, counted_from_now=ahead, counted_again=moved)

    def _schedule(self) -> None:
        add = self._scheduler.add_job
        add(self._pass, "interval", seconds=PASS_EVERY, id="engine")
        for worker in self._workers:
            seconds = worker.every.total_seconds()
            add(worker.tick, "interval", seconds=seconds, id=f"source {worker.name}")
            add(worker.look_again, "interval", seconds=LOOK_EVERY, id=f"looks {worker.name}")
        soon = datetime.now(UTC)
        zone = ZoneInfo(self.house.settings.timezone)
        add(self.watch_channels, "interval", minutes=1, id="watch")
        add(self._source_watch.look, "interval", minutes=1, id="listening")
        add(self._check_invariants, "interval", minutes=1, id="invariants", next_run_time=soon)
        add(self._check_ledger, "interval", hours=1, id="ledger", next_run_time=soon)
        add(
            queue_heads, "interval", minutes=10, args=[self.house], id="witness", next_run_time=soon
        )
        add(self._note_ears, "interval", seconds=EARS_EVERY, id="ears", next_run_time=soon)
        if self.house.settings.morning is not None:
            add(queue_mornings, "interval", minutes=1, args=[self.house], id="morning")
        pictured = [self.house, self._stopping.is_set]
        add(queue_pictures, "interval", minutes=1, args=pictured, id="pictures")
        add(self._age_out, "interval", minutes=10, id="age", next_run_time=soon)
        add(self._models.sweep, "cron", hour=3, minute=30, id="models", timezone=zone)
        self._schedule_digest(self.house.settings)

    def _schedule_digest(self, settings: Settings) -> None:
        digest = settings.digest
        if not digest.to:
            return
        self._scheduler.add_job(
            lambda: queue_last_week(self.house),
            "cron",
            day_of_week=digest.day,
            hour=digest.at.hour,
            minute=digest.at.minute,
            timezone=ZoneInfo(settings.timezone),
            id="digest",
        )

    # ---------------------------------------------------------------------------- ticking
    def _pass(self) -> None:
        """One engine pass. What fails is rolled back, told, and tried again at the next."""
        now = self.house.clock.now()
        self._tell_clock()
        try:
            self._models.look()
            errors = self.house.rounds.run(now)
        except Exception as error:  # noqa: BLE001  a job's edge: the store fails; health says so
            errors = [error]
        # A wait that cannot end is a fault of its own, and the pass as a whole still works.
        poison = [one.error for one in self.house.rounds.poisoned.values()]
        errors = [error for error in errors if not any(error is one for one in poison)]
        self._pulse.poisoned = len(poison)
        kind = type(errors[0]).__name__ if errors else None
        if kind != self._pulse.error:
            logger().error("engine pass fails" if kind else "engine pass works again", kind=kind)
        self._pulse.error = kind
        self._pulse.passed_at = now

    def _tell_clock(self) -> None:
        """Jumps of the wall clock go into the log and onto the health page, as does its lag."""
        clock = self.house.clock
        if not isinstance(clock, SteadyClock):
            return
        behind, jumps = clock.behind(), clock.jumps
        if (behind > JUMP) != (self._pulse.clock_behind > JUMP):
            seconds = round(behind.total_seconds())
            logger().warning("the clock is behind the ledger's time", seconds=seconds)
        for jump in jumps:
            if jump not in self._pulse.clock_jumps:
                seconds = round(jump.size.total_seconds())
                logger().warning("the clock jumped", seconds=seconds, at=jump.at.isoformat())
        self._pulse.clock_behind, self._pulse.clock_jumps = behind, jumps

    def _chat(self, name: str, channel: Channel) -> Chat:
        house = self.house
        assert isinstance(channel, Hearing)
        answering = Answering(house, name, channel.capabilities)
        return Chat(name, channel, answering, house.clock.now, house.randomness)

    @property
    def _talking(self) -> "tuple[Speaking | Chat, ...]":
        return (*self._chats, *self._speakers)

    def _wake(self) -> None:
        """Something was written: what it has to be said on any channel goes out at once."""
        for speaker in self._speakers:
            speaker.wake()

    def _age_out(self) -> None:
        """Erase what is older than is kept, in small steps, so that nothing else waits for it."""
        now = self.house.clock.now()
        erased = age_out(
            self.house.store,
            now - self.house.settings.keep_text,
            now,
            is_stopping=self._stopping.is_set,
        )
        if erased:
            logger().info("erased by age", posts=erased)

    def _check_invariants(self) -> None:
        self._invariants.look()
        self._pulse.invariants = self._invariants.counts
        self._pulse.invariants_at = self._invariants.looked_at

    def _check_ledger(self) -> None:
        try:
            self._ledger.look()
        finally:
            self._pulse.ledger = self._ledger.troubles

    def watch_channels(self) -> None:
        """A channel that takes nothing for a minute is a fault, like a deaf source."""
        self._channel_watch.look()

    def _note_ears(self) -> None:
        now = self.house.clock.now()
        heard = {chat.name: chat.heard(now) for chat in self._chats}
        self.house.store.write(lambda desk: ears.write_down(desk, heard, now))

    # --------------------------------------------------------------------------- stopping
    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stop()

    def _drain(self) -> None:
        """Stop hearing, deciding and speaking at once, within one deadline for all of it; what is
        not done is in the store."""
        ending = Ending()
        asker = [self._asker] if self._asker is not None else []
        # A stream waits a moment for its server to part: none waits for another's.
        closing = [(f"closing {one.name}", apart(one.stop)) for one in self._workers]
        for one in (*asker, *self._talking, self._server):
            one.stop()
        ticking = apart(self._scheduler.shutdown)
        ending.waits_for(
            [
                *((f"speaking on {one.channel}", one.join) for one in self._speakers),
                ("a tick", ticking),
                *closing,
                *((f"source {one.name}", one.join) for one in self._workers),
                *((f"hearing {one.name}", one.join) for one in self._chats),
                *(("the language model", one.join) for one in asker),
                ("the web server", self._server.join),
            ]
        )
        ending.does(lambda: self.house.store.write(ears.ended))
        if not ending.does(self.house.store.close):
            logger().warning("the store was not closed in time; its log is read at the next start")
        logger().info("stopped")


class _Ticks(BasePoolExecutor):  # type: ignore[misc]  # it has no types
    """APScheduler's executor, on threads that no end of the program waits for."""

    def __init__(self, most: int) -> None:
        super().__init__(Pool(most, "ticks"))


def _hears(channel: Channel) -> bool:
    return channel.capabilities.two_way and isinstance(channel, Hearing)


def _overrun(event: JobExecutionEvent) -> None:
    exception = getattr(event, "exception", None)
    if exception is not None:
        logger().error("job failed", job=event.job_id, kind=type(exception).__name__)
    else:
        logger().warning("job still running at its next tick", job=event.job_id)
