"""Lemmy's posts and comments as posts of ours. Source of the fields: lemmy-js-client's PostView and
CommentView, versions 0.18 and 0.19 of the interface `/api/v3`."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from listener.fields import (
    MAX_HANDLE_CHARS,
    Raw,
    count,
    iso_time,
    mapping,
    required_id,
    required_text,
    text,
)
from listener.linked import links_of
from listener.mention import Author, Engagement, Kind, Observation, Post

PLATFORM = "lemmy"
ID = re.compile(r"[1-9][0-9]{0,14}")
MAX_ADDRESS = 2_000
_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,2000}")


def alias(host: str, what: str, number: str) -> str:
    """How a post is known that one instance has numbered: `what` is "post" or "comment"."""
    return f"{host}/{what}/{number}"


def is_pinned(item: object) -> bool:
    """Whether a post stands at the head of its list however old it is."""
    raw = mapping(item)
    if isinstance(raw.get("comment"), dict):  # below a pinned post, which says nothing of itself
        return False
    post = mapping(raw.get("post"))
    return post.get("featured_community") is True or post.get("featured_local") is True


def decode(item: object, host: str, now: datetime) -> Observation:
    """A post or a comment, with its removal or deletion. Raises ValueError.

    host  the instance that showed it, whose number of it becomes an alias.
    """
    raw = mapping(item)
    is_comment = isinstance(raw.get("comment"), dict)
    what = "comment" if is_comment else "post"
    own = mapping(raw.get(what))
    number = required_id(own, "id", ID)
    above = mapping(raw.get("post"))
    # Lemmy's Comment and Post: a moderator's removal is `removed`, the author's own is `deleted`.
    removed, deleted = own.get("removed") is True, own.get("deleted") is True
    is_gone = removed or deleted
    body, title = text(own.get("content" if is_comment else "body")), text(own.get("name"))
    if not (is_gone or body or title):
        raise ValueError(f"a {what} has neither title nor text")
    counts = mapping(raw.get("counts"))
    post = Post(
        platform=PLATFORM,
        id=_address(own, "ap_id"),
        text="" if is_gone else body,
        title="" if is_gone else title,
        created_at=min(_written(own), now),
        author=_author(mapping(raw.get("creator"))),
        url=_address(own, "ap_id"),
        in_reply_to=_parent(own, above, host) if is_comment else None,
        conversation_id=text(above.get("ap_id"), MAX_ADDRESS) or None,
        engagement=Engagement(
            likes=count(counts.get("upvotes")),
            replies=count(counts.get("child_count" if is_comment else "comments")),
        ),
        aliases=(alias(host, what, number),),
        links=() if is_gone or is_comment else links_of((own.get("url"),)),
    )
    by_moderator = removed and not deleted
    kind = Kind.DELETE if is_gone else Kind.POST
    return Observation(kind, post, now, by_moderator=by_moderator)


def _written(raw: Raw) -> datetime:
    """Instances before 0.19 write UTC without saying so."""
    published = raw.get("published")
    when = iso_time(published)
    if when is None and isinstance(published, str):
        when = iso_time(f"{published}+00:00")
    if when is None:
        raise ValueError("published is no time")
    return when


def _address(raw: Raw, name: str) -> str:
    address = required_text(raw, name)
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"{name} is no address")
    return address


def _parent(own: Raw, above: Raw, host: str) -> str | None:
    """What a comment answers: its `path` is 0, the comments above it, and itself."""
    steps = text(own.get("path"), 1_000).split(".")
    if len(steps) > 2 and ID.fullmatch(steps[-2]):
        return alias(host, "comment", steps[-2])
    return text(above.get("ap_id"), MAX_ADDRESS) or None


def _author(raw: Raw) -> Author:
    name = required_text(raw, "name")[:MAX_HANDLE_CHARS]
    address = text(raw.get("actor_id"), MAX_ADDRESS)
    is_address = bool(_ADDRESS.fullmatch(address))
    return Author(
        id=address if is_address else name,
        handle=f"{name}@{urlsplit(address).netloc}" if is_address else name,
        name=text(raw.get("display_name"), MAX_HANDLE_CHARS),
        bot=raw.get("bot_account") is True,
    )
