"""The ledger's rows, the typed reasons beside it, and the random ids of staff."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from escalation.ledger import Entry, Head, next_entry
from tocsin.randomness import Randomness
from tocsin.store.times import ms, utc

MAX_NOTE_CHARS = 2_000
_FACTS = json.JSONEncoder(sort_keys=True)
_LEAST = -(2**63)  # that SQLite can hold: a row whose number or time was changed is read too


class LedgerRows:
    """Append and read; a trigger refuses every change."""

    connection: sqlite3.Connection
    randomness: Randomness
    # Remembered within a transaction, because each entry needs the one before it.
    _last_entries: dict[str, Entry]
    _staff_ids: dict[str, str]

    def enter(
        self,
        chain: str,
        event: str,
        subject: str,
        actor: str,
        facts: Mapping[str, Any],
        at: datetime,
        note: str = "",
    ) -> Entry:
        """Append to a chain; the note is kept beside it, erasable."""
        entry = next_entry(
            self._last_entries.get(chain) or self.last_entry(chain),
            chain=chain,
            now=at,
            event=event,
            subject=subject,
            actor=actor,
            facts=facts,
        )
        cursor = self.connection.execute(
            "insert into ledger (schema, chain, chain_number, at, event, subject, actor, facts, "
            "previous, digest) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.schema,
                entry.chain,
                entry.number,
                entry.at_ms,
                entry.event,
                entry.subject,
                entry.actor,
                _FACTS.encode(dict(entry.facts)),
                entry.previous,
                entry.digest,
            ),
        )
        self._last_entries[chain] = entry
        if note:
            self.connection.execute(
                "insert into ledger_notes (entry, note) values (?, ?)",
                (cursor.lastrowid, note[:MAX_NOTE_CHARS]),
            )
        return entry

    def last_entry(self, chain: str) -> Entry | None:
        """The newest entry of a chain."""
        row = self.connection.execute(
            "select * from ledger where chain = ? order by chain_number desc limit 1", (chain,)
        ).fetchone()
        return None if row is None else _entry(row)

    def chains(self) -> list[str]:
        """The names of all chains."""
        rows = self.connection.execute("select distinct chain from ledger order by chain")
        return [row[0] for row in rows.fetchall()]

    def entries(
        self,
        chain: str,
        *,
        after: int | None = None,
        since: datetime | None = None,
        at_most: int = -1,
    ) -> Iterator[Entry]:
        """A chain from its first entry on, or from the one after a number.

        since    only what was written then or later.
        at_most  how many; -1: all.
        """
        rows = self.connection.execute(
            "select * from ledger where chain = ? and chain_number > ? and at >= ? "
            "order by chain_number limit ?",
            (
                chain,
                _LEAST if after is None else after,
                _LEAST if since is None else ms(since),
                at_most,
            ),
        )
        while batch := rows.fetchmany(1000):
            yield from map(_entry, batch)

    def head_at(self, chain: str, number: int) -> Head | None:
        """The number and digest of one entry; None where the chain has none of that number."""
        row = self.connection.execute(
            "select digest from ledger where chain = ? and chain_number = ?", (chain, number)
        ).fetchone()
        return None if row is None else Head(number, row[0])

    def last_row(self) -> int:
        """The number of the newest entry of all chains together, 0 before the first."""
        return int(self.connection.execute("select max(number) from ledger").fetchone()[0] or 0)

    def next_subjects(self, after: str, at_most: int) -> list[str]:
        """The subjects of the ledger that follow one by their names; "" comes before the first."""
        rows = self.connection.execute(
            "select distinct subject from ledger where subject > ? order by subject limit ?",
            (after, at_most),
        )
        return [row[0] for row in rows.fetchall()]

    def subjects_since(self, row: int) -> list[str]:
        """The subjects that have entries after a row of the ledger."""
        rows = self.connection.execute(
            "select distinct subject from ledger where number > ? order by subject", (row,)
        )
        return [one[0] for one in rows.fetchall()]

    def facts_of(self, subject: str) -> Iterator[tuple[str, Any]]:
        """The chain and the facts of each entry of a subject, in order."""
        rows = self.connection.execute(
            "select chain, facts from ledger where subject = ? order by number", (subject,)
        )
        while batch := rows.fetchmany(1000):
            yield from ((row[0], _facts(row[1])) for row in batch)

    def staff_ids(self) -> dict[str, str]:
        """The random ids of everybody who has one, by name."""
        return dict(self.connection.execute("select name, id from staff").fetchall())

    def last_ledger_time(self) -> datetime | None:
        """When the newest entry of any chain was written."""
        at = self.connection.execute(
            "select at from ledger order by number desc limit 1"
        ).fetchone()
        return None if at is None else utc(at[0])

    def entry_told(self, chain: str, number: int) -> dict[str, Any] | None:
        """One entry as `history` has it; None where the chain has none of that number."""
        row = self.connection.execute(
            f"{_TOLD} where l.chain = ? and l.chain_number = ?", (chain, number)
        ).fetchone()
        return None if row is None else _told(row)

    def staff_name(self, staff_id: str) -> str:
        """Who has a random id; "": nobody."""
        row = self.connection.execute("select name from staff where id = ?", (staff_id,)).fetchone()
        return "" if row is None else str(row[0])

    def history(self, subject: str) -> list[dict[str, Any]]:
        """What happened to a subject, in order, with the reasons people typed; `owner`: who owns it
        from then on, "" where that did not change."""
        names = {token: name for name, token in self.staff_ids().items()}
        rows = self.connection.execute(
            "select l.at, l.event, l.actor, l.facts, n.note, s.name from ledger l "
            "left join ledger_notes n on n.entry = l.number "
            "left join staff s on s.id = l.actor where l.subject = ? order by l.number",
            (subject,),
        )
        return [
            {
                "at": utc(row["at"]),
                "event": row["event"],
                "actor": row["name"] or row["actor"],
                "owner": _owner(facts := _facts(row["facts"]), names),
                "facts": facts,
                "note": row["note"] or "",
            }
            for row in rows.fetchall()
        ]

    def last_note(self, subject: str, event: str) -> str:
        """What was typed with the newest event of a kind of a subject; "": nothing."""
        row = self.connection.execute(
            "select n.note from ledger l left join ledger_notes n on n.entry = l.number "
            "where l.subject = ? and l.event = ? and l.actor <> 'engine' "
            "order by l.number desc limit 1",
            (subject, event),
        ).fetchone()
        return "" if row is None else row[0] or ""

    def staff_id(self, person: str) -> str:
        """The random id under which a person appears in the ledger."""
        known = self._staff_ids.get(person)
        if known is not None:
            return known
        row = self.connection.execute("select id from staff where name = ?", (person,)).fetchone()
        found = str(row[0]) if row is not None else self.randomness.token(8)
        if row is None:
            self.connection.execute("insert into staff (id, name) values (?, ?)", (found, person))
        self._staff_ids[person] = found
        return found


_TOLD = (
    "select l.at, l.event, l.actor, l.facts, n.note, s.name from ledger l "
    "left join ledger_notes n on n.entry = l.number left join staff s on s.id = l.actor"
)


def _told(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "at": utc(row["at"]),
        "event": row["event"],
        "actor": row["name"] or row["actor"],
        "facts": _facts(row["facts"]),
        "note": row["note"] or "",
    }


def _owner(facts: Any, names: Mapping[str, str]) -> str:
    """Who an entry makes the owner; nothing of facts that are not as they were written."""
    token = facts.get("owner") if isinstance(facts, dict) else None
    return names.get(token, "") if isinstance(token, str) else ""


def _facts(text: str) -> Any:
    """The facts of a row; what is not as we wrote it is handed on as it is, to be found bad."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(facts, dict):
        return facts
    return {k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()}


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        number=row["chain_number"],
        schema=row["schema"],
        chain=row["chain"],
        at_ms=row["at"],
        event=row["event"],
        subject=row["subject"],
        actor=row["actor"],
        facts=_facts(row["facts"]),
        previous=row["previous"],
        digest=row["digest"],
    )
