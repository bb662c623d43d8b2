"""X: every post once, both spellings, within the day's dollars, and no loss without a gap."""

import json
import logging
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from config import Brand, MissingSecret, Secret
from listener.budget import Use
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Batch,
    Forbidden,
    Gap,
    Later,
    Malformed,
    OutOfBudget,
    RateLimited,
    SourceError,
)
from listener.collectors import x_place
from listener.collectors.x import MAX_QUERY_CHARS, Settings, XCollector, build, decode, queries_for
from listener.collectors.x_place import UNSURE, Memory
from listener.collectors.x_posts import read_page, snowflake_time
from listener.mention import Kind
from listener.metered import purse_of
from listener.tools import Tools
from tocsin.wire import HttpWire

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOKEN = "hunter2-bearer"
SEARCH = "/2/tweets/search/recent"


def snowflake(when: datetime, number: int = 0) -> str:
    millis = int(
        (when - datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)).total_seconds() * 1e3
    )
    return str((millis << 22) + number)


def a_post(when: datetime, number: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "id": snowflake(when, number),
        "text": f"Acme, post {number}",
        "created_at": when.isoformat(),
        "author_id": str(1000 + number),
        **fields,
    }


class FakeX:
    """Recent search as X documents it: newest first, since_id or start_time, pages by token."""

    def __init__(self, server: HTTPServer) -> None:
        self.posts: list[dict[str, Any]] = []
        self.faults: list[Response] = []
        self.asked: list[dict[str, str]] = []
        server.expect_request(SEARCH).respond_with_handler(self.answer)
        server.expect_request("/2/users/77/mentions").respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        query = {
            name: values[0] for name, values in parse_qs(request.query_string.decode()).items()
        }
        self.asked.append({**query, "path": request.path})
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        assert request.headers["User-Agent"].startswith("tocsin/")
        if self.faults:
            return self.faults.pop(0)
        found = sorted(self.posts, key=lambda post: int(post["id"]), reverse=True)
        if "since_id" in query:
            found = [post for post in found if int(post["id"]) > int(query["since_id"])]
        elif "start_time" in query:
            found = [post for post in found if post["created_at"] >= query["start_time"][:19]]
        start = int(query.get("next_token") or query.get("pagination_token") or 0)
        size = int(query["max_results"])
        meta: dict[str, Any] = {"result_count": len(found[start : start + size])}
        if len(found) > start + size:
            meta["next_token"] = str(start + size)
        body: dict[str, Any] = {"meta": meta}
        if meta["result_count"]:
            body["data"] = found[start : start + size]
        return Response(json.dumps(body), content_type="application/json")


@pytest.fixture
def x(httpserver: HTTPServer) -> FakeX:
    return FakeX(httpserver)


@pytest.fixture
def collector(httpserver: HTTPServer) -> Callable[..., XCollector]:
    def make(**settings: Any) -> XCollector:
        wire = HttpWire(allowed={f"localhost:{httpserver.port}"})
        given = {"authors": False, "dollars_per_day": 100.0, **settings}
        declared = Settings(
            name="x",
            bearer_token=Secret(env="X_TOKEN"),
            api=httpserver.url_for("").rstrip("/"),
            **given,
        )
        make.purse = purse_of(declared)
        tools = Tools(wire, lambda secret: TOKEN, "tocsin/0.1.0 (+x)", make.purse)
        return build(declared, [Brand(name="Acme")], tools)

    return make


