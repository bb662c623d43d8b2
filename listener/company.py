"""Names that are ordinary words: whether the words beside one speak of the brand. Pure.

"Apple", "Target", "Gap", "Orange" and "Shell" are said of other things all day. A brand may declare
words of which one must stand beside its name (`near`), and words beside which it is something else
(`not_near`); more of the latter are learned from "not us" clicks.
"""

import re
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
        if self.excluded:
            return None
        return min((one for one in self.names if self._stands(text, one, wants_near)), default=None)

    def _stands(self, text: str, place: Place, wants_near: bool) -> bool:
        if not place.plain:
            return True
        if any(_beside(text, place, other) for other in self.not_near):
            return False
        return not wants_near or any(_beside(text, place, other) for other in self.near)


def _beside(text: str, place: Place, other: tuple[int, int]) -> bool:
    """Whether another place is within the neighbourhood; the name's own letters are not."""
    start, end = place.start, place.start - place.length
    if other[0] < end and start < other[1]:
        return False
    between = text[end : other[0]] if other[0] >= end else text[other[1] : start]
    return len(between.split()) < NEIGHBOURHOOD


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
