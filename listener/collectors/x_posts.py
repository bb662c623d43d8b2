"""Reading X's posts: pure functions from its JSON to observations.

X renamed its fields in 2026 and its own documents still mix the names, so both spellings are read:
`tweet`/`post`, `retweet`/`repost`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from listener.collector import Malformed, OutOfBudget
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
from listener.linked import MAX_LINKS, links_of
from listener.mention import Author, Engagement, Kind, Observation, Post

PLATFORM = "x"
ID = re.compile(r"[0-9]{1,19}")  # 64-bit snowflakes
MAX_ITEMS = 500  # of a page; 100 are asked for
MAX_EDITS = 50  # X allows five edits; a longer chain is cut
# Ids hold their time from November 2010 on: the upper 42 bits are milliseconds since this instant
# (X's "snowflake" announcement). Smaller ids are from before.
_SNOWFLAKE_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_FIRST_SNOWFLAKE = 29_700_859_247
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_NO_LANGUAGE = {"", "und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"}
_REPOSTS = {"retweeted", "reposted"}
_PROBLEM = re.compile(r"[a-z-]{3,40}$")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of posts, read as far as it can be.

    posts     how many were sent, readable or not: that is what is charged.
    authors   how many distinct authors were expanded.
    newest    the largest id on it; None on an empty page.
    bought    the id of each post that can be told, with its author's ("" where X does not say).
    """

    observations: tuple[Observation, ...]
    malformed: tuple[str, ...]
    posts: int
    authors: int
    newest: str | None
    next_token: str | None
    bought: tuple[tuple[str, str], ...] = ()


def read_page(body: object, seen_at: datetime) -> Page:
    """Read an answer of search or mentions. One bad item is left out and named, never the page.

    Raises Malformed where it is no such answer, OutOfBudget where it says that credits ran out.
    """
    raw = mapping(body)
    data, meta = raw.get("data", []), mapping(raw.get("meta"))
    problems = [_problem_of(error) for error in objects(raw.get("errors"))]
    if not isinstance(data, list) or ("data" not in raw and not meta):
        if "usage-capped" in problems:
            raise OutOfBudget("X says that the account's credits or cap are used up")
        raise Malformed("X answered without posts and without saying that there are none")
    includes = mapping(raw.get("includes"))
    observations, malformed = [], [f"partial answer: {problem}" for problem in problems]
    if len(data) > MAX_ITEMS:
        malformed.append("more posts than were asked for")
    for entry in data[:MAX_ITEMS]:
        try:
            observations.append(decode(mapping(entry), includes, seen_at))
        except ValueError as error:
            malformed.append(f"post: {error}")
    ids = [mapping(entry).get("id") for entry in data[:MAX_ITEMS]] + [meta.get("newest_id")]
    known = [found for found in (optional_id(value, ID) for value in ids) if found]
    return Page(
        observations=tuple(observations),
        malformed=tuple(malformed),
        posts=len(data),
        authors=len({user.get("id") for user in objects(includes.get("users"))}),
        newest=max(known, key=int, default=None),
        next_token=text(meta.get("next_token"), 500) or None,
        bought=tuple(_bought(mapping(entry)) for entry in data[:MAX_ITEMS]),
    )


def _bought(raw: Raw) -> tuple[str, str]:
    return optional_id(raw.get("id"), ID) or "", optional_id(raw.get("author_id"), ID) or ""


def decode(raw: Raw, includes: Raw, seen_at: datetime) -> Observation:
    """Read one post. Raises ValueError, which names the field, where it is none."""
    own_id = required_id(raw, "id", ID)
    chain = _edit_chain(raw, own_id)
    referenced = _references(raw)
    repost_of = next((referenced[kind] for kind in _REPOSTS if kind in referenced), None)
    author = _author(raw, includes)
    whole = _whole_of(raw, includes, repost_of)
    handle = author.handle if _HANDLE.fullmatch(author.handle) else "i"
    post = Post(
        platform=PLATFORM,
        id=chain[0],
        text=_text_of(whole),
        created_at=_created_at(raw, own_id),
        author=author,
        lang=_language(raw),
        url=f"https://x.com/{handle}/status/{own_id}",
        in_reply_to=referenced.get("replied_to"),
        conversation_id=optional_id(raw.get("conversation_id"), ID),
        repost_of=repost_of,
        engagement=_engagement(mapping(raw.get("public_metrics"))),
        aliases=chain[1:],
        links=_links_of(whole),
    )
    return Observation(Kind.EDIT if own_id != chain[0] else Kind.POST, post, seen_at)


