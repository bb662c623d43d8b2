"""Instagram: comments and their answers under the posts of our own professional account.

Source of the interface: developers.facebook.com/docs/instagram-platform, "IG User Media", "IG Media
Comments" and "IG Comment", by way of the Facebook page to which the account belongs.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from config import Brand, SourceSettings
from listener.collector import Collector
from listener.decoding import headed
from listener.facts import Facts, Gone, Proof
from listener.fields import (
    MAX_HANDLE_CHARS,
    Raw,
    count,
    iso_time,
    mapping,
    required_id,
    text,
)
from listener.graph import ID, GraphSettings, OwnId, graph_of
from listener.graph_comments import PAGE, Asked, Comments, CommentSource
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.tools import Tools

PLATFORM = "instagram"
_WORDS = "id,text,timestamp,username,from,like_count,parent_id"
_COMMENT = f"{_WORDS},replies.limit({PAGE}){{{_WORDS}}}"

FACTS = Facts(
    platform=PLATFORM,
    title="Instagram comments",
    keys="an app of Meta's, a professional account, and a token of the page it belongs to",
    limits="our own posts alone; 50 comments a request",
    costs="nothing",
    reach=None,
    gone=Gone.ASKED,
    duty="what is deleted there is deleted here; Meta's platform terms",
    unheard="Comments under our own Instagram posts are not heard: it needs an app of Meta's and a "
    "professional account.",
    proof=Proof.DOCUMENTED,
)


class Settings(GraphSettings):
    """Which account of ours."""

    kind: Literal["instagram"] = "instagram"
    account: Annotated[str, OwnId]


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost where a key is missing."""
    assert isinstance(settings, Settings)
    graph = graph_of(settings, tools)
    asked = Asked(settings.account, "media", "id,permalink", _COMMENT, {})

    def comment(raw: Raw, under: Raw, now: datetime) -> Observation | None:
        return decode(raw, under, settings, now)

    listing = Comments(graph, asked, settings.posts, comment, lambda post, now: None)
    return CommentSource(settings.name, listing)


def decode(raw: Raw, under: Raw, settings: Settings, now: datetime) -> Observation | None:
    """A comment, or an answer to one; None for one without words. Raises ValueError."""
    own, created = required_id(raw, "id", ID), iso_time(raw.get("timestamp"))
    if created is None:
        raise ValueError("timestamp is no time")
    if not text(raw.get("text")):
        return None
    author = mapping(raw.get("from"))
    name = text(author.get("username"), MAX_HANDLE_CHARS) or text(
        raw.get("username"), MAX_HANDLE_CHARS
    )
    url = text(under.get("permalink"), 500)
    post = Post(
        platform=PLATFORM,
        id=own,
        text=text(raw.get("text")),
        # What we say ourselves is about the brand only where it names it.
        title="" if author.get("id") == settings.account else headed(settings.about, ""),
        created_at=min(created, now),
        author=Author(id=text(author.get("id"), 100) or name or f"unknown {own}", handle=name),
        url=url if url.startswith("https://www.instagram.com/") else "",
        in_reply_to=text(raw.get("parent_id"), 100) or text(under.get("id"), 100) or None,
        conversation_id=text(under.get("id"), 100) or None,
        engagement=Engagement(likes=count(raw.get("like_count"))),
    )
    return Observation(Kind.POST, post, now)
