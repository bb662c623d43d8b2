"""The measure of aspects and stages, on what can be counted by hand, and its floors."""

from pathlib import Path

import pytest

from bench import aspects


def test_scores_are_counts_of_right_told_and_wanted() -> None:
    score = aspects.Score("all", posts=4, told=2, right=1)
    assert (score.precision, score.recall, score.f1) == (0.5, 0.25, pytest.approx(1 / 3))
    assert aspects.Score("none", 0, 0, 0)[1:] == (0, 0, 0)
    assert aspects.Score("none", 0, 0, 0).f1 == 0.0


def test_a_missing_set_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert aspects.aspects(tmp_path, aspects.SETS[0]) == []
    assert "left out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "f1"),
    [
        pytest.param("airline", 0.62, id="reasons of complaints about airlines"),
        pytest.param("twcs_topics", 0.71, id="topics of first messages to support"),
    ],
)
def test_aspects_keep_what_they_reach(shared: Path, name: str, f1: float) -> None:
    labelled = next(one for one in aspects.SETS if one.name == name)
    assert aspects.aspects(shared / "data", labelled)[0].f1 >= f1
