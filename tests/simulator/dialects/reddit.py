"""Reddit: a subreddit's newest submissions and comments, page by page, behind a token.

Source: reddit.com/dev/api, "listings" and "search". No listing reaches deeper than its newest
items, and an anchor that was deleted leads nowhere. Every second submission is in another
subreddit, where only the search finds it: submissions alone, later, and no older than `t`.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from config import Secret
from listener.collectors.reddit import Settings
from tests.simulator.dialect import Bounds, Places, Request
from tests.simulator.faults import COMMON, HUGE_CHARS, Answer, Fault, as_json, spoiled
from tests.simulator.timeline import Entry, Timeline

PAGE = 8
DEEPEST = 24  # items of a listing; the real one has about 1,000
TOKEN = {"access_token": "t", "token_type": "bearer", "expires_in": 3_600, "scope": "*"}
SEARCHED_AFTER = timedelta(minutes=5)  # it is shown elsewhere
WINDOWS = {"day": 1, "week": 7, "month": 31, "year": 366}  # days
ELSEWHERE = 6  # every sixth post, all of them submissions
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Reddit:
    platform = "reddit"
    bounds = Bounds(
        faults=COMMON | {Fault.ODD, Fault.EMPTY},  # empty are its lookups
        told=True,
        latest=timedelta(minutes=3),
        requests=30,
        shrunk={
            "listener.collectors.reddit_place.DEEPEST": DEEPEST,
            "listener.collectors.reddit_place.NEARLY_DEEPEST": DEEPEST - 2,
            "listener.collectors.reddit_place.KNOWN": PAGE,
            "listener.collectors.reddit_place.QUICK": timedelta(seconds=1),
        },
    )

    def settings(self, places: Places) -> Settings:
        base = f"http://{places.http}"
        return Settings(
            name="reddit",
            client_id=Secret(env="ID"),
            client_secret=Secret(env="SECRET"),
            username="acme_test",
            subreddits=("acme",),
            oauth_url=base,
            reddit_url=base,
        )

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        if request.path == "/api/v1/access_token":
            return as_json(TOKEN)
        if request.path == "/api/info":
            asked = request.asked["id"].split(",")
            asked = [] if request.fault is Fault.EMPTY else asked
            found = [entry for entry in timeline.visible(now) if _name(entry) in asked]
            children = [_child(entry, now, request.fault) for entry in found]
            return as_json({"kind": "Listing", "data": {"after": None, "children": children}})
        listed = _listed(request, timeline, now)
        if listed is None:
            return as_json({"message": "Not Found", "error": 404}, 404)
        shown = listed[:DEEPEST]
        page, more = _page(shown, request.asked)
        after = _name(page[-1]) if page and more else None
        children = spoiled(request.fault, [_child(e, now, request.fault) for e in page], _enlarged)
        return as_json({"kind": "Listing", "data": {"after": after, "children": children}})

    def number(self, native_id: str) -> int:
        return int(native_id[3:], 36)

    def native_id(self, entry: Entry) -> str:
        return _name(entry)


def _listed(request: Request, timeline: Timeline, now: datetime) -> list[Entry] | None:
    """What a listing holds, the newest first; None where there is none at that place."""
    if request.path == "/search":
        return _found(request.asked, timeline, now)
    kind = {"/r/acme/new": "t3", "/r/acme/comments": "t1"}.get(request.path)
    if kind is None:
        return None
    here = [entry for entry in timeline.visible(now) if entry.number % ELSEWHERE]
    return [entry for entry in here if _kind(entry) == kind]


def _found(asked: Mapping[str, str], timeline: Timeline, now: datetime) -> list[Entry]:
    if (asked["q"], asked["sort"], asked["type"]) != ('"Acme"', "new", "link"):
        return []
    oldest = now - timedelta(days=WINDOWS[asked["t"]])
    return [
        entry
        for entry in timeline.visible(now)
        if _kind(entry) == "t3" and entry.at > oldest and _found_at(entry) <= now
    ]


def _found_at(entry: Entry) -> datetime:
    """The search's index lags, and not for all posts alike."""
    return entry.indexed + (SEARCHED_AFTER if entry.number % 4 == 0 else timedelta(0))


def _kind(entry: Entry) -> str:
    return "t1" if entry.number % 3 else "t3"


def _name(entry: Entry) -> str:
    number, digits = entry.number, ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return f"{_kind(entry)}_{digits}"


def _page(shown: list[Entry], asked: Mapping[str, str]) -> tuple[list[Entry], bool]:
    """The items after the anchor; none where the anchor is gone."""
    names = [_name(entry) for entry in shown]
    after = asked.get("after")
    if after and after not in names:
        return [], False
    rest = shown[names.index(after) + 1 :] if after else shown
    return rest[:PAGE], len(rest) > PAGE


def _child(entry: Entry, now: datetime, fault: Fault | None) -> dict[str, Any]:
    words = "body" if _kind(entry) == "t1" else "selftext"
    data: dict[str, Any] = {
        "name": _name(entry),
        words: entry.words(now),
        "title": "About Acme",
        "author": entry.author,
        "created_utc": entry.at.timestamp(),
        "edited": entry.edited.timestamp() if entry.is_edited(now) and entry.edited else False,
        "score": entry.likes(now),
    }
    if fault is Fault.ODD:
        data |= {"score": "hidden", "num_comments": -1, "permalink": 7, "parent_id": []}
    return {"kind": _kind(entry), "data": data}


def _enlarged(child: dict[str, Any]) -> dict[str, Any]:
    words = "body" if child["kind"] == "t1" else "selftext"
    data = {**child["data"], words: child["data"][words] + " x" * (HUGE_CHARS // 2)}
    return json.loads(json.dumps({**child, "data": data}))  # type: ignore[no-any-return]
