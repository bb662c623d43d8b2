"""What a storm is about is found by words that are sudden, and by people, not by noise."""

from collections.abc import Sequence

import pytest

from listener.sudden_words import Spoken, Sudden, keys_of, likelihood, own_keys, sudden

USUAL = (
    "my bag is late and nobody answers",
    "rude crew on the way home, no apology",
    "the website crashed when I tried to pay",
    "still waiting for my refund",
    "wifi was broken and the seat too",
    "lost my bag, no reply from support",
)
BEFORE = [keys_of(text) for text in USUAL * 40]
TURNSTILES = (
    "stuck at the turnstiles, tickets won't scan",
    "turnstiles are dead and there is a huge crowd outside",
    "why are the turnstiles refusing everybody?",
    "an hour outside, turnstiles broken, rude staff",
)


def window(*texts: str) -> list[Spoken]:
    """Each by another person."""
    return [Spoken(number, 100 + number, text) for number, text in enumerate(texts, 1)]


def told(spoken: Sequence[Spoken], own: Sequence[str] = ()) -> Sudden | None:
    return sudden(spoken, BEFORE, own_keys(own))


def test_a_word_that_is_sudden_names_the_storm_and_finds_who_tells_it() -> None:
    found = told(window(*TURNSTILES, *USUAL[:3]))
    assert found is not None
    assert "turnstiles" in found.name
    assert found.posts == (1, 2, 3, 4)
    assert (found.people, found.of) == (4, 7)


def test_a_window_of_the_usual_complaints_tells_nothing() -> None:
    assert told(window(*USUAL, *USUAL)) is None


def test_a_common_word_is_sudden_where_many_more_say_it_than_before() -> None:
    bags = [f"{lead} my bag" for lead in ("where is", "you lost", "cannot find", "give me")]
    assert told(window(*bags, *USUAL)) is None
    many = [f"{text} {tail}" for text in bags for tail in ("now", "please", "again", "today")]
    found = told(window(*many))
    assert found is not None
    assert "bag" in found.name


def test_one_person_is_one_vote() -> None:
    assert told([Spoken(n, 7, text) for n, text in enumerate(TURNSTILES)]) is None


def test_copies_of_one_text_are_one_vote() -> None:
    same = "the turnstiles at the north stand are refusing every ticket tonight"
    assert told(window(*[f"{same} @someone{n}" for n in range(9)])) is None


def test_copies_are_told_with_the_first() -> None:
    same = "the turnstiles at the north stand are refusing every ticket tonight"
    found = told(window(*TURNSTILES, same, same))
    assert found is not None
    assert found.posts == (1, 2, 3, 4, 5, 6)
    assert found.people == 5


def test_a_story_of_too_few_of_the_windows_people_is_none() -> None:
    others = [f"zorp{chr(97 + n)}" for n in range(23)]  # each complains of something else
    assert told(window(*TURNSTILES, *others[:22])) is not None
    assert told(window(*TURNSTILES, *others)) is None


def test_the_brands_own_names_are_not_what_a_storm_is_about() -> None:
    own = [f"{text} from Zorblax" for text in USUAL]
    assert told(window(*own)) is not None
    assert told(window(*own), ("Zorblax",)) is None


def test_an_account_is_in_no_name() -> None:
    found = told(window(*(f"{text} @turnstiles" for text in TURNSTILES)))
    assert found is None or "turnstiles" not in found.name


@pytest.mark.parametrize("word", ["shit", "moron"])
def test_abuse_is_in_no_name(word: str) -> None:
    found = told(window(*(f"{word} {text}" for text in TURNSTILES)))
    assert found is not None
    assert word not in found.name


def test_every_word_of_a_name_was_used_by_two_people() -> None:
    found = told(window(*TURNSTILES, *USUAL[:3]))
    assert found is not None
    for word in found.name.lower().split():
        assert sum(word in text for text in TURNSTILES) > 1


def test_without_a_word_before_the_language_itself_is_the_usual() -> None:
    found = sudden(window(*TURNSTILES, *TURNSTILES[:1], "any news on the turnstiles?"), [])
    assert found is not None
    assert sudden(window(*USUAL), []) is None


def test_nothing_said_is_about_nothing() -> None:
    assert told([]) is None
    assert told(window("", "!!!", "")) is None


def test_the_likelihood_is_as_it_was_published() -> None:
    assert likelihood(10, 100, 10, 100) == pytest.approx(0.0)
    # By hand: 2 · (10 ln 2 + 0 + 90 ln(90/95) + 100 ln(100/95)).
    assert likelihood(10, 100, 0, 100) == pytest.approx(14.39, abs=0.01)
    assert likelihood(0, 100, 10, 100) == pytest.approx(-14.39, abs=0.01)
