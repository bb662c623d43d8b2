"""Curves for the tests of pictures, and the demo's week, whose store holds a storm."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from escalation.subject import Incident, Ref
from tocsin.demo import playing
from tocsin.pictures.curve import Cell, Curve, Forecast, Kind, Mark
from tocsin.randomness import SystemRandomness
from tocsin.store import Store, Unit

NOON = datetime(2026, 11, 14, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OVER = datetime(2026, 11, 16, 8, tzinfo=UTC)
STORM = Ref(Incident.kind, 1)


def a_curve(**changes: object) -> Curve:
    """Four hours of a storm in 5 min cells, or with something else in it."""
    cells = tuple(Cell(NOON + n * 5 * MINUTE, n % 7, 0.5, 0.0, 1.5) for n in range(48))
    whole: dict[str, object] = {
        "number": 7,
        "name": "Acme",
        "zone": "Europe/Oslo",
        "minutes": 5,
        "cells": cells,
        "marks": (
            Mark(NOON + 30 * MINUTE, Kind.ONSET, "began"),
            Mark(NOON + 60 * MINUTE, Kind.ALARM, "storm"),
            Mark(NOON + 62 * MINUTE, Kind.DEED, "acknowledged"),
            Mark(NOON + 235 * MINUTE, Kind.DEED, "contained"),
        ),
        "forecasts": (Forecast(NOON + HOUR, NOON + 5 * HOUR, 12, 111),),
    }
    return Curve(**(whole | changes))  # type: ignore[arg-type]


def the_demos_store(folder: Path) -> Path:
    """The store of the demo's week."""
    keep = folder / "demo"
    playing._prepare(keep)
    for _ in playing.play(keep=keep):
        pass
    return keep / playing.DATABASE


@contextmanager
def reading(path: Path) -> Iterator[tuple[Unit, Incident]]:
    """A store, and the storm in it."""
    store = Store(path, randomness=SystemRandomness())
    try:
        with store.read() as desk:
            incident = desk.subject(STORM)
            assert isinstance(incident, Incident)
            yield desk, incident
    finally:
        store.close()
