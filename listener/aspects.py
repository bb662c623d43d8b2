"""What a post complains about: billing, delivery, staff, … in the team's words, or its own.

An aspect counts where a clause that complains names it; where none does, where the text names it
without praise. The shipped vocabulary is `aspects.txt`; each topic that a team declares is an
aspect too, and takes the place of a shipped one that it is called by.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from listener.clauses import Clause, Mood, clauses, moods_at
from listener.cuetext import CueText, read
from listener.folding import fold
from listener.own_words import own_words
from listener.stems import stem
from listener.vocabulary import Named, Vocabulary

if TYPE_CHECKING:
    from config import Team

MAX_ASPECTS = 6
MAX_WORDS = 3  # shown of an aspect
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something that is complained about.

    name   of the shipped vocabulary or of a team's topic; "other" where neither has a word for it.
    words  at most three that said so. They quote the post: treat them as text.
    shipped  the shipped aspect that it is, or whose place it takes; "" where it is neither.
    """

    name: str
    words: tuple[str, ...]
    shipped: str = ""

    @property
    def spoken(self) -> str:
        """Its name; of an "other", its own words with it."""
        return (
            f"{OTHER}: {', '.join(self.words)}" if self.name == OTHER and self.words else self.name
        )


@cache
def shipped() -> Vocabulary:
    """The shipped vocabulary; read when the first complaint is met."""
    return Vocabulary(Path(__file__).with_name("aspects.txt"))


class Aspects:
    """Tells what is complained about. Made once; safe to share between threads."""

    def __init__(self, teams: Sequence["Team"] = ()) -> None:
        """teams: whose topics are aspects beside the shipped ones."""
        self._topics = {topic: words for team in teams for topic, words in team.owns.items()}
        self._phrases: dict[tuple[str, ...], str] = {}
        for topic, words in self._topics.items():
            for word in words:
                self._phrases.setdefault(
                    tuple(map(stem, read(word).words.split())), topic
                )  # as posts are read
        self._firsts = {phrase[0] for phrase in self._phrases if phrase}
        self._longest = max(map(len, self._phrases), default=0)

    @cached_property
    def _called(self) -> dict[str, str]:
        """Shipped aspects by which a topic is called → the topic that takes their place."""
        called: dict[str, str] = {}
        for topic in self._topics:
            name = shipped().claims(" ".join(read(fold(topic)).words.split()))
            if name is not None:
                called.setdefault(name, topic)
        return called

    def of(self, text: str, lang: str) -> tuple[Aspect, ...]:
        """Return what a complaint in a language complains about, in the order it is said.

        Where no known word says it, "other" with the text's own words; nothing where there are
        none.
        """
        judged, parts = clauses(text, lang)
        known = shipped().read(text, lang)
        named = self._named(known, judged, lang)
        found: dict[str, list[str]] = {}
        for one in complained(named, parts):
            found.setdefault(one.name, []).append(known.quote(one.start, one.end))
        if found:
            return tuple(
                Aspect(name, tuple(dict.fromkeys(words))[:MAX_WORDS], self._shipped(name))
                for name, words in list(found.items())[:MAX_ASPECTS]
            )
        own = own_words(text, lang, judged, parts)
        return (Aspect(OTHER, (own,)),) if own else ()

    def _shipped(self, name: str) -> str:
        instead = (known for known, topic in self._called.items() if topic == name)
        return next(instead, "" if name in self._topics else name)

    def _named(self, known: CueText, judged: CueText, lang: str) -> list[Named]:
        """Shipped and declared aspects; where both claim a word, it is the team's."""
        if not self._topics:
            return shipped().found(known.words, lang)
        declared = list(self._declared(known.words))
        taken = {place for one in declared for place in range(one.start + 1, one.end - 1)}
        named = [
            Named(self._called.get(one.name, one.name), one.start, one.end)
            for one in shipped().found(known.words, lang)
            if not _overlaps(one, taken)
        ]
        return sorted((*declared, *named), key=lambda one: one.start)

    def _declared(self, text: str) -> Iterator[Named]:
        if not self._phrases:
            return
        words = text.split()
        stems = list(map(stem, words))
        starts = [0]
        for word in words:
            starts.append(starts[-1] + len(word) + 1)
        for at, first in enumerate(stems):
            if first not in self._firsts:
                continue
            for length in range(min(self._longest, len(stems) - at), 0, -1):
                topic = self._phrases.get(tuple(stems[at : at + length]))
                if topic is not None:
                    yield Named(topic, starts[at], starts[at + length] + 1)
                    break


def _overlaps(one: Named, taken: set[int]) -> bool:
    return bool(taken) and not taken.isdisjoint(range(one.start + 1, one.end - 1))


def complained(named: Sequence[Named], parts: Sequence[Clause]) -> list[Named]:
    """Return what stands in clauses that complain; where nothing does, in those that only say."""
    if not named:
        return []
    mood = moods_at([one.start for one in named], parts)
    for wanted in (Mood.COMPLAINS, Mood.SAYS):
        found = [one for one, its in zip(named, mood, strict=True) if its is wanted]
        if found:
            return found
    return []
