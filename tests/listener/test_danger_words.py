"""Dangers that were missed and harmless posts that rang, each as it was found."""

import pytest

from listener.cuetext import MAX_JUDGED_CHARS
from listener.safety import SHIPPED, Danger, dangers_of

MISSED = [
    "Acme car seat buckle snapped open on the motorway",
    "I drank bleach from an Acme water bottle",
    "There was a needle in my Acme teddy",
    "Going to the papers about Acme",
    "Acme driver grabbed me",
    "Acme taxi driver was drunk",
    "Acme toy has a loose magnet, my toddler swallowed it",
    "my kid's Acme helmet split in half when he fell",
    "Acme locked the fire exits",
    "Three of us ended up in A&E after the Acme buffet",
    "Acme left my nan without heat in minus ten, she has pneumonia",
]
BESIDE_WHAT_RINGS_NOT = [
    pytest.param("the fire pit tipped over and my deck caught fire", id="not the pit itself"),
    pytest.param("brakes failed on the first corner of our road", id="no race"),
    pytest.param("the soup burned my mouth, no apology", id="a burn without a good word"),
    pytest.param("nobody laughed, my son nearly died on your ride. ", id="nobody laughed"),
    pytest.param("earbuds burned my ear while listening to music", id="the thing in use burned"),
    pytest.param("I called the fire brigade because of your dryer", id="the fire brigade"),
    pytest.param("they could have saved my dad who collapsed at home", id="nobody saved him"),
    pytest.param("burned my hand on your kettle, not my fault", id="not one's own fault"),
    pytest.param("your driver dragged me out of the bus", id="dragged by the driver"),
]
HARMLESS = [
    "Police were called to a fire near Acme",
    "Acme ad made me laugh so hard I nearly died",
    "Acme ladder broke my fall, saved my life",
    "Acme fire pit is great, caught fire quickly",
    "Trading Standards award for Acme",
    "The Acme hoodie is dangerous for my bank account",
    "Acme curry burned my mouth, love it",
    "I cut my hand cooking while watching Acme TV",
    "Watch Acme's race car: engine exploded on lap 3",
    "Acme hospital saved my dad who collapsed at home",
    "The attendant grabbed me a blanket, so kind",
    "burned my tongue on Acme coffee, my own fault",
    "Watched a show on A and E about trucks",
]


@pytest.mark.parametrize("text", [*MISSED, *BESIDE_WHAT_RINGS_NOT])
def test_a_danger_in_such_words_rings(text: str) -> None:
    assert dict(dangers_of(text, "en"))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_endangers_nobody_rings_nothing(text: str) -> None:
    assert not dict(dangers_of(text, "en"))


LONG = "acme " + "so I went on and on about it. " * 110
LAST = "I want to die. My house burned down because of the Acme heater."


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_worst_may_stand_at_the_end_of_a_long_post(lang: str) -> None:
    assert len(LONG) > MAX_JUDGED_CHARS
    assert {"self-harm", "fire"} <= dict(dangers_of(LONG + LAST, lang)).keys()


def test_the_end_is_read_in_the_posts_own_language() -> None:
    assert "fire" in dict(
        dangers_of("Das ging so weiter. " * 200 + "Der Akku ist explodiert.", "de")
    )


@pytest.mark.parametrize("cut", range(0, 40, 3))
def test_what_stands_across_the_border_is_read(cut: int) -> None:
    before = ("word " * MAX_JUDGED_CHARS)[: MAX_JUDGED_CHARS - cut - 1]
    text = f"{before} my charger caught fire in bed. {'word ' * 540}"
    assert "fire" in dict(dangers_of(text, "en"))


@pytest.mark.parametrize(
    ("danger", "befell"),
    [
        pytest.param(Danger("fire", "charger melted"), True, id="it happened"),
        pytest.param(Danger("food", "glass in my salad"), True, id="it was found"),
        pytest.param(Danger("danger to life", "could have died"), False, id="it might have"),
        pytest.param(Danger("law", "i will sue"), False, id="a threat"),
        pytest.param(Danger("self-harm", "i want to die"), False, id="not for others to see"),
        pytest.param(Danger("fire", "caught fire", "own.txt:3"), False, id="what rings nothing"),
    ],
)
def test_a_danger_that_befell_somebody_is_told_from_one_that_might(
    danger: Danger, befell: bool
) -> None:
    assert danger.befell is befell


def test_a_wheel_that_came_off_has_befallen_somebody() -> None:
    (found,) = SHIPPED.dangers_of("the wheel came off the pram", "en")
    assert found.befell
