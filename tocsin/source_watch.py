"""Watches the sources from outside their threads: one that hangs says nothing of itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from config import spell_duration
from tocsin import deafness
from tocsin.deafness import DEAF_AFTER
from tocsin.log import logger
from tocsin.store import Unit
from tocsin.wiring import House

POLLS = 3  # intervals without a sign of it, and a source hangs


class Watched(Protocol):
    """A source that is kept read, as it is seen from outside."""

    name: str
    every: timedelta
    active_at: datetime  # when it last did anything, be it in vain


class SourceWatch:
    """Looks at every source of a house."""

    def __init__(self, house: House, workers: Sequence[Watched]) -> None:
        self._house = house
        self._workers = workers
        self._suspects: dict[str, datetime] = {}  # seen without a sign, and when it last gave one

    def look(self) -> None:
        """A source that is deaf for too long, or gives no sign of itself, is a fault.

        It hangs once two looks have found no sign: after the machine slept, time has passed and
        nothing was due yet.
        """
        now = self._house.clock.now()
        for worker in self._workers:
            silent = now - worker.active_at
            hangs = silent >= max(DEAF_AFTER, POLLS * worker.every)
            was_seen = self._suspects.get(worker.name) == worker.active_at
            self._suspects[worker.name] = worker.active_at
            self._tell(worker.name, worker.active_at if hangs and was_seen else None, now)
            if not hangs:
                del self._suspects[worker.name]

    def _tell(self, source: str, hangs_since: datetime | None, now: datetime) -> None:
        house = self._house
        with house.store.read() as desk:
            is_deaf = bool(deafness.deaf(desk, source, now))
        if hangs_since is None and not is_deaf:
            return

        def tell(desk: Unit) -> None:
            if hangs_since is not None:
                why = f"it has done nothing for {spell_duration(now - hangs_since)}"
                desk.fail_source(source, f"{why}; restart tocsin", hangs_since, hopeless=True)
            deafness.look(desk, house.engine, source, now)

        try:
            house.store.write(tell)
        except Exception as error:  # noqa: BLE001  a job's edge: the others are looked at all the same
            logger().error("cannot write", source=source, kind=type(error).__name__)
