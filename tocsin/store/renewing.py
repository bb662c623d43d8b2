"""What was queued or sent and is not as it stands now: withdrawn, or said anew."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from escalation.decision import LADDER_PAGE
from escalation.subject import Ref
from tocsin.store.parcels import UNKNOWN, Parcel, Queued
from tocsin.store.times import ms


class RenewingRows:
    """Messages that are withdrawn before they leave, or changed where they stand."""

    connection: sqlite3.Connection

    def something_to_send(self) -> None:
        """Told when what leaves the house has changed."""

    def hush(self, ref: Ref, what: str = LADDER_PAGE) -> None:
        """Withdraw what is to be said of a subject, of a kind, and has not been sent. A pager that
        may have taken a page all the same is told how that stands, as if it had."""
        # `+what`, here and in `page_states`: SQLite compares a value bound to `what` with the
        # indexes for what = 'again', and prepares the statement anew for each value that is bound.
        unsent = "kind = ? and number = ? and +what = ? and state = 'queued' and receipt is null"
        tried = self.connection.execute(
            "update messages set state = 'sent', stale = 1, receipt = ?, "  # noqa: S608
            f"due = min(due, coalesce(sending_since, due)) where {unsent} "
            "and purpose = 'page' and attempts > 0",
            (UNKNOWN, ref.kind, ref.number, what),
        )
        if tried.rowcount:
            self.something_to_send()
        self.connection.execute(
            f"update messages set state = 'withdrawn' where {unsent} "  # noqa: S608
            "and purpose in ('page', 'notice')",
            (ref.kind, ref.number, what),
        )

    def is_spent(self, key: str) -> bool:
        """Has a message of that key left, or is it not wanted any more? Queued again, it would say
        nothing."""
        row = self.connection.execute(
            "select 1 from messages where key = ? and state <> 'queued'", (key,)
        ).fetchone()
        return row is not None

    def hush_again(self, person: str, after: datetime | None = None) -> None:
        """Withdraw what asks a person again and has not been sent; of that, only what is due after
        an instant."""
        self.connection.execute(
            "update messages indexed by messages_again_queued set state = 'withdrawn' "
            "where what = 'again' and state = 'queued' and receipt is null and person = ? "
            "and due > ?",
            (person, -1 if after is None else ms(after)),
        )

    def may_have_come(self, rows: Sequence[Queued], now: datetime) -> None:
        """They are not wanted any more, and were tried: see `hush`."""
        self.connection.executemany(
            "update messages set state = 'sent', stale = 1, receipt = ?, due = ? where id = ?",
            [(UNKNOWN, ms(now), row.id) for row in rows],
        )

    def withdraw(self, parcel: Parcel) -> None:
        """What it was about is gone; it is not sent."""
        self.connection.executemany(
            "update messages set state = 'withdrawn', receipt = nullif(receipt, '?') where id = ?",
            [(row.id,) for row in parcel.messages],
        )

    def leave_as_it_is(self, parcel: Parcel) -> None:
        """Its channel cannot update what was sent."""
        self.connection.executemany(
            "update messages set state = 'sent', stale = 0 where id = ?",
            [(row.id,) for row in parcel.messages],
        )

    def freshen_pages(self, ref: Ref, now: datetime) -> None:
        """Have the pages of a subject that can still be changed show how it stands now."""
        done = self.connection.execute(
            "update messages set stale = 1, due = ? where kind = ? and number = ? "
            "and purpose = 'page' and (state = 'sending' or (state = 'sent' and editable = 1))",
            (ms(now), ref.kind, ref.number),
        )
        if done.rowcount:
            self.something_to_send()

    def freshen(self, ref: Ref, now: datetime) -> None:
        """Have everything that was said of a subject said anew, where a channel can update: a
        post of it has been erased."""
        self.connection.execute(
            "update messages set stale = 1, due = ? where kind = ? and number = ? "
            "and purpose in ('card', 'page', 'reply') and state in ('sent', 'sending')",
            (ms(now), ref.kind, ref.number),
        )
        self.connection.execute(
            "update messages set stale = 1, due = ? where what = 'again' "
            "and state in ('sent', 'sending') and person in (select person from messages "
            "where kind = ? and number = ? and purpose = 'page') "
            "and exists (select 1 from message_posts q where q.message = messages.id)",
            (ms(now), ref.kind, ref.number),
        )
