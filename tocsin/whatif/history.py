"""The own past, read from a store that a daemon may be writing: posts, and what people did.

Rows are read a page at a time, each page in a transaction of its own, so that neither memory nor
the daemon's write-ahead log grows with the length of the past.
"""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from operator import attrgetter
from pathlib import Path

from listener.mention import Author, Engagement, Kind, Observation, Post
from tocsin.store.times import ms, utc
from tocsin.whatif.compare import Opening
from tocsin.whatif.deeds import Deed, read_deeds

PAGE = 500  # rows read at once
PIECE = 500  # events handed on at once
BUSY_SECONDS = 5.0

_COLUMNS = (
    "p.platform, p.native_id, p.lang, p.url, p.created_at, p.in_reply_to, p.conversation_id, "
    "p.repost_of, p.rating, p.likes, p.reposts, p.replies, p.quotes, p.views, p.backfill, "
    "p.source, p.linked, a.native_id as author_id, a.handle, a.name, a.followers"
)
# Each post in the words it has now: those it was first seen with, or those of its last edit.
_POSTS = (
    f"select p.seen_at as at, p.id as place, p.version, p.text, p.title, {_COLUMNS} "  # noqa: S608
    "from posts p join authors a on a.id = p.author where p.deleted_at is null "
    "and (p.seen_at, p.id) > (?, ?) and p.seen_at <= ? order by p.seen_at, p.id limit ?"
)
# What edited posts said before. Such rows are few, so that no index is kept for them.
_VERSIONS = (
    "select v.seen_at as at, v.post * 1000000 + v.version as place, v.version, v.text, v.title, "  # noqa: S608
    f"{_COLUMNS} from post_versions v join posts p on p.id = v.post "
    "join authors a on a.id = p.author where p.deleted_at is null "
    "and (v.seen_at, place) > (?, ?) and v.seen_at <= ? order by v.seen_at, place limit ?"
)


class HistoryRefused(Exception):
    """The past cannot be replayed; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A version of a post, as it was first seen; `source` is where."""

    at: datetime
    source: str
    observation: Observation


