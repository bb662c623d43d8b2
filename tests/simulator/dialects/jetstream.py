"""Bluesky's Jetstream, the v1 wire: everything there is, from a time on, with its deletions.

Source: the repository bluesky-social/jetstream. A cursor is a time in microseconds and inclusive;
one that is too old is moved to the oldest event that is kept, and one in the future to now, without
a word. Between the posts that name a brand there is always something else. Beside the stream: kept
posts are looked up, and an account searches the past (see `bluesky_lookups`).
"""

import json
from datetime import UTC, datetime, timedelta

from listener.collectors.bluesky import Settings
from tests.simulator.dialect import Bounds, Places, Request
from tests.simulator.dialects.bluesky_lookups import (
    DID,
    POSTS,
    account,
    looked_up,
    record_of,
    uri_of,
)
from tests.simulator.faults import COMMON, Answer, Fault
from tests.simulator.timeline import Entry, Timeline

KEPT = timedelta(hours=36)
HARDLY_KEPT = timedelta(minutes=30)  # by an instance that was just set up
SOON = timedelta(seconds=1)
EPOCH = datetime.fromtimestamp(0, UTC)


class Jetstream:
    platform = "bluesky"
    bounds = Bounds(
        # What one account does is told in order, and a longer event is left out.
        faults=COMMON - {Fault.SHUFFLED, Fault.HUGE} | {Fault.GOING_AWAY, Fault.TOO_OLD},
        latest=timedelta(minutes=50),
        told=True,
        requests=4,
        streams=True,
        looks_back=True,
        slower=4,
        shrunk={"listener.collectors.bluesky.LINGER": 0.02},
    )

    def settings(self, places: Places) -> Settings:
        return Settings(name="sky", kind="bluesky", hosts=instances(places), **account(places))

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        if request.path == "/subscribe":
            return Answer(101)
        return looked_up(request, timeline, now)

    def begins(self, request: Request, timeline: Timeline, now: datetime) -> datetime:
        asked = int(request.asked.get("cursor", 0))
        return begun(asked - 1, request, now) if asked else now

    def frames(self, timeline: Timeline, since: datetime, until: datetime) -> list[str]:
        return [_frame(*one) for one in told(timeline, since, until)]

    def number(self, native_id: str) -> int:
        return int(native_id.rpartition("/k")[2])

    def native_id(self, entry: Entry) -> str:
        return uri_of(entry)


def instances(places: Places) -> tuple[str, str]:
    """One server under two names, as if they were two instances."""
    first = places.stream()
    return f"ws://{first}", f"ws://localhost:{first.rpartition(':')[2]}"


def begun(us: int, request: Request, now: datetime) -> datetime:
    """From when on an instance tells, of a cursor that is a time."""
    kept = HARDLY_KEPT if request.fault is Fault.TOO_OLD else KEPT
    return min(max(EPOCH + timedelta(microseconds=us), now - kept), now)


Told = tuple[datetime, str, Entry | None]


def told(timeline: Timeline, since: datetime, until: datetime) -> list[Told]:
    """What is told of a time, in order: when, which operation, on which post (None: no post)."""
    all_of_it: list[Told] = [(since + SOON, "", None), (until, "", None)]
    for entry in timeline.entries:
        all_of_it.append((entry.indexed, "create", entry))
        all_of_it += [(entry.edited, "update", entry)] if entry.edited else []
        all_of_it += [(entry.deleted, "delete", entry)] if entry.deleted else []
    return sorted((one for one in all_of_it if since < one[0] <= until), key=lambda one: one[0])


def commit(entry: Entry, at: datetime, operation: str) -> dict[str, object]:
    """The part of a frame that both wires share."""
    said: dict[str, object] = {
        "operation": operation,
        "collection": POSTS,
        "rkey": f"k{entry.number}",
    }
    if operation == "delete":
        return said
    return said | {"record": record_of(entry, at)}


def _frame(at: datetime, operation: str, entry: Entry | None) -> str:
    time_us = (at - EPOCH) // timedelta(microseconds=1)
    if entry is None:  # what v1 sends whatever was asked for
        account = {"did": "did:plc:somebody", "active": False, "status": "suspended"}
        return json.dumps({"time_us": time_us, "kind": "account", "account": account})
    said = commit(entry, at, operation)
    return json.dumps({"did": DID, "time_us": time_us, "kind": "commit", "commit": said})
