"""Reddit: every new item once, whatever is deleted in between, and praw never sleeps or retries."""

import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from config import Brand, MissingSecret, Secret
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Batch,
    Forbidden,
    Later,
    Malformed,
    RateLimited,
    SourceError,
)
from listener.collectors.reddit import (
    MAX_SEARCH_CHARS,
    RedditCollector,
    Settings,
    build,
    decode,
    searches_for,
)
from listener.collectors.reddit_place import (
    KNOWN,
    OVERLAP,
    SEARCH_OVERLAP,
    Memory,
    Place,
    begun,
    moved_on,
)
from listener.collectors.reddit_posts import read_page
from listener.mention import Kind
from listener.tools import Tools
from tocsin.wire import HttpWire

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRETS = {"ID": "hunter2-id", "SECRET": "hunter2-secret"}


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (base36(number // 36) if number >= 36 else "") + digits[number % 36]


def an_item(when: datetime, number: int, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "t3",
        "data": {
            "name": f"t3_{base36(10_000 + number)}",
            "id": base36(10_000 + number),
            "title": f"Acme, item {number}",
            "selftext": "It broke.",
            "author": "ann",
            "created_utc": when.timestamp(),
            "edited": False,
            **fields,
        },
    }


class FakeReddit:
    """Tokens, and one listing as Reddit pages it: newest first, `after` an item, 1,000 deep."""

    def __init__(self, server: HTTPServer) -> None:
        self.items: list[dict[str, Any]] = []
        self.faults: list[Response] = []
        self.asked: list[Request] = []
        self.tokens = 0
        self.headers: dict[str, str] = {}
        server.expect_request("/api/v1/access_token").respond_with_handler(self.token)
        server.expect_request("/r/acme+gadgets/new").respond_with_handler(self.listing)
        server.expect_request("/r/acme+gadgets/comments").respond_with_handler(self.empty)
        server.expect_request("/search").respond_with_handler(self.listing)

    def token(self, request: Request) -> Response:
        self.tokens += 1
        assert request.authorization is not None
        assert request.authorization.username == SECRETS["ID"]
        body = {"access_token": f"token-{self.tokens}", "expires_in": 3600, "scope": "*"}
        return Response(json.dumps(body), content_type="application/json")

    def listing(self, request: Request) -> Response:
        self.asked.append(request)
        if self.faults:
            return self.faults.pop(0)
        items = sorted(self.items, key=lambda item: -item["data"]["created_utc"])[:1000]
        names = [item["data"]["name"] for item in items]
        after = request.args.get("after")
        start = names.index(after) + 1 if after in names else 0
        page = items[start : start + int(request.args["limit"])]
        last = page[-1]["data"]["name"] if start + len(page) < len(items) else None
        return self.answer(page, last)

    def empty(self, request: Request) -> Response:
        return self.answer([], None)

    def answer(self, page: list[dict[str, Any]], after: str | None) -> Response:
        body = {"kind": "Listing", "data": {"children": page, "after": after}}
        return Response(json.dumps(body), headers=self.headers, content_type="application/json")


@pytest.fixture
def reddit(httpserver: HTTPServer) -> FakeReddit:
    return FakeReddit(httpserver)


@pytest.fixture
def collector(httpserver: HTTPServer) -> Callable[..., RedditCollector]:
    def make(**settings: Any) -> RedditCollector:
        tools = Tools(
            wire=HttpWire(allowed={f"localhost:{httpserver.port}"}),
            reveal=lambda secret: SECRETS[secret.env or ""],
            user_agent="tocsin/0.1.0 (+x)",
        )
        return build(a_settings(httpserver.url_for(""), **settings), [Brand(name="Acme")], tools)

    return make


def a_settings(address: str = "https://oauth.reddit.com", **settings: Any) -> Settings:
    given = {"subreddits": ("acme", "gadgets"), "search": False, **settings}
    return Settings(
        name="reddit",
        client_id=Secret(env="ID"),
        client_secret=Secret(env="SECRET"),
        username="acme_care",
        oauth_url=address,
        reddit_url=address,
        **given,
    )


@pytest.fixture(autouse=True)
def nobody_sleeps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """prawcore would sleep on rate limits and before a retry: here any sleep is counted."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    yield slept
    assert slept == []


def read_all(
    source: RedditCollector, cursor: str | None, now: datetime = NOW, deadline: float = 10
) -> list[Batch]:
    """Fetch until the source has no more right now; each batch's cursor feeds the next fetch."""
    batches = []
    for _ in range(40):
        batches.append(source.fetch(cursor, now=now, deadline=deadline))
        cursor = batches[-1].cursor
        if not batches[-1].more:
            return batches
    raise AssertionError("the source never came to rest")


def ids(batches: Sequence[Batch]) -> list[str]:
    return [seen.post.id for batch in batches for seen in batch.observations]


def names(items: Sequence[dict[str, Any]]) -> list[str]:
    return sorted(item["data"]["name"] for item in items)


def gaps(batches: Sequence[Batch]) -> list[tuple[datetime, datetime]]:
    return [(gap.since, gap.until) for batch in batches for gap in batch.gaps]


def test_a_new_source_reads_one_page_and_marks_it_as_backfill(reddit, collector) -> None:
    reddit.items = [an_item(later(-number), number) for number in range(1, 251)]
    batches = read_all(collector(), None)
    assert len(ids(batches)) == 100
    assert all(seen.backfill for batch in batches for seen in batch.observations)
    assert gaps(batches) == []


def test_new_items_are_heard_once_and_not_as_backfill(reddit, collector) -> None:
    reddit.items = [an_item(later(-number), number) for number in range(1, 11)]
    cursor = read_all(collector(), None)[-1].cursor
    reddit.items.append(an_item(later(1), 99))
    batches = read_all(collector(), cursor, later(2))
    assert [(seen.post.id, seen.backfill) for seen in batches[0].observations] == [
        (reddit.items[-1]["data"]["name"], False)
    ]
    assert ids(read_all(collector(), batches[-1].cursor, later(3))) == []


def test_a_burst_beyond_one_page_is_followed_to_what_is_known(reddit, collector) -> None:
    reddit.items = [an_item(later(-number), number) for number in range(1, 11)]
    cursor = read_all(collector(), None)[-1].cursor
    burst = [an_item(later(1 + number / 600), 100 + number) for number in range(350)]
    reddit.items += burst
    batches = read_all(collector(), cursor, later(5))
    assert sorted(ids(batches)) == names(burst)
    assert gaps(batches) == []


def test_a_restart_between_pages_goes_on_with_the_next_page(reddit, collector) -> None:
    reddit.items = [an_item(later(-number), number) for number in range(1, 11)]
    cursor = read_all(collector(), None)[-1].cursor
    burst = [an_item(later(1 + number / 600), 100 + number) for number in range(350)]
    reddit.items += burst
    first = collector().fetch(cursor, now=later(5), deadline=10)
    assert first.more
    rest = read_all(collector(), first.cursor, later(6))
    assert sorted(ids([first, *rest])) == names(burst)


@pytest.mark.parametrize("gone", [1, 50, 100], ids=lambda gone: f"{gone} anchors deleted")
def test_deleted_anchors_are_neither_a_loss_nor_a_gap(reddit, collector, gone: int) -> None:
    old = [an_item(later(-number), number) for number in range(1, 301)]
    reddit.items = old
    cursor = read_all(collector(), None)[-1].cursor
    new = [an_item(later(1), 900), an_item(later(2), 901)]
    reddit.items = old[gone:] + new
    batches = read_all(collector(), cursor, later(3))
    assert set(names(new)) <= set(ids(batches))
    assert gaps(batches) == []
    assert len(reddit.asked) == 2, "one page was enough to know"


def test_more_than_a_listing_reaches_back_is_a_gap(reddit, collector) -> None:
    reddit.items = [an_item(later(-number), number) for number in range(1, 11)]
    cursor = read_all(collector(), None)[-1].cursor
    flood = [an_item(later(1 + number / 600), 100 + number) for number in range(1500)]
    reddit.items += flood
    batches = read_all(collector(), cursor, later(10))
    assert len(set(ids(batches))) == 1000
    oldest = min(seen.post.created_at for batch in batches for seen in batch.observations)
    assert gaps(batches) == [(NOW, oldest)]


def test_a_listing_that_is_empty_for_once_forgets_nothing(reddit, collector) -> None:
    items = [an_item(later(-number), number) for number in range(1, 11)]
    reddit.items = items
    cursor = read_all(collector(), None)[-1].cursor
    reddit.items = []
    cursor = read_all(collector(), cursor, later(1))[-1].cursor
    reddit.items = items
    assert ids(read_all(collector(), cursor, later(2))) == []


def test_a_deletion_and_an_edit_of_a_known_item_are_told(reddit, collector) -> None:
    reddit.items = [an_item(later(-2), 1), an_item(later(-1), 2)]
    cursor = read_all(collector(), None)[-1].cursor
    reddit.items[0]["data"] |= {"author": "[deleted]", "selftext": "[deleted]"}
    reddit.items[1]["data"] |= {"edited": later(1).timestamp(), "selftext": "Mended."}
    (batch, *_) = read_all(collector(), cursor, later(2))
    assert [(seen.kind, seen.post.text) for seen in batch.observations] == [
        (Kind.EDIT, "Mended."),
        (Kind.DELETE, ""),
    ]


def test_the_cursor_stays_small(reddit, collector) -> None:
    reddit.items = [an_item(later(-number), number) for number in range(1, 900)]
    cursor = read_all(collector(), None)[-1].cursor
    places = Memory.read(cursor).places
    assert max(len(place.known) for place in places.values()) == KNOWN
    assert len(cursor) < 5_000


def test_praw_is_told_who_we_are_and_nothing_by_the_environment(
    reddit, collector, monkeypatch, tmp_path
) -> None:
    (tmp_path / "praw.ini").write_text("[DEFAULT]\nusername=eve\npassword=evil\n")
    monkeypatch.chdir(tmp_path)
    for name in ("praw_username", "praw_password", "praw_refresh_token", "praw_site"):
        monkeypatch.setenv(name, "eve")
    (tmp_path / "netrc").write_text("machine localhost login eve password evil\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    read_all(collector(), None)
    agent = reddit.asked[0].headers["User-Agent"]
    assert agent.split()[0].endswith(":tocsin:0.1.0")
    assert "(by /u/acme_care)" in agent
    assert reddit.asked[0].headers["Authorization"] == "bearer token-1"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "600", "x-ratelimit-used": "600"},
        {"x-ratelimit-remaining": "1.0", "x-ratelimit-reset": "300.5", "x-ratelimit-used": "599"},
        {"x-ratelimit-remaining": "1.0"},
    ],
    ids=["used up", "a float", "half of them missing"],
)
def test_rate_limits_never_put_our_thread_to_sleep(reddit, collector, headers) -> None:
    reddit.headers = headers
    source = collector()
    cursor = source.fetch(None, now=NOW, deadline=10).cursor
    if headers["x-ratelimit-remaining"] == "0.0":
        with pytest.raises(RateLimited) as error:
            source.fetch(cursor, now=later(1), deadline=10)
        assert later(10) <= error.value.until <= later(10.1)
        assert len(reddit.asked) == 1
    for round_trip in (1, 2, 3):
        cursor = source.fetch(cursor, now=later(round_trip * 11), deadline=10).cursor
    assert len(reddit.asked) == 2, "the two listings take turns"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(Response("<html>", 403, content_type="text/html"), Forbidden, id="blocked"),
        pytest.param(Response("{}", 404), BadRequest, id="no such subreddit"),
        pytest.param(
            Response("", 302, {"Location": "/subreddits/search"}), BadRequest, id="a redirect"
        ),
        pytest.param(
            Response("whoa", 429, {"retry-after": "Sat, 21 Nov 2026 13:00:00 GMT"}),
            RateLimited,
            id="a wait until a date",
        ),
        pytest.param(
            Response("", 429, {"x-ratelimit-reset": "300.5"}), RateLimited, id="a float to wait"
        ),
        pytest.param(Response("<html>", 502), Later, id="a bad gateway"),
        pytest.param(Response("", 520), Later, id="an unknown error"),
        pytest.param(Response("<html>", 200), Malformed, id="a web page"),
        pytest.param(Response('{"kind": "Lis', 200), Malformed, id="cut JSON"),
        pytest.param(Response("", 200), Malformed, id="nothing"),
        pytest.param(Response("[]", 200), Malformed, id="a list"),
        pytest.param(Response('{"data": {"children": {}}}', 200), Malformed, id="no children"),
    ],
)
def test_every_fault_is_a_source_error_and_is_asked_for_once(
    reddit, collector, fault, error
) -> None:
    reddit.faults = [fault]
    with pytest.raises(SourceError) as raised:
        collector().fetch(None, now=NOW, deadline=10)
    assert type(raised.value) is error
    assert "hunter2" not in str(raised.value)
    assert len(reddit.asked) == 1