def rewound(post_id: str, by: timedelta) -> str:
    """An id of so much before a post; of the ids of before November 2010, itself."""
    number = int(post_id) - (by // timedelta(milliseconds=1) << 22)
    return str(number) if number > _FIRST_SNOWFLAKE else post_id


def snowflake_time(post_id: str) -> datetime | None:
    """When a post was made, as its id says; None for the ids of before November 2010."""
    number = int(post_id)
    if number < _FIRST_SNOWFLAKE:
        return None
    return _SNOWFLAKE_EPOCH + timedelta(milliseconds=number >> 22)


def either(raw: Raw, *names: str) -> Any:
    """The first of several spellings of a field that is there."""
    return next((raw[name] for name in names if raw.get(name) is not None), None)


def _edit_chain(raw: Raw, own_id: str) -> tuple[str, ...]:
    """All ids of the post, the first version's first. An edit gets a new id, and so a new post."""
    listed = either(raw, "edit_history_tweet_ids", "edit_history_post_ids")
    known = listed[:MAX_EDITS] if isinstance(listed, list) else []
    ids = {found for found in (optional_id(value, ID) for value in known) if found} | {own_id}
    return tuple(sorted(ids, key=int))


def _references(raw: Raw) -> dict[str, str]:
    found = {}
    for entry in objects(either(raw, "referenced_tweets", "referenced_posts")):
        target = optional_id(entry.get("id"), ID)
        if target and isinstance(entry.get("type"), str):
            found[entry["type"]] = target
    return found


def _whole_of(raw: Raw, includes: Raw, repost_of: str | None) -> Raw:
    """What is said: of a repost the original, where it came with the page."""
    whole = raw
    if repost_of:
        for entry in objects(either(includes, "tweets", "posts")):
            whole = entry if entry.get("id") == repost_of else whole
    return whole


def _links_of(whole: Raw) -> tuple[str, ...]:
    """Where its links lead: the text shows only https://t.co/ (docs.x.com, "Entities")."""
    note = mapping(either(whole, "note_tweet", "note_post"))
    urls = [
        url for one in (whole, note) for url in objects(mapping(one.get("entities")).get("urls"))
    ]
    return links_of(
        url.get(name) for url in urls[: 2 * MAX_LINKS] for name in ("expanded_url", "unwound_url")
    )


def _text_of(whole: Raw) -> str:
    """The whole text, of a long post its note. X escapes & < >."""
    note = text(mapping(either(whole, "note_tweet", "note_post")).get("text"))
    shown = note or required_text(whole, "text")
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _created_at(raw: Raw, own_id: str) -> datetime:
    when = iso_time(raw.get("created_at")) or snowflake_time(own_id)
    if when is None:
        raise ValueError("created_at is no time")
    return when


def _author(raw: Raw, includes: Raw) -> Author:
    author_id = optional_id(raw.get("author_id"), ID) or ""
    user: Mapping[str, Any] = {}
    for entry in objects(includes.get("users")):
        if author_id and entry.get("id") == author_id:
            user = entry
    return Author(
        id=author_id,
        handle=text(user.get("username"), MAX_HANDLE_CHARS),
        name=text(user.get("name"), MAX_HANDLE_CHARS),
        followers=count(mapping(user.get("public_metrics")).get("followers_count")),
    )


def _language(raw: Raw) -> str | None:
    language = text(raw.get("lang"), 35).lower()
    return None if language in _NO_LANGUAGE else language


def _engagement(metrics: Raw) -> Engagement:
    return Engagement(
        likes=count(metrics.get("like_count")),
        reposts=count(either(metrics, "retweet_count", "repost_count")),
        replies=count(metrics.get("reply_count")),
        quotes=count(metrics.get("quote_count")),
        views=count(metrics.get("impression_count")),
    )


def _problem_of(error: Raw) -> str:
    """The fixed word for a problem; X's free text may repeat our request, so it is not used."""
    found = _PROBLEM.search(text(error.get("type"), 200))
    return found[0].strip("-") if found else "unnamed"
