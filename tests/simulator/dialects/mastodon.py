"""Mastodon: the timeline of a tag, walked by `min_id`, and single statuses.

Source: docs.joinmastodon.org/methods/timelines, .../statuses. Ids tell when a status was written,
so that one of another instance which arrives late is numbered before what was shown already.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from listener.collectors.mastodon import Settings
from tests.simulator.dialect import Bounds, Places, Request
from tests.simulator.faults import COMMON, HUGE_CHARS, Answer, Fault, as_json, spoiled
from tests.simulator.timeline import Entry, Timeline

PAGE = 8  # statuses; the real one gives 40
_BITS = 16


class Mastodon:
    platform = "mastodon"
    bounds = Bounds(
        faults=COMMON | {Fault.ODD, Fault.EMPTY},  # empty are its lookups
        latest=timedelta(minutes=9),
        told=True,
        looks_back=True,
        requests=40,
        shrunk={"listener.collectors.mastodon.MIN_SECONDS": 0.05},
    )

    def settings(self, places: Places) -> Settings:
        return Settings(name="mastodon", instance=f"http://{places.http}", tags=("acme",))

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        if request.path.startswith("/api/v1/statuses/"):
            return self._status(request, timeline, now)
        if request.path == "/api/v1/statuses" and not _is_old(timeline):
            return self._statuses(request, timeline, now)
        if request.path != "/api/v1/timelines/tag/acme":
            return as_json({"error": "Record not found"}, 404)
        page = page_of(request, timeline.visible(now), id_of)
        shown = [status_of(entry, now, request.fault) for entry in page]
        return as_json(spoiled(request.fault, shown, enlarged))

    def _status(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        wanted = request.path.rpartition("/")[2]
        for entry in timeline.visible(now):
            if str(id_of(entry)) == wanted and request.fault is not Fault.EMPTY:
                return as_json(status_of(entry, now, None))
        return as_json({"error": "Record not found"}, 404)

    def _statuses(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        """Several by their ids; those that are not there are left out without a word."""
        wanted = {value for name, value in request.pairs if name == "id[]"}
        shown = [] if request.fault is Fault.EMPTY else timeline.visible(now)
        found = [entry for entry in shown if str(id_of(entry)) in wanted]
        return as_json([status_of(entry, now, request.fault) for entry in found])

    def number(self, native_id: str) -> int:
        return int(native_id.rpartition("/")[2]) & ((1 << _BITS) - 1)

    def native_id(self, entry: Entry) -> str:
        return f"https://there.example/statuses/{id_of(entry)}"


def page_of(request: Request, shown: list[Entry], number: Callable[[Entry], int]) -> list[Entry]:
    """A page, the newest first: what follows `min_id`, or the newest, or those before `max_id`."""
    after, before = int(request.asked.get("min_id", 0)), int(request.asked.get("max_id", 2**80))
    size = min(PAGE, int(request.asked["limit"]))
    found = sorted((entry for entry in shown if after < number(entry) < before), key=number)
    return (found[:size] if after else found[-size:])[::-1]


def _is_old(timeline: Timeline) -> bool:
    """Half of the instances are older than Mastodon 4.3, and give no list of statuses by id."""
    return len(timeline.entries) % 2 == 0


def id_of(entry: Entry) -> int:
    return (int(entry.at.timestamp() * 1000) << _BITS) + entry.number


def status_of(entry: Entry, now: datetime, fault: Fault | None) -> dict[str, Any]:
    odd = {"favourites_count": "many", "reblog": 7, "language": 3, "url": [], "spoiler_text": None}
    return {
        "id": str(id_of(entry)),
        "uri": f"https://there.example/statuses/{id_of(entry)}",
        "created_at": entry.at.isoformat(),
        "edited_at": entry.edited.isoformat() if entry.is_edited(now) and entry.edited else None,
        "content": f"<p>{entry.words(now)}</p>",
        "favourites_count": entry.likes(now),
        "account": {"acct": f"{entry.author}@there.example"},
        **(odd if fault is Fault.ODD else {}),
    }


def enlarged(status: dict[str, Any]) -> dict[str, Any]:
    return {**status, "content": status["content"] + " x" * (HUGE_CHARS // 2)}
