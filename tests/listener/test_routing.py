"""Which team a complaint belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Team
from listener.routing import Route, Router

BILLING = Team(
    name="billing",
    members=("ada",),
    owns={"charges": ("charge", "invoice", "charged twice"), "refunds": ("refund", "money back")},
)
DELIVERY = Team(
    name="delivery",
    members=("bob",),
    owns={"parcels": ("parcel", "delivery", "ship", "delay"), "goods": ("Lieferung",)},
)
CARE = Team(name="care", members=("cleo",), owns=["refund", "staff"])  # type: ignore[arg-type]
ROUTER = Router([BILLING, DELIVERY, CARE], {"Acme Air": "delivery"}, "care")


@pytest.mark.parametrize(
    ("text", "team", "topic"),
    [
        pytest.param("a wrong invoice", "billing", "charges", id="a word"),
        pytest.param("wrong INVOICES!", "billing", "charges", id="plural, any case"),
        pytest.param("they keep charging me", "billing", "charges", id="-ing"),
        pytest.param("you charged me", "billing", "charges", id="-ed"),
        pytest.param("never shipped", "delivery", "parcels", id="a doubled consonant"),
        pytest.param("two deliveries lost", "delivery", "parcels", id="-ies"),
        pytest.param("my money   back", "billing", "refunds", id="a phrase over white space"),
        pytest.param("#delayed parcel, one charge", "delivery", "parcels", id="most words win"),
        pytest.param("charged twice, parcel", "billing", "charges", id="a phrase says more"),
        pytest.param("keine Lieferung", "delivery", "goods", id="another language"),
        pytest.param("the staff's manners", "care", "staff", id="possessive"),
    ],
)
def test_words_decide(text: str, team: str, topic: str) -> None:
    route = ROUTER.route(text, "Acme")
    assert (route.team, route.topic, route.confident) == (team, topic, True)


def test_the_words_found_are_the_reason() -> None:
    assert ROUTER.route("delayed Parcels", "Acme").why == ('parcels: "delayed", "parcels"',)


def test_of_equals_the_first_declared_wins_and_the_doubt_is_told() -> None:
    route = ROUTER.route("refund", "Acme")
    assert (route.team, route.topic, route.confident) == ("billing", "refunds", False)
    assert route.why[1] == "as much speaks for refund (care), which is declared later"


@pytest.mark.parametrize(
    ("brand", "route"),
    [
        pytest.param(
            "Acme Air",
            Route("delivery", None, ("no topic's words; delivery owns Acme Air",), False),
            id="the brand's own team",
        ),
        pytest.param(
            "Acme", Route("care", None, ("no topic's words; triage",), False), id="else triage"
        ),
    ],
)
def test_what_no_word_claims_still_has_a_team(brand: str, route: Route) -> None:
    assert ROUTER.route("hm, strange", brand) == route


@pytest.mark.parametrize("text", ["discharge", "https://example.com/refund", "shipwright", ""])
def test_a_word_inside_another_or_in_a_link_is_none(text: str) -> None:
    assert ROUTER.route(text, "Acme").topic is None


@given(st.text(st.characters(), max_size=300))
def test_every_text_has_a_team(text: str) -> None:
    assert ROUTER.route(text, "Acme").team in {"billing", "delivery", "care"}
