"""A post as one line of JSON: what `score`, `replay` and the file source read and write.

{"platform":"x","id":"123","text":"…","created_at":"2026-11-21T10:00:00Z","lang":"en",
 "url":"https://…","author":{"id":"u1","handle":"ann","name":"Ann","followers":120},
 "in_reply_to":"122","conversation_id":"120","repost_of":null,
 "engagement":{"likes":0,"reposts":0,"replies":0,"quotes":0,"views":0}}

`platform`, `id` and `text` are required (a delete and counts need no text); unknown keys are
ignored. Without an author's id or handle each post is somebody else's. Also understood: `kind`
(post, edit, delete, counts), `seen_at`, `edit_of`, `title`, `rating`, `aliases`, `links`,
`backfill`, `author.bot`. No message repeats what was written.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from typing import BinaryIO

from listener.jsontext import decoded, parse_json, storable
from listener.linked import links_of
from listener.mention import (
    MAX_TEXT_CHARS,
    Author,
    Engagement,
    Kind,
    Observation,
    Post,
    unnamed,
)

MAX_LINE_BYTES = 1024 * 1024  # fifty times the longest text we keep
MAX_ID_CHARS = 1_000
MAX_NAME_CHARS = 500  # handles, names, language tags
MAX_URL_CHARS = 4_000
MAX_LISTED = 100  # aliases, links
MAX_COUNT = 10**12  # more than there are people times a hundred
_YEARS = range(1970, 2201)  # outside of it a time is a mistake, and sums with it overflow
_PLATFORM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_A_TIME = 'write ISO 8601 with a zone, for example "2026-11-21T10:00:00Z"'
_COUNTS = ("likes", "reposts", "replies", "quotes", "views")


def read_line(line: bytes | str, *, seen_at: datetime, plain_id: str | None = None) -> Observation:
    """Read one line.

    seen_at   aware UTC; stands where the line gives no `seen_at`, and no `created_at` either.
    plain_id  None: the line must be JSON. Else a line that does not begin with "{" is the text
              of a post of the platform "text" with this id.
    Raises ValueError, whose text says what is wrong and what is wanted.
    """
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(
            f"the line is longer than {MAX_LINE_BYTES} bytes; a post is one short line"
        )
    text = decoded(line) if isinstance(line, bytes) else line
    text = text.removeprefix("\ufeff")
    if plain_id is not None and not text.lstrip().startswith("{"):
        return _plain(text, plain_id, seen_at)
    value = parse_json(text)
    if not isinstance(value, dict):
        raise ValueError(
            f"the line is {_kind_of(value)}; a post is an object such as "
            '{"platform": "x", "id": "1", "text": "…"}'
        )
    return _observation(_Fields(value), seen_at)


def write_line(observation: Observation) -> str:
    """The observation as one line of ASCII JSON without its newline; `read_line` reads it back."""
    post = observation.post
    row: dict[str, object] = {"kind": str(observation.kind)} if observation.kind != "post" else {}
    row |= {"platform": post.platform, "id": post.id, "text": post.text}
    row |= {"created_at": _spell(post.created_at), "seen_at": _spell(observation.seen_at)}
    row["author"] = _given(asdict(post.author))
    row["engagement"] = _given(asdict(post.engagement))
    for name in ("title", "lang", "url", "in_reply_to", "conversation_id", "repost_of", "rating"):
        row[name] = getattr(post, name)
    row |= {"aliases": post.aliases, "links": post.links, "backfill": observation.backfill}
    required = {"platform", "id", "text", "created_at", "seen_at"}
    return json.dumps(
        {key: value for key, value in row.items() if key in required or value not in _NOTHING},
        separators=(",", ":"),
    )


def read_lines(
    stream: BinaryIO,
    *,
    seen_at: datetime,
    plain: bool = False,
    max_line_bytes: int = MAX_LINE_BYTES,
) -> Iterator[tuple[int, Observation | str]]:
    """Read a stream of lines: pairs of the line's number (from 1) and its post, or what is wrong.

    plain  lines of plain text are posts too, with the id `line-N`.
    Blank lines are skipped but counted. Memory does not grow with the stream, nor with a line:
    of one longer than `max_line_bytes` the rest is passed over.
    """
    number = 0
    while line := stream.readline(max_line_bytes + 1):
        number += 1
        if len(line) > max_line_bytes and not line.endswith(b"\n"):
            _pass_over_line(stream, max_line_bytes)
            yield number, f"the line is longer than {max_line_bytes} bytes"
            continue
        if not line.strip(b" \t\r\n\x0b\x0c\xef\xbb\xbf"):
            continue
        try:
            plain_id = f"line-{number}" if plain else None
            yield number, read_line(line.rstrip(b"\r\n"), seen_at=seen_at, plain_id=plain_id)
        except ValueError as error:
            yield number, str(error)


def _pass_over_line(stream: BinaryIO, size: int) -> None:
    while (piece := stream.readline(size)) and not piece.endswith(b"\n"):
        pass


def _plain(text: str, plain_id: str, seen_at: datetime) -> Observation:
    shown = storable(text.strip())[:MAX_TEXT_CHARS]
    who = unnamed(plain_id)
    post = Post(platform="text", id=plain_id, text=shown, created_at=seen_at, author=who)
    return Observation(Kind.POST, post, seen_at)


def _observation(row: "_Fields", now: datetime) -> Observation:
    edit_of = row.reference("edit_of")
    kind = row.kind(Kind.EDIT if edit_of else Kind.POST)
    seen_at = row.time("seen_at") or now
    own_id = row.identity("id")
    # An edit that comes under an id of its own is a version of the first post.
    aliases = row.listed("aliases", "ids") + ((own_id,) if edit_of and edit_of != own_id else ())
    post = Post(
        platform=row.platform(),
        id=edit_of or own_id,
        text=row.body(required=kind in (Kind.POST, Kind.EDIT)),
        created_at=row.time("created_at") or seen_at,
        author=row.author(edit_of or own_id),
        title=row.text("title", MAX_TEXT_CHARS),
        lang=row.text("lang", MAX_NAME_CHARS).lower() or None,
        url=row.url(),
        in_reply_to=row.reference("in_reply_to"),
        conversation_id=row.reference("conversation_id"),
        repost_of=row.reference("repost_of"),
        rating=row.rating(),
        engagement=row.engagement(),
        aliases=aliases,
        links=links_of(row.listed("links", "addresses")),
    )
    return Observation(kind, post, seen_at, row.flag("backfill"))


class _Fields:
    """The keys of one object; each method reads one and says what is wrong with it."""

    def __init__(self, row: dict[str, object], within: str = "") -> None:
        self._row = row
        self._within = within  # "author." in front of a key of the inner object

    def _wrong(self, key: str, wanted: str) -> ValueError:
        return ValueError(f'"{self._within}{key}" is {_kind_of(self._row.get(key))}; {wanted}')

    def text(self, key: str, longest: int, wanted: str = "it must be a text") -> str:
        value = self._row.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._wrong(key, wanted)
        return storable(value)[:longest]

    def body(self, *, required: bool) -> str:
        if required and self._row.get("text") is None:
            raise ValueError('"text" is missing; it holds what the post says ("" if nothing)')
        return self.text("text", MAX_TEXT_CHARS)

    def platform(self) -> str:
        value = self.text("platform", MAX_NAME_CHARS).strip().lower()
        if not value:
            raise ValueError('"platform" is missing; it says where the post is, for example "x"')
        if not _PLATFORM.fullmatch(value):
            raise ValueError('"platform" must be a short word of letters and digits such as "x"')
        return value

    def reference(self, key: str) -> str | None:
        """An id: a text, or a whole number, which is turned into one."""
        value = self._row.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise self._wrong(key, "an id is a text or a whole number")
        if value is not None and len(value) > MAX_ID_CHARS:
            raise ValueError(f'"{self._within}{key}" is longer than {MAX_ID_CHARS} characters')
        return storable(value).strip() or None if value else None

    def identity(self, key: str) -> str:
        value = self.reference(key)
        if value is None:
            raise ValueError(f'"{key}" is missing; it names the post on its platform')
        return value

    def listed(self, key: str, what: str) -> tuple[str, ...]:
        value = self._row.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > MAX_LISTED:
            raise self._wrong(key, f"it must be a list of at most {MAX_LISTED} {what}")
        return tuple(one for each in value if (one := _Fields({key: each}).reference(key)))

    def kind(self, default: Kind) -> Kind:
        value = self.text("kind", MAX_NAME_CHARS)
        try:
            return Kind(value) if value else default
        except ValueError:
            raise ValueError(f'"kind" must be one of {", ".join(Kind)}') from None

    def time(self, key: str) -> datetime | None:
        value = self.text(key, 100, _A_TIME)
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f'"{key}" is no time; {_A_TIME}') from None
        if moment.tzinfo is None:
            raise ValueError(f'"{key}" says no time zone; {_A_TIME}')
        if moment.year not in _YEARS:
            raise ValueError(f'"{key}" is not between {_YEARS[0]} and {_YEARS[-1]}; {_A_TIME}')
        return moment.astimezone(UTC)

    def url(self) -> str:
        """Only addresses that a browser opens as a page; others (javascript:) are left out."""
        value = self.text("url", MAX_URL_CHARS).strip()
        return value if value.lower().startswith(("https://", "http://")) else ""

    def count(self, key: str) -> int | None:
        value = self._row.get(key)
        if value is None:
            return None
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole:
            raise self._wrong(key, "it must be a whole number")
        number = int(value)  # type: ignore[call-overload]
        if not 0 <= number <= MAX_COUNT:
            raise ValueError(f'"{self._within}{key}" must be between 0 and {MAX_COUNT}')
        return int(number)

    def rating(self) -> float | None:
        value = self._row.get("rating")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong("rating", "stars are a number from 1 to 5")
        if not isfinite(value) or not 1 <= value <= 5:
            raise ValueError('"rating" must be a number of stars from 1 to 5')
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._row.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, "it must be true or false")
        return value

    def _inner(self, key: str) -> "_Fields":
        value = self._row.get(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise self._wrong(key, "it must be an object")
        return _Fields(value, f"{key}.")

    def author(self, own_id: str) -> Author:
        inner = self._inner("author")
        handle = inner.text("handle", MAX_NAME_CHARS)
        return Author(
            id=inner.reference("id") or handle or unnamed(own_id).id,
            handle=handle,
            name=inner.text("name", MAX_NAME_CHARS),
            followers=inner.count("followers"),
            bot=inner._row.get("bot") is not None and inner.flag("bot"),
        )

    def engagement(self) -> Engagement:
        inner = self._inner("engagement")
        return Engagement(**{name: inner.count(name) for name in _COUNTS})


_NOTHING: tuple[object, ...] = (None, "", (), False, {})


def _given(row: dict[str, object]) -> dict[str, object]:
    return {k: v for k, v in row.items() if v is not None and v is not False and v != ""}


def _spell(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _kind_of(value: object) -> str:
    """How JSON calls the value; the value itself may be somebody's words and is not repeated."""
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
    }
    return "missing" if value is None else names.get(type(value), "a number")
