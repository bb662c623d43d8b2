"""Rows of what people owe one another: hand-offs, permissions, warnings, and outside events seen
once."""

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

    def is_asked_to_permit(self, ref: Ref, person: str) -> bool:
        """Does an open case wait for a person's permission?"""
        where = "number = ? and state <> 'closed' and permission_of = ?"
        row = self.connection.execute(f"select 1 from cases where {where}", (ref.number, person))  # noqa: S608
        return row.fetchone() is not None

    def is_open(self, ref: Ref) -> bool:
        """Is a case still open?"""
        where = "number = ? and state <> 'closed'"
        row = self.connection.execute(f"select 1 from cases where {where}", (ref.number,))  # noqa: S608
        return row.fetchone() is not None

    def once(self, event: str, now: datetime) -> bool:
        """True the first time that an outside event is seen, False ever after."""
        done = self.connection.execute(
            "insert or ignore into acted (id, at) values (?, ?)", (event, ms(now))
        )
        return done.rowcount == 1

    def label_team(self, case: int, team: str, person: str, now: datetime) -> None:
        """Keep as labels of a case's posts that a person sent it to another team."""
        self.connection.execute(
            "insert into labels (post, brand, kind, value, person, at) "
            "select c.post, k.brand, 'team', ?, ?, ? from case_posts c "
            "join cases k on k.number = c.case_number "
            "join posts p on p.id = c.post and p.deleted_at is null where c.case_number = ?",
            (team, person, ms(now), case),
        )

    def newest_note(self, ref: Ref) -> tuple[str, str] | None:
        """Who wrote the note that is the newest thing that happened to a subject, and the note;
        None where the newest is no note."""
        row = self.connection.execute(
            "select l.event, s.name, n.note from ledger l left join staff s on s.id = l.actor "
            "left join ledger_notes n on n.entry = l.number "
            "where l.subject = ? order by l.number desc limit 1",
            (str(ref),),
        ).fetchone()
        return (row[1], row[2]) if row is not None and row[0] == "noted" and row[1] else None

    def pending_handoff(self, ref: Ref) -> tuple[str, str] | None:
        """Why a subject is on offer, and what the customer was told; None: it is not."""
        row = self.connection.execute(
            "select reason, told from handoffs where kind = ? and number = ? and outcome is null",
            (ref.kind, ref.number),
        ).fetchone()
        return None if row is None else (row[0], row[1])
