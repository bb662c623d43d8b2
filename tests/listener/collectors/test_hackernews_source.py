"""The Hacker News source asks for each term, with an hour of overlap; every loss is told.

The bodies are written by hand from the fields that the search's own page documents.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config import Brand
from listener.collector import Batch, Forbidden, Later, Malformed, RateLimited
from listener.collectors import hackernews, settings_of
from listener.collectors.hackernews import PAGE, HackerNews, decode, searched_terms
from listener.mention import Author, Engagement
from listener.tools import Tools
from listener.wire import DeadlinePassed, Reply

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOON_I = int(NOON.timestamp())
HOUR = 3600

STORY = {
    "objectID": "100",
    "created_at": "2026-11-21T11:00:00Z",
    "created_at_i": NOON_I - HOUR,
    "author": "ann",
    "title": "Acme &amp; the outage",
    "url": "https://acme.example/status",
    "points": 12,
    "num_comments": 3,
    "story_text": None,
    "_tags": ["story", "author_ann", "story_100"],
}
COMMENT = {
    "objectID": "101",
    "created_at_i": NOON_I - 60,
    "author": "bob",
    "comment_text": "Third outage.<p>Acme won&#x27;t <i>answer</i> &gt; refund?",
    "story_id": 100,
    "story_title": "Acme &amp; the outage",
    "parent_id": 100,
    "points": None,
    "_tags": ["comment", "author_bob", "story_100"],
}


def hit(number: int, at: int) -> dict[str, Any]:
    return {**STORY, "objectID": str(number), "created_at_i": at}


def reply(*hits: object, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps({"hits": hits, "nbHits": len(hits), "page": 0}).encode())


class Search:
    """An index of hits that answers as the search does: newest first, filtered, a page at most."""

    def __init__(self, *hits: dict[str, Any]) -> None:
        self.hits = list(hits)
        self.faults: dict[str, Reply | Exception] = {}  # by term

    def __call__(self, url: str) -> Reply | Exception:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        term = asked["query"].strip('"')
        if term in self.faults:
            return self.faults[term]
        found = sorted(self.hits, key=lambda each: -int(each["created_at_i"]))
        for sign, bound in re.findall(r"created_at_i([<>]=)(\d+)", asked["numericFilters"]):
            at_least = sign == ">="
            found = [
                each
                for each in found
                if (each["created_at_i"] >= int(bound)) == at_least
                or each["created_at_i"] == int(bound)
            ]
        return reply(*found[: int(asked["hitsPerPage"])])


Make = Callable[..., tuple[HackerNews, Any]]


@pytest.fixture
def listening(wire_of: Callable[..., Any], tools: Callable[..., Tools]) -> Make:
    def make(answer: object, *terms: str, **options: Any) -> tuple[HackerNews, Any]:
        wire = wire_of(answer)
        settings = settings_of("hackernews")(name="hn", kind="hackernews")
        assert isinstance(settings, hackernews.Settings)
        source = HackerNews(settings, terms or ("Acme",), wire, "tocsin/0", **options)
        return source, wire

    return make


def fetch(source: HackerNews, cursor: str | None, now: datetime = NOON) -> Batch:
    return source.fetch(cursor, now=now, deadline=30.0)


def ids(batch: Batch) -> list[str]:
    return [seen.post.id for seen in batch.observations]


def filters(wire: Any) -> list[str]:
    return [parse_qs(urlsplit(each.url).query)["numericFilters"][0] for each in wire.asked]


def test_a_story_is_read() -> None:
    post = decode(STORY, NOON).post
    assert (post.platform, post.id, post.title, post.text) == (
        "hackernews",
        "100",
        "Acme & the outage",
        "",
    )
    assert post.author == Author(id="ann", handle="ann")
    assert post.engagement == Engagement(likes=12, replies=3)
    assert (post.url, post.in_reply_to) == ("https://news.ycombinator.com/item?id=100", None)
    assert post.conversation_id == "100"


def test_a_comment_is_read_as_plain_text_and_without_the_storys_title() -> None:
    post = decode(COMMENT, NOON).post
    assert post.text == "Third outage.\n\nAcme won't answer > refund?"
    assert (post.title, post.in_reply_to, post.conversation_id) == ("", "100", "100")
    assert post.engagement == Engagement()


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param({}, id="empty"),
        pytest.param({**STORY, "objectID": "x/../y"}, id="an id that is no number"),
        pytest.param({**STORY, "created_at_i": None}, id="no time"),
        pytest.param({**STORY, "created_at_i": True}, id="a time that is a truth"),
        pytest.param({**STORY, "created_at_i": 10**12}, id="a time beyond all times"),
        pytest.param({**COMMENT, "comment_text": "", "title": None}, id="a comment without text"),
    ],
)
def test_a_hit_that_is_not_as_documented_costs_only_itself(broken: Any, listening: Make) -> None:
    source, _ = listening(lambda url: reply(broken, COMMENT))
    batch = fetch(source, None)
    assert ids(batch) == ["101"]
    assert len(batch.malformed) == 1


def test_the_query_is_exact_and_covers_stories_and_comments(listening: Make) -> None:
    source, wire = listening(Search(), "Acme Mobile")
    fetch(source, None)
    (asked,) = wire.asked
    query = parse_qs(urlsplit(asked.url).query)
    assert query["query"] == ['"Acme Mobile"']
    assert query["tags"] == ["(story,comment)"]
    assert (query["advancedSyntax"], query["typoTolerance"]) == (["true"], ["false"])
    assert asked.headers["User-Agent"] == "tocsin/0"
    assert asked.deadline <= 30.0


def test_terms_are_asked_for_without_signs_and_once_each() -> None:
    brands = [Brand(name="Acme"), Brand(name="B", terms=("@acme", "#Beta", 'say "no"', "@"))]
    assert set(searched_terms(brands)) == {"acme", "Beta", "say  no"}


def test_the_first_start_looks_back_a_day_and_marks_what_it_finds(listening: Make) -> None:
    source, wire = listening(Search(STORY, COMMENT))
    batch = fetch(source, None)
    assert filters(wire) == [f"created_at_i>={NOON_I - 24 * HOUR}"]
    assert [seen.backfill for seen in batch.observations] == [True, True]


def test_later_an_hour_before_the_newest_is_read_again_and_news_is_no_backlog(
    listening: Make,
) -> None:
    search = Search(STORY)
    source, wire = listening(search)
    first = fetch(source, None)
    search.hits.append(hit(102, NOON_I + 30))
    second = fetch(source, first.cursor, NOON + timedelta(minutes=2))
    assert filters(wire)[1] == f"created_at_i>={NOON_I - 2 * HOUR}"
    assert [(seen.post.id, seen.backfill) for seen in second.observations] == [
        ("102", False),
        ("100", True),
    ]


def test_a_term_nobody_wrote_about_is_asked_for_from_where_the_first_look_began(
    listening: Make,
) -> None:
    source, wire = listening(Search())
    cursor = None
    for minute in (0, 2, 4):
        cursor = fetch(source, cursor, NOON + timedelta(minutes=minute)).cursor
    assert filters(wire) == [f"created_at_i>={NOON_I - 24 * HOUR}"] * 3


@pytest.mark.parametrize("ahead", [12, 48])
@pytest.mark.parametrize("heard_before", [True, False])
def test_a_clock_that_was_ahead_hides_nothing_once_it_is_right(
    listening: Make, ahead: int, heard_before: bool
) -> None:
    search = Search(*([hit(1, NOON_I + 30 * HOUR)] if heard_before else []))
    source, _ = listening(search)
    cursor = fetch(source, None, NOON + timedelta(hours=ahead)).cursor
    cursor = fetch(source, cursor).cursor
    search.hits = [hit(2, NOON_I + 60)]
    (seen,) = fetch(source, cursor, NOON + timedelta(minutes=2)).observations
    assert (seen.post.id, seen.backfill) == ("2", False)


def test_a_post_that_two_terms_find_is_handed_on_once(listening: Make) -> None:
    source, _ = listening(Search(STORY), "Acme", "outage")
    assert ids(fetch(source, None)) == ["100"]


def test_a_burst_beyond_one_answer_is_read_in_slices_of_time(listening: Make) -> None:
    hits = [hit(n, NOON_I - n) for n in range(2 * PAGE + 500)]
    source, wire = listening(Search(*hits))
    batch = fetch(source, None)
    assert len(batch.observations) == len(hits)
    assert (len(wire.asked), batch.gaps) == (3, ())


def test_a_burst_beyond_all_slices_is_told_as_a_gap(listening: Make) -> None:
    source, wire = listening(Search(*[hit(n, NOON_I - n) for n in range(7 * PAGE)]))
    batch = fetch(source, None)
    (gap,) = batch.gaps
    oldest = min(seen.post.created_at for seen in batch.observations)
    assert (gap.since, gap.until) == (NOON - timedelta(days=1), oldest)
    assert len(wire.asked) == hackernews.MAX_SLICES


def test_an_answer_that_holds_fewer_hits_than_asked_for_is_not_taken_for_the_whole(
    listening: Make,
) -> None:
    hits = [hit(n, NOON_I - n) for n in range(25)]

    class Sparing(Search):
        def __call__(self, url: str) -> Reply | Exception:
            whole = super().__call__(url)
            assert isinstance(whole, Reply)
            found = json.loads(whole.body)["hits"][:10]
            return Reply(200, {}, json.dumps({"hits": found, "hitsPerPage": 10}).encode())

    source, _ = listening(Sparing(*hits))
    batch = source.fetch(None, now=NOON, deadline=20.0)
    assert {seen.post.id for seen in batch.observations} == {str(n) for n in range(25)}
    assert batch.gaps == ()


def test_more_in_one_second_than_an_answer_holds_is_a_gap_and_no_endless_loop(
    listening: Make,
) -> None:
    source, wire = listening(Search(*[hit(n, NOON_I - 5) for n in range(PAGE + 10)]))
    batch = fetch(source, None)
    assert (len(batch.gaps), len(wire.asked)) == (1, 2)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(Reply(503, {}, b""), Later, id="down"),
        pytest.param(Reply(429, {"retry-after": "60"}, b""), RateLimited, id="too many requests"),
        pytest.param(Reply(403, {}, b"<html>"), Forbidden, id="a block page"),
        pytest.param(Reply(200, {}, b"<html>"), Malformed, id="a page instead of JSON"),
        pytest.param(Reply(200, {}, b'{"hits": 3}'), Malformed, id="no list"),
        pytest.param(Reply(200, {}, b"[" * 100_000), Malformed, id="a pit"),
        pytest.param(DeadlinePassed("too slow"), Later, id="too slow"),
    ],
)
def test_failures_are_named(answer: object, kind: type[Exception], listening: Make) -> None:
    source, _ = listening(lambda url: answer)
    with pytest.raises(kind, match='"hn"'):
        fetch(source, None)


def test_one_term_refused_does_not_cost_the_others(listening: Make) -> None:
    search = Search(STORY)
    search.faults["bad"] = Reply(400, {}, b"{}")
    source, _ = listening(search, "bad", "Acme")
    batch = fetch(source, None)
    assert ids(batch) == ["100"]
    (error,) = batch.failed
    assert (error.listing, batch.listings) == ("bad", ("Acme",))
    assert "400" in str(error)
    assert batch.cursor is not None
    assert set(json.loads(batch.cursor)["newest"]) == {"Acme"}


def test_a_term_that_is_always_in_trouble_costs_no_other_its_answer(listening: Make) -> None:
    search = Search(STORY)
    search.faults["late"] = Reply(503, {}, b"")
    source, wire = listening(search, "Acme", "late")
    batch = Batch()
    for _ in range(3):
        batch = fetch(source, batch.cursor)
        assert (batch.listings, [one.listing for one in batch.failed]) == (("Acme",), ["late"])
    assert len(wire.asked) == 6


def test_a_service_in_trouble_is_not_asked_for_each_of_many_terms(listening: Make) -> None:
    search = Search(STORY)
    terms = [f"term {n}" for n in range(20)]
    search.faults |= dict.fromkeys(terms, Reply(503, {}, b""))
    source, wire = listening(search, *terms)
    for asked in (2, 4):
        with pytest.raises(Later) as error:
            fetch(source, None)
        assert error.value.listing is None
        assert len(wire.asked) == asked
    assert len({each.url for each in wire.asked}) > 2, "the next ones have their turn"


def test_when_time_runs_out_the_next_fetch_goes_on_with_the_next_term(listening: Make) -> None:
    ticks = iter(range(0, 10_000, 12))
    source, wire = listening(Search(STORY), "a", "b", "c", clock=lambda: float(next(ticks)))
    first = fetch(source, None)
    assert first.more
    fetch(source, first.cursor)
    terms = [parse_qs(urlsplit(each.url).query)["query"][0] for each in wire.asked]
    assert terms[:2] == ['"a"', '"b"']


def test_a_turn_through_more_terms_than_fit_in_one_fetch_ends_and_asks_for_each_once(
    wire_of: Callable[..., Any],
) -> None:
    terms, search, seconds = [f"term {n}" for n in range(50)], Search(), [0.0]

    def answer(url: str) -> Reply | Exception:
        seconds[0] += 1.0
        return search(url)

    wire = wire_of(answer)
    source = hackernews.HackerNews(
        settings_of("hackernews")(name="hn", kind="hackernews"),  # type: ignore[arg-type]
        terms,
        wire,
        "tocsin/0",
        clock=lambda: seconds[0],
    )
    cursor = None
    for polls in (1, 2):
        for _ in range(10):
            batch = source.fetch(cursor, now=NOON, deadline=20.0)
            cursor = batch.cursor or cursor
            if not batch.more:
                break
        assert not batch.more
        asked = [parse_qs(urlsplit(each.url).query)["query"][0].strip('"') for each in wire.asked]
        assert sorted(asked) == sorted(terms * polls)


@pytest.mark.parametrize("cursor", ["", "[]", '{"since": 1, "newest": {}}', '{"newest": 3}', "x"])
def test_a_cursor_that_cannot_be_read_is_a_first_start(cursor: str, listening: Make) -> None:
    source, wire = listening(Search())
    fetch(source, cursor)
    assert filters(wire) == [f"created_at_i>={NOON_I - 24 * HOUR}"]


def test_it_is_built_from_its_settings(
    wire_of: Callable[..., Any], tools: Callable[..., Tools]
) -> None:
    settings = settings_of("hackernews")(name="hn", kind="hackernews", look_back="2d")  # type: ignore[call-arg]
    wire = wire_of(Search())
    source = hackernews.build(settings, [Brand(name="Acme")], tools(wire))
    source.fetch(None, now=NOON, deadline=5.0)
    source.close()
    assert filters(wire) == [f"created_at_i>={NOON_I - 48 * HOUR}"]