def test_a_token_that_ran_out_is_renewed_once(reddit, collector) -> None:
    source = collector()
    cursor = source.fetch(None, now=NOW, deadline=10).cursor
    cursor = source.fetch(cursor, now=NOW, deadline=10).cursor
    reddit.faults = [Response("", 401)]
    source.fetch(cursor, now=later(1), deadline=10)
    assert (reddit.tokens, reddit.asked[-1].headers["Authorization"]) == (2, "bearer token-2")


def test_a_token_that_is_refused_again_is_lost(reddit, collector) -> None:
    source = collector()
    cursor = source.fetch(None, now=NOW, deadline=10).cursor
    cursor = source.fetch(cursor, now=NOW, deadline=10).cursor
    reddit.faults = [Response("", 401), Response("", 401), Response("", 401)]
    with pytest.raises(AuthorisationLost):
        source.fetch(cursor, now=later(1), deadline=10)
    assert len(reddit.asked) == 3


@pytest.mark.parametrize(
    "refusal",
    [
        Response("", 401),
        Response('{"error":"invalid_grant"}', 400),
        Response('{"error":"unsupported_grant_type"}', 200),
    ],
    ids=["by status", "by the OAuth way", "inside a 200"],
)
def test_wrong_keys_are_told_as_such(httpserver, collector, refusal: Response) -> None:
    httpserver.expect_request("/api/v1/access_token").respond_with_response(refusal)
    with pytest.raises(AuthorisationLost):
        collector().fetch(None, now=NOW, deadline=10)
    assert len(httpserver.log) == 1


