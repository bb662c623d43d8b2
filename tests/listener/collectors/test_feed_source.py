"""The feed source asks politely, and one feed that fails costs no other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config import Brand
from listener.collector import Batch, Later, Malformed, RateLimited, SourceError
from listener.collectors import feed, settings_of
from listener.collectors.feed import FeedSource
from listener.tools import Tools
from listener.wire import AddressRefused, DeadlinePassed, Reply, TooLarge

pytest.importorskip("feedparser")

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
A, B = "https://a.example/feed?key=s3cret", "https://b.example/rss"


def document(*numbers: int, ttl: str = "", at: datetime = NOON - timedelta(hours=1)) -> bytes:
    date = f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
    items = "".join(
        f"<item><guid>https://a.example/{n}</guid><title>Acme {n}</title>{date}</item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel>{ttl}{items}</channel></rss>'.encode()


def merged(one: bytes, other: bytes) -> bytes:
    """The entries of two documents in one."""
    return one.removesuffix(b"</channel></rss>") + other.partition(b"<channel>")[2]


def ok(*numbers: int, **headers: str) -> Reply:
    return Reply(
        200, {name.replace("_", "-"): text for name, text in headers.items()}, document(*numbers)
    )


Make = Callable[..., tuple[FeedSource, Any]]


@pytest.fixture
def reading(wire_of: Callable[..., Any]) -> Make:
    def make(answers: dict[str, Reply | Exception], **options: Any) -> tuple[FeedSource, Any]:
        wire = wire_of(lambda url: answers[url])
        return FeedSource("press", list(answers), wire, "tocsin/0", **options), wire

    return make


def fetch(source: FeedSource, cursor: str | None, now: datetime = NOON) -> Batch:
    return source.fetch(cursor, now=now, deadline=30.0)


def ids(batch: Batch) -> list[str]:
    return [seen.post.id.rpartition("/")[2] for seen in batch.observations]


def test_what_a_feed_tells_us_to_send_back_is_sent_back_and_304_is_nothing_new(
    reading: Make,
) -> None:
    answers: dict[str, Reply | Exception] = {
        A: ok(1, etag='W/"7"', last_modified="Sat, 21 Nov 2026 10:00:00 GMT")
    }
    source, wire = reading(answers)
    first = fetch(source, None)
    answers[A] = Reply(304, {}, b"")
    second = fetch(source, first.cursor, NOON + MINUTE)
    third = fetch(source, second.cursor, NOON + 2 * MINUTE)
    assert (ids(first), ids(second), third.malformed) == (["1"], [], ())
    assert "If-None-Match" not in wire.asked[0].headers
    for asked in wire.asked[1:]:
        assert asked.headers["If-None-Match"] == 'W/"7"'
        assert asked.headers["If-Modified-Since"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert wire.asked[0].headers["User-Agent"] == "tocsin/0"
    assert wire.asked[0].limit <= 4 * 1024 * 1024


@pytest.mark.parametrize("etag", ["x\r\nHost: evil", "é", "x" * 5000])
def test_what_is_not_fit_for_a_header_is_not_sent_back(etag: str, reading: Make) -> None:
    source, wire = reading({A: ok(1, etag=etag)})
    fetch(source, fetch(source, None).cursor, NOON + MINUTE)
    assert "If-None-Match" not in wire.asked[1].headers


def test_the_first_reading_is_backlog_and_later_only_what_is_older(reading: Make) -> None:
    answers: dict[str, Reply | Exception] = {A: ok(1)}
    source, _ = reading(answers)
    first = fetch(source, None)
    new = document(3, at=NOON + MINUTE)
    answers[A] = Reply(
        200,
        {},
        new.replace(b"<item>", document(2)[document(2).index(b"<item>") : -16] + b"<item>", 1),
    )
    second = fetch(source, first.cursor, NOON + 2 * MINUTE)
    assert [seen.backfill for seen in first.observations] == [True]
    assert [(seen.post.id[-1], seen.backfill) for seen in second.observations] == [
        ("2", True),
        ("3", False),
    ]


def test_an_undated_entry_is_backlog_only_at_the_first_reading(reading: Make) -> None:
    bare = b'<rss version="2.0"><channel><item><guid>https://a.example/%d</guid><title>t</title></item></channel></rss>'
    answers: dict[str, Reply | Exception] = {A: Reply(200, {}, bare % 1)}
    source, _ = reading(answers)
    first = fetch(source, None)
    answers[A] = Reply(200, {}, bare % 2)
    second = fetch(source, first.cursor, NOON + MINUTE)
    assert [seen.backfill for seen in (*first.observations, *second.observations)] == [True, False]


def test_one_feed_that_fails_costs_no_other_and_is_named_without_its_query(
    reading: Make,
) -> None:
    source, _ = reading({A: Reply(500, {}, b""), B: ok(2)})
    batch = fetch(source, None)
    assert ids(batch) == ["2"]
    (error,) = batch.failed
    assert "a.example/feed" in str(error)
    assert "a.example/feed" in str(error.listing)
    assert "s3cret" not in f"{error} {error.listing} {source.listings}"
    assert set(batch.listings or ()) == set(source.listings) - {error.listing}


def test_feeds_that_differ_in_their_query_alone_have_names_of_their_own(reading: Make) -> None:
    source, _ = reading({f"{A}&n={n}": ok(n) for n in (1, 2)})
    assert len(set(source.listings)) == 2


def test_a_feed_that_rests_is_not_read_and_is_not_taken_for_heard(reading: Make) -> None:
    source, _ = reading({A: ok(1), B: ok(2)})
    source.rest(source.listings[0], NOON + MINUTE)
    assert fetch(source, None).listings == source.listings[1:]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(Reply(503, {}, b""), Later, id="down"),
        pytest.param(Reply(429, {"retry-after": "600"}, b""), RateLimited, id="asked too often"),
        pytest.param(Reply(200, {}, b"<html>Log in</html>"), Malformed, id="a page"),
        pytest.param(DeadlinePassed("slow"), Later, id="too slow"),
        pytest.param(TooLarge("big"), Malformed, id="too large"),
        pytest.param(AddressRefused("private"), SourceError, id="an inner address"),
    ],
)
def test_where_every_feed_fails_the_source_fails(
    answer: Reply | Exception, kind: type[Exception], reading: Make
) -> None:
    source, _ = reading({A: answer})
    with pytest.raises(kind, match=r"a\.example/feed") as caught:
        fetch(source, None)
    assert "s3cret" not in str(caught.value)


def test_a_feed_that_asks_for_rest_gets_it(reading: Make) -> None:
    answers: dict[str, Reply | Exception] = {
        A: Reply(200, {}, document(1, ttl="<ttl>30</ttl>")),
        B: ok(2),
    }
    source, wire = reading(answers)
    cursor = fetch(source, None).cursor
    cursor = fetch(source, cursor, NOON + 10 * MINUTE).cursor
    fetch(source, cursor, NOON + 30 * MINUTE)
    assert [asked.url for asked in wire.asked] == [A, B, B, A, B]


def test_a_feed_that_says_too_often_is_left_alone_while_the_others_are_read(
    reading: Make,
) -> None:
    source, wire = reading({A: Reply(429, {"retry-after": "600"}, b""), B: ok(2)})
    cursor = fetch(source, None).cursor
    fetch(source, cursor, NOON + MINUTE)
    assert [asked.url for asked in wire.asked] == [A, B, B]


def test_when_time_runs_out_the_next_fetch_goes_on_with_the_next_feed(reading: Make) -> None:
    ticks = iter([0.0, 0.0, 29.5, 100.0, 100.0, 100.0])
    source, wire = reading({A: ok(1), B: ok(2)}, clock=lambda: next(ticks))
    first = fetch(source, None)
    second = fetch(source, first.cursor, NOON + MINUTE)
    assert first.more
    assert not second.more
    assert [asked.url for asked in wire.asked] == [A, B]


def test_a_turn_through_more_feeds_than_fit_in_one_fetch_ends_and_reads_each_once(
    wire_of: Callable[..., Any],
) -> None:
    urls, seconds = [f"https://n{n}.example/rss" for n in range(50)], [0.0]

    def answer(url: str) -> Reply:
        seconds[0] += 1.0
        return ok(urls.index(url))

    wire = wire_of(answer)
    source = FeedSource("press", urls, wire, "tocsin/0", clock=lambda: seconds[0])
    cursor = None
    for polls in (1, 2):
        for _ in range(10):
            batch = source.fetch(cursor, now=NOON + seconds[0] * SECOND, deadline=20.0)
            cursor = batch.cursor or cursor
            if not batch.more:
                break
        assert not batch.more
        assert [asked.url for asked in wire.asked] == urls * polls


def test_a_slow_feed_gets_its_share_of_the_time_and_no_more(reading: Make) -> None:
    source, wire = reading({A: ok(1)})
    source.fetch(None, now=NOON, deadline=300.0)
    assert wire.asked[0].deadline <= 15.0


@pytest.mark.parametrize(
    "cursor", ["", "[]", "x", '{"https://b.example/rss": 3}', '{"u": {"since": "x"}}']
)
def test_a_cursor_that_cannot_be_read_is_a_first_start(cursor: str, reading: Make) -> None:
    source, _ = reading({B: ok(1)})
    (seen,) = fetch(source, cursor).observations
    assert seen.backfill


def test_a_feed_that_is_no_longer_declared_is_forgotten(reading: Make) -> None:
    both, _ = reading({A: ok(1), B: ok(2)})
    one, _ = reading({B: ok(2)})
    cursor = fetch(one, fetch(both, None).cursor, NOON + MINUTE).cursor
    assert cursor is not None
    assert "a.example" not in cursor


# --- settings -----------------------------------------------------------------------------------


def settings(**fields: object) -> feed.Settings:
    found = settings_of("feed")(name="press", kind="feed", **fields)  # type: ignore[arg-type]
    assert isinstance(found, feed.Settings)
    return found


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({}, "at least one address", id="nothing to read"),
        pytest.param({"urls": ["feed.xml"]}, "web address such as", id="a file"),
        pytest.param({"urls": ["file:///etc/passwd"]}, "web address such as", id="another scheme"),
        pytest.param({"urls": ["https://[::1"]}, "web address such as", id="a broken address"),
        pytest.param({"urls": ["https://me:pw@a.example/"]}, "no name or password", id="a secret"),
        pytest.param({"google_news": True, "country": "x&y"}, "country", id="an odd country"),
    ],
)
def test_what_may_not_be_declared(fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        settings(**fields)


def test_one_address_may_stand_alone() -> None:
    assert settings(urls="https://a.example/feed").urls == ("https://a.example/feed",)


def test_google_news_is_asked_for_each_term_and_not_too_often(
    wire_of: Callable[..., Any], tools: Callable[..., Tools]
) -> None:
    wire = wire_of(lambda url: ok(1))
    declared = settings(google_news=True, language="de", country="AT")
    brands = [Brand(name="Acme", terms=("Acme", "@acme help"))]
    source = feed.build(declared, brands, tools(wire))
    cursor = source.fetch(None, now=NOON, deadline=30.0).cursor
    source.fetch(cursor, now=NOON + 5 * MINUTE, deadline=30.0)
    source.close()
    queries = [parse_qs(urlsplit(asked.url).query) for asked in wire.asked]
    assert [query["q"][0] for query in queries] == ['"Acme" when:7d', '"acme help" when:7d']
    assert queries[0]["ceid"] == ["AT:de"]
    assert all(urlsplit(asked.url).hostname == "news.google.com" for asked in wire.asked)


def test_a_feed_that_scrolled_past_what_was_known_tells_a_gap(reading: Make) -> None:
    answers: dict[str, Reply | Exception] = {A: ok(1, 2)}
    source, _ = reading(answers)
    first = fetch(source, None)
    later = NOON + 40 * MINUTE
    answers[A] = Reply(200, {}, document(30, 31, at=later - MINUTE))
    second = fetch(source, first.cursor, later)
    (gap,) = second.gaps
    assert (gap.since, gap.until) == (NOON, later - MINUTE)
    assert fetch(source, second.cursor, later + MINUTE).gaps == ()


@pytest.mark.parametrize("is_known", [True, False])
def test_an_old_entry_among_the_new_hides_no_gap(reading: Make, *, is_known: bool) -> None:
    """One that is pinned, or that a search ranks high, is shown however old it is."""
    long_ago = NOON - timedelta(days=90)
    shown = merged(document(*[99] * is_known, at=long_ago), document(*range(10), at=NOON))
    answers: dict[str, Reply | Exception] = {A: Reply(200, {}, shown)}
    source, _ = reading(answers)
    first = fetch(source, None)
    later = NOON + 40 * MINUTE
    new = document(*range(30, 40), at=later - MINUTE)
    answers[A] = Reply(200, {}, merged(document(99, at=long_ago), new))
    (gap,) = fetch(source, first.cursor, later).gaps
    assert (gap.since, gap.until) == (NOON, later - MINUTE)


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(document(2, 30, at=NOON + 39 * MINUTE), id="one entry is still known"),
        pytest.param(document(30, 31), id="what is shown reaches back behind the last reading"),
        pytest.param(b'<rss version="2.0"><channel></channel></rss>', id="it is empty"),
        pytest.param(
            document(30, 31, at=NOON + 39 * MINUTE)[:-16], id="it broke off, and is read again"
        ),
    ],
)
def test_no_gap_is_made_up_where_nothing_need_have_been_missed(shown: bytes, reading: Make) -> None:
    answers: dict[str, Reply | Exception] = {A: ok(1, 2)}
    source, _ = reading(answers)
    first = fetch(source, None)
    answers[A] = Reply(200, {}, shown)
    assert fetch(source, first.cursor, NOON + 40 * MINUTE).gaps == ()


def test_what_broke_off_on_the_way_is_read_again_as_a_whole(reading: Make) -> None:
    cut = Reply(200, {"etag": '"1"'}, document(1, 2)[:-60])
    source, wire = reading({A: cut})
    fetch(source, fetch(source, None).cursor, NOON + MINUTE)
    assert "If-None-Match" not in wire.asked[1].headers


def test_what_scrolled_out_while_a_feed_answered_emptily_from_the_start_is_a_gap(
    reading: Make,
) -> None:
    answers: dict[str, Reply | Exception] = {A: ok()}
    source, _ = reading(answers)
    first = fetch(source, None)
    second = fetch(source, first.cursor, NOON + 30 * MINUTE)
    answers[A] = Reply(200, {}, document(*range(10), at=NOON + 59 * MINUTE))
    (gap,) = fetch(source, second.cursor, NOON + 60 * MINUTE).gaps
    assert (gap.since, gap.until) == (NOON, NOON + 59 * MINUTE)


def test_a_feed_that_was_empty_once_is_not_taken_for_read_by_its_304(reading: Make) -> None:
    answers: dict[str, Reply | Exception] = {A: ok(1, 2)}
    source, wire = reading(answers)
    first = fetch(source, None)
    answers[A] = Reply(200, {"etag": '"none"'}, b'<rss version="2.0"><channel></channel></rss>')
    empty = fetch(source, first.cursor, NOON + MINUTE)
    answers[A] = Reply(200, {}, document(30, 31, at=NOON + 39 * MINUTE))
    (gap,) = fetch(source, empty.cursor, NOON + 40 * MINUTE).gaps
    assert gap.since == NOON
    assert "If-None-Match" not in wire.asked[2].headers
