"""Which team a post belongs to, as descriptions say and confirmed teams teach."""

import pytest

from config import Team
from listener import route_fitting
from listener.learned import RouteModel
from listener.route_fitting import (
    FULL_TRUST_FROM,
    Confirmed,
    fit_routes,
    is_even,
    priors_of,
    trust_of,
    validate_routes,
)
from listener.routing import Router

TEAMS = (
    Team(name="bills", members=("ada",), owns={"refunds": ("refund",)}),
    Team(name="travel", members=("bob",), description="Ferries, harbours and boats that are late"),
    Team(name="desk", members=("cat",)),
)
ROUTER = Router(TEAMS, {"Acme": "travel"}, "desk")
NOTHING = RouteModel({}, {}, {})
ALIKE = dict.fromkeys(("bills", "travel", "desk"), 100)  # cases: each team has as many


def confirmed(number: int) -> list[Confirmed]:
    """Nobody declared "gangway"; people keep sending it to travel, and "form" to the desk."""
    said = (("the gangway shook", "travel"), ("that form again", "desk"))
    return [Confirmed(*said[place % 2]) for place in range(number)]


@pytest.mark.parametrize(
    ("text", "team"),
    [
        pytest.param("refund the ferry", "bills", id="a declared word before a description"),
        pytest.param("no boat in the harbour", "travel", id="a description before the last resort"),
        pytest.param("harbour", "travel", id="one word in common says a little"),
        pytest.param("hello there", "desk", id="what is like nothing goes to triage"),
    ],
)
def test_who_gets_what_without_any_example(text: str, team: str) -> None:
    assert ROUTER.route(text, "").team == team


def test_a_description_says_which_words_are_like_it() -> None:
    route = ROUTER.route("two boats in the harbour", "")
    assert route.why == ('like its description: "boats", "harbour"',)
    assert not route.confident


def test_confirmed_teams_teach_words_that_nobody_declared() -> None:
    found = validate_routes(ROUTER, confirmed(40), {})
    assert found.model is not None
    taught = Router(TEAMS, {}, "desk", found.model)
    route = taught.route("the gangway", "")
    assert (route.team, route.topic) == ("travel", None)
    assert route.probability is not None
    assert route.why == (f"your labels: {route.probability:.2f} for travel",)
    assert route.runner_up is not None


def test_the_declared_word_of_a_team_without_examples_decides_alone() -> None:
    found = validate_routes(ROUTER, confirmed(40), {})
    text = "the gangway shook, refund me"
    assert Router(TEAMS, {}, "desk", found.model).route(text, "") == ROUTER.route(text, "")
    assert ROUTER.route(text, "").team == "bills"


def test_whom_a_declared_word_really_tells_is_learned() -> None:
    to_travel = [Confirmed(f"refund for pier {place}", "travel") for place in range(20)]
    to_bills = [Confirmed("that invoice again", "bills")] * 20
    found = validate_routes(ROUTER, [*to_travel, *to_bills, *confirmed(20)], {})
    assert ROUTER.route("refund", "").team == "bills"
    assert Router(TEAMS, {}, "desk", found.model).route("refund", "").team == "travel"


def test_what_is_declared_counts_for_less_beside_what_was_learned() -> None:
    odds = RouteModel({}, {}, {}).odds({"bills": 2.0}, ())
    assert 0.0 < odds["bills"] < 2.0


def test_each_kind_of_feature_counts_by_its_mean_whatever_its_number() -> None:
    model = RouteModel({"bills": {1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0, 9: 1.0}}, {}, {"bills": 1.0})
    assert model.evidence("bills", ((1, 2, 3, 4), (9,))) == pytest.approx(2.0 + 1.0)


def test_a_busy_team_is_not_trusted_more_than_those_it_was_fitted_against() -> None:
    busy = [*confirmed(20), *[Confirmed("refund of the form", "bills")] * 200]
    assert len(set(fit_routes(ROUTER, busy, {}).trust.values())) == 1


def test_a_declared_word_of_a_team_with_examples_names_its_topic_and_the_chance() -> None:
    more = [Confirmed("refund the gangway", "bills")] * 20
    found = validate_routes(ROUTER, [*confirmed(40), *more], {})
    route = Router(TEAMS, {}, "desk", found.model).route("refund the gangway", "")
    assert (route.team, route.topic) == ("bills", "refunds")
    assert route.why[0] == 'refunds: "refund"'
    assert route.probability is not None


