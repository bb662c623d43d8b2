"""Stretches of a text: its clauses, and those of which a reproach does not count."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from listener.names import Marked


@dataclass(frozen=True, slots=True)
class Aside:
    """A stretch of a text in which phrases do not count.

    start, end  which of the text's words: the first, and the one after the last.
    reproach    what speaks for a complaint does not count there; `praise`: what speaks against.
    doubtful    it may be a complaint all the same, and is unsure at the least.
    """

    why: str
    start: int
    end: int
    reproach: bool = True
    praise: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What is set aside of a text, and which brand its author prefers.

    prefers  1 this brand to another, -1 another to this one, 0 neither.
    shown    the words that say which is preferred, as a place in the text.
    marked     the text with the names in it, where it was looked at.
    addressed  this brand is spoken to ("…, Acme"); `directed`: or a post begins with a mention.
    """

    asides: tuple[Aside, ...] = ()
    prefers: int = 0
    shown: tuple[int, int] = (0, 0)
    addressed: bool = False
    directed: bool = False
    marked: Marked | None = None


_CLAUSE = re.compile(
    r"(?: (?:[.,;:!?]|\.\.)(?= ))+ | (?:but|because|while|whereas|meanwhile|although|though|"
    r"and then|and"
    r"|cause|until|so(?= (?:i|we|you|they|it|my|the|now) )) "
)


def clauses(words: str) -> Iterator[tuple[int, int]]:
    """Yield where each clause begins and ends; both are blanks."""
    start = 0
    for end in _CLAUSE.finditer(words):
        marks = not end.group()[1].isalpha()
        if end.start() > start:
            yield start, end.end() if marks else end.start() + 1
        start = end.end() - 1
    if start < len(words) - 1:
        yield start, len(words)
