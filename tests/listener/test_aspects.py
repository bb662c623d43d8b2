"""What is complained about: by shipped words, by the team's, and by the text's own."""

from pathlib import Path

import pytest

from config import Team
from listener.aspects import Aspect, Aspects
from listener.vocabulary import Vocabulary

SHIPPED = Aspects()
TEAMS = (
    Team(
        name="money",
        members=("ada",),
        owns={"payments": ("charged", "direct debit"), "loyalty": ("points",)},
    ),
    Team(name="tech", members=("ada",), owns={"5G masts": ("mast",), "care": ()}),
)


def names(text: str, lang: str = "en", told: Aspects = SHIPPED) -> list[str]:
    return [aspect.spoken for aspect in told.of(text, lang)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("You charged me twice this month", ["billing"], id="money that was taken"),
        pytest.param("Still waiting for my parcel", ["delivery"], id="what does not arrive"),
        pytest.param("The cashier was so rude to me", ["staff"], id="people"),
        pytest.param("The zip broke on the first day", ["product"], id="the thing itself"),
        pytest.param("Your website keeps crashing", ["app"], id="what runs on a screen"),
        pytest.param("I am locked out and cannot log in", ["account"], id="the way in"),
        pytest.param("On hold for an hour, no reply", ["support"], id="nobody answers"),
        pytest.param("Ridiculous prices, so expensive", ["price"], id="what it costs"),
        pytest.param("Where is my refund?", ["returns"], id="money that comes back"),
        pytest.param("The coffee machine is useless", ["product"], id="a machine, and no food"),
        pytest.param("He used my kettle for soup, awful", ["food"], id="to use is not to book"),
        pytest.param("Tried to use my points, useless", ["booking"], id="points are booked with"),
        pytest.param("Got the red one, not the blue one, awful", [], id="a colour is no thing"),
        pytest.param("The heater caught fire", ["safety"], id="danger"),
        pytest.param("You leaked my data, terrible", ["privacy"], id="what was entrusted"),
        pytest.param("Always out of stock, useless", ["availability"], id="what cannot be had"),
        pytest.param("I cannot cancel my subscription", ["contract"], id="what binds"),
        pytest.param("No signal since Monday", ["connection"], id="the line"),
        pytest.param("My flight is delayed again", ["delays"], id="a journey"),
        pytest.param(
            "Charged twice and nobody answers the phone",
            ["billing", "support"],
            id="two things in one breath, in their order",
        ),
    ],
)
def test_what_is_complained_about(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "Delivery was fast but the app crashes", ["app"], id="praised before, blamed after"
        ),
        pytest.param(
            "The app is great, the staff was rude", ["staff"], id="a comma parts them too"
        ),
        pytest.param("Great staff. My room was filthy.", ["comfort"], id="or a full stop"),
        pytest.param(
            "The delivery was not fast at all", ["delivery"], id="praise that is taken back"
        ),
        pytest.param("Love your app and your staff!", [], id="nothing but praise"),
        pytest.param(
            "It is about my invoice. This is terrible.",
            ["billing"],
            id="named beside the complaint, where the complaint names nothing",
        ),
    ],
)
def test_only_what_is_complained_about_counts(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        pytest.param(
            "de", "Lieferung kam schnell, aber das Gerät ist kaputt", ["product"], id="German"
        ),
        pytest.param("de", "Die Geraete sind defekt", ["product"], id="German without umlauts"),
        pytest.param("fr", "Toujours pas de remboursement, scandaleux", ["returns"], id="French"),
        pytest.param("es", "Me han cobrado dos veces, una vergüenza", ["billing"], id="Spanish"),
        pytest.param("pt", "A encomenda nunca chegou", ["delivery"], id="Portuguese"),
        pytest.param("it", "L'app si blocca sempre", ["app"], id="Italian, behind an apostrophe"),
        pytest.param("nl", "de app doet het niet", ["app"], id="an English word in any language"),
    ],
)
def test_main_aspects_are_known_in_other_languages(lang: str, text: str, found: list[str]) -> None:
    assert names(text, lang) == found


