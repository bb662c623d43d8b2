"""The digest as JSON: everything that was gathered, for programs. Pure."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from tocsin.digest.data import DigestData

VERSION = 1  # rises when a field changes its meaning or goes; new fields leave it as it is


def render(data: DigestData) -> str:
    """Write it: instants in UTC, waits in minutes, null where nothing is known.

    Only ASCII, so that no text of a stranger's reaches a terminal as a control sequence.
    """
    content = {"version": VERSION, **asdict(data), "week": str(data.week)}
    return json.dumps(content, default=_plain, indent=2, allow_nan=False) + "\n"


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a digest")
