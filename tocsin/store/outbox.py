"""The outbox: a message is queued with the decision that made it, and sent only after its receipt.

queued → sending → sent, or back to queued after a failure; failed where no try will help;
withdrawn where it is no longer wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.channel import Purpose
from escalation.desk import Outgoing
from escalation.grouping import SAFETY
from escalation.subject import Ref
from tocsin.store.parcels import Parcel, Queued, queued
from tocsin.store.quoting import QuotingRows
from tocsin.store.refusals import RefusalRows
from tocsin.store.renewing import RenewingRows
from tocsin.store.resting import MAX_FAILURE_CHARS, RestRows
from tocsin.store.talks import TalkRows
from tocsin.store.times import ms, utc

FIRST_PAGES = 8  # for each page that is asked for, so many rows are looked at: several go as one


@dataclass(frozen=True, slots=True)
class PageState:
    """How a page stands on one channel. `is_dead`: no try will help there."""

    channel: str
    is_sent: bool
    is_dead: bool
    failing_since: datetime | None


class OutboxRows(RenewingRows, TalkRows, RefusalRows, QuotingRows, RestRows):
    """What the engine queues and delivery takes out."""

    def queue(self, message: Outgoing, queued_at: datetime | None = None) -> None:
        """Put a message into the outbox; a key that is there already changes nothing."""
        self.something_to_send()
        if message.purpose in (Purpose.PAGE, Purpose.NOTICE):
            self.connection.execute(
                "insert or ignore into addresses (channel, address) values (?, ?)",
                (message.channel, message.to),
            )
        if message.purpose is Purpose.PAGE and message.rank == SAFETY:
            self.unfold(message.channel, message.to)
        elif message.purpose is Purpose.PAGE:
            self.unfold_for_a_page(message.channel, message.to)
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

    def requeue_card(self, message: Outgoing, *, at_once: bool = False) -> None:
        """Put a card into the outbox, or ask for its update where it has been sent; at once where
        somebody looks at it: of the updates of a room the newest leaves first."""
        self.queue(message)
        self.connection.execute(
            "update messages set due = case when stale = 1 and not ?3 then min(due, ?1) else ?1 "
            "end, stale = 1 where key = ?2 and state in ('sent', 'sending')",
            (ms(message.due), message.key, at_once),
        )
        if at_once:  # one that has not left yet waits no longer: what it shows is what was done
            self.connection.execute(
                "update messages set due = min(due, ?) where key = ? and state = 'queued' "
                "and failing_since is null",
                (ms(message.due), message.key),
            )

    def freshen_cards(self, ref: Ref, now: datetime) -> None:
        """Have the cards of a subject whose change is not asked for yet show how it stands now."""
        done = self.connection.execute(
            "update messages set stale = 1, due = ? where kind = ? and number = ? "
            "and purpose = 'card' and stale = 0 and state in ('sent', 'sending')",
            (ms(now), ref.kind, ref.number),
        )
        if done.rowcount:
            self.something_to_send()

    def reached(self, ref: Ref) -> bool:
        """Has a page of the incident's present round been sent?"""
        row = self.connection.execute(
            "select 1 from messages m join incidents i on i.number = m.number "
            "where m.kind = ? and m.number = ? and m.purpose = 'page' and m.sent_at is not null "
            "and m.round = i.round limit 1",
            (ref.kind, ref.number),
        ).fetchone()
        return row is not None

    def asking_since(self, ref: Ref) -> datetime | None:
        """Since when somebody is asked in an incident's present round; None: nobody is."""
        row = self.connection.execute(
            "select min(m.queued_at) from messages m join incidents i on i.number = m.number "
            "where m.kind = ? and m.number = ? and m.purpose = 'page' and m.round = i.round",
            (ref.kind, ref.number),
        ).fetchone()
        return None if row[0] is None else utc(row[0])

    def first_page(self, page: Queued) -> str | None:
        """Receipt of the first page of the same subject that the same address got and that stands
        there by itself; None: this is it."""
        one = page.message
        row = self.connection.execute(
            "select receipt from messages where kind = ? and number = ? and purpose = 'page' "
            "and channel = ? and address = ? and id < ? and state = 'sent' and editable = 1 "
            "and receipt is not null and receipt_key = key order by id limit 1",
            (one.ref.kind, one.ref.number, one.channel, one.to, page.id),
        ).fetchone()
        return None if row is None else str(row[0])

    def pages_sent(self, since: datetime) -> int:
        """How many pages left the house since then; several in one message count as one, and
        those of private matters as none, for they are no sign of one cause."""
        row = self.connection.execute(
            "select count(distinct receipt_key) from messages "
            "where purpose = 'page' and state = 'sent' and kind <> 'matter' and sent_at >= ?",
            (ms(since),),
        ).fetchone()
        return int(row[0])

    def pages_to(self, person: str, since: datetime) -> int:
        """How many pages a person had since then, on the channel that brought them most; several
        in one message count as one."""
        row = self.connection.execute(
            "select count(distinct receipt_key) as n from messages where purpose = 'page' "
            "and state = 'sent' and person = ? and sent_at >= ? "
            "group by channel order by n desc limit 1",
            (person, ms(since)),
        ).fetchone()
        return 0 if row is None else int(row[0])

    def had_pages(self, person: str, since: datetime, most: int) -> bool:
        """Whether a person had so many pages since then, as `pages_to` counts them; asked at each
        page, and told by the first of them where they are many."""
        row = self.connection.execute(
            "select max(n) from (select count(distinct receipt_key) as n from "
            "(select channel, receipt_key from messages where purpose = 'page' "
            "and state = 'sent' and person = ? and sent_at >= ? order by sent_at limit ?) "
            "group by channel)",
            (person, ms(since), FIRST_PAGES * most),
        ).fetchone()
        return (row[0] or 0) >= most or self.pages_to(person, since) >= most

    def begins(self, parcel: Parcel, now: datetime) -> None:
        """It is sent from now on, however long it has been taken."""
        self.connection.executemany(
            "update messages set sending_since = ?, begun = 1 where id = ? and state = 'sending'",
            [(ms(now), row.id) for row in parcel.messages],
        )

    def sent(
        self,
        parcel: Parcel,
        receipt: str,
        now: datetime,
        *,
        editable: bool = False,
        again: datetime | None = None,
    ) -> None:
        """The channel took it: this is the receipt. A renewal is no new message.

        editable  it can be changed where it stands, and is when its subject does.
        again     when it is sent anew even where nothing changes; None: not at all.
        """
        key = parcel.messages[0].message.key
        self.connection.executemany(
            "update messages set state = 'sent', sent_at = coalesce(sent_at, ?), receipt = ?, "
            "receipt_key = coalesce(receipt_key, ?), editable = ?, plain = min(plain, 1), "
            "failing_since = null, failure = null where id = ?",
            [(ms(now), receipt, key, editable, row.id) for row in parcel.messages],
        )
        if again is not None:
            self.connection.executemany(
                "update messages set due = case when stale = 1 then min(due, ?1) else ?1 end, "
                "stale = 1 where id = ?2",
                [(ms(again), row.id) for row in parcel.messages],
            )

    def refuse(self, parcel: Parcel, failure: str, now: datetime) -> None:
        """The channel will never take it so. Once more in our own words only, then set aside;
        what is shown there stays as it is."""
        for row in parcel.messages:
            self._set_aside(row, failure, now, last=row.plain)

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

    def resume_stuck(self, since: datetime, channels: Sequence[str]) -> int:
        """What has been sent for too long goes again, marked as a repeat: its receipt could not
        be written. Returns how many."""
        marks = ", ".join("?" * len(channels))
        done = self.connection.execute(
            "update messages set state = 'queued', repeated = max(repeated, begun) "  # noqa: S608
            f"where state = 'sending' and sending_since <= ? and channel in ({marks})",
            (ms(since), *channels),
        )
        return done.rowcount

    def resume_sending(self) -> int:
        """After a crash: what was being sent goes again, marked as a repeat. Returns how many."""
        done = self.connection.execute(
            "update messages set state = 'queued', repeated = max(repeated, begun) "
            "where state = 'sending'"
        )
        return done.rowcount

    def outgoing(self, key: str) -> Outgoing:
        """A message as it was queued. Raises KeyError where there is none of that key."""
        row = self.connection.execute("select * from messages where key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return queued(row).message

    def message_state(self, key: str) -> tuple[str, str]:
        """How a message stands, and its last failure."""
        row = self.connection.execute(
            "select state, failure from messages where key = ?", (key,)
        ).fetchone()
        return ("unknown", "") if row is None else (row["state"], row["failure"] or "")

    def page_states(self, page: Outgoing) -> list[PageState]:
        """How one page of a person stands, on every channel it went to."""
        rows = self.connection.execute(
            "select channel, state, failing_since, sent_at from messages "
            "where kind = ? and number = ? and person = ? and round = ? and step = ? "
            "and nth = ? and purpose = 'page' and +what = ? "
            "and state <> 'withdrawn' order by id",
            (
                page.ref.kind,
                page.ref.number,
                page.person,
                page.round,
                page.step,
                page.nth,
                page.what,
            ),
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

    def pages_that_fail(self) -> int:
        """How many pages are to leave that their channel does not take."""
        row = self.connection.execute(
            "select count(*) from messages where state in ('queued', 'sending') "
            "and purpose = 'page' and receipt is null and failing_since is not null"
        ).fetchone()
        return int(row[0])

    def oldest_unsent(self, now: datetime) -> datetime | None:
        """Since when the oldest page that should have left is waiting; one that has failed should
        have, whenever it is tried again."""
        due = self.connection.execute(
            "select min(queued_at) from messages where state in ('queued', 'sending') "
            "and purpose = 'page' and (due <= ? or failing_since is not null) and plain < 2",
            (ms(now),),
        ).fetchone()[0]
        return None if due is None else utc(due)
