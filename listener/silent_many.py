"""How many customers a few unhappy voices may stand for: always a range, always with its source.

Most people who are let down say nothing in public. How many do is known of few firms; until a firm
says its own figures, a rule of thumb is told, and is called one. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from config import Brand, Settings
from listener.mention import ANONYMOUS


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many customers stand behind one who speaks.

    low, high  at least 1, and never one number for both.   source  whose figures these are.
    """

    low: int
    high: int
    source: str


# "One in 26 complains" is told of the studies of complaints that TARP made for the White House
# Office of Consumer Affairs (1979, 1986); John Goodman, who made them, later gave ratios of one in
# a hundred and beyond for small matters. Both are of letters and calls, not of public posts.
RULE_OF_THUMB = Ratio(
    26,
    100,
    "a rule of thumb after TARP's studies of complaints, 1979 to 1986; not measured for this brand",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """So many unhappy people were heard; between `low` and `high` customers may be behind them."""

    voices: int
    low: int
    high: int
    ratio: Ratio


def ratio_of(brand: Brand) -> Ratio:
    """The firm's own figures, else the rule of thumb."""
    own = brand.silent_many
    return RULE_OF_THUMB if own is None else Ratio(own.low, own.high, own.source)


def standing_of(settings: Settings, brand: str, voices: int) -> Standing | None:
    """Whom so many may stand for, by the brand's figures; a brand that is no longer declared has
    the rule of thumb."""
    declared = next((one for one in settings.brands if one.name == brand), None)
    return behind(voices) if declared is None else behind(voices, ratio_of(declared))


def behind(voices: int, ratio: Ratio = RULE_OF_THUMB) -> Standing | None:
    """Whom so many unhappy people may stand for; None where nobody was heard."""
    if voices < 1:
        return None
    return Standing(voices, voices * ratio.low, voices * ratio.high, ratio)


def voices_of(people: Iterable[tuple[str, int]]) -> int:
    """How many voices so many people on each platform are: all without a name are one together."""
    found = list(people)
    named = sum(many for platform, many in found if platform != ANONYMOUS)
    return named + any(many for platform, many in found if platform == ANONYMOUS)


def sentence(standing: Standing) -> str:
    """The range in one sentence, with where it comes from."""
    ratio = standing.ratio
    heard = "1 person" if standing.voices == 1 else f"{standing.voices:,} people"
    return (
        f"Behind {heard} heard may stand {standing.low:,} to {standing.high:,} customers "
        f"({ratio.low:,} to {ratio.high:,} for each: {ratio.source})"
    )


def row_of(standing: Standing | None) -> dict[str, Any] | None:
    """The silent many as JSON: never without its source."""
    if standing is None:
        return None
    return {
        "heard": standing.voices,
        "low": standing.low,
        "high": standing.high,
        "for_each": [standing.ratio.low, standing.ratio.high],
        "source": standing.ratio.source,
    }
