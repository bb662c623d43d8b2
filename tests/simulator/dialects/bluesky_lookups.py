"""What Bluesky is asked beside its stream: single posts by anybody, and the past by an account.

Source: the lexicons app.bsky.feed.getPosts, app.bsky.feed.searchPosts and com.atproto.server. What
is not there is left out of an answer without a word; a search is refused to strangers.
"""

from datetime import datetime
from typing import Any

from config import Secret
from tests.simulator.dialect import Places, Request
from tests.simulator.faults import Answer, Fault, as_json, spoiled
from tests.simulator.timeline import Entry, Timeline

DID = "did:plc:simulated"
POSTS = "app.bsky.feed.post"
AT_ONCE = 25  # uris
PAGE = 8  # posts of a search; the real one gives 100
_FEED, _SERVER = "/xrpc/app.bsky.feed.", "/xrpc/com.atproto.server."
_SESSION = {"accessJwt": "access", "refreshJwt": "refresh", "did": DID, "handle": "acme.example"}


def account(places: Places) -> dict[str, Any]:
    """What is declared beside the stream."""
    base = f"http://{places.http}"
    return {
        "app_view": base,
        "server": base,
        "identifier": "acme.example",
        "app_password": Secret(env="BLUESKY"),
    }


def looked_up(request: Request, timeline: Timeline, now: datetime) -> Answer:
    """The answer to anything but the stream."""
    if request.path == f"{_FEED}getPosts":
        return _posts(request, timeline, now)
    if request.path in (f"{_SERVER}createSession", f"{_SERVER}refreshSession"):
        return as_json(_SESSION)
    if request.path != f"{_FEED}searchPosts":
        return as_json({"error": "MethodNotImplemented"}, 501)
    if request.headers.get("authorization") != "Bearer access":
        return as_json({"error": "AuthenticationRequired"}, 401)
    return _search(request, timeline, now)


def uri_of(entry: Entry) -> str:
    return f"at://{DID}/{POSTS}/k{entry.number}"


def record_of(entry: Entry, at: datetime) -> dict[str, Any]:
    """A post as its author's client wrote it, as it reads at an instant."""
    words = {"text": entry.words(at), "createdAt": entry.at.isoformat(), "langs": ["en"]}
    return {"$type": POSTS, **words}


def _posts(request: Request, timeline: Timeline, now: datetime) -> Answer:
    wanted = [value for name, value in request.pairs if name == "uris"]
    if not 0 < len(wanted) <= AT_ONCE:
        return as_json({"error": "InvalidRequest"}, 400)
    found = [entry for entry in timeline.visible(now) if uri_of(entry) in wanted]
    return as_json({"posts": _views(found, request.fault, now)})


def _search(request: Request, timeline: Timeline, now: datetime) -> Answer:
    asked = request.asked
    if (asked["q"], asked["sort"]) != ('"Acme"', "latest"):
        return as_json({"posts": []})
    since, before = datetime.fromisoformat(asked["since"]), int(asked.get("cursor", 10**9))
    found = [e for e in timeline.visible(now) if e.at >= since and e.number < before]
    page = found[:PAGE]
    more = {"cursor": str(page[-1].number)} if len(found) > PAGE else {}
    return as_json({"posts": _views(page, request.fault, now), **more})


def _views(entries: list[Entry], fault: Fault | None, now: datetime) -> list[Any]:
    return spoiled(fault, [_view(entry, now) for entry in entries], lambda view: view)


def _view(entry: Entry, now: datetime) -> dict[str, Any]:
    return {
        "uri": uri_of(entry),
        "author": {"did": DID, "handle": f"{entry.author}.example"},
        "record": record_of(entry, now),
        "likeCount": entry.likes(now),
        "indexedAt": entry.indexed.isoformat(),
    }
