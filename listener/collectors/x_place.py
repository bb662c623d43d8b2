"""Where the reading of X stands: what the cursor holds, and how each answer moves it. All pure."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from listener.collector import Gap
from listener.collectors.x_bought import Bought
from listener.collectors.x_posts import ID, Page, rewound, snowflake_time
from listener.fields import Raw, iso_time, mapping, optional_id
from listener.memory import row_of

MAX_PAGES = 50  # of one round of one listing
LOOK_BACK = timedelta(days=7) - timedelta(minutes=15)  # search reaches back seven days; a margin
FIRST_LOOK = timedelta(hours=1)  # how far a new source looks back, all of it marked as backfill
LATE = timedelta(minutes=3)  # X finds a post half a minute after it was written, or somewhat later
SKEW = timedelta(minutes=10)  # how far X's clock may be from ours
STALE = timedelta(minutes=30)  # a round that began so long ago was stopped, and not just passing on
EDITABLE = timedelta(hours=1)  # for so long an author may edit a post (X's help, "Edit post")
UNSURE = LATE + SKEW  # before a reading by our clock: what it need not have found


@dataclass(frozen=True, slots=True)
class Place:
    """How far a listing was read.

    first    when it was read for the first time; what is older is backfill.
    at       the start of the last round that was read to its end; before the first such round it is
             how far back that one looks, and so before `first`.
    since    the newest id of that round, or one of up to LATE before it, because X may find a post
             only after a newer one or an edit's newer id; it stays while later pages are read.
    token    the next page of the round that is under way, begun at `began`, with `newest` the id
             that becomes `since` at its end, `start` its lower bound where no id is one, `oldest`
             when the lowest id was given that it has shown, `pages` the number read.
    moved    an edit gives a post a new id, above the pages of a round that is under way: from when
             on posts were written that the last round may not have shown. None: it was one page.
    """

    first: datetime
    at: datetime
    since: str | None = None
    token: str | None = None
    began: datetime | None = None
    newest: str | None = None
    start: datetime | None = None
    oldest: datetime | None = None
    pages: int = 0
    moved: datetime | None = None

    def ended(self) -> "Place":
        """The round is over: what comes next is newer than its first page, or was found late."""
        at = self.began or self.at
        newest = _all_found(self.newest, at) if self.newest else None
        since = max(filter(None, (newest, self.since)), key=int, default=None)
        moved = min(self._found_until, at - EDITABLE) if self.pages > 1 else None
        return Place(self.first, at, since, moved=moved)

    def left_off(self, reason: str, *, unpaid: bool = False) -> tuple["Place", tuple[Gap, ...]]:
        """Give up the round's older pages, and say which stretch was not heard.

        It reaches back to before the last round, which cannot have found what was just written. In
        a first round that is backfill only, which nobody was promised: no gap.
        unpaid  nothing that was paid yesterday is read again for what may have been found late.
        """
        ended, until = self.ended(), self.oldest or self.began or self.at
        if unpaid and self.newest:
            ended = replace(ended, since=self.newest)
            until = max(until, snowflake_time(self.newest) or until)
        is_first = self.began is None or self.began <= self.first
        missed = not is_first and until > self.unheard_from
        return ended, (Gap(self.unheard_from, until, reason),) if missed else ()

    @property
    def unheard_from(self) -> datetime:
        """From when on posts may not have been shown yet."""
        return min(self._found_until, self.moved or self._found_until)

    @property
    def _found_until(self) -> datetime:
        return max(self.at, self.first) - UNSURE


def _all_found(newest: str, at: datetime) -> str:
    """The id up to which a reading has found every post: the newest, where that is no longer new.

    Posts of long ago are not read again, because that would be charged again on the next day.
    """
    written = snowflake_time(newest)
    if written is None:
        return newest
    return rewound(newest, min(LATE, max(written - (at - UNSURE), timedelta(0))))


@dataclass(frozen=True, slots=True)
class Memory:
    """What the cursor holds: the day of the last reading, each listing's place, and what of the day
    is paid already.

    Cursors of before 0.2 also hold what the day had cost; the store knows that itself.
    """

    day: str
    places: dict[str, Place] = field(default_factory=dict)
    bought: dict[str, Bought] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None, now: datetime) -> "Memory":
        """Read the cursor. An unreadable one is forgotten: the source starts afresh."""
        raw = row_of(cursor)
        read = {key: _place(mapping(value)) for key, value in mapping(raw.get("places")).items()}
        places = {key: place for key, place in read.items() if place}
        paid = mapping(raw.get("bought"))
        bought = {key: Bought.read(mapping(paid[key]).get("pairs")) for key in places.keys() & paid}
        return cls(str(raw.get("day", now.date())), places, bought)

    def filled(self, keys: Collection[str], now: datetime) -> "Memory":
        """The memory with a place for each listing; those that are no longer read are left out.

        Every new one gets its place at once, before any is read: else a process that ends between
        two listings would leave one that begins only when it is read. It takes over from those
        that are gone, so that posts are heard from the last reading on when the terms change.
        """
        gone = [place for old, place in self.places.items() if old not in keys]
        at = max((place.at for place in gone or self.places.values()), default=None)
        new = Place(first=now, at=now - FIRST_LOOK) if at is None else Place(first=at, at=at)
        places = {key: self.places.get(key, new) for key in keys}
        return replace(self, places=places)

    def with_place(self, key: str, place: Place) -> "Memory":
        """The memory with one place moved on."""
        places = {**self.places, key: place}
        return replace(self, places=places)

    def charged(self, key: str, page: Page) -> tuple[int, int]:
        """How many posts and authors of a page X charges: those that it has not yet today."""
        paid = self.bought.get(key, Bought())
        return paid.new_posts(page), paid.new_authors(page, self.bought.values())

    def paid_of(self, keys: Collection[str]) -> tuple[set[str], set[str]]:
        """Posts of these listings, and authors of any, that are paid today, by their ids."""
        posts = {own for key in keys for own, _ in self.bought.get(key, Bought()).pairs}
        return posts, {author for one in self.bought.values() for _, author in one.pairs}

    def with_page(self, key: str, page: Page) -> "Memory":
        """The memory with what a page of a listing has brought."""
        paid = self.bought.get(key, Bought()).with_page(page)
        return replace(self, bought={**self.bought, key: paid})

    def text(self) -> str:
        return json.dumps(asdict(self), default=datetime.isoformat, separators=(",", ":"))


def _place(raw: Raw) -> Place | None:
    first, at = iso_time(raw.get("first")), iso_time(raw.get("at"))
    if first is None or at is None:
        return None
    token, pages = raw.get("token"), raw.get("pages")
    return Place(
        first=first,
        at=at,
        since=optional_id(raw.get("since"), ID),
        token=token if isinstance(token, str) else None,
        began=iso_time(raw.get("began")),
        newest=optional_id(raw.get("newest"), ID),
        start=iso_time(raw.get("start")),
        oldest=iso_time(raw.get("oldest")),
        pages=pages if isinstance(pages, int) else 0,
        moved=iso_time(raw.get("moved")),
    )


def of_today(memory: Memory, now: datetime) -> tuple[Memory, tuple[Gap, ...]]:
    """A new day has new money. It goes to new posts: yesterday's unread pages are given up."""
    today = now.date().isoformat()
    if memory.day == today:
        return memory, ()
    places: dict[str, Place] = {}
    gaps: list[Gap] = []
    for key, place in memory.places.items():
        places[key] = place
        if place.token and now - (place.began or place.at) > STALE:
            places[key], missed = place.left_off(
                "more posts than the day's budget could buy", unpaid=True
            )
            gaps.extend(missed)
    return Memory(today, places), tuple(gaps)


