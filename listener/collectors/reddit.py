"""Reddit: new submissions and comments of subreddits, and what search finds. Needs approved keys.

Through praw, as a caller of Reddit's API only: its streams lose items in bursts and after
deletions, and its rate limiter sleeps, so listings are paged here by hand. One fetch reads one
page; where it stopped is in the cursor.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from config import Brand, MissingSecret, Secret, SourceSettings
from config.forms import HttpAddress, form
from listener.boundary import boundary
from listener.collector import AuthorisationLost, Batch, Known, Refreshed, SourceError
from listener.collectors.reddit_again import AT_ONCE, look_again
from listener.collectors.reddit_back import look_back
from listener.collectors.reddit_place import (
    OVERLAP,
    PAGE,
    SEARCH_OVERLAP,
    Memory,
    Place,
    begun,
    moved_on,
    news,
)
from listener.collectors.reddit_posts import Page, decode, read_page
from listener.facts import Cost, Facts, Gone, Measured, Proof, Window, polls_in
from listener.tools import Tools
from listener.turn import Turn

if TYPE_CHECKING:
    import praw

    from listener.wire_adapter import WireAdapter

__all__ = ["RedditCollector", "Settings", "build", "decode", "searches_for"]

MAX_SUBREDDITS = 100  # in one address, which must stay below what servers take
MAX_SEARCH_CHARS = 512  # Reddit's limit of a search
MAX_SEARCHES = 10
REQUESTS_A_MINUTE = 100  # of one app, averaged over ten minutes (Reddit's Data API page)
WINDOW = 10  # minutes
# The windows that search offers, and how old our last look may be to need no more than it.
WINDOWS = (
    (timedelta(hours=20), "day"),
    (timedelta(days=6), "week"),
    (timedelta(days=28), "month"),
)


FACTS = Facts(
    platform="reddit",
    title="Reddit",
    keys="an app that Reddit approves by hand",
    limits="100 requests a minute; a listing goes about 1,000 posts deep",
    costs="nothing for private use; a contract for a company's",
    reach=None,
    gone=Gone.ASKED,
    duty="what is deleted there is deleted here, looked for daily; no training of models",
    unheard="Complaints on Reddit are not heard: it needs an app that Reddit approves by hand, "
    "free for private use, a contract for a company's.",
    proof=Proof.SIMULATED,
)

_ACCOUNT = form(
    r"[A-Za-z0-9_-]{3,20}", "is no name of an account", "Write it without u/, 3 to 20 characters"
)
_SUBREDDIT = form(
    r"[A-Za-z0-9_]{2,50}", "is no name of a subreddit", 'Write it without r/, for example "acme"'
)


class Settings(SourceSettings):
    """What a source of kind "reddit" declares."""

    public: ClassVar[bool] = True

    kind: Literal["reddit"] = "reddit"
    client_id: Secret
    client_secret: Secret
    username: Annotated[str, _ACCOUNT]  # Reddit asks who is behind the app
    subreddits: tuple[Annotated[str, _SUBREDDIT], ...] = Field(
        default=(), max_length=MAX_SUBREDDITS
    )
    refresh_token: Secret | None = None  # of an account of yours: its inbox's mentions are read
    search: bool = True  # all of Reddit, submissions only, late and with losses
    oauth_url: Annotated[str, HttpAddress] = "https://oauth.reddit.com"
    reddit_url: Annotated[str, HttpAddress] = "https://www.reddit.com"

    @model_validator(mode="after")
    def _something_to_hear(self) -> Self:
        if not (self.subreddits or self.search or self.refresh_token):
            raise ValueError("name subreddits, or set search = true; else nothing is heard")
        return self


def searches_for(terms: Sequence[str]) -> tuple[str, ...]:
    """Searches for any of the terms, as few as fit Reddit's length."""
    searches: list[str] = []
    for term in dict.fromkeys(" ".join(term.replace('"', " ").split()) for term in terms):
        joined = f'{searches[-1]} OR "{term}"' if searches else ""
        if joined and len(joined) <= MAX_SEARCH_CHARS:
            searches[-1] = joined
        elif term:
            searches.append(f'"{term}"')
    return tuple(searches)


@dataclass(frozen=True, slots=True)
class Listing:
    """One thing to page through: an address, and what is searched there, if anything."""

    path: str
    search: str | None = None

    @property
    def key(self) -> str:
        return f"{self.path}?{self.search}" if self.search else self.path

    @property
    def overlap(self) -> timedelta:
        """How late an item may be shown there, and still be heard."""
        return SEARCH_OVERLAP if self.search else OVERLAP


