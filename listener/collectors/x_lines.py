"""What a line of X's filtered stream says. Pure.

Source: X's OpenAPI 2.167 (`StreamPostsResponse`), and its page on handling disconnections: a post
with the rules that it matches, an object of errors, or nothing at all every 20 seconds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from listener.collectors.x_posts import ID, decode
from listener.fields import Raw, mapping, objects, optional_id, text
from listener.jsontext import parse_json
from listener.mention import Observation

TAKEN_WORDS = ("TooManyConnections", "streaming-connection")
_SPENT_WORDS = ("usage-capped", "UsageCapExceeded", "credits-depleted")
_WORD_CHARS = 60


class End(StrEnum):
    """Why X says that the stream is over."""

    DISCONNECTED = "X ended the stream"
    TAKEN = "another connection is open with this app, and X allows one"
    SPENT = "X says that the account's credits or cap are used up"


@dataclass(frozen=True, slots=True)
class Told:
    """One line.

    posts      how many posts it brought, readable or not: that is what is charged.
    own, author  the post's id and its author's, as far as they can be told.
    named      ids of the authors that were expanded, which are charged too.
    is_ours    a rule of ours matched; an app's other programs may have rules as well.
    """

    seen: Observation | None = None
    posts: int = 0
    own: str = ""
    author: str = ""
    named: frozenset[str] = frozenset()
    is_ours: bool = True
    malformed: tuple[str, ...] = ()
    end: End | None = None


def read_line(line: bytes, ours: Collection[str], seen_at: datetime) -> Told:
    """Read one line that is not empty. ours: ids of the rules that we have."""
    try:
        body = mapping(parse_json(line))
    except ValueError as error:
        return Told(malformed=(f"line: {error}",))
    words = [_words(entry) for entry in _problems(body)]
    said = tuple(f"partial answer: {_plain(one)}" for one in words)
    data = body.get("data")
    if data is None:
        return Told(malformed=() if _end(words) else (said or ("line: nothing",)), end=_end(words))
    raw, includes = mapping(data), mapping(body.get("includes"))
    rules = {str(rule.get("id")) for rule in objects(body.get("matching_rules"))}
    users = (optional_id(user.get("id"), ID) for user in objects(includes.get("users")))
    try:
        seen = decode(raw, includes, seen_at)
    except ValueError as error:
        seen, said = None, (*said, f"post: {error}")
    return Told(
        seen=seen,
        posts=1,
        own=optional_id(raw.get("id"), ID) or "",
        author=optional_id(raw.get("author_id"), ID) or "",
        named=frozenset(user for user in users if user),
        is_ours=not rules or not rules.isdisjoint(ours),
        malformed=said,
        end=_end(words),
    )


def _problems(body: Raw) -> list[Raw]:
    """The errors of a line; X sends some of them bare."""
    bare = [body] if "data" not in body and ("title" in body or "type" in body) else []
    return [*objects(body.get("errors")), *bare]


def _words(problem: Raw) -> tuple[str, ...]:
    kind = text(problem.get("type"), 200).rpartition("/")[2]
    others = (text(problem.get(name), _WORD_CHARS) for name in _NAMES)
    return (kind[:_WORD_CHARS], *others)


_NAMES = ("title", "disconnect_type", "connection_issue")


def _end(problems: Collection[tuple[str, ...]]) -> End | None:
    words = {word for problem in problems for word in problem}
    if words & set(_SPENT_WORDS):
        return End.SPENT
    if words & set(TAKEN_WORDS):
        return End.TAKEN
    return End.DISCONNECTED if any("disconnect" in word.lower() for word in words) else None


def _plain(words: Collection[str]) -> str:
    """A fixed word of X's; its free text may repeat our request, so it is not used."""
    fixed = (word for word in words if word and word.replace("-", "").isalpha())
    return next(fixed, "unnamed")
