"""RSS and Atom feeds: press, status pages, forums, and Google News by search. Keyless."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Annotated, ClassVar, Self
from urllib.parse import urlencode, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from config import Brand, Duration, SourceSettings
from config.forms import form
from listener.boundary import boundary, fault_of
from listener.collector import (
    BadRequest,
    Batch,
    Collector,
    Gap,
    Malformed,
    RateLimited,
    SourceError,
)
from listener.collectors.feed_document import GOOGLE_NEWS, MAX_FEED_BYTES, Document, read_feed
from listener.collectors.feed_place import Place, moved_on, read_cursor, unchanged
from listener.facts import Facts, Gone, Proof
from listener.mention import Kind, Observation
from listener.tools import Tools
from listener.turn import Rest
from listener.wire import Reply, Wire

MAX_URLS = 100
LONGEST_READ = 15.0  # seconds for one feed, so that a slow one does not starve the others
MIN_SECONDS = 1.0  # less time than this is not worth a request
GOOGLE_PAUSE = timedelta(minutes=10)  # undocumented; asked more often it answers with a block
SLACK = timedelta(seconds=5)  # a poll that comes a little early is not put off to the next
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8"


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("a feed is a web address such as https://news.example/feed.xml")
    if parts.username or parts.password:
        raise ValueError("a feed's address holds no name or password; this file is not secret")
    return url


Url = Annotated[str, Field(max_length=2_000), AfterValidator(_web_address)]
Urls = Annotated[
    tuple[Url, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    Field(max_length=MAX_URLS),
]
Code = Annotated[
    str,
    form(
        r"[A-Za-z]{2}(-[A-Za-z]{2,4})?",
        "is no code of a language or country",
        'Write for example "de", "US" or "pt-BR"',
    ),
]


FACTS = Facts(
    platform="feed",
    title="RSS and Atom feeds, Google News",
    keys="none",
    limits="what a feed shows, mostly 10 to 100 posts; Google News every 10 minutes",
    costs="nothing",
    reach=None,
    gone=Gone.NEVER,
    duty="none stated",
    unheard="News, status pages and forums with a feed are not heard: they need no key and cost "
    "nothing.",
    proof=Proof.SIMULATED,
)


class Settings(SourceSettings):
    """Which feeds, and whether to search Google News for the brands' terms."""

    public: ClassVar[bool] = True

    urls: Urls = ()
    google_news: bool = False
    language: Code = "en"  # of Google News
    country: Code = "US"  # the edition of Google News
    every: Duration = timedelta(minutes=10)

    @model_validator(mode="after")
    def _something_to_read(self) -> Self:
        if not self.urls and not self.google_news:
            raise ValueError("give at least one address in urls, or google_news = true")
        return self


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; nothing is fetched yet."""
    assert isinstance(settings, Settings)
    if find_spec("feedparser") is None:
        raise BadRequest("the feed source needs a library: pip install 'tocsin[feeds]'")
    urls = [*settings.urls, *(google_news_urls(settings, brands) if settings.google_news else ())]
    return FeedSource(settings.name, list(dict.fromkeys(urls)), tools.wire, tools.user_agent)


def google_news_urls(settings: Settings, brands: Sequence[Brand]) -> tuple[str, ...]:
    """One search for each term; a week back, because it ranks old articles among the new."""
    terms = {term.strip().lstrip("@#").replace('"', " ") for b in brands for term in b.all_terms}
    edition = {
        "hl": settings.language,
        "gl": settings.country.upper(),
        "ceid": f"{settings.country.upper()}:{settings.language.partition('-')[0]}",
    }
    searches = [urlencode({"q": f'"{term}" when:7d', **edition}) for term in sorted(terms) if term]
    return tuple(f"https://{GOOGLE_NEWS}/rss/search?{search}" for search in searches)


class FeedSource:
    """Reads each feed when it is due; one that fails does not cost the others their turn."""

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        wire: Wire,
        user_agent: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._urls = tuple(urls)
        self._names = _names(self._urls)
        self._resting = Rest()
        self._wire = wire
        self._user_agent = user_agent
        self._clock = clock
        self._left: list[str] = []  # what is still to be read in this turn
        self._began: datetime | None = None  # the first fetch

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read every feed that is due. Raises only where each of them failed."""
        ends, began = self._clock() + deadline, min(self._began or now, now)
        self._began = began
        known = read_cursor(cursor)
        places = {url: known.get(url, Place()) for url in self._urls}
        self._left = self._due(self._left, places, now) or self._due(self._urls, places, now)
        seen: list[Observation] = []
        skipped: list[str] = []
        gaps: list[Gap] = []
        faults: list[SourceError] = []
        heard: list[str] = []
        done = 0
        while self._left and (left := ends - self._clock()) >= MIN_SECONDS:
            url = self._left.pop(0)
            done += 1
            try:
                since = places[url].since or began
                read = self._read(url, places[url], now, min(left, LONGEST_READ))
            except SourceError as error:
                error.listing = self._names[url]
                faults.append(error)
                if isinstance(error, RateLimited):
                    error.alone = True  # another feed is another server's, mostly
                    places[url] = replace(places[url], rest_until=error.until)
                continue
            place, document, missed = read
            places[url] = replace(place, since=since)
            heard.append(self._names[url])
            gaps += missed
            seen += _observed(document, since, known.get(url), now)
            skipped += [f"{_shown(url)}: {reason}" for reason in document.skipped]
        if faults and len(faults) == len(self._urls):
            faults[0].listing = None
            raise faults[0]
        moved = json.dumps({url: place.spell() for url, place in places.items()})
        return Batch(
            observations=tuple(seen),
            cursor=moved if done else None,
            more=done > 0 and bool(self._left),
            gaps=tuple(gaps),
            malformed=tuple(skipped),
            listings=tuple(heard),
            failed=tuple(faults),
        )

    @property
    def listings(self) -> tuple[str, ...]:
        """See `listener.collector.Listed`."""
        return tuple(self._names.values())

    def rest(self, listing: str, until: datetime) -> None:
        """See `listener.collector.Listed`."""
        self._resting.rest(listing, until)

    def close(self) -> None:
        """The wire ends each request by its deadline."""

    def _due(self, urls: Sequence[str], places: Mapping[str, Place], now: datetime) -> list[str]:
        """Those of them that may be read now."""
        awake = set(self._resting.awake(self.listings, now))
        return [url for url in urls if _is_due(places[url], now) and self._names[url] in awake]

    def _read(
        self, url: str, place: Place, now: datetime, seconds: float
    ) -> tuple[Place, Document, tuple[Gap, ...]]:
        source = f"{self._name} at {_shown(url)}"
        with boundary(source, now):
            reply = self._wire.request(
                "GET",
                url,
                headers=_headers(place, self._user_agent),
                deadline=seconds,
                limit=MAX_FEED_BYTES,
                redirects=3,
            )
        gaps: tuple[Gap, ...] = ()
        if reply.status == 304:
            document, place = Document((), place.ttl, ()), unchanged(place, now)
        elif fault := fault_of(reply, source=source, now=now):
            raise fault
        else:
            document = _document(reply, url, source, now)
            etag, modified = (reply.headers.get(name, "") for name in ("etag", "last-modified"))
            place, gaps = moved_on(place, document, etag=etag, modified=modified, now=now)
        rest = max(document.ttl, GOOGLE_PAUSE if urlsplit(url).hostname == GOOGLE_NEWS else SLACK)
        place = replace(place, ttl=document.ttl, rest_until=now + rest - SLACK)
        return place, document, gaps


