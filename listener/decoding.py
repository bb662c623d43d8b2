"""Reading the items of a page, of which one that cannot be read never costs another."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from listener.mention import MAX_TEXT_CHARS, Author, Kind, Observation, Post

MAX_REASONS = 50  # kept of one page; more say nothing more

Read = tuple[tuple[Observation, ...], tuple[str, ...]]


def each(items: Iterable[object], decode: Callable[[object], Observation | None]) -> Read:
    """What was read of the items, and why others were left out.

    decode  raises ValueError for an item that is not as documented; None: it is no post.
    """
    seen: list[Observation] = []
    reasons: list[str] = []
    for item in items:
        try:
            found = decode(item)
        except ValueError as error:
            reasons.append(str(error))
        else:
            seen += [found] if found else []
    return tuple(seen), tuple(reasons[:MAX_REASONS])


def oldest_of(observations: Iterable[Observation]) -> datetime | None:
    """When the oldest of them was written; None: there are none."""
    return min((seen.post.created_at for seen in observations), default=None)


def newest_of(observations: Iterable[Observation]) -> datetime | None:
    """When the newest of them was written; None: there are none."""
    return max((seen.post.created_at for seen in observations), default=None)


def headed(about: str, title: str) -> str:
    """A title that names what it is about: a review of an app seldom names the app.

    about  a term of the brand whose app, forum or channel it is; "": not just one brand's.
    """
    if not about or re.search(rf"(?<!\w){re.escape(about)}(?!\w)", title, re.IGNORECASE):
        return title
    return f"{about}: {title}"[:MAX_TEXT_CHARS] if title else about


def gone(platform: str, own_id: str, now: datetime) -> Observation:
    """That a kept post is no longer there."""
    return Observation(Kind.DELETE, Post(platform, own_id, "", now, Author("")), now)
