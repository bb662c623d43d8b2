"""One engine pass: waits that are over, shifts that have changed, storms that have calmed.

The daemon makes one every second, a replay whenever something is due. `now` is asked once.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config import Settings
from escalation.desk import Timer
from escalation.engine import Engine
from tocsin.log import logger
from tocsin.pipeline import Pipeline
from tocsin.store import Store, Unit

CALM_EVERY = timedelta(minutes=5)  # how often an open storm's rate is looked at
MAX_TIMERS = 64  # in one go; one that fires may move many others, which then are not due
POISON_WAIT = timedelta(minutes=1)  # until a wait whose end raised is tried again


@dataclass(frozen=True, slots=True)
class Poison:
    """A wait whose end cannot be handled: what was raised, and when it is tried again."""

    error: BaseException
    again_at: datetime


class Rounds:
    """Does by the clock what the clock demands."""

    def __init__(
        self, settings: Settings, store: Store, engine: Engine, pipeline: Pipeline
    ) -> None:
        self._settings = settings
        self._store = store
        self._engine = engine
        self._pipeline = pipeline
        self._calm_at: datetime | None = None
        self._shift_at: datetime | None = None
        self._started = False
        self.poisoned: dict[Timer, Poison] = {}

    def run(self, now: datetime) -> list[BaseException]:
        """Everything that is due by `now`; returns what went wrong, each in its own transaction.

        What failed is still due, and is tried again at the next pass; it holds up nothing else.
        A wait whose end raises every time is a fault, and tried once a minute.
        """
        errors: list[BaseException] = []
        failed = {timer for timer, one in self.poisoned.items() if one.again_at > now}
        while timers := self._due(now, failed):
            raised = self._store.write_each([self._firing(timer, now) for timer in timers])
            for timer, error in zip(timers, raised, strict=True):
                if error is not None:
                    failed.add(timer)
                    errors.append(error)
                self._note_poison(timer, error, now)
            if len(timers) < MAX_TIMERS:
                break
        self._forget_poison(now)
        errors += self._change_shifts(now)
        errors += self._settle(now)
        return errors

    def _due(self, now: datetime, failed: set[Timer]) -> list[Timer]:
        limit = MAX_TIMERS + len(failed)
        timers = self._store.write(lambda desk: desk.due_timers(now, limit))
        return [timer for timer in timers if timer not in failed]

    def _note_poison(self, timer: Timer, error: BaseException | None, now: datetime) -> None:
        """Where the store failed it was not the wait's doing."""
        if error is None:
            self._mend(timer, now)
        elif not isinstance(error, sqlite3.Error):
            self.poisoned[timer] = Poison(error, now + POISON_WAIT)
            kind = type(error).__name__
            logger().error("a wait cannot end", subject=str(timer.ref), wait=timer.kind, kind=kind)
            detail = f"the end of the wait {timer.kind} of {timer.ref.spoken} fails: {kind}"
            self._try(lambda desk: self._engine.fault(desk, _poison_name(timer), detail, now))

    def _forget_poison(self, now: datetime) -> None:
        """What was cancelled or begun anew meanwhile is no trouble any more."""
        if self.poisoned:
            limit = MAX_TIMERS + len(self.poisoned)
            due = self._store.write(lambda desk: desk.due_timers(now, limit))
            for timer in [one for one in self.poisoned if one not in due and len(due) < limit]:
                self._mend(timer, now)

    def _mend(self, timer: Timer, now: datetime) -> None:
        if self.poisoned.pop(timer, None) is not None:
            self._try(lambda desk: self._engine.mended(desk, _poison_name(timer), now))

    def _firing(self, timer: Timer, now: datetime) -> Callable[[Unit], None]:
        return lambda desk: self._engine.fire(desk, timer, now)

    def _change_shifts(self, now: datetime) -> list[BaseException]:
        if not self._started:
            # A shift may have changed while the house was down.
            last = self._store.write(lambda desk: desk.last_ledger_time())
            self._shift_at = self._next_shift(min(last or now, now))
            self._started = True
        if self._shift_at is None or self._shift_at > now:
            return []
        errors = self._try(lambda desk: self._engine.change_shifts(desk, now))
        if not errors:
            self._shift_at = self._next_shift(now)
        return errors

    def _settle(self, now: datetime) -> list[BaseException]:
        if self._calm_at is not None and self._calm_at > now:
            return []
        errors = self._try(lambda desk: self._pipeline.settle(desk, now))
        if not errors:
            self._calm_at = now + CALM_EVERY
        return errors

    def _try(self, work: Callable[[Unit], None]) -> list[BaseException]:
        return [error for error in self._store.write_each([work]) if error is not None]

    def _next_shift(self, now: datetime) -> datetime | None:
        roster = self._engine.rules.roster
        changes = (roster.next_shift_change(team.name, now) for team in self._settings.teams)
        return min((change for change in changes if change is not None), default=None)

    def next_at(self, desk: Unit) -> datetime | None:
        """When the next pass has something to do."""
        calm_at = self._calm_at if desk.storming() else None
        instants = (desk.next_timer(), self._shift_at, calm_at)
        return min((instant for instant in instants if instant is not None), default=None)


def _poison_name(timer: Timer) -> str:
    return f"timer:{timer.kind}:{timer.ref}"[:64]
