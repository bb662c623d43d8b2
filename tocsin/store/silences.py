"""Rows of silences, and of what each has held back."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.silences import Scope, Silence
from escalation.subject import KINDS, Case, Ref, Subject
from tocsin.store.rows import TABLES
from tocsin.store.subjects import SubjectRows
from tocsin.store.times import ms, utc

_COLUMNS = (
    "number, author, reason, since, until, brand, team, topic, about, urgent, ended_at, ended_by"
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something that a silence has held back, since when, and where it stands now."""

    ref: Ref
    at: datetime
    state: str
    held: bool  # by this silence, now


class SilenceRows(SubjectRows):
    """Silences, read in the transaction of every decision, so that one made by another process
    counts from its commit on."""

    # Those that ran at the instant that was asked of last in this transaction: one decision
    # follows the other. Forgotten with the transaction, and where one is made or ended.
    _running: tuple[datetime, tuple[Silence, ...]] | None

    def silences(self, now: datetime) -> Sequence[Silence]:
        """The silences that run."""
        if self._running is None or self._running[0] != now:
            rows = self.connection.execute(
                f"select {_COLUMNS} from silences where ended_at is null and until > ? "  # noqa: S608
                "and since <= ? order by number",
                (ms(now), ms(now)),
            )
            self._running = now, tuple(_silence(row) for row in rows.fetchall())
        return self._running[1]

    def all_silences(self, limit: int = 1000) -> Sequence[Silence]:
        """Silences that run and ran, the newest first."""
        rows = self.connection.execute(
            f"select {_COLUMNS} from silences order by number desc limit ?",  # noqa: S608
            (limit,),
        )
        return [_silence(row) for row in rows.fetchall()]

    def silence_of(self, number: int) -> Silence | None:
        """Read a silence; None where there is none of that number."""
        row = self.connection.execute(
            f"select {_COLUMNS} from silences where number = ?",  # noqa: S608
            (number,),
        ).fetchone()
        return None if row is None else _silence(row)

    def add_silence(
        self, scope: Scope, author: str, reason: str, now: datetime, until: datetime
    ) -> Silence:
        """Keep a silence that begins now."""
        self._running = None
        added = self.connection.execute(
            "insert into silences (author, reason, since, until, brand, team, topic, about, "
            "urgent, said_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                author,
                reason,
                ms(now),
                ms(until),
                scope.brand,
                scope.team,
                scope.topic,
                scope.about,
                scope.urgent,
                ms(now),
            ),
        )
        kept = self.silence_of(added.lastrowid or 0)
        assert kept is not None
        return kept

    def end_silence(self, number: int, by: str, now: datetime) -> None:
        """Note that a silence was ended before its time."""
        self._running = None
        self.connection.execute(
            "update silences set ended_at = ?, ended_by = ? where number = ? and ended_at is null",
            (ms(now), by, number),
        )

    def silenced(self, number: int, ref: Ref, now: datetime) -> None:
        """Count what a silence holds; the same a second time changes nothing."""
        self.connection.execute(
            "insert or ignore into silenced (silence, kind, number, at) values (?, ?, ?, ?)",
            (number, ref.kind, ref.number, ms(now)),
        )

    def held_by(self, number: int) -> Sequence[Subject]:
        """The subjects that a silence holds."""
        return [
            one
            for kind in KINDS
            for one in self._subjects(kind, "where silence = ? and state = 'new'", (number,))
        ]

    def hidden_by(self, number: int) -> Sequence[Hidden]:
        """What a silence has held back, in order of time."""
        union = " union all ".join(
            f"select '{kind}' as kind, number, state, silence from {table}"  # noqa: S608
            for kind, table in TABLES.items()
        )
        rows = self.connection.execute(
            "select h.kind, h.number, h.at, s.state, s.silence is h.silence as held "  # noqa: S608
            f"from silenced h join ({union}) s on s.kind = h.kind and s.number = h.number "
            "where h.silence = ? order by h.at, h.kind, h.number",
            (number,),
        )
        return [
            Hidden(Ref(row["kind"], row["number"]), utc(row["at"]), row["state"], bool(row["held"]))
            for row in rows.fetchall()
        ]

    def count_hidden(self, number: int) -> int:
        """How many subjects a silence has held back."""
        row = self.connection.execute(
            "select count(*) from silenced where silence = ?", (number,)
        ).fetchone()
        return int(row[0])

    def count_held(self, number: int) -> int:
        """How many subjects a silence holds now."""
        return sum(
            self.connection.execute(
                f"select count(*) from {table} where silence = ? and state = 'new'",  # noqa: S608
                (number,),
            ).fetchone()[0]
            for table in TABLES.values()
        )

    def cases_since(self, since: datetime) -> Sequence[Case]:
        """Every case that was opened since then, as it stands now."""
        return self._subjects("case", "where opened_at >= ? order by number", (ms(since),))


def _silence(row: sqlite3.Row) -> Silence:
    return Silence(
        number=row["number"],
        author=row["author"],
        reason=row["reason"],
        since=utc(row["since"]),
        until=utc(row["until"]),
        scope=Scope(
            brand=row["brand"],
            team=row["team"],
            topic=row["topic"],
            about=row["about"],
            urgent=bool(row["urgent"]),
        ),
        ended_at=None if row["ended_at"] is None else utc(row["ended_at"]),
        ended_by=row["ended_by"],
    )
