"""Rows of what people owe one another: hand-offs, permissions, warnings, and outside events seen
once."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from escalation.decision import ENGINE, Offered, Warn, WarningKind
from escalation.subject import Ref, Subject
from escalation.warnings import Done, Later, Warned, done_after
from tocsin.store.parcels import UNKNOWN
from tocsin.store.times import ms, utc


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

    def is_asked_of_hiding(self, ref: Ref, person: str) -> bool:
        """Is a person asked whether it was right what was hidden of a case, open or closed?"""
        where = "number = ? and hid_of = ?"
        row = self.connection.execute(f"select 1 from cases where {where}", (ref.number, person))  # noqa: S608
        return row.fetchone() is not None

    def is_open(self, ref: Ref) -> bool:
        """Is a case still open?"""
        where = "number = ? and state <> 'closed'"
        row = self.connection.execute(f"select 1 from cases where {where}", (ref.number,))  # noqa: S608
        return row.fetchone() is not None

    def has_heard(self, ref: Ref, person: str, what: str) -> bool:
        """Has the newest page of a kind left, that a person was to have about a subject? One of
        which nobody knows whether it was taken has not: what was not read needs no taking back."""
        about = "kind = ? and number = ? and purpose = 'page' and +what = ? and person = ?"
        newest = f"select round, nth from messages where {about} order by id desc limit 1"  # noqa: S608
        values = (ref.kind, ref.number, what, person)
        row = self.connection.execute(
            f"select 1 from messages where {about} and state <> 'withdrawn' "  # noqa: S608
            f"and coalesce(receipt, '') <> '{UNKNOWN}' and (round, nth) = ({newest}) limit 1",
            (*values, *values),
        )
        return row.fetchone() is not None

    # ------------------------------------------------------------------------- warnings
    def warnings_before(self, brand: str, until: datetime, limit: int) -> Sequence[Warned]:
        """A brand's warnings up to an instant that no storm has yet: the newest first."""
        where = "brand = ? and at <= ? and incident is null order by at desc, id desc limit ?"
        return self._warnings(where, (brand, ms(until), limit))

    def warnings_of_incident(self, incident: int) -> Sequence[Warned]:
        """The warnings that a storm had, the oldest first."""
        return self._warnings("incident = ? order by at, id", (incident,))

    def warnings_between(
        self, since: datetime, until: datetime, brand: str | None = None
    ) -> Sequence[Warned]:
        """Warnings from an instant until another, which is outside; of one brand, or of all."""
        where, values = "at >= ? and at < ?", [ms(since), ms(until)]
        if brand is None:
            return self._warnings(f"{where} order by at, id", values)
        return self._warnings(f"brand = ? and {where} order by at, id", [brand, *values])

    def _warnings(self, where: str, values: Sequence[Any]) -> list[Warned]:
        rows = self.connection.execute(f"select * from warnings where {where}", values)  # noqa: S608
        return [_warned(row) for row in rows.fetchall()]

    def attach_warnings(self, warnings: Sequence[int], incident: int) -> None:
        """Put warnings, by their ids, to the storm that followed; the first storm keeps them."""
        self.connection.executemany(
            "update warnings set incident = ? where id = ? and incident is null",
            [(incident, one) for one in warnings],
        )

    def attach_warnings_of(self, ref: Ref, incident: int, until: datetime) -> None:
        """The same for a subject's warnings up to an instant."""
        self.connection.execute(
            "update warnings set incident = ? "
            "where kind = ? and number = ? and at <= ? and incident is null",
            (incident, ref.kind, ref.number, ms(until)),
        )

    def merge_warnings(self, incident: int, into: int) -> None:
        """Give an incident's warnings to the one that it is merged into."""
        self.connection.execute(
            "update warnings set incident = ? where incident = ?", (into, incident)
        )

    def done_about(self, warnings: Iterable[Warned]) -> list[tuple[Warned, Done]]:
        """Each warning with what was done about it since, as the ledger tells."""
        found = list(warnings)
        later = self._later({str(one.ref) for one in found})
        return [(one, done_after(one, later[str(one.ref)])) for one in found]

    def _later(self, subjects: Iterable[str]) -> Mapping[str, Sequence[Later]]:
        rows = self.connection.execute(
            # A row that somebody has tampered with must not stop the page of a storm.
            "select subject, at, event, actor, case when json_valid(facts) "
            "then json_extract(facts, '$.close_reason') end as closed_as "
            "from ledger where subject in (select value from json_each(?)) order by number",
            (json.dumps(sorted(subjects)),),
        )
        later: dict[str, list[Later]] = defaultdict(list)
        for subject, at, event, actor, closed_as in rows.fetchall():
            later[subject].append(Later(utc(at), event, actor == ENGINE, closed_as or ""))
        return later

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

    def was_heard(self, prefix: str) -> bool:
        """Has an outside event been seen whose name begins so? The prefix ends with `|`."""
        until = f"{prefix[:-1]}}}"  # the character that follows `|`
        row = self.connection.execute(
            "select 1 from acted where id >= ? and id < ? limit 1", (prefix, until)
        ).fetchone()
        return row is not None

    def label_not_us(self, case: int, person: str, now: datetime) -> None:
        """Keep as labels of a case's posts that a person said they mean somebody else. What people
        did with the case before says nothing any more: it was not about us."""
        self.connection.execute(
            "delete from labels where kind in ('complaint', 'team') and person <> 'import' "
            "and post in (select post from case_posts where case_number = ?)",
            (case,),
        )
        self.connection.execute(
            "insert into labels (post, brand, kind, value, person, at) "
            "select c.post, k.brand, 'us', 'false', ?, ? from case_posts c "
            "join cases k on k.number = c.case_number "
            "join posts p on p.id = c.post and p.deleted_at is null where c.case_number = ?",
            (person, ms(now), case),
        )

    def unlabel_not_us(self, case: int) -> None:
        """Take those labels back."""
        self.connection.execute(
            "delete from labels where kind = 'us' and post in "
            "(select post from case_posts where case_number = ?)",
            (case,),
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
        is_note = row is not None and row[0] in ("noted", "commented")
        return (row[1], row[2]) if is_note and row[1] else None

    def pending_handoff(self, ref: Ref) -> tuple[str, str] | None:
        """Why a subject is on offer, and what the customer was told; None: it is not."""
        row = self.connection.execute(
            "select reason, told from handoffs where kind = ? and number = ? and outcome is null",
            (ref.kind, ref.number),
        ).fetchone()
        return None if row is None else (row[0], row[1])


def _warned(row: sqlite3.Row) -> Warned:
    return Warned(
        id=row["id"],
        at=utc(row["at"]),
        brand=row["brand"],
        topic=row["topic"],
        team=row["team"],
        what=WarningKind(row["what"]),
        person=row["person"],
        ref=Ref(row["kind"], row["number"]),
        incident=row["incident"],
    )
