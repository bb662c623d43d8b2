"""X with its filtered stream: posts as they are first shown and as they are edited, by line.

Source: X's OpenAPI 2.167, and its page on handling disconnections. A stream remembers nothing and
tells of no deletion; each post is charged like one that was found by search.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from listener.collectors.x import Settings
from tests.simulator.dialect import Places, Request
from tests.simulator.dialects.x import X, post_of
from tests.simulator.faults import Answer, Fault, as_json
from tests.simulator.timeline import Entry, Timeline

RULE = {"id": "1", "value": '("Acme") -is:retweet', "tag": "tocsin:x"}
_BUSY = {
    "title": "ConnectionException",
    "detail": "This stream is currently at the maximum allowed connection limit.",
    "connection_issue": "TooManyConnections",
    "type": "https://api.twitter.com/2/problems/streaming-connection",
}


class XStream(X):
    bounds = replace(
        X.bounds,
        faults=X.bounds.faults | {Fault.GOING_AWAY, Fault.SILENT, Fault.TAKEN},
        streams=True,
        searched=True,
        slower=10,
        shrunk={
            **X.bounds.shrunk,
            "listener.collectors.x_streamed.LONGEST_LISTEN": 0.05,
            "listener.collectors.x_streamed.LINGER": 0.02,
        },
    )

    def settings(self, places: Places) -> Settings:
        return super().settings(places).model_copy(update={"stream": True})

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        if request.path == "/2/tweets/search/stream/rules":
            return as_json({"data": [RULE], "meta": {"result_count": 1}})
        if request.path == "/2/tweets/search/stream":
            return as_json(_BUSY, 429) if request.fault is Fault.TAKEN else Answer(101)
        return super().answer(request, timeline, now)

    def begins(self, request: Request, timeline: Timeline, now: datetime) -> datetime:
        return now

    def frames(self, timeline: Timeline, since: datetime, until: datetime) -> list[str]:
        return [_line(at, entry) for at, entry in shown(timeline, since, until)]

    def charged(self, timeline: Timeline, since: datetime, until: datetime) -> Mapping[str, float]:
        found = shown(timeline, since, until)
        posts = {f"post {post_of(entry, at)['id']}": 0.005 for at, entry in found}
        return {**posts, **{f"user {entry.number % 7 + 1}": 0.010 for _, entry in found}}


def shown(timeline: Timeline, since: datetime, until: datetime) -> list[tuple[datetime, Entry]]:
    """What is sent of a time, in order: when, and which post."""
    times = [(entry.indexed, entry) for entry in timeline.entries]
    times += [
        (entry.edited, entry)
        for entry in timeline.entries
        if entry.edited is not None and entry.edited > entry.indexed
    ]
    found = [(at, e) for at, e in times if since < at <= until and not e.is_deleted(at)]
    return sorted(found, key=lambda one: (one[0], one[1].number))


def _line(at: datetime, entry: Entry) -> str:
    user = {"id": str(entry.number % 7 + 1), "username": f"writer{entry.number % 7 + 1}"}
    rules = [{"id": RULE["id"], "tag": RULE["tag"]}]
    said = {"data": post_of(entry, at), "includes": {"users": [user]}, "matching_rules": rules}
    return json.dumps(said)
