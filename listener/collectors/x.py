"""X: posts that name a brand, and mentions of its own accounts. Every post read costs money.

Through tweepy, as a caller of X's API only: the library never waits, retries or opens a socket of
its own. One fetch reads one page; where it stopped, and what the day has cost, is in the cursor.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from config import Brand, MissingSecret, Secret, SourceSettings
from listener.boundary import boundary
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Batch,
    Gap,
    OutOfBudget,
    SourceError,
)
from listener.collectors.x_place import (
    Memory,
    Place,
    moved_on,
    next_question,
    of_today,
    question_by_time,
)
from listener.collectors.x_posts import Page, decode, read_page
from listener.facts import Facts, Gone, Proof
from listener.tools import Tools

if TYPE_CHECKING:
    import tweepy

    from listener.wire_adapter import WireAdapter

__all__ = ["Settings", "XCollector", "build", "decode", "queries_for"]

# Prices of 2026-02-06 (X's pay-per-use price list), in dollars.
POST_PRICE = 0.005
OWN_MENTION_PRICE = 0.001  # only for accounts of the app's owner
AUTHOR_PRICE = 0.010  # each distinct author of a page; X bills one only once a day

LIBRARY_BASE = "https://api.twitter.com"  # a literal inside tweepy
MAX_QUERY_CHARS = 512  # self-serve accounts
MAX_QUERIES = 10
MAX_PAGE = 100
SMALLEST_PAGE = {"search": 10, "mentions": 5}

_PLAIN_TERM = re.compile(r"[#@$]?\w+")


FACTS = Facts(
    platform="x",
    title="X",
    keys="a developer account with paid credits",
    limits="450 searches in 15 minutes; queries of 512 characters; seven days back",
    costs="$0.005 a post read, $0.001 a mention of your own account, $0.010 an author",
    reach=timedelta(days=7),
    gone=Gone.ASKED,
    duty="what is deleted, protected or withheld there is deleted here within 24 hours",
    unheard="Complaints on X are not heard: its search is paid with credits, about $0.005 a post.",
    proof=Proof.SIMULATED,
)


class Settings(SourceSettings):
    """What a source of kind "x" declares."""

    public: ClassVar[bool] = True

    kind: Literal["x"] = "x"
    bearer_token: Secret
    query: str | None = Field(default=None, min_length=1, max_length=MAX_QUERY_CHARS)
    mentions_of: tuple[Annotated[str, Field(pattern=r"^[0-9]{1,19}$")], ...] = ()
    dollars_per_day: float = Field(default=1.0, ge=0, le=100_000, allow_inf_nan=False)
    authors: bool = True  # names and followers; twice the price of the posts themselves
    api: str = Field(default="https://api.x.com", pattern=r"^https?://")


def queries_for(terms: Sequence[str]) -> tuple[str, ...]:
    """Search queries for any of the terms, as few as fit X's length. Reposts are left out."""
    wanted = list(dict.fromkeys(_quoted(term) for term in terms if _quoted(term)))
    queries: list[str] = []
    alternatives: list[str] = []
    for term in wanted:
        if alternatives and len(_any_of([*alternatives, term])) > MAX_QUERY_CHARS:
            queries.append(_any_of(alternatives))
            alternatives = []
        alternatives.append(term)
    return (*queries, _any_of(alternatives)) if alternatives else ()


def _any_of(terms: Sequence[str]) -> str:
    return f"({' OR '.join(terms)}) -is:retweet"


