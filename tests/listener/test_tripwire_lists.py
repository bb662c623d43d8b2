"""Dangers and what only sounds like one, by language: written for this, one file a language."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from listener.safety import SHIPPED
from listener.wires import LANGUAGES, SELF_HARM, needed_in

DANGERS = Path(__file__).with_name("tripwires")
FIRST_MET = Path(__file__).with_name("firstmet")
SIGNS = Path(__file__).with_name("self_harm")
MOST_LISTED = frozenset({"de", "es", "fr", "it", "pt"})
LEAST_RECALL = 0.95
PRIVATE_TONGUES = MOST_LISTED | {"en"}


def _written(folder: Path, lang: str, mark: str) -> list[str]:
    lines = (folder / f"{lang}.txt").read_text(encoding="utf-8").splitlines()
    return [line[2:] for line in lines if line.startswith(f"{mark} ")]


def _kinds(text: str, lang: str) -> list[str]:
    return [danger.kind for danger in SHIPPED.dangers_of(text, lang)]


def _all(folder: Path, mark: str) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("*.txt")):
        yield from ((file.stem, text) for text in _written(folder, file.stem, mark))


@pytest.mark.parametrize("lang", sorted(LANGUAGES - {"en"}))
def test_nearly_every_danger_of_a_list_trips_a_wire(lang: str) -> None:
    dangers = _written(DANGERS, lang, "!")
    assert len(dangers) >= (25 if lang in MOST_LISTED else 10)
    missed = [text for text in dangers if not _kinds(text, lang)]
    assert len(missed) <= (1 - LEAST_RECALL) * len(dangers), missed


@pytest.mark.parametrize("lang", sorted(LANGUAGES - {"en"}))
def test_each_language_has_its_figures_of_speech(lang: str) -> None:
    assert len(_written(DANGERS, lang, "-")) >= (25 if lang in MOST_LISTED else 10)


@pytest.mark.parametrize(("lang", "text"), list(_all(DANGERS, "-")))
def test_what_only_sounds_like_a_danger_trips_none(lang: str, text: str) -> None:
    assert not _kinds(text, lang)


@pytest.mark.parametrize("lang", sorted(PRIVATE_TONGUES))
def test_nearly_every_sign_of_self_harm_is_recognised(lang: str) -> None:
    signs = _written(SIGNS, lang, "!")
    assert len(signs) >= 10
    missed = [text for text in signs if SELF_HARM not in _kinds(text, lang)]
    assert len(missed) <= (1 - LEAST_RECALL) * len(signs), missed


@pytest.mark.parametrize(("lang", "text"), list(_all(SIGNS, "-")))
def test_a_figure_of_speech_is_no_sign_of_self_harm(lang: str, text: str) -> None:
    assert SELF_HARM not in _kinds(text, lang)


def _met_since(name: str) -> list[tuple[str, str, str]]:
    lines = (FIRST_MET / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    parts = (line.split(" | ", 2) for line in lines if not line.startswith("#"))
    return [(lang, kind, text) for lang, kind, text in parts]


@pytest.mark.parametrize("name", ["second", "third", "fourth"])
def test_nearly_every_danger_of_the_later_lists_rings_as_what_it_is(name: str) -> None:
    dangers = [line for line in _met_since(name) if line[1] != "-"]
    missed = [line for line in dangers if line[1] not in _kinds(line[2], line[0])]
    assert len(missed) <= (1 - LEAST_RECALL) * len(dangers), missed


@pytest.mark.parametrize("name", ["second", "third", "fourth"])
def test_what_only_sounds_like_the_later_lists_rings_nothing(name: str) -> None:
    assert [line for line in _met_since(name) if line[1] == "-" and _kinds(line[2], line[0])] == []


@pytest.mark.parametrize(
    ("text", "lang", "kind"),
    [
        pytest.param(
            "Me quemé la mano con la tapa", "pt", "injury", id="Spanish taken for another"
        ),
        pytest.param("Reakcja alergiczna na krem", "pt", "injury", id="Polish taken for another"),
        pytest.param("Nos vemos no tribunal", "es", "law", id="Portuguese taken for another"),
        pytest.param("Alerjik reaksiyon gösterdim", "und", "injury", id="Turkish not told at all"),
    ],
)
def test_a_few_words_ring_in_whatever_language_they_are(text: str, lang: str, kind: str) -> None:
    assert _kinds(text, lang) == [kind]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("Guardian journalist here, could you DM me?", ["press"], id="introduced"),
        pytest.param("I write for the Times, who can I talk to?", ["press"], id="writes for"),
        pytest.param("working on a story about Acme refunds", ["press"], id="a story"),
        pytest.param("any comment for our article, Acme?", ["press"], id="a comment"),
        pytest.param("my mum is a journalist", [], id="somebody's mother"),
        pytest.param("as a journalism student I love Acme", [], id="a student"),
        pytest.param("Journalist of the year award at Acme hall", [], id="an award"),
        pytest.param("I write for fun on my Acme tablet", [], id="writes for fun"),
        pytest.param("working on a story for my kids", [], id="a bedtime story"),
        pytest.param("Acme laptop smokes when charging", ["fire"], id="smokes"),
        pytest.param("my charger got so hot it melted", ["fire"], id="melted"),
        pytest.param("the battery is swelling", ["fire"], id="swelling"),
        pytest.param("swollen battery in my Acme phone", ["fire"], id="swollen"),
        pytest.param("sparks from the socket", ["fire"], id="sparks"),
        pytest.param("this laptop smokes the competition", [], id="beats others"),
        pytest.param("a smoking deal on chargers", [], id="a deal"),
        pytest.param("hot phone case design", [], id="hot design"),
        pytest.param("Acme battery life is swell", [], id="swell"),
    ],
)
def test_journalists_and_hot_batteries_are_told_from_what_sounds_like_them(
    text: str, kinds: list[str]
) -> None:
    assert _kinds(text, "en") == kinds


@pytest.mark.parametrize("lang", sorted(LANGUAGES - {"en"}))
def test_no_word_that_a_rule_needs_is_unknown_before_the_rules_are_made(lang: str) -> None:
    assert SHIPPED.of(lang).needed_by.keys() <= needed_in(lang)


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_no_shipped_rule_is_tried_on_every_post(lang: str) -> None:
    assert not SHIPPED.of(lang).always


def test_a_post_is_read_as_english_too_whatever_its_language() -> None:
    assert _kinds("My charger caught fire", "de") == ["fire"]


def test_a_reason_to_be_refused_is_not_taken_back_by_the_refusal() -> None:
    assert _kinds("Não me deixaram entrar por causa da minha deficiência", "pt")
