"""What the configuration says of each team's work, and how much of it a text says.

Four things speak for a team, each with its weight: a phrase that it declares, a word of such a
phrase, a word of its description or of a topic's, and a word that is said of the same thing
(`listener.thesaurus`). A phrase that several teams have tells less; what is said in passing less
still; what stands at a text's beginning a little more.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from listener.beside import parts
from listener.stems import LITTLE, folded, meant, split, stemmed, stems
from listener.thesaurus import RINGS
from listener.thesaurus_abroad import ABROAD

if TYPE_CHECKING:
    from config import Team

Phrase = tuple[str, ...]

# Weights were set by hand on one half of an airline's posts, for four ways to declare its teams,
# and rounded; docs/routing.md says what came of them on the other half and on other sets.
PASSING_DECLARED = 0.4  # of a declared phrase that people also say in passing
PART = 0.3  # of a word of a declared phrase
DESCRIBED = 0.2  # of a word of a description
KNOWN, PASSING_KNOWN = 0.75, 0.35  # of a phrase of the same ring: surely about it, in passing
BEGINNING = 0.15  # more at a text's beginning, and as much less at its end
# How far into a ring a team reaches: by its phrases there, those said in passing, those that are
# only part of a declared phrase, and words of its description.
REACH_PASSING, REACH_PART, REACH_DESCRIBED = 0.4, 0.8, 0.35
WHOLE_PASSING = 0.9  # whose every phrase is said in passing there: less than who names the thing
LEAST_REACH = 0.12  # of the reach of whoever reaches farthest: less is an accident


class Kind(IntEnum):
    """How a phrase came to speak for a team; the lower says more."""

    DECLARED = 0
    DESCRIBED = 1
    KNOWN = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a team's work: a declared topic, or with None the team as it is described."""

    team: str
    topic: str | None


class Found(NamedTuple):
    """A phrase that stood in a text, for one part: as it was written, and what it weighs there."""

    part: Part
    kind: Kind
    said: str
    weight: float


class _Speaks(NamedTuple):
    part: Part
    kind: Kind
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a text says for each team.

    teams  in the declared order, 0.0 or more for each.
    stems  of the text, in order.
    heard  phrases that speak for anybody: by how much there, and as they were written.
    """

    teams: Mapping[str, float]
    stems: tuple[str, ...]
    heard: Mapping[Phrase, tuple[float, str]]
    _phrases: Mapping[Phrase, tuple[_Speaks, ...]]

    def found(self, team: str) -> list[Found]:
        """What was found for a team, in the text's order."""
        return [
            Found(one.part, one.kind, said, one.weight * near)
            for phrase, (near, said) in self.heard.items()
            for one in self._phrases[phrase]
            if one.part.team == team
        ]


class Declared:
    """What teams declare, ready to be looked for in texts. Safe to share between threads."""

    def __init__(self, teams: Sequence["Team"]) -> None:
        self._nothing = dict.fromkeys((team.name for team in teams), 0.0)
        index = _Index(_said(teams))
        index.declare()
        index.describe()
        index.know()
        self._phrases = index.phrases()
        self._last: tuple[str, Evidence | None] = ("", None)
        self._longest: dict[str, int] = {}
        for phrase in self._phrases:
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))

    def evidence(self, text: str) -> Evidence:
        """Everything that a text says for teams; each phrase counts once, where it says most."""
        asked, last = self._last
        if last is None or asked is not text:  # asked for each brand that a post names
            last = self._evidence(text)
            self._last = (text, last)
        return last

    def _evidence(self, text: str) -> Evidence:
        pieces = [(split(piece), worth) for piece, worth in parts(folded(text))]
        number = sum(len(piece) for piece, _ in pieces)
        found: dict[Phrase, tuple[float, str]] = {}
        said: list[str] = []
        for piece, worth in pieces:
            words = stemmed(piece)
            for start, phrase in self._standing(words):
                place = (len(said) + start) / number
                near = worth * (1.0 + BEGINNING * (1.0 - 2.0 * place))
                if phrase not in found or found[phrase][0] < near:
                    found[phrase] = near, " ".join(piece[start : start + len(phrase)])
            said += words
        teams = self._nothing.copy()
        for phrase, (near, _) in found.items():
            for part, _, weight in self._phrases[phrase]:
                teams[part.team] += weight * near
        return Evidence(teams, tuple(said), found, self._phrases)

    def _standing(self, stemmed: list[str]) -> list[tuple[int, Phrase]]:
        """Where the phrases stand that speak for anybody."""
        longest, phrases = self._longest, self._phrases
        standing = []
        for start, first in enumerate(stemmed):
            if first in longest:
                for end in range(start + 1, min(start + longest[first], len(stemmed)) + 1):
                    phrase = tuple(stemmed[start:end])
                    if phrase in phrases:
                        standing.append((start, phrase))
        return standing


@dataclass(frozen=True, slots=True)
class _Said:
    """What one part declares: its phrases, and the stems by which it is described."""

    part: Part
    phrases: frozenset[Phrase]
    described: frozenset[str]


def _said(teams: Sequence["Team"]) -> list[_Said]:
    """Every part that says anything, in the declared order."""
    parts = []
    for team in teams:
        for topic, declared in team.owns.items():
            phrases = frozenset(filter(None, chain.from_iterable(map(meant, declared))))
            about = f"{topic} {team.about.get(topic, '')}"
            parts.append(_Said(Part(team.name, topic), phrases, _telling(about)))
        if team.description:
            parts.append(_Said(Part(team.name, None), frozenset(), _telling(team.description)))
    return parts


