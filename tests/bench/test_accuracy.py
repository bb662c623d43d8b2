"""The measures of the bench, on cases that can be counted by hand, and its floors on real posts."""

from pathlib import Path

import pytest

from bench import accuracy


def test_auc_is_the_chance_of_the_right_order() -> None:
    assert accuracy.auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    assert accuracy.auc([0.5, 0.5], [True, False]) == 0.5


def test_macro_f1_weighs_both_classes_alike() -> None:
    assert accuracy.macro_f1([True, False], [True, False]) == 1.0
    assert accuracy.macro_f1([True, True], [True, False]) == pytest.approx(1 / 3)


def test_recall_at_precision_is_the_best_of_any_threshold() -> None:
    scores, labels = [0.9, 0.8, 0.7, 0.1], [True, True, False, True]
    assert accuracy.recall_at_precision(scores, labels, 0.8) == pytest.approx(2 / 3)


def test_calibration_error_is_zero_where_chances_are_right() -> None:
    assert accuracy.calibration_error([0.5, 0.5], [True, False]) == 0.0
    assert accuracy.calibration_error([0.95, 0.95], [False, False]) == pytest.approx(0.95)


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
