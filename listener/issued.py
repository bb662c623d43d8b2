"""What was said of a storm each time it was said anew, and when that is worth saying. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from math import log

from listener.begetting import FORESEEN_HOURS
from listener.storm import Level, Signal

FORESEEN = timedelta(hours=FORESEEN_HOURS)
FURTHER = 1.25  # times as many, or as few, before a figure is another one to a person


@dataclass(frozen=True, slots=True)
class Figures:
    """A signal as it was issued, as `listener.storm.Signal` has it.

    low, high  how many more unhappy posts were likely in the four hours after it; None: not told.
    """

    level: Level
    people: int
    minutes: int
    usual: float
    unhappy_share: float
    usual_share: float
    begets: float | None = None
    surely: float = 0.0
    platforms: int = 0
    reach: float | None = None
    low: int | None = None
    high: int | None = None

    @property
    def likely(self) -> tuple[int, int] | None:
        """The range as one."""
        return None if self.low is None or self.high is None else (self.low, self.high)


def figures_of(signal: Signal) -> Figures:
    """What is kept of a signal."""
    low, high = signal.likely or (None, None)
    return Figures(
        level=signal.level,
        people=signal.people,
        minutes=signal.minutes,
        usual=signal.usual,
        unhappy_share=signal.unhappy_share,
        usual_share=signal.usual_share,
        begets=signal.begets,
        surely=signal.surely,
        platforms=signal.platforms,
        reach=signal.reach,
        low=low,
        high=high,
    )


def is_news(before: Figures, now: Figures) -> bool:
    """Whether a storm stands so much otherwise that what was said of it is to be said anew."""
    if (before.level, before.platforms) != (now.level, now.platforms):
        return True
    if _spreads(before) != _spreads(now):
        return True
    pairs = ((before.people, now.people), (before.high, now.high))
    return any(_far(one, other) for one, other in pairs)


def _spreads(figures: Figures) -> bool:
    """Whether each complaint begets more than one."""
    return (figures.begets or 0.0) > 1.0


def _far(before: int | None, now: int | None) -> bool:
    if before is None or now is None:
        return before != now
    return abs(log((1 + now) / (1 + before))) >= log(FURTHER)