def _telling(text: str) -> frozenset[str]:
    return frozenset(stems(text)) - LITTLE


class _Index:
    """Which phrases speak for which parts, while it is being built."""

    def __init__(self, said: list[_Said]) -> None:
        self._said = said
        self._known = _rings()
        surely = set(chain.from_iterable(one for one, _ in self._known))
        self._passing = set(chain.from_iterable(one for _, one in self._known)) - surely
        self._speaks: dict[Phrase, dict[Part, _Speaks]] = defaultdict(dict)
        self._declaring = _teams_by(
            (phrase, one.part.team) for one in said for phrase in one.phrases
        )
        self._describing = _teams_by(
            ((word,), one.part.team) for one in said for word in one.described
        )

    def phrases(self) -> dict[Phrase, tuple[_Speaks, ...]]:
        return {phrase: tuple(parts.values()) for phrase, parts in self._speaks.items()}

    def _speak(self, phrase: Phrase, part: Part, kind: Kind, weight: float) -> None:
        """The most that is said of a phrase for a part holds."""
        known = self._speaks[phrase].get(part)
        if known is None or known.weight < weight:
            self._speaks[phrase][part] = _Speaks(part, kind, weight)

    def declare(self) -> None:
        """Declared phrases, and the single words of the longer ones."""
        for one in self._said:
            for phrase in one.phrases:
                shared = math.sqrt(len(self._declaring[phrase]))
                weight = self._worth(phrase) * math.sqrt(len(phrase)) / shared
                self._speak(phrase, one.part, Kind.DECLARED, weight)
        parts = _teams_by(
            ((word,), one.part.team) for one in self._said for word in _parts(one.phrases)
        )
        for one in self._said:
            for word in _parts(one.phrases):
                if (word,) not in self._declaring:
                    weight = PART * self._worth((word,)) / math.sqrt(len(parts[word,]))
                    self._speak((word,), one.part, Kind.DECLARED, weight)

    def _worth(self, phrase: Phrase) -> float:
        return PASSING_DECLARED if phrase in self._passing else 1.0

    def describe(self) -> None:
        """Words of descriptions that nobody declares."""
        for one in self._said:
            for word in one.described:
                if (word,) not in self._declaring:
                    weight = DESCRIBED / math.sqrt(len(self._describing[word,]))
                    self._speak((word,), one.part, Kind.DESCRIBED, weight)

    def know(self) -> None:
        """What is said of the same thing in other words, and that nobody declares. Who reaches
        into a ring by less than one whole phrase is heeded much less: it may be an accident."""
        for surely, passing in self._known:
            reach = self._reach(surely, passing)
            whole = math.fsum(reach.values())
            for phrases, worth in ((surely, KNOWN), (passing, PASSING_KNOWN)):
                for phrase in phrases.difference(self._declaring):
                    for part, far in reach.items():
                        weight = worth * far / whole * min(1.0, far) ** 2 * math.sqrt(len(phrase))
                        self._speak(phrase, part, Kind.KNOWN, weight)

    def _reach(self, surely: frozenset[Phrase], passing: frozenset[Phrase]) -> dict[Part, float]:
        """How far each part reaches into a ring; those who only touch it are left out."""
        reach = {}
        for one in self._said:
            far = self._touches(one, surely) + REACH_PASSING * self._touches(one, passing)
            # Who declares "crew" and nothing else means all that is said of crews.
            whole = len(one.phrases & surely) + WHOLE_PASSING * len(one.phrases & passing)
            far = max(far, whole / len(one.phrases)) if whole else far
            if far:
                reach[one.part] = far
        least = LEAST_REACH * max(reach.values(), default=0.0)
        return {part: far for part, far in reach.items() if far >= least}

    def _touches(self, one: _Said, ring: frozenset[Phrase]) -> float:
        touched: dict[Phrase, float] = {}
        for phrase in one.phrases:
            if phrase in ring:
                touched[phrase] = 1.0 / len(self._declaring[phrase])
            for inner in _inside(phrase):
                if inner in ring:
                    touched[inner] = max(REACH_PART, touched.get(inner, 0.0))
        for word in one.described:
            if (word,) in ring:
                far = REACH_DESCRIBED / len(self._describing[word,])
                touched[word,] = max(far, touched.get((word,), 0.0))
        return math.fsum(touched.values())


def _teams_by(pairs: Iterable[tuple[Phrase, str]]) -> dict[Phrase, set[str]]:
    """Which teams say a phrase."""
    found: dict[Phrase, set[str]] = defaultdict(set)
    for phrase, team in pairs:
        found[phrase].add(team)
    return dict(found)


def _parts(phrases: Iterable[Phrase]) -> set[str]:
    """The telling words of phrases that have several."""
    return {word for phrase in phrases if len(phrase) > 1 for word in phrase} - LITTLE


def _inside(phrase: Phrase) -> Iterator[Phrase]:
    """The shorter phrases within a phrase."""
    for start in range(len(phrase)):
        for end in range(start + 1, len(phrase) + 1):
            if end - start < len(phrase):
                yield phrase[start:end]


@lru_cache(maxsize=1)
def _rings() -> tuple[tuple[frozenset[Phrase], frozenset[Phrase]], ...]:
    """The shipped rings as stems; what is surely about a thing is not said in passing as well."""
    rings = []
    for name, ring in RINGS.items():
        surely = _listed(f"{ring.surely}, {ABROAD.get(name, '')}")
        rings.append((surely, _listed(ring.passing) - surely))
    return tuple(rings)


def _listed(phrases: str) -> frozenset[Phrase]:
    return frozenset(filter(None, map(stems, phrases.split(","))))
