"""Bluesky's Jetstream, the v1 wire: everything there is, from a time on, with its deletions.

Source: the repository bluesky-social/jetstream. A cursor is a time in microseconds and inclusive;
one that is too old is moved to the oldest event that is kept, and one in the future to now, without
a word. Between the posts that name a brand there is always something else.
"""

import json
from datetime import UTC, datetime, timedelta

from listener.collectors.bluesky import Settings
from tests.simulator.dialect import Bounds, Places, Request
from tests.simulator.faults import COMMON, Answer, Fault
from tests.simulator.timeline import Entry, Timeline

KEPT = timedelta(hours=36)
HARDLY_KEPT = timedelta(minutes=30)  # by an instance that was just set up
SOON = timedelta(seconds=1)
DID = "did:plc:simulated"
POSTS = "app.bsky.feed.post"


class Jetstream:
    platform = "bluesky"
    bounds = Bounds(
        # What one account does is told in order, and a longer event is left out.
        faults=COMMON - {Fault.SHUFFLED, Fault.HUGE} | {Fault.GOING_AWAY, Fault.TOO_OLD},
        latest=timedelta(minutes=50),
        told=True,
        requests=4,
        streams=True,
        slower=4,
        shrunk={"listener.collectors.bluesky.LINGER": 0.02},
    )

    def settings(self, places: Places) -> Settings:
        first = places.stream()
        second = f"localhost:{first.rpartition(':')[2]}"  # as if it were another instance
        return Settings(name="sky", kind="bluesky", hosts=(f"ws://{first}", f"ws://{second}"))

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        return Answer(101 if request.path == "/subscribe" else 404)

    def begins(self, request: Request, timeline: Timeline, now: datetime) -> datetime:
        asked = int(request.asked.get("cursor", 0))
        if not asked:
            return now
        since = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=asked - 1)
        kept = HARDLY_KEPT if request.fault is Fault.TOO_OLD else KEPT
        return min(max(since, now - kept), now)

    def frames(self, timeline: Timeline, since: datetime, until: datetime) -> list[str]:
        told = [(since + SOON, _of_an_account(since + SOON)), (until, _of_an_account(until))]
        for entry in timeline.entries:
            told.append((entry.indexed, _commit(entry, entry.indexed, "create")))
            if entry.edited:
                told.append((entry.edited, _commit(entry, entry.edited, "update")))
            if entry.deleted:
                told.append((entry.deleted, _commit(entry, entry.deleted, "delete")))
        told.sort(key=lambda one: one[0])
        return [frame for at, frame in told if since < at <= until]

    def number(self, native_id: str) -> int:
        return int(native_id.rpartition("/k")[2])

    def native_id(self, entry: Entry) -> str:
        return f"at://{DID}/{POSTS}/k{entry.number}"


def _us(at: datetime) -> int:
    return (at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)


def _of_an_account(at: datetime) -> str:
    """What v1 sends whatever was asked for."""
    said = {"did": "did:plc:somebody", "active": False, "status": "suspended"}
    return json.dumps({"did": said["did"], "time_us": _us(at), "kind": "account", "account": said})


def _commit(entry: Entry, at: datetime, operation: str) -> str:
    commit: dict[str, object] = {
        "operation": operation,
        "collection": POSTS,
        "rkey": f"k{entry.number}",
    }
    if operation != "delete":
        words = {"text": entry.words(at), "createdAt": entry.at.isoformat()}
        commit["record"] = {"$type": POSTS, "langs": ["en"], **words}
    return json.dumps({"did": DID, "time_us": _us(at), "kind": "commit", "commit": commit})
