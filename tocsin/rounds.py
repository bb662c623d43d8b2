"""One engine pass: who is there, waits that are over, shifts that have changed, calmed storms.

The daemon makes one every second, a replay whenever something is due. `now` is asked once.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.desk import Timer
from escalation.engine import Engine
from escalation.subject import Level, Matter
from tocsin.log import logger
from tocsin.pipeline import Pipeline
from tocsin.presence import Presence
from tocsin.store import Store, Unit

CALM_EVERY = timedelta(minutes=5)  # how often an open storm's rate is looked at
STIRRED_EVERY = timedelta(minutes=55)  # and, on top of that, one that is contained
MAX_TIMERS = 16  # in one go; one that fires may move many others, which then are not due
POISON_WAIT = timedelta(minutes=1)  # until a wait whose end raised is tried again


@dataclass(frozen=True, slots=True)
class Poison:
    """A wait whose end cannot be handled: what was raised, and when it is tried again."""

    error: BaseException
    again_at: datetime


class Rounds:
    """Does by the clock what the clock demands."""

    def __init__(self, store: Store, engine: Engine, pipeline: Pipeline) -> None:
        self._store = store
        self._engine = engine
        self._pipeline = pipeline
        self._presence = Presence(store, engine)
        self._calm_at: datetime | None = None
        self.poisoned: dict[Timer, Poison] = {}

    def run(self, now: datetime) -> list[BaseException]:
        """Everything that is due by `now`; returns what went wrong, each in its own transaction.

        What failed is still due, and is tried again at the next pass; it holds up nothing else.
        A wait whose end raises every time is a fault, and tried once a minute.
        """
        failed = {timer for timer, one in self.poisoned.items() if one.again_at > now}
        said, timers = self._store.write(
            lambda desk: (desk.said_version(), _due(desk, now, failed))
        )
        errors = self._presence.keep_up(said, now)
        while timers:
            raised = self._store.write_each([self._firing(timer, now) for timer in timers])
            for timer, error in zip(timers, raised, strict=True):
                if error is not None:
                    failed.add(timer)
                    errors.append(error)
                self._note_poison(timer, error, now)
            if len(timers) < MAX_TIMERS:
                break
            timers = self._store.write(lambda desk: _due(desk, now, failed))
        self._forget_poison(now)
        errors += self._presence.hand_over(now)
        errors += self._settle(now)
        return errors

    def _note_poison(self, timer: Timer, error: BaseException | None, now: datetime) -> None:
        """Where the store failed it was not the wait's doing."""
        if error is None:
            self._mend(timer, now)
        elif not isinstance(error, sqlite3.Error):
            self.poisoned[timer] = Poison(error, now + POISON_WAIT)
            kind = type(error).__name__
            logger().error(
                "a wait cannot end", subject=timer.ref.outside, wait=timer.kind, kind=kind
            )
            about = "something" if timer.ref.kind == Matter.kind else timer.ref.spoken
            detail = f"the end of the wait {timer.kind} of {about} fails: {kind}"
            self._try(lambda desk: self._engine.fault(desk, _poison_name(timer), detail, now))

    def _forget_poison(self, now: datetime) -> None:
        """What was cancelled or begun anew meanwhile is no trouble any more."""
        if self.poisoned:
            limit = MAX_TIMERS + len(self.poisoned)
            due = self._store.write(lambda desk: desk.due_timers(now, limit))
            for timer in [one for one in self.poisoned if one not in due and len(due) < limit]:
                self._mend(timer, now)

    def _mend(self, timer: Timer, now: datetime) -> None:
        if self.poisoned and self.poisoned.pop(timer, None) is not None:
            self._try(lambda desk: self._engine.mended(desk, _poison_name(timer), now))

    def _firing(self, timer: Timer, now: datetime) -> Callable[[Unit], None]:
        return lambda desk: self._engine.fire(desk, timer, now)

    def _settle(self, now: datetime) -> list[BaseException]:
        if self._calm_at is not None and self._calm_at > now:
            return []
        errors = self._try(lambda desk: self._pipeline.settle(desk, now))
        if not errors:
            self._calm_at = now + CALM_EVERY
        return errors

    def _try(self, work: Callable[[Unit], None]) -> list[BaseException]:
        return [error for error in self._store.write_each([work]) if error is not None]

    def next_at(self, desk: Unit) -> datetime | None:
        """When the next pass has something to do."""
        instants = (desk.next_timer(), self._presence.next_at, self._looks_at(desk))
        return min((instant for instant in instants if instant is not None), default=None)

    def _looks_at(self, desk: Unit) -> datetime | None:
        """When a storm's rate is to be looked at; of one that is contained, once an hour tells
        as much, as an hour is what is looked at."""
        levels = {level for _, level in desk.storming()}
        if self._calm_at is None or not levels:
            return None
        return self._calm_at if Level.STORM in levels else self._calm_at + STIRRED_EVERY


def _due(desk: Unit, now: datetime, failed: set[Timer]) -> list[Timer]:
    timers = desk.due_timers(now, MAX_TIMERS + len(failed))
    return [timer for timer in timers if timer not in failed] if failed else list(timers)


def _poison_name(timer: Timer) -> str:
    """What is private is not named, whatever goes wrong with it."""
    if timer.ref.kind == Matter.kind:
        return f"timer:{timer.kind}"
    return f"timer:{timer.kind}:{timer.ref}"[:64]
