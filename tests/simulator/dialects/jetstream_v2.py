"""Bluesky's Jetstream, the v2 wire: each event has a sequence number and a time.

Source: the repository bluesky-social/jetstream and its lexicon. A sequence number that is too old
is refused with `CursorTooOld`; a cursor from 10^15 on is a time, as in v1.
"""

import json
from datetime import UTC, datetime, timedelta

from listener.collectors.bluesky import Settings
from tests.simulator.dialect import Places, Request
from tests.simulator.dialects.bluesky_lookups import DID, account, looked_up
from tests.simulator.dialects.jetstream import (
    KEPT,
    Jetstream,
    commit,
    instances,
    told,
)
from tests.simulator.faults import Answer, Fault, as_json
from tests.simulator.timeline import Entry, Timeline

FIRST = datetime(2026, 11, 1, tzinfo=UTC)  # of the event with the number 0: one a microsecond
LEAST_TIME = 10**15  # smaller cursors are sequence numbers
PATH = "/xrpc/network.bsky.jetstream.subscribeEvents"
MICROSECOND = timedelta(microseconds=1)


class JetstreamV2(Jetstream):
    def settings(self, places: Places) -> Settings:
        hosts = instances(places)
        return Settings(name="sky", kind="bluesky", api="v2", hosts=hosts, **account(places))

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        if request.path != PATH:
            return looked_up(request, timeline, now)
        asked = int(request.asked.get("cursor", LEAST_TIME))
        is_old = FIRST + asked * MICROSECOND < now - KEPT if asked < LEAST_TIME else False
        if is_old or (asked < LEAST_TIME and request.fault is Fault.TOO_OLD):
            return as_json({"error": "CursorTooOld"}, 400)
        return Answer(101)

    def begins(self, request: Request, timeline: Timeline, now: datetime) -> datetime:
        asked = int(request.asked.get("cursor", 0))
        if not 0 < asked < LEAST_TIME:
            return super().begins(request, timeline, now)
        return min(FIRST + (asked - 1) * MICROSECOND, now)

    def frames(self, timeline: Timeline, since: datetime, until: datetime) -> list[str]:
        return [_frame(*one) for one in told(timeline, since, until)]


def _frame(at: datetime, operation: str, entry: Entry | None) -> str:
    payload: dict[str, object] = {"seq": (at - FIRST) // MICROSECOND, "time": at.isoformat()}
    if entry is None:
        payload |= {"$type": "x#account", "did": "did:plc:somebody", "active": False}
    else:
        payload |= {"$type": "x#commit", "did": DID, **commit(entry, at, operation)}
    return json.dumps({"$type": "message", "payload": payload})
