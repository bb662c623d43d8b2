"""What is known of a language other than English: its groups of phrases and its lexicon.

One file a language (`cues_de.txt` and its like), read when the first post in it is met. The groups
bear the names of the English ones, and their weights but for one, so that one formula and one
threshold serve all. How such a file is written: `docs/languages.md`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from listener.cues import Cue, cue
from listener.cues_against import COUNTER_CUES
from listener.cues_for import COMPLAINT_CUES
from listener.cuetext import Spelling, read, spellings
from listener.groups import Groups
from listener.sections import sections

NORMAL = 15.0  # VADER's own: it brings a sum to -1 to 1 (Hutto and Gilbert, 2014)
NEGATED = -0.6  # what remains of a word's valence after a "not"; VADER takes -0.74
BOOSTED = 1.3  # times, after a "very"
NEGATION_REACH = 3  # words back to a "not"
BEFORE_BUT, AFTER_BUT = 0.5, 1.5  # VADER's own weights of what stands before and after a "but"
MAX_MOOD_WORDS = 700  # a mood is told within this
_MOOD, _GRAVER = "mood ", "graver: "  # how sections of a file begin
_NOT_BY_ITSELF = ", not by itself"
_MARKS = frozenset({".", "!", "?", ";", ":", ".."})

_ENGLISH = {group.name: group for group in (*COMPLAINT_CUES, *COUNTER_CUES)}
_EMOJI = ("angry emoji", "cheerful emoji")
# A verb is said with its "me" where English needs none, so that the word tells less. Chosen on the
# even rows of the set that `bench.languages` measures by.
_LIGHTER = {"own trouble": 0.3}
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
    graver    the groups that count for severity alone.
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

    def everywhere(self, words: str) -> Iterator[tuple[Cue, int, int]]:
        """Yield each phrase's group and where it stands, those that count for severity too."""
        yield from self.groups.everywhere(words)
        yield from self.graver.everywhere(words)

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


def build(written: str) -> Tongue:
    """Make a language of what its file says: sections named as in `docs/languages.md`.

    Raises KeyError where a section is no known one, or one that no language can do without lacks;
    ValueError where a phrase is not whole.
    """
    parts = {name: " ".join(lines) for name, lines in sections(written)}
    short = _shorthands(written)
    spelling = Spelling(
        spellings(parts.pop("spelling", "")),
        letters=tuple(spellings(parts.pop("letters", "")).items()),
        elides="apostrophe" in parts,
    )
    rest = {name: parts.pop(name) for name in ("negators", "boosters", "buts")}
    moods = {
        float(name.removeprefix(_MOOD)): parts.pop(name)
        for name in [*parts]
        if name.startswith(_MOOD)
    }
    late_not = parts.pop("late not", "")
    for name in ("shorthands", "apostrophe"):
        parts.pop(name, None)
    groups, grave, mere = _cues(parts, short, spelling)
    return Tongue(
        spelling,
        Groups([*groups, *(_ENGLISH[name] for name in _EMOJI)], mere=mere),
        Groups(grave),
        _lexicon(moods, short, spelling),
        **{name: _words(listed, spelling) for name, listed in rest.items()},
        late_not=late_not,
    )


def _shorthands(written: str) -> dict[str, str]:
    lines = next((lines for name, lines in sections(written) if name == "shorthands"), [])
    return dict(line.split(" = ", 1) for line in lines)


def _cues(
    parts: Mapping[str, str], short: Mapping[str, str], spelling: Spelling
) -> tuple[list[Cue], list[Cue], frozenset[str]]:
    """Return the groups, those that only make a complaint graver, and the mere stretches of time.

    Raises KeyError for a group that English has not.
    """
    phrases: dict[str, str] = {}
    grave: list[Cue] = []
    mere: set[str] = set()
    for title, listed in parts.items():
        spelt = _spelt(listed, short, spelling)
        name = title.removesuffix(_NOT_BY_ITSELF)
        if title.startswith(_GRAVER):
            grave.append(_group(title.removeprefix(_GRAVER), 0.0, spelt))
            continue
        if name not in _ENGLISH:
            raise KeyError(f"no such group: {name}")
        phrases[name] = f"{phrases[name]}, {spelt}" if name in phrases else spelt
        if name != title:
            mere.update(_group(title, 0.0, spelt).phrases)
    groups = [
        _group(name, _weight_of(name), listed, shown=_ENGLISH[name].shown)
        for name, listed in phrases.items()
    ]
    return groups, grave, frozenset(mere)


def _weight_of(name: str) -> float:
    return _LIGHTER.get(name, _ENGLISH[name].weight)


def _group(name: str, weight: float, listed: str, *, shown: bool = True) -> Cue:
    """Raise ValueError where a phrase is not whole: a comma inside braces parts it in two."""
    for phrase in listed.split(","):
        if phrase.count("{") != phrase.count("}"):
            raise ValueError(
                f"[{name}]: braces do not match in {phrase.strip()!r}; no comma goes inside them"
            )
    made = cue(name, weight, listed, shown=shown)
    if "" in made.phrases:
        raise ValueError(f"[{name}]: one of its phrases may stand for nothing at all")
    return made


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
    return build(Path(__file__).with_name(f"cues_{lang}.txt").read_text(encoding="utf-8"))