@pytest.mark.parametrize(
    ("brand", "team", "why"),
    [
        pytest.param("Acme", "travel", "travel owns Acme", id="the brand's team"),
        pytest.param("", "desk", "triage", id="else triage"),
    ],
)
def test_what_is_less_likely_than_is_wished_has_an_owner_all_the_same(
    brand: str, team: str, why: str
) -> None:
    router = Router(TEAMS, {"Acme": "travel"}, "desk", NOTHING, route_from=0.99)
    route = router.route("refund the boat", brand)
    assert (route.team, route.confident) == (team, False)
    assert route.why[-1] == why


@pytest.mark.parametrize(
    ("examples", "why"),
    [
        pytest.param(confirmed(10), "10 confirmed teams", id="too few"),
        pytest.param([Confirmed("x", "travel")] * 30, "5 of two teams", id="of one team only"),
        pytest.param([Confirmed("x", "cellar")] * 30, "0 confirmed teams", id="of no team"),
        pytest.param(
            [Confirmed("refund", "bills")] * 20 + [Confirmed("harbour boats", "travel")] * 20,
            "too small to count: from 0.01 on it does",
            id="of what is declared already",
        ),
    ],
)
def test_what_teaches_nothing_says_why(examples: list[Confirmed], why: str) -> None:
    found = validate_routes(ROUTER, examples, {})
    assert found.model is None
    assert why in found.why


@pytest.mark.parametrize(
    ("examples", "trust"),
    [(4, 0.0), (5, 0.5), (FULL_TRUST_FROM, 1.0), (9_999, 1.0)],
    ids=["too few", "by half", "wholly", "never more"],
)
def test_trust_grows_with_the_examples(examples: int, trust: float) -> None:
    assert trust_of(examples) == pytest.approx(trust)


def test_the_share_of_real_cases_is_kept_and_nobody_is_impossible() -> None:
    priors = priors_of(("a", "b"), {"a": 95})
    assert priors["a"] > priors["b"] > -5.0


@pytest.mark.parametrize(
    ("per_team", "even"),
    [
        pytest.param({"a": 20, "b": 20, "c": 18}, True, id="so many of each: dealt out"),
        pytest.param({"a": 40, "b": 20, "c": 18}, False, id="as they come"),
        pytest.param({"a": 20, "b": 20}, False, id="of two teams it may be chance"),
    ],
)
def test_examples_that_were_dealt_out_tell_no_shares(per_team: dict[str, int], even: bool) -> None:
    assert is_even(per_team) is even


def test_real_cases_say_how_often_a_team_is_meant() -> None:
    found = validate_routes(ROUTER, confirmed(40), {"bills": 0, "travel": 10, "desk": 900})
    assert found.model is not None
    assert found.model.priors["desk"] > found.model.priors["travel"] > found.model.priors["bills"]


def dealt(number: int) -> list[Confirmed]:
    """So many examples for each of the teams, whose words nobody declared."""
    said = (("that menu again", "bills"), ("the gangway shook", "travel"), ("that form", "desk"))
    return [Confirmed(*said[place % 3]) for place in range(3 * number)]


def test_examples_that_were_dealt_out_are_not_held_against_the_triage_team_being_likelier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = validate_routes(ROUTER, dealt(10), {})
    monkeypatch.setattr(route_fitting, "LAST_RESORT_ODDS", 9.0)
    after = validate_routes(ROUTER, dealt(10), {})
    assert after.figures == before.figures
    assert before.model is not None
    assert after.model is not None
    assert after.model.priors["desk"] > before.model.priors["desk"] > 0.0


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param("three undercooked portions", "en", id="in other words"),
        pytest.param("das Frühstück kam nie", "de", id="in another language"),
    ],
)
def test_an_example_of_one_word_teaches_the_other_words_for_the_same_aspect(
    text: str, lang: str
) -> None:
    found = validate_routes(ROUTER, dealt(20), ALIKE)
    assert ROUTER.route(text, "", lang).team == "desk"
    assert Router(TEAMS, {}, "desk", found.model).route(text, "", lang).team == "bills"


def test_an_aspect_is_told_in_the_language_of_the_text() -> None:
    found = validate_routes(ROUTER, dealt(20), ALIKE)
    taught = Router(TEAMS, {}, "desk", found.model)
    assert taught.route("das Frühstück kam nie", "", "en").team == "desk"
