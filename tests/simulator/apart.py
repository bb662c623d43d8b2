"""Simulated platforms in a process of their own, on a clock that runs faster than ours.

What they hold is not counted to whoever listens to them, and faults come by a seeded chance for as
long as they are asked: for proofs that last hours of that clock.
"""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection

from tests.simulator.dialect import Dialect, Places, StreamDialect
from tests.simulator.registry import DIALECTS
from tests.simulator.script import START
from tests.simulator.server import Platform
from tests.simulator.stage import Stage
from tests.simulator.timeline import Entry, Timeline

LOOK = 0.25  # seconds between two looks at the stages
READY = 60.0  # seconds; only a failing test waits so long


@dataclass(frozen=True, slots=True)
class FastClock:
    """START, and what has passed since, so many times as fast. The same in every process here.

    begun  by this machine's monotonic clock.
    """

    begun: float
    speed: float = 1.0

    def now(self) -> datetime:
        passed = max(0.0, time.monotonic() - self.begun) * self.speed
        return START + timedelta(seconds=passed)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the platforms show and do.

    names   of the dialects. every: between two posts of one of them; one of eight is edited, one of
            twelve taken away, and some are shown late.
    hours   for which there are posts.
    faults  the share of looks at which one more fault waits for the next request.
    """

    names: tuple[str, ...]
    clock: FastClock
    hours: float
    every: timedelta = timedelta(minutes=1)
    faults: float = 0.0
    seed: int = 7


@contextmanager
def platforms_apart(plan: Plan) -> Iterator[Mapping[str, Places]]:
    """Where each of them is reached, until the end of the block."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_play, args=(theirs, plan))
    process.start()
    try:
        assert ours.poll(READY), "the platforms did not start"
        reached: dict[str, tuple[str, str]] = ours.recv()
        yield {name: _places(*where) for name, where in reached.items()}
    finally:
        ours.close()  # it notices, and ends
        process.join(READY)
        process.kill()


def _places(http: str, stream: str) -> Places:
    return Places(http, lambda: stream)


def _play(pipe: Connection, plan: Plan) -> None:
    with ExitStack() as stack:
        reached, stages = {}, []
        for name in plan.names:
            dialect = DIALECTS[name]()
            platform = stack.enter_context(Platform())
            stages.append(Stage(dialect, timeline_of_hours(plan, dialect), plan.clock.now))
            platform.play(stages[-1])
            streams = isinstance(dialect, StreamDialect)
            reached[name] = platform.places.http, platform.places.stream() if streams else ""
        pipe.send(reached)
        _direct(pipe, stages, plan)


def _direct(pipe: Connection, stages: Sequence[Stage], plan: Plan) -> None:
    """Let faults wait by chance, and let go what hangs, until the other side is gone."""
    draw = random.Random(plan.seed)
    while not _is_gone(pipe):
        for stage in stages:
            if stage.stuck.is_set() or (stage.streams and draw.random() < plan.faults):
                stage.let_go()  # a stream that never ended would meet no fault
            stage.asked.clear()
            if draw.random() < plan.faults and not stage.faults:
                stage.faults.append(draw.choice(sorted(stage.dialect.bounds.faults)))
    for stage in stages:
        stage.let_go()


def _is_gone(pipe: Connection) -> bool:
    try:
        return pipe.poll(LOOK) and pipe.recv() is None
    except (EOFError, OSError):
        return True


def timeline_of_hours(plan: Plan, dialect: Dialect) -> Timeline:
    """Posts at an even rate, as the platform's bounds allow them."""
    count = int(timedelta(hours=plan.hours) / plan.every)
    late = min(dialect.bounds.latest, timedelta(minutes=2))
    return Timeline(tuple(_entry(number, plan.every, late) for number in range(count)))


def _entry(number: int, every: timedelta, late: timedelta) -> Entry:
    at = START + (number + 1) * every
    entry = Entry(number, at, at + (late if number % 5 == 0 else timedelta(0)))
    if number % 8 == 3:
        entry = replace(entry, edited=at + timedelta(minutes=7))
    if number % 12 == 5:
        entry = replace(entry, deleted=at + timedelta(minutes=15))
    return entry
