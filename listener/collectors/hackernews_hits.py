"""Reading Hacker News as its search shows it: pure functions from a hit to an observation."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from listener.linked import anchors, links_of
from listener.mention import MAX_TEXT_CHARS, Author, Engagement, Kind, Observation, Post
from listener.plain import plain_text


def decode(hit: object, seen_at: datetime) -> Observation:
    """Turn a hit into an observation. Raises ValueError where it is not as documented."""
    if not isinstance(hit, dict):
        raise ValueError("a hit is no object")
    own_id = _number(hit, "objectID")
    created = hit.get("created_at_i")
    if not isinstance(created, int) or isinstance(created, bool) or not 0 < created < 2**33:
        raise ValueError('a hit has no usable "created_at_i"')
    author = _shown(hit, "author")[:100]
    is_comment = isinstance(hit.get("comment_text"), str)
    title = "" if is_comment else _shown(hit, "title")
    text = _shown(hit, "comment_text" if is_comment else "story_text")
    if not (title or text):
        raise ValueError("a hit has neither title nor text")
    post = Post(
        platform="hackernews",
        id=own_id,
        text=text,
        created_at=min(datetime.fromtimestamp(created, UTC), seen_at),
        author=Author(id=author, handle=author),
        title=title,
        url=f"https://news.ycombinator.com/item?id={own_id}",
        in_reply_to=_number(hit, "parent_id", "") or None,
        conversation_id=_number(hit, "story_id", own_id),
        engagement=Engagement(likes=count(hit, "points"), replies=count(hit, "num_comments")),
        links=links_of((hit.get("url"), *_anchored(hit))),
    )
    return Observation(Kind.POST, post, seen_at)


def _number(hit: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """An item's number; the site writes it as text or as a number."""
    value = str(hit.get(key))
    if value.isascii() and value.isdigit() and len(value) <= 20:
        return value
    if default is None:
        raise ValueError(f'a hit has no usable "{key}"')
    return default


def _shown(hit: Mapping[str, Any], key: str) -> str:
    value = hit.get(key)
    return plain_text(value)[:MAX_TEXT_CHARS] if isinstance(value, str) else ""


def _anchored(hit: Mapping[str, Any]) -> list[str]:
    """Where the words lead; the site shows a long address cut short."""
    words = (hit.get(key) for key in ("comment_text", "story_text"))
    return [link for one in words if isinstance(one, str) for link in anchors(one)]


def count(hit: Mapping[str, Any], key: str) -> int | None:
    value = hit.get(key)
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
    return value if usable else None
