"""YouTube: threads newest first, units like money, and videos whose comments are switched off.

`fixtures/youtube` holds answers recorded by others; the rest is written from the documentation.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from config import Brand, Secret
from listener.budget import Use
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Batch,
    Forbidden,
    Known,
    Later,
    OutOfBudget,
    RateLimited,
    SourceError,
)
from listener.collectors.youtube import Settings, YouTube, build
from listener.collectors.youtube_api import NoComments, Units, fault_in
from listener.collectors.youtube_posts import comments_of, decode
from listener.tools import Tools
from listener.wire import Reply

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
CHANNEL = "UC" + "a" * 22
VIDEO = "JE8xdDp5B8Q"
SECRET = "EXAMPLE-youtube-key"


def comment(n: int, at: datetime = NOW, **changed: Any) -> dict[str, Any]:
    snippet = {
        "videoId": VIDEO,
        "authorDisplayName": "@ann",
        "authorChannelId": {"value": "UC" + "b" * 22},
        "textDisplay": f"late again, {n}",
        "publishedAt": at.isoformat().replace("+00:00", "Z"),
        "likeCount": 2,
        **changed,
    }
    return {"id": f"Ugx{n}", "snippet": snippet}


def thread(n: int, at: datetime = NOW, *replies: dict[str, Any]) -> dict[str, Any]:
    snippet = {"videoId": VIDEO, "topLevelComment": comment(n, at), "totalReplyCount": len(replies)}
    return {"id": f"Ugx{n}", "snippet": snippet, "replies": {"comments": list(replies)}}


def said(reason: str, status: int = 403) -> Reply:
    body = {"error": {"code": status, "message": SECRET, "errors": [{"reason": reason}]}}
    return Reply(status, {}, json.dumps(body).encode())


def listed(*items: object, **more: Any) -> Reply:
    return Reply(200, {}, json.dumps({"items": items, **more}).encode())


Make = Callable[..., tuple[YouTube, Any]]


@pytest.fixture
def listening(wire_of: Callable[..., Any]) -> Make:
    def make(reply: object, **given: Any) -> tuple[YouTube, Any]:
        wire = wire_of(reply if callable(reply) else lambda url: reply)
        declared = {"channels": [CHANNEL], "about": "Acme", **given}
        settings = Settings(name="yt", key=Secret(env="K"), **declared)
        source = build(settings, [Brand(name="Acme")], Tools(wire, lambda s: SECRET, "tocsin/0"))
        assert isinstance(source, YouTube)
        return source, wire

    return make


def asked(wire: Any) -> list[dict[str, str]]:
    return [{k: v[0] for k, v in parse_qs(urlsplit(o.url).query).items()} for o in wire.asked]


def read_all(source: YouTube, cursor: str | None, now: datetime = NOW) -> list[Batch]:
    batches = [source.fetch(cursor, now=now, deadline=20.0)]
    while batches[-1].more:
        batches.append(source.fetch(batches[-1].cursor, now=now, deadline=20.0))
    return batches


def test_a_thread_is_read_with_its_replies() -> None:
    reply = comment(2, NOW, parentId="Ugx1")
    del reply["snippet"]["videoId"]
    first, second = (decode(one, "Acme", NOW).post for one in comments_of(thread(1, NOW, reply)))
    assert (first.title, first.text, first.engagement.replies) == ("Acme", "late again, 1", 1)
    assert first.url == f"https://www.youtube.com/watch?v={VIDEO}&lc=Ugx1"
    assert (first.author.id, first.author.handle) == ("UC" + "b" * 22, "ann")
    assert (second.in_reply_to, second.conversation_id) == ("Ugx1", "Ugx1")
    assert second.url == f"https://www.youtube.com/watch?v={VIDEO}&lc=Ugx2"


def test_recorded_threads_and_comments_are_read(shared: Path) -> None:
    folder, count = shared / "fixtures/youtube", 0
    for path in sorted(folder.glob("pyyoutube__comment_threads*.json")):
        for item in json.loads(path.read_text())["items"]:
            for one in comments_of(item):
                assert decode(one, "", NOW).post.created_at.year == 2019
                count += 1
    replies = json.loads((folder / "pyyoutube__comments_by_parent_paged_1.json").read_text())
    for item in replies["items"]:
        assert decode(item, "", NOW).post.in_reply_to == "Ugw5zYU6n9pmIgAZWvN4AaABAg"
    assert count >= 10


def test_the_recorded_refusal_is_one(shared: Path) -> None:
    path = shared / "fixtures/youtube/pyyoutube__error_permission_resp.json"
    assert isinstance(fault_in(Reply(403, {}, path.read_bytes()), "yt", NOW), Forbidden)


def test_the_key_is_in_no_address(listening: Make) -> None:
    source, wire = listening(listed(thread(1)))
    source.fetch(None, now=NOW, deadline=20.0)
    assert SECRET not in wire.asked[0].url
    assert wire.asked[0].headers["X-Goog-Api-Key"] == SECRET


def test_a_young_reply_does_not_keep_the_round_going_nor_end_it(listening: Make) -> None:
    old = NOW - timedelta(days=400)
    pages = {
        "": listed(thread(1, NOW, comment(9, old)), nextPageToken="B"),
        "B": listed(thread(2, old)),
    }
    source, wire = listening(
        lambda url: pages[parse_qs(urlsplit(url).query).get("pageToken", [""])[0]]
    )
    read_all(source, None)
    tokens = [one.get("pageToken") for one in asked(wire)]
    assert tokens == [None, "B", None], "the page before the second is looked at once more"


def test_a_page_that_is_no_longer_known_ends_the_round_with_a_gap(listening: Make) -> None:
    def platform(url: str) -> Reply:
        if "pageToken" in url:
            return said("invalidPageToken", 400)
        return listed(
            *[thread(n, later - timedelta(minutes=n)) for n in range(3)], nextPageToken="B"
        )

    later = NOW
    source, _ = listening(platform)
    cursor = read_all(source, None)[-1].cursor
    later = NOW + timedelta(hours=5)
    batches = read_all(source, cursor, later)
    (gap,) = batches[-1].gaps
    assert (gap.since, gap.until) == (NOW, later - timedelta(minutes=2))
    assert source.fetch(batches[-1].cursor, now=later, deadline=20.0).observations


@pytest.mark.parametrize("reason", ["commentsDisabled", "videoNotFound", "forbidden"])
def test_a_video_without_comments_is_dropped_and_not_the_source(
    listening: Make, reason: str
) -> None:
    other = "x" * 11

    def platform(url: str) -> Reply:
        return said(reason) if VIDEO in url else listed(thread(1))

    source, wire = listening(platform, channels=[], videos=[VIDEO, other])
    first = read_all(source, None)
    assert [len(batch.observations) for batch in first] == [0, 1]
    assert "no comments" in first[0].malformed[0]
    again = read_all(source, first[-1].cursor, NOW + timedelta(hours=23))
    assert [batch.malformed for batch in again] == [(), ()]
    assert [one["videoId"] for one in asked(wire)] == [VIDEO, other, other]
    read_all(source, first[-1].cursor, NOW + timedelta(hours=25))
    assert asked(wire)[3]["videoId"] == VIDEO


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (said("quotaExceeded"), OutOfBudget),
        (said("dailyLimitExceeded"), OutOfBudget),
        (said("rateLimitExceeded"), RateLimited),
        (said("keyInvalid", 400), AuthorisationLost),
        (said("accessNotConfigured"), AuthorisationLost),
        (said("processingFailure", 400), Later),
        (said("invalidChannelId", 400), BadRequest),
        (said("commentsDisabled"), NoComments),
        (said("backendError", 503), Later),
    ],
)
def test_a_refusal_is_what_its_reason_says(reply: Reply, kind: type[SourceError]) -> None:
    found = fault_in(reply, "yt", NOW)
    assert type(found) is kind
    assert SECRET not in str(found)


def test_units_are_kept_for_what_matters_more() -> None:
    units = Units(100)
    for _ in range(70):
        units.spend(Use.SEARCH, NOW, "yt")
    with pytest.raises(OutOfBudget, match="08:00 UTC"):
        units.spend(Use.SEARCH, NOW, "yt")
    for _ in range(30):
        units.spend(Use.FOLLOW_UP, NOW, "yt")
    with pytest.raises(OutOfBudget):
        units.spend(Use.FOLLOW_UP, NOW, "yt")


@pytest.mark.parametrize(
    ("spent", "again"),
    [
        (datetime(2026, 11, 2, 7, 59, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)),
        (datetime(2026, 7, 2, 6, 59, tzinfo=UTC), datetime(2026, 7, 2, 7, tzinfo=UTC)),
    ],
)
def test_units_come_again_at_midnight_pacific_summer_and_winter(
    spent: datetime, again: datetime
) -> None:
    units = Units(2)  # half of them are kept from following up
    units.spend(Use.FOLLOW_UP, spent, "yt")
    with pytest.raises(OutOfBudget):
        units.spend(Use.FOLLOW_UP, again - timedelta(seconds=1), "yt")
    units.spend(Use.FOLLOW_UP, again, "yt")
    assert units.refilled(spent) == again


def test_without_units_nothing_is_asked(listening: Make) -> None:
    source, wire = listening(listed(), units=100, every="1h")
    for n in range(70):
        source.fetch(None, now=NOW + timedelta(seconds=n), deadline=20.0)
    with pytest.raises(OutOfBudget):
        source.fetch(None, now=NOW, deadline=20.0)
    assert len(wire.asked) == 70
    source.refresh([Known("Ugx1")], now=NOW, deadline=20.0)
    assert len(wire.asked) == 71


def test_kept_comments_are_looked_at_again_and_keep_their_link(listening: Make) -> None:
    edited = comment(1, textDisplay="solved")
    del edited["snippet"]["videoId"]
    source, wire = listening(listed(edited, comment(2, textDisplay=None)))
    link = f"https://www.youtube.com/watch?v={VIDEO}&lc=Ugx1"
    known = [Known("Ugx1", url=link), Known("Ugx2"), Known("Ugx3"), Known("a,b")]
    found = source.refresh(known, now=NOW, deadline=20.0)
    assert asked(wire)[0]["id"] == "Ugx1,Ugx2,Ugx3"
    (first,) = found.observations
    assert (first.post.text, first.post.url, first.post.title) == ("solved", link, "Acme")
    assert found.absent == ("Ugx3",)
    assert found.unknown == ("Ugx2", "a,b")


def test_polling_that_would_take_all_units_is_refused_with_what_would_do() -> None:
    given: dict[str, Any] = {
        "name": "yt",
        "key": Secret(env="K"),
        "videos": ["v" * 11],
        "units": 100,
    }
    with pytest.raises(ValidationError, match="144 units a day, of 100"):
        Settings(**given)
    Settings(**given, every="30m")


@pytest.mark.parametrize(
    "given", [{}, {"channels": ["acme"]}, {"videos": ["../../../../x"]}, {"videos": ["short"]}]
)
def test_settings_that_cannot_be_meant_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(name="yt", key=Secret(env="K"), **given)
