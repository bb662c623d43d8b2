"""What people typed about a case, and its erasure: it may quote the customer."""

import sqlite3
from collections.abc import Iterable


class TypedRows:
    """Notes, reasons, hand-offs and accounts of cases, kept beside the ledger."""

    connection: sqlite3.Connection

    def erase_typed_of_post(self, post: int) -> None:
        """Erase what was typed about the post's cases, where no post of theirs is left."""
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

    def _erase_typed(self, cases: Iterable[int]) -> None:
        """The chain of the ledger holds none of it, and verifies as before."""
        for case in cases:
            self.connection.execute(
                "update cases set done = '', done_for_rest = '' where number = ?", (case,)
            )
            self.connection.execute(
                "update handoffs set reason = '', told = '' where kind = 'case' and number = ?",
                (case,),
            )
            self.connection.execute(
                "delete from ledger_notes where entry in "
                "(select number from ledger where subject = ?)",
                (f"case:{case}",),
            )
