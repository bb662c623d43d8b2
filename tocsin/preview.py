"""What a query would have matched, before anybody writes it into the configuration: among the posts
that are kept, and on the sources that ask for no key. It keeps nothing and pages nobody."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config import Brand
from config.query import Query, terms
from listener.collector import Collector, SourceError
from listener.mention import Kind, Post
from listener.wanting import Wanting
from tocsin.whatif.history import open_history

MAX_TERMS = 20  # of a query that platforms are asked for; each is a request
SHORTEST_FETCH = 1.0  # seconds


@dataclass
class Count:
    """Of one platform or source: how many posts there were, how many of them the query matches.

    newest   the newest of those, as many as were asked for.
    trouble  why there is no answer, or not a whole one.
    """

    seen: int = 0
    matched: int = 0
    newest: list[Post] = field(default_factory=list)
    trouble: str = ""

    def take(self, post: Post, wanting: Wanting, examples: int) -> None:
        """Count one post."""
        self.seen += 1
        if not wanting.wants(post):
            return
        self.matched += 1
        self.newest.append(post)
        self.newest.sort(key=lambda one: one.created_at, reverse=True)
        del self.newest[examples:]


@dataclass(frozen=True, slots=True)
class Live:
    """A source that is listened to for a while."""

    title: str
    collector: Collector


def in_store(path: Path, back: timedelta, query: Query, examples: int) -> dict[str, Count]:
    """By platform, what the query matches of the posts that a store has kept. They name one of
    your brands already, so that words of another name are not found there.

    Raises HistoryRefused.
    """
    wanting = Wanting(query)
    counts: dict[str, Count] = {}
    with open_history(path, back) as history:
        for heard in history.heard():
            post = heard.observation.post
            counts.setdefault(post.platform, Count()).take(post, wanting, examples)
    return counts


def brand_of(query: Query) -> Brand | None:
    """What the platforms are asked for; None where the query names no word that every wanted post
    has, or more of them than can be asked for."""
    asked = terms(query)
    if not asked or len(asked) > MAX_TERMS:
        return None
    return Brand(name="preview", terms=asked)


def on_live(
    sources: Sequence[Live],
    query: Query,
    seconds: float,
    examples: int,
    *,
    over: threading.Event | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, Count]:
    """By source, what the query matches of what it gives within so many seconds, all at once."""
    stopping = over or threading.Event()

    def listen(live: Live) -> Count:
        return _listened(live, query, clock() + seconds, examples, stopping, now, clock)

    with ThreadPoolExecutor(max(1, len(sources))) as pool:
        return dict(zip((live.title for live in sources), pool.map(listen, sources), strict=True))


def _listened(
    live: Live,
    query: Query,
    ends: float,
    examples: int,
    stopping: threading.Event,
    now: Callable[[], datetime],
    clock: Callable[[], float],
) -> Count:
    count, wanting, cursor = Count(), Wanting(query), None
    seen: set[str] = set()
    more = True
    while more and not stopping.is_set() and (left := ends - clock()) >= SHORTEST_FETCH:
        try:
            batch = live.collector.fetch(cursor, now=now(), deadline=left)
        except SourceError as error:
            count.trouble = str(error)
            break
        except Exception as error:  # noqa: BLE001  a job's edge: a stranger's text may hold anything
            count.trouble = f"unexpected {type(error).__name__}"
            break
        posts = [one.post for one in batch.observations if one.kind is Kind.POST]
        for post in _unseen(posts, seen):
            count.take(post, wanting, examples)
        cursor, more = batch.cursor or cursor, batch.more
    live.collector.close()
    return count


def _unseen(posts: Iterable[Post], seen: set[str]) -> Iterable[Post]:
    for post in posts:
        if post.id not in seen:
            seen.add(post.id)
            yield post
