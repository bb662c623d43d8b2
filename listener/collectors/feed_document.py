"""RSS and Atom documents turned into posts. Pure: bytes in, values out, nothing is fetched.

feedparser reads them, but only after a look of our own: it never sees a document that declares
entities, is nested or cut up without end, or is too large. What it reads is taken as plain text.
"""

import calendar
import hashlib
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat

from listener.jsontext import storable
from listener.linked import anchors, links_of
from listener.mention import MAX_TEXT_CHARS, Author, Post
from listener.plain import plain_text

MAX_FEED_BYTES = 4 * 1024 * 1024  # the longest feeds of newspapers are about one
MAX_BROKEN_BYTES = 512 * 1024  # of a document that is not well-formed; its parser is slow
MAX_DEPTH = 100  # levels; RSS and Atom have six, XHTML inside of them some more
MAX_TAGS = 100_000  # opening and closing; 500 rich entries have half; read in 3 s at worst
MAX_ENTRIES = 500  # the rest is left out, and that is said
MAX_KEY_CHARS = 500
MAX_TTL = timedelta(hours=1)  # a feed may ask for rest, but not make us deaf
GOOGLE_NEWS = "news.google.com"
_ENTITY = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]{0,2000}\[", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S", re.IGNORECASE)
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    """What a feed holds.

    ttl      how long it asks to be left alone; zero where it says nothing.
    skipped  why entries were left out.
    whole    it has its end: nothing was cut off on the way.
    """

    posts: tuple[Post, ...]
    ttl: timedelta
    skipped: tuple[str, ...]
    whole: bool = True


def read_feed(body: bytes, *, url: str, headers: dict[str, str], seen_at: datetime) -> Document:
    """Read a feed.

    url      where it came from; tells apart guids that are unique in their feed only.
    headers  of the answer; `content-type` may name the encoding.
    Raises ValueError, in words for an operator, where it is no feed or not safe to read.
    """
    import feedparser  # only who reads feeds needs it

    _look_over(body)
    shown = {"content-type": headers.get("content-type", "")[:200]}
    # A stream, never a string: a string would be opened as an address or a file.
    parsed = feedparser.parse(
        io.BytesIO(body), response_headers=shown, resolve_relative_uris=False, sanitize_html=False
    )
    if not parsed.get("version") and not parsed.entries:
        raise ValueError("it is neither RSS nor Atom")
    language = _string(parsed.feed.get("language"))[:35].lower() or None
    posts, skipped = [], []
    for number, entry in enumerate(parsed.entries[:MAX_ENTRIES], start=1):
        try:
            posts.append(_post(entry, url, language, seen_at))
        except ValueError as error:
            skipped.append(f"entry {number}: {error}")
    if len(parsed.entries) > MAX_ENTRIES:
        skipped.append(f"{len(parsed.entries) - MAX_ENTRIES} entries over {MAX_ENTRIES}")
    whole = _END.search(body.replace(b"\0", b"")[-200:]) is not None
    return Document(tuple(posts), _ttl(parsed.feed.get("ttl")), tuple(skipped), whole)


def _look_over(body: bytes) -> None:
    """Refuse what could cost a parser its memory or its time, or make it open something."""
    if len(body) > MAX_FEED_BYTES:
        raise ValueError(f"it is larger than {MAX_FEED_BYTES // 1024**2} MiB")
    # Without the zeros UTF-16 reads like ASCII here.
    bare = body.replace(b"\0", b"")
    if bare.count(b"<") > MAX_TAGS:
        raise ValueError(f"it has more than {MAX_TAGS} tags")
    if _ENTITY.search(bare):
        raise ValueError("it declares entities or elements of its own, which no feed needs")
    if not _is_well_formed(body) and len(body) > MAX_BROKEN_BYTES:
        raise ValueError(f"it is broken XML and larger than {MAX_BROKEN_BYTES // 1024} KiB")


def _is_well_formed(body: bytes) -> bool:
    depth = 0

    def down(name: str, attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")

    def up(name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(name: str, system: object, public: object, has_subset: int) -> None:
        if has_subset:
            raise ValueError("it declares entities or elements of its own, which no feed needs")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = down, up
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError):
        return False  # feedparser mends a good deal, as browsers do
    return True


def _post(entry: Any, url: str, language: str | None, seen_at: datetime) -> Post:
    link = _string(entry.get("link")).strip()
    key = _string(entry.get("id")).strip() or link
    if not key:
        raise ValueError("it has neither guid nor link")
    host = urlsplit(url).hostname or ""
    title = plain_text(_string(entry.get("title")))[:MAX_TEXT_CHARS]
    text = plain_text(_body(entry))[:MAX_TEXT_CHARS]
    source = plain_text(_string((entry.get("source") or {}).get("title")))[:200]
    author = source or plain_text(_string(entry.get("author")))[:200]
    aliases: tuple[str, ...] = ()
    if host == GOOGLE_NEWS:
        # "Headline - Paper", and a body that only repeats it.
        title, text = title.removesuffix(f" - {source}"), ""
        aliases = (news_alias(source, title),)
    if not (title or text):
        raise ValueError("it has neither title nor text")
    return Post(
        platform="feed",
        id=_identity(key, url, host),
        text=text,
        created_at=_published(entry, seen_at),
        author=Author(id=f"{host}/{author}" if author else host, name=author or host),
        title=title,
        lang=language,
        url=link[:4_000] if link.lower().startswith(("https://", "http://")) else "",
        aliases=aliases,
        links=() if host == GOOGLE_NEWS else links_of(anchors(_body(entry))),
    )


def news_alias(source: str, title: str) -> str:
    """The same article under another guid: one paper, one headline. A hash, as ids outlive text."""
    words = _NOT_WORDS.sub(" ", f"{source}\n{title}".casefold()).strip()
    return f"news:{hashlib.sha256(words.encode()).hexdigest()[:32]}"


def _identity(key: str, url: str, host: str) -> str:
    """A guid that is an address is known everywhere; any other only in its own feed."""
    if not _SCHEME.match(key):
        # Google gives one article the same guid in every search.
        home = host if host == GOOGLE_NEWS else url.partition("#")[0]
        key = f"{home}#{key}"
    if len(key) > MAX_KEY_CHARS:
        key = f"{key[: MAX_KEY_CHARS - 33]}~{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    return key


def _body(entry: Any) -> str:
    contents = entry.get("content") or [{}]
    return _string(contents[0].get("value")) or _string(entry.get("summary"))


def _published(entry: Any, seen_at: datetime) -> datetime:
    """When it was published; when we saw it where the feed does not say, or names the future."""
    for key in ("published_parsed", "updated_parsed"):
        # The plain dictionary's: feedparser's own answers for one key with the other, and warns.
        parts = dict.get(entry, key)
        try:
            if parts:
                return min(datetime.fromtimestamp(calendar.timegm(parts), UTC), seen_at)
        except (ValueError, OverflowError, OSError, TypeError):
            continue
    return seen_at


def _ttl(value: object) -> timedelta:
    """`ttl` of RSS 2.0, in minutes."""
    minutes = _string(value).strip()
    usable = minutes.isascii() and minutes.isdigit() and len(minutes) < 9
    return min(timedelta(minutes=int(minutes)), MAX_TTL) if usable else timedelta(0)


def _string(value: object) -> str:
    return storable(value) if isinstance(value, str) else ""