def test_a_drip_ends_at_the_deadline(reddit, httpserver, collector) -> None:
    over = threading.Event()

    def dripping(request: Request) -> Response:
        def body() -> Iterator[bytes]:
            for _ in range(200):
                if over.wait(0.05):
                    return
                yield b" "

        return Response(body(), content_type="application/json")

    httpserver.clear()
    httpserver.expect_request("/api/v1/access_token").respond_with_handler(dripping)
    with pytest.raises(Later, match="no answer in time"):
        collector().fetch(None, now=NOW, deadline=0.4)
    over.set()


def test_a_round_that_lost_its_next_page_begins_anew_once_and_then_tells_a_gap() -> None:
    shown = read_page({"data": {"children": [an_item(later(5), 7)], "after": "t3_7pz"}}, later(6))
    nothing = read_page({"data": {"children": [], "after": None}}, later(6))
    known = Place(NOW, NOW, known=("t3_1",), newest=NOW)
    under_way, _ = moved_on(begun(known, later(6)), shown, later(6))
    once, gaps = moved_on(under_way, nothing, later(6))
    assert (once.after, once.at, once.known, gaps) == (None, NOW, ("t3_1",), ())
    under_way, _ = moved_on(begun(once, later(7)), shown, later(7))
    twice, gaps = moved_on(under_way, nothing, later(7))
    assert (twice.at, [(gap.since, gap.until) for gap in gaps]) == (later(7), [(NOW, later(5))])


