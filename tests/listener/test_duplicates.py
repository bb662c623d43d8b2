"""Copies are told from texts that are only like one another, within a bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.duplicates import ALIKE, LEAST_WORDS, MOST_OF_KEY, Copy, Near, alike

SAID = "Acme charged me twice for the same parcel and nobody answers the phone"
LONG = " ".join(f"word{n}" for n in range(300))


@pytest.mark.parametrize(
    ("text", "least"),
    [
        pytest.param(SAID, 1.0, id="the same words"),
        pytest.param(f"{SAID}!!! 😡", 1.0, id="other marks and emoji"),
        pytest.param(SAID.upper(), 1.0, id="in capitals"),
        pytest.param(f"@acme @press {SAID} https://t.co/x1", 1.0, id="other handles and links"),
        pytest.param(f"RT @ann: {SAID}", 1.0, id="passed on"),
        pytest.param(f"{SAID} via @ann", 1.0, id="with its source"),
        pytest.param(SAID.replace("phone", "chat"), 0.8, id="the last word changed"),
        pytest.param(SAID.replace("parcel", "order"), 0.6, id="a word in the middle changed"),
        pytest.param(f"So true: {SAID}", 0.7, id="a few words before it"),
    ],
)
def test_an_edited_copy_is_a_copy(text: str, least: float) -> None:
    near = Near()
    assert near.seen(1, SAID, 0.0) is None
    found = near.seen(2, text, 60.0)
    assert found is not None
    assert found.of == 1
    assert found.alike >= least


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Acme took the money for my parcel two times, their phone is dead", id="like"),
        pytest.param("Acme nobody answers the phone", id="a short part of it"),
        pytest.param("twice the parcel and the phone for nobody answers same me", id="shuffled"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_only_alike_is_no_copy(text: str) -> None:
    near = Near()
    near.seen(1, SAID, 0.0)
    assert near.seen(2, text, 60.0) is None


def test_short_texts_coincide_and_are_nobodys_copy() -> None:
    near, short = Near(), " ".join(["worst"] * (LEAST_WORDS - 1))
    assert near.seen(1, short, 0.0) is None
    assert near.seen(2, short, 1.0) is None
    assert len(near) == 0


def test_a_text_without_blanks_is_compared_by_its_signs() -> None:
    near = Near()
    near.seen(1, "今日の全日空のサービスは本当に最悪でした", 0.0)
    found = near.seen(2, "今日の全日空のサービスは本当に最低でした", 1.0)
    assert found is not None


def test_all_copies_are_of_the_first_and_no_chain_leads_away() -> None:
    words = [f"word{n}" for n in range(12)]
    near = Near()
    near.seen(0, " ".join(words), 0.0)
    found = []
    for step in range(1, 12):
        words[step] = f"other{step}"
        found.append(near.seen(step, " ".join(words), float(step)))
    assert found[0] is not None
    assert found[0].of == 0
    assert found[-1] is None or found[-1].of != 0


def test_a_long_text_is_known_by_a_part_of_it() -> None:
    near = Near()
    near.seen(1, LONG, 0.0)
    found = near.seen(2, LONG.replace("word7 ", "seven "), 1.0)
    assert found is not None
    assert found.alike > 0.9


def test_the_same_post_is_no_copy_of_itself() -> None:
    near = Near()
    near.seen(1, SAID, 0.0)
    assert near.seen(1, SAID, 1.0) is None


def test_a_text_is_forgotten_when_nobody_repeats_it() -> None:
    near = Near(window=100.0)
    near.seen(1, SAID, 0.0)
    assert near.seen(2, SAID, 90.0) == Copy(1, 1.0)
    assert near.seen(3, SAID, 180.0) == Copy(1, 1.0)
    assert near.seen(4, SAID, 281.0) is None


def test_no_more_texts_are_remembered_than_was_said() -> None:
    near = Near(most=50)
    for number in range(500):
        near.seen(number, f"{SAID} about matter {number} {number * 7} {number * 13}", number)
        assert len(near) <= 50
    assert len(near._keys) <= 50 * 6
    assert max(map(len, near._keys.values())) <= MOST_OF_KEY


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        pytest.param("a b c", "a b c", 1.0, id="the same"),
        pytest.param("a b c d", "w x y z", 0.0, id="nothing in common"),
        pytest.param("a b c d", "a b c e", 5 / 9, id="three words and two pairs of nine"),
    ],
)
def test_alike_is_the_share_of_words_and_pairs(one: str, other: str, share: float) -> None:
    assert alike(one, other) == pytest.approx(share)
    assert alike(other, one) == pytest.approx(share)


@given(st.text(st.characters(), max_size=400), st.text(st.characters(), max_size=400))
def test_no_text_breaks_it_and_a_copy_is_always_alike(one: str, other: str) -> None:
    near = Near()
    near.seen(1, one, 0.0)
    found = near.seen(2, other, 0.0)
    assert found is None or (found.of == 1 and found.alike >= ALIKE)