def _quoted(term: str) -> str:
    """A term as X reads it; hashtags, handles and cashtags lose their meaning in quotes."""
    plain = " ".join(term.replace('"', " ").replace("\\", " ").split())
    if plain[:1] in {"#", "@", "$"} and _PLAIN_TERM.fullmatch(plain):
        return plain
    return f'"{plain}"' if plain else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One thing to page through: a query's results, or an account's mentions."""

    kind: Literal["search", "mentions"]
    what: str
    price: float

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.what}"


class XCollector:
    """Reads X, one page a fetch, within the day's budget."""

    def __init__(
        self,
        settings: Settings,
        listings: Sequence[Listing],
        client: "tweepy.Client",
        adapter: "WireAdapter",
    ) -> None:
        self._settings = settings
        self._listings = {listing.key: listing for listing in listings}
        self._client = client
        self._adapter = adapter
        self._due: list[str] = []  # what is still to be read in this round

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read one page of the listing whose turn it is; see `listener.collector.Collector`."""
        with boundary(self._settings.name, now):
            self._adapter.begin(now, deadline)
            self._due = self._due or list(self._listings)
            # Taken off before it is read: a listing that fails must not keep the others waiting.
            listing = self._listings[self._due.pop(0)]
            memory, gaps = of_today(Memory.read(cursor, now).filled(self._listings, now), now)
            size = self._affordable(listing, memory)
            known = memory.places[listing.key]
            place, page, missed = self._page(listing, known, size, now)
            place, overrun = moved_on(place, page)
            if place.token:
                self._due.append(listing.key)
            dollars = self._cost(listing, *memory.charged(listing.key, page))
            spent = replace(memory, spent=memory.spent + dollars).with_page(listing.key, page)
            return Batch(
                observations=tuple(
                    replace(seen, backfill=seen.post.created_at < place.first)
                    for seen in page.observations
                ),
                cursor=spent.with_place(listing.key, place).text(),
                more=bool(self._due),
                gaps=(*gaps, *missed, *overrun),
                malformed=page.malformed,
                dollars=dollars,
            )

    def close(self) -> None:
        """Let go of the library's session. The wire is closed by whoever made it."""
        self._client.session.close()

    def _affordable(self, listing: Listing, memory: Memory) -> int:
        """How many posts the rest of the day's money buys. Raises OutOfBudget."""
        each = listing.price + (AUTHOR_PRICE if self._settings.authors else 0.0)
        left = self._settings.dollars_per_day - memory.spent
        size = min(MAX_PAGE, int(left / each + 1e-9))
        if size < SMALLEST_PAGE[listing.kind]:
            raise OutOfBudget(
                f'source "{self._settings.name}": ${memory.spent:.2f} of '
                f"${self._settings.dollars_per_day:.2f} a day are spent; it hears nothing until "
                "00:00 UTC. Raise dollars_per_day to hear more"
            )
        return size

    def _cost(self, listing: Listing, posts: int, authors: int) -> float:
        for_authors = AUTHOR_PRICE * authors if self._settings.authors else 0.0
        return round(listing.price * posts + for_authors, 6)

    def _page(
        self, listing: Listing, place: Place, size: int, now: datetime
    ) -> tuple[Place, Page, tuple[Gap, ...]]:
        """Ask for the next page. A marker that X no longer takes is replaced by a time."""
        asked, gaps = next_question(place, now)
        try:
            return asked, self._ask(listing, asked, size, now), gaps
        except BadRequest:
            if not (asked.since or asked.token):
                raise
        asked, gaps = question_by_time(asked, now)
        return asked, self._ask(listing, asked, size, now), gaps

    def _ask(self, listing: Listing, place: Place, size: int, now: datetime) -> Page:
        asked: dict[str, Any] = {
            "max_results": size,
            "tweet_fields": [
                "author_id", "conversation_id", "created_at", "edit_history_tweet_ids",
                "lang", "note_tweet", "public_metrics", "referenced_tweets",
            ],
            "since_id": None if place.start else place.since,
            "start_time": place.start,
        }  # fmt: skip
        if self._settings.authors:
            asked["expansions"] = ["author_id"]
            asked["user_fields"] = ["id", "name", "public_metrics", "username"]
        if listing.kind == "search":
            found = self._client.search_recent_tweets(listing.what, next_token=place.token, **asked)
        else:
            found = self._client.get_users_mentions(
                listing.what, pagination_token=place.token, **asked
            )
        return read_page(found, now)


def build(settings: Settings, brands: Sequence[Brand], tools: Tools) -> XCollector:
    """Make the collector. Raises SourceError where tweepy or the key is missing."""
    try:
        import tweepy

        from listener.wire_adapter import WireAdapter
    except ImportError:
        raise SourceError(
            f'source "{settings.name}" needs tweepy: pip install "tocsin[x]"'
        ) from None
    # At DEBUG tweepy writes the bearer token into the log.
    logging.getLogger("tweepy").setLevel(logging.INFO)
    terms = [term for brand in brands for term in brand.all_terms]
    queries = (settings.query,) if settings.query else queries_for(terms)
    if len(queries) > MAX_QUERIES:
        raise BadRequest(
            f'source "{settings.name}": the brands\' terms need {len(queries)} searches, at most '
            f"{MAX_QUERIES} are made. Declare fewer terms, or a query of your own"
        )
    try:
        token = tools.reveal(settings.bearer_token)
    except MissingSecret as error:
        raise AuthorisationLost(f'source "{settings.name}": {error}') from None
    adapter = WireAdapter(
        tools.wire, source=settings.name, base_from=LIBRARY_BASE, base_to=settings.api
    )
    client = tweepy.Client(bearer_token=token, return_type=dict, wait_on_rate_limit=False)
    client.user_agent = tools.user_agent
    client.session.trust_env = False  # no proxy and no netrc: the wire decides
    client.session.mount("https://", adapter)
    client.session.mount("http://", adapter)
    listings = [Listing("mentions", user, OWN_MENTION_PRICE) for user in settings.mentions_of]
    listings += [Listing("search", query, POST_PRICE) for query in queries]
    return XCollector(settings, listings, client, adapter)