def next_question(place: Place, now: datetime) -> tuple[Place, tuple[Gap, ...]]:
    """Where to go on: the next page, else what is newer than the newest known post."""
    if place.token:
        return place, ()
    known = snowflake_time(place.since) if place.since else None
    if known and known > now - LOOK_BACK:
        return replace(place, began=now, start=None), ()
    return question_by_time(place, now)


def question_by_time(place: Place, now: datetime) -> tuple[Place, tuple[Gap, ...]]:
    """Go on from the last time it was read, or from as far back as X looks, with a gap."""
    edge = now - LOOK_BACK
    start = max(place.at - UNSURE, edge)
    asked = Place(place.first, place.at, place.since, began=now, start=start, moved=place.moved)
    if place.at >= edge or place.unheard_from >= edge:
        return asked, ()
    return asked, (Gap(place.unheard_from, edge, "not read for longer than X's search looks back"),)


def _reached(page: Page) -> datetime | None:
    """How far back a page has come. By its ids, in whose order X shows posts: an edited one has a
    new id with the time at which it was first written."""
    ids = [own for own, _ in page.bought if own]
    given = snowflake_time(min(ids, key=int)) if ids else None
    return given or min((seen.post.created_at for seen in page.observations), default=None)


def moved_on(place: Place, page: Page) -> tuple[Place, tuple[Gap, ...]]:
    """The place after a page was read: further into the round, or at its end."""
    oldest = min(filter(None, (place.oldest, _reached(page))), default=None)
    newest = place.newest if place.pages else page.newest
    read = replace(place, newest=newest, oldest=oldest, pages=place.pages + 1)
    if page.next_token is None or page.next_token == place.token:
        return read.ended(), ()
    read = replace(read, token=page.next_token)
    if read.pages < MAX_PAGES:
        return read, ()
    return read.left_off("more pages than are followed")
