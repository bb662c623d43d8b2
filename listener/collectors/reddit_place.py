"""Where the reading of Reddit stands: what the cursor holds, and how each page moves it. All pure.

A listing has no cursor that lasts: an anchor that is deleted leads nowhere. So the ids of the
newest page are kept, and new pages are followed until one of them, or an older item, comes up.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from listener.collector import Gap
from listener.collectors.reddit_posts import FULLNAME, Page
from listener.fields import Raw, iso_time, mapping, optional_id
from listener.mention import Kind, Observation

PAGE = 100  # items of a page, the most there are
KNOWN = 100  # ids that are kept of each listing: one page, so that no deletion unties us
DEEPEST = 1_000  # items; no listing reaches further
NEARLY_DEEPEST = 900  # a listing that ends here was cut off: filtered items count, but are not sent
HELD_UP = timedelta(minutes=5)  # a round of ten pages takes seconds
TIES = timedelta(minutes=2)  # items this close may come in either order


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
        try:
            raw = mapping(json.loads(cursor or "{}"))
        except (ValueError, RecursionError):
            raw = {}
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


def moved_on(place: Place, page: Page) -> tuple[Place, tuple[Gap, ...]]:
    """The place after a page was read: further down the listing, or at the round's end."""
    created = [seen.post.created_at for seen in page.observations]
    oldest = min([*created, *([place.oldest] if place.oldest else [])], default=None)
    read = replace(place, oldest=oldest, read=place.read + len(created) + len(page.malformed))
    if not place.after:
        read = replace(read, pending=page.ids[:KNOWN], pending_newest=max(created, default=None))
    if _meets(place, page):
        return _ended(read), ()
    if page.after and page.after != place.after and read.read < DEEPEST:
        return replace(read, after=page.after), ()
    is_lost = bool(place.after) and not page.ids  # the item to go on after was deleted
    if is_lost and not place.anew:
        return Place(place.first, place.at, place.known, place.newest, anew=True), ()
    # The whole listing was seen: nothing can be missing.
    if read.read < NEARLY_DEEPEST and not place.anew:
        return _ended(read), ()
    reason = "more new items than a listing reaches back"
    return _ended(read), (Gap(place.at, max(oldest or place.at, place.at), reason),)


def _meets(place: Place, page: Page) -> bool:
    """Whether a page reaches what is known, by an id or, where all are deleted, by its time.

    Where nothing is known yet, that is what was made before we began to read.
    """
    if set(page.ids) & set(place.known):
        return True
    reached = (place.newest or place.at) - TIES
    return any(seen.post.created_at < reached for seen in page.observations)


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
