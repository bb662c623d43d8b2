"""How positive or negative a text sounds: VADER, one signal among others, never a verdict."""

from functools import cache
from string import punctuation
from threading import Lock

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    normalize,
    scalar_inc_dec,
)

from listener.language import TONGUES
from listener.tongue import tongue

MAX_SCORED_CHARS = 4_000  # a mood is told within this; longer texts are cut at a word

_making = Lock()


def mood(text: str, lang: str) -> float:
    """Return how a text in a language (as `language_of`) sounds, -1.0 (worst) to 1.0.

    By the lexicon of that language, where there is one, else VADER's.
    """
    return tongue(lang).valence(text) if lang in TONGUES else valence(text)


def valence(text: str) -> float:
    """Return VADER's compound score of a text, -1.0 (worst) to 1.0, rounded to four places.

    Bit for bit what vaderSentiment says of the first MAX_SCORED_CHARS characters (Hutto and
    Gilbert, 2014); 0.0 for a text without words. Safe to call from any thread.
    """
    with _making:
        analyser = _analyser()
    return analyser.compound(_beginning(text))


def sounding() -> frozenset[str]:
    """The words of VADER's lexicon: those that sound good or bad by themselves."""
    with _making:
        return frozenset(_analyser().lexicon)


def _beginning(text: str) -> str:
    if len(text) <= MAX_SCORED_CHARS:
        return text
    start, _, _half_word = text[:MAX_SCORED_CHARS].rpartition(" ")
    return start or text[:MAX_SCORED_CHARS]


@cache
def _analyser() -> "_Analyser":
    return _Analyser()


class _Analyser(SentimentIntensityAnalyzer):  # type: ignore[misc]  # it has no types
    """VADER's compound score in linear time, and in a third of its time.

    The same additions in the same order, so that every bit is the same; only what cannot change
    the score is left out. VADER lowers and copies each word of a text for each word it knows.
    """

    def __init__(self) -> None:
        super().__init__()
        self._emoji = frozenset(self.emojis)

    def compound(self, text: str) -> float:
        """Return the compound score of a text, -1.0 to 1.0, 0.0 for one without words."""
        if not (text.isascii() or self._emoji.isdisjoint(text)):
            text = self._spelt_out(text)
        text = text.strip()
        words = text.split()
        if text.isascii():  # lowered as a whole: word by word takes longer
            lows = [
                low if low.isalpha() or len(bare := low.strip(punctuation)) <= 2 else bare
                for low in text.lower().split()
            ]
        else:
            lows = [_stripped(word).lower() for word in words]
        lexicon = self.lexicon
        known = [i for i, low in enumerate(lows) if low in lexicon]
        if not known:
            return 0.0
        capitals = sum(map(str.isupper, words))
        shouts = 0 < len(words) - capitals < len(words)
        plain = "n't" not in text.lower()
        told = [
            lexicon[lows[i]]
            if plain
            and not (shouts and words[i].isupper())
            and _TURNING.isdisjoint(lows[i - 3 if i > 3 else 0 : i + 3])
            else self._felt(words, lows, i, shouts)
            for i in known
        ]
        total = float(sum(told))
        if "but" in lows:
            felt = [0.0] * len(lows)
            for i, mood in zip(known, told, strict=True):
                felt[i] = mood
            total = float(sum(self._but_check(lows, felt)))
        emphasis = self._punctuation_emphasis(text) if "!" in text or "?" in text else 0.0
        if total > 0:
            total += emphasis
        elif total < 0:
            total -= emphasis
        return float(round(normalize(total), 4))

    def _spelt_out(self, text: str) -> str:
        """Put its description for each emoji."""
        spelt, after_blank = "", True
        for character in text:
            described = self.emojis.get(character)
            if described is None:
                spelt += character
                after_blank = character == " "
            else:
                spelt += described if after_blank else f" {described}"
                after_blank = False
        return spelt

    def _felt(self, words: list[str], lows: list[str], i: int, shouts: bool) -> float:
        """What a word of the lexicon feels like where it stands."""
        low = lows[i]
        if low in BOOSTER_DICT or (low == "kind" and lows[i + 1 : i + 2] == ["of"]):
            return 0.0
        felt: float = self.lexicon[low]
        if low == "no" and i + 1 < len(lows) and lows[i + 1] in self.lexicon:
            felt = 0.0
        if "no" in lows[max(0, i - 2) : i] or (
            i > 2 and lows[i - 3] == "no" and lows[i - 1] in ("or", "nor")
        ):
            felt = self.lexicon[low] * N_SCALAR
        if shouts and words[i].isupper():
            felt = felt + C_INCR if felt > 0 else felt - C_INCR
        for back in range(min(3, i)):
            if lows[i - back - 1] not in self.lexicon:
                felt = _moved(felt, words, lows, i, back, shouts)
        least = i > 0 and lows[i - 1] == "least" and "least" not in self.lexicon
        if least and (i == 1 or lows[i - 2] not in ("at", "very")):
            felt = felt * N_SCALAR
        return felt


def _stripped(token: str) -> str:
    """A word without marks; what is left of an emoticon without them is nothing: it keeps them."""
    bare = token.strip(punctuation)
    return bare if len(bare) > 2 else token


_NEAR = (1.0, 0.95, 0.9)  # how much of a booster counts one, two and three words away
_NEGATORS = frozenset(NEGATE)
# One word of each of VADER's idioms ("the bomb", "sort of"), without which none is there.
_TELLING = frozenset(
    max(idiom.split(), key=len) for idiom in (*SPECIAL_CASES, *BOOSTER_DICT) if " " in idiom
)
# Words beside which one of the lexicon may be felt otherwise; far from them it is what it is.
_TURNING = _TELLING | _NEGATORS | {*BOOSTER_DICT, "no", "or", "so", "this", "least", "of", "doubt"}


def _moved(
    felt: float, words: list[str], lows: list[str], i: int, back: int, shouts: bool
) -> float:
    """What the word so far back makes of a feeling: boosted, negated or an idiom."""
    before = lows[i - back - 1]
    if before in BOOSTER_DICT:
        scalar = scalar_inc_dec(_stripped(words[i - back - 1]), felt, shouts)
        felt = felt + (scalar * _NEAR[back] if back and scalar != 0 else scalar)
    if back == 0:
        if _negates(before):
            felt = felt * N_SCALAR
        return felt
    if back == 1:
        if before == "never" and lows[i - 1] in ("so", "this"):
            return felt * 1.25
        if _negates(before) and not (before == "without" and lows[i - 1] == "doubt"):
            felt = felt * N_SCALAR
        return felt
    if (before == "never" and lows[i - 2] in ("so", "this")) or lows[i - 1] in ("so", "this"):
        felt = felt * 1.25
    elif _negates(before) and not (before == "without" and "doubt" in lows[i - 2 : i]):
        felt = felt * N_SCALAR
    around = lows[i - 3 : i + 3]
    return felt if _TELLING.isdisjoint(around) else float(_special_idioms_check(felt, around, 3))


def _negates(word: str) -> bool:
    return word in _NEGATORS or "n't" in word


_special_idioms_check = SentimentIntensityAnalyzer._special_idioms_check
