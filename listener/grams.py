"""A text as numbered features, for what is learned from a user's own labels.

Words, pairs of words and pieces of words are hashed into a fixed number of buckets, so that no
list of words has to be kept: a model is numbers, and nobody's sentence can be read from it.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from listener.cuetext import read

BUCKETS = 2**15
MAX_WORDS = 150  # of a text; what is complained about stands near the beginning
MAX_WORD_CHARS = 30
SHORTEST_PIECE, LONGEST_PIECE = 3, 5  # characters of a piece of a word, its ends included


def grams(text: str) -> tuple[int, ...]:
    """Return the buckets of a text, each once, in ascending order.

    Mentions, links, numbers and sums are read as such, not as what stands there. Deterministic on
    every machine: the hash is CRC-32.
    """
    return grams_of_words(read(text).words)


def grams_of_words(words: str) -> tuple[int, ...]:
    """The same for words that have been read already (`cuetext.read`)."""
    said = words.split()[:MAX_WORDS]
    found: set[int] = set()
    for word in said:
        found.update(_of_word(word[:MAX_WORD_CHARS]))
    for first, second in pairwise(said):
        found.add(_bucket(f"{first} {second}"))
    return tuple(sorted(found))


@lru_cache(maxsize=16384)  # people use the same words
def _of_word(word: str) -> tuple[int, ...]:
    ended = f"<{word}>"
    pieces = {
        ended[start : start + length]
        for length in range(SHORTEST_PIECE, LONGEST_PIECE + 1)
        for start in range(len(ended) - length + 1)
    }
    return (_bucket(f" {word}"), *(_bucket(f"~{piece}") for piece in pieces))


def hashed(features: Iterable[str]) -> tuple[int, ...]:
    """The buckets of any features, each once, in ascending order."""
    return tuple(sorted({_bucket(feature) for feature in features}))


def _bucket(feature: str) -> int:
    return crc32(feature.encode("utf-8", "replace")) % BUCKETS
