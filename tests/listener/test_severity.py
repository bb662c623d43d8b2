"""How severe a complaint is, and that a bad mood does not make it so."""

import pytest

from listener.complaint import Judgement, Verdict, judge
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
    assert severity(graver, SURE, 0.0).value > severity(milder, SURE, 0.0).value


@pytest.mark.parametrize(
    ("said", "taken_back"),
    [
        pytest.param("it is a scam", "it is not a scam", id="an accusation"),
        pytest.param("I filed a complaint", "I never filed a complaint", id="an escalation"),
        pytest.param("I am stranded", "I am not stranded", id="harm done"),
    ],
)
def test_what_is_taken_back_does_not_count(said: str, taken_back: str) -> None:
    assert severity(taken_back, SURE, 0.0).value < severity(said, SURE, 0.0).value


def test_not_only_takes_nothing_back() -> None:
    assert "accusation" in severity("it is not only a scam", SURE, 0.0).why


def test_who_blames_is_graver_and_who_also_praises_is_milder() -> None:
    mild, blamed, praised = (
        severity(text, SURE, 0.0).value
        for text in ("it came late", "it came late because of you", "it came late, lovely staff")
    )
    assert praised <= mild < blamed


def test_how_negative_it_sounds_does_not_count() -> None:
    assert severity("the screen is dim", SURE, -1.0) == severity("the screen is dim", SURE, 1.0)


@pytest.mark.parametrize(
    ("text", "judgement", "expected"),
    [
        pytest.param("hm", SURE, Severity(COMPLAINT_SEVERITY, False, ()), id="a mere complaint"),
        pytest.param("hm", UNSURE, Severity(0.052, False, ()), id="an unsure one weighs less"),
        pytest.param("scam", OTHER, Severity(0.0, False, ()), id="what is no complaint has none"),
        pytest.param("", OTHER, Severity(0.0, False, ()), id="nothing"),
    ],
)
def test_severity(text: str, judgement: Judgement, expected: Severity) -> None:
    assert severity(text, judgement, 0.0) == expected


@pytest.mark.parametrize("judgement", [SURE, UNSURE, OTHER], ids=["complaint", "unsure", "other"])
def test_a_tripwire_rings_whatever_the_verdict(judgement: Judgement) -> None:
    found = severity("FYI my charger caught fire", judgement, 0.0)
    assert found.safety
    assert found.value >= SAFETY_SEVERITY
    assert found.why[0] == 'fire: "caught fire"'


def test_it_never_passes_one_nor_six_reasons() -> None:
    text = (
        "scam, never again, third time, no reply, refund, still waiting, broken, missed my flight, "
        "file a complaint, caught fire, I will sue you, food poisoning, told the press"
    )
    found = severity(text, judge(text, valence(text)), valence(text))
    assert found.value == 1.0
    assert len(found.why) == 6
