"""Which language a text is written in, told by its small words, endings and letters.

Made for posts: a handful of words, accents forgotten. The lists are in `languages.txt`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path

from listener.folding import fold
from listener.sections import sections

UNKNOWN = "und"  # BCP 47's own tag for "undetermined"
MAX_READ_CHARS = 400  # a language is told within this
FEW_WORDS = 5  # below it hashtags are read, too: they are often English
ENDING_WEIGHT = 0.3  # of one small word that no other language has
LETTER_WEIGHT = 0.5
LONGEST_ENDING = 6
LONGEST_KEPT = 24  # letters of a word that is kept from post to post; longer ones come once
BARE_FROM = 4  # letters of a word that is known without its accents too; là is not la
ENOUGH = 0.35  # what a language must have for it
AHEAD = 0.05  # and by how much it must lead
PLAIN = 3.0  # small words that contradict a tag
PLAIN_SHARE = 0.3  # of them, that the tag's own language may have
MOSTLY = 0.5  # of all words, where the tag is a language that we do not know
# So near to one that we know that a text of theirs looks like it.
_KIN = frozenset(
    {"af", "als", "an", "ast", "ca", "co", "da", "eo", "fo", "fy", "gl", "gsw", "hr", "ht", "lad"}
    | {"lb", "lmo", "mwl", "nap", "nb", "nds", "nn", "no", "oc", "pap", "pms", "rm", "sc", "scn"}
    | {"sco", "vec", "wa"}
)

_NOT_PROSE = re.compile(r"https?://\S+|@\w+|#\w+")
_NO_WORDS = frozenset({"http", "https", "rt", "via"})  # of no language, whatever stands around
_TAG = re.compile(r"#(\w+)")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile("[A-Za-z]+")  # the same in ASCII, as most is

Weights = tuple[tuple[str, float], ...]


def identify(text: str) -> str:
    """Return the language of a text in Latin letters, or "und" where it cannot be told."""
    best, most, second = _leading(weigh(text))
    return best if most >= ENOUGH and most - second >= AHEAD else UNKNOWN


def plainly(text: str, tag: str) -> str | None:
    """Return the language that a text is plainly in where it is not that of its tag, or None.

    Readers' settings are often sent for the post's own language. Of a language that we do not
    know ourselves the tag is believed unless hardly a word of the text could be of it.
    """
    if tag in _KIN:
        return None
    scores = weigh(text)
    own = scores.get(tag, 0.0)
    best, most, _ = _leading(scores)
    if best == tag or most < PLAIN or own > most * PLAIN_SHARE:
        return None
    if tag in _KNOWN:
        return best
    return best if most >= len(_prose(text[:MAX_READ_CHARS])) * MOSTLY else None


def _leading(scores: dict[str, float]) -> tuple[str, float, float]:
    """Return the language that leads, what it has, and what the next one has."""
    if not scores:
        return UNKNOWN, 0.0, 0.0
    most, second, *_ = [*sorted(scores.values(), reverse=True), 0.0]
    return max(scores, key=scores.__getitem__), most, second


def weigh(text: str) -> dict[str, float]:
    """Return what speaks for each language, in small words."""
    scores: dict[str, float] = {}
    known = scores.get  # a plain dictionary: done for each word of each post
    text = text[:MAX_READ_CHARS].lower()
    words = _prose(text)
    if len(words) < FEW_WORDS:
        words += _WORD.findall(" ".join(_TAG.findall(text)))
    for lang, weight in chain.from_iterable(_of_each(words)):
        scores[lang] = known(lang, 0.0) + weight
    return scores


def _prose(text: str) -> list[str]:
    """The words of a text without links, handles and hashtags."""
    if "@" in text or "#" in text or "http" in text:
        text = _NOT_PROSE.sub(" ", text)
    words = (_ASCII_WORD if text.isascii() else _WORD).findall(text)
    return words if _NO_WORDS.isdisjoint(words) else [one for one in words if one not in _NO_WORDS]


def _weights(word: str) -> Weights:
    weights = _WORDS.get(word)
    return _by_shape(word) if weights is None else weights


_kept = lru_cache(maxsize=16_384)(_weights)  # most words of a post are those of the posts before it


def _of_each(words: list[str]) -> Iterator[Weights]:
    """What each word says; few texts have one that is too long to be kept."""
    if max(map(len, words), default=0) <= LONGEST_KEPT:
        return map(_kept, words)
    return ((_kept if len(word) <= LONGEST_KEPT else _weights)(word) for word in words)


def _by_shape(word: str) -> Weights:
    """What the longest known ending of a word says, and its letters."""
    weights: Weights = ()
    if len(word) > 3:
        for length in range(min(LONGEST_ENDING, len(word) - 1), 1, -1):
            if found := _ENDINGS.get(word[-length:]):
                weights = found
                break
        for length in range(5, 1, -1):
            if found := _BEGINNINGS.get(word[:length]):
                weights = (*weights, *found)
                break
    if word.isascii():
        return weights
    return (*weights, *(pair for letter in word for pair in _LETTERS.get(letter, ())))


# --- the lists ---


def _shared_out(lists: dict[str, set[str]], weight: float) -> dict[str, Weights]:
    """Give every entry its weight for each language; one of n languages tells an n-th."""
    owners: dict[str, list[str]] = {}
    for lang, entries in lists.items():
        for entry in entries:
            owners.setdefault(entry, []).append(lang)
    return {
        entry: tuple((lang, weight / len(langs)) for lang in langs)
        for entry, langs in owners.items()
    }


def _load() -> tuple[dict[str, Weights], ...]:
    words: dict[str, set[str]] = {}
    endings: dict[str, set[str]] = {}
    beginnings: dict[str, set[str]] = {}
    letters: dict[str, set[str]] = {}
    written = Path(__file__).with_name("languages.txt").read_text(encoding="utf-8")
    for name, lines in sections(written):
        entries = " ".join(lines).split()
        lang, _, kind = name.partition(" ")
        if kind == "letters":
            letters[lang] = set("".join(entries))
        else:
            both = {*entries, *(fold(entry) for entry in entries if len(entry) >= BARE_FROM)}
            {"": words, "endings": endings, "beginnings": beginnings}[kind][lang] = both
    return (
        _shared_out(words, 1.0),
        _shared_out(endings, ENDING_WEIGHT),
        _shared_out(letters, LETTER_WEIGHT),
        _shared_out(beginnings, ENDING_WEIGHT),
    )


_WORDS, _ENDINGS, _LETTERS, _BEGINNINGS = _load()
_KNOWN = frozenset(lang for weights in _WORDS.values() for lang, _ in weights)
