"""Who is there: keeps the engine's rules in step with what people say of it, in this process or in
another, and has what they leave behind moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from config import Settings
from escalation.engine import Engine
from escalation.rules import Rules
from tocsin.store import Store, Unit

T = TypeVar("T")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def rules_of(settings: Settings, store: Store, now: datetime) -> Rules:
    """The rules as they are now: the settings, and what has been said beside them."""
    return Rules(settings, store.write(lambda desk: desk.changes(now)))


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found when it was last looked at.

    version  of what was said; away: who was away; meant: whose turn it was, by team; on_call: who
             was, there or in their place; manned: the teams for which it was known that somebody
             was.
    """

    version: int
    away: frozenset[str]
    meant: Mapping[str, str | None]
    on_call: Mapping[str, str | None]
    manned: frozenset[str]


class Presence:
    """Looked at in every pass; does something only where somebody came or went."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self._store = store
        self._engine = engine
        # Read before anything is written: what is mended or over at the start has the time of now.
        self._written_at = store.write(lambda desk: desk.last_ledger_time())
        self._last: _Look | None = None
        self._change_at: datetime | None = None
        self._shift_pending = False

    @property
    def next_at(self) -> datetime | None:
        """When somebody comes, goes or hands over next; long ago: it was never looked at."""
        return _LONG_AGO if self._last is None else self._change_at

    def keep_up(self, version: int, now: datetime) -> list[BaseException]:
        """C23: know what was said (`version`: of the store's rows); what belongs to somebody who
        is away from now on goes to somebody who is there. Returns what went wrong; it is tried
        again at the next pass."""
        if self._last is None:
            self._last = self._store.write(lambda desk: self._as_it_was(desk, now))
        elif version == self._last.version and not self._is_due(now):
            return []
        look, errors = self._try(lambda desk: self._replace_absent(desk, version, now))
        if look is not None:
            # Whose turn it was stays as it was found until the hand-over is done.
            self._last = look
            self._shift_pending = True
        return errors

    def hand_over(self, now: datetime) -> list[BaseException]:
        """C24: where another person's turn has begun, what waits for the last one's passes over;
        and what was held because nobody was on call pages once somebody is.

        That somebody is back is no hand-over: nothing moves to another owner by itself then.
        """
        if not self._shift_pending or self._last is None:
            return []
        last = self._last
        look, errors = self._try(lambda desk: self._change_shifts(desk, last, now))
        if look is not None:
            self._last = look
            self._shift_pending = False
            self._change_at = self._engine.rules.roster.next_change(now)
        return errors

    def _is_due(self, now: datetime) -> bool:
        return self._change_at is not None and self._change_at <= now

    def _as_it_was(self, desk: Unit, now: datetime) -> _Look:
        """As it was when the house last wrote: much may have changed while it was down."""
        then = min(self._written_at or now, now)
        rules = Rules(self._engine.rules.settings, desk.changes(then))
        # Other settings may have come meanwhile, in which nobody knows who was there before.
        return _Look(-1, frozenset(), _meant(rules, then), rules.on_call(then), frozenset())

    def _replace_absent(self, desk: Unit, version: int, now: datetime) -> _Look:
        assert self._last is not None
        before = self._engine.rules
        if version != self._last.version:
            version = desk.said_version()
            self._engine.rules = Rules(before.settings, desk.changes(now))
            desk.if_undone(lambda: setattr(self._engine, "rules", before))
        away = self._engine.rules.roster.away(now)
        if away - self._last.away:
            self._engine.repair(desk, now)
        return replace(self._last, version=version, away=away)

    def _change_shifts(self, desk: Unit, before: _Look, now: datetime) -> _Look:
        rules = self._engine.rules
        meant, manned = _meant(rules, now), rules.manned(now)
        turns, was = before.meant, before.on_call
        changed = {team: was[team] for team, one in meant.items() if one != turns.get(team, one)}
        if changed:
            self._engine.change_shifts(desk, now, changed)
        if come := manned - before.manned:
            self._engine.come_on_call(desk, now, come)
        return replace(before, meant=meant, on_call=rules.on_call(now), manned=manned)

    def _try(self, work: Callable[[Unit], T]) -> tuple[T | None, list[BaseException]]:
        """The answer of `work`, or what went wrong. In one of the store's batches, as timers are:
        what fails leaves nothing behind."""
        answers: list[T] = []
        raised = self._store.write_each([lambda desk: answers.append(work(desk))])
        errors = [error for error in raised if error is not None]
        return (None if errors else answers[-1]), errors


def _meant(rules: Rules, now: datetime) -> Mapping[str, str | None]:
    return {team.name: rules.roster.meant(team.name, now) for team in rules.settings.teams}