def read_all(
    source: XCollector, cursor: str | None, now: datetime = NOW, deadline: float = 10
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


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_a_new_source_looks_back_an_hour_and_marks_it_as_backfill(x, collector) -> None:
    x.posts = [a_post(later(-90), 1), a_post(later(-30), 2)]
    (batch,) = read_all(collector(), None)
    assert [(seen.post.id, seen.backfill) for seen in batch.observations] == [
        (x.posts[1]["id"], True)
    ]
    x.posts.append(a_post(later(1), 3))
    (batch,) = read_all(collector(), batch.cursor, later(2))
    assert [(seen.post.id, seen.backfill) for seen in batch.observations] == [
        (x.posts[2]["id"], False)
    ]
    assert (batch.observations[0].seen_at, batch.gaps) == (later(2), ())


def test_a_burst_beyond_one_page_is_read_page_by_page_each_post_once(x, collector) -> None:
    x.posts = [a_post(later(-1), 0)]
    cursor = read_all(collector(), None)[-1].cursor
    burst = [a_post(later(1), number) for number in range(1, 251)]
    x.posts += burst
    batches = read_all(collector(), cursor, later(2))
    assert len(batches) == 3
    assert sorted(ids(batches)) == sorted(post["id"] for post in x.posts)
    assert len({asked.get("since_id") for asked in x.asked[1:]}) == 1
    x.posts.append(a_post(later(7), 999))
    assert ids(read_all(collector(), batches[-1].cursor, later(8)))[0] == x.posts[-1]["id"]


def test_a_post_that_x_finds_after_newer_ones_is_heard_and_nothing_is_paid_twice(
    x, collector
) -> None:
    x.posts = [a_post(later(1), 1), a_post(later(1.5), 2)]
    (batch,) = read_all(collector(authors=True), None, later(2))
    x.posts.append(a_post(later(-1), 3))
    (batch,) = read_all(collector(authors=True), batch.cursor, later(3))
    assert x.posts[2]["id"] in ids([batch])
    assert batch.dollars == pytest.approx(0.005), "one post; this X sends no authors"


def test_what_is_no_longer_new_is_not_read_again_because_a_new_day_charges_it_again(
    x, collector
) -> None:
    x.posts = [a_post(later(-1), 1)]
    (batch,) = read_all(collector(), None)
    (batch,) = read_all(collector(), batch.cursor, later(15))
    (batch,) = read_all(collector(), batch.cursor, later(16))
    assert (x.asked[-1]["since_id"], ids([batch])) == (x.posts[0]["id"], [])


def test_a_restart_between_pages_goes_on_with_the_next_page(x, collector) -> None:
    x.posts = [a_post(later(-1), number) for number in range(250)]
    first = collector().fetch(None, now=NOW, deadline=10)
    x.posts.append(a_post(later(0.5), 999))  # while we were away; it must not shift the round
    x.posts = x.posts[-1:] + x.posts[:-1]
    rest = read_all(collector(), first.cursor, later(1))
    assert first.more
    assert set(ids([first, *rest])) >= {post["id"] for post in x.posts[1:]}
    assert x.posts[0]["id"] in ids(read_all(collector(), rest[-1].cursor, later(2)))


def test_a_quiet_source_goes_on_from_the_time_it_was_read(x, collector) -> None:
    (batch,) = read_all(collector(), None)
    (batch,) = read_all(collector(), batch.cursor, later(10))
    assert x.asked[-1]["start_time"] == "2026-11-21T11:47:00Z"
    x.posts = [a_post(later(12), 1)]
    (batch,) = read_all(collector(), batch.cursor, later(15))
    assert ids([batch]) == [x.posts[0]["id"]]


def test_after_more_than_a_week_away_the_rest_is_read_and_the_gap_recorded(x, collector) -> None:
    x.posts = [a_post(later(-1), 1)]
    (batch,) = read_all(collector(), None)
    back = NOW + timedelta(days=9)
    x.posts.append(a_post(back - timedelta(days=6), 2))
    (batch,) = read_all(collector(), batch.cursor, back)
    edge = back - timedelta(days=7) + timedelta(minutes=15)
    assert ids([batch]) == [x.posts[1]["id"]]
    assert [(gap.since, gap.until) for gap in batch.gaps] == [(NOW - UNSURE, edge)]
    assert "since_id" not in x.asked[-1]


def test_a_process_that_ended_between_its_first_two_listings_loses_none_of_the_second() -> None:
    listings = ("mentions", "search")
    memory = Memory.read(None, NOW).filled(listings, NOW)
    ended = memory.with_place("mentions", x_place.Place(NOW, NOW)).text()
    again = Memory.read(ended, later(300)).filled(listings, later(300))
    asked, _ = x_place.next_question(again.places["search"], later(300))
    assert asked.start is not None
    assert asked.start <= NOW


def test_posts_that_x_had_not_yet_found_at_the_last_reading_are_part_of_the_gap() -> None:
    read = x_place.Place(NOW, NOW)
    asked = replace(read, began=later(2), oldest=NOW - timedelta(seconds=5))
    _, (gap,) = asked.left_off("more pages than are followed")
    assert (gap.since, gap.until) == (NOW - UNSURE, NOW - timedelta(seconds=5))


def _edited(written: datetime, at: datetime) -> dict[str, object]:
    """A post of which an edit has a newer id, and the time at which it was first written."""
    chain = [a_post(when, 7)["id"] for when in (written, at)]
    return {**a_post(written, 7), "id": chain[1], "edit_history_tweet_ids": chain}


def test_the_gap_of_a_stopped_round_reaches_up_to_what_it_has_shown_whatever_was_edited(
    x, collector, monkeypatch
) -> None:
    monkeypatch.setattr(x_place, "MAX_PAGES", 1)
    x.posts = [a_post(later(-1), 1)]
    (batch,) = read_all(collector(), None)
    x.posts = [a_post(later(60 + n / 10), n) for n in range(200)]
    x.posts.append(_edited(later(20), later(79)))
    batches = read_all(collector(), batch.cursor, later(90))
    shown = {post["id"] for post in x.posts} & set(ids(batches))
    unread = [post["created_at"] for post in x.posts[:-1] if post["id"] not in shown]
    (gap,) = [gap for one in batches for gap in one.gaps]
    assert unread
    assert gap.until >= datetime.fromisoformat(max(unread))


def test_what_an_edit_moved_above_a_round_under_way_is_part_of_the_next_gap() -> None:
    read = x_place.Place(NOW, NOW, "1", token="t", began=later(300), pages=1)
    ended = replace(read, pages=2).ended()
    _, (gap,) = x_place.question_by_time(ended, NOW + timedelta(days=9))
    assert gap.since <= NOW - UNSURE
    again = replace(ended, began=later(600), pages=2).ended()
    assert NOW < again.unheard_from < later(300), "no gap grows for ever"
    assert replace(ended, began=later(600), pages=1).ended().moved is None


def test_a_quiet_week_without_an_outage_is_no_gap(x, collector) -> None:
    x.posts = [a_post(later(-1), 1)]
    (batch,) = read_all(collector(), None)
    for day in range(1, 10):
        (batch,) = read_all(collector(), batch.cursor, NOW + timedelta(days=day))
        assert batch.gaps == ()


def test_a_marker_that_x_refuses_is_replaced_by_a_time(x, collector) -> None:
    x.posts = [a_post(later(-1), 1)]
    (batch,) = read_all(collector(), None)
    x.posts.append(a_post(later(1), 2))
    x.faults = [Response('{"title":"Invalid Request"}', 400)]
    (batch,) = read_all(collector(), batch.cursor, later(5))
    assert x.posts[1]["id"] in ids([batch])
    assert [("since_id" in asked) for asked in x.asked[-2:]] == [True, False]


def test_a_request_that_is_wrong_in_itself_is_reported(x, collector) -> None:
    x.faults = [Response("{}", 400)]
    with pytest.raises(BadRequest):
        collector().fetch(None, now=NOW, deadline=10)


def test_each_batch_says_what_it_cost(x, collector) -> None:
    x.posts = [a_post(later(-1), number) for number in range(3)]
    x.posts[0]["text"] = None  # unreadable posts are charged as well
    batches = read_all(collector(mentions_of=("77",)), None)
    assert [batch.dollars for batch in batches] == [0.003, 0.015]
    assert [batch.use for batch in batches] == [Use.MENTIONS, Use.SEARCH]
    assert [asked["path"] for asked in x.asked] == ["/2/users/77/mentions", SEARCH]


def test_distinct_authors_are_charged_where_they_are_asked_for(httpserver, collector) -> None:
    users = [{"id": "1", "username": "ann"}, {"id": "2", "username": "bob"}, {"id": "2"}]
    body = {"data": [a_post(NOW, 1, author_id="1")], "includes": {"users": users}, "meta": {}}
    httpserver.expect_request(SEARCH).respond_with_json(body)
    batch = collector(authors=True).fetch(None, now=NOW, deadline=10)
    assert batch.dollars == pytest.approx(0.005 + 2 * 0.010)
    assert batch.observations[0].post.author.handle == "ann"


def test_the_daily_budget_stops_the_source_and_the_next_day_starts_it(x, collector) -> None:
    x.posts = [a_post(later(-1), 0)]
    source = collector(dollars_per_day=0.62)
    cursor = read_all(source, None)[-1].cursor
    x.posts += [a_post(later(1 + number / 60), number) for number in range(1, 301)]
    first = source.fetch(cursor, now=later(10), deadline=10)
    assert (len(first.observations), first.more) == (100, True)
    with pytest.raises(OutOfBudget, match="the money for search is spent"):
        source.fetch(first.cursor, now=later(11), deadline=10)
    assert len(x.asked) == 2, "nothing is asked that cannot be paid"
    x.posts.append(a_post(later(60), 999))
    collector.purse.note({}, {}, (NOW + timedelta(days=1)).date())
    batch = source.fetch(first.cursor, now=NOW + timedelta(days=1), deadline=10)
    assert ids([batch]) == [x.posts[-1]["id"]], "the new day's money goes to new posts"
    reason = "more posts than the day's budget could buy"
    assert batch.gaps == (Gap(NOW - UNSURE, later(6), reason),), "to the newest: some may be late"


def test_backfill_that_is_left_out_is_no_gap(x, collector) -> None:
    x.posts = [a_post(later(-30), number) for number in range(150)]
    first = collector(dollars_per_day=0.6).fetch(None, now=NOW, deadline=10)
    batch = collector().fetch(first.cursor, now=NOW + timedelta(days=1), deadline=10)
    assert (batch.gaps, batch.observations) == ((), ())


def test_the_budget_is_never_overspent(x, collector) -> None:
    x.posts = [a_post(later(-1), number) for number in range(500)]
    source, cursor, spent, stopped = collector(dollars_per_day=0.777), None, 0.0, False
    while not stopped:
        try:
            batch = source.fetch(cursor, now=NOW, deadline=10)
            cursor, spent = batch.cursor, spent + batch.dollars
        except OutOfBudget:
            stopped = True
    assert 0.6 < spent <= 0.85 * 0.777, "a part is kept for looking again at what is kept"


def test_without_a_budget_nothing_is_asked(x, collector) -> None:
    with pytest.raises(OutOfBudget):
        collector(dollars_per_day=0).fetch(None, now=NOW, deadline=10)
    assert x.asked == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(Response("{}", 401), AuthorisationLost, id="a refused token"),
        pytest.param(Response("{}", 402), OutOfBudget, id="no credits"),
        pytest.param(Response("{}", 403), Forbidden, id="forbidden"),
        pytest.param(
            Response(
                '{"type":"https://api.twitter.com/2/problems/usage-capped"}',
                429,
                {"x-rate-limit-remaining": "400"},
            ),
            OutOfBudget,
            id="a spent cap dressed as a rate limit",
        ),
        pytest.param(
            Response("[]", 429, {"x-rate-limit-reset": "1.5"}), RateLimited, id="too many requests"
        ),
        pytest.param(Response("[]", 500), Later, id="an error body that is a list"),
        pytest.param(Response("<html>", 200), Malformed, id="a web page"),
        pytest.param(Response('{"data": [', 200), Malformed, id="cut JSON"),
        pytest.param(Response("[]", 200), Malformed, id="a list"),
        pytest.param(Response("{}", 200), Malformed, id="neither posts nor their absence"),
        pytest.param(Response('{"data": {}}', 200), Malformed, id="posts that are no list"),
        pytest.param(Response("[" * 100_000, 200), Malformed, id="endless nesting"),
    ],
)
def test_every_fault_is_a_source_error_and_is_asked_for_once(x, collector, fault, error) -> None:
    x.faults = [fault]
    with pytest.raises(SourceError) as raised:
        collector().fetch(None, now=NOW, deadline=10)
    assert type(raised.value) is error
    assert TOKEN not in str(raised.value)
    assert len(x.asked) == 1


