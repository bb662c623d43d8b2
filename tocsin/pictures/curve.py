"""A storm's curve: unhappy people over time, what is usual, what was told and done. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import sqrt

from listener.heard import CELL, CELLS_AN_HOUR, ONCE, cell_of
from listener.usual import UNIT, Usual
from listener.voice import Voice, counted_as

# A cell is as short as the storm allows with a hundred and some of them in the picture.
WIDTHS = ((timedelta(hours=12), 5), (timedelta(hours=36), 15), (timedelta(days=400), 60))
BAND = 2.0  # standard deviations on either side: about nineteen cells of twenty are in it
ONSET_GAP = CELLS_AN_HOUR  # cells without unrest, before which it was another
DAYS = 28  # of the past that teach what is usual


class Kind(StrEnum):
    """What happened at a mark."""

    ONSET = "onset"
    ALARM = "alarm"
    DEED = "action"


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of the curve from `at` on.

    people          unhappy ones, each counted once in six hours.
    usual           how many there usually are at this hour; low to high: nineteen times of twenty.
    """

    at: datetime
    people: int
    usual: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at an instant, in two or three words of our own."""

    at: datetime
    kind: Kind
    label: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """From `low` to `high` more unhappy posts until an instant, as it was said at `issued`."""

    issued: datetime
    until: datetime
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Curve:
    """All that a picture of a storm shows; no word of a post is in it.

    number, name  of the incident; name: what it is called, which strangers may have worded.
    zone          in which its times are told.
    minutes       length of a cell.
    deaf          when a source could not be heard.
    erased        posts whose words are gone; they are counted as before.
    declared      by a person: no alarm was measured.
    """

    number: int
    name: str
    zone: str
    minutes: int
    cells: tuple[Cell, ...]
    marks: tuple[Mark, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    deaf: tuple[tuple[datetime, datetime], ...] = ()
    erased: int = 0
    declared: bool = False

    @property
    def people(self) -> int:
        """Unhappy people in the picture."""
        return sum(cell.people for cell in self.cells)

    @property
    def standing(self) -> tuple[tuple[Forecast, datetime], ...]:
        """Each forecast with the instant until which it stood: the next took its place."""
        ends = [*(one.issued for one in self.forecasts[1:]), datetime.max.replace(tzinfo=UTC)]
        pairs = zip(self.forecasts, ends, strict=True) if self.forecasts else ()
        return tuple((one, min(one.until, end)) for one, end in pairs)


@dataclass(frozen=True, slots=True)
class Counted:
    """A past in five minutes each: unhappy people, and what was usual with its unsteadiness."""

    people: Counter[int]
    usual: dict[int, tuple[float, float]]


def counted(
    voices: Iterable[Voice],
    first: int,
    last: int,
    deaf: Sequence[tuple[float, float]] = (),
) -> Counted:
    """Count the voices, and learn what is usual as the measure does, never from time in which a
    source was deaf; and only from what came before the picture, which holds a storm.

    first, last  cells of five minutes for which the usual is wanted.
    """
    unhappy, everybody = _by_cell(voices)
    start = min([first, *unhappy, *everybody])
    learned, usual = Usual(), dict[int, tuple[float, float]]()
    for cell in range(max(start, first - DAYS * 24 * CELLS_AN_HOUR), last + 1):
        due = learned.foresee(cell) / UNIT
        if cell >= first:
            usual[cell] = (due, learned.unsteadiness)
        elif not _is_deaf(cell, deaf):
            learned.learn(cell, unhappy[cell], everybody[cell], due)
    return Counted(unhappy, usual)


def _by_cell(voices: Iterable[Voice]) -> tuple[Counter[int], Counter[int]]:
    unhappy: Counter[int] = Counter()
    everybody: Counter[int] = Counter()
    seen: dict[tuple[int, bool], int] = {}
    for voice in voices:
        cell, (author, _) = cell_of(voice.at), counted_as(voice)
        for angry in (False, True) if voice.unhappy else (False,):
            if cell - seen.get((author, angry), -ONCE - 1) > ONCE:
                seen[author, angry] = cell
                (unhappy if angry else everybody)[cell] += 1
    return unhappy, everybody


def _is_deaf(cell: int, deaf: Sequence[tuple[float, float]]) -> bool:
    return any(since < (cell + 1) * CELL and until > cell * CELL for since, until in deaf)


def onset(found: Counted, alarm: datetime, earliest: int) -> datetime | None:
    """When the unrest that an alarm told of began: the first cell of the run before it in which no
    hour passed as usual. None: nothing unusual was heard before."""
    at, began, quiet = cell_of(alarm.timestamp()), None, 0
    while at >= earliest and quiet <= ONSET_GAP:
        due, unsteady = found.usual.get(at, (0.0, 0.0))
        if found.people[at] > 0 and found.people[at] > due + sqrt(due + unsteady * due * due):
            began, quiet = at, 0
        else:
            quiet += 1
        at -= 1
    return None if began is None else instant(began)


def instant(cell: int) -> datetime:
    """When a cell of five minutes begins."""
    return datetime.fromtimestamp(cell * CELL, UTC)


def width_of(length: timedelta) -> int:
    """Minutes of a cell, for a picture of that length: 5, 15 or 60."""
    return next((minutes for most, minutes in WIDTHS if length <= most), WIDTHS[-1][1])


def cells(found: Counted, first: int, last: int, minutes: int) -> tuple[Cell, ...]:
    """The curve in cells of so many minutes, whole ones by the clock."""
    wide = minutes * 60 // CELL
    return tuple(
        _cell(found, range(start, start + wide))
        for start in range(first // wide * wide, last + 1, wide)
    )


def _cell(found: Counted, part: range) -> Cell:
    dues = [found.usual.get(cell, (0.0, 0.0)) for cell in part]
    due = sum(one for one, _ in dues)
    unsteady = max(one for _, one in dues)
    away = BAND * sqrt(due + unsteady * due * due)
    people = sum(found.people[cell] for cell in part)
    return Cell(instant(part.start), people, due, max(0.0, due - away), due + away)
