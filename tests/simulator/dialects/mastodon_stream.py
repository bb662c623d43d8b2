"""Mastodon with its streaming: what the timelines show is told at once, to whoever asked for it.

Source: docs.joinmastodon.org/methods/streaming, "WebSocket". A stream begins when it is asked for
and repeats nothing. Every third post is a mention of our own account too, with a number of its own
that tells when it arrived.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from config import Secret
from listener.collectors.mastodon import Settings
from tests.simulator.dialect import Bounds, Places, Request
from tests.simulator.dialects.jetstream import told
from tests.simulator.dialects.mastodon import Mastodon, enlarged, id_of, page_of, status_of
from tests.simulator.faults import COMMON, Answer, Fault, as_json, spoiled
from tests.simulator.timeline import Entry, Timeline

ASKED = {"type": "subscribe", "stream": "hashtag", "tag": "acme"}
EVENTS = {"create": "update", "update": "status.update", "delete": "delete"}


class MastodonStream(Mastodon):
    bounds = Bounds(
        faults=COMMON | {Fault.ODD, Fault.GOING_AWAY},
        latest=timedelta(minutes=9),
        told=True,
        looks_back=True,
        requests=60,
        streams=True,
        walks=True,
        slower=4,
        shrunk={
            "listener.collectors.mastodon.MIN_SECONDS": 0.05,
            "listener.collectors.mastodon_stream.MIN_SECONDS": 0.05,
            "listener.collectors.mastodon_stream.TURN": 0.03,
            "listener.collectors.mastodon_stream.LINGER": 0.02,
        },
    )

    def settings(self, places: Places) -> Settings:
        self._streams_at = places.stream()
        return Settings(
            name="mastodon",
            instance=f"http://{places.http}",
            tags=("acme",),
            token=Secret(env="MASTODON"),
            streaming=True,
        )

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        if request.path == "/api/v1/streaming/health":
            return Answer(200, {"content-type": "text/plain"}, b"OK")
        if request.headers.get("authorization") != "Bearer simulated-secret":
            return as_json({"error": "The access token is invalid"}, 401)
        if request.path == "/api/v1/streaming":
            return Answer(101)
        if request.path == "/api/v2/instance":
            urls = {"streaming": f"ws://{self._streams_at}"}
            return as_json({"configuration": {"urls": urls}})
        if request.path == "/api/v1/notifications":
            return _mentions(request, timeline, now)
        return super().answer(request, timeline, now)

    def begins(self, request: Request, timeline: Timeline, now: datetime) -> datetime:
        return now

    def subscribes(self, said: str) -> bool:
        return bool(json.loads(said) == ASKED)

    def frames(self, timeline: Timeline, since: datetime, until: datetime) -> list[str]:
        frames = []
        for at, operation, entry in told(timeline, since, until):
            if entry is not None:
                frames += _frames(at, operation, entry)
        return frames


def _frames(at: datetime, operation: str, entry: Entry) -> list[str]:
    """What one thing is told as: a mention is told twice, in two streams."""
    status = status_of(entry, at, None)
    payload = str(id_of(entry)) if operation == "delete" else json.dumps(status)
    frames = [_frame(["hashtag", "acme"], EVENTS[operation], payload)]
    if operation == "create" and entry.number % 3 == 0:
        frames.append(_frame(["user:notification"], "notification", json.dumps(_note(entry, at))))
    return frames


def _frame(stream: list[str], event: str, payload: str) -> str:
    return json.dumps({"stream": stream, "event": event, "payload": payload})


def _note(entry: Entry, now: datetime, fault: Fault | None = None) -> dict[str, Any]:
    status = status_of(entry, now, fault)
    return {"id": str(_note_id(entry)), "type": "mention", "status": status}


def _note_id(entry: Entry) -> int:
    return (int(entry.indexed.timestamp() * 1000) << 16) + entry.number


def _mentions(request: Request, timeline: Timeline, now: datetime) -> Answer:
    mentions = [entry for entry in timeline.visible(now) if entry.number % 3 == 0]
    page = page_of(request, mentions, _note_id)
    notes = [_note(entry, now, request.fault) for entry in page]
    return as_json(spoiled(request.fault, notes, _enlarged))


def _enlarged(note: dict[str, Any]) -> dict[str, Any]:
    return {**note, "status": enlarged(note["status"])}
