"""Pages that join a bundle which stands there already: it is edited in place, and rings no more."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from escalation.grouping import MAX_IN_BUNDLE, WINDOW
from tocsin.store.parcels import Parcel
from tocsin.store.times import ms

RINGS = 1  # pages of this rank, a Now, and of safety below it, ring again: they join nothing

# The newest bundle of an address that can be changed, to which something came within ten minutes.
_BUNDLE = """
select receipt_key, count(*) as shown from messages b
where channel = ?1 and address = ?2 and state = 'sent' and purpose = 'page' and editable = 1
  and urgent = 0 and sent_at > ?3
  and not exists (select 1 from messages o where o.receipt_key = b.receipt_key
                  and (o.state <> 'sent' or o.stale = 1 or o.purpose <> 'page'))
  and exists (select 1 from messages r where r.key = b.receipt_key)
group by receipt_key having count(*) > 1 order by max(sent_at) desc limit 1
"""
_WAITING = """
select id from messages where state = 'queued' and purpose = 'page' and receipt is null
  and channel = ? and address = ? and urgent = 0 and due <= ? and rank > ? and what = 'page'
  and failing_since is null order by rank, queued_at, id limit ?
"""


class JoinRows:
    """What leaves by being added to a message that has left."""

    connection: sqlite3.Connection

    def joining(
        self, now: datetime, channels: Sequence[str], leaving: Collection[tuple[str, str]]
    ) -> list[tuple[int, ...]]:
        """Bundles with the pages that join them, where an address folds.

        channels  those that can change a message where it stands.
        leaving   addresses for which a message leaves anyway.
        """
        found = []
        folding = self.connection.execute(
            "select channel, address from addresses where folds_until > ?", (ms(now),)
        )
        for channel, address in folding.fetchall():
            if channel in channels and (channel, address) not in leaving:
                found.append(self._joined(channel, address, now))
        return [ids for ids in found if ids]

    def _joined(self, channel: str, address: str, now: datetime) -> tuple[int, ...]:
        row = self.connection.execute(_BUNDLE, (channel, address, ms(now - WINDOW))).fetchone()
        if row is None or row["shown"] >= MAX_IN_BUNDLE:
            return ()
        room = MAX_IN_BUNDLE - row["shown"]
        values = (channel, address, ms(now), RINGS, room)
        fresh = tuple(one[0] for one in self.connection.execute(_WAITING, values).fetchall())
        return (*self._shown_with(row["receipt_key"]), *fresh) if fresh else ()

    def _shown_with(self, receipt_key: str) -> tuple[int, ...]:
        """All that left as one message: it is renewed as one, or the others would vanish."""
        rows = self.connection.execute(
            "select id from messages where receipt_key = ? and state in ('sent', 'queued') "
            "order by key <> receipt_key, id",
            (receipt_key,),
        )
        return tuple(row[0] for row in rows.fetchall())

    def part(self, parcel: Parcel, now: datetime) -> None:
        """The bundle may not be changed any more: it stays as it is, and what was to join it
        leaves by itself."""
        for row in parcel.messages:
            if row.is_renewal:
                self.connection.execute(
                    "update messages set state = 'sent', editable = 0 where id = ?", (row.id,)
                )
            else:
                self.connection.execute(
                    "update messages set state = 'queued', due = ? where id = ?", (ms(now), row.id)
                )
