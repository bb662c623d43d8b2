"""What waits for its channel: tried again later, held while the channel rests, and looked at once
it has failed for too long."""

from collections.abc import Sequence
from datetime import datetime

from escalation.grouping import SAFETY
from escalation.retry import UNREACHABLE_AFTER
from tocsin.store.claims import DUE, LOOKED_AT, MAX_CLAIM, ClaimRows
from tocsin.store.parcels import Parcel, queued
from tocsin.store.times import ms, utc

MAX_FAILURE_CHARS = 300
_SINCE = "coalesce(failing_since, :now)"
# When a page is looked at although it is not tried: its channel may have stated a wait of hours,
# and its person is not there to be reached after two minutes all the same.
_LOOK = f"""case when purpose = 'page' and receipt is null
    and {_SINCE} + :patience > :now and {_SINCE} + :patience < :due
    then {_SINCE} + :patience end"""
_PATIENCE = int(UNREACHABLE_AFTER.total_seconds() * 1000)


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
            "update messages set state = 'queued', due = ?, attempts = attempts - 1, "
            "failing_since = coalesce(failing_since, ?) where id = ? and state = 'sending'",
            [(ms(due), ms(now), row.id) for row in parcel.messages],
        )
        self._unfold_for_safety(parcel)

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
        """The pages that have failed for two minutes by now and are not tried yet; each once."""
        rows = self.connection.execute(
            f"select * from messages where {LOOKED_AT} and look_at <= ? "  # noqa: S608
            "order by look_at, id limit ?",
            (ms(now), MAX_CLAIM),
        ).fetchall()
        self.connection.executemany(
            "update messages set look_at = null where id = ?", [(row["id"],) for row in rows]
        )
        return [Parcel((queued(row),)) for row in rows]


def _times(due: datetime, now: datetime) -> dict[str, int]:
    return {"due": ms(due), "now": ms(now), "patience": _PATIENCE}
