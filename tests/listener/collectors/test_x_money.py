"""X with a purse: each use stops by itself, kept posts are looked at again, a week is read back."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from config import Brand, Secret
from listener.budget import Allowance, Use
from listener.collector import (
    Batch,
    Gap,
    Known,
    Later,
    LooksBack,
    Malformed,
    OutOfBudget,
    Refreshes,
    SourceError,
    TellsUsage,
    Usage,
)
from listener.collectors.x import Settings, XCollector, build
from listener.collectors.x_again import read_lookup
from listener.collectors.x_asking import POST_PRICE
from listener.collectors.x_place import LOOK_BACK, Memory
from listener.mention import Kind
from listener.tools import Tools
from listener.wire import (
    BrokeOff,
    DeadlinePassed,
    NeverWhole,
    TooLarge,
    Unreachable,
    WireError,
)
from tests.listener.collectors.x_wire import XWire
from tocsin.wire import HttpWire

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
SEARCH, MENTIONS, LOOKUP = "/2/tweets/search/recent", "/2/users/77/mentions", "/2/tweets"
PROBLEM = "https://api.twitter.com/2/problems/"


def snowflake(when: datetime, number: int = 0) -> str:
    return str((int((when - EPOCH).total_seconds() * 1e3) << 22) + number)


def a_post(when: datetime, number: int = 0, **fields: Any) -> dict[str, Any]:
    text = f"Acme, post {number}"
    return {
        "id": snowflake(when, number), "text": text, "created_at": when.isoformat(), **fields
    }  # fmt: skip


class Api:
    """Answers each address with what is put there, and notes what was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.bodies: dict[str, list[Any]] = {}
        server.expect_request(re.compile(".*")).respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        query = {k: v[0] for k, v in parse_qs(request.query_string.decode()).items()}
        self.asked.append((request.path, query))
        bodies = self.bodies.get(request.path, [])
        body = bodies.pop(0) if bodies else {"meta": {"result_count": 0}}
        if isinstance(body, Response):
            return body
        return Response(json.dumps(body), content_type="application/json")

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


Make = Callable[..., tuple[XCollector, Allowance]]


@pytest.fixture
def api(httpserver: HTTPServer) -> Api:
    return Api(httpserver)


@pytest.fixture
def make(httpserver: HTTPServer, api: Api) -> Iterator[Make]:
    made: list[XCollector] = []

    def one(day: float = 100.0, **settings: Any) -> tuple[XCollector, Allowance]:
        purse = Allowance(day)
        wire = HttpWire(allowed={f"localhost:{httpserver.port}"})
        declared = Settings(
            name="x",
            bearer_token=Secret(env="X"),
            api=httpserver.url_for("").rstrip("/"),
            **{"authors": False, **settings},
        )
        tools = Tools(wire, lambda secret: "key", "tocsin/0.1.0", purse)
        made.append(build(declared, [Brand(name="Acme")], tools))
        return made[-1], purse

    yield one
    for source in made:
        source.close()


def fetched(source: XCollector, cursor: str | None = None, now: datetime = NOW) -> Batch:
    return source.fetch(cursor, now=now, deadline=10)


def test_search_stops_when_its_money_is_spent_while_mentions_go_on(api: Api, make: Make) -> None:
    source, purse = make(1.0, mentions_of=("77",))
    purse.spend(Use.SEARCH, 0.70)
    batch = fetched(source)
    assert (batch.unpaid, batch.use, batch.more) == ({Use.SEARCH}, Use.MENTIONS, False)
    assert api.paths() == [MENTIONS]
    assert fetched(source, batch.cursor).unpaid == {Use.SEARCH}
    assert api.paths() == [MENTIONS, MENTIONS]


def test_where_no_use_can_be_paid_it_says_so_and_asks_for_nothing(api: Api, make: Make) -> None:
    source, purse = make(1.0, mentions_of=("77",))
    purse.spend(Use.SEARCH, 1.0)
    with pytest.raises(OutOfBudget, match="the money for mentions and search is spent"):
        fetched(source)
    assert api.asked == []