def test_a_delay_needs_somebody_who_travels() -> None:
    assert "delays" not in names("I paid late and your staff was rude about it")
    assert "delays" in names("Late again, this train is a joke")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Charged twice, awful", ["payments"], id="named like a shipped word"),
        pytest.param("That invoice is wrong, awful", ["payments"], id="it takes over its words"),
        pytest.param("Where are my points?", ["loyalty"], id="a subject of their own"),
        pytest.param("Your masts are ugly and useless", ["5G masts"], id="in another number"),
        pytest.param("Nobody answers, awful", ["care"], id="called as teams call it"),
        pytest.param("My parcel never arrived", ["delivery"], id="beside the shipped ones"),
    ],
)
def test_a_teams_topics_are_aspects_in_its_own_words(text: str, found: list[str]) -> None:
    assert names(text, told=Aspects(TEAMS)) == found


def test_a_topic_that_takes_a_place_still_says_whose() -> None:
    (aspect,) = Aspects(TEAMS).of("Charged twice, awful", "en")
    assert aspect == Aspect("payments", ("charged",), "billing")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Your playground is horrible", ["other: playground"], id="one word"),
        pytest.param(
            "The loyalty scheme is horrible", ["other: loyalty scheme"], id="two before a verb"
        ),
        pytest.param(
            "The new turnstiles never open", ["other: turnstiles"], id="without how it is"
        ),
        pytest.param("Your Playground is horrible", [], id="a capital may begin a name"),
        pytest.param("Horrible, your Anna and my anna", [], id="even where it is small too"),
        pytest.param("Horrible. Your john told me to go", [], id="somebody who speaks"),
        pytest.param("My wife is horrified, disgusting", [], id="people"),
        pytest.param("Horrible, ask the ann.lee@mail.example", [], id="an address"),
        pytest.param("Horrible, see the acme.example/x", [], id="a link"),
        pytest.param("Horrible, the 4711 again", [], id="a number"),
        pytest.param("You are horrible", [], id="nothing is named"),
    ],
)
def test_where_no_word_is_known_the_text_says_it_without_a_name(
    text: str, found: list[str]
) -> None:
    assert names(text) == found


def test_own_words_are_taken_from_english_alone() -> None:
    assert names("Das ist eine Frechheit, der spielplatz ist kaputt und das karussell", "de") == [
        "product"
    ]
    assert names("Eine Frechheit, der spielplatz", "de") == []


def test_words_that_said_so_are_three_at_most_and_hold_no_number() -> None:
    (aspect,) = SHIPPED.of("Bill, invoice, payment, debit: card 4111111111111111 charged!", "en")
    assert len(aspect.words) == 3
    assert not any(character.isdigit() for character in "".join(aspect.words))


@pytest.mark.parametrize(
    ("written", "line"),
    [
        pytest.param("en: bill", 1, id="words before any name"),
        pytest.param("[billing]\nbill, fee", 2, id="words of no language"),
        pytest.param("[billing]\nen: bill\nen: fee", 3, id="a language twice"),
    ],
)
def test_a_file_that_cannot_be_read_names_the_line(tmp_path: Path, written: str, line: int) -> None:
    path = tmp_path / "words.txt"
    path.write_text(written)
    with pytest.raises(ValueError, match=rf"words\.txt:{line}: "):
        Vocabulary(path)


@pytest.mark.parametrize(
    ("text", "is_one", "is_none"),
    [
        pytest.param("Acme cancelled my flight", "booking", "contract", id="a flight cancelled"),
        pytest.param(
            "Acme cancelled my contract", "contract", "booking", id="a contract cancelled"
        ),
        pytest.param(
            "on the phone to Acme for 50 minutes", "support", "product", id="minutes on the phone"
        ),
        pytest.param(
            "Two weeks after the warranty ran out they refuse",
            "returns",
            "availability",
            id="a warranty runs out",
        ),
        pytest.param("You ran out of bread again", "availability", "returns", id="bread runs out"),
        pytest.param("Your engineer left a gas leak", "safety", "product", id="a leak of gas"),
        pytest.param("The hose leaks, awful", "product", "safety", id="a leak of water"),
    ],
)
def test_neighbouring_aspects_are_told_apart(text: str, is_one: str, is_none: str) -> None:
    named = {aspect.name for aspect in Aspects().of(text, "en")}
    assert is_one in named
    assert is_none not in named
