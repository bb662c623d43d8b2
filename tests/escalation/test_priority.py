"""Priority: the score, its floors, its bands, its explanation."""

from dataclasses import fields, replace
from datetime import timedelta
from math import fsum, inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Band
from escalation.priority import (
    DEFAULT,
    FALL,
    FAR_REACH,
    NAMES,
    Floor,
    Inputs,
    Priority,
    Weights,
    age_input,
    band_of,
    contacts_input,
    reach_input,
    score,
    settle,
    velocity_input,
)

shares = st.floats(0, 1)
any_inputs = st.builds(Inputs, **{name: st.none() | shares for name in NAMES})
any_weights = st.lists(st.integers(0, 100), min_size=len(NAMES), max_size=len(NAMES)).filter(any)
any_case = st.fixed_dictionaries(
    {
        "safety": st.booleans(),
        "unresolved_contacts": st.integers(0, 5),
        "reopened": st.integers(0, 3),
    }
)


def all_at(value: float) -> Inputs:
    return Inputs(**dict.fromkeys(NAMES, value))


def test_the_weights_are_those_that_spread_ordinary_complaints_over_the_bands() -> None:
    given = [getattr(DEFAULT, field.name) for field in fields(Weights)]
    assert given == [0.40, 0.15, 0.12, 0.15, 0.06, 0.02, 0.05, 0.05]
    assert fsum(given) == 1.0
    assert [field.name for field in fields(Weights)] == list(NAMES)


@pytest.mark.parametrize(
    ("inputs", "case", "total", "band"),
    [
        pytest.param(all_at(0), {}, 0, Band.P4, id="nothing wrong"),
        pytest.param(all_at(1), {}, 100, Band.P1, id="everything at its worst"),
        pytest.param(all_at(0.79), {}, 79, Band.P2, id="just below now"),
        pytest.param(replace(all_at(0), severity=1), {}, 40, Band.P3, id="a severe topic alone"),
        pytest.param(
            replace(all_at(0), severity=1, negativity=1), {}, 55, Band.P3, id="severe and angry"
        ),
        pytest.param(
            Inputs(severity=0.6), {}, 60, Band.P2, id="what is unknown gives its weight to the rest"
        ),
        pytest.param(
            Inputs(severity=1, negativity=0), {}, 72.727273, Band.P2, id="in proportion to weights"
        ),
        pytest.param(Inputs(), {}, 0, Band.P4, id="nothing known"),
        pytest.param(Inputs(), {"safety": True}, 85, Band.P1, id="danger is never below 85"),
        pytest.param(
            all_at(0.9), {"safety": True}, 90, Band.P1, id="a floor does not lower what is above"
        ),
        pytest.param(
            all_at(0), {"unresolved_contacts": 3}, 60, Band.P2, id="third unresolved contact"
        ),
        pytest.param(
            all_at(0), {"unresolved_contacts": 2}, 0, Band.P4, id="second unresolved contact"
        ),
        pytest.param(replace(all_at(0), reach=0.8), {}, 60, Band.P2, id="a far reach"),
        pytest.param(replace(all_at(0), reach=0.79), {}, 9.48, Band.P4, id="not quite as far"),
        pytest.param(all_at(0.3), {"reopened": 1}, 40, Band.P3, id="reopened adds ten"),
        pytest.param(all_at(0.3), {"reopened": 3}, 60, Band.P2, id="each time"),
        pytest.param(all_at(1), {"reopened": 2}, 100, Band.P1, id="never above a hundred"),
    ],
)
def test_how_urgent_a_case_is(
    inputs: Inputs, case: dict[str, int], total: float, band: Band
) -> None:
    found = score(inputs, **case)  # type: ignore[arg-type]
    assert found.score == pytest.approx(total, abs=1e-9)
    assert found.band is band


@pytest.mark.parametrize(
    ("points", "band"),
    [
        (100, Band.P1),
        (80, Band.P1),
        (79.999, Band.P2),
        (60, Band.P2),
        (59.999, Band.P3),
        (35, Band.P3),
        (34.999, Band.P4),
        (0, Band.P4),
    ],
)
def test_where_each_band_begins(points: float, band: Band) -> None:
    assert band_of(points) is band


