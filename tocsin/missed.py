"""Stretches that could not be heard, as they are shown of a source: silence is not calm."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.store import Unit

LOOK_BACK = timedelta(days=7)  # that stretches are shown for; the digest tells of whole weeks


@dataclass(frozen=True, slots=True)
class Missed:
    """What a source missed in the look-back.

    stretches  how many were noted; they may overlap, as when a gap is noted twice.
    altogether  how much time they cover.
    since, until, reason  of the one that ended last.
    """

    stretches: int
    altogether: timedelta
    since: datetime
    until: datetime
    reason: str


def missed(desk: Unit, now: datetime) -> dict[str, Missed]:
    """By source: what was not heard in the last LOOK_BACK; a source without a gap is left out."""
    begins = now - LOOK_BACK
    found: dict[str, list[tuple[datetime, datetime, str]]] = {}
    for gap in desk.gaps(begins, now):
        stretch = (max(gap["since"], begins), min(gap["until"], now), str(gap["reason"]))
        found.setdefault(str(gap["source"]), []).append(stretch)
    return {source: _of(stretches) for source, stretches in found.items()}


def _of(stretches: list[tuple[datetime, datetime, str]]) -> Missed:
    since, until, reason = max(stretches, key=lambda one: (one[1], one[0]))
    covered = sum(_covered((one[0], one[1]) for one in stretches), timedelta())
    return Missed(len(stretches), covered, since, until, reason)


def _covered(stretches: Iterable[tuple[datetime, datetime]]) -> Iterator[timedelta]:
    """What each adds to those that began before it."""
    reached: datetime | None = None
    for since, until in sorted(stretches):
        yield max(timedelta(0), until - (since if reached is None else max(since, reached)))
        reached = until if reached is None else max(reached, until)
