"""A calendar week after ISO 8601: Monday to Monday, by the wall clock of the firm's zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from escalation.localtime import in_utc, instant_of

YEARS = range(1971, 9999)  # the store counts hours and weeks from 1970, the calendar ends in 9999

_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_SEVEN_DAYS = timedelta(days=7)
_WEEK_ZERO = date(1969, 12, 29)  # where the store's weekly sums begin to count


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week; a week's year is that of its Thursday. Shown as `2026-W47`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def before(self) -> "Week":
        """The week before this one."""
        return _week_of(self.monday - _SEVEN_DAYS)

    @property
    def stored_as(self) -> int:
        """The number under which the store keeps the sums of the UTC week of the same name."""
        return (self.monday - _WEEK_ZERO) // _SEVEN_DAYS

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From Monday's midnight to the next Monday's, as UTC instants; the end is outside.

        In weeks in which clocks are moved this is an hour more or less than 168.
        """
        monday = datetime.combine(self.monday, time())
        return instant_of(monday, zone), instant_of(monday + _SEVEN_DAYS, zone)

    def is_utc(self, zone: ZoneInfo) -> bool:
        """Whether the zone's week begins and ends with the UTC week of the same name."""
        return self.span(zone) == self.span(ZoneInfo("UTC"))


def parse_week(text: str) -> Week:
    """Read a week such as `2026-W47`.

    Raises ValueError, with an example of what is wanted, for anything else.
    """
    found = _WEEK.fullmatch(text)
    if found is None:
        raise ValueError(f'{text[:40]!r} is no week. Write for example "2026-W47"')
    year, number = int(found[1]), int(found[2])
    if year not in YEARS:
        raise ValueError(f"there is no digest of the year {year}. Write a week of this century")
    try:
        date.fromisocalendar(year, number, 1)
    except ValueError:
        last = date(year, 12, 28).isocalendar().week  # always in the year's last week
        raise ValueError(
            f"{year} has no week {number}. Write {year}-W01 to {year}-W{last:02d}"
        ) from None
    return Week(year, number)


def last_full_week(now: datetime, zone: ZoneInfo | str) -> Week:
    """The latest week that is over at an instant, by the zone's wall clock.

    zone  or its name, as the settings have it. Raises ValueError for a time without a zone.
    """
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone
    return _week_of(in_utc(now).astimezone(zone).date()).before


def _week_of(day: date) -> Week:
    return Week(*day.isocalendar()[:2])
