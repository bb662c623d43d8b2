"""Pages counted from the newest post: whatever is deleted or written between them, none is lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from listener.decoding import newest_of, oldest_of
from listener.mention import Author, Kind, Observation, Post
from listener.rounds import Shown
from listener.seams import Seam, across

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
SIZE = 4


class Shelf:
    """Posts by number, the newest first, and how often a page of them was asked for."""

    def __init__(self, count: int) -> None:
        self.there = list(range(count, 0, -1))
        self.asked = 0

    def read(self, page: str | None) -> Shown:
        self.asked += 1
        start = int(page or 0)
        seen = tuple(self.seen(n) for n in self.there[start : start + SIZE])
        following = str(start + SIZE) if start + SIZE < len(self.there) else None
        return Shown(seen, oldest_of(seen), following, newest=newest_of(seen))

    @staticmethod
    def seen(n: int) -> Observation:
        at = START + timedelta(minutes=n)
        return Observation(Kind.POST, Post("here", str(n), "Acme", at, Author("a")), at)


def heard(shelf: Shelf, changes: list[tuple[int, int]]) -> set[int]:
    """All numbers that come while after each page some are deleted, and some written."""
    token, came, written = None, set(), shelf.there[0]
    for page in range(50):
        shown = across(token, shelf.read, size=SIZE)
        came |= {int(one.post.id) for one in shown.observations}
        if shown.token is None:
            return came
        token = shown.token
        deleted, added = changes[page] if page < len(changes) else (0, 0)
        del shelf.there[1 : 1 + deleted]
        shelf.there[:0] = range(written + added, written, -1)
        written += added
    raise AssertionError("it never ends")


@given(
    st.integers(1, 40),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8),
)
def test_what_is_there_from_the_first_page_to_the_last_is_heard(
    count: int, changes: list[tuple[int, int]]
) -> None:
    shelf = Shelf(count)
    assert heard(shelf, changes) >= {n for n in shelf.there if n <= count}


def test_where_nothing_moves_each_page_but_the_first_costs_one_more_request() -> None:
    shelf = Shelf(3 * SIZE)
    assert heard(shelf, []) == set(range(1, 3 * SIZE + 1))
    assert shelf.asked == 5


def test_one_page_costs_one_request() -> None:
    shelf = Shelf(SIZE)
    heard(shelf, [])
    assert shelf.asked == 1


def test_a_page_kept_before_there_were_seams_is_read_on() -> None:
    shelf = Shelf(3 * SIZE)
    shown = across(str(SIZE), shelf.read, size=SIZE)
    assert {int(one.post.id) for one in shown.observations} == {8, 7, 6, 5}
    assert Seam.of(shown.token).before == str(SIZE)
