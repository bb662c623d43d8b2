"""Which team a complaint belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Team
from listener.routing import Router
from listener.stems import stems
from listener.thesaurus import RINGS
from listener.thesaurus_abroad import ABROAD as ABROAD_WORDS

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


GADGETS = Team(name="gadgets", members=("dora",), owns={"power": ("charger", "battery")})


@pytest.mark.parametrize(
    ("text", "team"),
    [
        pytest.param("the phone caught fire while charging and burned me", "gadgets", id="while"),
        pytest.param("it has stopped charging", "gadgets", id="stopped"),
        pytest.param("the charging cable melted", "gadgets", id="a cable"),
        pytest.param("it won't charge at all", "gadgets", id="won't charge"),
        pytest.param("it does not hold a charge", "gadgets", id="holds none"),
        pytest.param("they keep charging me", "billing", id="charging somebody"),
        pytest.param("stop charging my card", "billing", id="charging a card"),
        pytest.param("why not charging the right amount", "billing", id="charging a sum"),
        pytest.param("a charge on my card", "billing", id="a charge"),
        pytest.param("won't charge me less", "billing", id="won't charge somebody less"),
        pytest.param("you charged me while on hold", "billing", id="charged"),
    ],
)
def test_what_a_battery_does_is_no_sum_of_money(text: str, team: str) -> None:
    assert Router([BILLING, GADGETS, CARE], {}, "care").route(text, "Acme").team == team


def test_who_declares_charging_alone_means_either() -> None:
    power = Team(name="power", members=("dora",), owns={"power": ("charging",)})
    router = Router([power, CARE], {}, "care")
    assert router.route("it stopped charging", "Acme").team == "power"
    assert router.route("they keep charging me", "Acme").team == "power"


def test_the_words_found_are_the_reason() -> None:
    assert ROUTER.route("delayed Parcels", "Acme").why == ('parcels: "delayed", "parcels"',)


def test_of_equals_the_first_declared_wins_and_the_doubt_is_told() -> None:
    route = Router([BILLING, CARE, DELIVERY], {}, "delivery").route("refund", "Acme")
    assert (route.team, route.topic, route.confident) == ("billing", "refunds", False)
    assert route.why[-1] == "as much speaks for care, which is declared later"


def test_of_equals_the_last_resort_is_the_one() -> None:
    route = ROUTER.route("refund", "Acme")
    assert (route.team, route.topic, route.confident) == ("care", "refund", False)
    assert route.why[-1] == "as much speaks for billing, which is not the last resort"


@pytest.mark.parametrize(
    ("brand", "team", "why"),
    [
        pytest.param(
            "Acme Air",
            "delivery",
            "no topic's words; delivery owns Acme Air",
            id="the brand's own team",
        ),
        pytest.param("Acme", "care", "no topic's words; triage", id="else triage"),
    ],
)
def test_what_no_word_claims_still_has_a_team(brand: str, team: str, why: str) -> None:
    route = ROUTER.route("hm, strange", brand)
    assert (route.team, route.topic, route.why, route.confident) == (team, None, (why,), False)


@pytest.mark.parametrize(
    ("text", "team"),
    [
        pytest.param("the suitcase never came", "bags", id="a suitcase is luggage"),
        pytest.param("she yelled at us", "people", id="yelling is what people do"),
        pytest.param("three tweets and no reply", "desk", id="unanswered: customer service"),
        pytest.param("cannot log in", "web", id="logging in is about the website"),
        pytest.param(
            "it's not the website, it's my luggage", "bags", id="what it is not about is set aside"
        ),
        pytest.param(
            "lovely crew, but where is the bag", "bags", id="what is praised before a but as well"
        ),
        pytest.param(
            "rude agent at the bag drop", "people", id="what is surely meant, not a place"
        ),
    ],
)
def test_shipped_knowledge_reaches_beyond_the_declared_words(text: str, team: str) -> None:
    said = {"bags": "luggage", "people": "crew", "desk": "customer service", "web": "website"}
    teams = [Team(name=name, members=("ada",), owns={name: (word,)}) for name, word in said.items()]
    assert Router(teams, {}, "web").route(text, "").team == team


ABROAD = {
    "billing": {
        "de": "schon wieder zweimal abgebucht, und die Rechnung stimmt nicht",
        "fr": "une facture fausse et un prélèvement de trop",
        "es": "me han cobrado dos veces la misma factura",
        "pt": "cobrança em dobro na minha fatura",
        "it": "un addebito che non riconosco e una fattura sbagliata",
    },
    "delivery": {
        "de": "seit Tagen keine Lieferung, wo bleibt mein Paket",
        "fr": "toujours pas de livraison, où est mon colis",
        "es": "el paquete no aparece y la entrega era ayer",
        "pt": "a encomenda sumiu, a entrega era ontem",
        "it": "la consegna era ieri, il pacco non si vede",
    },
    "refund": {
        "de": "ich will mein Geld zurück, wo bleibt die Erstattung",
        "fr": "toujours pas de remboursement",
        "es": "exijo el reembolso",
        "pt": "quero o estorno já",
        "it": "aspetto il rimborso da mesi",
    },
    "account login": {
        "de": "kann mich nicht einloggen, das Passwort wird nie angenommen",
        "fr": "impossible de me connecter, mot de passe refusé",
        "es": "no puedo iniciar sesión, no reconoce mi contraseña",
        "pt": "não aceita a minha senha",
        "it": "il nome utente non va, non riesco ad accedere",
    },
    "rude staff": {
        "de": "so ein unfreundlicher Mitarbeiter",
        "fr": "un vendeur très impoli",
        "es": "el empleado fue un maleducado",
        "pt": "a atendente gritou comigo",
        "it": "il commesso era scortese",
    },
    "broken": {
        "de": "nach zwei Tagen kaputt",
        "fr": "déjà en panne, ça ne marche plus",
        "es": "llegó roto y no funciona",
        "pt": "veio com defeito, não funciona",
        "it": "era già rotto, non funziona",
    },
    "returns": {
        "de": "die Retoure wird nicht angenommen",
        "fr": "pas d'étiquette de retour pour le renvoyer",
        "es": "no aceptan la devolución",
        "pt": "não aceitam a devolução",
        "it": "non accettano il reso",
    },
    "cancellation": {
        "de": "ohne ein Wort storniert",
        "fr": "annulé sans prévenir",
        "es": "cancelado sin avisar",
        "pt": "cancelaram sem avisar",
        "it": "cancellato senza avviso",
    },
    "booking": {
        "de": "meine Buchung ist weg",
        "fr": "mes billets ont disparu",
        "es": "mi reserva ha desaparecido",
        "pt": "minha reserva sumiu",
        "it": "la prenotazione è sparita",
    },
}
NOTIONS = Router(
    [
        *(Team(name=name, members=("ada",), owns={name: (name,)}) for name in ABROAD),
        Team(name="desk", members=("ada",)),
    ],
    {},
    "desk",
)


@pytest.mark.parametrize(
    ("notion", "text"),
    [
        pytest.param(notion, text, id=f"{notion} in {lang}")
        for notion, texts in ABROAD.items()
        for lang, text in texts.items()
    ],
)
def test_a_team_declared_in_english_is_found_in_other_languages(notion: str, text: str) -> None:
    assert NOTIONS.route(text, "").team == notion


@pytest.mark.parametrize(
    ("text", "team"),
    [
        pytest.param("they charged me twice", "geld", id="in English"),
        pytest.param("une facture fausse", "geld", id="in a third language"),
        pytest.param("the courier never came", "versand", id="of another notion"),
    ],
)
def test_a_team_declared_in_german_is_found_in_other_languages(text: str, team: str) -> None:
    said = {"geld": "Rechnung", "versand": "Lieferung", "desk": "Beratung"}
    teams = [Team(name=name, members=("ada",), owns={name: (word,)}) for name, word in said.items()]
    assert Router(teams, {}, "desk").route(text, "").team == team


def test_words_from_abroad_are_no_english_words_of_another_weight() -> None:
    english = {
        phrase: name
        for name, ring in RINGS.items()
        for phrase in map(stems, f"{ring.surely}, {ring.passing}".split(","))
    }
    abroad = [(name, stems(one)) for name, said in ABROAD_WORDS.items() for one in said.split(",")]
    assert all(abroad)
    assert [(n, p) for n, p in abroad if english.get(p, n) != n] == []
    assert ABROAD_WORDS.keys() <= RINGS.keys()


def test_a_word_of_shipped_knowledge_says_so() -> None:
    bags = Team(name="bags", members=("ada",), owns={"lost": ("luggage",)})
    route = Router([CARE, bags], {}, "care").route("one suitcase", "")
    assert (route.team, route.topic, route.why) == (
        "bags",
        "lost",
        ('close to its words: "suitcase"',),
    )
    assert not route.confident


def test_what_is_said_of_a_topic_finds_it() -> None:
    ferry = Team(
        name="sea",
        members=("ada",),
        owns={"boats": ("ferry",), "fares": ("fare",)},
        about={"fares": "Discounts for pensioners and pupils"},
    )
    route = Router([CARE, ferry], {}, "care").route("pupils and pensioners pay all", "")
    assert (route.team, route.topic) == ("sea", "fares")
    assert route.why == ('like its description: "pupils", "pensioners"',)


@pytest.mark.parametrize(
    ("route_from", "team"),
    [
        pytest.param(0.0, "billing", id="the likeliest, however unlikely"),
        pytest.param(None, "billing", id="by default nearly always the likeliest"),
        pytest.param(1.0, "care", id="nothing is certain: all to triage"),
    ],
)
def test_below_the_wished_probability_triage_gets_it(route_from: float | None, team: str) -> None:
    router = Router([BILLING, DELIVERY, CARE], {}, "care", route_from=route_from)
    route = router.route("the invoice of a parcel, an invoice!", "")
    assert route.team == team
    if team == "care":
        assert route.why[0].startswith("billing is only 0.")
        assert route.why[1] == "triage"


def test_a_route_has_a_probability_and_a_second_guess() -> None:
    route = ROUTER.route("charged twice, parcel", "Acme")
    (first, chance), (second, less) = route.teams
    assert (first, second) == ("billing", "delivery")
    assert 1.0 > chance > less > 0.0


def test_of_one_team_there_is_no_second() -> None:
    assert Router([CARE], {}, "care").route("refund", "").teams == (("care", 1.0),)


@pytest.mark.parametrize("text", ["discharge", "https://example.com/refund", "shipwright", ""])
def test_a_word_inside_another_or_in_a_link_is_none(text: str) -> None:
    assert ROUTER.route(text, "Acme").topic is None


@given(st.text(st.characters(), max_size=300))
def test_every_text_has_a_team(text: str) -> None:
    route = ROUTER.route(text, "Acme")
    assert route.team in {"billing", "delivery", "care"}
    assert 0.0 <= route.probability <= 1.0