def test_a_listing_that_ended_while_a_round_was_slow_is_read_once_more_from_its_top() -> None:
    shown = read_page({"data": {"children": [an_item(later(5), 7)], "after": "t3_7pz"}}, later(6))
    rest = read_page({"data": {"children": [an_item(later(4), 6)], "after": None}}, later(6))
    under_way, _ = moved_on(begun(Place(NOW, NOW, newest=NOW), later(6)), shown, later(6))
    at_once, gaps = moved_on(under_way, rest, later(6))
    assert (at_once.at, gaps) == (later(6), ()), "it was seen whole"
    slow, gaps = moved_on(under_way, rest, later(7))
    assert (slow.at, slow.anew, slow.after, gaps) == (NOW, True, None, ())


@pytest.mark.parametrize(
    ("overlap", "goes_on"),
    [
        pytest.param(OVERLAP, False, id="a listing is read three minutes back"),
        pytest.param(SEARCH_OVERLAP, True, id="the search, whose index lags, ten"),
    ],
)
def test_how_far_back_a_round_reads_for_what_is_shown_late(
    overlap: timedelta, *, goes_on: bool
) -> None:
    items = [an_item(later(20), 9), an_item(later(15), 8)]
    shown = read_page({"data": {"children": items, "after": "t3_8"}}, later(21))
    known = Place(NOW, later(19), newest=later(19))
    place, _ = moved_on(begun(known, later(21)), shown, later(21), overlap)
    assert bool(place.after) is goes_on


