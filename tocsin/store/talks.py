"""What leaves for the thread of a card: under which message, and no more than can be read."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from escalation import talk
from tocsin.store.parcels import Queued
from tocsin.store.times import ms, utc


class TalkRows:
    """The replies under a card."""

    connection: sqlite3.Connection

    def card_shown(self, reply: Queued) -> str | None:
        """Receipt of the card under which a reply belongs; None: it has not left."""
        one = reply.message
        row = self.connection.execute(
            "select receipt from messages where key = ?",
            (f"card|{one.ref}|{one.channel}|{one.to}",),
        ).fetchone()
        return None if row is None else row[0]

    def drop_replies(self, channels: Sequence[str]) -> None:
        """Withdraw what was to go into threads of channels that have none."""
        self.connection.executemany(
            "update messages set state = 'withdrawn' "
            "where purpose = 'reply' and state = 'queued' and receipt is null and channel = ?",
            [(channel,) for channel in channels],
        )

    def thread_rests_until(self, reply: Queued, now: datetime) -> datetime | None:
        """Until when nothing more goes under a reply's card, because so much has; None: it may."""
        rows = self.connection.execute(
            "select sent_at from messages where purpose = 'reply' and state = 'sent' "
            "and kind = ? and number = ? and channel = ? and address = ? and sent_at > ? "
            "order by sent_at desc limit ?",
            (*_card(reply), ms(now - talk.AN_HOUR), talk.MOST),
        ).fetchall()
        return utc(rows[-1][0]) + talk.AN_HOUR if len(rows) == talk.MOST else None

    def count_reply(self, reply: Queued, until: datetime) -> None:
        """Count a reply instead of sending it; the first that is counted says how many, then."""
        counted = self.connection.execute(
            "update messages set nth = nth + 1 where purpose = 'reply' and what = ? "
            "and state = 'queued' and kind = ? and number = ? and channel = ? and address = ?",
            (talk.MORE, *_card(reply)),
        )
        if counted.rowcount:
            self.connection.execute(
                "update messages set state = 'withdrawn' where id = ?", (reply.id,)
            )
            return
        self.connection.execute(
            "update messages set state = 'queued', what = ?, nth = 1, due = ? where id = ?",
            (talk.MORE, ms(until), reply.id),
        )


def _card(reply: Queued) -> tuple[Any, ...]:
    one = reply.message
    return (one.ref.kind, one.ref.number, one.channel, one.to)