Past = Heard | Deed


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the past: all that came from outside until an instant, in order of time."""

    until: datetime
    events: tuple[Past, ...]


@dataclass(frozen=True)
class History:
    """The last days of a store. `since` and `until` are included.

    posts, erased, cases  how many posts were kept, how many were erased since, and how many cases
              were opened.
    left_out  why things people did cannot be replayed, counted while they are read.
    """

    path: Path
    connection: sqlite3.Connection
    since: datetime
    until: datetime
    posts: int
    erased: int
    cases: int
    left_out: Counter[str] = field(default_factory=Counter)

    def pieces(self) -> Iterator[Piece]:
        """The whole past, in pieces; what happened at one instant is never torn apart."""
        with _readable(self.path):
            gathered: list[Past] = []
            for event in self.events():
                if len(gathered) >= PIECE and event.at > gathered[-1].at:
                    yield Piece(gathered[-1].at, tuple(gathered))
                    gathered = []
                gathered.append(event)
            yield Piece(self.until, tuple(gathered))

    def events(self) -> Iterator[Past]:
        """Posts before deeds of the same instant: people answer what they have been shown."""
        deeds = read_deeds(self.connection, self.since, self.until, self.left_out)
        return merge(self._heard(_POSTS), self._heard(_VERSIONS), deeds, key=attrgetter("at"))

    def heard(self) -> Iterator[Heard]:
        """Every kept post in the words it has now, the oldest first."""
        with _readable(self.path):
            yield from self._heard(_POSTS)

    def _heard(self, query: str) -> Iterator[Heard]:
        after = (ms(self.since) - 1, 1 << 62)
        while rows := self.connection.execute(query, (*after, ms(self.until), PAGE)).fetchall():
            yield from map(_heard, rows)
            after = (rows[-1]["at"], rows[-1]["place"])

    def case_of(self, opening: Opening) -> int | None:
        """The number that the store has given to the case of a post."""
        return case_of(self.connection, opening.brand, opening.platform, opening.post)


def case_of(
    connection: sqlite3.Connection, brand: str, platform: str, native_id: str
) -> int | None:
    """The number of the case of a brand that a post is part of, in any store."""
    row = connection.execute(
        "select k.number from posts p join case_posts c on c.post = p.id "
        "join cases k on k.number = c.case_number "
        "where p.platform = ? and p.native_id = ? and k.brand = ? order by k.number limit 1",
        (platform, native_id, brand),
    ).fetchone()
    return None if row is None else int(row[0])


def _heard(row: sqlite3.Row) -> Heard:
    seen_at = utc(row["at"])
    post = Post(
        platform=row["platform"],
        id=row["native_id"],
        text=row["text"],
        created_at=utc(row["created_at"]),
        author=Author(row["author_id"], row["handle"], row["name"], row["followers"]),
        title=row["title"],
        lang=row["lang"],
        url=row["url"],
        in_reply_to=row["in_reply_to"],
        conversation_id=row["conversation_id"],
        repost_of=row["repost_of"],
        rating=row["rating"],
        engagement=Engagement(
            row["likes"], row["reposts"], row["replies"], row["quotes"], row["views"]
        ),
        links=tuple(json.loads(row["linked"])),
    )
    kind = Kind.POST if row["version"] == 1 else Kind.EDIT
    seen = Observation(kind, post, seen_at, backfill=bool(row["backfill"]))
    return Heard(seen_at, row["source"], seen)


@contextmanager
def open_history(path: Path, back: timedelta) -> Iterator[History]:
    """The last days of a store, counted back from the newest thing in it, so that the same store
    gives the same answer tomorrow. Raises HistoryRefused."""
    with _readable(path):
        connection = _open(path)
    with closing(connection):
        with _readable(path):
            history = _history(connection, path, back)
        yield history


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise HistoryRefused(
            f"{path} cannot be read: {error}. If another version of Tocsin wrote it, run this one "
            "on it first; if it is damaged, restore a backup."
        ) from None


def _open(path: Path) -> sqlite3.Connection:
    """A connection that can change nothing.

    SQLite makes two files of its own beside a store that nobody has open. Where the folder is
    ours it may tidy them away again; not where a crash left writes in them, because tidying would
    move these into the store.
    """
    journal = path.with_name(f"{path.name}-wal")
    waits = journal.exists() and journal.stat().st_size > 0
    ours = os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)
    mode = "rw" if ours and not waits else "ro"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=BUSY_SECONDS,
    )
    connection.row_factory = sqlite3.Row
    connection.execute("pragma query_only = on")
    return connection


def _history(connection: sqlite3.Connection, path: Path, back: timedelta) -> History:
    newest = _one(
        connection,
        "select max(at) from (select max(seen_at) as at from posts "
        "union all select at from (select at from ledger "
        "where subject not like 'matter:%' order by number desc limit 1))",
    )
    if newest is None:
        raise HistoryRefused(f"{path} holds nothing yet: there is no past that could be replayed.")
    span = (newest - _milliseconds(back), newest)
    found = History(
        path,
        connection,
        since=utc(max(0, span[0])),
        until=utc(newest),
        posts=_one(connection, _COUNT_POSTS.format("is null"), *span) or 0,
        erased=_one(connection, _COUNT_POSTS.format("is not null"), *span) or 0,
        cases=_one(connection, "select count(*) from cases where opened_at between ? and ?", *span)
        or 0,
    )
    if not found.posts:
        raise HistoryRefused(_nothing(path, found))
    return found


_COUNT_POSTS = "select count(*) from posts where deleted_at {} and seen_at between ? and ?"


def _one(connection: sqlite3.Connection, query: str, *values: int) -> int | None:
    found: Sequence[int | None] = connection.execute(query, values).fetchone()
    return found[0]


def _milliseconds(wait: timedelta) -> int:
    return wait // timedelta(milliseconds=1)


def _nothing(path: Path, found: History) -> str:
    erased = f" ({found.erased} were, and have been erased)" if found.erased else ""
    return (
        f"{path} holds no post seen from {found.since:%Y-%m-%d %H:%M} to "
        f"{found.until:%Y-%m-%d %H:%M} UTC{erased}. Go further back with --history."
    )