@pytest.mark.parametrize("value", [0.35, 0.6, 0.8])
def test_a_score_on_a_threshold_is_not_lost_to_rounding(value: float) -> None:
    assert score(replace(all_at(value), reach=None)).score == value * 100


@given(any_inputs, any_weights, any_case, st.sampled_from(NAMES), shares)
def test_no_input_going_up_lowers_the_score(
    inputs: Inputs, parts: list[int], case: dict[str, int], name: str, share: float
) -> None:
    value = getattr(inputs, name) or 0.0
    inputs = replace(inputs, **{name: value})
    raised = min(1.0, value + (1.0 - value) * share)
    weights = Weights(*(part / sum(parts) for part in parts))
    before = score(inputs, weights=weights, **case)  # type: ignore[arg-type]
    after = score(replace(inputs, **{name: raised}), weights=weights, **case)  # type: ignore[arg-type]
    assert after.score >= before.score


@given(any_inputs, any_case, any_case)
def test_nothing_else_going_up_lowers_it_either(
    inputs: Inputs, one: dict[str, int], other: dict[str, int]
) -> None:
    low = {name: min(one[name], other[name]) for name in one}
    high = {name: max(one[name], other[name]) for name in one}
    assert score(inputs, **low).score <= score(inputs, **high).score  # type: ignore[arg-type]


@given(any_inputs, any_case)
def test_the_explanation_adds_up(inputs: Inputs, case: dict[str, int]) -> None:
    found = score(inputs, **case)  # type: ignore[arg-type]
    earned = fsum(term.points for term in found.terms) + found.reopened_points
    lifted = max([earned, *(floor.score for floor in found.floors)])
    assert found.score == pytest.approx(min(100, lifted), abs=1e-6)
    for term in found.terms:
        assert term.points == pytest.approx(100 * term.weight * (term.value or 0))


@given(any_inputs)
def test_unknown_inputs_are_named_and_the_known_ones_share_all_the_weight(inputs: Inputs) -> None:
    found = score(inputs)
    assert found.unknown == tuple(name for name in NAMES if getattr(inputs, name) is None)
    known = fsum(term.weight for term in found.terms)
    assert known == pytest.approx(0 if len(found.unknown) == len(NAMES) else 1)
    assert all(term.weight == 0 for term in found.terms if term.name in found.unknown)


@given(shares, st.sets(st.sampled_from(NAMES), max_size=len(NAMES) - 1))
def test_what_is_unknown_does_not_pull_an_even_score(value: float, left_out: set[str]) -> None:
    inputs = replace(all_at(value), **dict.fromkeys(left_out, None))
    floor = 60 if (inputs.reach or 0) >= 0.8 else 0
    found = score(inputs)
    assert found.score == pytest.approx(max(value * 100, floor), abs=1e-6)
    assert found.band is band_of(found.score)


@pytest.mark.parametrize("value", [-0.01, 1.01, nan, inf])
@pytest.mark.parametrize("name", NAMES)
def test_an_input_out_of_range_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        Inputs(**{name: value})


@pytest.mark.parametrize("weights", [{"severity": 0.5}, {"severity": -0.1, "reach": 0.55}])
def test_weights_that_are_not_shares_of_one_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        Weights(**weights)


def with_score(points: float) -> Priority:
    return Priority(points, band_of(points), ())


@pytest.mark.parametrize(
    ("previous", "new", "acknowledged", "holds"),
    [
        pytest.param(58, 61, False, 61, id="a rise acts at once"),
        pytest.param(58, 58.1, True, 58.1, id="a small rise too"),
        pytest.param(61, 40, False, 61, id="an unacknowledged case does not fall"),
        pytest.param(61, 56.1, True, 61, id="a fall of less than five points is not one"),
        pytest.param(61, 56, True, 56, id="a fall of five points is"),
        pytest.param(61, 61, True, 61, id="no change"),
    ],
)
def test_which_priority_holds_after_scoring_again(
    previous: float, new: float, acknowledged: bool, holds: float
) -> None:
    settled = settle(with_score(previous), with_score(new), acknowledged=acknowledged)
    assert settled == with_score(holds)


