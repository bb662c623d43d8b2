"""Asking X through tweepy, and paying for what comes.

Each request is asked for no more than the purse allows, and its price is taken out of the purse as
soon as the answer is there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from listener.budget import Purse, Use
from listener.collector import Forecast, Malformed, OutOfBudget, Usage
from listener.collectors.x_posts import Page, read_page
from listener.fields import Raw, count, mapping, objects
from listener.wire import TooLarge

if TYPE_CHECKING:
    import tweepy

# Prices of 2026-02-06 (X's pay-per-use price list), in dollars.
POST_PRICE = 0.005
OWN_MENTION_PRICE = 0.001  # only for accounts of the app's owner
AUTHOR_PRICE = 0.010  # each distinct author of a page; X bills one only once a day

MAX_PAGE = 100
SMALLEST_PAGE = {"search": 10, "mentions": 5}
_FIELDS = [
    "author_id", "conversation_id", "created_at", "edit_history_tweet_ids", "entities",
    "lang", "note_tweet", "public_metrics", "referenced_tweets",
]  # fmt: skip
_NAMES = {
    "expansions": ["author_id"],
    "user_fields": ["id", "name", "public_metrics", "username"],
}

RULES = "/2/tweets/search/stream/rules"
COUNT_PRICE = 0.005  # a request, whatever the number (the same price list)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing:
    """One thing to page through: a query's results, or an account's mentions."""

    kind: Literal["search", "mentions"]
    what: str
    price: float

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.what}"

    @property
    def use(self) -> Use:
        return Use.MENTIONS if self.kind == "mentions" else Use.SEARCH


def asked_of_stream(*, authors: bool) -> dict[str, str]:
    """What the stream is asked to say of each post; X's streams have kept the older names."""
    asked = {"tweet.fields": ",".join(_FIELDS)}
    if authors:
        asked |= {name.replace("_", "."): ",".join(fields) for name, fields in _NAMES.items()}
    return asked


def all_charged(page: Page) -> tuple[int, int]:
    """How many posts and authors of a page are charged where none was read today."""
    return page.posts, page.authors


