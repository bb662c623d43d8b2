"""What waits for its channel: tried again later, held while the channel rests, and looked at when
it has failed for too long."""

from collections.abc import Sequence
from datetime import datetime

from escalation.grouping import SAFETY
from escalation.retry import ALSO_NEXT_CHANNEL_AFTER, UNREACHABLE_AFTER
from tocsin.store.claims import DUE, FOLDING, LOOKED_AT, MAX_CLAIM, ClaimRows
from tocsin.store.parcels import Parcel, queued
from tocsin.store.times import ms, utc

MAX_FAILURE_CHARS = 300
_SINCE = "coalesce(failing_since, :now)"
# When a page is looked at whatever becomes of its tries: the next may be a minute off, or hours
# where its channel has said so, or be under way just then. Its person's next channel is due all the
# same, and then their case climbs if nothing reaches them.
_LOOK = f"""case
    when purpose <> 'page' or receipt is not null then null
    when {_SINCE} + :next_channel > :now then {_SINCE} + :next_channel
    when {_SINCE} + :unreachable > :now then {_SINCE} + :unreachable end"""
_BEING_SENT = "state = 'sending' and look_at is not null"
_WAITS = {
    "next_channel": int(ALSO_NEXT_CHANNEL_AFTER.total_seconds() * 1000),
    "unreachable": int(UNREACHABLE_AFTER.total_seconds() * 1000),
}
# Does the same page stand on another of its person's channels, and does not fail there?
_IS_ELSEWHERE = """exists (select 1 from messages o where o.kind = m.kind and o.number = m.number
    and o.person = m.person and o.round = m.round and o.step = m.step and o.nth = m.nth
    and o.purpose = 'page' and +o.what = m.what and o.id <> m.id
    and o.state in ('queued', 'sending', 'sent') and o.failing_since is null)"""


class RestRows(ClaimRows):
    """What delivery could not send."""

    def postpone(self, parcel: Parcel, failure: str, due: datetime, now: datetime) -> None:
        """The channel could not take it now."""
        said = {"failure": failure[:MAX_FAILURE_CHARS], **_times(due, now)}
        self.connection.executemany(
            "update messages set state = 'queued', due = :due, failure = :failure, "  # noqa: S608
            f"failing_since = {_SINCE}, look_at = {_LOOK} where id = :id and state = 'sending'",
            [{"id": row.id, **said} for row in parcel.messages],
        )
        self._unfold_for_safety(parcel)

    def put_back(self, parcel: Parcel, due: datetime, now: datetime) -> None:
        """It was taken but not tried, for its channel fails: no attempt of its own."""
        self.connection.executemany(
            "update messages set state = 'queued', due = :due, "  # noqa: S608
            f"attempts = attempts - 1, failing_since = {_SINCE}, look_at = {_LOOK} "
            "where id = :id and state = 'sending'",
            [{"id": row.id, **_times(due, now)} for row in parcel.messages],
        )
        self._unfold_for_safety(parcel)

    def fails_with(self, channel: str, now: datetime) -> None:
        """A channel takes nothing now: the pages that are due there fail with what was tried,
        though their turn may not come for long. What folds there would not leave yet."""
        self.connection.execute(
            f"update messages as m set failing_since = :now, look_at = {_LOOK} "  # noqa: S608
            f"where {FOLDING} and purpose = 'page' and channel = :channel and due <= :now "
            "and failing_since is null and (urgent = 1 or not exists (select 1 from addresses a "
            "where a.channel = m.channel and a.address = m.address and a.folds_until > :now))",
            {"channel": channel, "now": ms(now), **_WAITS},
        )

    def works_again(self, channel: str, now: datetime) -> None:
        """A channel took something: what was never tried there has not failed, unless it is held
        for as long as the channel has said."""
        self.connection.execute(
            "update messages set failing_since = null, look_at = null "
            "where state = 'queued' and failing_since is not null and channel = :channel "
            "and purpose = 'page' and receipt is null and attempts = 0 and not exists "
            "(select 1 from channel_rests r where r.channel = :channel and r.until > :now)",
            {"channel": channel, "now": ms(now)},
        )

    def _unfold_for_safety(self, parcel: Parcel) -> None:
        """What is tried again does not wait for what has folded while it was being sent."""
        if any(row.message.rank == SAFETY for row in parcel.messages):
            self.unfold(parcel.channel, parcel.to)

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
            (utc(until), held)
            for channel, until in rests.fetchall()
            for held in self._hold(channel, until, now)
        ]

    def _hold(self, channel: str, until: int, now: datetime) -> list[Parcel]:
        pages = self.connection.execute(
            f"select * from messages where {DUE[0]} and channel = ? "  # noqa: S608
            "and purpose = 'page' and receipt is null order by id",
            (ms(now), channel),
        ).fetchall()
        for due in DUE:
            self.connection.execute(
                f"update messages set due = :due, failing_since = {_SINCE}, "  # noqa: S608
                f"look_at = {_LOOK} where {due.replace('?', ':now')} and channel = :channel",
                {"channel": channel, **_times(utc(until), now)},
            )
        return [Parcel((queued(row),)) for row in pages]

    def failed_for_long(self, now: datetime) -> list[Parcel]:
        """The pages that have failed by now for as long as their person's next channel, or their
        case, waits for them; each once for either. Not those that another channel has taken, or may
        take yet."""
        rows = [
            row
            for which in (LOOKED_AT, _BEING_SENT)
            for row in self.connection.execute(
                f"select *, {_IS_ELSEWHERE} as elsewhere from messages m "  # noqa: S608
                f"where {which} and look_at <= ? order by look_at, id limit ?",
                (ms(now), MAX_CLAIM),
            ).fetchall()
        ]
        self.connection.executemany(
            f"update messages set look_at = {_LOOK} where id = :id",  # noqa: S608
            [{"id": row["id"], "now": ms(now), **_WAITS} for row in rows],
        )
        return [Parcel((queued(row),)) for row in rows if not row["elsewhere"]]


def _times(due: datetime, now: datetime) -> dict[str, int]:
    return {"due": ms(due), "now": ms(now), **_WAITS}
