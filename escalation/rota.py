"""Whose turn it is on a rota, hand-over by hand-over, on nights when clocks are moved too."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, takewhile
from zoneinfo import ZoneInfo

from config.settings import Rota
from escalation.localtime import in_utc, instant_of

NEVER = datetime.max.replace(tzinfo=UTC)
"""A hand-over after the year 9999."""

# The clock on a wall was moved by 24 hours at most (Samoa, 2011): a turn is looked for within this.
_MOVED_AT_MOST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of a rota: number 0 from its start on, then one after each hand-over.

    Hand-overs keep their time on the wall: weekly ones at nine stay at nine in summer. One at a
    time that comes twice is at its first coming, one at a skipped time when that is skipped.
    """

    rota: Rota
    zone: ZoneInfo

    def at(self, now: datetime) -> int:
        """The number of the turn at an instant; -1 before the first."""
        now = in_utc(now)
        wall = now.astimezone(self.zone).replace(tzinfo=None)
        around = (wall - self.rota.starts) // self.rota.every
        reach = _MOVED_AT_MOST // self.rota.every + 1
        near = range(max(0, around - reach), max(0, around + reach + 1))
        return near.start + bisect_right(near, now, key=self.hand_over) - 1

    def hand_over(self, number: int) -> datetime:
        """The instant (UTC) at which a turn begins, NEVER where the calendar does not reach."""
        try:
            return instant_of(self.rota.starts + number * self.rota.every, self.zone)
        except OverflowError:
            return NEVER

    def hand_overs(self, now: datetime) -> Iterator[datetime]:
        """Each hand-over after an instant, in turn; without end unless the calendar ends."""
        following = (self.hand_over(number) for number in count(self.at(now) + 1))
        return takewhile(lambda instant: instant < NEVER, following)

    def person(self, number: int) -> str:
        """Whom the rota names for a turn, active or not."""
        return self.rota.people[number % len(self.rota.people)]
