"""What Tocsin stands on: Python, SQLite, time zones."""

import platform
import sqlite3
import sys
from collections.abc import Iterator
from zoneinfo import available_timezones

from tocsin import __version__
from tocsin.doctor.finding import Finding, problem, sound

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables


def examine() -> Iterator[Finding]:
    """Versions, and whether they are new enough."""
    about = "machine"
    python = f"Tocsin {__version__} on Python {platform.python_version()}"
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield sound(about, f"{python}, {platform.system()}.")
    else:
        yield problem(about, f"{python} is too old; Python 3.11 is needed.")
    sqlite = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info >= OLDEST_SQLITE:
        yield sound(about, f"{sqlite}.")
    else:
        yield problem(about, f"{sqlite} is too old; 3.37 is needed. Use a newer Python build.")
    if not available_timezones():
        yield problem(about, "This machine knows no time zones: pip install tzdata.")
