"""Languages other than English: what is praise, a question, news or an advert is no complaint."""

from pathlib import Path

import pytest

from bench.languages import own_posts
from listener.complaint import Verdict, judge
from listener.cues_against import COUNTER_CUES
from listener.cues_for import COMPLAINT_CUES
from listener.language import TONGUES
from listener.sentiment import mood
from listener.tongue import build, tongue

POSTS = Path(__file__).with_name("posts")
NO_COMPLAINTS = {
    "de": {
        "praise over years": "Unser Auto fährt seit acht Jahren jeden Tag, top Qualität",
        "a habit": "Ich trinke jeden Morgen meinen Kaffee aus der Maschine, einfach lecker",
        "years as a customer": "Seit 2012 bei euch und noch nie enttäuscht worden",
        "praise after hours": "Nach zwei Stunden war alles angeschlossen, super gemacht!",
        "hours of fun": "spiele das game seit wochen jeden abend, macht echt spaß",
        "thanks for a mended fault": "Danke, Störung ist behoben, alles läuft wieder 👍",
        "a question": "Wie lange habt ihr am Samstag geöffnet?",
        "a question about price": "Was kostet der Versand nach Österreich?",
        "news": "Acme eröffnet im Mai eine neue Filiale in Leipzig",
        "an advert": "Jetzt anmelden und 2 Monate gratis sichern! https://example.com",
        "waiting gladly": "Nur noch drei Tage bis zum Urlaub, ich kann es kaum erwarten",
        "support's own words": "Das tut uns leid! Schick uns bitte eine DM mit deiner Kundennummer",
        "a job": "Wir suchen einen Fahrer in Vollzeit, jetzt bewerben",
        "solved since": "Hat sich erledigt, Danke! War mein Fehler",
        "everyday chatter": "Ich kann nicht schlafen und morgen ist Schule",
        "spam": "Folge mir und ich folge zurück! Teamfollowback",
        "a fall in sales": "Umsatz von Acme sinkt um 4 Prozent, laut Bericht",
    },
    "fr": {
        "praise over years": "Ma voiture roule tous les jours depuis huit ans, super qualité",
        "a habit": "Je bois mon café tous les matins avec cette machine, un régal",
        "years as a customer": "Cliente depuis 2012 et jamais déçue",
        "praise after hours": "Au bout de deux heures tout était installé, super boulot !",
        "hours of fun": "je joue à ce jeu depuis des semaines tous les soirs, trop bien",
        "thanks for a mended fault": "Merci, la panne est réparée, tout remarche 👍",
        "a question": "Vous êtes ouverts jusqu'à quelle heure le samedi ?",
        "a question about price": "Combien coûte la livraison en Belgique ?",
        "news": "Acme ouvre une nouvelle boutique à Lille en mai",
        "an advert": "Inscrivez-vous vite et profitez de 2 mois offerts ! https://example.com",
        "waiting gladly": "Plus que trois jours avant les vacances, j'ai trop hâte",
        "support's own words": "Désolés pour la gêne, envoyez-nous un DM avec votre numéro",
        "a job": "Acme recrute des chauffeurs en CDI, envoyez votre CV",
        "solved since": "C'est réglé, merci ! C'était ma faute",
        "everyday chatter": "Je n'arrive pas à dormir et demain j'ai cours",
        "spam": "Suivez-moi et je vous suis !",
        "a fall in sales": "Acme : baisse de 4 % du chiffre d'affaires, selon un rapport",
    },
    "es": {
        "praise over years": "Mi coche anda todos los días desde hace ocho años, gran calidad",
        "a habit": "Tomo mi café todas las mañanas con esta máquina, riquísimo",
        "years as a customer": "Cliente desde 2012 y nunca me han decepcionado",
        "praise after hours": "Después de dos horas estaba todo instalado, gran trabajo!",
        "hours of fun": "llevo semanas jugando a este juego todas las noches, me encanta",
        "thanks for a mended fault": "Gracias, la avería ya está arreglada, todo funciona 👍",
        "a question": "Hasta qué hora abren los sábados?",
        "a question about price": "Cuánto cuesta el envío a Canarias?",
        "news": "Acme abrirá en mayo una nueva tienda en Bilbao",
        "an advert": "Regístrate ya y llévate 2 meses gratis! https://example.com",
        "waiting gladly": "Solo faltan tres días para las vacaciones, qué ganas",
        "support's own words": "Lamentamos lo sucedido, escríbenos por DM con tu número de pedido",
        "a job": "Buscamos conductores a tiempo completo, envía tu CV",
        "solved since": "Ya está solucionado, gracias. Fue error mío",
        "everyday chatter": "No tengo ganas de nada, me voy a dormir",
        "a bot that somebody builds": "Quiero aprender a hacer un bot, alguien sabe cómo?",
        "nothing to do": "Cuando no tengo nada que hacer me pongo a leer",
        "spam": "Sígueme y te sigo! Followback",
        "a fall in sales": "Caen un 4 % las ventas de Acme, según un informe",
    },
    "it": {
        "praise over years": "La mia macchina va tutti i giorni da otto anni, ottima qualità",
        "a habit": "Bevo il caffè ogni mattina con questa macchinetta, buonissimo",
        "years as a customer": "Cliente dal 2012 e mai delusa",
        "praise after hours": "Dopo due ore era tutto installato, ottimo lavoro!",
        "hours of fun": "gioco da settimane tutte le sere, troppo bello",
        "thanks for a mended fault": "Grazie, guasto risolto, funziona tutto di nuovo 👍",
        "a question": "Fino a che ora siete aperti il sabato?",
        "a question about price": "Quanto costa la spedizione in Svizzera?",
        "news": "Acme apre a maggio un nuovo negozio a Bari",
        "an advert": "Iscriviti subito e ricevi 2 mesi gratis! https://example.com",
        "waiting gladly": "Solo tre giorni alle vacanze, non vedo l'ora",
        "support's own words": "Ci dispiace per il disagio, scrivici in DM con il numero d'ordine",
        "a job": "Cerchiamo autisti a tempo pieno, invia il tuo CV",
        "solved since": "Tutto risolto, grazie! Era colpa mia",
        "everyday chatter": "Non riesco a dormire e domani ho lezione",
        "spam": "Seguimi e ti seguo! Followback",
        "a fall in sales": "Acme, vendite in calo: cala del 4 % il fatturato",
    },
    "pt": {
        "praise over years": "Meu carro anda todo dia há oito anos, ótima qualidade",
        "a habit": "Tomo meu café todas as manhãs com essa máquina, uma delícia",
        "years as a customer": "Cliente desde 2012 e nunca me decepcionei",
        "praise after hours": "Depois de duas horas estava tudo instalado, ótimo trabalho!",
        "hours of fun": "jogo esse jogo há semanas toda noite, bom demais",
        "thanks for a mended fault": "Obrigado, a avaria já está resolvida, tudo a funcionar 👍",
        "a question": "Até que horas vocês abrem no sábado?",
        "a question about price": "Quanto custa o envio para os Açores?",
        "news": "Acme vai abrir em maio uma nova loja em Braga",
        "an advert": "Inscreva-se já e ganhe 2 meses grátis! https://example.com",
        "waiting gladly": "Só faltam três dias para as férias, mal posso esperar",
        "support's own words": "Sentimos muito pelo transtorno, envie uma DM com o pedido",
        "a job": "Estamos contratando motoristas, envie o currículo",
        "solved since": "Já está resolvido, obrigada! Foi erro meu",
        "everyday chatter": "Não consigo dormir e amanhã tenho aula",
        "nobody talks about me": "Ninguém fala de mim aqui, nem mesmo minha mãe",
        "spam": "Segue que eu sigo de volta! SDV",
        "a fall in sales": "Vendas da Acme: lucro cai 4 %, diz jornal",
    },
}
COMPLAINTS = {
    "de": "Super, seit drei Wochen jeden Tag kein Internet, danke für nichts",
    "fr": "Super, depuis trois semaines tous les jours pas d'internet, merci pour rien",
    "es": "Genial, desde hace tres semanas sin internet todos los días, gracias por nada",
    "it": "Ottimo, da tre settimane ogni giorno senza internet, grazie per niente",
    "pt": "Ótimo, há três semanas todo dia sem internet, obrigado por nada",
}


