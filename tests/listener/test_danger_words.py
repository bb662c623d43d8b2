"""Dangers that were missed and harmless posts that rang, each as it was found."""

import pytest

from listener.safety import dangers_of

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
    "Watched a show on A and E about trucks",
]


@pytest.mark.parametrize("text", [*MISSED, *BESIDE_WHAT_RINGS_NOT])
def test_a_danger_in_such_words_rings(text: str) -> None:
    assert dict(dangers_of(text, "en"))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_endangers_nobody_rings_nothing(text: str) -> None:
    assert not dict(dangers_of(text, "en"))
