"""Hours of the daemon on simulated platforms with faults, and what it holds meanwhile.

A whole daemon in a process of its own: all its threads, every simulated dialect, a store on disk.
The clock of the house and of the platforms runs faster; what waits on the network waits shorter.
"""

import logging
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from config.settings import Brand, ChannelSettings, Contact, Person, Settings, Team
from escalation.channel import Capabilities, Message, Receipt
from listener import collectors
from listener.budget import Unlimited
from listener.metered import purse_of
from listener.tools import Tools
from tests.simulator.apart import FastClock, Plan, platforms_apart
from tests.simulator.dialect import Places
from tests.simulator.house import constants
from tests.simulator.registry import DIALECTS
from tests.simulator.script import START
from tocsin.daemon import Daemon
from tocsin.randomness import SeededRandomness
from tocsin.sources import Reading
from tocsin.wire import HttpWire
from tocsin.wiring import House, build

DIALECTS_ALL = tuple(sorted(DIALECTS))
POLL = timedelta(minutes=1)  # of the house's clock, between two polls of a source
FAULTS = 0.08  # of the looks at a platform, four a second, leave a fault for its next request
MONEY = 1_000.0  # dollars a day: a source without money would hear nothing, and hold nothing
HANGS = 0.5  # seconds for a fetch, so that what hangs hangs for half a minute of a fast clock


@dataclass(frozen=True, slots=True)
class Sample:
    """What the daemon holds at an instant.

    hour    by the house's clock. memory: resident MB.
    blocks  of memory that Python has given out, which tell a leak apart from caches of SQLite's.
    """

    hour: float
    memory: float
    descriptors: int
    threads: int
    blocks: int


@dataclass(frozen=True, slots=True)
class Report:
    """How it went. kept: posts by platform. taken: batches by source, until each whole hour."""

    samples: tuple[Sample, ...]
    kept: dict[str, int]
    taken: tuple[dict[str, int], ...]
    failures: dict[str, int]


@dataclass
class _Room:
    """A channel that takes everything and keeps nothing."""

    capabilities: Capabilities = field(default=Capabilities(update=True))

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        return Receipt(message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        return Receipt(ref)


def soak(pipe: Connection, hours: float, speed: float) -> None:
    """Run the daemon for some hours of a clock that is so many times as fast; send the report."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    clock = FastClock(time.monotonic(), speed)
    plan = Plan(DIALECTS_ALL, clock, hours + 1, faults=FAULTS)
    shrunk = {
        name: value
        for dialect in DIALECTS.values()
        for name, value in dialect().bounds.shrunk.items()
    }
    shrunk |= {"tocsin.sources.FETCH_DEADLINE": HANGS if speed > 1 else 20.0}
    with (
        tempfile.TemporaryDirectory() as folder,
        platforms_apart(plan) as places,
        constants(shrunk),
    ):
        pipe.send(_listened(Path(folder), clock, places, hours))


def _listened(folder: Path, clock: FastClock, places: dict[str, Places], hours: float) -> Report:
    house = _house(folder / "soak.db", clock)
    readings = [_reading(name, place) for name, place in places.items()]
    daemon = Daemon(house, {"room": _Room()}, readings)
    for worker in daemon._workers:
        worker.every = POLL / clock.speed
    thread = threading.Thread(target=daemon.run, kwargs={"signals": False}, name="daemon")
    thread.start()
    samples: list[Sample] = []
    taken: list[dict[str, int]] = []
    while (sample := _sample(clock)).hour < hours:
        samples.append(sample)
        if sample.hour >= len(taken):
            taken.append({one.name: one.tally.taken for one in daemon._workers})
        time.sleep(max(0.05, 60.0 / clock.speed))
    taken.append({one.name: one.tally.taken for one in daemon._workers})
    kept = _kept(house)
    daemon.stop()
    thread.join(30)
    failures = {one.name: one.tally.failures for one in daemon._workers}
    return Report(tuple(samples), kept, tuple(taken), failures)


def _reading(name: str, place: Places) -> Reading:
    declared = DIALECTS[name]().settings(place)
    rich = {"dollars_per_day": MONEY} if "dollars_per_day" in type(declared).model_fields else {}
    settings = declared.model_copy(update={"name": name, **rich})
    purse = purse_of(settings)
    wire = HttpWire(allowed=[place.http, place.stream()])
    tools = Tools(wire, lambda secret: "simulated-secret", "tocsin (tests)", purse or Unlimited())
    collector = collectors.build(settings, [Brand(name="Acme")], tools)
    platform = collectors.facts_of(settings.kind).platform
    return Reading(settings, collector, wire.close, platform, purse)


def _house(database: Path, clock: FastClock) -> House:
    settings = Settings(
        fallback_executive="ada",
        brands=(Brand(name="Acme"),),
        people=(Person(name="ada", contacts=(Contact(channel="room", to="ada"),)),),
        teams=(Team(name="care", members=("ada",)),),
        channels=(ChannelSettings(name="room", kind="terminal", room="room"),),
        listen="127.0.0.1:0",
    )
    return build(
        settings,
        database,
        clock=clock,
        randomness=SeededRandomness(7),
        channels={"room": _Room()},
        threaded=True,
    )


def _sample(clock: FastClock) -> Sample:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Sample(
        hour=(clock.now() - START) / timedelta(hours=1),
        memory=pages * resource.getpagesize() / 2**20,
        descriptors=sum(1 for _ in Path("/proc/self/fd").iterdir()),
        threads=threading.active_count(),
        blocks=sys.getallocatedblocks(),
    )


def _kept(house: House) -> dict[str, int]:
    with house.store.read() as desk:
        rows = desk.connection.execute("select platform, count(*) from posts group by platform")
        return dict(Counter({str(name): int(many) for name, many in rows.fetchall()}))
