"""What is written between the first ask, which may be in vain, and the first answer is news."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config import Brand, Secret
from listener.collector import Collector, SourceError
from listener.collectors import feed, hackernews, reddit, x
from listener.tools import Tools
from listener.wire import Reply, Unreachable
from tests.listener.collectors.x_wire import a_post

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
BEFORE, AFTER = START - timedelta(minutes=20), START + timedelta(minutes=20)
MINUTE = timedelta(minutes=1)
TOKEN = {"access_token": "t", "expires_in": 3600, "token_type": "bearer", "scope": "*"}
SECRET = Secret(env="K")


def hit(when: datetime) -> dict[str, Any]:
    at = int(when.timestamp())
    return {"objectID": str(at), "created_at_i": at, "author": "a", "comment_text": "acme broke"}


def submission(when: datetime) -> dict[str, Any]:
    name = f"t3_{int(when.timestamp())}"
    said = {"name": name, "selftext": "acme broke", "title": "t", "author": "a"}
    return {"kind": "t3", "data": {**said, "created_utc": when.timestamp()}}


def entry(when: datetime | None) -> str:
    date = f"<pubDate>{when:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if when else ""
    return f"<item><guid>{when}</guid><title>acme broke</title>{date}</item>"


class Wire:
    """One that nobody answers until it is up; then each platform shows both posts."""

    def __init__(self) -> None:
        self.is_up = False
        self.posts = [AFTER, BEFORE]

    def request(self, method: str, url: str, **_: object) -> Reply:
        if not self.is_up:
            raise Unreachable("no route")
        if "access_token" in url:
            return said(TOKEN)
        if "reddit" in url:
            items = [submission(when) for when in self.posts]
            return said({"kind": "Listing", "data": {"children": items, "after": None}})
        if "algolia" in url:
            return said({"hits": [hit(when) for when in self.posts], "hitsPerPage": 1000})
        if "x.com" in url:
            posts = [a_post(when) for when in self.posts]
            return said({"data": posts, "meta": {"newest_id": posts[0]["id"]}})
        items = "".join(map(entry, [*self.posts, None]))
        return Reply(200, {}, f"<rss version='2.0'><channel>{items}</channel></rss>".encode())


def said(body: Mapping[str, Any]) -> Reply:
    return Reply(200, {"content-type": "application/json"}, json.dumps(body).encode())


def source(kind: str, wire: Wire) -> Collector:
    tools = Tools(wire, lambda _: "key", "tocsin/0 (+x)")
    brands = [Brand(name="Acme", terms=("acme",))]
    if kind == "hackernews":
        return hackernews.build(hackernews.Settings(name="s", kind="hackernews"), brands, tools)
    if kind == "feed":
        urls = ("https://f.example/r.xml",)
        return feed.build(feed.Settings(name="s", kind="feed", urls=urls), brands, tools)
    if kind == "x":
        declared = x.Settings(name="s", bearer_token=SECRET, dollars_per_day=10)
        return x.build(declared, brands, tools)
    keys = {"client_id": SECRET, "client_secret": SECRET}
    return reddit.build(reddit.Settings(name="s", username="abc", **keys), brands, tools)


def heard(kind: str, fails: timedelta) -> dict[datetime, bool]:
    """Which posts the first answer brings, after the source failed for so long: is it backfill?"""
    wire = Wire()
    asked = source(kind, wire)
    for now in (START, START + fails - MINUTE):
        with pytest.raises(SourceError):
            asked.fetch(None, now=now, deadline=20.0)
    wire.is_up = True
    found: dict[datetime, bool] = {}
    cursor = None
    for _ in range(9):
        batch = asked.fetch(cursor, now=START + fails, deadline=20.0)
        cursor = batch.cursor or cursor
        found |= {seen.post.created_at: seen.backfill for seen in batch.observations}
        if not batch.more:
            break
    return found


@pytest.mark.parametrize("kind", ["feed", "hackernews", "reddit", "x"])
def test_what_was_written_while_the_first_asks_failed_is_news(kind: str) -> None:
    found = heard(kind, timedelta(minutes=40))
    assert found.pop(AFTER) is False
    assert found.pop(BEFORE) is True
    assert all(found.values()), "an entry without a date is backlog at its first reading"


def test_hacker_news_is_searched_from_before_the_first_ask_however_long_it_failed() -> None:
    asked: list[str] = []

    class Listening(Wire):
        def request(self, method: str, url: str, **kept: object) -> Reply:
            asked.append(url)
            return super().request(method, url, **kept)

    wire = Listening()
    hears = source("hackernews", wire)
    with pytest.raises(SourceError):
        hears.fetch(None, now=START, deadline=20.0)
    wire.is_up = True
    hears.fetch(None, now=START + timedelta(days=3), deadline=20.0)
    assert asked[0] == asked[1]
