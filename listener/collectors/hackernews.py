"""Hacker News by Algolia's search, keyless: stories and comments that name a brand's terms.

Source of the interface: hn.algolia.com/api, and Algolia's search parameters, which it hands on.
"""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from config import Brand, Duration, SourceSettings
from config.forms import HttpAddress
from listener.asking import Asker
from listener.boundary import boundary, fault_of
from listener.collector import (
    BadRequest,
    Batch,
    Collector,
    Forbidden,
    Known,
    Malformed,
    RateLimited,
    Refreshed,
    SourceError,
)
from listener.collectors.hackernews_found import Found, Place
from listener.collectors.hackernews_hits import count, decode
from listener.collectors.hackernews_items import ITEMS, MAX_ITEMS, Items
from listener.facts import Facts, Gone, Proof
from listener.fields import mapping
from listener.jsontext import parse_json
from listener.looking_back import read_back
from listener.mention import Observation
from listener.rounds import Shown
from listener.tools import Tools
from listener.turn import Rest
from listener.wire import Wire

API = "https://hn.algolia.com/api/v1"
PAGE = 1_000  # hits; the most that one query gives
MAX_SLICES = 5  # queries for one term in one fetch; what is older then is a gap
MAX_BODY = 10 * 1024 * 1024  # bytes; a thousand of the longest comments are about as many
MIN_SECONDS = 1.0  # less time than this is not worth a request
_OWN = (BadRequest, Forbidden, Malformed)  # what one query does by itself
# Quotes mean a phrase only with advancedSyntax; without the others "NIS2" also finds "nist".
_EXACT = {"advancedSyntax": "true", "typoTolerance": "false", "queryType": "prefixNone"}


FACTS = Facts(
    platform="hackernews",
    title="Hacker News",
    keys="none",
    limits="about 10,000 requests an hour by custom; 1,000 posts a query",
    costs="nothing",
    reach=None,
    gone=Gone.ASKED,
    duty="none stated",
    unheard="Complaints on Hacker News are not heard: it needs no key and costs nothing.",
    proof=Proof.SIMULATED,
)


class Settings(SourceSettings):
    """How far back the first start looks; those posts are kept and page nobody."""

    public: ClassVar[bool] = True

    look_back: Duration = timedelta(days=1)
    api: Annotated[str, HttpAddress] = API
    items: Annotated[str, HttpAddress] = ITEMS  # the site's own interface


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; one request for each term of the brands, each time."""
    assert isinstance(settings, Settings)
    return HackerNews(settings, searched_terms(brands), tools.wire, tools.user_agent)


def searched_terms(brands: Sequence[Brand]) -> tuple[str, ...]:
    """The terms as the search knows them: no @ or #, no quotes, each once."""
    bare = (term.strip().lstrip("@#").replace('"', " ").strip() for term in _all(brands))
    return tuple({term.casefold(): term for term in bare if term}.values())


def _all(brands: Sequence[Brand]) -> list[str]:
    return [term for brand in brands for term in brand.all_terms]


