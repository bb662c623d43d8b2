"""How many people were heard lately, per five minutes, each counted once in six hours."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import floor
from zlib import crc32

CELL = 300  # seconds; everything is counted per five minutes of Unix time
CELLS_AN_HOUR = 12
SPAN = 24 * CELLS_AN_HOUR  # cells that stay open for windows
ONCE = 6 * CELLS_AN_HOUR  # cells within which an author counts once
LATE = 6 * CELLS_AN_HOUR  # a post older than this, against the newest, is not counted any more
MOST_AUTHORS = 1_536  # remembered; the longest silent is forgotten first, so no busy bot ever is
MOST_TREES = 256  # repost trees remembered; the longest silent is forgotten first
TREE_PEOPLE = 20  # of one repost tree, so many people's mood counts: the rest says the same words
MOST_ID_CHARS = 256  # an id longer than this is known by its beginning
NEVER = 255  # cells ago, in a dump
ENTRY = 5  # bytes of an author or tree in a dump: three of hash, one each for two small numbers
MOST_COUNT = 10**15
VOICES, PEOPLE, POSTS, FORESEEN, ECHOED_VOICES, ECHOED_PEOPLE, FOLDED, REACH, PASSED = range(9)
ROWS, ROWS_BEFORE = 9, (6, 8)  # of versions 1 and 2: without the last


def cell_of(at: float) -> int:
    """The five minutes that a Unix time falls in."""
    return floor(at / CELL)


def key_of(name: str) -> int:
    """24 bits by which an author or a post is known here; no id is kept."""
    return crc32(name[:MOST_ID_CHARS].encode("utf-8", "replace")) & 0xFFFFFF


class Heard:
    """Running totals at the start of each of the last `SPAN` cells, and who was heard lately.

    `rows` has a list each for voices (an author's first unhappy post in six hours), people (an
    author's first post), posts, voices foreseen (in units of the caller's choosing; whole
    numbers, so that sums do not depend on their order), the voices and people whose mood does
    not count because their repost tree has had its say, posts that share a voice with others,
    the followers of voices, and the voices that pass somebody's words on. `rows[i][-1 - w]` is
    the total at the start of the cell `w` before the newest; `totals[i]` is the total now.
    """

    __slots__ = ("authors", "cell", "first", "rows", "totals", "trees")

    def __init__(self, cell: int) -> None:
        self.cell = self.first = cell
        self.totals = [0] * ROWS
        self.rows: tuple[array[int], ...] = tuple(_flat(0) for _ in range(ROWS))
        self.authors: dict[int, tuple[int, int]] = {}  # hash: cells of person and voice
        self.trees: dict[int, tuple[int, int]] = {}  # hash: cell of its first, people so far

    def turn(self, foreseen: int) -> None:
        """Open the next cell; `foreseen` is what the cell that ends now was expected to bring."""
        self.cell += 1
        self.totals[FORESEEN] += foreseen
        for row, total in zip(self.rows, self.totals, strict=True):
            row.append(total)
            del row[0]

    def count(
        self,
        cell: int,
        author: int,
        unhappy: bool,
        root: int | None,
        followers: int = 0,
        shares: bool = False,
    ) -> bool:
        """Count a post in its cell, at most `LATE` old; whether it is a new voice.

        author, root  their `key_of`.   shares  several accounts are that author.
        """
        authors = self.authors
        seen, angry = authors.pop(author, (-NEVER, -NEVER))
        person = cell - seen > ONCE
        voice = unhappy and cell - angry > ONCE
        authors[author] = (cell if person else seen, cell if voice else angry)
        if len(authors) > MOST_AUTHORS:
            del authors[next(iter(authors))]
        echo = (person or voice) and root is not None and self._echoes(cell, root)
        self._add(cell, POSTS)
        if shares and not voice:
            self._add(cell, FOLDED)
        if person:
            self._add(cell, PEOPLE)
            if echo:
                self._add(cell, ECHOED_PEOPLE)
        if voice:
            self._add(cell, VOICES)
            if followers:
                self._add(cell, REACH, followers)
            if root is not None:
                self._add(cell, PASSED)
            if echo:
                self._add(cell, ECHOED_VOICES)
        return voice

    def _echoes(self, cell: int, root: int) -> bool:
        """Whether a repost tree has had its say; this person is counted to it."""
        first, people = self.trees.pop(root, (-NEVER, 0))
        if cell - first > ONCE:
            first, people = cell, 0
        self.trees[root] = (first, min(people + 1, TREE_PEOPLE + 1))
        if len(self.trees) > MOST_TREES:
            del self.trees[next(iter(self.trees))]
        return people >= TREE_PEOPLE

    def skip_to(self, cell: int) -> None:
        """Pass over more than a day of silence at once: every window is empty then."""
        self.cell = cell
        self.rows = tuple(_flat(total) for total in self.totals)

    def _add(self, cell: int, which: int, many: int = 1) -> None:
        self.totals[which] += many
        for back in range(1, self.cell - cell + 1):  # a late one: totals since then knew too little
            self.rows[which][-back] += many

    def within(self, which: int, cells: int) -> int:
        """The count in the newest cell and so many before it."""
        return self.totals[which] - self.rows[which][-1 - cells]

    def steps(self, which: int, cells: int) -> list[int]:
        """The count of each of the last cells, the newest last."""
        ends = [*self.rows[which][-cells:], self.totals[which]]
        return [end - start for start, end in pairwise(ends)]

    def between(self, which: int, first: int, last: int) -> int:
        """The count in the cells `first` to `last`; those beyond the newest are empty."""
        return self._before(which, last + 1) - self._before(which, first)

    def _before(self, which: int, cell: int) -> int:
        """The total before a cell."""
        back = self.cell - cell
        return self.totals[which] if back < 0 else self.rows[which][-1 - min(back, SPAN)]

    def dump(self) -> dict[str, object]:
        """Plain JSON values. Ids as 24 bits of a hash: none can be read back."""
        age = self._age
        return {
            "cell": self.cell,
            "first": self.first,
            "counts": [self._steps(which) for which in range(ROWS)],
            "authors": _pack((key, age(a), age(b)) for key, (a, b) in self.authors.items()),
            "trees": _pack((key, age(a), people) for key, (a, people) in self.trees.items()),
        }

    def _age(self, cell: int) -> int:
        return min(NEVER, self.cell - cell)

    def _steps(self, which: int) -> str:
        ends = [*self.rows[which][1:], self.totals[which]]
        steps = [end - start for start, end in zip(self.rows[which], ends, strict=True)]
        return ",".join(str(step or "") for step in steps)

    @classmethod
    def load(cls, told: dict[str, object]) -> "Heard":
        """What `dump` gave. Raises ValueError, KeyError or TypeError for anything else."""
        heard = cls(_whole(told["cell"]))
        heard.first = min(_whole(told["first"]), heard.cell)
        counts = told["counts"]
        if not isinstance(counts, list) or len(counts) not in (ROWS, *ROWS_BEFORE):
            raise ValueError(f"counts must be {ROWS} rows")
        for which, text in enumerate(counts):
            heard._restore(which, [_whole(int(step or 0)) for step in str(text).split(",")])
        now = heard.cell
        for key, seen, angry in _unpack(told["authors"], MOST_AUTHORS):
            heard.authors[key] = (now - seen, now - angry)
        for key, first, people in _unpack(told["trees"], MOST_TREES):
            heard.trees[key] = (now - first, people)
        return heard

    def _restore(self, which: int, steps: list[int]) -> None:
        if len(steps) != SPAN + 1:
            raise ValueError(f"a row must have {SPAN + 1} counts")
        total, row = 0, self.rows[which]
        for at, step in enumerate(steps):
            row[at] = total
            total += step
        self.totals[which] = total


def _flat(total: int) -> "array[int]":
    return array("q", [total]) * (SPAN + 1)


def _pack(entries: Iterable[tuple[int, int, int]]) -> str:
    packed = bytearray()
    for key, one, other in entries:
        packed += key.to_bytes(3, "big") + bytes((one, other))
    return b64encode(packed).decode()


def _unpack(text: object, most: int) -> Iterator[tuple[int, int, int]]:
    packed = b64decode(str(text), validate=True)
    if len(packed) % ENTRY or len(packed) > ENTRY * most:
        raise ValueError("people or trees of the wrong length")
    for at in range(0, len(packed), ENTRY):
        yield int.from_bytes(packed[at : at + 3], "big"), packed[at + 3], packed[at + 4]


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_COUNT:
        raise ValueError(f"{value!r:.40} is not a count")
    return value
