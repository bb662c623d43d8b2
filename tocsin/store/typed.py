"""What people typed about what is owned or silenced, and its erasure: it may quote a customer."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from escalation.subject import Ref
from tocsin.store.rows import TABLES
from tocsin.store.times import ms


class TypedRows:
    """Notes, reasons, hand-offs and accounts, kept beside the ledger."""

    connection: sqlite3.Connection

    def erase_typed_of_post(self, post: int) -> None:
        """Erase what was typed about the post's cases, where no post of theirs is left; what is
        only half said of them in a chat goes at once, for it may quote any."""
        cases = self.connection.execute(
            "select case_number from case_posts where post = ?", (post,)
        )
        for (case,) in cases.fetchall():
            self._forget_dialogues("case", case)
        rows = self.connection.execute(
            "select c.case_number from case_posts c where c.post = ? and not exists "
            "(select 1 from case_posts o join posts p on p.id = o.post "
            "where o.case_number = c.case_number and p.deleted_at is null)",
            (post,),
        )
        self._erase_typed(row[0] for row in rows.fetchall())

    def erase_typed_of_author(self, author: int) -> None:
        """Erase what was typed about all cases of an author."""
        rows = self.connection.execute("select number from cases where author = ?", (author,))
        self._erase_typed(row[0] for row in rows.fetchall())

    def erase_typed_of_bereft(self, case: int) -> bool:
        """Erase what was typed about a case of which no post is left; True where there was any."""
        if self.connection.execute(_BEREFT, {"number": case}).fetchone() is None:
            return False
        self._erase_typed_of("case", case)
        return True

    def age_out_typed(self, before: datetime, limit: int = 500) -> list[Ref]:
        """Erase what was typed about incidents, faults and silences that were over before an
        instant, at most `limit` of each. Returns the incidents and faults."""
        erased = []
        for kind in ("incident", "fault"):
            query = _CLOSED.format(table=TABLES[kind], kind=kind)
            for (number,) in self.connection.execute(query, (ms(before), limit)).fetchall():
                self._erase_typed_of(kind, number)
                erased.append(Ref(kind, number))
        self._erase_typed_of_silences(before, limit)
        return erased

    def _erase_typed(self, cases: Iterable[int]) -> None:
        for case in cases:
            self._erase_typed_of("case", case)

    def _erase_typed_of(self, kind: str, number: int) -> None:
        """The chain of the ledger holds none of it, and verifies as before."""
        self.connection.execute(
            f"update {TABLES[kind]} set done = '', done_for_rest = '' where number = ?",  # noqa: S608
            (number,),
        )
        self.connection.execute(
            "update handoffs set reason = '', told = '' where kind = ? and number = ?",
            (kind, number),
        )
        self._erase_notes(f"{kind}:{number}")
        self._forget_dialogues(kind, number)

    def _forget_dialogues(self, kind: str, number: int) -> None:
        self.connection.execute(
            "delete from dialogues where exists (select 1 from json_each(about) one "
            "where json_extract(one.value, '$[0]') = ? and json_extract(one.value, '$[1]') = ?)",
            (kind, number),
        )

    def _erase_typed_of_silences(self, before: datetime, limit: int) -> None:
        """Reasons, and the names of faults that nobody declared: those the ledger does not have."""
        rows = self.connection.execute(
            "select number from silences where coalesce(ended_at, until) < ? and reason <> '' "
            "limit ?",
            (ms(before), limit),
        )
        for (number,) in rows.fetchall():
            self.connection.execute(
                "update silences set reason = '', about = case when about is null or exists "
                "(select 1 from ledger where subject = 'silence:' || silences.number "
                "and json_extract(facts, '$.about') = about) then about else 'erased' end "
                "where number = ?",
                (number,),
            )
            self._erase_notes(f"silence:{number}")

    def _erase_notes(self, subject: str) -> None:
        self.connection.execute(
            "delete from ledger_notes where entry in (select number from ledger where subject = ?)",
            (subject,),
        )


_TYPED = (
    "(done <> '' or done_for_rest <> '' or exists (select 1 from handoffs h where "
    "h.kind = '{kind}' and h.number = s.number and (h.reason <> '' or h.told <> '')) or exists "
    "(select 1 from ledger l join ledger_notes n on n.entry = l.number "
    "where l.subject = '{kind}:' || s.number))"
)
_CLOSED = (
    "select number from {table} s where state = 'closed' and closed_at < ? and "  # noqa: S608
    + _TYPED
    + " limit ?"
)
_BEREFT = (
    "select 1 from cases s where number = :number and exists "  # noqa: S608
    "(select 1 from case_posts where case_number = :number) and not exists "
    "(select 1 from case_posts c join posts p on p.id = c.post "
    "where c.case_number = :number and p.deleted_at is null) and " + _TYPED.format(kind="case")
)
