"""The holes of X's stream, which remembers nothing: when search fills them, and when one is filled.
All pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from listener.collectors.x_place import LATE, SKEW, Place
from listener.collectors.x_posts import snowflake_time


def hole_is_filled(place: Place | None, opened_at: datetime) -> bool:
    """Whether all that was written before the stream was opened has been heard."""
    return place is not None and not place.token and place.at >= opened_at + LATE


def fill_at(
    place: Place | None, opened_at: datetime, asked_at: datetime | None, every: timedelta
) -> datetime:
    """When search is to be asked for what a stream missed that was opened then.

    At once where there is a hole of more than LATE, and LATE after it was opened, when search has
    found everything of before; from then on every so often until it has succeeded.
    """
    late = opened_at + LATE
    if asked_at is None or asked_at < opened_at:
        return late if place is not None and place.at >= opened_at - LATE else opened_at
    return late if asked_at < late else asked_at + every


def streamed(
    place: Place, newest: str | None, heard_until: datetime | None, now: datetime
) -> Place:
    """The place after a stream has brought everything until then, the newest id among it.

    heard_until  None: it is not known; the newest id says how far.
    An id of later than now can be none: as a marker it would hide what is written until then.
    """
    at = max(place.at, heard_until or place.at)
    if newest is not None and (snowflake_time(newest) or now) > now + SKEW:
        newest = None
    return replace(place, began=at, newest=newest, start=None).ended()


def heard_until(place: Place, lost: datetime) -> Place:
    """The place where the stream may have brought nothing since then, though it was open: search
    goes on from there, by time, because the newest id says nothing of what was missed."""
    at = max(lost, place.first)
    return place if place.at <= at else Place(place.first, at, moved=place.moved)
