"""A history without what only repeats itself, so that a night on which nobody answers fits on a
screen."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from escalation.decision import ENGINE

Entry = TypeVar("Entry")
_TIME_PASSES = ("paged_again", "executive_told")  # they alternate while nobody answers

_CLIMBS = ("escalated", "unreachable")


def runs(
    entries: Sequence[Entry], what: Callable[[Entry], tuple[str, ...]]
) -> Iterator[list[Entry]]:
    """Entries one after the other; what was repeated with nothing else between is one run.

    what  event, actor, and all else that a line says of an entry beside its time.
    """

    def same(entry: Entry) -> tuple[str, ...]:
        event, actor, *rest = what(entry)
        passes = event in _TIME_PASSES and actor == ENGINE and not any(rest)
        return ("", actor) if passes else (event, actor, *rest)

    for _, found in groupby(entries, key=same):
        yield list(found)


def climbed_to(event: str, owner: str) -> str:
    """An event in words: of a step up the ladder also who is asked now."""
    return f"{event} to {owner}" if event in _CLIMBS and owner else event


def times(events: Sequence[str]) -> str:
    """What a run is made of: `paged_again × 24, executive_told × 2`; once is only named."""
    counts = {event: events.count(event) for event in dict.fromkeys(events)}
    return ", ".join(f"{event} × {many:,}" if many > 1 else event for event, many in counts.items())
