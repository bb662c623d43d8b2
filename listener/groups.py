"""Groups of phrases made ready to be found in a text."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

from listener.cues import Cue


class Groups:
    """The groups of one language. Made once; safe to share between threads."""

    def __init__(
        self, cues: Sequence[Cue], named: Mapping[str, re.Pattern[str]] | None = None
    ) -> None:
        """named: by group, phrases with a name in their middle, which no list can hold."""
        self._owners = tuple(cue for cue in cues for _ in cue.phrases)
        # A phrase is found between blanks, so that it never matches inside a word.
        self._finder = AhoCorasick(
            [f" {phrase} " for cue in cues for phrase in cue.phrases],
            implementation=Implementation.ContiguousNFA,
        )
        self._named = tuple((cue, named[cue.name]) for cue in cues if named and cue.name in named)

    def found(self, words: str) -> dict[Cue, dict[str, tuple[int, int]]]:
        """Return the phrases found in each group, and where; one inside another is left out."""
        listed = self._finder.find_matches_as_indexes(words, overlapping=True)
        hits = [(start, -end, number, self._owners[number]) for number, start, end in listed]
        hits += [
            (found.start(), -found.end(), -1, cue)
            for cue, named in self._named
            for found in named.finditer(words)
        ]
        hits.sort(key=lambda hit: hit[:3])
        groups: dict[Cue, dict[str, tuple[int, int]]] = {}
        reach = 0
        for start, minus_end, _, cue in hits:
            end = -minus_end
            if end > reach:
                reach = end
                groups.setdefault(cue, {}).setdefault(words[start:end], (start, end))
        return groups

    def everywhere(self, words: str) -> Iterator[tuple[Cue, int]]:
        """Yield each phrase's group and where it begins, also of one inside another."""
        for number, start, _ in self._finder.find_matches_as_indexes(words, overlapping=True):
            yield self._owners[number], start

    def names(self, words: str) -> set[str]:
        """Return the names of the groups of which any phrase is found."""
        hits = self._finder.find_matches_as_indexes(words, overlapping=True)
        return {self._owners[number].name for number, _, _ in hits}