def test_a_drip_ends_at_the_deadline(httpserver, collector) -> None:
    def dripping(request: Request) -> Response:
        def body():
            for _ in range(200):
                httpserver.dripping.wait(0.05)
                yield b" "

        return Response(body(), content_type="application/json")

    httpserver.dripping = threading.Event()
    httpserver.expect_request(SEARCH).respond_with_handler(dripping)
    with pytest.raises(Later, match="no answer in time"):
        collector().fetch(None, now=NOW, deadline=0.4)
    httpserver.dripping.set()


def test_one_listing_that_fails_does_not_keep_the_others_waiting(x, collector) -> None:
    x.posts = [a_post(later(-1), 1)]
    source = collector(mentions_of=("77",))
    x.faults = [Response("{}", 403)]
    with pytest.raises(Forbidden):
        source.fetch(None, now=NOW, deadline=10)
    assert ids([source.fetch(None, now=NOW, deadline=10)]) == [x.posts[0]["id"]]


def test_one_bad_post_never_loses_the_page(x, collector) -> None:
    bad = [None, {}, {"id": "../../x", "text": "x"}, {"id": "1", "text": None}, 7]
    body = {"data": [*bad, a_post(NOW, 1)], "meta": {"newest_id": snowflake(NOW, 1)}}
    x.faults = [Response(json.dumps(body), content_type="application/json")]
    batch = collector().fetch(None, now=NOW, deadline=10)
    assert ids([batch]) == [snowflake(NOW, 1)]
    assert len(batch.malformed) == len(bad)


