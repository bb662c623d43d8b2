"""One engine pass: waits that are over, shifts that have changed, storms that have calmed.

The daemon makes one every second, a replay whenever something is due. `now` is asked once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from config import Settings
from escalation.desk import Timer
from escalation.engine import Engine
from tocsin.pipeline import Pipeline
from tocsin.store import Store, Unit

CALM_EVERY = timedelta(minutes=5)  # how often an open storm's rate is looked at
MAX_TIMERS = 64  # in one go; one that fires may move many others, which then are not due


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

    def run(self, now: datetime) -> list[BaseException]:
        """Everything that is due by `now`; returns what went wrong, each in its own transaction."""
        errors: list[BaseException] = []
        while timers := self._store.write(lambda desk: desk.due_timers(now, MAX_TIMERS)):
            failed = self._store.write_each([self._firing(timer, now) for timer in timers])
            errors.extend(failed)
            if failed:
                break  # what failed is still due; the next pass tries again
        errors.extend(self._store.write_each(self._also_due(now)))
        return errors

    def _firing(self, timer: Timer, now: datetime) -> Callable[[Unit], None]:
        return lambda desk: self._engine.fire(desk, timer, now)

    def _also_due(self, now: datetime) -> list[Callable[[Unit], None]]:
        works: list[Callable[[Unit], None]] = []
        if not self._started:
            # A shift may have changed while the house was down.
            last = self._store.write(lambda desk: desk.last_ledger_time())
            self._shift_at = self._next_shift(min(last or now, now))
            self._started = True
        if self._shift_at is not None and self._shift_at <= now:
            works.append(lambda desk: self._engine.change_shifts(desk, now))
            self._shift_at = self._next_shift(now)
        if self._calm_at is None or self._calm_at <= now:
            works.append(lambda desk: self._pipeline.settle(desk, now))
            self._calm_at = now + CALM_EVERY
        return works

    def _next_shift(self, now: datetime) -> datetime | None:
        roster = self._engine.rules.roster
        changes = (roster.next_shift_change(team.name, now) for team in self._settings.teams)
        return min((change for change in changes if change is not None), default=None)

    def next_at(self, desk: Unit) -> datetime | None:
        """When the next pass has something to do."""
        calm_at = self._calm_at if desk.storming() else None
        instants = (desk.next_timer(), self._shift_at, calm_at)
        return min((instant for instant in instants if instant is not None), default=None)