class Asking:
    """X's interface with a purse. Raises anything: it is called inside the boundary.

    authors  whether names and followers are asked for, and paid.
    """

    def __init__(self, client: "tweepy.Client", purse: Purse, *, authors: bool) -> None:
        self._client = client
        self._purse = purse
        self._authors = authors

    def affordable(self, listing: Listing, use: Use | None = None) -> int:
        """How many posts of a listing the money buys; 0 where not even X's smallest page."""
        size = self._buys(self._price(listing), use or listing.use)
        return size if size >= SMALLEST_PAGE[listing.kind] else 0

    def affordable_again(self, *, named: bool = False) -> int:
        """How many posts the money buys to look at again, with their authors' names or without."""
        return self._buys(POST_PRICE + self._name_price(named=named), Use.FOLLOW_UP)

    def page(
        self,
        listing: Listing,
        size: int,
        now: datetime,
        *,
        token: str | None = None,
        since: str | None = None,
        start: datetime | None = None,
        use: Use | None = None,
        charged: Callable[[Page], tuple[int, int]] = all_charged,
    ) -> tuple[Page, float]:
        """One page of a listing and what it cost, newest posts first.

        charged  of a page, how many posts and authors X charges; default: all of them.
        """
        asked: dict[str, Any] = {
            "max_results": size,
            "tweet_fields": _FIELDS,
            "since_id": None if start else since,
            "start_time": start,
        }
        if self._authors:
            asked |= _NAMES

        def ask() -> Page:
            if listing.kind == "search":
                found = self._client.search_recent_tweets(listing.what, next_token=token, **asked)
            else:
                found = self._client.get_users_mentions(
                    listing.what, pagination_token=token, **asked
                )
            return read_page(found, now)

        spent_for = use or listing.use
        page = self._paid_if_unreadable(ask, spent_for, size * self._price(listing))
        posts, authors = charged(page)
        for_authors = AUTHOR_PRICE * authors if self._authors else 0.0
        dollars = round(listing.price * posts + for_authors, 6)
        self._purse.spend(spent_for, dollars)
        return page, dollars

    def lookup(self, ids: Sequence[str], *, named: bool = False) -> tuple[Raw, float]:
        """Single posts by their ids, at most MAX_PAGE, and what they cost.

        named  with their authors' names, where names are paid for at all.
        """
        names = _NAMES if named and self._authors else {}

        def ask() -> Raw:
            body = mapping(self._client.get_tweets(list(ids), tweet_fields=_FIELDS, **names))
            if not isinstance(body.get("data", []), list) or not (body.keys() & {"data", "errors"}):
                raise Malformed("X answered neither with posts nor with what became of them")
            return body

        each = POST_PRICE + self._name_price(named=named)
        body = self._paid_if_unreadable(ask, Use.FOLLOW_UP, len(ids) * each)
        dollars = round(each * len(body.get("data", [])), 6)
        self._purse.spend(Use.FOLLOW_UP, dollars)
        return body, dollars

    def paid_for_streamed(self, posts: int, authors: int) -> float:
        """Take out of the purse what the stream has brought; returns the dollars."""
        dollars = POST_PRICE * posts + (AUTHOR_PRICE * authors if self._authors else 0.0)
        self._purse.spend(Use.SEARCH, dollars)
        return dollars

    def rules(self, method: str, body: Mapping[str, object] | None) -> object:
        """Read or change the rules of the app's stream; costs nothing."""
        return self._client.request(method, RULES, json=body).json()

    def count(self, query: str) -> tuple[int, float]:
        """How many posts of the last seven days a query finds, and what asking has cost.

        Raises OutOfBudget where there is no money to ask.
        """
        if self._purse.left(Use.SEARCH) < COUNT_PRICE:
            raise OutOfBudget("the money for search is spent for now, and counting costs some")
        asked = {"query": query, "granularity": "day"}
        answer = self._client.request("GET", "/2/tweets/counts/recent", params=asked)
        self._purse.spend(Use.SEARCH, COUNT_PRICE)
        return read_count(answer.json()), COUNT_PRICE

    def forecast(self, queries: Sequence[str]) -> Forecast:
        """How much queries find in a week; a post that two of them find is counted twice."""
        counted = [self.count(query) for query in queries]
        return Forecast(
            posts=sum(posts for posts, _ in counted),
            days=7.0,
            each=POST_PRICE,
            named=POST_PRICE + self._name_price(named=True),
            dollars=round(sum(dollars for _, dollars in counted), 6),
        )

    def usage(self) -> Usage | None:
        """How many posts the project has read of its monthly cap. The answer costs nothing."""
        fields = "cap_reset_day,project_cap,project_usage"
        answer = self._client.request("GET", "/2/usage/tweets", params={"usage.fields": fields})
        data = mapping(mapping(answer.json()).get("data"))
        used, cap = _whole(data.get("project_usage")), _whole(data.get("project_cap"))
        if used is None or cap is None:
            return None
        day = _whole(data.get("cap_reset_day"))
        return Usage(used, cap, day if day and day <= 31 else None)

    def close(self) -> None:
        """Let go of the library's session."""
        self._client.session.close()

    def _name_price(self, *, named: bool) -> float:
        return AUTHOR_PRICE if named and self._authors else 0.0

    def _price(self, listing: Listing) -> float:
        return listing.price + (AUTHOR_PRICE if self._authors else 0.0)

    def _buys(self, price: float, use: Use) -> int:
        left = self._purse.left(use)
        return MAX_PAGE if left >= MAX_PAGE * price else int(left / price + 1e-9)

    def _paid_if_unreadable(self, ask: Callable[[], T], use: Use, dollars: float) -> T:
        """An answer that cannot be read may have been charged like any other: count it in full."""
        try:
            return ask()
        except (Malformed, TooLarge):
            self._purse.spend(use, dollars)
            raise


def read_count(body: object) -> int:
    """How many posts an answer counts, in either spelling. Raises Malformed where it says none."""
    raw = mapping(body)
    for names in (("total_post_count", "post_count"), ("total_tweet_count", "tweet_count")):
        total = count(mapping(raw.get("meta")).get(names[0]))
        if total is not None:
            return total
        days = [count(day.get(names[1])) for day in objects(raw.get("data"))]
        if days and None not in days:
            return sum(day or 0 for day in days)
    raise Malformed("X answered without a count")


def _whole(value: object) -> int | None:
    """A count; X's interface documents these as text and its samples show numbers."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
        return int(value)
    return count(value)