def test_what_was_not_searched_for_want_of_money_is_read_later_or_a_gap(
    api: Api, make: Make
) -> None:
    source, purse = make(1.0, mentions_of=("77",))
    first = fetched(source)
    page = [a_post(NOW + timedelta(minutes=4), number) for number in range(10)]
    api.bodies[SEARCH] = [
        {"meta": {"result_count": 0}},
        {"data": page, "meta": {"next_token": "older"}},
    ]
    first = fetched(source, first.cursor)
    later = NOW + timedelta(minutes=5)
    mentions = fetched(source, first.cursor, later)
    cut = fetched(source, mentions.cursor, later)
    assert cut.more
    purse.spend(Use.SEARCH, 0.69)
    cursor = fetched(source, cut.cursor, later).cursor or cut.cursor
    tomorrow = NOW + timedelta(days=1)
    purse.note({}, {}, tomorrow.date())
    batch = fetched(source, cursor, tomorrow)
    (gap,) = batch.gaps
    assert gap.since < NOW
    assert gap.until == NOW + timedelta(minutes=4)
    assert "more posts than the day's budget" in gap.reason


def test_a_round_that_passes_midnight_with_money_gives_nothing_up(api: Api, make: Make) -> None:
    source, _ = make()
    night = NOW.replace(hour=23, minute=59)
    api.bodies[SEARCH] = [{"data": [a_post(night, 1)], "meta": {"next_token": "older"}}]
    first = fetched(source, None, night)
    second = fetched(source, first.cursor, night + timedelta(minutes=2))
    assert (second.gaps, api.asked[-1][1]["next_token"]) == ((), "older")


def test_an_answer_that_cannot_be_read_is_counted_as_if_it_were_full(api: Api, make: Make) -> None:
    source, purse = make(10.0)
    before = purse.left(Use.SEARCH)
    api.bodies[SEARCH] = [Response('{"data": [', 200)]
    with pytest.raises(Malformed):
        fetched(source)
    assert before - purse.left(Use.SEARCH) == pytest.approx(100 * POST_PRICE)


@pytest.mark.parametrize(
    ("fault", "counted"),
    [
        pytest.param(BrokeOff("it broke off"), 100, id="an answer that broke off"),
        pytest.param(NeverWhole("it dripped"), 100, id="one that was never whole"),
        pytest.param(TooLarge("it is too large"), 100, id="one that is too large"),
        pytest.param(Unreachable("no route"), 0, id="no connection"),
        pytest.param(DeadlinePassed("no answer"), 0, id="no answer"),
    ],
)
@pytest.mark.parametrize("use", [Use.SEARCH, Use.FOLLOW_UP])
def test_an_answer_that_began_is_counted_and_none_is_not(
    fault: WireError, counted: int, use: Use
) -> None:
    wire, purse = XWire(answers={"recent": [fault], "tweets": [fault]}), Allowance(1_000.0)
    declared = Settings(name="x", bearer_token=Secret(env="X"), authors=False)
    tools = Tools(wire, lambda secret: "key", "tocsin/0.1.0", purse)
    source = build(declared, [Brand(name="Acme")], tools)
    posts = [Known(snowflake(NOW, number)) for number in range(100)]
    ask = partial(fetched, source) if use is Use.SEARCH else partial(refreshed, source, *posts)
    before = purse.left(use)
    with pytest.raises(SourceError):
        ask()
    assert before - purse.left(use) == pytest.approx(counted * POST_PRICE)


