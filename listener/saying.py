"""A signal in words; every number in the sentence is one of the signal's. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from listener.begetting import FORESEEN_HOURS
from listener.storm import LEAST_USUAL, Signal

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def sentence(signal: Signal, brand: str, at: datetime | None = None) -> str:
    """The signal in one sentence.

    at  when it is said, in the readers' zone: the usual is then of a weekday and hour, and the
        range ends at a time of day. None: neither is said.
    """
    if signal.level == "clear":
        said = f"{brand}: it is over: for 2 h each unhappy post has begotten {_begets(signal)} more"
    elif signal.post is not None:
        said = f"{brand}: one unhappy post goes {times_the_usual(signal.post)} of the brand's posts"
    else:
        said = f"{brand}: {_counted(signal, at)}"
    return "; ".join((said, *_more(signal, at))).replace("%", " %")


def _counted(signal: Signal, at: datetime | None) -> str:
    over = times_the_usual(signal.people / max(signal.usual, LEAST_USUAL))
    over += f" for a {_DAYS[at.weekday()]} at {at.hour}" if at else ""
    return (
        f"{signal.people} unhappy people in {_span(signal.minutes)}, {over}; "
        f"{signal.unhappy_share:.0%} of people are unhappy (usual {signal.usual_share:.0%})"
    )


def _more(signal: Signal, at: datetime | None) -> Iterator[str]:
    if signal.is_storm and signal.begets is not None:
        yield f"each begets {_begets(signal)} more"
    if signal.level == "spreading":
        yield "it is spreading"
    if signal.platforms > 1:
        yield f"on {signal.platforms} platforms"
    if signal.likely is not None:
        low, high = (f"{number:,}" for number in signal.likely)
        yield f"likely {low}–{high} more unhappy posts {_until(at)}"
    if signal.folded:
        posts = "1 post" if signal.folded == 1 else f"{signal.folded} posts"
        yield f"{posts} of coordinated or new accounts and machines not counted again"
    if signal.learning:
        yield "still learning what is usual"


def _until(at: datetime | None) -> str:
    """When the range ends; a zone that turns its clocks meanwhile is one to turn with."""
    if at is None:
        return f"in {FORESEEN_HOURS} h"
    ends = (at.astimezone(UTC) + timedelta(hours=FORESEEN_HOURS)).astimezone(at.tzinfo)
    return f"by {ends:%H:%M} {ends.tzname()}"


def _begets(signal: Signal) -> str:
    return f"{signal.begets or 0.0:.1f}"


def times_the_usual(times: float) -> str:
    """How many times the usual something is, no more exactly than it can be known."""
    if times >= 100:
        return "over 100× the usual"
    return (
        f"{times:.0f}× the usual" if times >= 10 else f"{times:.1f}× the usual".replace(".0×", "×")
    )


def _span(minutes: int) -> str:
    return f"{minutes} min" if minutes < 180 else f"{round(minutes / 60)} h"