class HackerNews:
    """Asks for each term what is new, an hour of overlap included; the store knows repeats."""

    def __init__(
        self,
        settings: Settings,
        terms: Sequence[str],
        wire: Wire,
        user_agent: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        asker = Asker(settings.name, wire, {"User-Agent": user_agent})
        self._items = Items(asker, settings.items, clock)
        self._name = settings.name
        self._look_back = settings.look_back
        self._search = f"{settings.api.rstrip('/')}/search_by_date"
        self._terms = tuple(terms)
        self._wire = wire
        self._user_agent = user_agent
        self._clock = clock
        self._turn = 0  # the term that is asked first: none starves when time runs out
        self._left = 0  # how many of them this turn has yet to ask for; 0: another turn begins
        self._resting = Rest()
        self._began: datetime | None = None  # the first fetch

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Ask for every term. What fails for one term does not cost the others their answer."""
        ends = self._clock() + deadline
        self._began = self._began or now
        place = Place.read(cursor, now, self._began)
        found = Found(place, now)
        faults: list[SourceError] = []
        troubles = 0  # in a row
        awake = set(self._resting.awake(self._terms, now))
        steps, self._left = self._left or len(self._terms), 0
        for step in range(steps):
            term = self._terms[(self._turn + step) % len(self._terms)]
            if term not in awake:
                continue
            if ends - self._clock() < MIN_SECONDS:
                self._turn, self._left = self._turn + step, steps - step
                if faults and not found.terms:
                    break
                return found.batch(more=step > 0, faults=faults)
            try:
                self._read(term, found, ends)
            except SourceError as error:
                error.listing = term
                faults.append(error)
                troubles += not isinstance(error, _OWN)
                if troubles > 1 or isinstance(error, RateLimited):
                    self._turn += step  # the service is in trouble, not this one query
                    break
            else:
                troubles = 0
        if faults and not found.terms and not self._is_alone(faults, awake):
            faults[0].listing = None
            raise faults[0]
        return found.batch(more=False, faults=faults)

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        """See `listener.collector.LooksBack`; each term is a listing, a page a slice of time."""
        ends = self._clock() + deadline

        def page(term: str, before: str | None) -> Shown:
            newest = int(before) if before and before.isdigit() else None
            hits, size = self._ask(term, int(since.timestamp()), newest, now, ends)
            return _shown_page(hits, len(hits) >= size, newest, now)

        return read_back(cursor, self._terms, page, since=since, now=now)

    at_once = MAX_ITEMS

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`; one request a post, to the site's own interface."""
        return self._items.look(posts, now=now, deadline=deadline)

    @property
    def listings(self) -> tuple[str, ...]:
        """See `listener.collector.Listed`."""
        return self._terms

    def rest(self, listing: str, until: datetime) -> None:
        """See `listener.collector.Listed`."""
        self._resting.rest(listing, until)

    def close(self) -> None:
        """The wire ends each request by its deadline."""

    def _is_alone(self, faults: Sequence[SourceError], awake: Collection[str]) -> bool:
        """Whether terms failed by themselves, while others rest or were not reached."""
        own = all(isinstance(error, _OWN) for error in faults)
        return own and len(awake) < len(self._terms)

    def _read(self, term: str, found: "Found", ends: float) -> None:
        """Read one term, newest first, in slices of time until everything is covered."""
        oldest = found.starts_at(term, self._look_back)
        newest: int | None = None
        for _ in range(MAX_SLICES):
            hits, size = self._ask(term, oldest, newest, found.now, ends)
            times = [found.take(hit) for hit in hits]
            reached = min((at for at in times if at), default=oldest)
            if len(hits) < size or reached <= oldest:
                break
            if reached == newest:  # more in one second than one answer holds
                found.gap(oldest, reached, term)
                break
            newest = reached
        else:
            found.gap(oldest, newest or oldest, term)
        found.done(term)

    def _ask(
        self, term: str, oldest: int, newest: int | None, now: datetime, ends: float
    ) -> tuple[list[Any], int]:
        """The hits, and how many of them one answer holds: it may be fewer than we ask for."""
        limits = [f"created_at_i>={oldest}"] + ([f"created_at_i<={newest}"] if newest else [])
        asked = {"query": f'"{term}"', "tags": "(story,comment)", "hitsPerPage": PAGE, **_EXACT}
        query = urlencode({**asked, "numericFilters": ",".join(limits)})
        with boundary(self._name, now):
            reply = self._wire.request(
                "GET",
                f"{self._search}?{query}",
                headers={"User-Agent": self._user_agent, "Accept": "application/json"},
                deadline=max(MIN_SECONDS, ends - self._clock()),
                limit=MAX_BODY,
            )
        if fault := fault_of(reply, source=self._name, now=now):
            raise fault
        try:
            body = parse_json(reply.body)
        except ValueError as error:
            raise Malformed(f'source "{self._name}": the answer cannot be read: {error}') from None
        hits = body.get("hits") if isinstance(body, dict) else None
        if not isinstance(hits, list):
            raise Malformed(f'source "{self._name}": the answer has no list of hits')
        held = count(mapping(body), "hitsPerPage") or PAGE
        return hits[:PAGE], min(held, PAGE)


def _shown_page(hits: Sequence[object], is_full: bool, newest: int | None, now: datetime) -> Shown:
    """A slice of time as a page; the next one ends where it began."""
    seen: list[Observation] = []
    malformed: list[str] = []
    for hit in hits:
        try:
            seen.append(decode(hit, now))
        except ValueError as error:
            malformed.append(str(error))
    oldest = min((one.post.created_at for one in seen), default=None)
    reached = int(oldest.timestamp()) if oldest else None
    goes_on = is_full and reached is not None and reached != newest
    cut = is_full and not goes_on  # more in one second than one answer holds
    return Shown(tuple(seen), oldest, str(reached) if goes_on else None, cut, tuple(malformed))
