"""When the measure would have rung over a past, at any sensitivity. Pure: voices in, rings out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from listener.heard import CELL
from listener.spread import Sensitivity, Signal, Spread, Voice, sentence

EPISODE = 6 * 3600.0  # seconds; storms nearer to each other are one to the person who is paged


@dataclass(frozen=True, slots=True)
class Ring:
    """A signal that the measure would have told, and when."""

    at: datetime
    signal: Signal
    sentence: str


def rings(
    voices: Iterable[Voice],
    deaf: Sequence[tuple[float, float]],
    brand: str,
    sensitivity: Sensitivity,
) -> Iterator[Ring]:
    """Every signal over a past, an all-clear among them; nothing looks ahead.

    voices  in the order of their times.   deaf  stretches in Unix seconds, in order.
    """
    spread, waiting = Spread(sensitivity), list(reversed(deaf))
    storm_since: float | None = None  # the cell from which an all-clear is looked for
    for voice in voices:
        while waiting and waiting[-1][0] < voice.at:
            spread.outage(*waiting.pop())
        if storm_since is not None:
            over, storm_since = _cleared(spread, storm_since, voice.at)
            if over is not None:
                yield Ring(*over, sentence(over[1], brand))
        if (signal := spread.hear(voice, voice.at)) is not None:
            yield Ring(datetime.fromtimestamp(voice.at, UTC), signal, sentence(signal, brand))
            storm_since = voice.at if signal.is_storm else storm_since


def _cleared(
    spread: Spread, since: float, until: float
) -> tuple[tuple[datetime, Signal] | None, float | None]:
    """The all-clear between two instants, as the daemon asks for it; else where to go on."""
    at = since
    while at + CELL <= until:
        at += CELL
        if (signal := spread.clear(at)) is not None:
            return (datetime.fromtimestamp(at, UTC), signal), None
    return None, at


def alarms(rung: Iterable[Ring]) -> list[Ring]:
    """The storms that would have paged somebody: the first of each run without a quiet of six
    hours between one and the next."""
    found: list[Ring] = []
    newest: datetime | None = None
    for ring in rung:
        if not ring.signal.is_storm:
            continue
        if newest is None or (ring.at - newest).total_seconds() >= EPISODE:
            found.append(ring)
        newest = ring.at
    return found
