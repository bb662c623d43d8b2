"""Discourse: its list of posts walked down, edits, deletions, and a wait that stands in the body.

`fixtures/discourse` holds answers recorded by others; the rest is written from the documentation.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer

from config import Brand, Secret
from listener.collector import BadRequest, Batch, Forbidden, Known, RateLimited
from listener.collectors.discourse import Discourse, Settings, build, decode, words_of
from listener.mention import Kind
from listener.tools import Tools
from listener.wire import Reply
from tocsin.wire import HttpWire

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
FORUM = Settings(name="forum", forum="https://Forum.example/talk/", about="Acme")


def a_post(n: int, at: datetime = NOW, **changed: Any) -> dict[str, Any]:
    return {
        "id": n,
        "username": "ann",
        "name": "Ann",
        "user_id": 7,
        "created_at": at.isoformat(),
        "cooked": "<p>It is <b>late</b></p>",
        "raw": "It is **late**",
        "post_number": 3,
        "reply_to_post_number": 2,
        "post_type": 1,
        "topic_id": 11,
        "topic_title": "Where is my refund?",
        "actions_summary": [{"id": 2, "count": 4}],
        "reply_count": 1,
        "reads": 20,
        "version": 1,
        **changed,
    }


class Forum:
    """A forum of this version or an older one, which looks through fifty ids at a time."""

    def __init__(self, *posts: dict[str, Any], windows: bool = False) -> None:
        self.posts = list(posts)
        self.windows = windows
        self.asked: list[int | None] = []

    def __call__(self, url: str) -> Reply:
        before = parse_qs(urlsplit(url).query).get("before")
        top = int(before[0]) if before else max((p["id"] for p in self.posts), default=0)
        self.asked.append(int(before[0]) if before else None)
        found = sorted((p for p in self.posts if p["id"] <= top), key=lambda p: -p["id"])
        found = [p for p in found if p["id"] > top - 50] if self.windows else found
        return Reply(200, {}, json.dumps({"latest_posts": found[:50]}).encode())


@pytest.fixture
def listening(wire_of: Callable[..., Any], tools: Callable[..., Any]) -> Callable[..., Discourse]:
    def make(answer: object) -> Discourse:
        source = build(FORUM, [Brand(name="Acme")], tools(wire_of(answer)))
        assert isinstance(source, Discourse)
        return source

    return make


def read_all(source: Discourse, cursor: str | None, now: datetime = NOW) -> list[Batch]:
    batches = [source.fetch(cursor, now=now, deadline=20.0)]
    while batches[-1].more:
        batches.append(source.fetch(batches[-1].cursor, now=now, deadline=20.0))
    return batches


def ids(batches: list[Batch]) -> set[int]:
    return {int(s.post.id.rpartition("/")[2]) for batch in batches for s in batch.observations}


def test_a_post_is_read() -> None:
    seen = decode(a_post(15), FORUM, NOW)
    assert seen is not None
    post = seen.post
    assert (post.id, post.title) == ("forum.example/talk/15", "Acme: Where is my refund?")
    assert post.text == "It is **late**"
    assert post.url == "https://Forum.example/talk/t/11/3"
    assert (post.conversation_id, post.in_reply_to) == (
        "forum.example/talk/t/11",
        "forum.example/talk/t/11/2",
    )
    assert (post.engagement.likes, post.engagement.replies, post.engagement.views) == (4, 1, 20)


def test_recorded_posts_are_read(shared: Path) -> None:
    folder = shared / "fixtures/discourse"
    body = json.loads((folder / "discourse_api__posts_latest.json").read_text())
    single = json.loads((folder / "discourse_api__topic_posts.json").read_text())
    posts = [*body["latest_posts"], *single["post_stream"]["posts"]]
    seen = [decode(post, FORUM, NOW) for post in posts]
    assert len(seen) == len(posts) > 2
    assert all(one and one.post.text and one.post.author.handle for one in seen)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ('[quote="bob, post:1"]\nAcme is a fraud\n[/quote]\n\nI like it', "I like it"),
        ("[quote]a[quote]b[/quote]c[/quote]mine", "mine"),
        ("[quote]never closed, all of it theirs", "[quote]never closed, all of it theirs"),
        ("no quote [/quote] at all", "no quote  at all"),
    ],
)
def test_what_is_quoted_is_not_held_against_who_quotes(raw: str, words: str) -> None:
    assert words_of({"raw": raw}) == words


def test_without_the_written_text_the_shown_one_is_read() -> None:
    cooked = '<aside class="quote no-group"><p>Fraud!</p></aside><p>I <b>like</b> it</p>'
    assert words_of({"cooked": cooked, "raw": [{"type": "paragraph"}]}) == "I like it"


@pytest.mark.parametrize("windows", [False, True])
def test_a_burst_is_read_past_stretches_that_are_not_public(
    listening: Callable[..., Discourse], windows: bool
) -> None:
    forum = Forum(a_post(1, NOW - timedelta(days=3)), windows=windows)
    source = listening(forum)
    cursor = read_all(source, None)[-1].cursor
    # The numbers between belong to private messages: two whole windows of them.
    numbers = [*range(10, 60), *range(200, 260)]
    forum.posts += [a_post(n, NOW + timedelta(seconds=n)) for n in numbers]
    later = NOW + timedelta(minutes=10)
    assert set(numbers) <= ids(read_all(source, cursor, later))


def test_a_moved_post_that_kept_its_time_does_not_end_the_round(
    listening: Callable[..., Discourse],
) -> None:
    forum = Forum(a_post(1, NOW - timedelta(days=3)))
    source = listening(forum)
    cursor = read_all(source, None)[-1].cursor
    forum.posts += [a_post(n, NOW + timedelta(seconds=n)) for n in range(100, 160)]
    forum.posts.append(a_post(120, NOW - timedelta(days=400)))
    assert set(range(100, 160)) <= ids(read_all(source, cursor, NOW + timedelta(minutes=10)))


def test_the_wait_in_the_body_is_kept(listening: Callable[..., Discourse]) -> None:
    body = {"errors": ["slow down"], "error_type": "rate_limit", "extras": {"wait_seconds": 17}}
    source = listening(lambda url: Reply(429, {}, json.dumps(body).encode()))
    with pytest.raises(RateLimited) as raised:
        source.fetch(None, now=NOW, deadline=20.0)
    assert raised.value.until == NOW + timedelta(seconds=17)


@pytest.mark.parametrize("seconds", [0, -5, "soon", 10**12, None, True])
def test_a_wait_that_is_none_is_not_believed(
    listening: Callable[..., Discourse], seconds: object
) -> None:
    body = json.dumps({"extras": {"wait_seconds": seconds}}).encode()
    with pytest.raises(RateLimited) as raised:
        listening(lambda url: Reply(429, {}, body)).fetch(None, now=NOW, deadline=20.0)
    assert timedelta(0) < raised.value.until - NOW <= timedelta(hours=1)


def test_a_forum_for_members_alone_says_so(listening: Callable[..., Discourse]) -> None:
    body = b'{"errors":["log in"],"error_type":"not_logged_in"}'
    with pytest.raises(Forbidden, match="own people"):
        listening(lambda url: Reply(403, {}, body)).fetch(None, now=NOW, deadline=20.0)


def kept(*numbers: int) -> list[Known]:
    return [Known(f"forum.example/talk/{n}") for n in numbers]


@pytest.mark.parametrize("windows", [False, True])
def test_kept_posts_are_looked_at_again_together(
    listening: Callable[..., Discourse], windows: bool
) -> None:
    edited = a_post(40, raw="Solved, thank you", version=2)
    hidden = a_post(41, hidden=True, raw="This post was flagged")
    forum = Forum(a_post(5), edited, hidden, a_post(42), a_post(300), windows=windows)
    found = listening(forum).refresh(kept(40, 41, 43, 300, 44), now=NOW, deadline=20.0)
    told = {one.post.id.rpartition("/")[2]: one for one in found.observations}
    assert told["40"].post.text == "Solved, thank you"
    assert (told["40"].kind, told["300"].kind) == (Kind.POST, Kind.POST)
    assert {n for n, one in told.items() if one.kind is Kind.DELETE} == {"41"}
    assert {name.rpartition("/")[2] for name in found.absent} == {"43", "44"}
    assert len(forum.asked) <= 3


def test_a_list_that_shows_nothing_deletes_nothing(listening: Callable[..., Discourse]) -> None:
    found = listening(Forum()).refresh(kept(40, 41), now=NOW, deadline=20.0)
    assert (found.observations, len(found.unknown)) == ((), 2)


def test_a_post_that_cannot_be_read_is_no_deletion(listening: Callable[..., Discourse]) -> None:
    forum = Forum(a_post(40, created_at="once"), a_post(39))
    found = listening(forum).refresh(kept(40), now=NOW, deadline=20.0)
    assert found.observations == ()
    assert found.unknown == ("forum.example/talk/40",)


@pytest.mark.parametrize("forum", ["", "ftp://x.example", "x.example?q", "a b", "https://u:p@x"])
def test_an_address_that_is_none_is_refused(forum: str) -> None:
    with pytest.raises(ValidationError):
        Settings(name="forum", forum=forum)


def test_a_forum_on_a_private_network_is_read_once_it_is_named(httpserver: HTTPServer) -> None:
    place = f"127.0.0.1:{httpserver.port}"
    body = {"latest_posts": [a_post(15)]}
    httpserver.expect_request("/posts.json").respond_with_json(body)
    settings = Settings(name="forum", forum=f"http://{place}")

    def source(*allowed: str) -> Discourse:
        made = build(settings, [], Tools(HttpWire(allowed=allowed), no_secret, "tocsin/0"))
        assert isinstance(made, Discourse)
        return made

    with pytest.raises(BadRequest):
        source().fetch(None, now=NOW, deadline=5.0)
    assert httpserver.log == []
    (seen,) = source(place).fetch(None, now=NOW, deadline=5.0).observations
    assert seen.post.id == f"{place}/15"


def no_secret(secret: Secret) -> str:
    raise AssertionError(f"a keyless source asked for {secret}")