def test_at_the_same_score_the_newest_explanation_holds() -> None:
    by_topic, by_words = score(Inputs(severity=0.5)), score(Inputs(negativity=0.5))
    assert by_topic.score == by_words.score
    assert settle(by_topic, by_words, acknowledged=False) == by_words


@given(st.lists(st.floats(0, 100), min_size=2))
def test_small_falls_add_up_until_they_count(scores: list[float]) -> None:
    holds = with_score(scores[0])
    for points in scores[1:]:
        holds = settle(holds, with_score(points), acknowledged=True)
        assert points <= holds.score < points + FALL


@pytest.mark.parametrize(
    ("followers", "usual", "value"),
    [
        pytest.param(199, 199, 0.5, id="the usual is the middle"),
        pytest.param(199_999, 199, 1.0, id="a thousand times is all"),
        pytest.param(10**9, 199, 1.0, id="and no more than all"),
        pytest.param(0, 999, 0.0, id="a thousandth is nothing"),
        pytest.param(0, 0, 0.5, id="nobody follows anybody"),
        pytest.param(-5, 0, 0.5, id="less than nobody is nobody"),
        pytest.param(None, 199, None, id="unknown followers"),
        pytest.param(199, None, None, id="unknown usual"),
    ],
)
def test_reach_is_told_against_the_usual(
    followers: int | None, usual: float | None, value: float | None
) -> None:
    found = reach_input(followers, usual)
    assert found is None if value is None else found == pytest.approx(value)


@pytest.mark.parametrize(
    ("rate", "usual", "value"),
    [
        pytest.param(2, 2, 0.0, id="the usual rate"),
        pytest.param(0, 2, 0.0, id="less than usual"),
        pytest.param(20, 2, 0.5, id="ten times"),
        pytest.param(200, 2, 1.0, id="a hundred times"),
        pytest.param(inf, 2, 1.0, id="and no more than all"),
        pytest.param(5, 0, None, id="a brand with no usual rate"),
        pytest.param(None, 2, None, id="unknown rate"),
        pytest.param(2, nan, None, id="unknowable usual"),
    ],
)
def test_velocity_is_told_against_the_usual(
    rate: float | None, usual: float | None, value: float | None
) -> None:
    found = velocity_input(rate, usual)
    assert found is None if value is None else found == pytest.approx(value)


@pytest.mark.parametrize(("earlier", "value"), [(None, None), (0, 0), (1, 0.5), (2, 1), (9, 1)])
def test_earlier_contacts_count_up_to_two(earlier: int | None, value: float | None) -> None:
    assert contacts_input(earlier) == value


@pytest.mark.parametrize(("minutes", "value"), [(0, 0), (15, 0.5), (30, 1), (90, 1), (-5, 0)])
def test_age_is_told_against_the_promise(minutes: int, value: float) -> None:
    assert age_input(timedelta(minutes=minutes), timedelta(minutes=30)) == value


@given(st.integers(0, 10**10), st.integers(0, 10**10), st.floats(0.001, 10**9))
def test_more_reach_or_velocity_is_never_less_urgent(one: int, other: int, usual: float) -> None:
    low, high = sorted((one, other))
    for told in (reach_input, velocity_input):
        before, after = told(low, usual), told(high, usual)
        assert before is not None
        assert after is not None
        assert 0 <= before <= after <= 1


def test_the_floors_that_apply_are_named() -> None:
    urgent = score(Inputs(reach=FAR_REACH), safety=True, unresolved_contacts=3)
    assert urgent.floors == (
        Floor("safety", 85.0),
        Floor("unresolved contacts", 60.0),
        Floor("reach", 60.0),
    )
    assert score(Inputs(), unresolved_contacts=2).floors == ()


def test_what_was_promised_at_once_is_breached_at_once() -> None:
    assert age_input(timedelta(0), timedelta(0)) == 1.0


def test_ten_times_the_usual_reach_is_a_sixth_of_the_scale_more() -> None:
    assert reach_input(9, 0) == pytest.approx(0.5 + 0.5 / 3)
