"""Names that are ordinary words: whether the words beside one speak of the brand. Pure.

"Apple", "Target", "Gap", "Orange" and "Shell" are said of other things all day. A brand may declare
words of which one must stand beside its name (`near`), and words beside which it is something else
(`not_near`); more of the latter are learned from "not us" clicks.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from enum import Enum

NEIGHBOURHOOD = 8  # words between a name and its neighbour, at most


class Role(Enum):
    """What it means that a brand's pattern stands in a post."""

    NAMES = "names"
    EXCLUDES = "excludes"
    NEAR = "near"
    NOT_NEAR = "not near"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a brand's name stands in a searched text; of two, the first, else the longer, is less.

    length  negative.
    plain   it is one ordinary word, or a hashtag of it; a handle, a domain and a phrase are names.
    """

    start: int
    length: int
    term: str
    plain: bool


@dataclass(slots=True)
class Seen:
    """What of one brand stands in a post."""

    names: list[Place] = field(default_factory=list)
    near: list[tuple[int, int]] = field(default_factory=list)
    not_near: list[tuple[int, int]] = field(default_factory=list)
    excluded: bool = False

    def first(self, text: str, *, wants_near: bool) -> Place | None:
        """The first place that names the brand; None where none does.

        wants_near  the brand declares neighbours of which one must be there.
        A neighbour that excludes wins over one that is wanted.
        """
        if self.excluded or not self.names:
            return None
        if not (wants_near or self.not_near):
            return min(self.names)
        blanks = [found.start() for found in _BLANK.finditer(text)]
        near, not_near = sorted(self.near), sorted(self.not_near)
        for place in sorted(self.names):
            if not place.plain:
                return place
            is_ours = not wants_near or _is_beside(place, near, blanks)
            if is_ours and not _is_beside(place, not_near, blanks):
                return place
        return None


_BLANK = re.compile(r"\s")


def _is_beside(place: Place, others: list[tuple[int, int]], blanks: list[int]) -> bool:
    """Whether one of other places, in order, is within the neighbourhood. What overlaps the name is
    the name itself. Only those nearby are looked at, however many a text has."""
    start, end = place.start, place.start - place.length
    at = bisect_left(others, (start, start))
    for _, last in reversed(others[max(0, at - MOST_BESIDE) : at]):
        if last <= start and _words(blanks, last, start) <= NEIGHBOURHOOD:
            return True
    for first, _ in others[at : at + MOST_BESIDE]:
        if first >= end and _words(blanks, end, first) <= NEIGHBOURHOOD:
            return True
    return False


MOST_BESIDE = 50  # places on either side that are looked at; nearer ones come first


def _words(blanks: list[int], start: int, end: int) -> int:
    """How many words on from one place another stands."""
    return bisect_left(blanks, end) - bisect_left(blanks, start)


# Neither links nor handles: the one are never twice the same, the other are people.
_NO_WORD = re.compile(r"https?://\S+|www\.\S+|@\w+")
_WORD = re.compile(r"[^\W\d_]{3,40}")


def company(text: str, place: Place) -> frozenset[str]:
    """The words in the neighbourhood of a place of a searched text, each of three letters or
    more; in a script without blanks there are few."""
    start, end = place.start, place.start - place.length
    before = _NO_WORD.sub(" ", text[:start]).split()[-NEIGHBOURHOOD:]
    after = _NO_WORD.sub(" ", text[end:]).split()[:NEIGHBOURHOOD]
    words = _WORD.findall(" ".join((*before, "|", *after)))
    return frozenset(words) - set(_WORD.findall(text[start:end]))