def test_whatever_fails_while_an_answer_is_read_is_counted(
    api: Api, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(*_: object) -> None:
        raise TypeError("an answer that nobody foresaw")

    monkeypatch.setattr("listener.collectors.x_asking.read_page", odd)
    source, purse = make(10.0)
    before = purse.left(Use.SEARCH)
    with pytest.raises(SourceError):
        fetched(source)
    assert before - purse.left(Use.SEARCH) == pytest.approx(100 * POST_PRICE)


def test_an_odd_author_costs_no_page(api: Api, make: Make) -> None:
    source, _ = make(10.0, authors=True)
    users = [{"id": {}}, {"id": ["7"]}, {"id": "7", "username": "ann"}]
    post = a_post(NOW, 1, author_id="7")
    api.bodies[SEARCH] = [{"data": [post], "includes": {"users": users}}]
    (seen,) = fetched(source).observations
    assert seen.post.author.handle == "ann"


def test_a_cursor_of_an_older_version_still_says_where_to_go_on(api: Api, make: Make) -> None:
    source, _ = make()
    fresh = json.loads(fetched(source).cursor or "")
    old = json.dumps({**fresh, "spent": 0.37})
    assert Memory.read(old, NOW) == Memory.read(json.dumps(fresh), NOW)
    assert "spent" not in (fetched(source, old, NOW + timedelta(minutes=1)).cursor or "")


def refreshed(source: XCollector, *posts: Known) -> Any:
    return source.refresh(posts, now=NOW, deadline=10)


def test_kept_posts_are_looked_up_a_hundred_at_once_with_counts_and_what_is_gone(
    api: Api, make: Make
) -> None:
    source, purse = make()
    here, gone, hidden, odd = (snowflake(NOW, number) for number in range(4))
    metrics = {"like_count": 5, "repost_count": 7}
    api.bodies[LOOKUP] = [
        {
            "data": [a_post(NOW, 0, public_metrics=metrics)],
            "errors": [
                {"type": f"{PROBLEM}resource-not-found", "resource_id": gone, "value": gone},
                {"type": f"{PROBLEM}not-authorized-for-resource", "resource_id": hidden},
                {"type": f"{PROBLEM}internal-error", "resource_id": odd},
            ],
        }
    ]
    kept = Known(here, url="https://x.com/ann/status/1")
    found = refreshed(source, kept, *map(Known, (gone, hidden, odd)))
    assert api.asked[0][1]["ids"] == ",".join((here, gone, hidden, odd))
    assert {seen.post.id: seen.kind for seen in found.observations} == {
        here: Kind.POST, gone: Kind.DELETE, hidden: Kind.DELETE
    }  # fmt: skip
    shown = found.observations[0].post
    assert (shown.engagement.likes, shown.engagement.reposts, shown.url) == (5, 7, kept.url)
    assert found.unknown == (odd,), "what X cannot say just now is no deletion"
    assert found.dollars == POST_PRICE
    assert purse.left(Use.FOLLOW_UP) == pytest.approx(50 - POST_PRICE)


@pytest.mark.parametrize("chain", ["edit_history_tweet_ids", "edit_history_post_ids"])
def test_an_edit_is_a_new_id_of_the_chain_and_one_post(api: Api, make: Make, chain: str) -> None:
    source, _ = make()
    first, second = snowflake(NOW, 1), snowflake(NOW, 2)
    ids = {chain: [first, second]}
    api.bodies[LOOKUP] = [
        {"data": [a_post(NOW, 1, **ids)]},
        {"data": [{**a_post(NOW, 2, **ids), "text": "Acme, mended"}]},
    ]
    found = refreshed(source, Known(first))
    (seen,) = found.observations
    assert (seen.post.id, seen.post.aliases, seen.post.text) == (first, (second,), "Acme, mended")
    assert [query["ids"] for _, query in api.asked] == [first, second]
    assert (found.unknown, found.dollars) == ((), 2 * POST_PRICE)
    api.bodies[LOOKUP] = [{"data": [a_post(NOW, 2, **ids)]}]
    refreshed(source, Known(first, (second,)))
    assert api.asked[-1][1]["ids"] == second, "the newest known words are asked for at once"


def test_an_edit_comes_with_its_author_who_may_be_ourselves(api: Api, make: Make) -> None:
    source, _ = make(authors=True)
    first, second = snowflake(NOW, 1), snowflake(NOW, 2)
    ids = {"edit_history_tweet_ids": [first, second], "author_id": "9"}
    users = {"users": [{"id": "9", "username": "acme_care"}]}
    api.bodies[LOOKUP] = [
        {"data": [a_post(NOW, 1, **ids)]},
        {"data": [a_post(NOW, 2, **ids)], "includes": users},
    ]
    found = refreshed(source, Known(first))
    assert found.observations[0].post.author.handle == "acme_care"
    assert [query.get("expansions") for _, query in api.asked] == [None, "author_id"]
    assert found.dollars == pytest.approx(2 * POST_PRICE + 0.010)


def test_what_the_first_answer_said_stands_where_the_second_fails(api: Api, make: Make) -> None:
    source, _ = make()
    first, second = snowflake(NOW, 1), snowflake(NOW, 2)
    edited = a_post(NOW, 1, edit_history_tweet_ids=[first, second])
    api.bodies[LOOKUP] = [{"data": [edited, a_post(NOW, 3)]}, Response("", 503)]
    found = refreshed(source, Known(first), Known(snowflake(NOW, 3)))
    assert [seen.post.id for seen in found.observations] == [snowflake(NOW, 3)]
    assert (found.unknown, found.dollars) == ((first,), 2 * POST_PRICE)


def test_only_what_can_be_paid_is_looked_at_again(api: Api, make: Make) -> None:
    source, purse = make(0.04)
    posts = [Known(snowflake(NOW, number)) for number in range(9)]
    api.bodies[LOOKUP] = [{"data": [a_post(NOW, number) for number in range(4)]}]
    found = refreshed(source, *posts)
    assert api.asked[0][1]["ids"].count(",") == 3
    assert (found.unknown, found.absent) == ((), ())
    assert found.unpaid == tuple(post.id for post in posts[4:])
    with pytest.raises(OutOfBudget, match="looking at kept posts again"):
        refreshed(source, *posts)
    assert len(api.asked) == 1
    assert purse.left(Use.SEARCH) > 0


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"errors": [{"type": f"{PROBLEM}usage-capped"}]}, OutOfBudget),
        ({}, Malformed),
        ({"data": {}}, Malformed),
        (Response("<html>", 200), Malformed),
        (Response("", 503), Later),
    ],
)
def test_a_lookup_that_fails_deletes_nothing(
    api: Api, make: Make, body: Any, error: type[Exception]
) -> None:
    source, _ = make()
    api.bodies[LOOKUP] = [body]
    with pytest.raises(error):
        refreshed(source, Known(snowflake(NOW)))


