"""A signal in words; every number in the sentence is one of the signal's. Pure."""

from collections.abc import Iterator

from listener.storm import LEAST_USUAL, Signal


def sentence(signal: Signal, brand: str) -> str:
    """The signal in one sentence."""
    if signal.level == "clear":
        said = f"{brand}: it is over: for 2 h each unhappy post has begotten {_begets(signal)} more"
    elif signal.post is not None:
        said = f"{brand}: one unhappy post goes {times_the_usual(signal.post)} of the brand's posts"
    else:
        said = f"{brand}: {_counted(signal)}"
    return "; ".join((said, *_more(signal))).replace("%", " %")


def _counted(signal: Signal) -> str:
    over = times_the_usual(signal.people / max(signal.usual, LEAST_USUAL))
    return (
        f"{signal.people} unhappy people in {_span(signal.minutes)}, {over}; "
        f"{signal.unhappy_share:.0%} of people are unhappy (usual {signal.usual_share:.0%})"
    )


def _more(signal: Signal) -> Iterator[str]:
    if signal.is_storm and signal.begets is not None:
        yield f"each begets {_begets(signal)} more"
    if signal.level == "spreading":
        yield "it is spreading"
    if signal.platforms > 1:
        yield f"on {signal.platforms} platforms"
    if signal.likely is not None:
        low, high = (f"{number:,}" for number in signal.likely)
        yield f"likely {low}–{high} more unhappy posts in 4 h"
    if signal.folded:
        posts = "1 post" if signal.folded == 1 else f"{signal.folded} posts"
        yield f"{posts} of coordinated or new accounts and machines not counted again"
    if signal.learning:
        yield "still learning what is usual"


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
