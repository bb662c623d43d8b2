"""Hacker News as Algolia's `search_by_date` shows it, a few hits a page.

Source: hn.algolia.com/api, Algolia's search parameters; github.com/HackerNews/API for single items.
An answer of the search says in `hitsPerPage` how many hits it holds at most.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from listener.collectors.hackernews import Settings
from tests.simulator.dialect import Bounds, Places, Request
from tests.simulator.faults import COMMON, HUGE_CHARS, Answer, Fault, as_json, spoiled
from tests.simulator.timeline import Entry, Timeline

PAGE = 8  # hits; the real one gives 1,000
FIRST = 40_000_000  # the number of the first item
_LIMIT = re.compile(r"created_at_i(>=|<=)(\d+)")


class HackerNews:
    platform = "hackernews"
    bounds = Bounds(
        faults=COMMON | {Fault.ODD},
        latest=timedelta(minutes=50),
        told=True,
        requests=6,
        shrunk={"listener.collectors.hackernews.MIN_SECONDS": 0.05},
    )

    def settings(self, places: Places) -> Settings:
        base = f"http://{places.http}"
        return Settings(name="news", kind="hackernews", api=f"{base}/api/v1", items=f"{base}/v0")

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        if request.path.startswith("/v0/item/"):
            return self._item(request, timeline, now)
        if request.path != "/api/v1/search_by_date" or request.asked.get("query") != '"Acme"':
            return as_json({"message": "no such search"}, 404)
        limits = dict(_LIMIT.findall(request.asked["numericFilters"]))
        since, until = int(limits.get(">=", 0)), int(limits.get("<=", 2**40))
        size = min(PAGE, int(request.asked["hitsPerPage"]))
        found = [e for e in timeline.visible(now) if since <= int(e.at.timestamp()) <= until]
        hits = [_hit(entry, now, request.fault) for entry in found[:size]]
        hits = spoiled(request.fault, hits, _enlarged)
        return as_json({"hits": hits, "nbHits": len(found), "hitsPerPage": size, "page": 0})

    def _item(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        """The site's own interface: how one item stands."""
        native_id = request.path.removeprefix("/v0/item/").removesuffix(".json")
        entry = timeline.entries[self.number(native_id)]
        if entry.is_deleted(now):
            return as_json({"id": int(native_id), "deleted": True, "type": "comment"})
        said = {"by": entry.author, "text": entry.words(now), "time": int(entry.at.timestamp())}
        return as_json({"id": int(native_id), "type": "comment", **said})

    def number(self, native_id: str) -> int:
        return int(native_id) - FIRST

    def native_id(self, entry: Entry) -> str:
        return str(FIRST + entry.number)


def _hit(entry: Entry, now: datetime, fault: Fault | None) -> dict[str, Any]:
    odd = {"points": "many", "num_comments": -1, "_tags": 7, "story_id": {}}
    return {
        "objectID": str(FIRST + entry.number),
        "author": entry.author,
        "created_at_i": int(entry.at.timestamp()),
        "comment_text": entry.words(now),
        "story_id": FIRST,
        "points": entry.likes(now),
        **(odd if fault is Fault.ODD else {}),
    }


def _enlarged(hit: dict[str, Any]) -> dict[str, Any]:
    return {**hit, "comment_text": hit["comment_text"] + " x" * (HUGE_CHARS // 2)}
