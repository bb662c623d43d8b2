"""Whether a post is one that a query asks for."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit

from config.query import Both, Either, Field, Lacking, Near, Query, Said
from listener.folding import fold
from listener.language import language_of
from listener.mention import Post
from listener.searched import searched
from listener.spelling import Kind, spellings
from listener.standing import stands

MOST_PLACES = 10_000  # of one word in a post; the longest text has no more words

_WORD = re.compile(r"\w+")
# `acme.example/refund`, as people write it. "late.Never" is found too; nobody asks for such a host.
_BARE = re.compile(r"(?<![\w@./-])(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@-])")
_LINK = re.compile(r"https?://[^\s<>\"')\]]{1,500}", re.IGNORECASE)

Span = tuple[int, int]  # characters of the folded text


class Wanting:
    """A query, ready to be held against posts. Safe to share between threads."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._spelt: dict[Said, tuple[tuple[str, Kind], ...]] = {}

    def wants(self, post: Post) -> bool:
        """Whether the query holds for a post. Never raises, whatever the post holds."""
        return self._holds(self._query, _Read(post))

    def _holds(self, query: Query, read: "_Read") -> bool:
        match query:
            case Said():
                return next(self._places(query, read), None) is not None
            case Near():
                return self._near(query, read)
            case Field(name, value):
                return _FIELDS[name](read, value)
            case Both(of):
                return all(self._holds(part, read) for part in of)
            case Either(of):
                return any(self._holds(part, read) for part in of)
            case Lacking(of):
                return not self._holds(of, read)

    def _near(self, near: Near, read: "_Read") -> bool:
        """Whether one place of each can be chosen with few words between the outer ones.

        No word stands for two: whatever stands first, the others are the next ones after it that
        share no word with those chosen.
        """
        found = [sorted(map(read.words_of, _first(self._places(part, read)))) for part in near.of]
        return any(
            _between(chosen) <= near.between
            for number, places in enumerate(found)
            for first in places
            if (chosen := _after(first, found[:number] + found[number + 1 :]))
        )

    def _places(self, said: Said, read: "_Read") -> Iterator[Span]:
        for text, kind in self._spelling(said):
            start = read.text.find(text)
            while start >= 0:
                end = start + len(text)
                if said.prefix and (rest := _WORD.match(read.text, end)):
                    end = rest.end()
                if stands(kind, read.text, start, end):
                    yield start, end
                start = read.text.find(text, start + 1)

    def _spelling(self, said: Said) -> tuple[tuple[str, Kind], ...]:
        if said not in self._spelt:
            spelt = [(fold(said.text), Kind.WORDS)] if said.prefix else spellings(said.text)
            self._spelt[said] = tuple(dict.fromkeys((text, kind) for text, kind in spelt if text))
        return self._spelt[said]


def _after(first: Span, others: Sequence[Sequence[Span]]) -> list[Span]:
    """The first place, and of each other word the next that shares none with those before it."""
    chosen = [first]
    for places in others:
        at = bisect_right(places, first)
        while at < len(places) and any(_share(places[at], one) for one in chosen):
            at += 1
        if at == len(places):
            return []
        chosen.append(places[at])
    return chosen


def _share(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _between(places: Sequence[Span]) -> int:
    """Words of the window over some places that belong to none of them."""
    window = max(last for _, last in places) - min(first for first, _ in places) + 1
    return window - sum(last - first + 1 for first, last in places)


def _first(places: Iterator[Span]) -> Iterator[Span]:
    return islice(places, MOST_PLACES)


class _Read:
    """A post as a query looks at it; each part is made when it is asked for."""

    def __init__(self, post: Post) -> None:
        self.post = post

    @cached_property
    def text(self) -> str:
        parts = (self.post.title, self.post.text)
        return "\n".join(searched(part, self.post.lang) for part in parts if part)

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [found.start() for found in _WORD.finditer(self.text)]

    def words_of(self, place: Span) -> Span:
        """The first and the last word of a place, counted from the text's beginning."""
        first = bisect_right(self._starts, place[0]) - 1
        return max(first, 0), max(bisect_right(self._starts, place[1] - 1) - 1, first, 0)

    @cached_property
    def hosts(self) -> frozenset[str]:
        said = f"{self.post.title}\n{self.post.text}"
        links = [self.post.url, *self.post.links, *_LINK.findall(said)]
        links += [f"//{host}" for host in _BARE.findall(said)]
        return frozenset(host for link in links if (host := _host(link)))


def _host(link: str) -> str:
    try:
        return _in_ascii(urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _in_ascii(host: str) -> str:
    """A host as it is looked up: bücher.example is xn--bcher-kva.example."""
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def _has_language(read: _Read, value: str) -> bool:
    return (language_of(read.post) or "").partition("-")[0] == value.partition("-")[0]


def _has_author(read: _Read, value: str) -> bool:
    author = read.post.author
    return value in (author.id.casefold(), author.handle.lstrip("@").casefold())


def _has_site(read: _Read, value: str) -> bool:
    wanted = _in_ascii(value.rstrip("/")).removeprefix("www.")
    return any(host == wanted or host.endswith("." + wanted) for host in read.hosts)


def _has_platform(read: _Read, value: str) -> bool:
    return read.post.platform.casefold() == value


_FIELDS = {
    "lang": _has_language,
    "author": _has_author,
    "site": _has_site,
    "platform": _has_platform,
}
