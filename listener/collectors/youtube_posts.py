"""YouTube's comments as posts. Source of the fields: developers.google.com/youtube/v3/docs,
pages commentThreads and comments."""

import re
from collections.abc import Iterator
from datetime import datetime

from listener.decoding import headed
from listener.fields import (
    MAX_HANDLE_CHARS,
    Raw,
    count,
    iso_time,
    mapping,
    objects,
    required_id,
    required_text,
    text,
)
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.plain import plain_text

PLATFORM = "youtube"
ID = re.compile(r"[A-Za-z0-9_-]{1,100}(\.[A-Za-z0-9_-]{1,100})?")
VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")


def comments_of(thread: object) -> Iterator[object]:
    """The comment that begins a thread, with the counts of the thread, and the replies it shows."""
    raw = mapping(thread)
    snippet = mapping(raw.get("snippet"))
    first = mapping(snippet.get("topLevelComment"))
    yield {**first, "replies": snippet.get("totalReplyCount")}
    video = snippet.get("videoId")
    for reply in objects(mapping(raw.get("replies")).get("comments")):
        yield {**reply, "snippet": {"videoId": video, **mapping(reply.get("snippet"))}}


def decode(item: object, about: str, now: datetime) -> Observation:
    """One comment. Raises ValueError where it is not as documented.

    about  a term of the brand whose channel or video it is under; "": none.
    """
    raw = mapping(item)
    own_id = required_id(raw, "id", ID)
    snippet = mapping(raw.get("snippet"))
    created = iso_time(snippet.get("publishedAt"))
    if created is None:
        raise ValueError("publishedAt is no time")
    words = _words(snippet)
    video = text(snippet.get("videoId"), 20)
    is_video = bool(VIDEO.fullmatch(video))
    parent = text(snippet.get("parentId"), 200)
    post = Post(
        platform=PLATFORM,
        id=own_id,
        text=words,
        title=headed(about, ""),
        created_at=min(created, now),
        author=_author(snippet),
        url=f"https://www.youtube.com/watch?v={video}&lc={own_id}" if is_video else "",
        in_reply_to=parent if ID.fullmatch(parent) else None,
        conversation_id=parent if ID.fullmatch(parent) else own_id,
        engagement=Engagement(
            likes=count(snippet.get("likeCount")), replies=count(raw.get("replies"))
        ),
    )
    return Observation(Kind.POST, post, now)


def _words(snippet: Raw) -> str:
    """The text as asked for without markup; the author's own original comes only to the author."""
    words = plain_text(required_text(snippet, "textDisplay"))
    if not words:
        raise ValueError("a comment has no words")
    return words


def _author(snippet: Raw) -> Author:
    name = text(snippet.get("authorDisplayName"), MAX_HANDLE_CHARS)
    channel = text(mapping(snippet.get("authorChannelId")).get("value"), 100)
    own_id = channel if CHANNEL.fullmatch(channel) else name
    return Author(id=own_id, handle=name.removeprefix("@"), name=name)
