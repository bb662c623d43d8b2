"""What the bench of accuracy promises: missing sets are named, and floors on real posts hold."""

from pathlib import Path

import pytest

from bench import accuracy


def test_a_missing_set_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accuracy.complaints(tmp_path)
    assert "acl19      left out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "auc", "macro_f1"),
    [("acl19", 0.85, 0.74), ("fincorp", 0.92, 0.83), ("cesamard", 0.90, 0.79)],
)
def test_the_judgement_keeps_its_rank(shared: Path, name: str, auc: float, macro_f1: float) -> None:
    labelled = next(labelled for labelled in accuracy.SETS if labelled.name == name)
    measured = accuracy.measure(labelled, shared / "data")
    assert measured is not None
    assert measured.auc >= auc
    assert measured.macro_f1 >= macro_f1


def test_tripwires_are_quiet_on_ordinary_posts(shared: Path) -> None:
    alarms, posts = accuracy.alarms(shared / "data")
    assert alarms <= posts / 1000
