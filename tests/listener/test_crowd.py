"""Who says the same, and who says very much, is marked; nothing is dropped."""

import pytest

from listener.crowd import (
    AN_HOUR,
    AT_ONCE,
    BOT,
    FAST,
    MANY_ACCOUNTS,
    MANY_POSTS,
    MEANING,
    MOST_AUTHORS,
    PASSED_ON,
    SAME_TEXT,
    Crowd,
    Noise,
    Voiced,
    meaning,
)

SAID = "Acme charged me twice for the same parcel and nobody answers the phone"
OTHER = "I love the new colours of the Acme app on my old telephone"


def hear(crowd: Crowd, post: int, author: int, text: str = SAID, at: float = 0.0) -> Noise:
    return crowd.hear(Voiced(post, author, text, at))


def test_a_post_of_ones_own_is_no_noise() -> None:
    assert hear(Crowd(), 1, 1) == Noise()


def test_the_same_words_by_somebody_else_are_a_copy_of_the_first() -> None:
    crowd = Crowd()
    hear(crowd, 1, 1)
    assert hear(crowd, 2, 2) == Noise(copy_of=1)
    assert hear(crowd, 3, 3) == Noise(copy_of=1)


@pytest.mark.parametrize(
    ("author", "text", "passed_on"),
    [
        pytest.param(2, f"RT @ann: {SAID}", True, id="passed on by hand"),
        pytest.param(2, f"“@ann: {SAID}”", True, id="passed on in quotes"),
        pytest.param(2, SAID, False, id="copied as one's own"),
        pytest.param(2, f"Me too! RT @ann: {SAID}", False, id="with a word before it"),
        pytest.param(2, f"RT @ann: {SAID} the same here, three weeks", False, id="and after it"),
        pytest.param(1, f"RT @ann: {SAID}", False, id="by its own author"),
        pytest.param(2, f"RT @ann: {OTHER}", False, id="words that were never heard here"),
    ],
)
def test_a_repost_by_hand_adds_nothing_of_its_own(author: int, text: str, passed_on: bool) -> None:
    crowd = Crowd()
    hear(crowd, 1, 1)
    assert hear(crowd, 2, author, text, 9.0).marks == ((PASSED_ON,) if passed_on else ())


def test_many_accounts_with_one_text_at_once_are_marked_from_the_last_of_many_on() -> None:
    crowd = Crowd()
    found = [hear(crowd, n, n, at=60.0 * n).marks for n in range(1, MANY_ACCOUNTS + 2)]
    assert found == [()] * (MANY_ACCOUNTS - 1) + [(SAME_TEXT,)] * 2


@pytest.mark.parametrize(
    ("authors", "apart"),
    [
        pytest.param([1] * 9, 60.0, id="one author many times"),
        pytest.param([1, 2, 3, 4, 1, 2], 60.0, id="one account too few"),
        pytest.param([1, 2, 3, 4, 5, 6], AT_ONCE, id="many over a long time"),
    ],
)
def test_fewer_or_slower_are_no_crowd(authors: list[int], apart: float) -> None:
    crowd = Crowd()
    found = [
        hear(crowd, n, author, at=apart * n).marks for n, author in enumerate(authors, start=1)
    ]
    assert all(SAME_TEXT not in marks for marks in found)


@pytest.mark.parametrize(
    ("apart", "marked"),
    [
        pytest.param(AN_HOUR / MANY_POSTS, True, id="twenty within an hour"),
        pytest.param(AN_HOUR / (MANY_POSTS - 2), False, id="twenty in a little more"),
    ],
)
def test_whoever_names_the_brand_very_often_is_marked(apart: float, marked: bool) -> None:
    crowd = Crowd()
    found = [hear(crowd, n, 1, f"acme {n}", at=apart * n) for n in range(1, MANY_POSTS + 1)]
    assert (FAST in found[-1].marks) is marked
    assert all(FAST not in one.marks for one in found[:-1])


def test_an_account_that_says_it_is_a_machine_is_marked_and_heard() -> None:
    assert Crowd().hear(Voiced(1, 1, SAID, 0.0, bot=True)) == Noise(marks=(BOT,))


def test_a_post_of_two_brands_is_counted_once() -> None:
    crowd = Crowd()
    for number in range(1, MANY_POSTS):
        hear(crowd, number, 1, f"acme {number}")
        assert hear(crowd, number, 1, f"acme {number}").marks == ()


def test_a_repost_has_no_text_of_its_own_to_compare() -> None:
    crowd = Crowd()
    hear(crowd, 1, 1, "")
    assert hear(crowd, 2, 2, "").copy_of is None


def test_what_is_remembered_is_bounded() -> None:
    crowd = Crowd()
    for number in range(MOST_AUTHORS + 500):
        hear(crowd, number, number, "acme")
    assert len(crowd._paces) == MOST_AUTHORS


def test_every_mark_has_its_meaning_and_an_unknown_one_none() -> None:
    assert set(MEANING) == {SAME_TEXT, FAST, BOT, PASSED_ON}
    assert list(meaning(("old", BOT))) == [MEANING[BOT]]
