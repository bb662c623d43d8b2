"""How severe a complaint is, and that a bad mood does not make it so."""

import pytest

from listener.complaint import Judgement, Verdict, judge
from listener.safety import Danger
from listener.sentiment import valence
from listener.severity import COMPLAINT_SEVERITY, SAFETY_SEVERITY, Severity, severity

SURE = Judgement(0.9, Verdict.COMPLAINT, ())
UNSURE = Judgement(0.4, Verdict.UNSURE, ())
OTHER = Judgement(0.1, Verdict.OTHER, ())


@pytest.mark.parametrize(
    ("milder", "graver"),
    [
        pytest.param("the screen is dim", "you lied to me about the screen", id="blame"),
        pytest.param("it is late", "third time I ask, it is late", id="repeat contact"),
        pytest.param("the app is odd", "no reply about the app", id="no reply"),
        pytest.param("cold soup", "cold soup, I will never buy here again", id="leaving"),
        pytest.param("a wrong fee", "a wrong fee, I will file a complaint", id="escalation"),
        pytest.param("a late train", "a late train, missed my funeral", id="harm done"),
    ],
)
def test_what_is_blamed_or_threatened_makes_it_graver(milder: str, graver: str) -> None:
    assert severity(graver, SURE).value > severity(milder, SURE).value


@pytest.mark.parametrize(
    ("said", "taken_back"),
    [
        pytest.param("it is a scam", "it is not a scam", id="an accusation"),
        pytest.param("I filed a complaint", "I never filed a complaint", id="an escalation"),
        pytest.param("I am stranded", "I am not stranded", id="harm done"),
    ],
)
def test_what_is_taken_back_does_not_count(said: str, taken_back: str) -> None:
    assert severity(taken_back, SURE).value < severity(said, SURE).value


@pytest.mark.parametrize(
    ("text", "lang", "why"),
    [
        pytest.param("it is so because of you", "en", 'blame: "because of you"', id="blame"),
        pytest.param("homeless now", "en", 'harm done: "homeless"', id="harm"),
        pytest.param("you took my £30.00", "en", 'blame: "you took"', id="the longest phrase"),
        pytest.param("Mein Geld zurück!", "de", 'refund and charge: "geld zurück"', id="German"),
    ],
)
def test_what_makes_it_graver_is_named_with_its_words(text: str, lang: str, why: str) -> None:
    assert why in severity(text, SURE, lang).why


def test_not_only_takes_nothing_back() -> None:
    assert 'accusation: "scam"' in severity("it is not only a scam", SURE).why


def test_who_blames_is_graver_and_who_also_praises_is_milder() -> None:
    mild, blamed, praised = (
        severity(text, SURE).value
        for text in ("it came late", "it came late because of you", "it came late, lovely staff")
    )
    assert praised <= mild < blamed


@pytest.mark.parametrize(
    ("text", "judgement", "expected"),
    [
        pytest.param("hm", SURE, Severity(COMPLAINT_SEVERITY, False, ()), id="a mere complaint"),
        pytest.param("hm", UNSURE, Severity(0.04, False, ()), id="an unsure one weighs less"),
        pytest.param("scam", OTHER, Severity(0.0, False, ()), id="what is no complaint has none"),
        pytest.param("", OTHER, Severity(0.0, False, ()), id="nothing"),
    ],
)
def test_severity(text: str, judgement: Judgement, expected: Severity) -> None:
    assert severity(text, judgement) == expected


@pytest.mark.parametrize("judgement", [SURE, UNSURE, OTHER], ids=["complaint", "unsure", "other"])
def test_a_tripwire_rings_whatever_the_verdict(judgement: Judgement) -> None:
    found = severity("FYI my charger caught fire", judgement)
    assert found.safety
    assert found.value >= SAFETY_SEVERITY
    assert found.why[0] == 'fire: "caught fire"'


def test_it_never_passes_one_nor_six_reasons() -> None:
    text = (
        "scam, never again, third time, no reply, refund, still waiting, broken, missed my flight, "
        "file a complaint, caught fire, I will sue you, food poisoning, told the press"
    )
    found = severity(text, judge(text, valence(text)))
    assert found.value == 1.0
    assert len(found.why) == 6


def test_what_the_users_own_phrase_hushes_is_told_of_what_is_no_complaint_too() -> None:
    hushed = (Danger("fire", "caught fire", "own.txt:3"),)
    why = ('fire: "caught fire" rings nothing by own.txt:3',)
    assert severity("FYI it caught fire", OTHER, found=hushed) == Severity(0.0, False, why)


@pytest.mark.parametrize(
    ("text", "harmed"),
    [
        pytest.param("you drove me into debt", True, id="who is driven into debt"),
        pytest.param("they cancelled my debt, so kind", False, id="whose debt is forgiven is not"),
    ],
)
def test_a_debt_harms_whom_it_is_made_for(text: str, *, harmed: bool) -> None:
    assert any(why.startswith("harm done") for why in severity(text, SURE).why) is harmed
