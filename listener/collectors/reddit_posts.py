"""Reading Reddit's posts and comments: pure functions from its JSON to observations."""

import re
from dataclasses import dataclass
from datetime import datetime

from listener.collector import Malformed
from listener.fields import (
    MAX_HANDLE_CHARS,
    Raw,
    count,
    epoch_time,
    mapping,
    optional_id,
    required_id,
    required_text,
    text,
)
from listener.linked import links_of
from listener.mention import Author, Engagement, Kind, Observation, Post

PLATFORM = "reddit"
FULLNAME = re.compile(r"t[1-6]_[0-9a-z]{1,13}")  # kind and id, as Reddit's API documents them
MAX_ITEMS = 500  # of a page; 100 are asked for
GONE = {"[deleted]", "[removed]", "[ Removed by Reddit ]"}
_PERMALINK = re.compile(r"/(?:r|user)/[A-Za-z0-9_-]{1,50}/comments/[^\s\"'<>\\]{1,300}")
_SITE = "https://www.reddit.com"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing, newest first, read as far as it can be."""

    observations: tuple[Observation, ...]
    malformed: tuple[str, ...]
    after: str | None  # where the next page begins; None: this was the last

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(seen.post.id for seen in self.observations)


def read_page(body: object, seen_at: datetime) -> Page:
    """Read a listing. One bad item is left out and named. Raises Malformed if it is no listing."""
    data = mapping(mapping(body).get("data"))
    children = data.get("children")
    if not isinstance(children, list):
        raise Malformed("Reddit answered with something that is no listing")
    observations, malformed = [], []
    if len(children) > MAX_ITEMS:
        malformed.append("more items than were asked for")
    for child in children[:MAX_ITEMS]:
        try:
            observations.append(decode(mapping(child), seen_at))
        except ValueError as error:
            malformed.append(f"item: {error}")
    return Page(tuple(observations), tuple(malformed), optional_id(data.get("after"), FULLNAME))


def decode(raw: Raw, seen_at: datetime) -> Observation:
    """Read one child of a listing: a comment (t1) or a submission (t3).

    What its author or a moderator took away is a deletion. Raises ValueError, which names the
    field, for anything else.
    """
    kind, data = text(raw.get("kind")), mapping(raw.get("data"))
    if kind not in {"t1", "t3"}:
        raise ValueError("kind is neither comment nor submission")
    fullname = _fullname(data, kind)
    created_at = epoch_time(data.get("created_utc"))
    if created_at is None:
        raise ValueError("created_utc is no time")
    if _is_gone(data, kind):
        gone = Post(PLATFORM, fullname, "", created_at, Author(""))
        by_moderator = data.get("removed_by_category") == "moderator"
        return Observation(Kind.DELETE, gone, seen_at, by_moderator=by_moderator)
    post = Post(
        platform=PLATFORM,
        id=fullname,
        text=required_text(data, "body" if kind == "t1" else "selftext"),
        created_at=created_at,
        author=_author(data),
        title=text(data.get("title")) if kind == "t3" else "",
        url=_url(data, fullname),
        in_reply_to=optional_id(data.get("parent_id"), FULLNAME),
        conversation_id=fullname if kind == "t3" else optional_id(data.get("link_id"), FULLNAME),
        repost_of=optional_id(data.get("crosspost_parent"), FULLNAME),
        engagement=_engagement(data, kind),
        links=links_of((data.get("url"),)) if kind == "t3" and not data.get("is_self") else (),
    )
    edited = data.get("edited") not in (False, None)
    return Observation(Kind.EDIT if edited else Kind.POST, post, seen_at)


def _fullname(data: Raw, kind: str) -> str:
    """`t1_abc`; an id alone may be that of a comment and of a submission."""
    if data.get("name") is not None:
        return required_id(data, "name", FULLNAME)
    return required_id({"id": f"{kind}_{data.get('id')}"}, "id", FULLNAME)


def _is_gone(data: Raw, kind: str) -> bool:
    if data.get("removed_by_category") is not None:
        return True
    shown = data.get("body" if kind == "t1" else "selftext")
    # A link has no text of its own; without an author nothing of it is left but its title.
    return text(shown) in GONE or (text(data.get("author")) in GONE and not shown)


def _author(data: Raw) -> Author:
    """The author; nobody where the account is deleted and only the text stayed."""
    handle = text(data.get("author"), MAX_HANDLE_CHARS)
    if not handle or handle in GONE:
        return Author("")
    fullname = optional_id(data.get("author_fullname"), FULLNAME)
    return Author(id=fullname or handle, handle=handle)


def _url(data: Raw, fullname: str) -> str:
    """Its own link; where that is missing (comments before 2018) or odd, one made of the ids."""
    permalink = text(data.get("permalink"), 400) or _in_the_inbox(data)
    if _PERMALINK.fullmatch(permalink):
        return f"{_SITE}{permalink}"
    thread = optional_id(data.get("link_id"), FULLNAME) if fullname.startswith("t1") else fullname
    comment = f"_/{fullname[3:]}/" if thread and thread != fullname else ""
    return f"{_SITE}/comments/{thread[3:]}/{comment}" if thread else ""


def _in_the_inbox(data: Raw) -> str:
    """A mention in an inbox has its link under another name, with what to show around it."""
    return text(data.get("context"), 400).partition("?")[0]


def _engagement(data: Raw, kind: str) -> Engagement:
    score = data.get("score")
    below = isinstance(score, int) and score < 0  # more votes against it than for it
    return Engagement(
        likes=0 if below else count(score),
        replies=count(data.get("num_comments")) if kind == "t3" else None,
        reposts=count(data.get("num_crossposts")) if kind == "t3" else None,
    )
