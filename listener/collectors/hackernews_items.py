"""Single items of Hacker News, by the site's own interface on Firebase: how a post stands now.

Source of the interface: github.com/HackerNews/API. `deleted` and `dead` are its own words for what
an author or a moderator took away.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from listener.asking import Asker
from listener.collector import Known, Refreshed
from listener.fields import Raw, count, epoch_time, mapping, text
from listener.looking_up import look_up
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.plain import plain_text

ITEMS = "https://hacker-news.firebaseio.com/v0"
MAX_ITEMS = 25  # posts of one call; each is a request of its own


class Items:
    """Looks at kept posts one by one."""

    def __init__(
        self, asker: Asker, base: str = ITEMS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._asker = asker
        self._base = base.rstrip("/")
        self._clock = clock

    def look(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """How posts stand now. What could not be asked for in time is unknown."""

        def one(post: Known, left: float) -> Observation | None:
            return self._one(post, now, left)

        return look_up(posts, one, deadline=deadline, clock=self._clock)

    def _one(self, post: Known, now: datetime, deadline: float) -> Observation | None:
        if not (post.id.isascii() and post.id.isdigit()):
            return None
        item = self._asker.get(f"{self._base}/item/{post.id}.json", now=now, deadline=deadline)
        return read_item(item, post, now)


def read_item(item: object, known: Known, now: datetime) -> Observation | None:
    """What an item says of a kept post; None where it says nothing that can be used.

    The interface answers `null` for an item that it does not know, which it also does for a while
    for some that it has: that is no deletion.
    """
    raw = mapping(item)
    if str(raw.get("id")) != known.id:
        return None
    if raw.get("deleted") is True or raw.get("dead") is True:
        return Observation(Kind.DELETE, _post(raw, known, "", "", now), now)
    words = plain_text(text(raw.get("text")))
    title = plain_text(text(raw.get("title")))
    if not (words or title):
        return None
    return Observation(Kind.POST, _post(raw, known, words, title, now), now)


def _post(raw: Raw, known: Known, words: str, title: str, now: datetime) -> Post:
    author = text(raw.get("by"), 100)
    return Post(
        platform="hackernews",
        id=known.id,
        text=words,
        title=title,
        created_at=epoch_time(raw.get("time")) or now,
        author=Author(id=author, handle=author),
        url=known.url,
        engagement=Engagement(likes=count(raw.get("score")), replies=count(raw.get("descendants"))),
    )
