"""When a storm would have rung over the own past, at each sensitivity, and what is not known.

Nothing is written and nobody is paged: the store is opened so that it cannot be changed.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from listener.spread import Sensitivity
from tocsin.rung import EPISODE, Ring, alarms, rings
from tocsin.store.times import ms, utc
from tocsin.store.voices import Said, deaf_times, voices
from tocsin.whatif.history import History

SENSITIVITIES: tuple[Sensitivity, ...] = ("calm", "normal", "keen")
LATE = 600.0  # seconds after its writing, from which on a post would have rung later than told
LEARNS = timedelta(days=1)  # a measure's first day, in which only the plainest storm rings
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An incident of the store. declared: by a person; over: when it was contained or closed."""

    number: int
    opened_at: datetime
    over: datetime | None
    declared: bool
    storm: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """A storm that would have paged somebody; incident: the one on record that it matches."""

    ring: Ring
    incident: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one sensitivity comes to.

    missed  storms on record that it would not have rung for.   watches  worth a look, no page.
    """

    sensitivity: Sensitivity
    alarms: tuple[Alarm, ...]
    missed: tuple[Recorded, ...]
    watches: int
    a_week: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """A brand's past under each sensitivity, and what of it is not known.

    erased  posts whose words are gone: they count, without followers and repost tree.
    late    posts seen more than ten minutes after they were written.
    deaf    how long some source could not be heard.
    """

    brand: str
    since: datetime
    until: datetime
    posts: int
    unhappy: int
    erased: int
    late: int
    deaf: timedelta
    recorded: tuple[Recorded, ...]
    outcomes: tuple[Outcome, ...]


def backtest(
    history: History, brand: str, sensitivities: Sequence[Sensitivity] = SENSITIVITIES
) -> Backtest:
    """Run the measure over a brand's past. Raises sqlite3.Error."""
    connection, since, until = history.connection, history.since, history.until
    said = list(voices(connection, brand, since, until))
    began = datetime.fromtimestamp(said[0].voice.at, UTC) if said else until
    deaf = deaf_times(connection, since, until)
    recorded = _recorded(connection, brand, since, until)
    return Backtest(
        brand=brand,
        since=max(since, began),
        until=until,
        posts=len(said),
        unhappy=sum(one.voice.unhappy for one in said),
        erased=sum(one.erased for one in said),
        late=sum(one.late > LATE for one in said),
        deaf=_within(deaf, began, until),
        recorded=recorded,
        outcomes=tuple(
            _outcome(said, deaf, brand, one, recorded, until - began) for one in sensitivities
        ),
    )


def _outcome(
    said: Iterable[Said],
    deaf: Sequence[tuple[float, float]],
    brand: str,
    sensitivity: Sensitivity,
    recorded: Sequence[Recorded],
    length: timedelta,
) -> Outcome:
    rung = list(rings((one.voice for one in said), deaf, brand, sensitivity))
    found = tuple(Alarm(ring, _match(ring.at, recorded)) for ring in alarms(rung))
    told = {alarm.incident for alarm in found}
    return Outcome(
        sensitivity,
        found,
        tuple(one for one in recorded if one.storm and one.number not in told),
        sum(ring.signal.level == "watch" for ring in rung),
        len(found) / max(length / WEEK, LEARNS / WEEK),
    )


def _match(at: datetime, recorded: Iterable[Recorded]) -> int | None:
    """The incident that was open then, or was opened within six hours of it."""
    near = timedelta(seconds=EPISODE)
    found = [
        one
        for one in recorded
        if one.opened_at - near <= at <= max(one.over or one.opened_at, one.opened_at) + near
    ]
    return min(found, key=lambda one: abs(one.opened_at - at)).number if found else None


def _recorded(
    connection: sqlite3.Connection, brand: str, since: datetime, until: datetime
) -> tuple[Recorded, ...]:
    rows = connection.execute(
        "select number, opened_at, coalesce(contained_at, closed_at) as over, declared_by, "
        "storm_at from incidents where brand = ? and opened_at between ? and ? "
        "and merged_into is null order by opened_at, number",
        (brand, ms(since), ms(until)),
    )
    return tuple(
        Recorded(
            row["number"],
            utc(row["opened_at"]),
            None if row["over"] is None else utc(row["over"]),
            row["declared_by"] is not None,
            row["storm_at"] is not None,
        )
        for row in rows.fetchall()
    )


def _within(deaf: Iterable[tuple[float, float]], since: datetime, until: datetime) -> timedelta:
    start, end = since.timestamp(), until.timestamp()
    seconds = sum(max(0.0, min(end, two) - max(start, one)) for one, two in deaf)
    return timedelta(seconds=seconds)
