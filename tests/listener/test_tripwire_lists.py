"""Dangers and what only sounds like one, by language: written for this, one file a language."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from listener.safety import SHIPPED
from listener.wires import LANGUAGES, SELF_HARM

DANGERS = Path(__file__).with_name("tripwires")
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


def test_a_post_is_read_as_english_too_whatever_its_language() -> None:
    assert _kinds("My charger caught fire", "de") == ["fire"]


def test_a_reason_to_be_refused_is_not_taken_back_by_the_refusal() -> None:
    assert _kinds("Não me deixaram entrar por causa da minha deficiência", "pt")
