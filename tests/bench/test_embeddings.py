"""The bench of likeness moves a probability as the shipped judgement does."""

from typing import Any

import pytest

from bench import embeddings
from listener.complaint import Judgement, Verdict
from listener.likeness import NEAREST, WEIGHT, Leaning


class Nothing:
    """Vectors that are never looked at."""

    def all_of(self, texts: tuple[str, ...]) -> None:
        return None


@pytest.mark.parametrize("lean", [-2.0, -0.05, 0.0, 0.03, 2.0])
def test_it_measures_what_is_shipped(lean: float) -> None:
    nothing: Any = Nothing()
    shipped = Leaning(nothing)
    shipped.of = lambda text: lean  # type: ignore[method-assign]
    moved = shipped.move(Judgement(0.45, Verdict.UNSURE, ()), "")
    assert embeddings.moved(0.45, lean, WEIGHT) == pytest.approx(moved.probability)


def test_the_shipped_choice_is_among_those_that_are_measured() -> None:
    assert NEAREST in embeddings.NEAREST
    assert WEIGHT in embeddings.WEIGHTS


def test_without_the_extra_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(embeddings, "is_installed", lambda: False)
    embeddings.main()
    assert 'pip install "tocsin[embeddings]"' in capsys.readouterr().out
