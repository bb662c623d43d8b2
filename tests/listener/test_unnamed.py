"""A brand's own name between two words of a phrase does not hide a danger."""

from datetime import UTC, datetime

import pytest

from config import Brand
from listener.assess import Assessor
from listener.cuetext import ENGLISH, read
from listener.mention import Author, Post
from listener.ownwires import own_tripwires
from listener.safety import SHIPPED
from listener.unnamed import unnamed

TERMS = ("acme", "@acme", "blue bean")


def _kinds(text: str, lang: str = "en") -> list[str]:
    return [danger.kind for danger in SHIPPED.dangers_of(text, lang, TERMS)]


@pytest.mark.parametrize(
    ("lang", "text", "kind"),
    [
        pytest.param("en", "my kettle from Acme is on fire", "fire", id="from the brand"),
        pytest.param("en", "your Blue Bean's kettle, my Acme oven exploded.", "fire", id="a comma"),
        pytest.param("en", "BBC Watchdog at @acme here, please call", "press", id="a mention"),
        pytest.param("de", "Mein Wasserkocher von Acme brennt!", "fire", id="German"),
        pytest.param("fr", "La bouilloire de chez Acme a pris Acme feu", "fire", id="French"),
        pytest.param("es", "El hervidor de Acme explotó", "fire", id="Spanish"),
        pytest.param("it", "Il bollitore di Acme è esploso", "fire", id="Italian"),
        pytest.param("pt", "A chaleira da Acme explodiu", "fire", id="Portuguese"),
    ],
)
def test_a_name_in_the_midst_of_a_phrase_hides_no_danger(lang: str, text: str, kind: str) -> None:
    assert kind in _kinds(text, lang)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("my kettle is not on Acme fire", id="what did not happen"),
        pytest.param("I could kill Acme myself", id="no self-harm by leaving a name out"),
        pytest.param("this Acme deal is fire", id="a figure of speech"),
        pytest.param("Acme kettle", id="a name alone"),
    ],
)
def test_a_name_left_out_makes_no_danger_of_what_is_none(text: str) -> None:
    assert _kinds(text) == []


def test_the_words_are_shown_with_the_name_that_stood_among_them() -> None:
    (found,) = SHIPPED.dangers_of("Help! My kettle from Blue Bean is on fire", "en", TERMS)
    assert found.words == "kettle from blue bean is on fire"


def test_a_phrase_of_ours_that_never_rings_may_hold_the_name(tmp_path) -> None:
    ours = tmp_path / "ours.txt"
    ours.write_text("[never fire]\nkettle from acme is on fire\n", encoding="utf-8")
    (found,) = own_tripwires([ours]).dangers_of("my kettle from Acme is on fire", "en", TERMS)
    assert found.hushed_by == "ours.txt:2"


@pytest.mark.parametrize("text", ["kettle on fire", "Acme", "Acme, my kettle", "my kettle, Acme"])
def test_nothing_is_left_out_but_between_two_words(text: str) -> None:
    assert unnamed(read(text), TERMS, ENGLISH) == ()


def test_a_post_is_read_without_the_names_of_the_brands_that_it_names() -> None:
    judged = Assessor((Brand(name="Brightwell"), Brand(name="Kenwick")))
    text = "the kettle from Brightwell is on fire"
    post = Post("x", "1", text, datetime(2026, 11, 21, tzinfo=UTC), Author("u1"), lang="en")
    (found,) = judged.assess(post)
    assert found.severity.safety
