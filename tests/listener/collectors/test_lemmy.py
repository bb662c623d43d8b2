"""Lemmy: searches and communities, pinned posts, both versions of the interface, and deletions.

The bodies are written by hand from the fields of the interface's 0.18 and 0.19.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from config import Brand
from listener.collector import Batch, Forbidden, Known, Later, RateLimited
from listener.collectors.lemmy import Lemmy, Settings, build
from listener.collectors.lemmy_posts import decode
from listener.mention import Kind
from listener.wire import Reply

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOST = "lemmy.example"


def a_post(n: int = 1, at: datetime = NOW, **changed: Any) -> dict[str, Any]:
    post = {
        "id": n,
        "name": "Acme never answers",
        "body": "Third time asking.",
        "ap_id": f"https://there.example/post/{n + 5000}",
        "published": at.isoformat(),
        "deleted": False,
        "removed": False,
        **changed,
    }
    creator = {
        "name": "ann",
        "display_name": "Ann",
        "actor_id": "https://there.example/u/ann",
        "bot_account": True,
    }
    return {"post": post, "creator": creator, "counts": {"upvotes": 9, "comments": 4}}


def a_comment(n: int = 7, **changed: Any) -> dict[str, Any]:
    comment = {
        "id": n,
        "content": "Same with Acme here.",
        "ap_id": f"https://there.example/comment/{n}",
        "published": "2026-11-02T10:00:00.123456",
        "path": "0.3.5.7",
        "deleted": False,
        "removed": False,
        **changed,
    }
    return {**a_post(1), "comment": comment, "counts": {"upvotes": 2, "child_count": 1}}


class Instance:
    """An instance: posts and comments by list, and single ones."""

    def __init__(self, *posts: dict[str, Any], cursors: bool = False) -> None:
        self.posts = list(posts)
        self.comments: list[dict[str, Any]] = []
        self.cursors = cursors
        self.asked: list[str] = []

    def __call__(self, url: str) -> Reply:
        parts = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        what = parts.path.removeprefix("/api/v3/")
        self.asked.append(f"{what} {asked.get('q') or asked.get('community_name') or ''}".strip())
        if what in ("post", "comment"):
            return self.single(what, asked["id"])
        shown = (
            self.comments if asked.get("type_") == "Comments" or "comment" in what else self.posts
        )
        at = int(asked.get("page_cursor", asked.get("page", "1")).lstrip("P"))
        page = shown[(at - 1) * 50 : at * 50]
        body: dict[str, Any] = {"posts": page, "comments": page}
        if self.cursors and at * 50 < len(shown):
            body["next_page"] = f"P{at + 1}"
        return Reply(200, {}, json.dumps(body).encode())

    def single(self, what: str, number: str) -> Reply:
        shown = self.posts if what == "post" else self.comments
        for one in shown:
            if str(one[what]["id"]) == number:
                return Reply(200, {}, json.dumps({f"{what}_view": one}).encode())
        return Reply(400, {}, json.dumps({"error": f"couldnt_find_{what}"}).encode())


@pytest.fixture
def listening(wire_of: Callable[..., Any], tools: Callable[..., Any]) -> Callable[..., Lemmy]:
    def make(answer: object, **given: Any) -> Lemmy:
        settings = Settings(name="lemmy", instance=HOST, **given)
        source = build(settings, [Brand(name="Acme")], tools(wire_of(answer)))
        assert isinstance(source, Lemmy)
        return source

    return make


def read_all(source: Lemmy, cursor: str | None, now: datetime = NOW) -> list[Batch]:
    batches = [source.fetch(cursor, now=now, deadline=20.0)]
    while batches[-1].more:
        batches.append(source.fetch(batches[-1].cursor, now=now, deadline=20.0))
    return batches


def test_a_post_is_known_by_the_address_its_home_gave_it() -> None:
    post = decode(a_post(3), HOST, NOW).post
    assert post.id == "https://there.example/post/5003"
    assert post.aliases == ("lemmy.example/post/3",)
    assert (post.author.id, post.author.handle) == (
        "https://there.example/u/ann",
        "ann@there.example",
    )
    assert post.author.bot
    assert (post.engagement.likes, post.engagement.replies) == (9, 4)


def test_the_same_post_on_two_instances_is_one_post() -> None:
    here, there = decode(a_post(3), HOST, NOW), decode(a_post(3), "other.example", NOW)
    assert here.post.id == there.post.id
    assert here.post.aliases != there.post.aliases


def test_a_comment_says_what_it_answers_and_old_times_are_utc() -> None:
    post = decode(a_comment(), HOST, NOW).post
    assert post.in_reply_to == "lemmy.example/comment/5"
    assert post.conversation_id == "https://there.example/post/5001"
    assert post.created_at == datetime(2026, 11, 2, 10, 0, 0, 123456, tzinfo=UTC)
    assert decode(a_comment(path="0.7"), HOST, NOW).post.in_reply_to == post.conversation_id


@pytest.mark.parametrize("flag", ["deleted", "removed"])
@pytest.mark.parametrize("make", [a_post, a_comment])
def test_what_is_deleted_or_removed_is_gone_with_its_words(
    flag: str, make: Callable[..., dict[str, Any]]
) -> None:
    seen = decode(make(7, **{flag: True}), HOST, NOW)
    assert (seen.kind, seen.post.text, seen.post.title) == (Kind.DELETE, "", "")
    assert seen.by_moderator is (flag == "removed")


def test_what_both_took_away_is_its_authors_deletion() -> None:
    assert not decode(a_post(7, deleted=True, removed=True), HOST, NOW).by_moderator


@pytest.mark.parametrize(
    "changed",
    [{"ap_id": "javascript:alert(1)"}, {"id": "x"}, {"published": 3}, {"name": "", "body": None}],
)
def test_a_post_that_is_not_as_documented_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"ap_id|id|published|title"):
        decode(a_post(3, **changed), HOST, NOW)


def test_terms_are_searched_for_and_communities_are_read(
    listening: Callable[..., Lemmy],
) -> None:
    instance = Instance()
    read_all(listening(instance, communities=["!acme@there.example"]), None)
    assert instance.asked == [
        "post/list acme@there.example",
        "comment/list acme@there.example",
        "search Acme",
        "search Acme",
    ]


@pytest.mark.parametrize("cursors", [False, True])
def test_a_pinned_old_post_does_not_end_the_round(
    listening: Callable[..., Lemmy], cursors: bool
) -> None:
    old = NOW - timedelta(days=900)
    instance = Instance(a_post(9_000, old, featured_community=True), cursors=cursors)
    source = listening(instance, communities="acme", search=False)
    cursor = read_all(source, None)[-1].cursor
    news = [a_post(n, NOW + timedelta(seconds=200 - n)) for n in range(1, 121)]
    instance.posts = [instance.posts[0], *news, a_post(500, old)]
    batches = read_all(source, cursor, NOW + timedelta(minutes=10))
    heard = {one.post.id for batch in batches for one in batch.observations}
    assert {f"https://there.example/post/{n + 5000}" for n in range(1, 121)} <= heard


@pytest.mark.parametrize("status", [400, 429])
def test_a_limit_is_one_whatever_its_status(listening: Callable[..., Lemmy], status: int) -> None:
    answer = Reply(status, {}, b'{"error":"rate_limit_error"}')
    with pytest.raises(RateLimited) as raised:
        listening(lambda url: answer).fetch(None, now=NOW, deadline=20.0)
    assert raised.value.until > NOW


def test_a_private_instance_says_so(listening: Callable[..., Lemmy]) -> None:
    answer = Reply(400, {}, b'{"error":"instance_is_private"}')
    with pytest.raises(Forbidden, match="own people"):
        listening(lambda url: answer).fetch(None, now=NOW, deadline=20.0)


def known(what: str, n: int, address: str) -> Known:
    return Known(f"https://there.example/{address}", (f"lemmy.example/{what}/{n}",))


def test_kept_posts_and_comments_are_looked_at_by_their_number_here(
    listening: Callable[..., Lemmy],
) -> None:
    instance = Instance(a_post(1, body="Solved."), a_post(2, removed=True))
    instance.comments = [a_comment(7)]
    asked = [
        known("post", 1, "post/5001"),
        known("post", 2, "post/5002"),
        known("comment", 7, "comment/7"),
        known("comment", 8, "comment/8"),
        Known("https://there.example/post/1", ("elsewhere.example/post/1",)),
    ]
    found = listening(instance).refresh(asked, now=NOW, deadline=20.0)
    assert [(one.kind, one.post.text) for one in found.observations] == [
        (Kind.POST, "Solved."),
        (Kind.DELETE, ""),
        (Kind.POST, "Same with Acme here."),
    ]
    assert found.absent == ("https://there.example/comment/8",)
    assert found.unknown == ("https://there.example/post/1",)


def test_another_post_under_the_same_number_is_not_the_kept_one(
    listening: Callable[..., Lemmy],
) -> None:
    asked = known("post", 1, "post/1")
    found = listening(Instance(a_post(1))).refresh([asked], now=NOW, deadline=20.0)
    assert (found.observations, found.unknown) == ((), (asked.id,))


@pytest.mark.parametrize("status", [500, 403, 400])
def test_one_look_up_that_fails_costs_only_itself(
    listening: Callable[..., Lemmy], status: int
) -> None:
    good = Instance(*(a_post(n) for n in (1, 3)))

    def answer(url: str) -> Reply:
        is_ill = url.endswith("post?id=2")
        return Reply(status, {}, b'{"error": "unknown"}') if is_ill else good(url)

    asked = [known("post", n, f"post/{5000 + n}") for n in (1, 2, 3)]
    found = listening(answer).refresh(asked, now=NOW, deadline=20.0)
    assert len(found.observations) == 2
    assert found.unknown == (asked[1].id,)


def test_an_instance_that_asks_to_wait_is_left_alone_with_what_was_learned(
    listening: Callable[..., Lemmy],
) -> None:
    good, urls = Instance(a_post(1)), list[str]()

    def answer(url: str) -> Reply:
        urls.append(url)
        return good(url) if len(urls) == 1 else Reply(429, {"retry-after": "60"}, b"")

    asked = [known("post", n, f"post/{5000 + n}") for n in (1, 2, 3)]
    found = listening(answer).refresh(asked, now=NOW, deadline=20.0)
    assert (len(found.observations), len(found.unknown), len(urls)) == (1, 2, 2)


def test_an_instance_in_trouble_deletes_nothing(listening: Callable[..., Lemmy]) -> None:
    source = listening(lambda url: Reply(502, {}, b"<html>"))
    with pytest.raises(Later):
        source.refresh([known("post", 1, "post/5001")], now=NOW, deadline=20.0)


@pytest.mark.parametrize(
    "given", [{"instance": "a/b"}, {"instance": HOST, "search": False}, {"instance": "x y"}]
)
def test_settings_that_cannot_be_meant_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(name="lemmy", **given)
