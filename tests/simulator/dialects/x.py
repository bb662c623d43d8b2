"""X: recent search and mentions, `since_id` and pages, in both spellings of its fields.

Source: X's OpenAPI 2.167. A post costs once on a day of UTC however often it is read; an edit is
a new id, of which the chain tells; a post is found half a minute after it was written.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from config import Secret
from listener.collectors.x import Settings
from tests.simulator.dialect import Bounds, Places, Request
from tests.simulator.faults import COMMON, HUGE_CHARS, Answer, Fault, as_json, spoiled
from tests.simulator.timeline import Entry, Timeline

PAGE = 10
FOUND_AFTER = timedelta(seconds=30)
REACH = timedelta(days=7)
OWN = "42"  # the account whose mentions are read; every third post is one
A_DAY = 5.0  # dollars
_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_PROBLEMS = "https://api.twitter.com/2/problems/"
_RENAMED = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
}


class X:
    platform = "x"
    bounds = Bounds(
        faults=COMMON | {Fault.ODD, Fault.RENAMED, Fault.PARTIAL, Fault.TOO_OLD},
        latest=timedelta(minutes=3),
        told=True,
        requests=60,
        dollars=A_DAY,
        quiet=(timedelta(hours=25),) * 5,
        shrunk={"listener.collectors.x_place.MAX_PAGES": 4},
    )

    def settings(self, places: Places) -> Settings:
        return Settings(
            name="x",
            bearer_token=Secret(env="X"),
            mentions_of=(OWN,),
            dollars_per_day=A_DAY,
            api=f"http://{places.http}",
        )

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        asked, own = request.asked, request.path == f"/2/users/{OWN}/mentions"
        if not own and request.path not in ("/2/tweets/search/recent", "/2/tweets"):
            return _refused("resource-not-found", 404)
        if _is_too_old(asked, now) or (request.fault is Fault.TOO_OLD and "since_id" in asked):
            return _refused("invalid-request", 400)
        if request.path == "/2/tweets":
            return _looked_up(request.asked["ids"].split(","), request.fault, timeline, now)
        found = [entry for entry in timeline.visible(now) if now - REACH < entry.at]
        found = [e for e in found if e.at <= now - FOUND_AFTER and not (own and e.number % 3)]
        found.sort(key=lambda entry: _id(entry, now), reverse=True)
        found = [entry for entry in found if _is_asked_for(entry, asked, now)]
        page = found[: min(PAGE, int(asked["max_results"]))]
        return _page(page, len(found) > len(page), request.fault, now, 0.001 if own else 0.005)

    def number(self, native_id: str) -> int:
        return int(native_id) & 0x3FFFFF

    def native_id(self, entry: Entry) -> str:
        return str(_snowflake(entry.at, entry))


def _snowflake(at: datetime, entry: Entry) -> int:
    return ((at - _EPOCH) // timedelta(milliseconds=1) << 22) + entry.number


def _ids(entry: Entry, now: datetime) -> list[str]:
    """The chain of edits, the oldest first."""
    times = [entry.at, *([entry.edited] if entry.edited and entry.edited <= now else [])]
    return [str(_snowflake(at, entry)) for at in times]


def _id(entry: Entry, now: datetime) -> int:
    return int(_ids(entry, now)[-1])


def _is_too_old(asked: Mapping[str, str], now: datetime) -> bool:
    edge = now - REACH
    since = _EPOCH + timedelta(milliseconds=int(asked.get("since_id", 2**62)) >> 22)
    return since < edge or (
        "start_time" in asked and datetime.fromisoformat(asked["start_time"]) < edge
    )


def _is_asked_for(entry: Entry, asked: Mapping[str, str], now: datetime) -> bool:
    token = asked.get("next_token") or asked.get("pagination_token") or str(2**63)
    start = asked.get("start_time")
    return int(asked.get("since_id", 0)) < _id(entry, now) < int(token) and (
        start is None or entry.at >= datetime.fromisoformat(start)
    )


def _looked_up(ids: list[str], fault: Fault | None, timeline: Timeline, now: datetime) -> Answer:
    """Single posts, and beside them as errors what became of the others. An older id of a chain of
    edits shows the older words."""
    visible = timeline.visible(now)
    known = {own: (entry, own) for entry in visible for own in _ids(entry, now)}
    found = [known[one] for one in ids if one in known]
    data = [_version(entry, own, now, fault) for entry, own in found]
    missing = [
        {"type": f"{_PROBLEMS}resource-not-found", "resource_id": one, "resource_type": "tweet"}
        for one in ids
        if one not in known
    ]
    body = {**({"data": data} if data else {}), **({"errors": missing} if missing else {})}
    return as_json(body, charged={f"post {own}": 0.005 for _, own in found})


def _version(entry: Entry, own: str, now: datetime, fault: Fault | None) -> dict[str, Any]:
    before = entry.at if own == str(_snowflake(entry.at, entry)) else now
    return {**_post(entry, now, fault), "id": own, "text": entry.words(before)}


def _refused(problem: str, status: int) -> Answer:
    return as_json({"type": f"{_PROBLEMS}{problem}", "title": "Invalid Request"}, status)


def _page(
    page: list[Entry], more: bool, fault: Fault | None, now: datetime, price: float
) -> Answer:
    meta: dict[str, object] = {"result_count": len(page)}
    if more:
        meta["next_token"] = str(_id(page[-1], now))
    if page:
        meta["newest_id"] = str(_id(page[0], now))
    data = spoiled(fault, [_post(entry, now, fault) for entry in page], _enlarged)
    users = [{"id": str(n), "username": f"writer{n}"} for n in {e.number % 7 + 1 for e in page}]
    body: dict[str, object] = {"meta": meta}
    if data:
        body |= {"data": data, "includes": {"users": users}}
    if fault is Fault.PARTIAL:
        body["errors"] = [{"type": f"{_PROBLEMS}resource-not-found", "value": "1"}]
    charged = {f"post {_id(entry, now)}": price for entry in page}
    return as_json(body, charged={**charged, **{f"user {user['id']}": 0.010 for user in users}})


def _post(entry: Entry, now: datetime, fault: Fault | None) -> dict[str, Any]:
    post: dict[str, Any] = {
        "id": str(_id(entry, now)),
        "text": entry.words(now),
        "created_at": entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "author_id": str(entry.number % 7 + 1),
        "edit_history_tweet_ids": _ids(entry, now),
        "public_metrics": {"like_count": entry.likes(now)},
    }
    if fault is Fault.ODD:
        post |= {"lang": 7, "public_metrics": "many", "referenced_tweets": [{"type": "echoed"}]}
    if fault is Fault.RENAMED:
        post = {_RENAMED.get(name, name): value for name, value in post.items()}
    return post


def _enlarged(post: dict[str, Any]) -> dict[str, Any]:
    return {**post, "text": post["text"] + " x" * (HUGE_CHARS // 2)}


def post_of(entry: Entry, now: datetime) -> dict[str, Any]:
    """A post as it stands at an instant, where nothing is wrong with it."""
    return _post(entry, now, None)
