"""Jobs on offer and plain questions complain of nothing; what came of them may."""

import pytest

from listener.complaint import judge
from listener.sentiment import mood
from listener.thresholds import Verdict


def _verdict(text: str, lang: str = "en") -> Verdict:
    return judge(text, mood(text, lang), lang=lang).verdict


OFFERS = [
    (
        "en",
        "Acme is hiring a customer complaints officer in Leeds: handle angry customers, refunds "
        "and broken deliveries. Apply now!",
    ),
    ("en", "Job: Complaints Handler at Acme, Leeds. £24k."),
    ("en", "New role at Acme: complaint handler. Competitive salary"),
    (
        "de",
        "Acme sucht Sachbearbeiter (m/w/d) in Köln: Reklamationen, verärgerte Kunden, defekte "
        "Geräte. Jetzt bewerben!",
    ),
    ("fr", "Acme recrute un chargé de réclamations : clients mécontents, colis perdus."),
    ("es", "Acme busca agente de reclamaciones: clientes enfadados, reembolsos y pedidos rotos."),
    ("it", "Acme cerca addetto ai reclami: clienti arrabbiati, rimborsi e consegne in ritardo."),
    ("pt", "Acme contrata atendente: clientes irritados, reembolsos e entregas com defeito."),
]


@pytest.mark.parametrize(("lang", "text"), OFFERS)
def test_who_offers_a_job_whose_tasks_are_complaints_makes_none(lang: str, text: str) -> None:
    assert _verdict(text, lang) is Verdict.OTHER


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "applied for a job at Acme and nobody replied"),
        ("en", "Acme is hiring a complaints handler, still nobody answers my refund emails"),
        ("en", "applied for a complaints handler job at Acme, the form is broken, nobody replied"),
        ("en", "Acme is hiring drivers but mine was rude and left the parcel broken in the rain"),
        ("de", "Ich habe mich bei Acme beworben und niemand antwortet"),
        ("de", "Acme sucht Personal, aber meine Kaffeemaschine ist kaputt und keiner antwortet"),
        (
            "fr",
            "Acme recrute un chargé de clientèle, j'ai postulé, aucune réponse depuis un mois",
        ),
        ("es", "He mandado mi currículum a Acme y nadie contesta"),
    ],
)
def test_who_applied_in_vain_or_tells_of_themselves_complains(lang: str, text: str) -> None:
    assert _verdict(text, lang) is Verdict.COMPLAINT


def test_a_reproach_to_those_who_are_hired_is_no_offer() -> None:
    assert _verdict("Acme keeps hiring rude people") is Verdict.UNSURE


@pytest.mark.parametrize(
    "text",
    [
        "@acme how do I cancel my filter subscription? can't find it",
        "Hi Acme, how do I cancel my filter subscription? I can't find it in the app",
        "If my Acme descale light comes on one more time I will literally die lol",
    ],
)
def test_a_polite_question_and_a_joke_are_no_certain_complaint(text: str) -> None:
    assert _verdict(text) is not Verdict.COMPLAINT


@pytest.mark.parametrize(
    "text",
    [
        "how do I get my refund? can't find anyone who answers @acme",
        "how do I cancel my Acme subscription? third time asking, nobody answers",
        "can't find my parcel, the tracking says delivered, Acme",
    ],
)
def test_a_question_that_nobody_answers_complains(text: str) -> None:
    assert _verdict(text) is Verdict.COMPLAINT


def test_that_somebody_is_a_reporter_is_no_trouble_of_their_own() -> None:
    text = "I'm a reporter at the Evening Courier writing about recalled kettles"
    assert not any('"im"' in why for why in judge(text, 0.0, lang="en").why)