class RedditCollector:
    """Reads Reddit, one page a fetch.

    connect  makes a praw.Reddit that has no token yet; praw fetches one with its first request.
    """

    def __init__(
        self,
        name: str,
        listings: Sequence[Listing],
        connect: "Callable[[], praw.Reddit]",
        adapter: "WireAdapter",
    ) -> None:
        self.at_once = AT_ONCE
        self._name = name
        self._listings = {listing.key: listing for listing in listings}
        self._connect = connect
        self._reddit: praw.Reddit | None = None
        self._adapter = adapter
        self._turn = Turn(name, self._listings)
        self._began: datetime | None = None  # when a listing was asked for first

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read one page of the listing whose turn it is; see `listener.collector.Collector`."""
        self._adapter.begin(now, deadline)
        key = self._turn.next(now)
        if key is None:
            return Batch(listings=())
        with self._turn.reading(key, now):
            listing = self._listings[key]
            self._began = min(self._began or now, now)
            memory = Memory.read(cursor).filled(self._listings, self._began)
            asked = begun(memory.places[listing.key], now)
            page = self._page(listing, asked, now)
            place, gaps = moved_on(asked, page, now, listing.overlap)
            if place.after:
                self._turn.again(key)
            return Batch(
                observations=news(asked, page),
                cursor=memory.with_place(listing.key, place).text(),
                more=self._turn.has_more,
                gaps=gaps,
                malformed=page.malformed,
                listings=(key,),
            )

    @property
    def listings(self) -> tuple[str, ...]:
        """See `listener.collector.Listed`."""
        return self._turn.keys

    def rest(self, listing: str, until: datetime) -> None:
        """See `listener.collector.Listed`."""
        self._turn.rest(listing, until)

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`; one request."""

        def ask(names: Sequence[str]) -> Page:
            return self._asked(lambda: self._get("api/info", {"id": ",".join(names)}, now))

        with boundary(self._name, now):
            self._adapter.begin(now, deadline)
            return look_again(ask, posts, now)

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        """See `listener.collector.LooksBack`; listings go about 1,000 posts deep."""

        def ask(key: str, after: str | None, back: timedelta) -> Page:
            return self._asked(lambda: self._shown(self._listings[key], after, back, now))

        with boundary(self._name, now):
            self._adapter.begin(now, deadline)
            return look_back(ask, list(self._listings), cursor, since=since, now=now)

    def close(self) -> None:
        """Nothing is kept open between requests; the wire is closed by whoever made it."""

    def _page(self, listing: Listing, place: Place, now: datetime) -> Page:
        """Ask for the next page."""
        return self._asked(lambda: self._shown(listing, place.after, now - place.at, now))

    def _asked(self, ask: Callable[[], Page]) -> Page:
        """Ask once. A token that Reddit no longer takes is renewed, once."""
        fresh = self._reddit is None
        try:
            return ask()
        except Exception as error:
            refused = getattr(error, "original_exception", error)
            if fresh or not isinstance(refused, AuthorisationLost):
                raise
        self._reddit = None
        return ask()

    def _shown(self, listing: Listing, after: str | None, back: timedelta, now: datetime) -> Page:
        params: dict[str, str | int] = {"limit": PAGE}
        if after:
            params["after"] = after
        if listing.search:
            params |= {"q": listing.search, "sort": "new", "type": "link"}
            params["t"] = _window(back)
        return self._get(listing.path, params, now)

    def _get(self, path: str, params: dict[str, str | int], now: datetime) -> Page:
        self._reddit = self._reddit or self._connect()
        return read_page(self._reddit.request(method="GET", path=path, params=params), now)


def _window(since: timedelta) -> str:
    return next((name for longest, name in WINDOWS if since <= longest), "year")


def _listings_of(settings: Settings, brands: Sequence[Brand]) -> list[Listing]:
    """What to read. Raises SourceError where the brands have more terms than are searched for."""
    listings = []
    if settings.subreddits:
        together = "+".join(settings.subreddits)
        listings = [Listing(f"r/{together}/new"), Listing(f"r/{together}/comments")]
    if settings.refresh_token:
        listings.append(Listing("message/mentions"))
    if not settings.search:
        return listings
    searches = searches_for([term for brand in brands for term in brand.all_terms])
    if len(searches) > MAX_SEARCHES:
        raise SourceError(
            f'source "{settings.name}": the brands\' terms need {len(searches)} searches, at most '
            f"{MAX_SEARCHES} are made. Declare fewer terms, or search = false"
        )
    return listings + [Listing("search", search) for search in searches]


def cost_of(settings: Settings, brands: Sequence[Brand], measured: Measured) -> Cost:
    """No money; how much of Reddit's limit the polls take."""
    asked = len(_listings_of(settings, brands)) * polls_in(WINDOW, settings.every)
    window = Window("requests", asked, WINDOW * REQUESTS_A_MINUTE, WINDOW)
    return Cost(0.0, 0.0, "private use is free", (window,))


def build(settings: Settings, brands: Sequence[Brand], tools: Tools) -> RedditCollector:
    """Make the collector. Raises SourceError where praw or a key is missing."""
    try:
        import praw
        import requests

        from listener.wire_adapter import WireAdapter
    except ImportError:
        raise SourceError(
            f'source "{settings.name}" needs praw: pip install "tocsin[reddit]"'
        ) from None
    for library in ("praw", "prawcore"):  # at DEBUG they write what is searched for into the log
        logging.getLogger(library).setLevel(logging.INFO)
    try:
        client_id, client_secret = (
            tools.reveal(secret) for secret in (settings.client_id, settings.client_secret)
        )
        refresh_token = tools.reveal(settings.refresh_token) if settings.refresh_token else None
    except MissingSecret as error:
        raise AuthorisationLost(f'source "{settings.name}": {error}') from None
    adapter = WireAdapter(tools.wire, source=settings.name)
    application = tools.user_agent.split()[0].replace("/", ":")

    def connect() -> praw.Reddit:
        session = requests.Session()
        session.trust_env = False  # no proxy and no netrc: the wire decides
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        # Everything is said here, or a praw.ini or a variable of the environment could say it.
        return praw.Reddit(
            "DEFAULT",
            client_id=client_id,
            client_secret=client_secret,
            user_agent=f"{sys.platform}:{application} (by /u/{settings.username})",
            oauth_url=settings.oauth_url.rstrip("/") + "/",
            reddit_url=settings.reddit_url.rstrip("/"),
            username=None,
            password=None,
            refresh_token=refresh_token,
            redirect_uri=None,
            check_for_updates=False,
            check_for_async=False,
            requestor_kwargs={"session": session},
        )

    return RedditCollector(settings.name, _listings_of(settings, brands), connect, adapter)
