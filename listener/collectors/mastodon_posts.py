"""Mastodon's statuses as posts. Source of the fields: docs.joinmastodon.org/entities/Status."""

import re
from dataclasses import dataclass
from datetime import datetime

from listener.fields import (
    MAX_HANDLE_CHARS,
    Raw,
    count,
    iso_time,
    mapping,
    objects,
    optional_id,
    required_id,
    required_text,
    text,
)
from listener.linked import anchors, links_of
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.plain import plain_text

PLATFORM = "mastodon"
ID = re.compile(r"[0-9]{1,25}")
MAX_URI_CHARS = 2_000
MAX_MALFORMED = 50  # reasons kept of one page
_CLOSED = ("private", "direct")  # to followers; to the accounts that it names
_URI = re.compile(r"https?://[^\s<>\"]{1,2000}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a timeline: its posts, the ids it showed, and how many items there were."""

    observations: tuple[Observation, ...]
    ids: tuple[str, ...]
    malformed: tuple[str, ...]
    items: int


def local_id(host: str, number: str) -> str:
    """How a post is known that only one instance has numbered: an alias of its `uri`."""
    return f"{host}/{number}"


def by_age(number: str) -> tuple[int, str]:
    """A key that sorts ids as they were given: by length, then as text."""
    return len(number), number


def read_page(items: object, host: str, seen_at: datetime) -> Page:
    """A page of statuses. One that cannot be read costs no other. Raises ValueError: no list."""
    if not isinstance(items, list):
        raise ValueError("the answer is no list of statuses")
    observations: list[Observation] = []
    ids: list[str] = []
    malformed: list[str] = []
    for item in items:
        raw = mapping(item)
        try:
            ids.append(required_id(raw, "id", ID))
            observations.append(decode(raw, host, seen_at))
        except ValueError as error:
            malformed.append(str(error))
    return Page(tuple(observations), tuple(ids), tuple(malformed[:MAX_MALFORMED]), len(items))


def decode(raw: Raw, host: str, seen_at: datetime) -> Observation:
    """One status. Raises ValueError where it is not as documented.

    host  the instance that showed it, whose number of it becomes an alias.
    """
    reblog = mapping(raw.get("reblog"))
    number = required_id(raw, "id", ID)
    parent = optional_id(raw.get("in_reply_to_id"), ID)
    account = mapping(raw.get("account"))
    post = Post(
        platform=PLATFORM,
        id=_uri(raw),
        text=plain_text(text((reblog or raw).get("content"))),
        title=plain_text(text((reblog or raw).get("spoiler_text"))),
        created_at=_written(raw, seen_at),
        author=_author(account, host),
        lang=text((reblog or raw).get("language"), 20).lower() or None,
        url=_link(raw),
        in_reply_to=local_id(host, parent) if parent else None,
        repost_of=_uri(reblog) if reblog else None,
        engagement=Engagement(
            likes=count(raw.get("favourites_count")),
            reposts=count(raw.get("reblogs_count")),
            replies=count(raw.get("replies_count")),
            quotes=count(raw.get("quotes_count")),
        ),
        aliases=(local_id(host, number),),
        links=_links_of(reblog or raw),
    )
    return Observation(Kind.POST, post, seen_at)


def is_open(raw: Raw) -> bool:
    """May anybody read this status? One for followers, or for us alone, is not heard."""
    return raw.get("visibility") not in _CLOSED


def statuses_of(notifications: object) -> object:
    """The open statuses of a page of notifications, in the notifications' own order."""
    if not isinstance(notifications, list):
        return notifications
    found = (mapping(one.get("status")) for one in objects(notifications) if one.get("status"))
    return [status for status in found if is_open(status)]


def _uri(raw: Raw) -> str:
    uri = required_text(raw, "uri")
    if len(uri) > MAX_URI_CHARS or any(character.isspace() for character in uri) or not uri:
        raise ValueError("uri is no address")
    return uri


def _links_of(said: Raw) -> tuple[str, ...]:
    """Where its words and its card lead."""
    return links_of((*anchors(text(said.get("content"))), mapping(said.get("card")).get("url")))


def _link(raw: Raw) -> str:
    for name in ("url", "uri"):
        link = text(raw.get(name), MAX_URI_CHARS)
        if _URI.fullmatch(link):
            return link
    return ""


def _written(raw: Raw, seen_at: datetime) -> datetime:
    when = iso_time(raw.get("created_at"))
    if when is None:
        raise ValueError("created_at is no time")
    return when if when <= seen_at else seen_at


def _author(raw: Raw, host: str) -> Author:
    """The account by its `uri`, the same on every instance; else by its full name."""
    handle = required_text(raw, "acct")[:MAX_HANDLE_CHARS]
    full = handle if "@" in handle else f"{handle}@{host}"
    uri = text(raw.get("uri"), MAX_URI_CHARS)
    return Author(
        id=uri if _URI.fullmatch(uri) else full,
        handle=full,
        name=text(raw.get("display_name"), MAX_HANDLE_CHARS),
        followers=count(raw.get("followers_count")),
        bot=raw.get("bot") is True,
    )
