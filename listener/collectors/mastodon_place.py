"""Where the reading of a Mastodon timeline stands: what the cursor holds, and how it moves. Pure.

`min_id` walks forward page by page and leaves nothing out; `since_id` gives the newest page and
silently skips the middle. But a status that reaches an instance late is numbered by when it was
written, which is behind where we are; so each round begins a little way back. And it ends where it
began in time, whatever is written meanwhile: a busy timeline would keep the others waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from listener.collectors.mastodon_posts import ID, Page, by_age
from listener.fields import Raw, iso_time, optional_id

FIRST_LOOK = timedelta(hours=1)  # how far a new timeline looks back, all of it marked as backfill
_EPOCH_BITS = 16  # of a number that are no time: docs of Mastodon::Snowflake
MOST_MARKS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """How far a timeline was read.

    first   when the source was first asked for it; what is older is backfill.
    marks   rounds that were read to their end: when each was over, and the newest id by then, the
            oldest first, and so few that the first is about as old as the overlap; none where
            nothing was ever shown.
    last    when the last of these rounds began, which may be long before it was over.
    began   when the round under way began; None between rounds.
    after   the id from which its next page goes on; None: it begins with the newest page.
    newest  the newest id so far.
    """

    first: datetime
    marks: tuple[tuple[datetime, str], ...] = ()
    began: datetime | None = None
    after: str | None = None
    newest: str | None = None
    last: datetime | None = None


def begun(
    place: Place | None, now: datetime, since: datetime, overlap: timedelta, *, by_time: bool
) -> Place:
    """The place with a round under way: the one there is, else one that begins now.

    What arrived since the last round was written at most `overlap` before that, so the round goes
    on from the newest id of a round that was over by then.

    since    when the source was first asked: a timeline that could not be read at first is owed
             what was written meanwhile.
    by_time  ids are given by when a status was written, so that a first round can look back.
    """
    if place is not None and place.began is not None:
        return place
    if place is None or not place.marks:
        first = since if place is None else place.first
        start = number_at(first - FIRST_LOOK) if by_time else None
        marks = ((first - FIRST_LOOK, start),) if start else ()
        return Place(first, marks, now, start, start)
    start = _before(place.marks, (place.last or place.marks[-1][0]) - overlap)[1]
    return replace(place, began=now, after=start, newest=place.marks[-1][1])


def moved_on(
    place: Place, page: Page, overlap: timedelta, now: datetime, *, by_time: bool
) -> Place:
    """The place after a page: at the newest id it showed, or at the end of the round.

    The round ends with an empty page and, where ids tell the time, with one that shows what was
    written after the round began: what is newer is the next round's. A page that is not full is no
    end: instances leave out after counting, and cap a page at will.
    """
    began = place.began or place.first
    marks = place.marks
    if page.ids and not marks:  # the newest page of a timeline whose ids tell no time
        marks = ((began - overlap, min(page.ids, key=by_age)),)
    newest = _newest(page.ids, place.newest)
    last = _newest(page.ids, place.after)
    is_over = by_time and last is not None and by_age(last) >= by_age(number_at(began))
    if page.items and last != place.after and not is_over:
        return Place(place.first, marks, began, last, newest, place.last)
    if not marks or newest is None:
        return Place(place.first)
    needed = _before(marks, began - overlap)
    kept = [needed, *(mark for mark in marks if mark[0] > needed[0]), (now, newest)]
    return Place(place.first, tuple(_thinned(kept)), last=began)


def _newest(ids: Sequence[str], known: str | None) -> str | None:
    return max([*ids, *([known] if known else [])], key=by_age, default=None)


def _before(marks: Sequence[tuple[datetime, str]], when: datetime) -> tuple[datetime, str]:
    """The last round that was over by an instant, else the first there is."""
    return next((mark for mark in reversed(marks) if mark[0] <= when), marks[0])


def _thinned(marks: Sequence[tuple[datetime, str]]) -> Sequence[tuple[datetime, str]]:
    """At most MOST_MARKS of them, the first and the last included."""
    if len(marks) <= MOST_MARKS:
        return marks
    return [marks[0], *marks[2:-1:2], marks[-1]]


def number_at(when: datetime) -> str:
    """The number that a status written at an instant would have, at the earliest."""
    return str(int(when.timestamp() * 1000) << _EPOCH_BITS)


def place_of(raw: Raw) -> Place | None:
    """A place as a cursor holds it; None where it cannot be read."""
    first, marks = iso_time(raw.get("first")), raw.get("marks")
    if first is None:
        return None
    read = [_mark(mark) for mark in marks] if isinstance(marks, list) else []
    return Place(
        first=first,
        marks=tuple(mark for mark in read if mark),
        began=iso_time(raw.get("began")),
        after=optional_id(raw.get("after"), ID),
        newest=optional_id(raw.get("newest"), ID),
        last=iso_time(raw.get("last")),
    )


def _mark(raw: object) -> tuple[datetime, str] | None:
    if not isinstance(raw, list) or len(raw) != 2:
        return None
    when, number = iso_time(raw[0]), optional_id(raw[1], ID)
    return (when, number) if when and number else None
