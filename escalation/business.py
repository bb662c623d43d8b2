"""Business time: when a wait that runs only in working hours is over.

An instant is open when the wall clock of the zone reads a time inside that weekday's spans and the
day is no holiday. So an open hour that comes twice counts twice, one that is skipped counts not at
all, and neither needs a rule of its own.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from config.settings import DAYS, WorkingHours
from escalation.localtime import in_utc, offset_at, offset_change

DAY = timedelta(days=1)
NOTHING = timedelta(0)

HORIZON = timedelta(days=3660)
"""How far a calendar is followed, about ten years: enough for any promise to a customer, and a
bound for a calendar that never opens."""


class BeyondCalendar(ValueError):
    """The wait does not end, or the hours do not open, within the horizon."""

    def __init__(self, sought: str, start: datetime) -> None:
        super().__init__(
            f"{sought} from {start.isoformat()} on is not within {HORIZON.days} days of these"
            " working hours; widen the hours, drop holidays, or shorten the wait"
        )


Span = tuple[timedelta, timedelta]
Week = tuple[tuple[Span, ...], ...]
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class OpenHours:
    """When business time runs.

    week      seven days, Monday first; each has its open spans in turn, measured on the wall clock
              from midnight: (9 h, 17 h) is nine to five. A span ends by 24 h; hours over midnight
              are one span on each of the two days.
    holidays  local days that are closed throughout; asked of by `in` alone, so that a calendar may
              work a year out when it is asked of.
    Raises ValueError where the spans are not in order or nothing is ever open.
    """

    zone: ZoneInfo
    week: Week
    holidays: Container[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != len(DAYS) or not any(self.week):
            raise ValueError("working hours need seven days, at least one of them open")
        for name, spans in zip(DAYS, self.week, strict=True):
            edges = [NOTHING, *(edge for span in spans for edge in span), DAY]
            if edges != sorted(edges) or any(opens == closes for opens, closes in spans):
                raise ValueError(f"working hours of {name}: spans must be in order, within 0-24 h")


def of_team(
    hours: WorkingHours, zone: ZoneInfo, holidays: Container[date] = frozenset()
) -> OpenHours:
    """A team's declared working hours, in its zone."""
    span = (_from_midnight(hours.from_), _from_midnight(hours.to))
    return OpenHours(zone, tuple((span,) if day in hours.days else () for day in DAYS), holidays)


def of_week(
    weekly: Mapping[int, Sequence[Sequence[time | float]]],
    zone: ZoneInfo,
    holidays: Container[date] = frozenset(),
) -> OpenHours:
    """Open hours from weekday (0 is Monday) to pairs of times, or of hours such as 13.5."""
    unknown = set(weekly) - set(range(len(DAYS)))
    if unknown:
        raise ValueError(f"no such weekday: {sorted(unknown)}; Monday is 0, Sunday is 6")
    week = tuple(
        tuple((_from_midnight(opens), _from_midnight(closes)) for opens, closes in spans)
        for spans in (weekly.get(day, ()) for day in range(len(DAYS)))
    )
    return OpenHours(zone, week, holidays)


def add(hours: OpenHours, start: datetime, wait: timedelta) -> datetime:
    """The earliest instant (UTC) at which `wait` of open time has passed since `start`.

    Raises BeyondCalendar where there is none within the horizon, ValueError for a negative wait or
    a start without a zone.
    """
    if wait < NOTHING:
        raise ValueError("a wait is never negative")
    start = in_utc(start)
    if not wait:
        return start
    left = wait
    for opens, closes in _open_from(hours, start):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise BeyondCalendar("the end of the wait", start)


def elapsed(hours: OpenHours, since: datetime, until: datetime) -> timedelta:
    """How much open time lies between two instants; none when `until` is not after `since`.

    Raises BeyondCalendar where they are further apart than the horizon.
    """
    since, until = in_utc(since), in_utc(until)
    passed = NOTHING
    if until - since > HORIZON:
        raise BeyondCalendar(until.isoformat(), since)
    for opens, closes in _open_from(hours, since):
        if opens >= until:
            break
        passed += min(closes, until) - opens
    return passed


def is_open(hours: OpenHours, instant: datetime) -> bool:
    """Whether business time runs at this instant."""
    local = in_utc(instant).astimezone(hours.zone)
    if local.date() in hours.holidays:
        return False
    reading = _from_midnight(local.time())
    return any(opens <= reading < closes for opens, closes in hours.week[local.weekday()])


def is_working_day(hours: OpenHours, day: date) -> bool:
    """Whether business time runs at some time of a local day."""
    return bool(hours.week[day.weekday()]) and day not in hours.holidays


def working_day_before(hours: OpenHours, day: date) -> date | None:
    """The last working day before a local day; None: there is none within the horizon."""
    earlier = (day - DAY * n for n in range(1, HORIZON.days))
    return next((one for one in earlier if is_working_day(hours, one)), None)


def next_open(hours: OpenHours, instant: datetime) -> datetime:
    """This instant where it is open, else the next at which business time runs again (UTC).

    Raises BeyondCalendar where the hours stay closed to the horizon.
    """
    instant = in_utc(instant)
    for opens, _ in _open_from(hours, instant):
        return opens
    raise BeyondCalendar("the next opening", instant)


@lru_cache(maxsize=1_000)  # the same few mornings are asked for by each page that waits for one
def first_open(hours: OpenHours, day: date) -> datetime:
    """The first instant (UTC) from the beginning of a local day on at which business time runs.

    hours  with holidays that can be hashed.
    Raises BeyondCalendar where the hours stay closed to the horizon.
    """
    return next_open(hours, midnight_of(hours, day))


def midnight_of(hours: OpenHours, day: date) -> datetime:
    """The instant (UTC) at which a local day begins."""
    return datetime.combine(day, time(), hours.zone).astimezone(UTC)


def _from_midnight(reading: time | float) -> timedelta:
    if not isinstance(reading, time):
        return timedelta(hours=reading)
    return timedelta(
        hours=reading.hour,
        minutes=reading.minute,
        seconds=reading.second,
        microseconds=reading.microsecond,
    )


def _open_from(hours: OpenHours, start: datetime) -> Iterator[Stretch]:
    """Open stretches in UTC from `start` on, in order, as far as the horizon."""
    try:
        for begins, ends, offset in _steady(hours.zone, start):
            yield from _open_between(hours, begins, ends, offset)
    except OverflowError:  # past the year 9999, where Python's calendar ends
        raise BeyondCalendar("business time", start) from None


def _steady(zone: ZoneInfo, start: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Time from `start` to the horizon in stretches of at most a day, each with one offset."""
    horizon = start + HORIZON
    offset = offset_at(zone, start)
    while start < horizon:
        ends = start + DAY
        after = offset_at(zone, ends)
        if after != offset:
            change = offset_change(zone, start, ends)
            yield start, change, offset
            start = change
        yield start, ends, after
        start, offset = ends, after


def _open_between(
    hours: OpenHours, begins: datetime, ends: datetime, offset: timedelta
) -> Iterator[Stretch]:
    """Open stretches in UTC between two instants with the same offset."""
    midnight = datetime.combine((begins + offset).date(), time(), UTC)
    last = ends + offset
    while midnight < last:
        if midnight.date() not in hours.holidays:
            for opens, closes in hours.week[midnight.weekday()]:
                opened = max(midnight + opens - offset, begins)
                closed = min(midnight + closes - offset, ends)
                if opened < closed:
                    yield opened, closed
        midnight += DAY