def test_a_page_token_that_repeats_itself_ends_the_round(httpserver, collector) -> None:
    body = {"data": [a_post(NOW, 1)], "meta": {"next_token": "same"}}
    httpserver.expect_request(SEARCH).respond_with_json(body)
    assert len(read_all(collector(), None)) == 2


@pytest.mark.parametrize(
    "cursor", ["", "{", "[]", '{"places": 7}', '{"spent": NaN}', '{"places":{"search:x":{}}}', "0"]
)
def test_a_damaged_cursor_starts_the_source_afresh(x, collector, cursor: str) -> None:
    x.posts = [a_post(later(-30), 1)]
    (batch,) = read_all(collector(), cursor)
    assert batch.observations[0].backfill


def test_a_netrc_does_not_replace_the_token(x, collector, monkeypatch, tmp_path) -> None:
    (tmp_path / "netrc").write_text("default login eve password evil\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    read_all(collector(), None)
    assert len(x.asked) == 1, "the fake answers to the right token only"


def test_the_bearer_token_reaches_no_log(x, collector, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    read_all(collector(), None)
    assert TOKEN not in caplog.text


def test_a_missing_key_is_said_at_the_start(httpserver) -> None:
    def reveal(secret: Secret) -> str:
        raise MissingSecret("environment variable X_TOKEN is not set")

    tools = Tools(wire=HttpWire(), reveal=reveal, user_agent="tocsin/0.1.0")
    settings = Settings(name="x", bearer_token=Secret(env="X_TOKEN"))
    with pytest.raises(AuthorisationLost, match="X_TOKEN"):
        build(settings, [Brand(name="Acme")], tools)


def test_terms_become_one_query() -> None:
    assert queries_for(["Acme", "#acme", "@acme", 'Acme "Air"', "Acme"]) == (
        '("Acme" OR #acme OR @acme OR "Acme Air") -is:retweet',
    )


def test_terms_that_do_not_fit_become_several_queries() -> None:
    terms = [f"{'term' * 20} {number}" for number in range(30)]
    queries = queries_for(terms)
    assert max(map(len, queries)) <= MAX_QUERY_CHARS
    assert all(any(f'"{term}"' in query for query in queries) for term in terms)


def test_terms_beyond_any_number_of_queries_are_a_clear_error() -> None:
    brand = Brand(name="Acme", terms=tuple(f"{'x' * 190}{number}" for number in range(40)))
    tools = Tools(wire=HttpWire(), reveal=lambda secret: TOKEN, user_agent="tocsin/0.1.0")
    with pytest.raises(BadRequest, match="Declare fewer terms"):
        build(Settings(name="x", bearer_token=Secret(env="X_TOKEN")), [brand], tools)


@pytest.mark.parametrize(
    "wrong",
    [
        {"dollars_per_day": -1},
        {"dollars_per_day": float("nan")},
        {"query": "x" * 513},
        {"mentions_of": ("@acme",)},
        {"api": "file:///etc/passwd"},
        {"bearer_token": "AAAA"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**{"name": "x", "bearer_token": {"env": "X_TOKEN"}, **wrong})


OLD = {
    "id": "1600000000000000002",
    "text": "short",
    "created_at": "2026-11-21T10:00:00.000Z",
    "author_id": "7",
    "lang": "en",
    "conversation_id": "1500000000000000000",
    "edit_history_tweet_ids": ["1600000000000000001", "1600000000000000002"],
    "referenced_tweets": [{"type": "replied_to", "id": "1500000000000000001"}],
    "note_tweet": {"text": "long &amp; whole"},
    "public_metrics": {"retweet_count": 3, "like_count": 2, "impression_count": 9},
}
NEW = {
    **{name: OLD[name] for name in ("id", "text", "created_at", "author_id", "lang")},
    "conversation_id": OLD["conversation_id"],
    "edit_history_post_ids": OLD["edit_history_tweet_ids"],
    "referenced_posts": OLD["referenced_tweets"],
    "note_post": OLD["note_tweet"],
    "public_metrics": {"repost_count": 3, "like_count": 2, "impression_count": 9},
}
USERS = {"users": [{"id": "7", "username": "ann", "name": "Ann"}]}


@pytest.mark.parametrize("raw", [OLD, NEW], ids=["old names", "new names"])
def test_old_and_new_names_are_the_same_post(raw: dict[str, Any]) -> None:
    seen = decode(raw, USERS, NOW)
    post = seen.post
    assert (seen.kind, post.id, post.aliases) == (
        Kind.EDIT, "1600000000000000001", ("1600000000000000002",),
    )  # fmt: skip
    assert (post.text, post.in_reply_to) == ("long & whole", "1500000000000000001")
    assert (post.engagement.reposts, post.engagement.views, post.engagement.quotes) == (3, 9, None)
    assert (post.author.handle, post.url) == ("ann", f"https://x.com/ann/status/{raw['id']}")


@pytest.mark.parametrize("names", [("referenced_tweets", "tweets"), ("referenced_posts", "posts")])
def test_a_repost_shows_the_whole_text_of_what_it_reposts(names: tuple[str, str]) -> None:
    raw = {**a_post(NOW), names[0]: [{"type": "retweeted", "id": "5"}], "text": "RT @a: beg…"}
    post = decode(raw, {names[1]: [{"id": "5", "text": "begun and ended"}]}, NOW).post
    assert (post.repost_of, post.text) == ("5", "begun and ended")


@pytest.mark.parametrize("handle", ["ann/../../x", "javascript:x", "a" * 16, "", None, 7])
def test_a_handle_from_a_stranger_never_bends_the_link(handle: object) -> None:
    users = {"users": [{"id": "7", "username": handle}]}
    url = decode({**OLD, "author_id": "7"}, users, NOW).post.url
    assert url == f"https://x.com/i/status/{OLD['id']}"


def test_a_post_without_a_time_has_that_of_its_id() -> None:
    raw = {"id": snowflake(NOW), "text": "x"}
    assert decode(raw, {}, NOW).post.created_at == NOW
    assert snowflake_time("20") is None
    with pytest.raises(ValueError, match="created_at"):
        decode({"id": "20", "text": "x", "created_at": "not a date"}, {}, NOW)


def test_partial_errors_are_named_and_the_posts_kept() -> None:
    errors = [{"type": "https://api.x.com/2/problems/resource-not-found"}, {"message": "hunter2"}]
    page = read_page({"data": [OLD], "errors": errors}, NOW)
    assert len(page.observations) == 1
    assert page.malformed == ("partial answer: resource-not-found", "partial answer: unnamed")


def test_a_capped_account_inside_a_200_is_out_of_budget() -> None:
    with pytest.raises(OutOfBudget):
        read_page({"errors": [{"type": "https://x/2/problems/usage-capped"}]}, NOW)


def recorded(shared: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every recorded answer that holds a list of posts."""
    found = []
    for path in sorted((shared / "fixtures/x").glob("*.json")):
        body = json.loads(path.read_text())
        bodies = [entry["response"].get("json") for entry in body["interactions"]] if (
            isinstance(body, dict) and "interactions" in body
        ) else [entry["response"] for entry in body if "response" in entry] if (
            isinstance(body, list)
        ) else [body.get("response", body)]  # fmt: skip
        wanted = ("search_recent_tweets", "mentions", "tweets_search_recent", "quote", "timeline")
        if any(part in path.name for part in wanted):
            found += [(path.name, one) for one in bodies if isinstance(one, dict)]
    return found


def test_every_recorded_page_is_read_without_loss(shared: Path) -> None:
    pages = recorded(shared)
    assert len(pages) >= 5
    for name, body in pages:
        page = read_page(body, NOW)
        assert len(page.observations) == len(body["data"]) == page.posts, name
        for seen, raw in zip(page.observations, body["data"], strict=True):
            assert raw["id"] in (seen.post.id, *seen.post.aliases), name
            assert seen.post.created_at.tzinfo is UTC
            assert seen.post.text


def test_every_recorded_fault_inside_a_200_is_survived(shared: Path) -> None:
    lines = (shared / "data/hostile/http_faults.jsonl").read_text().splitlines()
    bodies = [entry["body"] for entry in map(json.loads, lines) if entry.get("body")]
    for body in bodies:
        try:
            page = read_page(json.loads(body), NOW)
        except (ValueError, SourceError):
            continue
        for seen in page.observations:
            assert seen.post.id.isdigit()
            seen.post.text.encode()


def test_other_terms_are_heard_from_the_last_reading_on(x, collector) -> None:
    x.posts = [a_post(later(-1), 1)]
    cursor = read_all(collector(), None)[-1].cursor
    x.posts.append(a_post(later(2), 2))
    batches = read_all(collector(query="other"), cursor, later(5))
    heard = {seen.post.id: seen.backfill for batch in batches for seen in batch.observations}
    assert heard[x.posts[1]["id"]] is False
    assert list(Memory.read(batches[-1].cursor, NOW).places) == ["search:other"]


def test_a_page_that_is_far_too_long_is_cut_and_the_cut_is_named() -> None:
    page = read_page({"data": [OLD] * 5_000}, NOW)
    assert len(page.observations) == 500
    assert page.malformed == ("more posts than were asked for",)
    assert page.posts == 5_000, "what was sent is what is charged"


def test_a_missing_library_is_said_with_its_remedy(collector, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "tweepy", None)
    with pytest.raises(SourceError, match=r'pip install "tocsin\[x\]"'):
        collector()
