"""Facebook: comments under the posts of our own page, and what visitors post on it.

Source of the interface: developers.facebook.com/docs/graph-api, "Page Feed", "Object Comments" and
"Comment". There is no search over what others write: only the page's own place is heard.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from config import Brand, SourceSettings
from listener.collector import Collector
from listener.decoding import headed
from listener.facts import Facts, Gone, Proof
from listener.fields import MAX_HANDLE_CHARS, Raw, count, iso_time, mapping, required_id, text
from listener.graph import ID, GraphSettings, OwnId, graph_of
from listener.graph_comments import Asked, Comments, CommentSource
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.tools import Tools

PLATFORM = "facebook"
_WRITTEN = "id,message,created_time,from"
_COMMENT = f"{_WRITTEN},permalink_url,parent{{id}},like_count,comment_count"
_HOW = {"filter": "stream", "order": "reverse_chronological"}

FACTS = Facts(
    platform=PLATFORM,
    title="Facebook page comments",
    keys="an app of Meta's, and a token of our own page",
    limits="our own page alone; calls by how many people deal with it",
    costs="nothing",
    reach=None,
    gone=Gone.ASKED,
    duty="what is deleted there is deleted here; Meta's platform terms",
    unheard="Comments on our own Facebook page are not heard: it needs an app of Meta's and a "
    "token of the page.",
    proof=Proof.DOCUMENTED,
)


class Settings(GraphSettings):
    """Which page of ours."""

    kind: Literal["facebook"] = "facebook"
    page: Annotated[str, OwnId]


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost where a key is missing."""
    assert isinstance(settings, Settings)
    graph = graph_of(settings, tools)
    asked = Asked(settings.page, "feed", f"{_WRITTEN},permalink_url", _COMMENT, _HOW)

    def comment(raw: Raw, under: Raw, now: datetime) -> Observation | None:
        return decode(raw, under, settings, now)

    def post(raw: Raw, now: datetime) -> Observation | None:
        """A visitor's post; what the page itself posts is no complaint of anybody's."""
        is_ours = mapping(raw.get("from")).get("id") in (settings.page, None)
        return None if is_ours else decode(raw, {}, settings, now)

    listing = Comments(graph, asked, settings.posts, comment, post)
    return CommentSource(settings.name, listing)


def decode(raw: Raw, under: Raw, settings: Settings, now: datetime) -> Observation | None:
    """A comment or a visitor's post; None for a picture alone. Raises ValueError.

    Whose it is Facebook tells only where the person agreed, so the author may be unknown.
    """
    own, created = required_id(raw, "id", ID), iso_time(raw.get("created_time"))
    if created is None:
        raise ValueError("created_time is no time")
    words = text(raw.get("message"))
    if not words:
        return None
    author = mapping(raw.get("from"))
    name = text(author.get("name"), MAX_HANDLE_CHARS)
    parent = text(mapping(raw.get("parent")).get("id"), 100) or text(under.get("id"), 100)
    url = text(raw.get("permalink_url"), 500)
    post = Post(
        platform=PLATFORM,
        id=own,
        text=words,
        # What we say ourselves is about the brand only where it names it.
        title="" if author.get("id") == settings.page else headed(settings.about, ""),
        created_at=min(created, now),
        author=Author(id=text(author.get("id"), 100) or f"unknown {own}", handle=name, name=name),
        url=url if url.startswith("https://www.facebook.com/") else "",
        in_reply_to=parent or None,
        conversation_id=text(under.get("id"), 100) or None,
        engagement=Engagement(
            likes=count(raw.get("like_count")), replies=count(raw.get("comment_count"))
        ),
    )
    return Observation(Kind.POST, post, now)
