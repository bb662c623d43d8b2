"""Listings are read back to an instant, the newest of all of them first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from listener.looking_back import read_back
from listener.mention import Author, Kind, Observation, Post
from listener.rounds import Shown

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SINCE = NOW - timedelta(hours=100)


def at(hour: int) -> datetime:
    return NOW - timedelta(hours=hour)


def seen(listing: str, hour: int) -> Observation:
    return Observation(Kind.POST, Post("h", f"{listing}{hour}", "", at(hour), Author("a")), NOW)


def reading(shelves: dict[str, list[int]], size: int, deepest: int = 1_000):  # type: ignore[no-untyped-def]
    def read(listing: str, token: str | None) -> Shown:
        start = int(token or 0)
        hours = sorted(shelves[listing])
        posts = [seen(listing, hour) for hour in hours[start : start + size]]
        ends = start + size
        cut = ends >= deepest and ends < len(hours)
        token = str(ends) if ends < len(hours) and not cut else None
        return Shown(tuple(posts), posts[-1].post.created_at if posts else None, token, cut)

    return read


@given(
    st.dictionaries(
        st.sampled_from("abc"), st.lists(st.integers(0, 140), unique=True, max_size=30), min_size=1
    ),
    st.integers(1, 7),
)
def test_everything_since_then_is_read_once_and_little_else(
    shelves: dict[str, list[int]], size: int
) -> None:
    cursor, ids, more = None, [], True
    while more:
        batch = read_back(cursor, list(shelves), reading(shelves, size), since=SINCE, now=NOW)
        assert all(one.backfill for one in batch.observations)
        ids += [one.post.id for one in batch.observations]
        cursor, more = batch.cursor, batch.more
    wanted = [f"{name}{hour}" for name, hours in shelves.items() for hour in hours if hour <= 100]
    assert sorted(ids) == sorted(wanted)


def test_the_newest_of_all_listings_comes_first() -> None:
    shelves = {"old": [50, 60, 70], "new": [1, 2, 3, 4, 5, 6]}
    cursor, order = None, []
    for _ in range(6):
        batch = read_back(cursor, list(shelves), reading(shelves, 2), since=SINCE, now=NOW)
        order += [one.post.id for one in batch.observations]
        cursor = batch.cursor
    assert order[:2] == ["old50", "old60"] or order[:2] == ["new1", "new2"]
    assert order.index("new6") < order.index("old70")


def test_what_a_listing_does_not_show_any_more_is_a_gap() -> None:
    shelves = {"a": [1, 2, 3, 4, 5]}
    batch = read_back(None, ["a"], reading(shelves, 3, deepest=3), since=SINCE, now=NOW)
    assert [(gap.since, gap.until) for gap in batch.gaps] == [(SINCE, at(3))]
    assert not batch.more


def test_an_unreadable_cursor_begins_anew() -> None:
    for cursor in ("{", "[]", '{"tokens": 3, "done": 7, "reached": {"a": 1}}'):
        batch = read_back(cursor, ["a"], reading({"a": [1]}, 3), since=SINCE, now=NOW)
        assert len(batch.observations) == 1


def test_without_listings_there_is_nothing_to_read() -> None:
    assert not read_back(None, [], reading({}, 3), since=SINCE, now=NOW).more