@pytest.mark.parametrize("behind", [timedelta(), timedelta(minutes=10)])
def test_an_empty_listing_that_fills_is_read_to_its_end_though_reddits_clock_is_behind(
    behind: timedelta,
) -> None:
    first = [an_item(later(1) - behind, 9), an_item(later(1) - behind, 8)]
    shown = read_page({"data": {"children": first, "after": "t3_8"}}, later(2))
    place, _ = moved_on(begun(Place(NOW, NOW), later(2)), shown, later(2))
    assert place.after == "t3_8"


def test_a_time_in_the_future_does_not_become_what_is_known() -> None:
    odd = read_page({"data": {"children": [an_item(later(600_000), 9)]}}, later(2))
    place, _ = moved_on(begun(Place(NOW, NOW, newest=NOW), later(2)), odd, later(2))
    assert place.newest == NOW


def test_a_round_that_was_held_up_begins_anew_because_its_end_may_have_been_pushed_out() -> None:
    known = Place(NOW, NOW, known=("t3_1",), newest=NOW)
    under_way = replace(known, after="t3_7pz", began=later(6), read=100)
    assert begun(under_way, later(7)) == under_way
    again = begun(under_way, later(60))
    assert (again.after, again.began, again.at, again.read) == (None, later(60), NOW, 0)
    assert begun(replace(again, after="t3_8"), later(120)).after == "t3_8", "only once"


def test_one_listing_that_fails_does_not_keep_the_others_waiting(reddit, collector) -> None:
    source = collector()
    reddit.faults = [Response("", 403)]
    with pytest.raises(Forbidden):
        source.fetch(None, now=NOW, deadline=10)
    reddit.items = [an_item(NOW, 1)]
    comments = source.fetch(None, now=NOW, deadline=10)
    posts = source.fetch(comments.cursor, now=NOW, deadline=10)
    assert [len(batch.observations) for batch in (comments, posts)] == [0, 1]


def test_a_process_that_ended_between_its_first_two_listings_loses_none_of_the_second() -> None:
    memory = Memory.read(None).filled(("new", "comments"), NOW)
    ended = memory.with_place("new", Place(NOW, later(300))).text()
    again = Memory.read(ended).filled(("new", "comments"), later(300))
    assert again.places["comments"].at == NOW


@pytest.mark.parametrize(
    ("away", "window"),
    [
        (timedelta(hours=1), "day"),
        (timedelta(hours=30), "week"),
        (timedelta(days=20), "month"),
        (timedelta(days=90), "year"),
    ],
)
def test_search_looks_as_far_back_as_we_were_away(reddit, collector, away, window) -> None:
    source = collector(subreddits=(), search=True)
    cursor = source.fetch(None, now=NOW, deadline=10).cursor
    source.fetch(cursor, now=NOW + away, deadline=10)
    asked = reddit.asked[-1].args
    assert (asked["q"], asked["t"], asked["sort"]) == ('"Acme"', window, "new")


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"places": 7}', '{"places":{"r":{}}}', "0"])
def test_a_damaged_cursor_starts_the_source_afresh(reddit, collector, cursor: str) -> None:
    reddit.items = [an_item(later(-30), 1)]
    assert collector().fetch(cursor, now=NOW, deadline=10).observations[0].backfill


