"""Tables and numbers as Markdown."""

from collections.abc import Iterable, Sequence

from bench.measures import Figure

MISSED, MET = "✗", "✓"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table, a line each; an empty line after it."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return [*(f"| {' | '.join(map(str, line))} |" for line in lines), ""]


def number(value: float) -> str:
    """A figure between 0 and 1, to three places, without its interval."""
    return f"{value:.3f}"


def against(value: float, goal: float | None, *, at_most: bool = False) -> str:
    """A goal, and whether it is met: by the figure as it is printed, not by more of its digits."""
    if goal is None:
        return "–"
    shown = round(value, 3)
    met = shown <= goal if at_most else shown >= goal
    return f"{'≤' if at_most else '≥'} {goal:g} {MET if met else MISSED}"


def per_thousand(figure: Figure) -> str:
    """A share as so many in a thousand."""
    return f"{figure.value * 1e3:.2f} ({figure.low * 1e3:.2f}–{figure.high * 1e3:.2f})"
