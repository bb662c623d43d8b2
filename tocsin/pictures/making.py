"""A storm's picture made from the store in its file: gathered, put into words, drawn."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from escalation.subject import Incident
from tocsin.pictures import words
from tocsin.pictures.drawing import png
from tocsin.pictures.gather import Asked, gather


@dataclass(frozen=True, slots=True)
class Order:
    """What it takes to make a picture in another process.

    store  the file, which is only read.
    """

    store: Path
    incident: Incident
    asked: Asked
    now: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A picture, what it shows in words, and what the incident is called."""

    png: bytes
    said: str
    name: str


def make(order: Order) -> Made:
    """Make a picture. Raises sqlite3.Error, PicturesMissing."""
    target = f"{order.store.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(target, uri=True, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("begin")  # every query sees one state
        curve = gather(connection, order.incident, order.asked, order.now)
    return Made(png(curve), words.alt(curve), words.name(curve))