def _document(reply: Reply, url: str, source: str, now: datetime) -> Document:
    with boundary(source, now):
        try:
            return read_feed(reply.body, url=url, headers=dict(reply.headers), seen_at=now)
        except ValueError as error:
            raise Malformed(f'source "{source}" is not read: {error}') from None


def _observed(
    document: Document, since: datetime, known: Place | None, now: datetime
) -> list[Observation]:
    """What is older than the first time the feed was asked for, in vain or not, is its backlog; at
    its first reading also what has no date, and so that of the reading."""
    first = known is None or known.since is None
    return [
        Observation(
            Kind.POST,
            post,
            now,
            backfill=post.created_at < since or (first and post.created_at >= now),
        )
        for post in document.posts
    ]


def _is_due(place: Place, now: datetime) -> bool:
    """A rest that lasts longer than any we grant is a clock that jumped."""
    rest = place.rest_until
    return rest is None or rest <= now or rest > now + timedelta(hours=2)


def _headers(place: Place, user_agent: str) -> Mapping[str, str]:
    headers = {"User-Agent": user_agent, "Accept": _ACCEPT}
    if place.etag:
        headers["If-None-Match"] = place.etag
    if place.modified:
        headers["If-Modified-Since"] = place.modified
    return headers


def _names(urls: Sequence[str]) -> dict[str, str]:
    """What each feed is called; two that differ in their query alone are told apart by a number."""
    names: dict[str, str] = {}
    for url in urls:
        alike = sum(_shown(other) == _shown(url) for other in names)
        names[url] = f"{_shown(url)} ({alike + 1})" if alike else _shown(url)
    return names


def _shown(url: str) -> str:
    """An address for an operator, without its query: a token may be in there."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"
