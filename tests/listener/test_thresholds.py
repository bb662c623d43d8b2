"""A wanted precision, and the probabilities that keep it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Brand
from config.judging import WORDS, Judging
from listener.assess import Assessor
from listener.complaint import Verdict, judge
from listener.thresholds import MEASURED, SHIPPED, Thresholds, thresholds_for


def test_balanced_is_what_is_shipped() -> None:
    assert thresholds_for(WORDS["balanced"]) == SHIPPED
    assert Judging().precision == WORDS["balanced"]


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_precision_never_pages_for_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert thresholds_for(low).complaint_from <= thresholds_for(high).complaint_from


@given(st.floats(0.0, 1.0))
def test_a_person_is_never_shown_less_than_as_shipped(precision: float) -> None:
    found = thresholds_for(precision)
    assert found.unsure_from <= SHIPPED.unsure_from
    assert found.unsure_from < found.complaint_from
    assert MEASURED[0][0] <= found.complaint_from <= MEASURED[-1][0]


def test_precision_rises_with_probability() -> None:
    assert all(low < high for low, high in pairwise(MEASURED))
    assert all(less < more for (_, less), (_, more) in pairwise(MEASURED))


def test_the_same_post_pages_or_does_not_as_is_wished() -> None:
    text = "Acme is slow and the app is broken"
    probability = judge(text, 0.0).probability
    above, below = Thresholds(probability + 0.01, 0.2), Thresholds(probability - 0.01, 0.2)
    assert judge(text, 0.0, thresholds=above).verdict is Verdict.UNSURE
    assert judge(text, 0.0, thresholds=below).verdict is Verdict.COMPLAINT


@pytest.mark.parametrize(
    ("probability", "mixed", "verdict"),
    [
        pytest.param(0.5, False, Verdict.COMPLAINT, id="as likely as not is a complaint"),
        pytest.param(0.49, True, Verdict.UNSURE, id="mixed is no complaint any sooner"),
        pytest.param(0.3, False, Verdict.UNSURE, id="from its threshold on a person should look"),
        pytest.param(0.29, False, Verdict.OTHER, id="below it nobody looks"),
        pytest.param(0.12, True, Verdict.UNSURE, id="praise with reproach is looked at sooner"),
        pytest.param(0.11, True, Verdict.OTHER, id="but not where next to nothing speaks for it"),
    ],
)
def test_one_ladder_tells_every_verdict(probability: float, mixed: bool, verdict: Verdict) -> None:
    assert SHIPPED.verdict(probability, mixed=mixed) is verdict


def test_an_assessor_keeps_the_precision_it_is_given(doubtful: str) -> None:
    eager, sure = (
        Assessor([Brand(name="Acme")], precision=WORDS[word]) for word in ("eager", "sure")
    )
    assert _verdict(eager, doubtful) is Verdict.COMPLAINT
    assert _verdict(sure, doubtful) is Verdict.UNSURE


@pytest.fixture
def doubtful() -> str:
    return "the Acme site is slow today, nothing loads"


def _verdict(assessor: Assessor, text: str) -> Verdict:
    from bench.kinds import judge_one

    return judge_one(assessor, text).verdict