def test_no_key_reaches_a_log(reddit, collector, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    read_all(collector(), None)
    assert "hunter2" not in caplog.text
    assert "token-1" not in caplog.text


def test_a_missing_key_is_said_at_the_start() -> None:
    def reveal(secret: Secret) -> str:
        raise MissingSecret(f"environment variable {secret.env} is not set")

    with pytest.raises(AuthorisationLost, match="variable ID is not set"):
        build(a_settings(), [Brand(name="Acme")], Tools(HttpWire(), reveal, "tocsin/0.1.0"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"subreddits": ("a/b",)},
        {"subreddits": (), "search": False},
        {"subreddits": tuple(f"sub{number}" for number in range(101))},
        {"oauth_url": "file:///etc/passwd"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(wrong: dict[str, Any]) -> None:
    given = {"client_id": {"env": "ID"}, "client_secret": {"env": "S"}, "username": "acme_care"}
    with pytest.raises(ValidationError):
        Settings(**{"name": "reddit", **given, **wrong})


def test_terms_become_as_few_searches_as_fit() -> None:
    assert searches_for(["Acme", 'Acme "Air"', "Acme"]) == ('"Acme" OR "Acme Air"',)
    terms = [f"{'term' * 20} {number}" for number in range(30)]
    searches = searches_for(terms)
    assert max(map(len, searches)) <= MAX_SEARCH_CHARS
    assert all(any(f'"{term}"' in search for search in searches) for term in terms)


def a_comment(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "t1",
        "data": {
            "name": "t1_abc",
            "body": "It broke",
            "author": "ann",
            "author_fullname": "t2_7",
            "created_utc": NOW.timestamp(),
            "parent_id": "t1_xyz",
            "link_id": "t3_def",
            "permalink": "/r/acme/comments/def/help/abc/",
            "score": -4,
            "edited": False,
            **fields,
        },
    }


def test_a_comment_is_read_whole() -> None:
    seen = decode(a_comment(), NOW)
    post = seen.post
    assert (seen.kind, post.id, post.text, post.title) == (Kind.POST, "t1_abc", "It broke", "")
    assert (post.in_reply_to, post.conversation_id) == ("t1_xyz", "t3_def")
    assert post.url == "https://www.reddit.com/r/acme/comments/def/help/abc/"
    assert (post.author.id, post.author.handle) == ("t2_7", "ann")
    assert post.engagement.likes == 0, "a score below zero is no number of likes"


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        pytest.param(a_comment(), Kind.POST, id="a comment"),
        pytest.param(a_comment(edited=1700000000.0), Kind.EDIT, id="an edited comment"),
        pytest.param(a_comment(edited=True), Kind.EDIT, id="one edited in the old days"),
        pytest.param(a_comment(body="[deleted]", author="[deleted]"), Kind.DELETE, id="deleted"),
        pytest.param(a_comment(body="[removed]"), Kind.DELETE, id="removed by a moderator"),
        pytest.param(a_comment(author="[deleted]"), Kind.POST, id="only the account is gone"),
        pytest.param(
            an_item(NOW, 1, selftext="", author="[deleted]"), Kind.DELETE, id="a deleted link"
        ),
        pytest.param(
            an_item(NOW, 1, removed_by_category="moderator"), Kind.DELETE, id="a removed post"
        ),
        pytest.param(an_item(NOW, 1, selftext=""), Kind.POST, id="a link"),
    ],
)
def test_what_was_observed_of_an_item(item: dict[str, Any], kind: Kind) -> None:
    seen = decode(item, NOW)
    assert seen.kind is kind
    if kind is Kind.DELETE:
        assert (seen.post.text, seen.post.title, seen.post.author.handle) == ("", "", "")


@pytest.mark.parametrize("odd", [[], ["x"], {}, {"name": "x"}, 7, "\ud800", "\0"])
@pytest.mark.parametrize("field", list(an_item(NOW, 1)["data"]))
def test_an_item_with_an_odd_field_never_costs_its_page(field: str, odd: object) -> None:
    items = [an_item(NOW, 1), an_item(NOW, 2, **{field: odd}), an_item(NOW, 3)]
    page = read_page({"data": {"children": items}}, NOW)
    assert {f"t3_{base36(10_000 + n)}" for n in (1, 3)} <= set(page.ids)
    assert len(page.observations) + len(page.malformed) == 3
    assert all(seen.kind is not Kind.DELETE for seen in page.observations)


@pytest.mark.parametrize(
    ("by", "told"),
    [("moderator", True), ("deleted", False), ("reddit", False), (7, False), (None, False)],
)
def test_a_moderators_removal_is_told_from_any_other(by: object, told: bool) -> None:
    """Of a comment Reddit does not say who it was, and it is taken for its author's."""
    assert decode(an_item(NOW, 1, removed_by_category=by), NOW).by_moderator is told
    assert not decode(a_comment(body="[removed]"), NOW).by_moderator


def test_of_a_deleted_account_nothing_is_kept() -> None:
    author = decode(a_comment(author="[deleted]"), NOW).post.author
    assert (author.id, author.handle) == ("", "")


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"kind": "t5", "data": {}},
        {"kind": [], "data": {}},
        {"kind": {}, "data": []},
        a_comment(name="../../x"),
        a_comment(created_utc="soon"),
        a_comment(created_utc=1e300),
        a_comment(body=None),
        {"kind": "t1", "data": None},
        None,
        7,
    ],
)
def test_one_bad_item_never_loses_the_page(bad: object) -> None:
    page = read_page({"data": {"children": [bad, a_comment()], "after": 7}}, NOW)
    assert (page.ids, len(page.malformed), page.after) == (("t1_abc",), 1, None)


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "//evil.example/", '/r/a/comments/x"><script>', "@evil.example", None],
)
def test_a_link_from_a_stranger_never_leads_elsewhere(link: object) -> None:
    url = decode(a_comment(permalink=link), NOW).post.url
    assert url == "https://www.reddit.com/comments/def/_/abc/"


