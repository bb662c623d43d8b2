"""That somebody was deleted or blocked for what they said, and what only sounds like it."""

import pytest

from listener.backlash import SILENCING
from listener.safety import SHIPPED
from listener.wires import LANGUAGES

SILENCED = {
    "en": [
        "They deleted my comment! @acme",
        "@Acme you keep deleting my comments",
        "my review was removed, Acme is hiding the truth",
        "Acme blocked me for complaining about my refund",
        "You blocked me after I asked where my parcel is",
        "@acme stop deleting negative reviews",
        "my honest review has been deleted by Acme",
        "@acme blocked me on twitter",
        "they are hiding my comments on their page",
        "you deleted my review instead of answering",
        "@acme deletes negative comments from customers like me",
        "you have turned off comments",
        "Acme removed my comment and then blocked me because I complained",
    ],
    "de": [
        "Ihr habt meinen Kommentar gelöscht!",
        "Mein Kommentar wurde einfach gelöscht, Acme",
        "Acme löscht negative Bewertungen, ihr löscht meine Kommentare",
        "Ihr habt mich blockiert, weil ich mich beschwert habe",
    ],
    "fr": [
        "Vous avez supprimé mon commentaire",
        "Mon avis négatif a été supprimé",
        "Vous m'avez bloqué parce que j'ai posté une réclamation",
    ],
    "es": [
        "Me han borrado el comentario",
        "Mi comentario fue eliminado",
        "Me han bloqueado por quejarme",
    ],
    "it": [
        "Avete cancellato il mio commento",
        "Il mio commento è stato rimosso",
        "Mi avete bloccato perché mi sono lamentato",
    ],
    "pt": [
        "Vocês apagaram o meu comentário",
        "Meu comentário foi apagado",
        "Me bloquearam porque eu reclamei",
    ],
    "nl": [
        "Jullie hebben mijn reactie verwijderd",
        "Mijn review is verwijderd",
        "Ze hebben me geblokkeerd omdat ik een klacht had",
    ],
    "pl": [
        "Usunęliście mój komentarz",
        "Mój komentarz został usunięty",
        "Zablokowaliście mnie za krytykę",
    ],
    "tr": ["Yorumumu sildiniz", "Yorumum silindi", "Şikayet ettim diye beni engellediler"],
    "ar": ["حذفتم تعليقي", "تم حذف تعليقي", "حظروني لاني اشتكيت"],
}
NOT_SILENCED = {
    "en": [
        "I deleted my comment, sorry Acme",
        "please delete my account",
        "you blocked my card again",
        "@acme your van blocked me in on the drive",
        "my comment was meant for somebody else",
        "I will remove my review if you refund me",
        "you removed my luggage from the plane",
        "I hid my review copy of the game",
        "they deleted my account",
        "Acme blocked the road",
        "the mods removed the post about football",
        "you never deleted my comment, thanks",
        "can you delete my review please",
        "You removed the bad seats",
        "my payment is blocked because I asked for a refund",
        "you deleted my booking",
        "they have not removed my comment, good on them",
        "i turned off comments",
        "review removed seats on the train",
        "My post office closed",
        "blocked nose after flying with you",
        "you hid the fees from customers",
    ],
    "de": [
        "Ich habe meinen Kommentar gelöscht",
        "Mein Konto wurde gesperrt, weil ich eine Frage hatte",
        "Meine Karte wurde gesperrt nach der Bewertung",
    ],
    "fr": ["J'ai supprimé mon commentaire", "Vous avez bloqué mon compte pour une question"],
    "es": ["He borrado mi comentario", "Me han bloqueado la tarjeta"],
    "it": ["Ho cancellato il mio commento", "Mi avete bloccato la carta"],
    "pt": ["Apaguei o meu comentário", "Me bloquearam o cartão"],
    "nl": ["Ik heb mijn reactie verwijderd"],
    "pl": ["Usunąłem mój komentarz"],
    "tr": ["Yorumumu sildim"],
    "ar": ["حذفت تعليقي"],
}


def _rows(lists: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(lang, text) for lang, texts in lists.items() for text in texts]


def _rings(lang: str, text: str) -> bool:
    return SILENCING in [one.kind for one in SHIPPED.dangers_of(text, lang, ("acme",))]


def test_every_language_of_the_tripwires_has_its_words() -> None:
    assert SILENCED.keys() == NOT_SILENCED.keys() == LANGUAGES


@pytest.mark.parametrize(("lang", "text"), _rows(SILENCED))
def test_whoever_says_that_they_were_silenced_is_heard(lang: str, text: str) -> None:
    assert _rings(lang, text)


@pytest.mark.parametrize(("lang", "text"), _rows(NOT_SILENCED))
def test_what_only_sounds_like_it_rings_nothing(lang: str, text: str) -> None:
    assert not _rings(lang, text)
