"""Stack Exchange's questions as posts. Source of the fields: its documentation of "question"."""

import re
from datetime import datetime

from listener.decoding import headed
from listener.fields import (
    MAX_HANDLE_CHARS,
    Raw,
    count,
    epoch_time,
    mapping,
    optional_id,
    required_id,
    text,
)
from listener.linked import anchors, links_of
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.plain import plain_text

PLATFORM = "stackexchange"
ID = re.compile(r"[1-9][0-9]{0,14}")


def decode(item: object, site: str, about: str, now: datetime) -> Observation:
    """One question. Raises ValueError where it is not as documented.

    about  a term of the brand that its tags speak of: it need not name it; "": none.
    """
    raw = mapping(item)
    number = required_id(raw, "question_id", ID)
    created = epoch_time(raw.get("creation_date"))
    if created is None:
        raise ValueError("creation_date is no time")
    title = plain_text(text(raw.get("title")))
    body = plain_text(text(raw.get("body")))
    if not (title or body):
        raise ValueError("a question has neither title nor body")
    post = Post(
        platform=PLATFORM,
        id=f"{site}/{number}",
        text=body,
        title=headed(about, title),
        created_at=min(created, now),
        author=_author(mapping(raw.get("owner")), site),
        url=_link(raw),
        conversation_id=f"{site}/{number}",
        links=links_of(anchors(text(raw.get("body")))),
        engagement=Engagement(
            likes=count(raw.get("score")),
            replies=count(raw.get("answer_count")),
            views=count(raw.get("view_count")),
        ),
    )
    return Observation(Kind.POST, post, now)


def _author(raw: Raw, site: str) -> Author:
    name = plain_text(text(raw.get("display_name"), MAX_HANDLE_CHARS))
    number = optional_id(raw.get("user_id"), ID)
    return Author(id=f"{site}/{number or name}", handle=name, name=name)


def _link(raw: Raw) -> str:
    link = text(raw.get("link"), 500)
    return link if link.startswith("https://") and not re.search(r"[\s<>\"]", link) else ""
