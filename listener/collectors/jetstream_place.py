"""Where a Jetstream was heard to, and where to go on, also on another instance. Pure.

A cursor is inclusive. On v1 it is a time in microseconds, and one that is too old is moved to the
oldest event without a word; on v2 it is an instance's own sequence number, or a time from 10^15
on, and a sequence number that is too old is answered by HTTP 400 `CursorTooOld`.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from listener.collector import Gap
from listener.collectors.jetstream import POSTS

MAX_EVENT_BYTES = 1_000_000  # the server leaves out longer ones
LOOK_BACK = timedelta(hours=36)  # what an instance keeps by default
OVERLAP = timedelta(seconds=5)  # events are not quite in the order of their times
HOST_CHANGE = timedelta(seconds=60)  # instances witness the same event at different times
LEAST_TIME = 10**15  # smaller cursors are sequence numbers
SKEW = timedelta(minutes=10)  # how far an honest instance's clock may be from ours
HOSTS = {
    "v1": (
        "jetstream2.us-east.bsky.network",
        "jetstream1.us-east.bsky.network",
        "jetstream2.us-west.bsky.network",
        "jetstream1.us-west.bsky.network",
    ),
    "v2": ("jetstream.us-east.bsky.network", "jetstream.us-west.bsky.network"),
}
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """How far the stream was heard: an instance, its position, and the time that means."""

    host: str
    api: str
    position: int
    at: datetime

    def spell(self) -> str:
        return json.dumps(
            {"host": self.host, "api": self.api, "position": self.position, "at": str(self.at)}
        )

    @classmethod
    def read(cls, cursor: str) -> "Place | None":
        try:
            row = json.loads(cursor)
            at = datetime.fromisoformat(row["at"]).astimezone(UTC)
            return cls(str(row["host"]), str(row["api"]), int(row["position"]), at)
        except (ValueError, TypeError, KeyError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin: the cursor to send (None: live), the time it means, and what is lost."""

    cursor: int | None = None
    at: datetime | None = None
    gaps: tuple[Gap, ...] = ()


def start_from(stored: str | None, host: str, api: str, now: datetime, *, began: datetime) -> Start:
    """Decide where to begin on an instance.

    began  when it was first asked for. Where no place is stored, it is heard from there on: what is
           written while the first connection is made, or tried again, is not missed.

    A sequence number means something on its own instance only; anywhere else the place is found
    by time. A time in the future is never sent: the instance would go live without a word.
    """
    if stored is None:
        return Start(microseconds(began))  # no time to compare: it cannot have lost that yet
    place = Place.read(stored)
    floor = now - LOOK_BACK
    if place is None:
        return _from_floor(Gap(floor, now, "the stored place in the stream could not be read"), now)
    if place.at < floor:
        return _from_floor(Gap(place.at, floor, "longer ago than the stream is kept"), now)
    same = (place.host, place.api) == (host, api)
    at = min(place.at, now)
    if same and api == "v2":
        return Start(place.position, at)
    at -= OVERLAP if same else HOST_CHANGE
    return Start(microseconds(at), at)


def opened(host: str, api: str, now: datetime) -> Place:
    """The place of a stream that was just opened and has told nothing yet, so that a restart goes
    on from there. A little before now: by the instance's clock it must not be in the future.
    """
    at = now - SKEW
    return Place(host, api, microseconds(at), at)


def sequence_of(cursor: int | None) -> int:
    """A cursor that is a sequence number; 0 for one that is a time, and for none."""
    return cursor if cursor is not None and cursor < LEAST_TIME else 0


def _from_floor(gap: Gap, now: datetime) -> Start:
    return Start(microseconds(now - LOOK_BACK), now - LOOK_BACK, (gap,))


def microseconds(at: datetime) -> int:
    """Since 1970; how both wires write a time."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def address(host: str, api: str, cursor: int | None) -> str:
    """Where an instance streams posts from."""
    base = host if "://" in host else f"wss://{host}"
    limit: tuple[str, object] = ("maxMessageSizeBytes", MAX_EVENT_BYTES)
    asked = [("wantedCollections", POSTS), limit]
    if api == "v2":
        base += "/xrpc/network.bsky.jetstream.subscribeEvents"
        asked = [("collections", POSTS), ("kinds", "commit"), limit]
    else:
        base += "/subscribe"
    if cursor is not None:
        asked.append(("cursor", cursor))
    return f"{base}?{urlencode(asked)}"
