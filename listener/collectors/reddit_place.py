"""Where the reading of Reddit stands: what the cursor holds, and how each page moves it. All pure.

A listing has no cursor that lasts: an anchor that is deleted leads nowhere. So new pages are
followed until an item comes up that is older, by an overlap, than the newest of the last round: a
filter may hold an item for a while, which then appears among those that were read before.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from listener.collector import Gap
from listener.collectors.reddit_posts import FULLNAME, Page
from listener.fields import Raw, iso_time, mapping, optional_id
from listener.memory import row_of
from listener.mention import Kind, Observation

PAGE = 100  # items of a page, the most there are
KNOWN = 100  # ids that are kept of each listing, one page: what they name is no news
DEEPEST = 1_000  # items; no listing reaches further
NEARLY_DEEPEST = 900  # a listing that ends here was cut off: filtered items count, but are not sent
HELD_UP = timedelta(minutes=5)  # a round of ten pages takes seconds
QUICK = timedelta(seconds=10)  # a longer round may have seen the listing's end pushed out
OVERLAP = timedelta(minutes=3)  # how late an item may be shown, and still be heard
SEARCH_OVERLAP = timedelta(minutes=10)  # the same, of the search: its index lags behind
SKEW = timedelta(minutes=10)  # how far Reddit's clock may be from ours


@dataclass(frozen=True, slots=True)
class Place:
    """How far a listing was read.

    first     when it was read for the first time; what is older is backfill.
    at        the start of the last round that was read to its end.
    known     ids of that round's first page, newest first; `newest` is when its newest was made.
    after     where the next page of the round under way begins; None between rounds.
    began     when that round began; `pending` and `pending_newest` become `known` and `newest`
              at its end, `oldest` is the oldest item that it has shown, `read` their number.
    anew      the round was begun once more: it was held up, or the item to go on after is gone.
    """

    first: datetime
    at: datetime
    known: tuple[str, ...] = ()
    newest: datetime | None = None
    after: str | None = None
    began: datetime | None = None
    pending: tuple[str, ...] = ()
    pending_newest: datetime | None = None
    oldest: datetime | None = None
    read: int = 0
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What the cursor holds: each listing's place."""

    places: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> "Memory":
        """Read the cursor. An unreadable one is forgotten: the source starts afresh."""
        raw = row_of(cursor)
        read = {key: _place(mapping(value)) for key, value in mapping(raw.get("places")).items()}
        return cls({key: place for key, place in read.items() if place})

    def filled(self, keys: Collection[str], now: datetime) -> "Memory":
        """The memory with a place for each listing; those that are no longer read are left out.

        Every new one gets its place at once, before any is read: else a process that ends between
        two listings would leave one that begins only when it is read. It takes over from those
        that are gone, so that posts are heard from the last reading on when the terms change.
        """
        gone = [place for old, place in self.places.items() if old not in keys]
        at = max((place.at for place in gone or self.places.values()), default=None)
        new = Place(first=now, at=now) if at is None else Place(first=at, at=at)
        places = {key: self.places.get(key, new) for key in keys}
        return Memory(places)

    def with_place(self, key: str, place: Place) -> "Memory":
        """The memory with one place moved on."""
        places = {**self.places, key: place}
        return Memory(places)

    def text(self) -> str:
        return json.dumps(asdict(self), default=datetime.isoformat, separators=(",", ":"))


def begun(place: Place, now: datetime) -> Place:
    """The place from which to ask: within a round as it is, else at a new round's start.

    A round that was held up begins anew, once: a listing is only so deep, and what came meanwhile
    has pushed its end out.
    """
    is_held_up = place.began is not None and now - place.began > HELD_UP
    if place.after and (place.anew or not is_held_up):
        return place
    anew = place.anew or place.after is not None
    return Place(place.first, place.at, place.known, place.newest, began=now, anew=anew)


def news(place: Place, page: Page) -> tuple[Observation, ...]:
    """What a page shows that the last round's first page did not; edits and deletions always."""
    known = set(place.known)
    return tuple(
        replace(seen, backfill=seen.post.created_at < place.first)
        for seen in page.observations
        if seen.post.id not in known or seen.kind is not Kind.POST
    )


def moved_on(
    place: Place, page: Page, now: datetime, overlap: timedelta = OVERLAP
) -> tuple[Place, tuple[Gap, ...]]:
    """The place after a page was read: further down the listing, or at the round's end."""
    created = [seen.post.created_at for seen in page.observations]
    oldest = min([*created, *([place.oldest] if place.oldest else [])], default=None)
    read = replace(place, oldest=oldest, read=place.read + len(created) + len(page.malformed))
    if not place.after:
        # A time in the future is a mistake, and would be met by everything from then on.
        newest = max((at for at in created if at <= now + SKEW), default=None)
        read = replace(read, pending=page.ids[:KNOWN], pending_newest=newest)
    if any(at < _edge(place, overlap) for at in created):
        return _ended(read), ()
    if page.after and page.after != place.after and read.read < DEEPEST:
        return replace(read, after=page.after), ()
    return _at_the_bottom(read, page, now, overlap)


def _edge(place: Place, overlap: timedelta) -> datetime:
    """Back to when a round reads. Reddit's own times tell, and ours only where none is known."""
    return (place.newest or place.at - SKEW) - overlap


def _at_the_bottom(
    read: Place, page: Page, now: datetime, overlap: timedelta
) -> tuple[Place, tuple[Gap, ...]]:
    """The listing ended before what was known: was it seen whole, or has it pushed something out?

    Where that cannot be told the round begins anew, once.
    """
    is_lost = read.after is not None and not page.ids  # the item to go on after was deleted
    is_slow = read.began is not None and now - read.began > QUICK
    if (is_lost or is_slow) and not read.anew:
        return Place(read.first, read.at, read.known, read.newest, anew=True), ()
    if read.read < NEARLY_DEEPEST and not (is_lost or is_slow):
        return _ended(read), ()
    since = max(read.at - overlap, read.first)
    reason = "more new items than a listing reaches back"
    return _ended(read), (Gap(since, max(read.oldest or read.at, read.at), reason),)


def _ended(place: Place) -> Place:
    """The round is over. An empty listing (all of it deleted) makes us forget nothing."""
    return Place(
        first=place.first,
        at=place.began or place.at,
        known=(place.pending + place.known)[:KNOWN] if place.pending else place.known,
        newest=max(filter(None, (place.pending_newest, place.newest)), default=None),
    )


def _place(raw: Raw) -> Place | None:
    first, at = iso_time(raw.get("first")), iso_time(raw.get("at"))
    if first is None or at is None:
        return None
    read = raw.get("read")
    return Place(
        first=first,
        at=at,
        known=_ids(raw.get("known")),
        newest=iso_time(raw.get("newest")),
        after=optional_id(raw.get("after"), FULLNAME),
        began=iso_time(raw.get("began")),
        pending=_ids(raw.get("pending")),
        pending_newest=iso_time(raw.get("pending_newest")),
        oldest=iso_time(raw.get("oldest")),
        read=read if isinstance(read, int) else 0,
        anew=raw.get("anew") is True,
    )


def _ids(value: object) -> tuple[str, ...]:
    listed = value[:KNOWN] if isinstance(value, list) else []
    return tuple(found for found in (optional_id(entry, FULLNAME) for entry in listed) if found)
