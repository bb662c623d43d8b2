"""The clauses of a text, and whether each complains: what is praised beside is no complaint.

"Delivery was fast but the app crashes" complains of the app alone.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from listener.complaint import groups_found
from listener.cues_voices import VOICES
from listener.cuetext import CueText
from listener.language import SCORED

MAX_CLAUSES = 200  # told apart; nobody writes more in what is read of a post, the rest is one
_ENDS_WORDS = ". ; ! ? .. : ,"
_BUTS_WORDS = (
    "but however although though except aber allerdings jedoch mais pero sino mas porém porem ma "
    "però pero tuttavia"
)
_PARTING = frozenset((_ENDS_WORDS + " " + _BUTS_WORDS).split())
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
_COUNTER = frozenset(
    {"thanks", "praise", "nothing wrong", "slang praise", "cheerful emoji", "solved"}
)
_AIMLESS = frozenset(
    {"demand", "angry emoji", "news or advert", "plain question", "easy tone", "joke"}
    | {voice.name for voice in VOICES}
)


class Mood(IntEnum):
    """How a clause speaks of what it names."""

    PRAISES = -1
    SAYS = 0
    COMPLAINS = 1


class Clause(NamedTuple):
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
        return read, tuple(Clause(*span, Mood.SAYS) for span in _spans(read))
    weights: dict[int, float] = {}
    for cue, places in found.items():
        if cue.name in _AIMLESS or not (cue.shown or cue.name in _COUNTER):
            continue
        for start, _ in places.values():
            weights[start] = weights.get(start, 0.0) + cue.weight
    spans = tuple(_spans(read))
    starts = [start for start, _ in spans]
    sums = [0.0] * len(spans)
    for place, weight in weights.items():
        if spans:
            sums[max(0, bisect_right(starts, place) - 1)] += weight
    fine = not _FINE.isdisjoint(read.each)  # few texts praise so, and need be looked at by clause
    made = [
        Clause(start, end, _mood(less := weight - (fine and _is_fine(read.words[start:end]))), less)
        for (start, end), weight in zip(spans, sums, strict=True)
    ]
    return read, tuple(made)


def _spans(text: CueText) -> Iterator[tuple[int, int]]:
    """Where each clause begins and ends in the words; marks and "but" part them."""
    start = at = parted = 0
    for word in text.parts.split():
        if word in _PARTING and at > start and parted < MAX_CLAUSES:
            yield start, at
            start = at
            parted += 1
        if word != ",":  # which stands in the parts alone
            at += len(word) + 1
    if at > start:
        yield start, at


def _is_fine(clause: str) -> bool:
    said = clause.split()
    return not _FINE.isdisjoint(said) and _NOT.isdisjoint(said)


def _mood(weight: float) -> Mood:
    return Mood.COMPLAINS if weight > 0.0 else Mood.PRAISES if weight < 0.0 else Mood.SAYS


def moods_at(places: Sequence[int], parts: Sequence[Clause]) -> list[Mood]:
    """Return the mood of the clause that holds each place."""
    starts = [part.start for part in parts]
    found = (bisect_right(starts, place) - 1 for place in places)
    return [parts[at].mood if at >= 0 else Mood.SAYS for at in found]
