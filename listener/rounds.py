"""Reading a listing that shows its newest posts first, round after round, without losing any.

Most platforms offer nothing better: pages from the newest post back, no cursor that lasts. A round
reads pages until it meets what the last round had read, a margin of overlap included; the store
knows repeats. Where a listing ends before that, or gives more pages than are followed, the stretch
between is a gap. One fetch reads one page, so a crash goes on with the page that was next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from listener.collector import BadRequest, Batch, Gap, Later
from listener.fields import Raw, iso_time
from listener.memory import Memory
from listener.mention import Observation
from listener.turn import Turn

MAX_PAGES = 50  # of one round of one listing
FIRST_LOOK = timedelta(days=1)  # how far a new source looks back, all of it marked as backfill
MAX_TOKEN_CHARS = 2_000  # of what a platform gives to name its next page


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a listing.

    oldest  by the listing's own order (a day of change in one that is sorted so); None: no post.
    token   names the next page; None: this is the last one.
    cut     the last page, only because the listing goes no deeper: older posts may be left unread.
    newest  by the listing's own order; where `listener.seams` needs it.
    """

    observations: tuple[Observation, ...] = ()
    oldest: datetime | None = None
    token: str | None = None
    cut: bool = False
    malformed: tuple[str, ...] = ()
    newest: datetime | None = None


class Listing(Protocol):
    """One thing to page through: a forum's newest posts, the reviews of an app in a country.

    key  what it is, the same from start to start; its place is kept under it.
    """

    @property
    def key(self) -> str: ...

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        """Read one page; `since` is how far back the round goes, for platforms that can be told.

        Raises anything: it is called inside the boundary.
        """


@dataclass(frozen=True, slots=True)
class Place:
    """How far a listing was read.

    first   when the source was first asked for it; what is older is backfill.
    at      the start of the last round that was read to its end.
    token   the next page of the round that is under way, begun at `began`; `oldest` is the oldest
            post that it has shown, `pages` the number read.
    filled  it has shown a post at least once.
    """

    first: datetime
    at: datetime
    token: str | None = None
    began: datetime | None = None
    oldest: datetime | None = None
    pages: int = 0
    filled: bool = False

    def ended(self) -> "Place":
        """The round is over: the next one goes back to where this one began."""
        return Place(self.first, self.began or self.at, filled=self.filled)


class Rounds:
    """A collector of listings, one page a fetch, each listing in its turn.

    overlap      how far behind the last round's start each round reads: an index lags.
    first_look   how far back the first round goes.
    fills        a page without any post, of a listing that had some, is no answer: the platform is
                 known to give an empty one with a 200 now and then.
    """

    def __init__(
        self,
        name: str,
        listings: Sequence[Listing],
        *,
        overlap: timedelta,
        first_look: timedelta = FIRST_LOOK,
        max_pages: int = MAX_PAGES,
        fills: bool = False,
    ) -> None:
        self._name = name
        self._listings = {listing.key: listing for listing in listings}
        self._overlap = overlap
        self._first_look = first_look
        self._max_pages = max_pages
        self._fills = fills
        self._turn = Turn(name, self._listings)
        self._began: datetime | None = None  # the first fetch

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read one page of the listing whose turn it is; see `listener.collector.Collector`."""
        self._began = self._began or now
        key = self._turn.next(now)
        if key is None:
            return Batch(listings=())
        with self._turn.reading(key, now):
            listing = self._listings[key]
            memory = Memory.read(cursor, _place)
            place = begun(memory.places.get(listing.key), now, self._began)
            shown = self._page(listing, place, now, deadline)
            if self._fills and place.filled and not place.pages and shown.oldest is None:
                raise Later(f'source "{self._name}": an empty answer where there were posts')
            moved, gaps = self._moved(place, shown)
            if moved.token:
                self._turn.again(key)
            return Batch(
                observations=marked(shown.observations, place.first),
                cursor=memory.with_place(
                    listing.key, moved, self._listings, Place(self._began, self._began)
                ).text(),
                more=self._turn.has_more,
                gaps=gaps,
                malformed=shown.malformed,
                listings=(key,),
            )

    @property
    def listings(self) -> tuple[str, ...]:
        """See `listener.collector.Listed`."""
        return self._turn.keys

    def rest(self, listing: str, until: datetime) -> None:
        """See `listener.collector.Listed`."""
        self._turn.rest(listing, until)

    def close(self) -> None:
        """Nothing is kept open between requests; the wire is closed by whoever made it."""

    def _page(self, listing: Listing, place: Place, now: datetime, deadline: float) -> Shown:
        """The next page. One that the platform knows no longer ends the round, with a gap: asked
        for again and again it would keep the newest posts waiting."""
        since = self._edge(place)
        try:
            return listing.page(place.token, since=since, now=now, deadline=deadline)
        except BadRequest as error:
            if place.token is None:
                raise
            return Shown(cut=True, malformed=(str(error),))

    def _edge(self, place: Place) -> datetime:
        """How far back the round that is under way goes."""
        is_first = place.at == place.first
        return place.at - (self._first_look if is_first else self._overlap)

    def _moved(self, place: Place, shown: Shown) -> tuple[Place, tuple[Gap, ...]]:
        """The place after a page: further into the round, or at its end."""
        times = [when for when in (place.oldest, shown.oldest) if when]
        oldest = min(times, default=None)
        filled = place.filled or shown.oldest is not None
        read = replace(place, oldest=oldest, pages=place.pages + 1, filled=filled)
        reached = oldest is not None and oldest < self._edge(place)
        if reached or (shown.token is None and not shown.cut):
            return read.ended(), ()
        if shown.token and shown.token != place.token and read.pages < self._max_pages:
            return replace(read, token=shown.token), ()
        why = "the listing goes no deeper" if shown.cut else "more pages than are followed"
        return _left_off(read, why)


def begun(place: Place | None, now: datetime, since: datetime) -> Place:
    """The place with a round under way: the one there is, else one that begins now.

    since  when the source was first asked: a listing that could not be read at first is owed what
           was written meanwhile.
    """
    if place is None:
        return Place(since, since, began=now)
    return place if place.token else replace(place, began=now)


def marked(observations: Sequence[Observation], first: datetime) -> tuple[Observation, ...]:
    """The observations, with those from before the first start marked as backfill."""
    return tuple(
        replace(seen, backfill=True) if seen.post.created_at < first else seen
        for seen in observations
    )


def _left_off(place: Place, reason: str) -> tuple[Place, tuple[Gap, ...]]:
    """Give up the round's older pages, and say which stretch was not heard.

    In a first round that is backfill only, which nobody was promised: no gap.
    """
    until = place.oldest or place.began or place.at
    return place.ended(), (Gap(place.at, until, reason),) if until > place.at else ()


def _place(raw: Raw) -> Place | None:
    first, at = iso_time(raw.get("first")), iso_time(raw.get("at"))
    if first is None or at is None:
        return None
    token, pages = raw.get("token"), raw.get("pages")
    return Place(
        first=first,
        at=at,
        token=token if isinstance(token, str) and len(token) <= MAX_TOKEN_CHARS else None,
        began=iso_time(raw.get("began")),
        oldest=iso_time(raw.get("oldest")),
        pages=pages if isinstance(pages, int) else 0,
        filled=raw.get("filled") is True,
    )
