"""Rows of who said to be away and who took a turn; what the settings say of it stands there."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.absences import Absence, Changes, Cover
from tocsin.store.times import ms, utc

LOOK_BACK = timedelta(days=30)
"""How long what is over is still known to the rules: a house that was down asks who was on call
when it last wrote."""

_VERSION = "said"  # the row of `house` that counts what was said


@dataclass(frozen=True, slots=True)
class Said:
    """One row: an absence (`team` is None) or a cover, from `since` until just before `until`."""

    number: int
    person: str
    since: datetime
    until: datetime
    team: str | None = None


class SaidRows:
    """What people say of who is there. Nothing is deleted: what is taken back has an end."""

    connection: sqlite3.Connection

    def said_version(self) -> int:
        """A number that is another one after anything was said; one look-up by key."""
        row = self.connection.execute(
            "select value from house where name = ?", (_VERSION,)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def changes(self, now: datetime) -> Changes:
        """Everything said that is not long over, as the rules take it."""
        absences, covers = self.said_absences(now - LOOK_BACK), self.said_covers(now - LOOK_BACK)
        return Changes(
            tuple(Absence(one.person, one.since, one.until) for one in absences),
            tuple(Cover(one.team or "", one.person, one.since, one.until) for one in covers),
        )

    def said_absences(self, after: datetime, person: str | None = None) -> Sequence[Said]:
        """Absences that are not over at an instant, of everybody or of one person, in order."""
        rows = self.connection.execute(
            "select id, person, since, coalesce(ended_at, until) from absences "
            "where coalesce(ended_at, until) > ? and (? is null or person = ?) "
            "order by since, id",
            (ms(after), person, person),
        )
        return [
            Said(number, person, utc(since), utc(until))
            for number, person, since, until in rows.fetchall()
            if since < until
        ]

    def said_covers(self, after: datetime, team: str | None = None) -> Sequence[Said]:
        """Covers that are not over at an instant, of all teams or of one, in order."""
        rows = self.connection.execute(
            "select id, person, since, coalesce(ended_at, until), team from covers "
            "where coalesce(ended_at, until) > ? and (? is null or team = ?) "
            "order by since, id",
            (ms(after), team, team),
        )
        return [
            Said(number, person, utc(since), utc(until), team)
            for number, person, since, until, team in rows.fetchall()
            if since < until
        ]

    def say_away(
        self, person: str, since: datetime, until: datetime, by: str, now: datetime
    ) -> int:
        """Keep an absence; returns its number."""
        cursor = self.connection.execute(
            "insert into absences (person, since, until, said_by, said_at) values (?, ?, ?, ?, ?)",
            (person, ms(since), ms(until), by, ms(now)),
        )
        self._said()
        return int(cursor.lastrowid or 0)

    def say_cover(
        self, team: str, person: str, since: datetime, until: datetime, by: str, now: datetime
    ) -> int:
        """Keep a cover; returns its number."""
        cursor = self.connection.execute(
            "insert into covers (team, person, since, until, said_by, said_at) "
            "values (?, ?, ?, ?, ?, ?)",
            (team, person, ms(since), ms(until), by, ms(now)),
        )
        self._said()
        return int(cursor.lastrowid or 0)

    def end_said(self, one: Said, now: datetime) -> None:
        """Take an absence or a cover back: it ends now, or never begins."""
        table = "absences" if one.team is None else "covers"
        self.connection.execute(
            f"update {table} set ended_at = ? where id = ?",  # noqa: S608
            (ms(now), one.number),
        )
        self._said()

    def _said(self) -> None:
        self.connection.execute(
            "insert into house (name, value) values (?, '1') "
            "on conflict do update set value = cast(value as integer) + 1",
            (_VERSION,),
        )
