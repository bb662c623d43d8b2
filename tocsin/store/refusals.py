"""Addresses that a channel will not take: let be until they are mended, and tried now and then."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tocsin.store.parcels import Parcel
from tocsin.store.times import ms

TRIED_EVERY = timedelta(hours=1)
MAX_WHY_CHARS = 300


class RefusalRows:
    """What was refused in our own plainest words: not the message is at fault, but where it goes,
    as with a revoked token, a deleted room, or somebody who has left."""

    connection: sqlite3.Connection

    def turned_away(self, parcel: Parcel, why: str, now: datetime) -> None:
        """An address has taken nothing, not even the plainest words."""
        self.connection.execute(
            "insert into refusals (channel, address, since, until, why) values (?, ?, ?, ?, ?) "
            "on conflict do update set until = excluded.until, why = excluded.why",
            (parcel.channel, parcel.to, ms(now), ms(now + TRIED_EVERY), why[:MAX_WHY_CHARS]),
        )

    def is_turned_away(self, parcel: Parcel, now: datetime) -> str | None:
        """Why an address is not tried at present; None: it is."""
        row = self.connection.execute(
            "select why from refusals where channel = ? and address = ? and until > ?",
            (parcel.channel, parcel.to, ms(now)),
        ).fetchone()
        return None if row is None else str(row[0])

    def taken_again(self, parcel: Parcel, now: datetime) -> None:
        """An address has taken a message: it is mended, and its room shows what it missed. So are
        those that answered the same, as all of a channel do whose token was revoked; one that is
        not will refuse the next message."""
        mended = self.connection.execute(
            "select channel, address from refusals where channel = ? and why = "
            "(select why from refusals where channel = ? and address = ?)",
            (parcel.channel, parcel.channel, parcel.to),
        ).fetchall()
        for channel, address in mended:
            self.connection.execute(
                "delete from refusals where channel = ? and address = ?", (channel, address)
            )
            self._show_missed(channel, address, now, -1)

    def try_turned_away(self, channels: Sequence[str], now: datetime) -> None:
        """Let one card be tried at each address whose wait is over; a person's is tried by the
        next message that they should have."""
        rows = self.connection.execute(
            "select channel, address from refusals where until <= ?", (ms(now),)
        ).fetchall()
        for channel, address in rows:
            if channel in channels:
                self._show_missed(channel, address, now, 1)

    def try_all_again(self, declared: Iterable[tuple[str, str]], now: datetime) -> None:
        """At a start: every address is tried at once, and those that are declared no more are
        forgotten."""
        known = set(declared)
        rows = self.connection.execute("select channel, address from refusals").fetchall()
        gone = [tuple(row) for row in rows if tuple(row) not in known]
        self.connection.executemany("delete from refusals where channel = ? and address = ?", gone)
        self.connection.execute("update refusals set until = ?", (ms(now),))

    def try_channel_again(self, channel: str, now: datetime) -> None:
        """What a channel refused may be mended, as by a new token: every address is tried with what
        it missed, and with whatever comes."""
        rows = self.connection.execute(
            "select address from refusals where channel = ?", (channel,)
        ).fetchall()
        self.connection.execute(
            "update refusals set until = ? where channel = ?", (ms(now), channel)
        )
        self.connection.execute(
            "update messages set due = ? where channel = ? and failing_since is not null "
            "and due > ? and (state = 'queued' or (state = 'sent' and stale = 1))",
            (ms(now), channel, ms(now)),
        )
        for (address,) in rows:
            self._show_missed(channel, address, now, 1)
        # Where there is nothing to try it with, the next message will tell.
        self.connection.execute(
            "delete from refusals where channel = ? and not exists (select 1 from messages m "
            "where m.channel = refusals.channel and m.address = refusals.address "
            "and m.purpose = 'card' and m.state in ('queued', 'sending'))",
            (channel,),
        )

    def turned_away_channels(self) -> dict[str, str]:
        """Channels with an address that takes nothing, each with the last reason."""
        rows = self.connection.execute("select channel, why from refusals order by since")
        return {row[0]: row[1] for row in rows.fetchall()}

    def _show_missed(self, channel: str, address: str, now: datetime, at_most: int) -> None:
        """Queue the cards anew that an address has refused, the newest first, unless one waits."""
        where = "purpose = 'card' and channel = ? and address = ?"
        waits = self.connection.execute(
            f"select 1 from messages where state in ('queued', 'sending') and {where} "  # noqa: S608
            "and due <= ? limit 1",
            (channel, address, ms(now)),
        ).fetchone()
        if waits is not None and at_most > 0:
            return
        self.connection.execute(
            "update messages set state = 'queued', plain = 0, due = ?, failing_since = null "  # noqa: S608
            f"where id in (select id from messages where state = 'failed' and {where} "
            "order by id desc limit ?)",
            (ms(now), channel, address, at_most),
        )
