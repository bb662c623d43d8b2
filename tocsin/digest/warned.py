"""Warnings by function, and what silences have hidden. Reads only; names nobody."""

import sqlite3
from datetime import datetime

from escalation.warnings import Group, by_function, done_spoken, is_ignored, kinds_spoken
from tocsin.digest.data import Hushed, Warned
from tocsin.store.contracts import ContractRows
from tocsin.store.silences import SilenceRows
from tocsin.store.times import ms


def before_storm(connection: sqlite3.Connection, incident: int) -> tuple[Warned, ...]:
    """The warnings that a storm had, by function, the most first."""
    rows = ContractRows()
    rows.connection = connection
    groups = by_function(rows.done_about(rows.warnings_of_incident(incident)))
    return tuple(_warned(group) for group in groups)


def not_heeded(
    connection: sqlite3.Connection, brand: str, start: datetime, end: datetime
) -> tuple[Warned, ...]:
    """A brand's warnings of the week that nobody had heeded by the time of writing."""
    rows = ContractRows()
    rows.connection = connection
    told = rows.done_about(rows.warnings_between(start, end, brand))
    groups = by_function([(one, done) for one, done in told if is_ignored(one, done)])
    return tuple(_warned(group) for group in groups)


def _warned(group: Group) -> Warned:
    return Warned(
        function=group.team,
        count=group.count,
        first_at=group.first_at,
        kinds=kinds_spoken(group),
        done=done_spoken(group),
        not_heeded=group.ignored,
    )


def hushed(connection: sqlite3.Connection, start: datetime, end: datetime) -> tuple[Hushed, ...]:
    """The silences that held something back in the week, and how much of it."""
    rows = connection.execute(
        "select silence, count(*) as hidden from silenced where at >= ? and at < ? "
        "group by silence order by hidden desc, silence",
        (ms(start), ms(end)),
    ).fetchall()
    silences = SilenceRows()
    silences.connection = connection
    found = []
    for number, hidden in rows:
        silence = silences.silence_of(number)
        assert silence is not None  # the tables' own rule
        ended = silence.ended_at or silence.until
        found.append(Hushed(number, silence.scope.spoken, silence.since, ended, hidden))
    return tuple(found)
