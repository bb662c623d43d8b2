"""Reddit: kept posts are looked at again, listings are read back, an inbox's mentions are heard."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from config import Brand, Secret
from listener.collector import Forbidden, Gap, Known, LooksBack, Malformed, Refreshes
from listener.collectors.reddit import RedditCollector, Settings, build
from listener.collectors.reddit_again import look_again
from listener.collectors.reddit_posts import read_page
from listener.mention import Kind
from listener.tools import Tools
from tocsin.wire import HttpWire

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def an_item(name: str, when: datetime = NOW, **fields: Any) -> dict[str, Any]:
    words = "body" if name.startswith("t1") else "selftext"
    data = {
        "name": name, "title": "Acme", words: "It broke.", "author": "ann",
        "created_utc": when.timestamp(), "edited": False, "score": 9, **fields,
    }  # fmt: skip
    return {"kind": name[:2], "data": data}


def a_page(*items: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": list(items), "after": after}}


class FakeReddit:
    """Answers with what is put there, whatever is asked; notes paths and questions."""

    def __init__(self, server: HTTPServer) -> None:
        self.bodies: list[Any] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.grants: list[str] = []
        server.expect_request("/api/v1/access_token").respond_with_handler(self.token)
        for path in ("/api/info", "/r/acme/new", "/r/acme/comments", "/search"):
            server.expect_request(path).respond_with_handler(self.answer)
        server.expect_request("/message/mentions").respond_with_handler(self.answer)

    def token(self, request: Request) -> Response:
        self.grants.append(f"{request.form['grant_type']} {request.form.get('refresh_token', '')}")
        body = {"access_token": "t", "expires_in": 3600, "scope": "*"}
        return Response(json.dumps(body), content_type="application/json")

    def answer(self, request: Request) -> Response:
        self.asked.append((request.path, dict(request.args)))
        body = self.bodies.pop(0) if self.bodies else a_page()
        if isinstance(body, Response):
            return body
        return Response(json.dumps(body), content_type="application/json")


Make = Callable[..., RedditCollector]


@pytest.fixture
def reddit(httpserver: HTTPServer) -> FakeReddit:
    return FakeReddit(httpserver)


@pytest.fixture
def make(httpserver: HTTPServer, reddit: FakeReddit) -> Make:
    def one(**settings: Any) -> RedditCollector:
        base = httpserver.url_for("").rstrip("/")
        given = {"subreddits": ("acme",), "search": False, **settings}
        keys = {"client_id": Secret(env="ID"), "client_secret": Secret(env="SECRET")}
        declared = Settings(
            name="reddit", username="acme_care", oauth_url=base, reddit_url=base, **keys, **given
        )
        wire = HttpWire(allowed={f"localhost:{httpserver.port}"})
        tools = Tools(wire, lambda secret: f"secret of {secret.env}", "tocsin/0.1.0")
        return build(declared, [Brand(name="Acme")], tools)

    return one


def refreshed(source: RedditCollector, *names: str) -> Any:
    posts = [Known(name, url=f"https://reddit/{name}") for name in names]
    return source.refresh(posts, now=NOW, deadline=10)


def test_counts_edits_and_removals_are_learned_a_hundred_at_once(
    reddit: FakeReddit, make: Make
) -> None:
    source = make()
    reddit.bodies = [
        a_page(
            an_item("t1_a"),
            an_item("t3_b", edited=1_700_000_000.0, selftext="mended", num_comments=4),
            an_item("t1_c", body="[removed]"),
            an_item("t3_d", author="[deleted]", selftext="[deleted]"),
        )
    ]
    found = refreshed(source, "t1_a", "t3_b", "t1_c", "t3_d")
    assert {seen.post.id: seen.kind for seen in found.observations} == {
        "t1_a": Kind.POST, "t3_b": Kind.EDIT, "t1_c": Kind.DELETE, "t3_d": Kind.DELETE
    }  # fmt: skip
    first, second = found.observations[:2]
    assert (first.post.engagement.likes, first.post.url) == (9, "https://reddit/t1_a")
    assert (second.post.text, second.post.engagement.replies) == ("mended", 4)
    assert reddit.asked == [("/api/info", {"id": "t1_a,t3_b,t1_c,t3_d", "raw_json": "1"})]
    assert source.at_once == 100
    assert isinstance(source, Refreshes)


def test_what_is_left_out_is_absent_which_is_no_deletion_yet(
    reddit: FakeReddit, make: Make
) -> None:
    source = make()
    reddit.bodies = [a_page(an_item("t1_a"))]
    found = refreshed(source, "t1_a", "t1_b", "../x")
    assert [seen.post.id for seen in found.observations] == ["t1_a"]
    assert (found.absent, found.unknown) == (("t1_b",), ("../x",))


def test_an_item_that_cannot_be_read_is_not_taken_for_an_absent_one(
    reddit: FakeReddit, make: Make
) -> None:
    source = make()
    bad = an_item("t1_a", created_utc="never")
    reddit.bodies = [a_page(bad), a_page(bad)]
    found = refreshed(source, "t1_a", "../../x")
    assert (found.observations, found.unknown) == ((), ("t1_a", "../../x"))


@pytest.mark.parametrize(
    ("body", "error"), [({"data": {}}, Malformed), (Response("<html>", 403), Forbidden)]
)
def test_an_answer_that_is_none_deletes_nothing(
    reddit: FakeReddit, make: Make, body: Any, error: type[Exception]
) -> None:
    source = make()
    reddit.bodies = [body]
    with pytest.raises(error):
        refreshed(source, "t1_a")


def test_recorded_items_are_read_as_they_stand(shared: Path) -> None:
    path = shared / "fixtures/reddit/praw__TestReddit.test_info.json"
    bodies = [one["response"]["json"] for one in json.loads(path.read_text())["interactions"][1:]]
    page = read_page(bodies[0], NOW)
    posts = [Known(name) for name in page.ids]
    found = look_again(lambda names: page, posts, NOW)
    assert len(posts) >= 5
    assert {seen.post.id for seen in found.observations} == set(page.ids)


def test_listings_are_read_back_newest_first_until_the_instant_asked_for(
    reddit: FakeReddit, make: Make
) -> None:
    source, day = make(), timedelta(days=1)
    reddit.bodies = [
        a_page(an_item("t3_a", NOW - day), after="t3_a"),
        a_page(an_item("t1_b", NOW - 2 * day), after="t1_b"),
        a_page(an_item("t3_c", NOW - 9 * day), after="t3_c"),
        a_page(an_item("t1_d", NOW - 3 * day)),
    ]
    cursor, batches = None, []
    for _ in range(4):
        batches.append(source.look_back(cursor, since=NOW - 7 * day, now=NOW, deadline=10))
        cursor = batches[-1].cursor
    assert [batch.more for batch in batches] == [True, True, True, False]
    seen = [one for batch in batches for one in batch.observations]
    assert [(one.post.id, one.backfill) for one in seen] == [
        ("t3_a", True), ("t1_b", True), ("t1_d", True)
    ]  # fmt: skip
    assert [query.get("after") for _, query in reddit.asked] == [None, None, "t3_a", "t1_b"]
    assert isinstance(source, LooksBack)


def test_a_listing_that_ends_at_its_depth_leaves_a_gap(
    reddit: FakeReddit, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listener.collectors.reddit_place.DEEPEST", 4)
    monkeypatch.setattr("listener.collectors.reddit_place.NEARLY_DEEPEST", 3)
    source, hour = make(), timedelta(hours=1)
    reddit.bodies = [
        a_page(an_item("t3_a", NOW - hour), an_item("t3_b", NOW - 2 * hour), after="t3_b"),
        a_page(),
        a_page(an_item("t3_c", NOW - 3 * hour)),
    ]
    since, cursor, gaps = NOW - timedelta(days=2), None, []
    for _ in range(3):
        batch = source.look_back(cursor, since=since, now=NOW, deadline=10)
        cursor, gaps = batch.cursor, [*gaps, *batch.gaps]
    assert gaps == [Gap(since, NOW - 3 * hour, "the listing goes no deeper")]


def test_mentions_in_the_inbox_of_an_account_are_heard_where_its_token_is_declared(
    reddit: FakeReddit, make: Make, shared: Path
) -> None:
    path = shared / "fixtures/reddit/praw__TestInbox.test_mentions.json"
    recorded = json.loads(path.read_text())["interactions"][1]["response"]["json"]
    recorded["data"]["after"] = None
    source = make(subreddits=(), refresh_token=Secret(env="INBOX"))
    reddit.bodies = [recorded]
    batch = source.fetch(None, now=NOW, deadline=10)
    assert reddit.grants == ["refresh_token secret of INBOX"]
    assert [path for path, _ in reddit.asked] == ["/message/mentions"]
    assert len(batch.observations) == len(recorded["data"]["children"])
    assert all(
        seen.post.url.startswith("https://www.reddit.com/r/") and "?" not in seen.post.url
        for seen in batch.observations
    )


def test_without_it_nobody_is_logged_in(reddit: FakeReddit, make: Make) -> None:
    make().fetch(None, now=NOW, deadline=10)
    assert reddit.grants == ["client_credentials "]