def verdict_of(text: str, lang: str) -> Verdict:
    return judge(text, mood(text, lang), lang=lang).verdict


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        pytest.param(lang, text, id=f"{lang}: {name}")
        for lang, texts in NO_COMPLAINTS.items()
        for name, text in texts.items()
    ],
)
def test_what_nobody_complains_about_is_no_complaint(lang: str, text: str) -> None:
    assert verdict_of(text, lang) is not Verdict.COMPLAINT


@pytest.mark.parametrize("lang", sorted(COMPLAINTS))
def test_a_stretch_of_time_with_a_reproach_is_a_wait_whatever_the_praise(lang: str) -> None:
    assert verdict_of(COMPLAINTS[lang], lang) is Verdict.COMPLAINT


# Of forty complaints and forty other posts in a language, written before anybody saw how they are
# judged: how many complaints must be heard, and how many others may be taken for one. What is
# still misjudged is printed by `python -m bench.languages --wrong`.
HELD = {"de": (35, 1), "es": (35, 0), "fr": (35, 0), "it": (36, 0), "pt": (34, 0)}


def test_every_scored_language_has_posts_of_its_own_to_be_measured_by() -> None:
    assert HELD.keys() == TONGUES == {path.stem for path in POSTS.glob("*.txt")}


@pytest.mark.parametrize("lang", sorted(HELD))
def test_a_language_hears_the_share_of_complaints_that_it_is_said_to(lang: str) -> None:
    own = own_posts(lang)
    assert own.complaints >= 40
    assert own.others >= 40
    heard, false = HELD[lang]
    assert own.heard >= heard
    assert own.false <= false


@pytest.mark.parametrize("lang", sorted(TONGUES))
def test_every_language_has_the_groups_of_the_others_and_none_that_english_has_not(
    lang: str,
) -> None:
    named = {cue.name for cue in tongue(lang).groups.cues}
    assert named == {cue.name for cue in tongue("de").groups.cues}
    assert named <= {cue.name for cue in (*COMPLAINT_CUES, *COUNTER_CUES)}


@pytest.mark.parametrize("lang", sorted(TONGUES))
def test_a_word_that_only_denies_has_no_mood_of_its_own(lang: str) -> None:
    spoken = tongue(lang)
    assert not spoken.negators & spoken.lexicon.keys()


SMALLEST = "[negators]\nno\n[boosters]\nvery\n[buts]\nbut\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("[whining]\nmoan", "no such group: whining", id="a group English has not"),
        pytest.param(
            "[broken]\nis {dead, gone}",
            r"\[broken\]: braces do not match in 'is {dead'",
            id="a comma inside braces",
        ),
        pytest.param("[broken]\n{dead|}", r"\[broken\].*nothing at all", id="an empty phrase"),
    ],
)
def test_a_language_file_that_is_wrong_says_where(written: str, said: str) -> None:
    with pytest.raises((KeyError, ValueError), match=said):
        build(SMALLEST + written)


def test_a_language_file_without_its_negators_is_refused() -> None:
    with pytest.raises(KeyError, match="negators"):
        build("[boosters]\nvery\n[buts]\nbut\n")
