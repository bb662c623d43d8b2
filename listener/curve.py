"""A storm as a curve of five minutes each, and where it turns. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from listener.heard import CELL
from listener.storm import OVER_USUAL

HALF_HOUR = 6  # cells: as long as the shortest window that can ring
LEAST_PEOPLE = 2  # in half an hour; one person alone is no beginning


@dataclass(frozen=True, slots=True)
class Cell:
    """Five minutes that begin at `at`, Unix seconds.

    people  who were unhappy, each counted once in six hours.   heard  all people, likewise.
    posts   all posts.   usual  unhappy people that such five minutes usually bring.
    """

    at: int
    people: int
    heard: int
    posts: int
    usual: float


@dataclass(frozen=True, slots=True)
class Peak:
    """The half-hour with the most unhappy people, by when it ended, in Unix seconds."""

    at: int
    people: int


def onset(cells: Sequence[Cell], rang: float) -> int | None:
    """When the unrest that rang began: Unix seconds of its first five minutes; None: not known.

    cells  in order, without gaps.   rang  when it was first told, Unix seconds.
    Back from there, as long as each half-hour had clearly more unhappy people than usual.
    """
    last = next((place for place in reversed(range(len(cells))) if cells[place].at <= rang), -1)
    if last < 0 or not _is_over(cells, last):
        return None
    while last > 0 and _is_over(cells, last - 1):
        last -= 1
    first = max(0, last - HALF_HOUR + 1)
    return next(cell.at for cell in cells[first : last + 1] if cell.people > cell.usual)


def _is_over(cells: Sequence[Cell], last: int) -> bool:
    """Whether the half-hour that ends with a cell is clearly above the usual."""
    window = cells[max(0, last - HALF_HOUR + 1) : last + 1]
    people = sum(cell.people for cell in window)
    return people >= max(LEAST_PEOPLE, OVER_USUAL * sum(cell.usual for cell in window))


def peak(cells: Sequence[Cell], since: float) -> Peak | None:
    """The worst half-hour that ends after `since`, the first of equals; None: nobody was heard."""
    best: Peak | None = None
    for last, cell in enumerate(cells):
        if cell.at < since:
            continue
        people = sum(one.people for one in cells[max(0, last - HALF_HOUR + 1) : last + 1])
        if people and (best is None or people > best.people):
            best = Peak(cell.at + CELL, people)
    return best


def people_between(cells: Sequence[Cell], since: float, until: float) -> int:
    """Unhappy people of the five minutes that begin in that time, its end outside."""
    return sum(cell.people for cell in cells if since <= cell.at < until)
