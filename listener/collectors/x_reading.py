"""X, one page a fetch: which listing has its turn, what can be paid, and where it goes on."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from listener.boundary import boundary
from listener.budget import Use
from listener.collector import (
    BadRequest,
    Batch,
    Forecast,
    Gap,
    Known,
    OutOfBudget,
    Refreshed,
    Usage,
)
from listener.collectors.x_again import look_again
from listener.collectors.x_asking import MAX_PAGE, Asking, Listing
from listener.collectors.x_back import look_back
from listener.collectors.x_place import (
    Memory,
    Place,
    moved_on,
    next_question,
    of_today,
    question_by_time,
)
from listener.collectors.x_posts import Page
from listener.collectors.x_queries import queries_for
from listener.turn import Turn

if TYPE_CHECKING:
    from listener.wire_adapter import WireAdapter


class XCollector:
    """Reads X, one page a fetch, with the money that its purse has for it."""

    at_once = MAX_PAGE

    def __init__(
        self,
        name: str,
        listings: Sequence[Listing],
        asking: Asking,
        adapter: "WireAdapter",
    ) -> None:
        self._name = name
        self._listings = {listing.key: listing for listing in listings}
        self._asking = asking
        self._adapter = adapter
        self._turn = Turn(name, self._listings)
        self._asked_first: datetime | None = None  # when a listing was asked for first

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read one page of the listing whose turn it is; see `listener.collector.Collector`."""
        return self.read(self._listings, cursor, now=now, deadline=deadline)

    def read(
        self, keys: Iterable[str], cursor: str | None, *, now: datetime, deadline: float
    ) -> Batch:
        """One page; where a new round begins, it is one of these listings."""
        self._adapter.begin(now, deadline)
        unpaid = self._unpaid()
        payable = [key for key, one in self._listings.items() if one.use not in unpaid]
        self._turn.only(payable)
        key = self._turn.next(now, [key for key in keys if key in payable])
        if key is None:
            return Batch(unpaid=unpaid, listings=())
        with self._turn.reading(key, now):
            listing = self._listings[key]
            memory, gaps = self._memory(cursor, now)
            known = memory.places[listing.key]
            asked, missed = self._page(listing, known, memory, now)
            place, (page, dollars) = asked
            place, overrun = moved_on(place, page)
            if place.token:
                self._turn.again(key)
            return Batch(
                observations=tuple(
                    replace(seen, backfill=seen.post.created_at < place.first)
                    for seen in page.observations
                ),
                cursor=memory.with_place(listing.key, place).with_page(listing.key, page).text(),
                more=self._turn.has_more,
                gaps=(*gaps, *missed, *overrun),
                malformed=page.malformed,
                dollars=dollars,
                use=listing.use,
                unpaid=unpaid,
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
        """See `listener.collector.Refreshes`; one lookup, and one more for what was edited."""
        with boundary(self._name, now):
            self._adapter.begin(now, deadline)
            return look_again(self._asking, posts, now)

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        """See `listener.collector.LooksBack`; X's search reaches back seven days."""
        with boundary(self._name, now):
            self._adapter.begin(now, deadline)
            return look_back(self._asking, self._listings, cursor, since=since, now=now)

    def usage(self, *, now: datetime, deadline: float) -> Usage | None:
        """See `listener.collector.TellsUsage`; the posts that the whole project has read."""
        with boundary(self._name, now):
            self._adapter.begin(now, deadline)
            return self._asking.usage()

    def foresee(self, terms: Sequence[str] = (), *, now: datetime, deadline: float) -> Forecast:
        """See `listener.collector.Foresees`; each query is counted by itself."""
        with boundary(self._name, now):
            self._adapter.begin(now, deadline)
            searched = [one.what for one in self._listings.values() if one.kind == "search"]
            return self._asking.forecast(queries_for(terms) if terms else searched)

    def close(self) -> None:
        """Let go of the library's session. The wire is closed by whoever made it."""
        self._asking.close()

    def _not_payable(self) -> frozenset[Use]:
        """The uses that cannot be paid just now."""
        one_of_each = {listing.use: listing for listing in self._listings.values()}
        return frozenset(
            use for use, listing in one_of_each.items() if not self._asking.affordable(listing)
        )

    def _memory(self, cursor: str | None, now: datetime) -> tuple[Memory, tuple[Gap, ...]]:
        """The places of all listings; new ones begin where this process asked first."""
        self._asked_first = min(self._asked_first or now, now)
        return of_today(Memory.read(cursor, now).filled(self._listings, self._asked_first), now)

    def _unpaid(self) -> frozenset[Use]:
        """The uses that cannot be paid just now. Raises OutOfBudget where none can."""
        unpaid = self._not_payable()
        if unpaid and unpaid == {listing.use for listing in self._listings.values()}:
            raise OutOfBudget(
                f'source "{self._name}": the money for {" and ".join(sorted(unpaid))} is spent; '
                "it hears nothing until there is money again, at 00:00 UTC or with the month. "
                "Raise dollars_per_day or dollars_per_month to hear more"
            )
        return unpaid

    def _page(
        self, listing: Listing, place: Place, memory: Memory, now: datetime
    ) -> tuple[tuple[Place, tuple[Page, float]], tuple[Gap, ...]]:
        """Ask for the next page. A marker that X no longer takes is replaced by a time."""
        asked, gaps = next_question(place, now)
        try:
            return (asked, self._ask(listing, asked, memory, now)), gaps
        except BadRequest:
            if not (asked.since or asked.token):
                raise
        asked, gaps = question_by_time(asked, now)
        return (asked, self._ask(listing, asked, memory, now)), gaps

    def _ask(
        self, listing: Listing, place: Place, memory: Memory, now: datetime
    ) -> tuple[Page, float]:
        return self._asking.page(
            listing,
            self._asking.affordable(listing),
            now,
            token=place.token,
            since=place.since,
            start=place.start,
            charged=lambda page: memory.charged(listing.key, page),
        )
