"""How kept posts of X stand now: counts, edits, and what is gone, by lookup of up to 100 ids.

X tells what is gone inside a good answer, as `errors` beside `data` (its OpenAPI's problems). A
post that was edited has a new id; a lookup of an older one shows the old words and the whole chain.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from listener.collector import Known, OutOfBudget, Refreshed, SourceError
from listener.collectors.x_posts import ID, PLATFORM, decode, snowflake_time
from listener.fields import Raw, mapping, objects, optional_id, text
from listener.mention import Author, Kind, Observation, Post
from listener.wire import WireError

# Deleted; or of an account that is protected or suspended, which X asks to be treated alike.
GONE = ("resource-not-found", "not-authorized-for-resource")
_SPENT = "usage-capped"


class Lookup(Protocol):
    """Who asks, and how many posts the money buys."""

    def affordable_again(self, *, named: bool = False) -> int:
        """How many posts the money buys to look at again, with their authors' names or without."""

    def lookup(self, ids: Sequence[str], *, named: bool = False) -> tuple[Raw, float]:
        """Single posts by their ids, and what they cost."""


@dataclass(frozen=True, slots=True)
class Stood:
    """What one answer says. newer: of posts that were edited, the latest id, to be asked for."""

    observations: tuple[Observation, ...]
    newer: Mapping[str, Known]


def look_again(asking: Lookup, posts: Sequence[Known], now: datetime) -> Refreshed:
    """Look at kept posts once more; those that the money does not buy are unpaid.

    An edit is judged again, for which it matters who wrote it: there the author is asked for too.
    Raises OutOfBudget where it buys none.
    """
    size = asking.affordable_again()
    if not size:
        raise OutOfBudget("the money for looking at kept posts again is spent for now")
    asked = {_newest(post): post for post in posts[:size] if optional_id(post.id, ID)}
    body, dollars = asking.lookup(list(asked)) if asked else ({}, 0.0)
    stood = read_lookup(body, asked, now)
    found = stood.observations
    if stood.newer and (left := asking.affordable_again(named=True)):
        latest = dict(list(stood.newer.items())[:left])
        # The first answer is paid: what it said stands, whatever becomes of the second.
        with suppress(SourceError, WireError):
            body, more = asking.lookup(list(latest), named=True)
            dollars += more
            found += read_lookup(body, latest, now).observations
    learned = {seen.post.id for seen in found}
    unpaid = tuple(post.id for post in posts[size:])
    unknown = tuple(post.id for post in posts[:size] if post.id not in learned)
    return Refreshed(found, unknown, round(dollars, 6), unpaid=unpaid)


def read_lookup(body: Raw, asked: Mapping[str, Known], now: datetime) -> Stood:
    """Read an answer to a lookup. Raises OutOfBudget where it says that credits ran out."""
    found: list[Observation] = []
    newer: dict[str, Known] = {}
    for entry in objects(body.get("data")):
        known = asked.get(str(entry.get("id")))
        if known is None:
            continue
        try:
            seen = decode(mapping(entry), mapping(body.get("includes")), now)
        except ValueError:
            continue  # nothing is learned of this one, and of the others all the same
        latest = (seen.post.id, *seen.post.aliases)[-1]
        if latest != str(entry.get("id")):
            newer[latest] = known
        else:
            found.append(_as_kept(seen, known))
    found += [_gone(one, now) for one in _missing(body, asked)]
    return Stood(tuple(found), newer)


def _newest(post: Known) -> str:
    ids = [one for one in (post.id, *post.aliases) if optional_id(one, ID)]
    return max(ids, key=int)


def _as_kept(seen: Observation, known: Known) -> Observation:
    """Under the id and the link by which it is kept: no author was asked for, who has a name."""
    ids = dict.fromkeys((seen.post.id, *seen.post.aliases, *known.aliases))
    aliases = tuple(one for one in ids if one != known.id)
    return replace(
        seen, post=replace(seen.post, id=known.id, aliases=aliases, url=known.url or seen.post.url)
    )


def _missing(body: Raw, asked: Mapping[str, Known]) -> list[Known]:
    missing = []
    for error in objects(body.get("errors")):
        problem = text(error.get("type"), 200).rpartition("/")[2]
        if problem == _SPENT:
            raise OutOfBudget("X says that the account's credits or cap are used up")
        known = asked.get(str(error.get("resource_id") or error.get("value")))
        about_a_post = error.get("resource_type", "tweet") in ("tweet", "post")
        if known and about_a_post and problem in GONE:
            missing.append(known)
    return missing


def _gone(known: Known, now: datetime) -> Observation:
    written = snowflake_time(known.id) or now
    return Observation(Kind.DELETE, Post(PLATFORM, known.id, "", written, Author("")), now)
