"""The outbox: a message is queued with the decision that made it, and sent only after its receipt.

queued → sending → sent, or back to queued after a failure; failed where no try will help;
withdrawn where it is no longer wanted.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalation.channel import Purpose
from escalation.desk import Outgoing
from escalation.grouping import FREE_MESSAGES, MAX_IN_BUNDLE, WINDOW, Waiting, plan
from escalation.subject import Ref
from tocsin.store.times import ms, utc

MAX_CLAIM = 200
MAX_FAILURE_CHARS = 300
# Conditions as the partial indexes have them, or SQLite would not use those.
_FOLDING = "state = 'queued' and purpose in ('page', 'notice') and receipt is null"
_ALONE = (
    "state = 'queued' and (purpose in ('card', 'digest') or receipt is not null)",
    "stale = 1 and state = 'sent'",
)


@dataclass(frozen=True, slots=True)
class Queued:
    """A row of the outbox as delivery sees it."""

    id: int
    message: Outgoing
    queued_at: datetime
    attempts: int
    failing_since: datetime | None
    receipt: str | None
    repeated: bool
    plain: bool

    @property
    def is_renewal(self) -> bool:
        """Is it shown already, so that it is updated in place?"""
        return self.receipt is not None


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What could leave now, and when its address is looked at again if it does."""

    order: tuple[bool, int, bool, int]
    ids: tuple[int, ...]
    channel: str
    address: str
    again: datetime | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves as one message: one queued message, or several folded."""

    messages: tuple[Queued, ...]

    @property
    def channel(self) -> str:
        return self.messages[0].message.channel

    @property
    def to(self) -> str:
        return self.messages[0].message.to


@dataclass(frozen=True, slots=True)
class PageState:
    """How a page stands on one channel. `is_dead`: no try will help there."""

    channel: str
    is_sent: bool
    is_dead: bool
    failing_since: datetime | None


class OutboxRows:
    """What the engine queues and delivery takes out."""

    connection: sqlite3.Connection

    def queue(self, message: Outgoing, queued_at: datetime | None = None) -> None:
        """Put a message into the outbox; a key that is there already changes nothing."""
        if message.purpose in (Purpose.PAGE, Purpose.NOTICE):
            self.connection.execute(
                "insert or ignore into addresses (channel, address) values (?, ?)",
                (message.channel, message.to),
            )
        self.connection.execute(
            "insert or ignore into messages (key, purpose, kind, number, channel, address, person,"
            " round, step, nth, what, about, urgent, rank, state, due, queued_at) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
            (
                message.key,
                message.purpose,
                message.ref.kind,
                message.ref.number,
                message.channel,
                message.to,
                message.person,
                message.round,
                message.step,
                message.nth,
                message.what,
                message.about,
                message.first_storm_page,
                message.rank,
                ms(message.due),
                ms(queued_at or message.due),
            ),
        )

    def requeue_card(self, message: Outgoing) -> None:
        """Put a card into the outbox, or ask for its update where it has been sent."""
        self.queue(message)
        self.connection.execute(
            "update messages set stale = 1, due = max(due, ?) where key = ? "
            "and state in ('sent', 'sending')",
            (ms(message.due), message.key),
        )

    def hush(self, ref: Ref) -> None:
        """Withdraw the subject's pages that have not been sent."""
        self.connection.execute(
            "update messages set state = 'withdrawn' where kind = ? and number = ? "
            "and purpose = 'page' and state = 'queued' and receipt is null",
            (ref.kind, ref.number),
        )

    def hush_again(self, person: str) -> None:
        """Withdraw what asks a person again and has not been sent."""
        self.connection.execute(
            "update messages set state = 'withdrawn' "
            "where what = 'again' and state = 'queued' and receipt is null and person = ?",
            (person,),
        )

    def freshen(self, ref: Ref, now: datetime) -> None:
        """Have everything that was said of a subject said anew, where a channel can update: a
        post of it has been erased."""
        self.connection.execute(
            "update messages set stale = 1, due = ? where kind = ? and number = ? "
            "and purpose in ('card', 'page') and state in ('sent', 'sending')",
            (ms(now), ref.kind, ref.number),
        )
        self.connection.execute(
            "update messages set stale = 1, due = ? where what = 'again' "
            "and state in ('sent', 'sending') and person in (select person from messages "
            "where kind = ? and number = ? and purpose = 'page') "
            "and exists (select 1 from message_posts q where q.message = messages.id)",
            (ms(now), ref.kind, ref.number),
        )

    def note_quoted(self, parcel: Parcel, posts: Sequence[int]) -> None:
        """Keep which posts the words of a parcel come from, so that an erasure finds them."""
        rows = [row.id for row in parcel.messages]
        self.connection.executemany(
            "delete from message_posts where message = ?", [(row,) for row in rows]
        )
        self.connection.executemany(
            "insert or ignore into message_posts (message, post) values (?, ?)",
            [(row, post) for row in rows for post in posts],
        )

    def freshen_post(self, post: int, now: datetime) -> None:
        """Have every message that quotes a post said anew, whatever it is for: it was erased."""
        self.connection.execute(
            "update messages set stale = 1, due = ? where state in ('sent', 'sending') "
            "and id in (select message from message_posts where post = ?)",
            (ms(now), post),
        )

    def reached(self, ref: Ref) -> bool:
        """Has a page of the incident's present round been sent?"""
        row = self.connection.execute(
            "select 1 from messages m join incidents i on i.number = m.number "
            "where m.kind = ? and m.number = ? and m.purpose = 'page' and m.sent_at is not null "
            "and m.round = i.round limit 1",
            (ref.kind, ref.number),
        ).fetchone()
        return row is not None

    def pages_sent(self, since: datetime) -> int:
        """How many pages left the house since then; several in one message count as one."""
        row = self.connection.execute(
            "select count(distinct receipt_key) from messages "
            "where purpose = 'page' and state = 'sent' and sent_at >= ?",
            (ms(since),),
        ).fetchone()
        return int(row[0])

    # ------------------------------------------------------------------------- delivery
    def claim(
        self, now: datetime, channels: Sequence[str] | None = None, at_most: int = MAX_CLAIM
    ) -> list[Parcel]:
        """Take what is due, fold it by address, and mark it as being sent: pages before cards.

        channels  only these; None: all.
        at_most   parcels; few, so that what comes meanwhile and is more urgent goes before the
                  rest.
        """
        only = "" if channels is None else f" and channel in ({', '.join('?' * len(channels))})"
        values = tuple(channels or ())
        leaving = [
            one
            for channel, address, folds_until in self._addresses(only, values)
            for one in self._fold(channel, address, folds_until, now)
        ]
        chosen = sorted(leaving, key=lambda one: one.order)[:at_most]
        for one in chosen:
            self._fold_until(one.channel, one.address, one.again)
        alone = self._single(only, (ms(now), *values), at_most - len(chosen))
        return self._take([*(one.ids for one in chosen), *alone], now)

    def _addresses(self, only: str, channels: Sequence[str]) -> list[sqlite3.Row]:
        query = f"select * from addresses where true{only} order by channel, address"  # noqa: S608
        return self.connection.execute(query, tuple(channels)).fetchall()

    def _single(self, only: str, values: Sequence[Any], at_most: int) -> list[tuple[int, ...]]:
        """What leaves by itself: cards, digests, and renewals of what is shown somewhere."""
        leaving: dict[object, tuple[int, ...]] = {}
        for condition in _ALONE:
            rows = self.connection.execute(
                f"select id, receipt_key from messages where {condition} "  # noqa: S608
                f"and due <= ?{only} order by due, id limit ?",
                (*values, max(0, at_most)),
            )
            for number, shown in rows.fetchall():
                if shown is None:
                    leaving[number] = (number,)
                elif shown not in leaving:
                    leaving[shown] = self._shown_with(shown)
        return list(leaving.values())[: max(0, at_most)]

    def _shown_with(self, receipt_key: str) -> tuple[int, ...]:
        """All that left as one message: it is renewed as one, or the others would vanish."""
        rows = self.connection.execute(
            "select id from messages where receipt_key = ? and state in ('sent', 'queued') "
            "order by key <> receipt_key, id",
            (receipt_key,),
        )
        return tuple(row[0] for row in rows.fetchall())

    def claim_one(self, key: str, now: datetime) -> list[Parcel]:
        """Take one queued message, whenever it is due; nothing where it is not queued."""
        row = self.connection.execute(
            "select id from messages where key = ? and state = 'queued'", (key,)
        ).fetchone()
        return [] if row is None else self._take([(row["id"],)], now)

    def claim_unknown(self, channels: Sequence[str], now: datetime) -> list[Parcel]:
        """Take what is due on none of these channels, each message by itself."""
        unknown = f"channel not in ({', '.join('?' * len(channels))})"
        rows = self.connection.execute(
            f"select id from messages where due <= ? and {unknown} "  # noqa: S608
            "and (state = 'queued' or (stale = 1 and state = 'sent')) order by due, id limit ?",
            (ms(now), *channels, MAX_CLAIM),
        )
        return self._take([(row[0],) for row in rows.fetchall()], now)

    def _take(self, leaving: Sequence[tuple[int, ...]], now: datetime) -> list[Parcel]:
        parcels = [Parcel(tuple(self._read(one) for one in ids)) for ids in leaving]
        self.connection.executemany(
            "update messages set state = 'sending', sending_since = ?, stale = 0, "
            "attempts = attempts + 1 where id = ?",
            [(ms(now), one) for ids in leaving for one in ids],
        )
        return parcels

    def _read(self, number: int) -> Queued:
        row = self.connection.execute("select * from messages where id = ?", (number,)).fetchone()
        return _queued(row)

    def _fold(self, channel: str, address: str, folds_until: int, now: datetime) -> list[_Leaving]:
        """What could leave for an address now. While it folds there, only what is urgent does;
        then everything that is due leaves together."""
        folding = " and urgent = 1" if ms(now) < folds_until else ""
        rows = self.connection.execute(
            "select id, queued_at, urgent, purpose, rank from messages "  # noqa: S608
            f"where {_FOLDING} and channel = ? and address = ? and due <= ?{folding} "
            "order by urgent desc, rank, purpose = 'notice', queued_at, id limit ?",
            # One more than fits, so that it shows whether some are left.
            (channel, address, ms(now), MAX_IN_BUNDLE + 1),
        ).fetchall()
        if not rows:
            return []
        sent = self._sent_lately(channel, address, now)
        planned = plan(
            [_waiting(row) for row in rows], len(sent), now, last_sent=sent[0] if sent else None
        )
        again = planned.look_again
        if again is not None and len(sent) >= FREE_MESSAGES:
            # Earlier, where an old message leaves the window.
            again = min(again, sent[FREE_MESSAGES - 1] + WINDOW)
        orders = {row[0]: (not row[2], row[4], row[3] == Purpose.NOTICE, row[1]) for row in rows}
        urgent = {row[0] for row in rows if row[2]}
        if all(ids[0] in urgent for ids in planned.parcels):  # the rest waits
            self._fold_until(channel, address, again)
        return [
            _Leaving(orders[ids[0]], ids, channel, address, None if ids[0] in urgent else again)
            for ids in planned.parcels
        ]

    def _fold_until(self, channel: str, address: str, until: datetime | None) -> None:
        if until is not None:
            self.connection.execute(
                "update addresses set folds_until = ? where channel = ? and address = ?",
                (ms(until), channel, address),
            )

    def _sent_lately(self, channel: str, address: str, now: datetime) -> list[datetime]:
        """When messages left for an address within the window, the newest first."""
        rows = self.connection.execute(
            "select max(sent_at) from messages where channel = ? and address = ? "
            "and state = 'sent' and purpose <> 'card' and urgent = 0 and sent_at > ? "
            "group by receipt_key order by 1 desc",
            (channel, address, ms(now - WINDOW)),
        )
        return [utc(row[0]) for row in rows.fetchall()]

    def begins(self, parcel: Parcel, now: datetime) -> None:
        """It is sent from now on, however long it has been taken."""
        self.connection.executemany(
            "update messages set sending_since = ? where id = ? and state = 'sending'",
            [(ms(now), row.id) for row in parcel.messages],
        )

    def sent(self, parcel: Parcel, receipt: str, now: datetime) -> None:
        """The channel took it: this is the receipt. A renewal is no new message."""
        key = parcel.messages[0].message.key
        self.connection.executemany(
            "update messages set state = 'sent', sent_at = coalesce(sent_at, ?), receipt = ?, "
            "receipt_key = coalesce(receipt_key, ?), "
            "failing_since = null, failure = null where id = ?",
            [(ms(now), receipt, key, row.id) for row in parcel.messages],
        )

    def postpone(self, parcel: Parcel, failure: str, due: datetime, now: datetime) -> None:
        """The channel could not take it now."""
        self.connection.executemany(
            "update messages set state = 'queued', due = ?, failure = ?, "
            "failing_since = coalesce(failing_since, ?) where id = ? and state = 'sending'",
            [(ms(due), failure[:MAX_FAILURE_CHARS], ms(now), row.id) for row in parcel.messages],
        )

    def put_back(self, parcel: Parcel, due: datetime, now: datetime) -> None:
        """It was taken but not tried, for its channel fails: no attempt of its own."""
        self.connection.executemany(
            "update messages set state = 'queued', due = ?, attempts = attempts - 1, "
            "failing_since = coalesce(failing_since, ?) where id = ? and state = 'sending'",
            [(ms(due), ms(now), row.id) for row in parcel.messages],
        )

    def refuse(self, parcel: Parcel, failure: str, now: datetime) -> None:
        """The channel will never take it so. Once more in our own words only, then set aside;
        what is shown there stays as it is."""
        for row in parcel.messages:
            last = row.plain or row.message.purpose is Purpose.CARD
            if row.is_renewal:
                last = row.plain
            self._set_aside(row, failure, now, last=last)

    def set_aside(self, parcel: Parcel, failure: str, now: datetime) -> None:
        """Its channel will never take it, in no words."""
        for row in parcel.messages:
            self._set_aside(row, failure, now, last=True)

    def _set_aside(self, row: Queued, failure: str, now: datetime, *, last: bool) -> None:
        state = "queued" if not last else "sent" if row.is_renewal else "failed"
        self.connection.execute(
            "update messages set state = ?, plain = 1, due = ?, failure = ?, "
            "failing_since = coalesce(failing_since, ?) where id = ?",
            (state, ms(now), failure[:MAX_FAILURE_CHARS], ms(now), row.id),
        )

    def unworded(self, parcel: Parcel, failure: str, due: datetime) -> None:
        """It could not be put into words: once more in our own only."""
        self.connection.executemany(
            "update messages set state = 'queued', plain = 1, due = ?, failure = ? where id = ?",
            [(ms(due), failure[:MAX_FAILURE_CHARS], row.id) for row in parcel.messages],
        )

    # ---------------------------------------------------------------------------- resting
    def rest(self, channel: str, until: datetime) -> None:
        """A channel has said how long it wants no message."""
        self.connection.execute(
            "insert into channel_rests (channel, until) values (?, ?) on conflict (channel) "
            "do update set until = max(until, excluded.until)",
            (channel, ms(until)),
        )

    def hold_resting(self, now: datetime, channels: Sequence[str]) -> list[tuple[datetime, Parcel]]:
        """Keep what is due on a resting channel until it rests no more; returns the pages among
        it, each with that time."""
        marks = ", ".join("?" * len(channels))
        rests = self.connection.execute(
            "select channel, until from channel_rests "  # noqa: S608
            f"where until > ? and channel in ({marks})",
            (ms(now), *channels),
        )
        return [
            one for channel, until in rests.fetchall() for one in self._hold(channel, until, now)
        ]

    def _hold(self, channel: str, until: int, now: datetime) -> list[tuple[datetime, Parcel]]:
        due = "channel = ? and due <= ? and (state = 'queued' or (stale = 1 and state = 'sent'))"
        pages = self.connection.execute(
            f"select * from messages where {due} and purpose = 'page' "  # noqa: S608
            "and receipt is null order by id",
            (channel, ms(now)),
        ).fetchall()
        self.connection.execute(
            f"update messages set due = ?, failing_since = coalesce(failing_since, ?) "  # noqa: S608
            f"where {due}",
            (until, ms(now), channel, ms(now)),
        )
        return [(utc(until), Parcel((_queued(row),))) for row in pages]

    def resume_stuck(self, since: datetime, channels: Sequence[str]) -> int:
        """What has been sent for too long goes again, marked as a repeat: its receipt could not
        be written. Returns how many."""
        marks = ", ".join("?" * len(channels))
        done = self.connection.execute(
            "update messages set state = 'queued', repeated = 1 "  # noqa: S608
            f"where state = 'sending' and sending_since <= ? and channel in ({marks})",
            (ms(since), *channels),
        )
        return done.rowcount

    def resume_sending(self) -> int:
        """After a crash: what was being sent goes again, marked as a repeat. Returns how many."""
        done = self.connection.execute(
            "update messages set state = 'queued', repeated = 1 where state = 'sending'"
        )
        return done.rowcount

    def withdraw(self, parcel: Parcel) -> None:
        """What it was about is gone; it is not sent."""
        self.connection.executemany(
            "update messages set state = 'withdrawn' where id = ?",
            [(row.id,) for row in parcel.messages],
        )

    def leave_as_it_is(self, parcel: Parcel) -> None:
        """Its channel cannot update what was sent."""
        self.connection.executemany(
            "update messages set state = 'sent', stale = 0 where id = ?",
            [(row.id,) for row in parcel.messages],
        )

    def outgoing(self, key: str) -> Outgoing:
        """A message as it was queued. Raises KeyError where there is none of that key."""
        row = self.connection.execute("select * from messages where key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return _queued(row).message

    def message_state(self, key: str) -> tuple[str, str]:
        """How a message stands, and its last failure."""
        row = self.connection.execute(
            "select state, failure from messages where key = ?", (key,)
        ).fetchone()
        return ("unknown", "") if row is None else (row["state"], row["failure"] or "")

    def page_states(self, page: Outgoing) -> list[PageState]:
        """How a person's pages of one step stand, on every channel they went to."""
        rows = self.connection.execute(
            "select channel, state, failing_since, sent_at from messages "
            "where kind = ? and number = ? and person = ? and round = ? and step = ? "
            "and purpose = 'page' "
            "and state <> 'withdrawn' order by id",
            (page.ref.kind, page.ref.number, page.person, page.round, page.step),
        )
        return [
            PageState(
                row["channel"],
                row["sent_at"] is not None,
                row["state"] == "failed",
                None if row["failing_since"] is None else utc(row["failing_since"]),
            )
            for row in rows.fetchall()
        ]

    def next_message(self) -> datetime | None:
        """When the next message leaves."""
        dues = [self._earliest(condition) for condition in _ALONE]
        for channel, address, folds_until in self._addresses("", ()):
            here = f"{_FOLDING} and channel = ? and address = ?"
            urgent = self._earliest(f"{here} and urgent = 1", channel, address)
            other = self._earliest(f"{here} and urgent = 0", channel, address)
            dues += [urgent, None if other is None else max(other, folds_until)]
        due = min((due for due in dues if due is not None), default=None)
        return None if due is None else utc(due)

    def _earliest(self, condition: str, *values: str) -> int | None:
        query = f"select min(due) from messages where {condition}"  # noqa: S608
        found: int | None = self.connection.execute(query, values).fetchone()[0]
        return found

    def oldest_unsent(self, now: datetime) -> datetime | None:
        """Since when the oldest page that should have left is waiting."""
        due = self.connection.execute(
            "select min(queued_at) from messages where state in ('queued', 'sending') "
            "and purpose = 'page' and due <= ?",
            (ms(now),),
        ).fetchone()[0]
        return None if due is None else utc(due)


def _waiting(row: sqlite3.Row) -> Waiting:
    return Waiting(
        row["id"],
        utc(row["queued_at"]),
        alone=bool(row["urgent"]),
        notice=row["purpose"] != Purpose.PAGE,
        rank=row["rank"],
    )


def _queued(row: sqlite3.Row) -> Queued:
    message = Outgoing(
        key=row["key"],
        purpose=Purpose(row["purpose"]),
        ref=Ref(row["kind"], row["number"]),
        channel=row["channel"],
        to=row["address"],
        due=utc(row["due"]),
        person=row["person"],
        round=row["round"],
        step=row["step"],
        nth=row["nth"],
        what=row["what"],
        about=row["about"],
        first_storm_page=bool(row["urgent"]),
        rank=row["rank"],
    )
    return Queued(
        id=row["id"],
        message=message,
        queued_at=utc(row["queued_at"]),
        attempts=row["attempts"],
        failing_since=None if row["failing_since"] is None else utc(row["failing_since"]),
        receipt=row["receipt"],
        repeated=bool(row["repeated"]),
        plain=bool(row["plain"]),
    )
