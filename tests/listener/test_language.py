"""Which language a post is in, and whether the English lexicons may be used."""

from datetime import UTC, datetime

import pytest

from listener.language import language_of, scored
from listener.mention import Author, Post


def a_post(text: str, lang: str | None) -> Post:
    return Post("x", "1", text, datetime(2026, 11, 21, tzinfo=UTC), Author("u1"), lang=lang)


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        pytest.param("en", "en", id="a plain tag"),
        pytest.param("EN-us", "en", id="primary subtag, lower case"),
        pytest.param("pt_BR", "pt", id="an underscore"),
        pytest.param("zh-Hans-CN", "zh", id="script and region"),
        pytest.param("in", "id", id="an old tag"),
        pytest.param(None, "und", id="no tag"),
        pytest.param("", "und", id="an empty tag"),
        pytest.param("und", "und", id="undetermined"),
        pytest.param("zxx", "und", id="no linguistic content"),
        pytest.param("qme", "und", id="X's own code for media"),
        pytest.param("english", "und", id="a name is no tag"),
        pytest.param("e\x00n", "und", id="rubbish"),
        pytest.param("en" + "-a" * 500, "und", id="a tag without end"),
    ],
)
def test_language_of(tag: str | None, lang: str) -> None:
    assert language_of(a_post("😡 https://example.com/a", tag)) == lang


def test_english_is_not_believed_of_a_text_in_another_script() -> None:
    assert language_of(a_post("アプリが動かない", "en")) == "und"
    assert language_of(a_post("не работает", "ru")) == "ru"
    assert language_of(a_post("التطبيق لا يعمل", "en")) == "ar"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param("Where is my parcel?", "en", id="English"),
        pytest.param("Wo bleibt mein Paket, das ist doch nicht normal", "de", id="German"),
        pytest.param("ca fait 3 semaines que j'attends, toujours rien", "fr", id="French"),
        pytest.param("Llevo tres semanas esperando y nadie contesta", "es", id="Spanish"),
        pytest.param("Estou há três semanas à espera e ninguém responde", "pt", id="Portuguese"),
        pytest.param("Aspetto da tre settimane e nessuno risponde", "it", id="Italian"),
        pytest.param("ik wacht al drie weken en krijg geen antwoord", "nl", id="Dutch"),
        pytest.param("التطبيق لا يعمل منذ يومين", "ar", id="Arabic"),
        pytest.param("این برنامه کار نمی‌کند و گران است", "und", id="Persian is not Arabic"),
        pytest.param("😡😡 https://example.com/de/warum @der_die_das", "und", id="no prose"),
        pytest.param("Acme Zenith Globex", "und", id="names only"),
        pytest.param("", "und", id="nothing"),
        pytest.param("danke", "de", id="one word that only one language has"),
        pytest.param("ja", "und", id="one word of several languages"),
        pytest.param("🤬🤬🤬", "und", id="emoji only"),
        pytest.param("@acme ??? !!!", "und", id="a handle and marks"),
        pytest.param("#diadetrabalho #nofilter", "und", id="hashtags of no plain language"),
        pytest.param(
            "yaar mera parcel abhi tak nahi aaya, kya kar rahe ho bhai", "hi", id="romanised Hindi"
        ),
        pytest.param(
            "bhai app crash ho raha hai baar baar, please fix karo na yaar",
            "hi",
            id="Hindi with English words",
        ),
        pytest.param(
            "OMG mein Paket ist schon wieder lost, so ein fail echt", "de", id="German with English"
        ),
        pytest.param(
            "le service client is a joke, toujours pas de réponse depuis lundi",
            "fr",
            id="French with English",
        ),
        pytest.param(
            "llevo dos horas on hold y nadie me da un update, so annoying",
            "es",
            id="Spanish with English",
        ),
        pytest.param("nao consigo acessar minha conta", "pt", id="Portuguese without its accents"),
        pytest.param("non riesco piu ad accedere", "it", id="Italian without its accents"),
        pytest.param("hab seit heute frueh keine verbindung mehr", "de", id="ue for ü"),
    ],
)
def test_a_text_without_a_tag_is_asked_itself(text: str, lang: str) -> None:
    assert language_of(a_post(text, None)) == lang