def recorded(shared: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every recorded listing."""
    found = []
    for path in sorted((shared / "fixtures/reddit").glob("*.json")):
        for exchange in json.loads(path.read_text())["interactions"]:
            body = exchange["response"].get("json")
            bodies = body if isinstance(body, list) else [body]
            listings = [one for one in bodies if isinstance(one, dict)]
            found += [(path.name, one) for one in listings if one.get("kind") == "Listing"]
    return found


def test_every_recorded_listing_is_read_without_loss(shared: Path) -> None:
    listings = recorded(shared)
    kinds, total = set(), 0
    for name, listing in listings:
        page = read_page(listing, NOW)
        readable = [child for child in listing["data"]["children"] if child["kind"] in ("t1", "t3")]
        assert [child["data"]["name"] for child in readable] == list(page.ids), name
        assert len(page.malformed) == len(listing["data"]["children"]) - len(readable), name
        kinds |= {seen.kind for seen in page.observations}
        total += len(readable)
        for seen in page.observations:
            if seen.kind is not Kind.DELETE and "Inbox" not in name:  # an inbox links by context
                assert seen.post.url.startswith("https://www.reddit.com/"), name
                assert seen.post.author.handle or seen.post.author.id == ""
    assert total > 100
    assert {Kind.POST, Kind.DELETE} <= kinds


def test_another_choice_is_heard_from_the_last_reading_on(reddit, collector) -> None:
    reddit.items = [an_item(later(-number), number) for number in range(1, 11)]
    cursor = read_all(collector(), None)[-1].cursor
    burst = [an_item(later(1 + number / 600), 100 + number) for number in range(250)]
    reddit.items += burst
    batches = read_all(collector(subreddits=(), search=True), cursor, later(5))
    live = [s.post.id for batch in batches for s in batch.observations if not s.backfill]
    assert sorted(live) == names(burst)
    assert list(Memory.read(batches[-1].cursor).places) == ['search?"Acme"']


def test_a_page_that_is_far_too_long_is_cut_and_the_cut_is_named() -> None:
    page = read_page({"data": {"children": [a_comment()] * 5_000}}, NOW)
    assert len(page.observations) == 500
    assert page.malformed == ("more items than were asked for",)


def test_a_missing_library_is_said_with_its_remedy(collector, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "praw", None)
    with pytest.raises(SourceError, match=r'pip install "tocsin\[reddit\]"'):
        collector()
