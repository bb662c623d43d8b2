"""Words of a text as they are compared in routing: cut to a stem, so that a plural is its noun."""

import re
from collections.abc import Iterator
from functools import lru_cache

from listener.cues import wordset
from listener.folding import fold

MAX_ROUTED_CHARS = 5_000

_WORD = re.compile(r"[\w$€£&]+(?:'\w+)?")
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w+")  # a handle is nobody's subject either

# A battery charges, and a company charges somebody; the same word is told by its neighbours.
_CHARGE, _CHARGER = "charg", "charger"
_CHARGES = frozenset(("charging", "charge"))
_BEFORE_CHARGING = wordset(
    "while when whilst not stopped stops wireless fast slow quick during after overnight isn't "
    "isnt wasn't wasnt for phone laptop tablet battery it's usb magnetic solar"
)
_CHARGING_THINGS = wordset(
    "cable cables port ports pad case dock docking station stations point points brick block speed "
    "stand lead cradle socket problem issue overnight properly slowly"
)
_BEFORE_CHARGE = wordset("won't wont doesn't doesnt can't cant hold holds holding")
_HOLDING = wordset("hold holds holding keep keeps")
_CHARGED = wordset(
    "me us you him her them my our your his their people customers everyone for the a an twice "
    "double extra full more too so vat tax interest fees fee money postage this that"
)
_SHORTEST_STEM = 3
_VOWELS = "aeiou"
_HISSING = ("ch", "sh", "ss", "x", "z")
LONGEST_STEMMED = 24  # letters of a word that is kept from text to text
_LONGEST_IN_LL = 6  # letters of a verb that ends in "ll" by itself: "scroll"
_LONGEST_KEPT = 4  # letters of a word that keeps its last "e": "site" is not "sit"


def folded(text: str) -> str:
    """A text's beginning in lower case, without accents, links and handles."""
    return _LINK.sub(" ", fold(text[:MAX_ROUTED_CHARS]))


def split(text: str) -> list[str]:
    """The words of a folded text."""
    return _WORD.findall(text)


def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words, in order."""
    return tuple(stemmed(split(folded(text))))


def stemmed(words: list[str]) -> list[str]:
    """The stems of words that stand in this order; what a battery does is no sum of money."""
    found = [stem(word) for word in words]
    if _CHARGE in found:
        for place, word in enumerate(words):
            if word in _CHARGES and _is_a_batterys(words, place):
                found[place] = _CHARGER
    return found


def meant(phrase: str) -> Iterator[tuple[str, ...]]:
    """Yield the stems of a declared phrase; who declares "charging" alone may mean either."""
    found = stems(phrase)
    yield found
    if phrase.strip().lower() == "charging":
        yield (_CHARGER,)


def _is_a_batterys(words: list[str], place: int) -> bool:
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if after in _CHARGED or (not after[:1].isalpha() and after):
        return False
    if words[place] == "charging":
        return before in _BEFORE_CHARGING or after in _CHARGING_THINGS
    return before in _BEFORE_CHARGE or (before in ("a", "its") and words[place - 2] in _HOLDING)


def stem(word: str) -> str:
    """Cut the endings of plural and verb, so that "charges", "charged", "charging" are one word.

    Deliberately simple: both sides are cut alike, so that an odd stem does no harm.
    """
    return _kept(word) if len(word) <= LONGEST_STEMMED and word.isalpha() else _cut(word)


def _cut(word: str) -> str:
    word = word.removesuffix("'s")
    if len(word) <= _SHORTEST_STEM or word.endswith("ss"):
        return word
    word = _without_verb_ending(_singular(word))
    return word[:-1] if len(word) > _LONGEST_KEPT and word[-1] in "ey" else word


# People use the same words; numbers, and what is too long for a word, come once and are not kept.
_kept = lru_cache(maxsize=16_384)(_cut)


def _singular(word: str) -> str:
    if word.endswith(("ies", "ied")) and len(word) > _LONGEST_KEPT:
        return f"{word[:-3]}y"
    if word.endswith("es") and word[:-2].endswith(_HISSING):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("us") else word


def _without_verb_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        cut = word.removesuffix(ending)
        if cut != word and len(cut) >= _SHORTEST_STEM:
            if _has_doubled(cut):
                return cut[:-1]  # shipped, shipping
            return f"{cut}e" if _lost_its_e(cut) else cut
    return word


def _has_doubled(cut: str) -> bool:
    if len(cut) <= _SHORTEST_STEM or cut[-1] != cut[-2] or cut[-1] == "s":
        return False
    return cut[-1] != "l" or len(cut) > _LONGEST_IN_LL  # cancelled, but called


def _lost_its_e(cut: str) -> bool:
    """Three letters such as "rat" of "rated", where "fitted" would have doubled its last."""
    if len(cut) != _SHORTEST_STEM:
        return False
    first, second, last = cut[0], cut[1], cut[2]
    return first not in _VOWELS and second in _VOWELS and last not in f"{_VOWELS}wxy"


def _stems_of(lines: str) -> frozenset[str]:
    return frozenset(stem(word) for word in lines.split())


# Words that tell no team from another by themselves, in a description or as part of a phrase.
LITTLE = _stems_of(
    """
    a an the of to in on at for from by and or with who how our is are was were be been it its
    that this as after before no not we you they i my your their his her has have had when what
    all any out off up down about into over do did done get got can will would one two first next
    new people problem issue other more them there here us me him so but if than then which where
    flight plane airport trip time day night week month year hour minute try tried trying want
    need back take took make made go going went come came see say said tell told ask thing order
    product item customer help please thank today still even just like work really everything
    """
)