@pytest.mark.parametrize(
    ("tag", "text", "lang"),
    [
        pytest.param(
            "en",
            "Ich warte seit drei Wochen auf mein Paket und niemand antwortet mir",
            "de",
            id="a reader's setting is not the post's language",
        ),
        pytest.param(
            "ja",
            "I have been waiting for my parcel for three weeks and nobody has called me",
            "en",
            id="hardly a word could be of the language that is told",
        ),
        pytest.param("en", "Danke Acme", "en", id="two words contradict nothing"),
        pytest.param("pt", "😡😡😡 @acme", "pt", id="no words contradict nothing"),
        pytest.param(
            "it",
            "Não consigo falar com ninguém e vocês não respondem há duas semanas",
            "pt",
            id="one language of ours for another",
        ),
        pytest.param(
            "es", "meu pedido chegou errado de novo", "pt", id="a neighbour that it is not"
        ),
    ],
)
def test_a_tag_is_believed_unless_the_text_plainly_contradicts_it(
    tag: str, text: str, lang: str
) -> None:
    assert language_of(a_post(text, tag)) == lang


@pytest.mark.parametrize(
    ("lang", "text", "known"),
    [
        pytest.param("en", "not working", True, id="English"),
        pytest.param("und", "not working", True, id="an unknown tag is given a chance"),
        pytest.param("nl", "not working", False, id="the platform says Dutch"),
        pytest.param("de", "geht nicht", True, id="German has groups of its own"),
        pytest.param("und", "приложение не работает", False, id="Cyrillic"),
        pytest.param("und", "التطبيق لا يعمل", False, id="Arabic"),
        pytest.param("und", "全然動かない", False, id="kana and Han"),
        pytest.param("und", "앱이 안돼요", False, id="Hangul"),
        pytest.param(
            "en", "my app 全日空 does not work", True, id="a few letters of another script"
        ),
        pytest.param("und", "😡😡😡", True, id="no letters at all"),
        pytest.param("und", "Ça ne marche pas", True, id="accents are Latin"),
        pytest.param("und", "не работает https://example.com/a/long/link", False, id="links aside"),
    ],
)
def test_scored(lang: str, text: str, known: bool) -> None:
    assert scored(lang, text) is known


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Jeg har ventet på min pakke i tre uger og ingen svarer", id="Danish"),
        pytest.param("hvorfor fungerer ikke appen lenger, det er så dårlig", id="Norwegian"),
        pytest.param("varför funkar inte appen längre", id="Swedish"),
        pytest.param("Olen odottanut pakettia kolme viikkoa eikä kukaan vastaa", id="Finnish"),
        pytest.param("waarom doet de app het niet meer", id="Dutch"),
        pytest.param("Čekám na balík už tři týdny a nikdo neodpovídá", id="Czech"),
        pytest.param("czekam na paczke juz trzy tygodnie", id="Polish without its letters"),
        pytest.param("Čekam paket već tri tjedna i nitko ne odgovara", id="Croatian"),
        pytest.param("Astept coletul de trei saptamani si nu raspunde nimeni", id="Romanian"),
        pytest.param("Három hete várok a csomagomra és senki nem válaszol", id="Hungarian"),
        pytest.param("üç haftadır paketimi bekliyorum kimse cevap vermiyor", id="Turkish"),
        pytest.param("Fa tres setmanes que espero el paquet i ningú no contesta", id="Catalan"),
        pytest.param("Tôi đã chờ gói hàng ba tuần mà không ai trả lời", id="Vietnamese"),
        pytest.param("Tatlong linggo na akong naghihintay ng parcel ko", id="Tagalog"),
        pytest.param("kenapa aplikasinya error terus sih", id="Indonesian"),
        pytest.param("Nimesubiri kifurushi changu wiki tatu na hakuna anayejibu", id="Swahili"),
    ],
)
def test_a_language_that_we_cannot_score_is_not_taken_for_one_that_we_can(text: str) -> None:
    lang = language_of(a_post(text, None))
    assert not scored(lang, text)
