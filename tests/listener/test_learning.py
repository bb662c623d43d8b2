"""What a user's own labels teach: slope and offset, a local model, thresholds, and when not to."""

import math

import pytest

from listener.complaint import Judgement, Verdict
from listener.fitting import calibrate, fit, fit_local, kept, macro_f1, thresholds
from listener.grams import BUCKETS, grams
from listener.learned import Calibration, ComplaintModel, Example, Local, log_odds_of
from listener.validating import FEWEST, FEWEST_LOCAL, validate


def an_example(text: str, complaint: bool, probability: float = 0.5) -> Example:
    return Example(log_odds_of(probability), grams(text), complaint)


def too_shy(number: int) -> list[Example]:
    """A brand whose complaints are held too unlikely: 0.4 is one, and 0.1 is none."""
    return [
        an_example(f"text {place % 3}", bool(place % 2), 0.4 if place % 2 else 0.1)
        for place in range(number)
    ]


def few_complain(number: int, complaints: int = 3) -> list[Example]:
    """A brand of which few complain: half of what is taken for a complaint is none."""
    return [
        an_example(f"text {place % 3}", place < complaints, 0.6 if place < 2 * complaints else 0.3)
        for place in range(number)
    ]


def own_words(number: int) -> list[Example]:
    """A brand whose customers complain in a word that nobody else knows."""
    said = ("the widget fizzled again", "the widget arrived today")
    return [an_example(f"{said[place % 2]} {place}", place % 2 == 0) for place in range(number)]


def test_the_same_text_has_the_same_buckets_on_every_machine() -> None:
    assert grams("No refund") == grams("no  REFUND")
    assert grams("a") == (21258, 26515)
    assert all(0 <= bucket < BUCKETS for bucket in grams("still waiting for @acme https://a.b/c"))


@pytest.mark.parametrize("text", ["", " ", "\x00", "@a", "é" * 20_000, "a " * 10_000, "!" * 9_999])
def test_no_text_breaks_the_reading_of_features(text: str) -> None:
    found = grams(text)
    assert list(found) == sorted(set(found))


def test_without_labels_slope_and_offset_change_nothing() -> None:
    assert calibrate([]) == Calibration(1.0, 0.0)


def test_labels_move_the_offset_and_the_prior_holds_it_back() -> None:
    examples = [an_example("x", True, 0.3)] * 5
    few, many = calibrate(examples), calibrate(examples * 40)
    assert 0.0 < few.offset < many.offset < 5.0


def test_one_kind_of_label_alone_gives_finite_numbers() -> None:
    found = calibrate([an_example("x", True, 1.0)] * 1000)
    assert math.isfinite(found.slope)
    assert math.isfinite(found.offset)


def test_a_local_model_learns_the_users_own_word() -> None:
    model = fit(own_words(200), local=True)
    probability = {
        text: model.probability(an_example(text, complaint=False))
        for text in ("it fizzled", "it arrived")
    }
    assert probability["it fizzled"] > 0.7 > 0.3 > probability["it arrived"]


def test_the_same_labels_give_the_same_numbers() -> None:
    examples = own_words(60)
    assert fit_local(examples, Calibration()) == fit_local(examples, Calibration())


@pytest.mark.parametrize(
    ("examples", "level", "why"),
    [
        pytest.param([], None, "0 labels; from 40", id="no label teaches nothing"),
        pytest.param(too_shy(20), None, "20 labels; from 40", id="twenty labels teach nothing"),
        pytest.param(
            [an_example("x", complaint=True)] * 60,
            None,
            "only 0 of 60 labels are posts that are none",
            id="labels of one kind teach nothing",
        ),
        pytest.param(
            [an_example("same", bool(n % 2)) for n in range(80)],
            None,
            "calibrated: nothing gained, as log-loss does not fall",
            id="labels without sense teach nothing",
        ),
        pytest.param(too_shy(FEWEST), "calibrated", "gains", id="forty move slope and offset"),
        pytest.param(
            few_complain(FEWEST),
            "calibrated",
            "gains",
            id="three complaints tell how few there are",
        ),
        pytest.param(
            few_complain(FEWEST_LOCAL, 4),
            "calibrated",
            "only 4 of 80 labels are complaints; 5 are needed for a local model",
            id="four complaints have no words of their own",
        ),
        pytest.param(own_words(FEWEST_LOCAL), "local", "gains", id="from 80 own words count"),
        pytest.param(
            own_words(FEWEST_LOCAL - 1),
            None,
            "a local model is tried from 80",
            id="one fewer, and own words do not count",
        ),
    ],
)
def test_what_is_switched_on(examples: list[Example], level: str | None, why: str) -> None:
    found = validate(examples)
    assert why in found.why
    kind = None if found.model is None else "local" if found.model.local else "calibrated"
    assert kind == level


