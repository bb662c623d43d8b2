"""Sources: cursors, gaps, health, detector state, and counts of what was left out."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from listener.budget import Use
from listener.collector import Gap
from listener.rhythm import Rhythm
from tocsin.store.times import ms, utc

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source stands."""

    name: str
    cursor: str | None
    started_at: datetime
    newest_at: datetime | None
    succeeded_at: datetime | None
    failing_since: datetime | None
    failure: str | None
    dollars: float
    malformed: int


class SourceRows:
    """What the listener's workers keep of their sources."""

    connection: sqlite3.Connection

    def source(self, name: str) -> SourceState | None:
        """How a source stands; None before its first start."""
        row = self.connection.execute("select * from sources where name = ?", (name,)).fetchone()
        return None if row is None else _state(row)

    def sources(self) -> list[SourceState]:
        """Every source that was ever started."""
        rows = self.connection.execute("select * from sources order by name")
        return [_state(row) for row in rows.fetchall()]

    def start_source(self, name: str, now: datetime) -> SourceState:
        """Note a source's first start; later starts change nothing."""
        self.connection.execute(
            "insert or ignore into sources (name, started_at, saved_at) values (?, ?, ?)",
            (name, ms(now), ms(now)),
        )
        state = self.source(name)
        assert state is not None
        return state

    def save_cursor(
        self,
        name: str,
        cursor: str | None,
        *,
        newest_at: datetime | None,
        malformed: int,
        now: datetime,
        heard: bool = True,
    ) -> None:
        """A fetch has been taken in whole. heard: something was read, be it without posts."""
        newest = None if newest_at is None else ms(newest_at)
        self.connection.execute(
            "update sources set cursor = coalesce(?, cursor), saved_at = ?, "
            "succeeded_at = coalesce(?, succeeded_at), "
            "newest_at = max(coalesce(newest_at, ?), coalesce(?, newest_at)), "
            "malformed = malformed + ? where name = ?",
            (cursor, ms(now), ms(now) if heard else None, newest, newest, malformed, name),
        )

    def rhythm(self, name: str) -> Rhythm:
        """How long a source is silent on usual days."""
        row = self.connection.execute(
            "select rhythm from sources where name = ?", (name,)
        ).fetchone()
        return Rhythm() if row is None else Rhythm.load(row[0])

    def save_rhythm(self, name: str, rhythm: Rhythm) -> None:
        """Keep a source's rhythm; it commits with the cursor."""
        self.connection.execute(
            "update sources set rhythm = ? where name = ?", (rhythm.dump(), name)
        )

    def charge(self, name: str, use: Use, dollars: float, now: datetime) -> None:
        """Note what a source has spent on its platform, and for what."""
        if dollars > 0:
            self.connection.execute(
                "insert into spending (source, day, used_for, dollars) values (?, ?, ?, ?) "
                "on conflict do update set dollars = dollars + excluded.dollars",
                (name, ms(now) // _DAY_MS, use, dollars),
            )
            self.connection.execute(
                "update sources set dollars = dollars + ? where name = ?", (dollars, name)
            )

    def spent(self, name: str, since: datetime, until: datetime) -> dict[Use, float]:
        """Dollars by use between two instants (whole days in UTC)."""
        rows = self.connection.execute(
            "select used_for, sum(dollars) from spending where source = ? and day >= ? "
            "and day <= ? group by used_for",
            (name, ms(since) // _DAY_MS, ms(until) // _DAY_MS),
        )
        return {Use(used): float(dollars) for used, dollars in rows.fetchall()}

    def posts_a_day(self, name: str, since: datetime, now: datetime) -> float | None:
        """How many posts a source brought a day since an instant, or since its first start where
        that is later; None where that is less than a day ago."""
        state = self.source(name)
        heard = now - max(since, state.started_at) if state else timedelta()
        if heard < timedelta(days=1):
            return None
        return self.posts_of(name, now - heard) / (heard / timedelta(days=1))

    def posts_of(self, name: str, since: datetime) -> int:
        """How many posts a source has brought since an instant; what was looked back on is none."""
        (posts,) = self.connection.execute(
            "select count(*) from posts where source = ? and seen_at >= ? and backfill = 0",
            (name, ms(since)),
        ).fetchone()
        return int(posts)

    def keep_gaps(self, source: str, gaps: Sequence[Gap], now: datetime) -> None:
        """Note stretches of time that could not be heard."""
        self.connection.executemany(
            "insert into gaps (source, since, until, reason, noted_at) values (?, ?, ?, ?, ?)",
            [(source, ms(gap.since), ms(gap.until), gap.reason, ms(now)) for gap in gaps],
        )

    def gaps(self, since: datetime, until: datetime) -> list[dict[str, Any]]:
        """Gaps that overlap a stretch of time."""
        rows = self.connection.execute(
            "select source, since, until, reason from gaps where since < ? and until > ? "
            "order by since, source",
            (ms(until), ms(since)),
        )
        return [
            {"source": row[0], "since": utc(row[1]), "until": utc(row[2]), "reason": row[3]}
            for row in rows.fetchall()
        ]

    def failing_channels(self, since: datetime) -> dict[str, str]:
        """Channels whose messages have failed since before an instant, with the last failure. What
        failed before another was taken there, and was not tried since, speaks of what is past."""
        rows = self.connection.execute(
            "select channel, max(failure), max(sending_since) from messages "
            "where failing_since <= ? "
            "and state in ('queued', 'sending') group by channel order by channel",
            (ms(since),),
        ).fetchall()
        return {
            channel: why or ""
            for channel, why, tried in rows
            if tried is None or not self._took_since(channel, tried)
        }

    def _took_since(self, channel: str, since: int) -> bool:
        row = self.connection.execute(
            "select 1 from messages where state = 'sent' and channel = ? and sent_at > ? limit 1",
            (channel, since),
        ).fetchone()
        return row is not None

    def channel_states(self) -> dict[str, tuple[datetime | None, datetime | None, str]]:
        """Of each channel that had a message: when one was last taken, since when it has failed
        (None: nothing that waits has), and the last failure. What waits may have failed before
        another was taken: since then it fails anew."""
        rows = self.connection.execute(
            "select channel, max(sent_at), "
            "min(case when state in ('queued', 'sending') then failing_since end), "
            "max(case when state in ('queued', 'sending') then failure end) "
            "from messages group by channel order by channel"
        )
        return {
            name: (
                None if sent is None else utc(sent),
                None if since is None else utc(max(since, sent or since)),
                why or "",
            )
            for name, sent, since, why in rows.fetchall()
        }

    def tally(self, reason: str, at: datetime, n: int = 1) -> None:
        """Count something that was dropped, cut or refused."""
        self.connection.execute(
            "insert into tallies (reason, day, n) values (?, ?, ?) "
            "on conflict do update set n = n + excluded.n",
            (reason[:200], ms(at) // _DAY_MS, n),
        )

    def tallies(self, since: datetime, until: datetime) -> dict[str, int]:
        """What was left out between two instants (whole days), by reason."""
        rows = self.connection.execute(
            "select reason, sum(n) from tallies where day >= ? and day <= ? group by reason",
            (ms(since) // _DAY_MS, (ms(until) - 1) // _DAY_MS),
        )
        return {row[0]: row[1] for row in rows.fetchall()}

    def age_out_tallies(self, before: datetime, limit: int = 5_000) -> int:
        """Forget what was left out on days before an instant, at most `limit` rows; how many."""
        return self.connection.execute(
            "delete from tallies where (reason, day) in "
            "(select reason, day from tallies where day < ? limit ?)",
            (ms(before) // _DAY_MS, limit),
        ).rowcount

    def detector(self, brand: str) -> str | None:
        """The stored state of a brand's spread measure."""
        row = self.connection.execute(
            "select state from detectors where brand = ?", (brand,)
        ).fetchone()
        return None if row is None else str(row[0])

    def save_detector(self, brand: str, state: str) -> None:
        """Keep the state of a brand's spread measure; it commits with the cursor."""
        self.connection.execute(
            "insert into detectors (brand, state) values (?, ?) "
            "on conflict do update set state = excluded.state",
            (brand, state),
        )


def _state(row: sqlite3.Row) -> SourceState:
    def instant(name: str) -> datetime | None:
        return None if row[name] is None else utc(row[name])

    return SourceState(
        name=row["name"],
        cursor=row["cursor"],
        started_at=utc(row["started_at"]),
        newest_at=instant("newest_at"),
        succeeded_at=instant("succeeded_at"),
        failing_since=instant("failing_since"),
        failure=row["failure"],
        dollars=row["dollars"],
        malformed=row["malformed"],
    )
