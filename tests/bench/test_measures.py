"""The measures of the benches, on cases that can be counted by hand."""

import pytest

from bench import measures
from bench.measures import Figure


def test_auc_is_the_chance_of_the_right_order() -> None:
    assert measures.auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    assert measures.auc([0.5, 0.5], [True, False]) == 0.5


def test_the_interval_of_an_auc_is_delong_s() -> None:
    # Placements of the positives: 1/2 and 1; of the negatives: 1 and 1/2. Each varies by 1/8, so
    # the variance is 1/16 + 1/16.
    figure = measures.auc_figure([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
    assert figure.value == 0.75
    assert figure.low == pytest.approx(0.75 - 1.959964 * 0.125**0.5)
    assert figure.high == 1.0


def test_an_auc_without_a_doubt_has_no_width() -> None:
    assert measures.auc_figure([0.1, 0.9], [False, True]) == Figure(1.0, 1.0, 1.0)


def test_macro_f1_weighs_both_classes_alike() -> None:
    assert measures.macro_f1([True, False], [True, False]) == 1.0
    assert measures.macro_f1([True, True], [True, False]) == pytest.approx(1 / 3)


def test_recall_at_precision_is_the_best_of_any_threshold() -> None:
    scores, labels = [0.9, 0.8, 0.7, 0.1], [True, True, False, True]
    assert measures.recall_at_precision(scores, labels, 0.8) == pytest.approx(2 / 3)


def test_a_threshold_takes_all_posts_of_one_score() -> None:
    assert measures.recall_at_precision([0.9, 0.9], [True, False], 0.8) == 0.0


def test_calibration_error_is_zero_where_chances_are_right() -> None:
    assert measures.calibration_error([0.5, 0.5], [True, False]) == 0.0
    assert measures.calibration_error([0.95, 0.95], [False, False]) == pytest.approx(0.95)


def test_a_share_of_none_is_not_certain() -> None:
    none, half = measures.share(0, 10), measures.share(50, 100)
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(0.278, abs=0.001)  # Wilson's own
    assert (half.low, half.high) == (
        pytest.approx(0.404, abs=0.001),
        pytest.approx(0.596, abs=0.001),
    )


def test_the_bootstrap_draws_the_same_each_time_and_holds_what_was_measured() -> None:
    said, labels = [True, False] * 50, [True] * 60 + [False] * 40
    first = measures.macro_f1_figure(said, labels)
    assert first == measures.macro_f1_figure(said, labels)
    assert first.low < first.value < first.high


def test_a_mean_says_how_far_draws_lie_apart() -> None:
    assert measures.mean([0.5, 0.5]) == Figure(0.5, 0.5, 0.5)
    assert measures.mean([0.4, 0.6]).low == pytest.approx(0.5 - 1.959964 * 0.1)
