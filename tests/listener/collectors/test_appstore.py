"""App Store reviews: single objects, empty feeds, and ten pages at most.

The bodies are written by hand from what others have published of the feed.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from config import Brand
from listener.collector import Batch, Collector, Later, LooksBack, Malformed, Refreshes
from listener.collectors.appstore import Settings, build, decode, entries_of
from listener.matching import Matcher
from listener.mention import Author
from listener.wire import Reply

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
APP = {"im:name": {"label": "Acme Air"}, "id": {"label": "https://x.example/app"}}


def review(n: int = 1, at: datetime = NOW - timedelta(hours=1), **changed: Any) -> dict[str, Any]:
    told = {
        "id": str(9_000_000_000 + n),
        "title": "Crashes",
        "content": "Since the update it dies at once.",
        "im:rating": "1",
        "im:version": "4.2.1",
        "im:voteSum": "3",
        "im:voteCount": "5",
        "updated": at.isoformat(),
        **changed,
    }
    name = {"label": "an angry flyer"}
    author = {"name": name, "uri": {"label": "https://itunes.apple.com/us/reviews/id77"}}
    return {"author": author, **{key: {"label": value} for key, value in told.items()}}


def read(entry: object) -> Any:
    return decode(entry, app="Acme Air", number="123456789", country="gb", now=NOW)


class Store:
    """A country's feed for each page; "empty" is a 200 without a review."""

    def __init__(self, **by_country: list[dict[str, Any]]) -> None:
        self.by_country = by_country
        self.is_empty = False

    def __call__(self, url: str) -> Reply:
        country, _, rest = url.removeprefix("https://itunes.apple.com/").partition("/rss/")
        at = int(rest.split("page=")[1].split("/")[0])
        shown = [] if self.is_empty else self.by_country.get(country, [])[(at - 1) * 50 : at * 50]
        feed: dict[str, Any] = {"author": {}, **({"entry": shown} if shown else {})}
        return Reply(200, {}, json.dumps({"feed": feed}).encode())


@pytest.fixture
def listening(wire_of: Callable[..., Any], tools: Callable[..., Any]) -> Callable[..., Collector]:
    def make(answer: object, *countries: str) -> Collector:
        given = {"apps": {"Acme Air": 123456789}, "countries": countries or ("us",)}
        return build(Settings(name="apps", **given), [Brand(name="Acme")], tools(wire_of(answer)))

    return make


def read_all(source: Collector, cursor: str | None, now: datetime = NOW) -> list[Batch]:
    batches = [source.fetch(cursor, now=now, deadline=20.0)]
    while batches[-1].more:
        batches.append(source.fetch(batches[-1].cursor, now=now, deadline=20.0))
    return batches


def test_a_review_is_read_with_its_stars_and_names_its_app() -> None:
    post = read(review()).post
    assert (post.platform, post.id, post.rating) == ("appstore", "9000000001", 1.0)
    assert post.title == "Acme Air 4.2.1: Crashes"
    assert post.author == Author(id="77", handle="an angry flyer", name="an angry flyer")
    assert post.engagement.likes == 3
    assert post.url.startswith("https://apps.apple.com/gb/app/id123456789")
    assert Matcher([Brand(name="Acme Air")]).match(post)


def test_the_entry_that_describes_the_app_is_no_review() -> None:
    assert read(APP) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"im:rating": "6"},
        {"im:rating": 1},
        {"im:rating": None},
        {"id": "../x"},
        {"updated": "yesterday"},
        {"updated": None},
        {"title": "", "content": ""},
    ],
)
def test_a_review_that_is_not_as_documented_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"im:rating|id|updated|title"):
        read(review(**changed))


@pytest.mark.parametrize(
    ("feed", "count"),
    [({}, 0), ({"entry": review()}, 1), ({"entry": [review(1), review(2)]}, 2)],
)
def test_none_one_by_itself_or_a_list(feed: dict[str, Any], count: int) -> None:
    assert len(entries_of({"feed": feed})) == count


@pytest.mark.parametrize("body", [None, [], {}, {"feed": 3}, {"feed": []}])
def test_what_is_no_feed_is_no_quiet_day(body: object) -> None:
    with pytest.raises(Malformed):
        entries_of(body)


def test_a_sudden_empty_feed_is_unknown_and_not_quiet(listening: Callable[..., Collector]) -> None:
    store = Store(us=[review()])
    source = listening(store)
    cursor = read_all(source, None)[-1].cursor
    store.is_empty = True
    with pytest.raises(Later, match="empty answer"):
        source.fetch(cursor, now=NOW + timedelta(minutes=15), deadline=20.0)
    store.is_empty = False
    store.by_country["us"].insert(0, review(2, NOW + timedelta(minutes=1)))
    (batch,) = read_all(source, cursor, NOW + timedelta(minutes=30))
    assert {seen.post.id for seen in batch.observations} == {"9000000001", "9000000002"}


def test_each_country_has_a_place_of_its_own(listening: Callable[..., Collector]) -> None:
    store = Store(us=[review(1)], de=[review(2)])
    batches = read_all(listening(store, "US", "de"), None)
    assert [one.post.id for batch in batches for one in batch.observations] == [
        "9000000001",
        "9000000002",
    ]
    assert set(json.loads(batches[-1].cursor or "")) == {"us/123456789", "de/123456789"}


def test_more_than_ten_pages_of_news_are_a_gap(listening: Callable[..., Collector]) -> None:
    store = Store(us=[review(0)])
    source = listening(store)
    cursor = read_all(source, None)[-1].cursor
    at = NOW + timedelta(days=4)
    store.by_country["us"][:0] = [review(n, at - timedelta(minutes=n)) for n in range(1, 700)]
    batches = read_all(source, cursor, at)
    assert len(batches) == 10
    (gap,) = [gap for batch in batches for gap in batch.gaps]
    assert (gap.since, gap.until) == (NOW, at - timedelta(minutes=500))


def test_few_reviews_that_are_all_new_are_no_gap(listening: Callable[..., Collector]) -> None:
    store = Store(us=[review(n, NOW - timedelta(minutes=n)) for n in range(3)])
    source = listening(store)
    cursor = read_all(source, None)[-1].cursor
    batches = read_all(source, cursor, NOW + timedelta(minutes=15))
    assert [batch.gaps for batch in batches] == [()]


def test_it_looks_back_and_cannot_look_again(listening: Callable[..., Collector]) -> None:
    source = listening(Store())
    assert isinstance(source, LooksBack)
    assert not isinstance(source, Refreshes)


@pytest.mark.parametrize(
    "given",
    [
        {"apps": {}},
        {"apps": {"Acme": "../../x"}},
        {"apps": {"Acme": 123456789}, "countries": ["usa"]},
        {"apps": {"Acme": 123456789}, "countries": []},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(name="apps", **given)
