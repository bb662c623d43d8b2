"""Rows of what people owe one another: hand-offs, warnings, and outside events seen once."""

import sqlite3
from datetime import datetime

from escalation.decision import Offered, Warn
from escalation.subject import Ref, Subject
from tocsin.store.times import ms


class ContractRows:
    """Hand-offs and warnings, kept with the transition that made them."""

    connection: sqlite3.Connection

    def offered(self, subject: Subject, offer: Offered, by: str, now: datetime) -> None:
        """Keep the contract of a hand-off that begins; `subject` as it was before."""
        self.connection.execute(
            "insert into handoffs (kind, number, from_person, from_team, to_person, to_team, "
            "reason, told, offered_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                subject.kind,
                subject.number,
                subject.owner,
                subject.team,
                offer.to,
                offer.team,
                offer.reason,
                offer.told,
                ms(now),
            ),
        )

    def answered(self, ref: Ref, outcome: str, now: datetime) -> None:
        """Note how the subject's pending hand-off ended; without one, nothing."""
        self.connection.execute(
            "update handoffs set outcome = ?, answered_at = ? "
            "where kind = ? and number = ? and outcome is null",
            (outcome, ms(now), ref.kind, ref.number),
        )

    def warn(self, subject: Subject, warning: Warn, now: datetime) -> None:
        """Remember a warning about a subject, under the team that had it."""
        self.connection.execute(
            "insert into warnings (brand, topic, team, what, person, kind, number, at) "
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                subject.brand,
                subject.topic,
                subject.team,
                warning.what,
                warning.person,
                subject.kind,
                subject.number,
                ms(now),
            ),
        )

    def kept(self, name: str) -> str | None:
        """A fact of this installation, None where it was never kept."""
        row = self.connection.execute("select value from house where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def keep(self, name: str, value: str) -> None:
        """Keep a fact of this installation under a name."""
        self.connection.execute(
            "insert into house (name, value) values (?, ?) "
            "on conflict (name) do update set value = excluded.value",
            (name, value),
        )

    def once(self, event: str, now: datetime) -> bool:
        """True the first time that an outside event is seen, False ever after."""
        done = self.connection.execute(
            "insert or ignore into acted (id, at) values (?, ?)", (event, ms(now))
        )
        return done.rowcount == 1
