"""Bluesky: kept posts are looked at again without a key, the past is searched with an account."""

import json
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import ValidationError

from config import Brand, MissingSecret, Secret
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Gap,
    Known,
    Later,
    LooksBack,
    Malformed,
    RateLimited,
    Refreshes,
)
from listener.collectors import bluesky
from listener.collectors.bluesky_again import AT_ONCE, read_view
from listener.collectors.bluesky_login import MAX_LOGINS
from listener.mention import Kind
from listener.tools import Tools
from listener.wire import Reply

pytest.importorskip("websockets")

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DID = "did:plc:abc"
PASSWORD = "hunter2-app-password"


def uri(number: int) -> str:
    return f"at://{DID}/app.bsky.feed.post/{number}"


def a_view(number: int, when: datetime = NOW, **fields: Any) -> dict[str, Any]:
    words = fields.pop("words", f"Acme, post {number}")
    record = {"$type": "app.bsky.feed.post", "text": words, "createdAt": when.isoformat()}
    return {
        "uri": uri(number), "cid": "c", "record": record, "indexedAt": when.isoformat(),
        "author": {"did": DID, "handle": "ann.example", "displayName": "Ann"}, **fields,
    }  # fmt: skip


def good(body: Any) -> Reply:
    return Reply(200, {}, json.dumps(body).encode())


def refusal(error: str, status: int = 400) -> Reply:
    return Reply(status, {}, json.dumps({"error": error, "message": "no"}).encode())


@dataclass
class Service:
    """The AppView and an account's server; each method answers what is put there, in turn."""

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    sessions: int = 0

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: Any = None, **_: Any
    ) -> Reply:
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2]
        self.asked.append((name, parse_qsl(parts.query)))
        self.tokens.append(headers.get("Authorization", ""))
        if replies := self.replies.get(name):
            return replies.pop(0)
        if name.endswith("createSession"):
            assert json.loads(body) == {"identifier": "care.example", "password": PASSWORD}
        if name.endswith("Session"):
            assert method == "POST"
            self.sessions += 1
            return good({"accessJwt": f"access-{self.sessions}", "refreshJwt": "again"})
        return good({"posts": []})

    def names(self) -> list[str]:
        return [name.rpartition(".")[2] for name, _ in self.asked]


Make = Callable[..., Any]


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def make(service: Service) -> Make:
    def one(**settings: Any) -> Any:
        declared = bluesky.Settings(name="sky", kind="bluesky", **settings)
        tools = Tools(service, lambda secret: PASSWORD, "tocsin/0")
        return bluesky.build(declared, [Brand(name="Acme")], tools)

    return one


@pytest.fixture
def searching(make: Make) -> Make:
    keys = {"identifier": "care.example", "app_password": Secret(env="SKY")}
    return lambda **settings: make(**keys, **settings)


def refreshed(source: Any, *numbers: int) -> Any:
    return source.refresh([Known(uri(number)) for number in numbers], now=NOW, deadline=10)


def test_counts_edits_and_names_are_learned_of_25_posts_at_once_without_a_key(
    service: Service, make: Make
) -> None:
    source = make()
    counts = {"likeCount": 1, "repostCount": 2, "replyCount": 3, "quoteCount": 4}
    service.replies["app.bsky.feed.getPosts"] = [good({"posts": [a_view(1, **counts)]})]
    found = refreshed(source, 1)
    (seen,) = found.observations
    shown = seen.post.engagement
    assert (shown.likes, shown.reposts, shown.replies, shown.quotes) == (1, 2, 3, 4)
    assert (seen.kind, seen.post.text, seen.post.author.handle) == (
        Kind.POST, "Acme, post 1", "ann.example"
    )  # fmt: skip
    assert service.asked == [("app.bsky.feed.getPosts", [("uris", uri(1))])]
    assert service.tokens == [""]
    assert (source.at_once, AT_ONCE) == (25, 25)
    assert isinstance(source, Refreshes)
    assert not isinstance(source, LooksBack), "the public host refuses searches"


def test_what_is_left_out_is_absent_which_is_no_deletion_yet(service: Service, make: Make) -> None:
    service.replies["app.bsky.feed.getPosts"] = [good({"posts": [a_view(1)]})]
    found = refreshed(make(), 1, 2, 3)
    assert [seen.post.id for seen in found.observations] == [uri(1)]
    assert (found.absent, found.unknown) == ((uri(2), uri(3)), ())
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(502, {}, b""), Later),
        (Reply(200, {}, b"<html>"), Malformed),
        (good({"posts": {}}), Malformed),
        (Reply(200, {}, b"[" * 100_000), Malformed),
    ],
)
def test_an_answer_that_is_none_deletes_nothing(
    service: Service, make: Make, reply: Reply, error: type[Exception]
) -> None:
    service.replies["app.bsky.feed.getPosts"] = [reply]
    with pytest.raises(error):
        refreshed(make(), 1)


def test_a_post_that_cannot_be_read_is_not_taken_for_an_absent_one(
    service: Service, make: Make
) -> None:
    bad = {**a_view(1), "record": 7}
    service.replies["app.bsky.feed.getPosts"] = [good({"posts": [bad, None, a_view(2)]})] * 2
    found = refreshed(make(), 1, 2)
    assert [seen.post.id for seen in found.observations] == [uri(2)]
    assert found.unknown == (uri(1),)


def test_a_recorded_view_is_read(shared: Path) -> None:
    path = shared / "fixtures/bluesky/atproto__thread_view_post_with_embed_media.json"
    view = json.loads(path.read_text())["thread"]["post"]
    seen = read_view(view, NOW)
    assert (seen.post.id, seen.post.author.name) == (view["uri"], "Python SDK")


