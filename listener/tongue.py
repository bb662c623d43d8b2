"""What is known of a language other than English: its groups of phrases and its lexicon.

One file a language (`cues_de` and its like), loaded when the first post in it is met. The groups
bear the names and weights of the English ones, so that one formula and one threshold serve all.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from listener.cues import Cue, cue
from listener.cues_against import COUNTER_CUES
from listener.cues_for import COMPLAINT_CUES
from listener.cuetext import Spelling, read
from listener.groups import Groups

NORMAL = 15.0  # VADER's own: it brings a sum to -1 to 1 (Hutto and Gilbert, 2014)
NEGATED = -0.6  # what remains of a word's valence after a "not"; VADER takes -0.74
BOOSTED = 1.3  # times, after a "very"
NEGATION_REACH = 3  # words back to a "not"
BEFORE_BUT, AFTER_BUT = 0.5, 1.5  # VADER's own weights of what stands before and after a "but"
MAX_MOOD_WORDS = 700  # a mood is told within this
_MARKS = frozenset({".", "!", "?", ";", ":", ".."})

_ENGLISH = {group.name: group for group in (*COMPLAINT_CUES, *COUNTER_CUES)}
_EMOJI = ("angry emoji", "cheerful emoji")
_MOOD_OF_EMOJI = {
    **dict.fromkeys("😡😠🤬🤮", -2.5),
    **dict.fromkeys("👎😤🙄😒🤦😞💔", -1.8),
    **dict.fromkeys("😍❤💕💙🎉", 2.5),
    **dict.fromkeys("👍🙏😊😁😀👏", 1.8),
}


# Not compared by value: there is one for each language.
@dataclass(frozen=True, slots=True, eq=False)
class Tongue:
    """A language we can score.

    lexicon   folded word → valence, -3.0 to 3.0.
    negators  words that turn what follows; `boosters` strengthen it; after `buts` counts more.
    late_not  a "not" may also follow what it takes back (German).
    graver    groups that count for severity alone.
    """

    spelling: Spelling
    groups: Groups
    graver: Groups
    lexicon: Mapping[str, float]
    negators: frozenset[str]
    boosters: frozenset[str]
    buts: frozenset[str]
    late_not: str = ""

    def valence(self, text: str) -> float:
        """Return how positive a text sounds, -1.0 to 1.0, 0.0 where no word is known."""
        words = read(text, self.spelling).words.split()[:MAX_MOOD_WORDS]
        felt = [
            (at, self._felt(words, at)) for at, word in enumerate(words) if word in self.lexicon
        ]
        turn = next((at for at, word in enumerate(words) if word in self.buts), None)
        total = sum(
            mood if turn is None else mood * (BEFORE_BUT if at < turn else AFTER_BUT)
            for at, mood in felt
        )
        return round(total / math.sqrt(total * total + NORMAL), 4)

    def _felt(self, words: list[str], at: int) -> float:
        mood = self.lexicon[words[at]]
        before = words[max(0, at - NEGATION_REACH) : at]
        for mark in _MARKS.intersection(before):
            before = before[len(before) - before[::-1].index(mark) :] if mark in before else before
        if self.boosters.intersection(before[-1:]):
            mood *= BOOSTED
        if self.negators.intersection(before) or (
            self.late_not and self.late_not in words[at + 1 : at + 3]
        ):
            mood *= NEGATED
        return mood


def build(
    spelling: Spelling,
    shorthands: Mapping[str, str],
    phrases: Mapping[str, str],
    graver: Mapping[str, str],
    moods: Mapping[float, str],
    *,
    negators: str,
    boosters: str,
    buts: str,
    late_not: str = "",
) -> Tongue:
    """Make a language of what its file says; groups are written as in `listener.cues`.

    Raises KeyError where a group is none of the English ones.
    """

    def group(name: str, written: str) -> Cue:
        known = _ENGLISH.get(name)
        weight, shown = (known.weight, known.shown) if known else (0.0, True)
        return cue(name, weight, _spelt(written, shorthands, spelling), shown=shown)

    strange = phrases.keys() - _ENGLISH.keys()
    if strange:
        raise KeyError(f"no such group: {', '.join(sorted(strange))}")
    groups = [group(name, written) for name, written in phrases.items()]
    grave = [group(name, written) for name, written in graver.items()]
    return Tongue(
        spelling,
        Groups([*groups, *(_ENGLISH[name] for name in _EMOJI)]),
        Groups([*groups, *grave]),
        _lexicon(moods, shorthands, spelling),
        _words(negators, spelling),
        _words(boosters, spelling),
        _words(buts, spelling),
        late_not,
    )


def _spelt(written: str, shorthands: Mapping[str, str], spelling: Spelling) -> str:
    for short, long in shorthands.items():
        written = written.replace(short, long)
    written = spelling.plain(written)
    for letters, meant in spelling.letters:
        written = written.replace(letters, meant)
    return written


def _lexicon(
    moods: Mapping[float, str], shorthands: Mapping[str, str], spelling: Spelling
) -> dict[str, float]:
    lexicon = dict(_MOOD_OF_EMOJI)
    for mood, written in moods.items():
        listed = ",".join(_spelt(written, shorthands, spelling).split())
        lexicon |= dict.fromkeys(cue("", 0.0, listed).phrases, mood)
    return lexicon


def _words(written: str, spelling: Spelling) -> frozenset[str]:
    return frozenset(_spelt(written, {}, spelling).split())


@cache
def tongue(lang: str) -> Tongue:
    """Return what is known of a language of `listener.language.TONGUES`."""
    found: Tongue = import_module(f"listener.cues_{lang}").TONGUE
    return found