def test_one_bad_post_of_a_lookup_costs_no_other(make: Make) -> None:
    one, two = snowflake(NOW, 1), snowflake(NOW, 2)
    body = {"data": [{"id": one, "text": None}, None, 7, a_post(NOW, 2), {"id": "999"}]}
    stood = read_lookup(body, {one: Known(one), two: Known(two)}, NOW)
    assert [seen.post.id for seen in stood.observations] == [two]


def test_a_recorded_lookup_is_read(shared: Path) -> None:
    path = shared / "fixtures/x/tweepy__test_client_get_tweet.json"
    body = json.loads(path.read_text())["interactions"][0]["response"]["json"]
    own = body["data"]["id"]
    stood = read_lookup({"data": [body["data"]]}, {own: Known(own)}, NOW)
    assert stood.observations[0].post.id == own
    assert stood.newer == {}


def test_a_week_is_read_back_page_by_page_and_what_x_does_not_reach_is_a_gap(
    api: Api, make: Make
) -> None:
    source, purse = make()
    since, day = NOW - timedelta(days=9), timedelta(days=1)
    api.bodies[SEARCH] = [
        {"data": [a_post(NOW - day, 1)], "meta": {"next_token": "two"}},
        {"data": [a_post(NOW - 3 * day, 2)], "meta": {}},
    ]
    first = source.look_back(None, since=since, now=NOW, deadline=10)
    second = source.look_back(first.cursor, since=since, now=NOW + day / 999, deadline=10)
    assert [batch.more for batch in (first, second)] == [True, False]
    seen = [*first.observations, *second.observations]
    assert [(one.backfill, one.post.text) for one in seen] == [
        (True, "Acme, post 1"), (True, "Acme, post 2")
    ]  # fmt: skip
    assert [query.get("next_token") for _, query in api.asked] == [None, "two"]
    edge = NOW + day / 999 - LOOK_BACK
    assert second.gaps == (Gap(since, edge, "the listing goes no deeper"),)
    assert (first.use, first.dollars) == (Use.BACKFILL, POST_PRICE)
    assert purse.left(Use.BACKFILL) == pytest.approx(20 - 2 * POST_PRICE)


def test_reading_back_never_takes_what_is_kept_for_hearing(api: Api, make: Make) -> None:
    source, purse = make(1.0)
    purse.spend(Use.BACKFILL, 0.2)
    with pytest.raises(OutOfBudget, match="backfill"):
        source.look_back(None, since=NOW - timedelta(days=1), now=NOW, deadline=10)
    assert api.asked == []


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"project_cap": "918", "project_usage": "458", "cap_reset_day": 6}, Usage(458, 918, 6)),
        ({"project_cap": 918, "project_usage": 458, "cap_reset_day": 306}, Usage(458, 918)),
        ({"project_cap": "many"}, None),
    ],
)
def test_x_says_what_the_project_has_used(
    api: Api, make: Make, told: dict[str, Any], usage: Usage | None
) -> None:
    source, _ = make()
    api.bodies["/2/usage/tweets"] = [{"data": told}]
    assert source.usage(now=NOW, deadline=10) == usage


def test_xs_own_sample_of_usage_is_read(api: Api, make: Make, shared: Path) -> None:
    (sample,) = json.loads((shared / "fixtures/x/playground__usage_tweets.json").read_text())
    source, _ = make()
    api.bodies["/2/usage/tweets"] = [sample["response"]]
    assert source.usage(now=NOW, deadline=10) == Usage(458, 918)


def test_it_offers_all_three_abilities(make: Make) -> None:
    source, _ = make()
    assert isinstance(source, Refreshes)
    assert isinstance(source, LooksBack)
    assert isinstance(source, TellsUsage)


def test_nothing_is_kept_for_mentions_that_nobody_reads() -> None:
    given: dict[str, Any] = {"name": "x", "bearer_token": Secret(env="X")}
    assert Use.MENTIONS not in Settings(**given).uses
    assert Use.MENTIONS in Settings(**given, mentions_of=("77",)).uses
