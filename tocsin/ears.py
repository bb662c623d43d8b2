"""Which chats are heard: written down by the daemon, so that other processes can tell."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tocsin.store.times import ms, utc

if TYPE_CHECKING:
    from tocsin.store import Unit

WRITTEN_EVERY = timedelta(seconds=20)
STALE = timedelta(minutes=2)  # not written for so long, no daemon runs
_NAME = "ears"


class Ear(StrEnum):
    """How a chat fares."""

    HEARS = "hears"
    DEAF = "deaf"
    CONNECTING = "connecting"


@dataclass(frozen=True, slots=True)
class Heard:
    """How one chat is heard.

    since  when that began. why: it is not heard, "" where it is.
    """

    state: Ear
    since: datetime | None = None
    why: str = ""


def write_down(desk: "Unit", chats: Mapping[str, Heard], now: datetime) -> None:
    """Keep how each chat is heard now; that it was written says that a daemon runs."""
    kept = {
        name: {"state": one.state, "since": ms(one.since) if one.since else None, "why": one.why}
        for name, one in chats.items()
    }
    desk.keep(_NAME, json.dumps({"at": ms(now), "chats": kept}))


def ended(desk: "Unit") -> None:
    """The daemon has ended."""
    desk.keep(_NAME, "{}")


def how_heard(desk: "Unit", now: datetime) -> Mapping[str, Heard] | None:
    """How each chat of the daemon that runs is heard; None: no daemon runs."""
    found = json.loads(desk.kept(_NAME) or "{}")
    if not found or now - utc(found["at"]) > STALE:
        return None
    return {name: _read(one) for name, one in found["chats"].items()}


def _read(one: dict[str, Any]) -> Heard:
    since = None if one["since"] is None else utc(one["since"])
    return Heard(Ear(one["state"]), since, one["why"])
