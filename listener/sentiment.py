"""How positive or negative a text sounds: VADER, one signal among others, never a verdict."""

from collections.abc import Sequence
from functools import cache
from threading import Lock

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

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
    return float(analyser.polarity_scores(_beginning(text))["compound"])


def _beginning(text: str) -> str:
    if len(text) <= MAX_SCORED_CHARS:
        return text
    start, _, _half_word = text[:MAX_SCORED_CHARS].rpartition(" ")
    return start or text[:MAX_SCORED_CHARS]


@cache
def _analyser() -> "_Analyser":
    return _Analyser()


class _Analyser(SentimentIntensityAnalyzer):  # type: ignore[misc]  # it has no types
    """VADER in linear time.

    Two of its checks copy every word of the text for each scored word, though they look at three
    words before it and two after; handed only those they give the same answers.
    """

    @staticmethod
    def _negation_check(valence: float, words: Sequence[str], start_i: int, i: int) -> float:
        start = max(0, i - 3)
        near = words[start : i + 1]
        return float(_negation_check(valence, near, start_i, i - start))

    @staticmethod
    def _special_idioms_check(valence: float, words: Sequence[str], i: int) -> float:
        near = words[i - 3 : i + 3]
        return float(_special_idioms_check(valence, near, 3))


_negation_check = SentimentIntensityAnalyzer._negation_check
_special_idioms_check = SentimentIntensityAnalyzer._special_idioms_check
