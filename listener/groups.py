"""Groups of phrases made ready to be found in a text."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

from listener.cues import Cue
from listener.cuetext import CueText

_PRAISES = frozenset({"praise", "thanks", "nothing wrong", "slang praise"})
_NEGATION = "negation"
_EVERYBODY_SAYS = frozenset({"contrast", "own trouble"})
_REPROACH = 0.9  # weight of a group from which it says more than that time has passed

Found = dict[Cue, dict[str, tuple[int, int]]]
_Hit = tuple[int, int, int]  # which phrase, and where it begins and ends


class Groups:
    """The groups of one language. Made once; safe to share between threads."""

    def __init__(
        self,
        cues: Sequence[Cue],
        named: Mapping[str, tuple[tuple[str, ...], re.Pattern[str]]] | None = None,
        mere: frozenset[str] = frozenset(),
        graver: Sequence[Cue] = (),
    ) -> None:
        """named: by group, phrases with a name in their middle, which no list can hold, behind what
        a text must have one of for them.
        mere: phrases of time and habit ("every day") that tell nothing by themselves.
        graver: groups of which `everywhere` tells too, so that a text is searched but once."""
        self._mere = mere
        self._owners = tuple(cue for cue in (*cues, *graver) for _ in cue.phrases)
        self._own = sum(len(cue.phrases) for cue in cues)
        # A phrase is found between blanks, so that it never matches inside a word.
        self._finder = AhoCorasick(
            [f" {phrase} " for cue in (*cues, *graver) for phrase in cue.phrases],
            implementation=Implementation.ContiguousNFA,
        )
        self._last: tuple[str, Found] = ("", {})
        self._listed: tuple[str, list[_Hit]] = ("", [])
        by_name = named or {}
        self._named = tuple(by_name[cue.name] for cue in cues if cue.name in by_name)
        # The longest word of each, without one of which no text has any of them.
        self._needed = frozenset(
            max(need.split(), key=len) for needs, _ in self._named for need in needs
        )
        # Theirs are the last, so that a number below zero finds them, too.
        self._owners += tuple(cue for cue in cues if cue.name in by_name)

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The groups, each once."""
        return tuple(dict.fromkeys(self._owners))

    def found(self, text: CueText) -> Found:
        """Return the phrases found in each group, and where; one inside another is left out."""
        asked, last = self._last
        if asked is not text.words:  # the judgement asks, and the clauses at once again
            groups = self._found(text)
            last = self._borne_out(groups) if self._mere else groups
            self._last = (text.words, last)
        return last

    def _borne_out(self, groups: Found) -> Found:
        """Leave out mere stretches of time where nothing else in the text complains.

        "Every day for three years" is praise beside "wonderful", and a song that somebody likes;
        it takes a reproach or a "not" to make it a wait.
        """
        left = {
            cue: {phrase: at for phrase, at in places.items() if phrase.strip() not in self._mere}
            for cue, places in groups.items()
        }
        left = {cue: places for cue, places in left.items() if places}
        praised = not _PRAISES.isdisjoint(cue.name for cue in left)
        return groups if any(_speaks(cue, praised=praised) for cue in left) else left

    def _found(self, text: CueText) -> Found:
        words = text.words
        listed = self._hits(words)
        hits = [(start, -end, number) for number, start, end in listed if number < self._own]
        if not self._needed.isdisjoint(text.each):
            hits += [
                (found.start(), -found.end(), number)
                for number, (needs, named) in enumerate(self._named, -len(self._named))
                if any(need in words for need in needs)
                for found in named.finditer(words)
            ]
        hits.sort()  # bare numbers, and no key: this is done for each post
        groups: Found = {}
        reach = 0
        for start, minus_end, number in hits:
            end = -minus_end
            if end > reach:
                reach = end
                phrase, owner = words[start:end], self._owners[number]
                if owner in groups:
                    groups[owner].setdefault(phrase, (start, end))
                else:
                    groups[owner] = {phrase: (start, end)}
        return groups

    def everywhere(self, words: str) -> Iterator[tuple[Cue, int, int]]:
        """Yield each phrase's group and where it stands, also of one inside another."""
        for number, start, end in self._hits(words):
            yield self._owners[number], start, end

    def _hits(self, words: str) -> list[_Hit]:
        asked, listed = self._listed
        if asked is not words:  # the judgement asks, and the severity at once again
            listed = self._finder.find_matches_as_indexes(words, overlapping=True)
            self._listed = (words, listed)
        return listed


def _speaks(cue: Cue, *, praised: bool) -> bool:
    """Whether a group may turn a stretch of time into a wait; beside praise fewer may."""
    if cue.name == _NEGATION:
        return True
    if praised:
        return cue.shown and cue.weight >= _REPROACH
    return cue.weight > 0.0 and cue.name not in _EVERYBODY_SAYS