def test_what_is_switched_on_says_how_sure_it_is() -> None:
    found = validate(too_shy(FEWEST))
    shipped, calibrated = found.figures
    assert (shipped.sure, 0.9 < calibrated.sure <= 1.0) == (0.0, True)
    assert "calibrated: gains, 99 in 100 sure" in found.why


def test_a_gain_that_would_cost_right_verdicts_moves_the_probability_and_no_verdict() -> None:
    clear = [an_example("a", True, 0.6)] * 24 + [an_example("b", False, 0.45)] * 20
    examples = clear + [an_example("c", bool(place % 2), 0.05) for place in range(16)]
    found = validate(examples)
    assert found.model is not None
    assert [round(one.macro_f1, 3) for one in found.figures] == [0.866, 0.866]
    for one in examples:
        is_called = found.model.probability(one) >= found.model.complaint_from
        assert is_called == (one.log_odds >= 0.0)


@pytest.mark.parametrize("offset", [-2.0, -0.5, 0.0, 0.5, 2.0])
def test_a_person_is_never_shown_less_than_without_labels(offset: float) -> None:
    said = [(0.9, True), (0.8, True), (0.2, False), (0.1, False)] * 20
    calibration = Calibration(1.0, offset)
    complaint_from, unsure_from = thresholds(said, calibration)
    assert unsure_from <= min(0.3, kept(calibration, 0.3), complaint_from) + 0.001


def test_the_threshold_moves_half_of_the_way_to_the_best_and_labels_do_not_pull_it() -> None:
    said = [(0.9, True)] * 20 + [(0.45, True)] * 20 + [(0.05, False)] * 80
    upset = [(probability, not complaint) for probability, complaint in said]
    found = thresholds(said, Calibration())[0]
    assert 0.44 < found < 0.5
    assert thresholds(upset, Calibration())[0] == found


def test_where_few_complain_the_verdicts_stay_though_their_probability_falls() -> None:
    assert kept(Calibration(1.0, -1.0), 0.5) == pytest.approx(0.269, abs=0.001)


@pytest.mark.parametrize(
    ("before", "verdict", "offset", "after"),
    [
        pytest.param(0.4, Verdict.UNSURE, 1.0, Verdict.COMPLAINT, id="an unsure one may page"),
        pytest.param(0.6, Verdict.COMPLAINT, -3.0, Verdict.OTHER, id="a complaint may be none"),
        pytest.param(0.2, Verdict.UNSURE, 0.0, Verdict.UNSURE, id="likely irony stays unsure"),
    ],
)
def test_a_judgement_is_moved_and_says_by_how_much(
    before: float, verdict: Verdict, offset: float, after: Verdict
) -> None:
    model = ComplaintModel(Calibration(1.0, offset), None, 0.5, 0.3)
    moved = model.move(Judgement(before, verdict, ("why",) * 6), "text")
    assert moved.verdict is after
    assert moved.why[-1] == f"your labels: {before:.2f} → {moved.probability:.2f}"
    assert len(moved.why) == 6


def test_a_text_of_no_words_is_judged_by_its_log_odds_alone() -> None:
    model = ComplaintModel(Calibration(), Local({}), 0.5, 0.3)
    assert model.probability(an_example("", complaint=True, probability=0.25)) == pytest.approx(
        0.25
    )


def test_macro_f1_is_the_mean_of_both_kinds() -> None:
    assert macro_f1([(True, True), (True, False), (False, False)]) == pytest.approx(2 / 3)
