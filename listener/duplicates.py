"""Posts that say the same words: exact copies, and near ones with a word or a link changed.

Two texts are as alike as the share of their single words and pairs of words that both have
(Jaccard's measure). Each text is known by the 48 smallest hashes of these (Broder, 1997), which
for a post is all of them, and for a long text estimates the share to ±0.07. A copy is compared
with the first text of its kind only, never with another copy, so that no chain of small changes
leads from one complaint to another. Pure, but for its memory, which is bounded.
"""

import re
from array import array
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar
from zlib import crc32

from listener.folding import fold

ALIKE = 0.6  # from this share on a text is a copy: of ten words one may differ
LEAST_WORDS = 7  # shorter texts coincide by chance: "worst airline ever"
SKETCH = 48  # hashes by which a text is known
KEYS = 6  # hashes of three words in a row by which a text is looked up; one in common is enough
MOST_OF_KEY = 8  # texts looked up by one hash, the newest
MOST_TEXTS = 10_000  # remembered; about 1.3 kB each (`python -m bench.noise`)
WINDOW = 3 * 86_400.0  # seconds since a text, or a copy of it, was last heard
MOST_WORDS, MOST_CHARS = 400, 4_000  # of a text that are looked at

# What is changed when a text is copied: whom it is sent to, its links, and how it was passed on.
_PASSED_ON = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@\w+|\b(?:rt|via|mt)\b(?=\s*[:@]|\s*$)")
_WORD = re.compile(r"\w+")
# Where words are not parted by blanks, each character stands for one: Thai, kana, Han, Hangul.
_BLANKLESS = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff"
_SIGN = re.compile(rf"[{_BLANKLESS}]|(?:(?![{_BLANKLESS}])\w)+")


Id = TypeVar("Id")


@dataclass(frozen=True, slots=True)
class Copy(Generic[Id]):
    """A text that was said before.

    of     whose words they are: the id of the first post that had them.
    alike  1.0 for the same words, at least ALIKE.
    """

    of: Id
    alike: float


@dataclass(slots=True)
class _Text(Generic[Id]):
    id: Id
    sketch: "array[int]"
    keys: tuple[int, ...]
    at: float


class Near(Generic[Id]):
    """Remembers what was said lately and tells what is said again. Not for several threads."""

    def __init__(self, most: int = MOST_TEXTS, window: float = WINDOW) -> None:
        """most: texts remembered.  window: seconds for which a silent text is."""
        self._most, self._window = most, window
        self._texts: OrderedDict[int, _Text[Id]] = OrderedDict()  # by the hash of all its words
        self._keys: dict[int, tuple[int, ...]] = {}  # key → hashes of texts, the newest last

    def __len__(self) -> int:
        return len(self._texts)

    def seen(self, id: Id, text: str, at: float) -> Copy[Id] | None:  # noqa: A002
        """Hear a text; what it is a copy of, or None where it is the first of its kind.

        id  of the post, any value; told back for its copies.   at  Unix seconds.
        None as well for a text too short to be anybody's own. Never raises.
        """
        words = words_of(text)
        if len(words) < LEAST_WORDS:
            return None
        self._forget(at)
        whole = crc32(b" ".join(words))
        known = self._texts.get(whole)
        if known is not None:
            return self._again(whole, known, 1.0, at, id)
        sketch, keys = _sketch(words), _keys(words)
        best, alike = self._likest(sketch, keys)
        if best is not None:
            return self._again(best, self._texts[best], alike, at, id)
        self._keep(whole, _Text(id, sketch, keys, at))
        return None

    def like(self, text: str) -> Copy[Id] | None:
        """What a text is a copy of, as `seen` tells it, without remembering the text."""
        words = words_of(text)
        if len(words) < LEAST_WORDS:
            return None
        known = self._texts.get(crc32(b" ".join(words)))
        if known is not None:
            return Copy(known.id, 1.0)
        best, alike = self._likest(_sketch(words), _keys(words))
        return None if best is None else Copy(self._texts[best].id, alike)

    def _again(
        self, whole: int, known: _Text[Id], alike: float, at: float, id_: Id
    ) -> Copy[Id] | None:
        known.at = max(known.at, at)
        self._texts.move_to_end(whole)
        return None if known.id == id_ else Copy(known.id, alike)

    def _likest(self, sketch: "array[int]", keys: Iterable[int]) -> tuple[int | None, float]:
        best, most = None, ALIKE
        for candidate in {one for key in keys for one in self._keys.get(key, ())}:
            alike = _alike(sketch, self._texts[candidate].sketch)
            if alike >= most:
                best, most = candidate, alike
        return best, most

    def _keep(self, whole: int, text: _Text[Id]) -> None:
        self._texts[whole] = text
        for key in text.keys:
            here = (*self._keys.get(key, ()), whole)
            self._keys[key] = here[-MOST_OF_KEY:]
        if len(self._texts) > self._most:
            self._drop(next(iter(self._texts)))

    def _forget(self, at: float) -> None:
        """The longest silent stand first."""
        while self._texts:
            whole = next(iter(self._texts))
            if at - self._texts[whole].at <= self._window:
                return
            self._drop(whole)

    def _drop(self, whole: int) -> None:
        for key in self._texts.pop(whole).keys:
            left = tuple(one for one in self._keys.get(key, ()) if one != whole)
            if left:
                self._keys[key] = left
            else:
                self._keys.pop(key, None)


def words_of(text: str) -> list[bytes]:
    """The words that a copy has in common with its first, in UTF-8: folded, without links, handles
    and the marks of passing on."""
    folded = _PASSED_ON.sub(" ", fold(text[:MOST_CHARS]))
    words = (_WORD if folded.isascii() else _SIGN).findall(folded)[:MOST_WORDS]
    return " ".join(words).encode("utf-8", "replace").split()


def alike(one: str, other: str) -> float:
    """How alike two texts are by the same measure, 0.0 (or too little to matter) to 1.0."""
    first, second = words_of(one), words_of(other)
    return 1.0 if first == second else _alike(_sketch(first), _sketch(second))


_TOO_FEW = 0.3  # of both sketches together; at ALIKE it is 0.375


def _sketch(words: list[bytes]) -> "array[int]":
    pairs = map(b" ".join, pairwise(words))
    return array("I", sorted({*map(crc32, words), *map(crc32, pairs)})[:SKETCH])


def _keys(words: list[bytes]) -> tuple[int, ...]:
    parts = zip(words, words[1:], words[2:], strict=False)
    return tuple(sorted({crc32(b" ".join(part)) for part in parts})[:KEYS])


def _alike(one: "array[int]", other: "array[int]") -> float:
    """The share that both have: exact for texts whose sketch is all of them, else estimated."""
    first = set(one)
    common = first.intersection(other)
    if len(common) < _TOO_FEW * (len(one) + len(other)):  # most candidates; told without sorting
        return 0.0
    both = first.union(other)
    if max(len(one), len(other)) < SKETCH:
        return len(common) / max(len(both), 1)
    return len(common.intersection(sorted(both)[:SKETCH])) / SKETCH
