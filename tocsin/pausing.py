"""Until when a source is not asked, written down by the daemon so that other processes can tell."""

import json
from datetime import datetime

from listener.fields import iso_time, mapping
from tocsin.store import Unit
from tocsin.store.sources import SourceState


def note(desk: Unit, source: str, until: datetime, now: datetime) -> None:
    """The source as a whole rests."""
    desk.keep(_name(source), json.dumps({"until": until.isoformat(), "at": now.isoformat()}))


def paused_until(desk: Unit, state: SourceState, now: datetime) -> datetime | None:
    """None: it does not rest, or was heard since, as after a new start."""
    try:
        kept = mapping(json.loads(desk.kept(_name(state.name)) or "{}"))
    except ValueError:
        return None
    until, at = iso_time(kept.get("until")), iso_time(kept.get("at"))
    if until is None or at is None or until <= now:
        return None
    return None if state.succeeded_at is not None and state.succeeded_at > at else until


def _name(source: str) -> str:
    return f"pause:{source}"
