"""From the clock on a wall to the one instant meant by it, also on nights when it is moved."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY_MS = 86_400_000


def ms(instant: datetime) -> int:
    """Milliseconds since 1970, rounded down; exact, where floats would be one off."""
    since = instant - _EPOCH
    return since.days * _DAY_MS + since.seconds * 1000 + since.microseconds // 1000


def utc(milliseconds: int) -> datetime:
    """The instant of so many milliseconds since 1970, aware UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a time without a zone."""
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; give it in UTC")
    return instant.astimezone(UTC)


def offset_at(zone: ZoneInfo, instant: datetime) -> timedelta:
    """How far the zone's wall clocks are ahead of UTC at a UTC instant."""
    offset = instant.astimezone(zone).utcoffset()
    return timedelta(0) if offset is None else offset


def offset_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant between two UTC instants at which the zone's clocks are moved.

    At most one change lies between them when they are at most three days apart: the closest two in
    the zone data (release 2025b, all zones and years) are 95 hours apart. Changes fall on whole
    seconds.
    """
    first = before.replace(microsecond=0)
    old = offset_at(zone, before)
    seconds = range(1, -((first - after) // SECOND) + 1)
    moved = bisect_left(seconds, True, key=lambda s: offset_at(zone, first + s * SECOND) != old)
    return first + (moved + 1) * SECOND


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first UTC instant at which the zone's wall clocks have come as far as `wall`.

    wall    without a zone; its fold is ignored.
    A time that comes twice means its first coming; a time that is skipped means the instant at
    which it is skipped. So later times of the wall never give earlier instants.
    Raises OverflowError where the instant leaves the years 1 to 9999.
    """
    local = wall.replace(tzinfo=zone, fold=0)
    # In a skipped hour the first reading uses the clock of before the change, which falls after it.
    late, early = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    return offset_change(zone, early, late) if early < late else late
