"""At which stage of the journey a complaint arose; None where it does not tell."""

import pytest

from bench.aspects import NOT_TOLD, journey, written
from config import Team
from listener.aspects import Aspects
from listener.journey import Stage, stage_of, stages

TELLS = Aspects()


def stage(text: str, lang: str = "en", told: Aspects = TELLS) -> str | None:
    found = stage_of(text, lang, told.of(text, lang))
    return found.name if found else None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Your ads hide every price", "before buying", id="before buying"),
        pytest.param("The checkout declines my card", "buying", id="buying"),
        pytest.param("My parcel never arrived", "delivery", id="delivery"),
        pytest.param("It stopped working after a week", "use", id="use"),
        pytest.param("My bill doubled, why?", "billing", id="billing"),
        pytest.param("On hold for an hour, awful", "support", id="support"),
        pytest.param("On the phone to Acme for 50 minutes", "support", id="minutes on the phone"),
        pytest.param("Acme cancelled my flight", "buying", id="a flight cancelled is a booking's"),
        pytest.param("I am cancelling my account", "leaving", id="leaving"),
        pytest.param("You are a disgrace", None, id="nothing that tells is not guessed"),
        pytest.param("Your prices are insane", None, id="a price is met at every stage"),
        pytest.param(
            "Parcel never arrived, cancelling my account", "leaving", id="who leaves, leaves"
        ),
        pytest.param(
            "Delivery was fast but the app crashes", "use", id="what is praised tells nothing"
        ),
    ],
)
def test_the_stage_that_the_words_tell(text: str, found: str | None) -> None:
    assert stage(text) == found


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        pytest.param("de", "Ich kündige, mir reicht es", "leaving", id="German"),
        pytest.param("fr", "Mon colis n'est jamais arrivé", "delivery", id="French"),
        pytest.param("es", "Nadie contesta, vergonzoso", "support", id="Spanish"),
        pytest.param("pt", "Me cobraram duas vezes", "billing", id="Portuguese"),
        pytest.param("it", "Non funziona niente", "use", id="Italian"),
    ],
)
def test_main_stages_are_known_in_other_languages(lang: str, text: str, found: str) -> None:
    assert stage(text, lang) == found


def test_the_words_that_tell_are_named() -> None:
    assert stage_of("Overcharged again, terrible", "en") == Stage("billing", ("overcharged",))


def test_a_teams_own_name_for_an_aspect_tells_the_same_stage() -> None:
    told = Aspects((Team(name="money", members=("ada",), owns={"payments": ("charged",)}),))
    assert stage("This invoice is a disgrace", told=told) == "billing"


def test_complaints_written_for_each_stage_are_told_as_measured() -> None:
    """What is reached on the list that the accuracy page shows; it may only get better."""
    texts = written()
    assert all(sum(one == name for one, _ in texts) >= 15 for name in stages().names)
    reached = {one.label: one for one in journey()}
    assert reached["all"].recall >= 0.9
    assert min(reached[name].recall for name in (*stages().names, NOT_TOLD)) >= 0.75
    assert min(reached[name].precision for name in stages().names) >= 0.7