@pytest.mark.parametrize("wrong", ["", "https://x/y", f"at://{DID}/app.bsky.feed.like/1", "at://"])
def test_a_view_of_something_else_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"uri|record"):
        read_view({**a_view(1), "uri": wrong}, NOW)


def back(source: Any, cursor: str | None = None, now: datetime = NOW) -> Any:
    return source.look_back(cursor, since=NOW - timedelta(days=7), now=now, deadline=30)


def test_the_past_is_searched_with_an_account_page_by_page(
    service: Service, searching: Make
) -> None:
    source = searching()
    hour = timedelta(hours=1)
    service.replies["app.bsky.feed.searchPosts"] = [
        good({"posts": [a_view(1, NOW - hour), a_view(2, NOW, words="ours")], "cursor": "two"}),
        good({"posts": [a_view(3, NOW - 2 * hour)]}),
    ]
    first = back(source)
    second = back(source, first.cursor)
    assert [(one.post.id, one.backfill) for one in (*first.observations, *second.observations)] == [
        (uri(1), True), (uri(3), True)
    ]  # fmt: skip
    assert [first.more, second.more] == [True, False]
    assert service.names() == ["createSession", "searchPosts", "searchPosts"]
    asked = dict(service.asked[1][1])
    assert (asked["q"], asked["sort"], asked["since"]) == (
        '"Acme"', "latest", "2026-11-14T12:00:00Z"
    )  # fmt: skip
    assert dict(service.asked[2][1])["cursor"] == "two"
    assert isinstance(source, LooksBack)


def test_a_search_that_goes_no_deeper_leaves_a_gap(service: Service, searching: Make) -> None:
    full = [a_view(number, NOW - timedelta(minutes=number)) for number in range(100)]
    service.replies["app.bsky.feed.searchPosts"] = [good({"posts": full})]
    batch = back(searching())
    oldest = NOW - timedelta(minutes=99)
    assert batch.gaps == (Gap(NOW - timedelta(days=7), oldest, "the listing goes no deeper"),)


def test_a_session_is_kept_over_restarts_where_its_owner_alone_can_read_it(
    service: Service, searching: Make, tmp_path: Path
) -> None:
    file = tmp_path / "sky-session.json"
    for _ in range(5):
        back(searching(session_file=file))
    assert service.names().count("createSession") == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text()


def test_a_session_that_has_run_out_is_renewed_and_no_new_one_made(
    service: Service, searching: Make
) -> None:
    source = searching()
    service.replies["app.bsky.feed.searchPosts"] = [good({"posts": []}), refusal("ExpiredToken")]
    back(source)
    back(source)
    assert service.names()[2:] == ["searchPosts", "refreshSession", "searchPosts"]
    assert service.tokens[-1] == "Bearer access-2"


def test_where_it_cannot_be_renewed_either_a_new_one_is_made_but_only_so_many_a_day(
    service: Service, searching: Make, tmp_path: Path
) -> None:
    file = tmp_path / "session.json"
    expired = [refusal("ExpiredToken") for _ in range(200)]
    service.replies = {
        "app.bsky.feed.searchPosts": expired,
        "com.atproto.server.refreshSession": [*expired],
    }
    for _ in range(MAX_LOGINS - 1):
        with pytest.raises(AuthorisationLost, match="the session is refused"):
            back(searching(session_file=file))
    with pytest.raises((AuthorisationLost, RateLimited)):
        back(searching(session_file=file))
    with pytest.raises(RateLimited, match="logged in 20 times") as raised:
        back(searching(session_file=file))
    assert raised.value.until == NOW + timedelta(days=1)
    assert service.names().count("createSession") == MAX_LOGINS
    service.replies = {"com.atproto.server.refreshSession": [refusal("ExpiredToken")]}
    file.write_text(json.dumps({"logins": json.loads(file.read_text())["logins"]}))
    assert back(searching(session_file=file), None, NOW + timedelta(days=2)).gaps == ()


def test_a_refused_app_password_is_said_and_appears_nowhere(
    service: Service, searching: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    service.replies["com.atproto.server.createSession"] = [refusal("AuthenticationRequired", 401)]
    with pytest.raises(AuthorisationLost, match="app password is refused") as raised:
        back(searching())
    assert PASSWORD not in str(raised.value) + caplog.text


def test_a_server_in_trouble_is_no_refusal(service: Service, searching: Make) -> None:
    service.replies["com.atproto.server.createSession"] = [Reply(503, {}, b"")]
    with pytest.raises(Later):
        back(searching())
    service.replies["com.atproto.server.createSession"] = [good({"accessJwt": 7})]
    with pytest.raises(Malformed, match="holds no session"):
        back(searching())


def test_a_session_file_that_is_broken_or_cannot_be_written(
    service: Service, searching: Make, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"access": 7, "logins": {}')
    assert back(searching(session_file=broken)).more is False
    with pytest.raises(BadRequest, match="Name a file in a folder that exists"):
        back(searching(session_file=tmp_path / "nowhere" / "session.json"))


def test_a_missing_app_password_is_said_at_the_start(service: Service) -> None:
    def reveal(secret: Secret) -> str:
        raise MissingSecret("environment variable SKY is not set")

    declared = bluesky.Settings(
        name="sky", kind="bluesky", identifier="care.example", app_password=Secret(env="SKY")
    )
    with pytest.raises(AuthorisationLost, match="SKY is not set"):
        bluesky.build(declared, [Brand(name="Acme")], Tools(service, reveal, "tocsin/0"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"identifier": "care.example"},
        {"app_password": {"env": "SKY"}},
        {"app_view": "file:///etc"},
        {"server": "bsky.social"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        bluesky.Settings(name="sky", kind="bluesky", **wrong)
