"""Rows of whose words a message shows: they follow it once its receipt is kept, and are taken back.

Words that can be neither changed nor deleted where they stand wait for a person to delete them
(`plain` is 2), and are tried again now and then until then.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from escalation.subject import Ref
from tocsin.store.parcels import Parcel
from tocsin.store.resting import MAX_FAILURE_CHARS
from tocsin.store.times import ms

TRIED_EVERY = timedelta(hours=1)
_LEFT = "plain = 2 and state in ('queued', 'sending')"


class QuotingRows:
    """What customers wrote, as it stands in chats."""

    connection: sqlite3.Connection

    def note_quoted(self, parcel: Parcel, posts: Sequence[int]) -> None:
        """Keep which posts the words of a parcel come from, so that an erasure finds them; beside
        those of which it shows words until it is sent."""
        self.connection.executemany(
            "insert or ignore into message_posts (message, post) values (?, ?)",
            [(row.id, post) for row in parcel.messages for post in posts],
        )

    def quotes_only(self, parcel: Parcel, posts: Sequence[int]) -> None:
        """It was sent: what it showed before, it shows no more."""
        kept = ", ".join("?" * len(posts))
        self.connection.executemany(
            f"delete from message_posts where message = ? and post not in ({kept})",  # noqa: S608
            [(row.id, *posts) for row in parcel.messages],
        )

    def freshen_post(self, post: int, now: datetime) -> None:
        """Have every message that quotes a post said anew, whatever it is for: it was erased."""
        self.connection.execute(
            "update messages set stale = 1, due = ? where state in ('sent', 'sending') "
            "and id in (select message from message_posts where post = ?)",
            (ms(now), post),
        )

    def announced(self, parcel: Parcel, receipt: str, now: datetime) -> Parcel:
        """Its headline was taken, under this receipt: whatever happens now, the rest is an update.

        Returns it so; it is still being sent.
        """
        key = parcel.messages[0].message.key
        self.connection.executemany(
            "update messages set receipt = ?, receipt_key = coalesce(receipt_key, ?), "
            "sent_at = coalesce(sent_at, ?), begun = 0 where id = ?",
            [(receipt, key, ms(now), row.id) for row in parcel.messages],
        )
        return Parcel(tuple(replace(row, receipt=receipt) for row in parcel.messages))

    def shows_erased(self, parcel: Parcel) -> bool:
        """Does what stands there show words of a post that has been erased?"""
        marks = ", ".join("?" * len(parcel.messages))
        row = self.connection.execute(
            "select 1 from message_posts q join posts p on p.id = q.post "  # noqa: S608
            f"where q.message in ({marks}) and p.deleted_at is not null limit 1",
            [row.id for row in parcel.messages],
        ).fetchone()
        return row is not None

    def taken_back(self, parcel: Parcel, why: str) -> None:
        """It was deleted where it stood; nothing is left there to be changed."""
        self.connection.executemany(
            "update messages set state = 'failed', plain = 1, receipt = null, editable = 0, "
            "stale = 0, failing_since = null, failure = ? where id = ?",
            [(why[:MAX_FAILURE_CHARS], row.id) for row in parcel.messages],
        )
        self.quotes_only(parcel, ())

    def sends_anew(self, parcel: Parcel, now: datetime) -> None:
        """What was deleted and is wanted still leaves once more, in our own words only."""
        self.connection.executemany(
            "update messages set state = 'queued', plain = 1, receipt = null, attempts = 0, "
            "receipt_key = null, sent_at = null, repeated = 0, failure = null, due = ? "
            "where id = ?",
            [(ms(now), row.id) for row in parcel.messages],
        )

    def left_standing(self, parcel: Parcel, why: str, now: datetime) -> None:
        """It can be neither changed nor deleted by us: a person must; tried again in an hour."""
        self.connection.executemany(
            "update messages set state = 'queued', plain = 2, due = ?, failing_since = null, "
            "failure = ? where id = ?",
            [(ms(now + TRIED_EVERY), why[:MAX_FAILURE_CHARS], row.id) for row in parcel.messages],
        )

    def words_left(self) -> dict[str, list[str]]:
        """Where erased words still stand, for a person to delete: receipts by channel."""
        rows = self.connection.execute(
            f"select distinct channel, receipt from messages where {_LEFT} "  # noqa: S608
            "and receipt is not null order by channel, id"
        )
        found: dict[str, list[str]] = {}
        for channel, receipt in rows.fetchall():
            found.setdefault(channel, []).append(receipt)
        return found

    def words_seen_to(self, channel: str, places: Sequence[str]) -> None:
        """A person says that nothing of it is left in these places, by their receipts."""
        self.connection.executemany(
            "update messages set state = 'failed', plain = 1, receipt = null, editable = 0, "  # noqa: S608
            f"stale = 0 where channel = ? and receipt = ? and {_LEFT}",
            [(channel, place) for place in places],
        )

    def last_said(self, about: str) -> str:
        """What the newest fault of a name says, be it open or closed."""
        row = self.connection.execute(
            "select detail from faults where about = ? order by number desc limit 1", (about,)
        ).fetchone()
        return "" if row is None else str(row[0])

    def is_told(self, fault: Ref) -> bool:
        """Has anybody been told of it, or is being told now?"""
        row = self.connection.execute(
            "select 1 from messages where kind = ? and number = ? "
            "and (state in ('sending', 'sent') or receipt is not null) limit 1",
            (fault.kind, fault.number),
        ).fetchone()
        return row is not None

    def restate_fault(self, about: str, detail: str) -> None:
        """Say of an open fault what is wrong by now."""
        self.connection.execute(
            "update faults set detail = ? where about = ? and state <> 'closed'", (detail, about)
        )
