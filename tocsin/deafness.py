"""When a source that fails, or a part of it, is a fault with an owner, and when it is over.

What fails is a listing: one search of several, one tag, one feed. One that is refused keeps the
source a fault until it is heard again, however well its neighbours are heard meanwhile.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from config import spell_duration
from escalation.engine import Engine
from tocsin.store import Unit
from tocsin.store.listings import Deaf

DEAF_AFTER = timedelta(minutes=10)  # failing this long, a listing is deaf, and a fault is opened
MOST_NAMED = 5  # listings in a sentence
_HOW_LONG = re.compile(r" for (?:\d+ (?:d|h|min|s) ?)+(?=:)")  # as `sentence` says it
_NUMBER = re.compile(r"(?<!\d)(?![345]\d\d(?!\d))\d+")  # a status of HTTP is a reason of its own
MAX_NAME = 60  # characters of a listing's name there


def fault_name(source: str) -> str:
    """What the fault of a source is about; as short as the ledger takes a word."""
    return f"source:{source}"[:64]


def deaf(desk: Unit, source: str, now: datetime) -> list[Deaf]:
    """What of a source is deaf: it has failed for too long, or waiting will not mend it."""
    failing = desk.failing_listings(source)
    return [one for one in failing if one.hopeless or now - one.since >= DEAF_AFTER]


def look(desk: Unit, engine: Engine, source: str, now: datetime) -> None:
    """Open a fault of a source that is deaf, and have one that is open name what is deaf now."""
    found = deaf(desk, source, now)
    if not found:
        return
    tell(desk, engine, fault_name(source), sentence(source, found, now), now)


def tell(desk: Unit, engine: Engine, about: str, detail: str, now: datetime) -> None:
    """Open a fault. One that is open says why it is one now, where the reason has become another:
    whoever mends the first would look for it in vain."""
    known = desk.open_fault(about)
    if known is None:
        engine.fault(desk, about, detail, now)
    elif _reason(known.detail) != _reason(detail):
        engine.reword_fault(desk, about, detail, now)


def _reason(detail: str) -> str:
    """What is the same while the reason is: how long, how many and which line may differ, else
    every try would change what was sent."""
    return _NUMBER.sub("#", _HOW_LONG.sub("", detail))


def heard(
    desk: Unit, engine: Engine, source: str, listings: Collection[str] | None, now: datetime
) -> datetime | None:
    """These listings were read (None: all). The fault ends where nothing else is deaf.

    Returns since when the first of them had failed, if one had.
    """
    failed_since = desk.heard_source(source, listings)
    if failed_since is not None:
        _mend(desk, engine, source, now)
    return failed_since


def declared(
    desk: Unit, engine: Engine, source: str, listings: Collection[str], now: datetime
) -> None:
    """A source begins with these listings: one that is no longer declared is not deaf."""
    if desk.keep_listings(source, listings):
        _mend(desk, engine, source, now)


def sentence(source: str, found: Sequence[Deaf], now: datetime) -> str:
    """What an owner reads, of at least one that is deaf."""
    worst = next((one for one in found if not one.listing), found[0])
    waited = "" if worst.hopeless else f" for {spell_duration(now - worst.since)}"
    return f"{_what(source, found)}{waited}: {worst.failure}"


def names(listings: Sequence[str]) -> str:
    """Some listings in a sentence."""
    shown = [name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}…" for name in listings]
    more = len(shown) - MOST_NAMED
    return ", ".join(shown[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _what(source: str, found: Sequence[Deaf]) -> str:
    if any(not one.listing for one in found):
        return f"source {source} cannot be heard"
    return f"source {source} cannot be heard at {names([one.listing for one in found])}"


def _mend(desk: Unit, engine: Engine, source: str, now: datetime) -> None:
    if deaf(desk, source, now):
        look(desk, engine, source, now)
    else:
        engine.mended(desk, fault_name(source), now)
