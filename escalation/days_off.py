"""The days on which a team does not work, beside its weekends."""

from dataclasses import dataclass
from datetime import date

from config.calendars import public_holidays


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days off, asked of by `in`. A year's public holidays are worked out when one of its days is
    first asked of, so that a calendar of ten years costs nothing at the start.

    code      of a country or a part of it, such as "DE-BY"; None: no public holidays.
    declared  days that are off besides.
    """

    code: str | None
    declared: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        if day in self.declared:
            return True
        return self.code is not None and day in public_holidays(self.code, day.year)
