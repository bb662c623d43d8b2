"""What a brand's query leaves out and what is blocked is not kept, and is counted by its reason."""

from datetime import UTC, datetime

import pytest

from config import Block, Brand
from listener.assess import Assessor
from listener.mention import Author, Post

WHEN = datetime(2026, 11, 2, 8, tzinfo=UTC)
ACME = Brand(name="Acme", query="acme -gas", accounts={"x": ("42",)})
BLOCK = Block(authors=("@Spam_Bot",), sites=("spam.example",), words=("promo code",))


def post(text: str, author: str = "u1") -> Post:
    return Post("x", "1", text, WHEN, Author(author, "spam_bot" if author == "u9" else "ann"))


def assessor() -> Assessor:
    return Assessor((ACME,), block=BLOCK)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (post("acme gas is late"), "not asked for by the query"),
        (post("acme is late", "u9"), "blocked author"),
        (post("acme is late https://www.spam.example/x"), "blocked site"),
        (post("acme is late, use my promo code"), "blocked word"),
        (post("nothing"), "names no brand"),
    ],
)
def test_what_is_left_out_is_counted_by_its_reason(one: Post, why: str) -> None:
    judge = assessor()
    assert judge.assess(one) == ()
    assert judge.why_unnamed(one) == why


def test_what_is_asked_for_is_kept() -> None:
    assert [one.brand for one in assessor().assess(post("acme is late"))] == ["Acme"]


@pytest.mark.parametrize("text", ["acme gas is late", "acme promo code"])
def test_our_own_posts_are_always_kept(text: str) -> None:
    assert [one.own for one in assessor().assess(post(text, "42"))] == [True]


def test_a_query_that_cannot_be_read_is_a_problem_of_its_brand() -> None:
    with pytest.raises(ValueError, match="write OR"):
        Brand(name="Acme", query="late or lost")  # type: ignore[arg-type]
