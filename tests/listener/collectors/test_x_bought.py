"""What X has charged today is not counted twice, and what is forgotten is counted once more."""

import pytest

from listener.collectors.x_bought import MAX_BOUGHT, Bought
from listener.collectors.x_posts import Page


def a_page(*pairs: tuple[str, str], posts: int | None = None, authors: int | None = None) -> Page:
    shown = len(pairs) if posts is None else posts
    distinct = len({author for _, author in pairs}) if authors is None else authors
    return Page((), (), shown, distinct, None, None, pairs)


TWO = Bought().with_page(a_page(("7", "1"), ("8", "2")))


@pytest.mark.parametrize(
    ("page", "posts", "authors"),
    [
        pytest.param(a_page(("7", "1"), ("8", "2")), 0, 0, id="all were read today"),
        pytest.param(a_page(("9", "1"), ("8", "2")), 1, 0, id="a new post of an author who was"),
        pytest.param(a_page(("9", "3"), ("8", "2")), 1, 1, id="a new post of a new author"),
        pytest.param(a_page(("8", "2"), posts=3), 2, 0, id="posts that cannot be told are counted"),
        pytest.param(a_page(("8", "2"), authors=0), 0, 0, id="no authors were sent"),
        pytest.param(a_page(("9", "")), 1, 1, id="an author that is not told is counted"),
    ],
)
def test_what_is_charged(page: Page, posts: int, authors: int) -> None:
    assert (TWO.new_posts(page), TWO.new_authors(page)) == (posts, authors)


def test_an_author_is_charged_once_whatever_the_listing() -> None:
    assert Bought().new_authors(a_page(("9", "2")), [TWO]) == 0


def test_the_newest_are_remembered() -> None:
    many = TWO.with_page(a_page(*[(str(number), "5") for number in range(9, 9 + MAX_BOUGHT)]))
    assert (len(many.pairs), TWO.new_posts(a_page(("8", "2")))) == (MAX_BOUGHT, 0)
    assert many.new_posts(a_page(("8", "2"))) == 1


@pytest.mark.parametrize("value", [None, 7, [7], [["x", "1"]], [["1"]], {"1": "2"}, [[1, 2, 3]]])
def test_what_is_no_memory_is_nothing(value: object) -> None:
    assert Bought.read(value) == Bought()
