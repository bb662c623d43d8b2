"""Where the reading of X stands: what the cursor holds, and how each answer moves it. All pure."""

import json
import math
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from listener.collector import Gap
from listener.collectors.x_posts import ID, Page, snowflake_time
from listener.fields import Raw, iso_time, mapping, optional_id

MAX_PAGES = 50  # of one round of one listing
LOOK_BACK = timedelta(days=7) - timedelta(minutes=15)  # search reaches back seven days; a margin
FIRST_LOOK = timedelta(hours=1)  # how far a new source looks back, all of it marked as backfill
LATE = timedelta(minutes=2)  # posts may be indexed this late; only where no id marks the place


@dataclass(frozen=True, slots=True)
class Place:
    """How far a listing was read.

    first    when it was read for the first time; what is older is backfill.
    at       the start of the last round that was read to its end.
    since    the newest id of that round; it stays while later pages of a new round are read.
    token    the next page of the round that is under way, begun at `began`, with `newest` the id
             that becomes `since` at its end, `start` its lower bound where no id is one, `oldest`
             the oldest post it has shown, `pages` the number read.
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

    def ended(self) -> "Place":
        """The round is over: what comes next is newer than its first page."""
        return Place(self.first, self.began or self.at, self.newest or self.since)

    def left_off(self, reason: str) -> tuple["Place", tuple[Gap, ...]]:
        """Give up the round's older pages, and say which stretch was not heard.

        In a first round that is backfill only, which nobody was promised: no gap.
        """
        until = self.oldest or self.began or self.at
        return self.ended(), (Gap(self.at, until, reason),) if until > self.at else ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What the cursor holds: the day's costs, and each listing's place."""

    day: str
    spent: float = 0.0
    places: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None, now: datetime) -> "Memory":
        """Read the cursor. An unreadable one is forgotten: the source starts afresh."""
        try:
            raw = mapping(json.loads(cursor or "{}"))
            spent = float(raw.get("spent", 0.0))
            if not math.isfinite(spent):
                raise ValueError
        except (ValueError, TypeError, RecursionError):
            raw, spent = {}, 0.0
        read = {key: _place(mapping(value)) for key, value in mapping(raw.get("places")).items()}
        places = {key: place for key, place in read.items() if place}
        return cls(str(raw.get("day", now.date())), max(spent, 0.0), places)

    def place_of(self, key: str, keys: Collection[str]) -> Place | None:
        """A listing's place. A new one takes over from those that are no longer read.

        So posts are heard from the last reading on when the terms change, not from now on.
        """
        if key in self.places or not self.places:
            return self.places.get(key)
        gone = [place for old, place in self.places.items() if old not in keys]
        at = max(place.at for place in gone or self.places.values())
        return Place(first=at, at=at)

    def with_place(self, key: str, place: Place, keys: Collection[str]) -> "Memory":
        """The memory with one place moved on; old listings go once all new ones have a place."""
        places = {**self.places, key: place}
        if places.keys() >= set(keys):
            places = {known: places[known] for known in keys}
        return replace(self, places=places)

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
    )


def of_today(memory: Memory, now: datetime) -> tuple[Memory, tuple[Gap, ...]]:
    """A new day has a new budget. It goes to new posts: yesterday's unread pages are given up."""
    today = now.date().isoformat()
    if memory.day == today:
        return memory, ()
    places: dict[str, Place] = {}
    gaps: list[Gap] = []
    for key, place in memory.places.items():
        places[key] = place
        if place.token:
            places[key], missed = place.left_off("more posts than the day's budget could buy")
            gaps.extend(missed)
    return Memory(today, 0.0, places), tuple(gaps)


def next_question(place: Place | None, now: datetime) -> tuple[Place, tuple[Gap, ...]]:
    """Where to go on: the next page, else what is newer than the newest known post."""
    if place is None:
        return Place(now, now, began=now, start=now - FIRST_LOOK), ()
    if place.token:
        return place, ()
    known = snowflake_time(place.since) if place.since else None
    if known and known > now - LOOK_BACK:
        return replace(place, began=now, start=None), ()
    return question_by_time(place, now)


def question_by_time(place: Place, now: datetime) -> tuple[Place, tuple[Gap, ...]]:
    """Go on from the last time it was read, or from as far back as X looks, with a gap."""
    edge = now - LOOK_BACK
    start = max(place.at - LATE, edge)
    asked = Place(place.first, place.at, place.since, began=now, start=start)
    if place.at >= edge:
        return asked, ()
    return asked, (Gap(place.at, edge, "not read for longer than X's search looks back"),)


def moved_on(place: Place, page: Page) -> tuple[Place, tuple[Gap, ...]]:
    """The place after a page was read: further into the round, or at its end."""
    shown = [seen.post.created_at for seen in page.observations]
    oldest = min([*shown, *([place.oldest] if place.oldest else [])], default=None)
    newest = place.newest if place.pages else page.newest
    read = replace(place, newest=newest, oldest=oldest, pages=place.pages + 1)
    if page.next_token is None or page.next_token == place.token:
        return read.ended(), ()
    read = replace(read, token=page.next_token)
    if read.pages < MAX_PAGES:
        return read, ()
    return read.left_off("more pages than are followed")
