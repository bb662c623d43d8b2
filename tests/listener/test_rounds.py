"""Listings that show their newest posts first: between rounds nothing is lost in silence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.collector import BadRequest, Batch, Gap, Later
from listener.mention import Author, Kind, Observation, Post
from listener.rounds import Rounds, Shown

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
OVERLAP = timedelta(minutes=10)


def seen(minute: float) -> Observation:
    at = START + timedelta(minutes=minute)
    return Observation(Kind.POST, Post("here", str(minute), "Acme", at, Author("a")), at)


@dataclass
class Shelf:
    """Posts by the minute they were written, in pages, of which the newest `deepest` are shown."""

    minutes: list[float] = field(default_factory=list)
    key: str = "shelf"
    size: int = 3
    deepest: int = 1_000
    fault: Exception | None = None

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        if self.fault:
            raise self.fault
        there = sorted(
            (m for m in self.minutes if START + timedelta(minutes=m) <= now), reverse=True
        )
        start = int(token or 0)
        posts = [seen(minute) for minute in there[start : start + self.size]]
        ends = start + self.size
        is_cut = ends >= self.deepest and len(there) > ends
        more = len(there) > ends and not is_cut
        oldest = posts[-1].post.created_at if posts else None
        return Shown(tuple(posts), oldest, str(ends) if more else None, is_cut)


class Reader:
    """Reads to the end of each round, and keeps what came as a store would."""

    def __init__(self, shelf: Shelf, **settings: object) -> None:
        self._make = lambda: Rounds("here", [shelf], overlap=OVERLAP, **settings)  # type: ignore[arg-type]
        self._source = self._make()
        self.cursor: str | None = None
        self.fetched: list[Observation] = []
        self.gaps: list[Gap] = []

    def fetch(self, minute: float) -> Batch:
        now = START + timedelta(minutes=minute)
        batch = self._source.fetch(self.cursor, now=now, deadline=1.0)
        self.cursor = batch.cursor or self.cursor
        self.fetched += batch.observations
        self.gaps += batch.gaps
        return batch

    def read(self, minute: float) -> None:
        while self.fetch(minute).more:
            pass

    def restart(self) -> None:
        self._source = self._make()

    @property
    def ids(self) -> set[float]:
        return {float(one.post.id) for one in self.fetched}


def test_what_was_written_before_the_first_start_is_backfill() -> None:
    reader = Reader(Shelf([-30.0, -5.0]))
    reader.read(0)
    reader.read(2)
    assert reader.ids == {-30.0, -5.0}
    assert all(one.backfill for one in reader.fetched)
    assert reader.gaps == []


def test_a_burst_of_many_pages_is_read_to_its_end() -> None:
    shelf = Shelf([1.0])
    reader = Reader(shelf)
    reader.read(2)
    shelf.minutes += [3 + n / 64 for n in range(50)]
    reader.read(5)
    assert reader.ids == set(shelf.minutes)


def test_a_listing_that_goes_no_deeper_leaves_a_gap_as_long_as_what_is_missing() -> None:
    shelf = Shelf([1.0], deepest=6)
    reader = Reader(shelf)
    reader.read(2)
    shelf.minutes += [20.0 + n for n in range(12)]
    reader.read(40)
    (gap,) = reader.gaps
    assert (gap.since, gap.until) == (START + timedelta(minutes=2), START + timedelta(minutes=26))
    assert {m for m in shelf.minutes if m >= 26} <= reader.ids


def test_more_pages_than_are_followed_leave_a_gap() -> None:
    shelf = Shelf([1.0])
    reader = Reader(shelf, max_pages=2)
    reader.read(2)
    shelf.minutes += [20.0 + n for n in range(12)]
    reader.read(40)
    assert [gap.until for gap in reader.gaps] == [START + timedelta(minutes=26)]


def test_what_an_index_shows_late_is_heard_within_the_overlap() -> None:
    shelf = Shelf([1.0])
    reader = Reader(shelf)
    for minute in (19, 20):
        reader.read(minute)
    shelf.minutes += [12.0 + n / 16 for n in range(8)]  # written before that reading
    reader.read(22)
    assert reader.ids == set(shelf.minutes)


def test_a_round_that_was_cut_short_by_its_pages_names_all_that_it_left_unread() -> None:
    shelf = Shelf([1.0])
    reader = Reader(shelf)
    reader.read(2)
    shelf.minutes += [3.0 + n / 16 for n in range(400)]
    reader.read(40)
    unread = [START + timedelta(minutes=m) for m in set(shelf.minutes) - reader.ids]
    assert len(unread) == 400 - 50 * shelf.size
    assert all(any(gap.since <= at <= gap.until for gap in reader.gaps) for at in unread)


def test_a_restart_goes_on_with_the_page_that_was_next() -> None:
    shelf = Shelf([1.0])
    reader = Reader(shelf)
    reader.read(2)
    shelf.minutes += [3.0 + n for n in range(9)]
    reader.fetch(20)
    reader.restart()
    reader.read(20)
    assert reader.ids == set(shelf.minutes)


def test_a_page_that_the_platform_knows_no_longer_ends_the_round_with_a_gap() -> None:
    shelf = Shelf([1.0])
    reader = Reader(shelf)
    reader.read(2)
    shelf.minutes += [20.0 + n for n in range(9)]
    reader.fetch(40)
    shelf.fault = BadRequest("no such page")
    batch = reader.fetch(40)
    assert (batch.malformed, batch.more) == (("no such page",), False)
    (gap,) = reader.gaps
    assert (gap.since, gap.until) == (START + timedelta(minutes=2), START + timedelta(minutes=26))
    with pytest.raises(BadRequest):
        reader.fetch(42)
    shelf.fault = None
    reader.read(44)
    assert set(shelf.minutes) <= reader.ids | {m for m in shelf.minutes if m < 26}


def test_an_empty_answer_of_a_listing_that_had_posts_is_no_peace() -> None:
    shelf = Shelf([1.0])
    reader = Reader(shelf, fills=True)
    reader.read(2)
    before, shelf.minutes = reader.cursor, []
    with pytest.raises(Later, match="empty answer"):
        reader.fetch(4)
    assert reader.cursor == before


def test_a_listing_that_fails_does_not_keep_the_others_waiting() -> None:
    broken, good = Shelf(key="broken", fault=OSError()), Shelf([1.0], key="good")
    source = Rounds("here", [broken, good], overlap=OVERLAP)
    now = START + timedelta(minutes=2)
    with pytest.raises(Later):
        source.fetch(None, now=now, deadline=1.0)
    assert len(source.fetch(None, now=now, deadline=1.0).observations) == 1


def test_a_listing_that_cannot_be_read_at_first_is_owed_what_is_written_meanwhile() -> None:
    broken, good = Shelf([-1.0, 60.0], key="broken", fault=OSError()), Shelf(key="good")
    source = Rounds("here", [broken, good], overlap=OVERLAP)
    with pytest.raises(Later):
        source.fetch(None, now=START, deadline=1.0)
    cursor = source.fetch(None, now=START, deadline=1.0).cursor
    broken.fault, later = None, START + timedelta(minutes=90)
    batch = source.fetch(cursor, now=later, deadline=1.0)
    assert {one.post.id: one.backfill for one in batch.observations} == {
        "60.0": False,
        "-1.0": True,
    }


def test_what_is_owed_of_a_listing_is_owed_after_a_restart() -> None:
    broken, good = Shelf([60.0], key="broken", fault=OSError()), Shelf(key="good")
    source = Rounds("here", [broken, good], overlap=OVERLAP)
    with pytest.raises(Later):
        source.fetch(None, now=START, deadline=1.0)
    cursor = source.fetch(None, now=START, deadline=1.0).cursor
    broken.fault = None
    again = Rounds("here", [broken, good], overlap=OVERLAP)
    batch = again.fetch(cursor, now=START + timedelta(minutes=90), deadline=1.0)
    assert [(one.post.id, one.backfill) for one in batch.observations] == [("60.0", False)]


@pytest.mark.parametrize("cursor", ["", "{", "[]", "7", '{"shelf": 3}', '{"shelf": {"first": 1}}'])
def test_an_unreadable_cursor_starts_the_source_afresh(cursor: str) -> None:
    batch = Rounds("here", [Shelf([1.0])], overlap=OVERLAP).fetch(
        cursor, now=START + timedelta(minutes=2), deadline=1.0
    )
    assert len(batch.observations) == 1


@given(
    st.lists(st.floats(0, 300).map(lambda m: round(m, 2)), unique=True, max_size=60),
    st.lists(st.integers(1, 300), min_size=1, max_size=8).map(sorted),
    st.sampled_from([3, 6, 9, 1_000]),
)
def test_whatever_is_not_read_is_covered_by_a_gap(
    minutes: Sequence[float], polls: Sequence[int], deepest: int
) -> None:
    reader = Reader(Shelf(list(minutes), deepest=deepest))
    for minute in polls:
        reader.read(minute)
    written = {m for m in minutes if polls[0] <= m <= polls[-1]}
    for minute in written - reader.ids:
        at = START + timedelta(minutes=minute)
        assert any(gap.since <= at <= gap.until for gap in reader.gaps)
