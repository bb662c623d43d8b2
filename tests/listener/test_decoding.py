"""Items of a page one by one, and titles that name what they are about."""

from datetime import UTC, datetime

import pytest

from listener.decoding import MAX_REASONS, each, gone, headed, oldest_of
from listener.mention import MAX_TEXT_CHARS, Author, Kind, Observation, Post

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


def decode(item: object) -> Observation | None:
    if item == "note":
        return None
    if not isinstance(item, int):
        raise ValueError("an item is no number")
    at = NOW.replace(minute=item)
    return Observation(Kind.POST, Post("here", str(item), "Acme", at, Author("a")), NOW)


def test_one_that_cannot_be_read_costs_no_other() -> None:
    seen, reasons = each([3, "x", "note", 1], decode)
    assert [one.post.id for one in seen] == ["3", "1"]
    assert reasons == ("an item is no number",)
    assert oldest_of(seen) == NOW.replace(minute=1)


def test_reasons_without_end_are_cut() -> None:
    assert len(each(["x"] * 5_000, decode)[1]) == MAX_REASONS


def test_of_nothing_there_is_no_oldest() -> None:
    assert each([], decode) == ((), ())
    assert oldest_of([]) is None


@pytest.mark.parametrize(
    ("about", "title", "shown"),
    [
        pytest.param("Acme", "Crashes", "Acme: Crashes", id="it names what it is about"),
        pytest.param("Acme", "", "Acme", id="also where there is no title"),
        pytest.param("Acme", "Why, ACME?", "Why, ACME?", id="once is enough"),
        pytest.param("Ola", "Cola is flat", "Ola: Cola is flat", id="inside a word is not named"),
        pytest.param("A+", "A+ is down", "A+ is down", id="signs are only signs"),
        pytest.param("", "Crashes", "Crashes", id="nobody's own place"),
    ],
)
def test_a_title_names_what_it_is_about(about: str, title: str, shown: str) -> None:
    assert headed(about, title) == shown


def test_a_title_without_end_is_cut() -> None:
    assert len(headed("Acme", "x" * MAX_TEXT_CHARS)) == MAX_TEXT_CHARS


def test_what_is_gone_has_no_words() -> None:
    seen = gone("here", "7", NOW)
    assert (seen.kind, seen.post.id, seen.post.text, seen.post.author.id) == (
        Kind.DELETE,
        "7",
        "",
        "",
    )
