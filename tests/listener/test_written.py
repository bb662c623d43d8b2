"""Reasons quote words as the post has them: with the apostrophes that phrases are found without."""

from datetime import UTC, datetime

import pytest

from config import Brand
from listener.assess import Assessor
from listener.mention import Author, Post
from listener.written import as_written, reason_as_written

TOLD = "Acme's lasagne put my daughter’s life at risk, and they haven't replied"


@pytest.mark.parametrize(
    ("said", "text", "quoted"),
    [
        pytest.param("my daughters life", "my daughter's life", "my daughter's life", id="plain"),
        pytest.param("my daughters life", "My DAUGHTER’S life", "my daughter’s life", id="curly"),
        pytest.param("my daughters", "my daughters", "my daughters", id="none there"),
        pytest.param("its late", "it's late, its box too", "its late", id="both are there"),
        pytest.param("late", "they call it 'late'", "late", id="quotation marks are no part of it"),
        pytest.param("doesnt work", "it does not work", "doesnt work", id="another word"),
    ],
)
def test_words_have_the_apostrophes_of_the_post(said: str, text: str, quoted: str) -> None:
    assert as_written(said, text) == quoted


def test_only_what_a_reason_quotes_is_put_back() -> None:
    text = "can't log in, won't pay"
    assert reason_as_written('wont: "cant log in"', text) == 'wont: "can\'t log in"'


def test_a_danger_and_a_reproach_are_quoted_as_they_were_written() -> None:
    post = Post("x", "1", TOLD, datetime(2026, 11, 1, tzinfo=UTC), Author("a"))
    (found,) = Assessor([Brand(name="Acme")], []).assess(post)
    told = " ".join(found.reasons)
    assert "daughter’s life" in told
    assert "daughters" not in told
    assert "havent" not in told
