"""Which kept posts are due to be looked at again on their platform, and what came of it."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from listener.collector import Known
from listener.looking_again import CLAIM, SWEEP, next_look, next_try
from tocsin.store.times import ms, utc

_SWEEP_MS = int(SWEEP.total_seconds() * 1000)
_OPEN = (
    "exists (select 1 from case_posts c join cases k on k.number = c.case_number "
    "where c.post = p.id and k.state <> 'closed')"
)
_COLUMNS = "id, native_id, url, seen_at, absent_since, untold_since, absences"
# Its own; and of a source that looks after its posts no longer, every so often a part, so that each
# source of the platform gets to ask for each of them: another instance may not know it.
_MINE = (
    "platform = :platform and (source = :source or (source not in (select value from "
    "json_each(:others)) and (look_at / 1000 * 7919 / 64 + id) % :many = :turn))"
)


@dataclass(frozen=True, slots=True)
class Follower:
    """Whose looks are claimed: a source that can look at kept posts of a platform.

    others  the other sources of the platform that look after their own posts.
    """

    source: str
    platform: str
    others: Collection[str] = ()

    @property
    def asked(self) -> dict[str, object]:
        """As a query names it."""
        all_of_them = sorted({self.source, *self.others})
        return {
            "source": self.source,
            "platform": self.platform,
            "others": json.dumps(sorted(self.others)),
            "many": len(all_of_them),
            "turn": all_of_them.index(self.source),
        }


@dataclass(frozen=True, slots=True)
class Look:
    """One post that is due. `is_private`: it is kept where one person alone sees it.

    absent_since  when an earlier look first did not find it; None: the last one did.
    absences      looks in a row that did not find it.
    untold_since  since when nothing was told of it; None: the last look told something.
    """

    number: int
    known: Known
    seen_at: datetime
    is_open: bool
    is_private: bool = False
    absent_since: datetime | None = None
    untold_since: datetime | None = None
    absences: int = 0


class LookRows:
    """What looks at kept posts again asks of the store."""

    connection: sqlite3.Connection

    def claim_looks(self, who: Follower, now: datetime, most: int) -> list[Look]:
        """The posts that are due for a source, those of open cases first; at most `most`.

        Each is put off a little, so that a look that fails, or a crash, only delays it.
        """
        self._put_off_quiet(who.platform, now)
        due = [*self._due_posts(who, now, most)]
        due += self._due_private(who, now, most - len(due))
        for look in due:
            self._look_next(look, now + CLAIM)
        return due

    def shown_before(self, who: Follower, now: datetime, most: int) -> list[Look]:
        """Posts of the source that were there when last they were looked at, the newest first:
        whether they are shown tells whether looking up works at all."""
        rows = self.connection.execute(
            f"select {_COLUMNS}, {_OPEN} as open from posts p where platform = :platform "  # noqa: S608
            "and source = :source and look_at > :now and deleted_at is null "
            "and absent_since is null and untold_since is null order by seen_at desc limit :most",
            {**who.asked, "now": ms(now), "most": most},
        ).fetchall()
        return [self._look(row, "post_aliases", is_private=False) for row in rows]

    def looked(self, looks: Sequence[Look], now: datetime) -> None:
        """These were looked at: note when each is due next. One that is erased is not due again."""
        for look in looks:
            self._note(look, next_look(look.seen_at, now, is_open=look.is_open))

    def lacked(self, looks: Sequence[Look], now: datetime) -> None:
        """These were absent: each is looked at soon again, to be sure."""
        for look in looks:
            since = look.absent_since or now
            self._note(look, now + CLAIM, since, absences=look.absences + 1)

    def untold(self, looks: Sequence[Look], now: datetime) -> None:
        """Of these nothing was told; whether they are absent is as open as before."""
        for look in looks:
            since = look.untold_since or now
            self._note(look, next_try(since, now), look.absent_since, since, look.absences)

    def failed(self, looks: Sequence[Look], now: datetime) -> None:
        """The look-up of these failed as a whole; they have been put off already."""
        for look in looks:
            table = "private_posts" if look.is_private else "posts"
            self.connection.execute(
                f"update {table} set untold_since = coalesce(untold_since, ?) where id = ?",  # noqa: S608
                (ms(now), look.number),
            )

    def count_untold(self, who: Follower, until: datetime) -> int:
        """Of how many posts nothing has been told since an instant or longer."""
        (posts,) = self.connection.execute(
            "select count(*) from posts where platform = :platform and source not in "
            "(select value from json_each(:others)) and untold_since <= :until "
            "and deleted_at is null",
            {**who.asked, "until": ms(until)},
        ).fetchone()
        (private,) = self.connection.execute(
            "select count(*) from private_posts where platform = :platform and source not in "
            "(select value from json_each(:others)) and untold_since <= :until "
            "and author_id <> ''",
            {**who.asked, "until": ms(until)},
        ).fetchone()
        return int(posts) + int(private)

    def _put_off_quiet(self, platform: str, now: datetime) -> None:
        """A post without an open case needs none of the early looks."""
        self.connection.execute(
            "update posts as p set look_at = seen_at + ? where platform = ? and look_at <= ? "  # noqa: S608
            "and deleted_at is null and look_at < seen_at + ? "
            f"and absent_since is null and untold_since is null and not {_OPEN}",
            (_SWEEP_MS, platform, ms(now), _SWEEP_MS),
        )

    def _due_posts(self, who: Follower, now: datetime, most: int) -> list[Look]:
        rows = self.connection.execute(
            f"select {_COLUMNS}, {_OPEN} as open from posts p where {_MINE} "  # noqa: S608
            "and look_at <= :now and deleted_at is null "
            "order by open desc, look_at, id limit :most",
            {**who.asked, "now": ms(now), "most": most},
        ).fetchall()
        return [self._look(row, "post_aliases", is_private=False) for row in rows]

    def _due_private(self, who: Follower, now: datetime, most: int) -> list[Look]:
        """Those that are erased or given back have no author left there."""
        due = "coalesce(look_at, seen_at + :sweep)"
        rows = self.connection.execute(
            f"select {_COLUMNS}, 0 as open from private_posts "  # noqa: S608
            f"where {_MINE.replace('look_at', due)} and {due} <= :now and author_id <> '' "
            "order by seen_at limit :most",
            {**who.asked, "sweep": _SWEEP_MS, "now": ms(now), "most": max(0, most)},
        ).fetchall()
        return [self._look(row, "private_aliases", is_private=True) for row in rows]

    def _look(self, row: sqlite3.Row, aliases: str, *, is_private: bool) -> Look:
        also = self.connection.execute(
            f"select native_id from {aliases} where post = ? order by native_id",  # noqa: S608
            (row["id"],),
        ).fetchall()
        return Look(
            row["id"],
            Known(row["native_id"], tuple(alias for (alias,) in also), row["url"]),
            utc(row["seen_at"]),
            bool(row["open"]),
            is_private,
            _when(row["absent_since"]),
            _when(row["untold_since"]),
            row["absences"],
        )

    def _note(
        self,
        look: Look,
        at: datetime,
        absent_since: datetime | None = None,
        untold_since: datetime | None = None,
        absences: int = 0,
    ) -> None:
        table = "private_posts" if look.is_private else "posts"
        self.connection.execute(
            f"update {table} set look_at = ?, absent_since = ?, untold_since = ?, absences = ? "  # noqa: S608
            "where id = ?",
            (ms(at), _ms(absent_since), _ms(untold_since), absences, look.number),
        )

    def _look_next(self, look: Look, at: datetime) -> None:
        table = "private_posts" if look.is_private else "posts"
        self.connection.execute(
            f"update {table} set look_at = ? where id = ?",  # noqa: S608
            (ms(at), look.number),
        )


def _when(at: int | None) -> datetime | None:
    return None if at is None else utc(at)


def _ms(at: datetime | None) -> int | None:
    return None if at is None else ms(at)
