"""Which kept posts are due to be looked at again on their platform."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from listener.collector import Known
from listener.looking_again import CLAIM, SWEEP, next_look
from tocsin.store.times import ms, utc

_SWEEP_MS = int(SWEEP.total_seconds() * 1000)
_OPEN = (
    "exists (select 1 from case_posts c join cases k on k.number = c.case_number "
    "where c.post = p.id and k.state <> 'closed')"
)


@dataclass(frozen=True, slots=True)
class Look:
    """One post that is due. `is_private`: it is kept where one person alone sees it."""

    number: int
    known: Known
    seen_at: datetime
    is_open: bool
    is_private: bool = False


class LookRows:
    """What looks at kept posts again asks of the store."""

    connection: sqlite3.Connection

    def claim_looks(self, platform: str, now: datetime, most: int) -> list[Look]:
        """The posts of a platform that are due, those of open cases first; at most `most`.

        Each is put off a little, so that a look that fails, or a crash, only delays it.
        """
        self._put_off_quiet(platform, now)
        due = [*self._due_posts(platform, now, most)]
        due += self._due_private(platform, now, most - len(due))
        for look in due:
            self._look_next(look, now + CLAIM)
        return due

    def looked(self, looks: Sequence[Look], now: datetime) -> None:
        """These were looked at: note when each is due next. One that is erased is not due again."""
        for look in looks:
            self._look_next(look, next_look(look.seen_at, now, is_open=look.is_open))

    def _put_off_quiet(self, platform: str, now: datetime) -> None:
        """A post without an open case needs none of the early looks."""
        self.connection.execute(
            "update posts as p set look_at = seen_at + ? where platform = ? and look_at <= ? "  # noqa: S608
            f"and deleted_at is null and look_at < seen_at + ? and not {_OPEN}",
            (_SWEEP_MS, platform, ms(now), _SWEEP_MS),
        )

    def _due_posts(self, platform: str, now: datetime, most: int) -> list[Look]:
        rows = self.connection.execute(
            f"select id, native_id, url, seen_at, {_OPEN} as open from posts p "  # noqa: S608
            "where platform = ? and look_at <= ? and deleted_at is null "
            "order by open desc, look_at, id limit ?",
            (platform, ms(now), most),
        ).fetchall()
        return [self._look(row, "post_aliases", is_private=False) for row in rows]

    def _due_private(self, platform: str, now: datetime, most: int) -> list[Look]:
        """Those that are erased or given back have no author left there."""
        rows = self.connection.execute(
            "select id, native_id, url, seen_at, 0 as open from private_posts "
            "where platform = ? and coalesce(look_at, seen_at + ?) <= ? and author_id <> '' "
            "order by seen_at limit ?",
            (platform, _SWEEP_MS, ms(now), max(0, most)),
        ).fetchall()
        return [self._look(row, "private_aliases", is_private=True) for row in rows]

    def _look(self, row: sqlite3.Row, aliases: str, *, is_private: bool) -> Look:
        also = self.connection.execute(
            f"select native_id from {aliases} where post = ? order by native_id",  # noqa: S608
            (row["id"],),
        ).fetchall()
        known = Known(row["native_id"], tuple(alias for (alias,) in also), row["url"])
        return Look(row["id"], known, utc(row["seen_at"]), bool(row["open"]), is_private)

    def _look_next(self, look: Look, at: datetime) -> None:
        table = "private_posts" if look.is_private else "posts"
        self.connection.execute(
            f"update {table} set look_at = ? where id = ?",  # noqa: S608
            (ms(at), look.number),
        )
