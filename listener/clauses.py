"""The clauses of a text, and whether each complains: what is praised beside is no complaint.

"Delivery was fast but the app crashes" complains of the app alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from listener.complaint import groups_found
from listener.cuetext import CueText
from listener.language import SCORED

_ENDS_WORDS = ". ; ! ? .. : ,"
_ENDS = frozenset(_ENDS_WORDS.split())
_BUTS_WORDS = (
    "but however although though except aber allerdings jedoch mais pero sino mas porém porem ma "
    "però pero tuttavia"
)
_BUTS = frozenset(_BUTS_WORDS.split())
# What "fast" and "fine" say of a thing is praise unless a "not" stands in the clause; the groups of
# the judgement leave such words out, because they say little of a whole post.
_FINE_WORDS = (
    "fast fine ok okay prompt promptly friendly cheap polite courteous punctual flawless correct "
    "schnell gut super freundlich punktlich rapide bien parfait parfaite aimable sympa rapido "
    "rapida bueno buena amable perfecto perfecta perfeito otimo otima veloce ottimo ottima "
    "gentile gentili perfetto"
)
_FINE = frozenset(_FINE_WORDS.split())
_NOT_WORDS = (
    "not no never nor without isnt wasnt arent werent dont doesnt didnt cant wont nothing hardly "
    "too nicht kein keine nie pas jamais plus aucun aucune ni sans nunca jamas sin nao nem sem "
    "non mai senza nessun nessuna"
)
_NOT = frozenset(_NOT_WORDS.split())
_COUNTER = frozenset({"thanks", "praise", "nothing wrong", "slang praise", "cheerful emoji"})
_AIMLESS = frozenset({"demand", "angry emoji", "news or advert", "plain question", "easy tone"})


class Mood(IntEnum):
    """How a clause speaks of what it names."""

    PRAISES = -1
    SAYS = 0
    COMPLAINS = 1


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text, and its place in `CueText.words`. weight: log-odds of its phrases."""

    start: int
    end: int
    mood: Mood
    weight: float = 0.0


@lru_cache(maxsize=4)  # asked for the aspects, and at once again for the journey
def clauses(text: str, lang: str) -> tuple[CueText, tuple[Clause, ...]]:
    """Return a text as it is read in its language, and its clauses in order.

    A text of a language that has no groups only says.
    """
    read, found = groups_found(text, lang)
    if lang not in SCORED:
        found = {}
    weights: dict[int, float] = {}
    for cue, places in found.items():
        if cue.name in _AIMLESS or not (cue.shown or cue.name in _COUNTER):
            continue
        for start, _ in places.values():
            weights[start] = weights.get(start, 0.0) + cue.weight
    made = (_clause(read.words, start, end, weights) for start, end in _spans(read))
    return read, tuple(made)


def _spans(text: CueText) -> Iterator[tuple[int, int]]:
    """Where each clause begins and ends in the words; marks and "but" part them."""
    start = at = 0
    for word in text.parts.split():
        if word == ",":  # stands in the parts alone
            ends, width = True, 0
        else:
            ends, width = word in _ENDS or word in _BUTS, len(word) + 1
        if ends and at > start:
            yield start, at
            start = at
        at += width
    if at > start:
        yield start, at


def _clause(words: str, start: int, end: int, weights: dict[int, float]) -> Clause:
    weight = sum(one for place, one in weights.items() if start <= place < end)
    said = frozenset(words[start : end + 1].split())
    if said & _FINE and not said & _NOT:
        weight -= 1.0
    mood = Mood.COMPLAINS if weight > 0.0 else Mood.PRAISES if weight < 0.0 else Mood.SAYS
    return Clause(start, end, mood, weight)


def mood_at(place: int, parts: Sequence[Clause]) -> Mood:
    """Return the mood of the clause that holds a place."""
    return next((part.mood for part in parts if part.start <= place < part.end), Mood.SAYS)
