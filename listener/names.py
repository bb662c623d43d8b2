"""Of whom a post speaks: where this brand's names stand in it, and where those of others."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from listener.cuetext import CueText, read

OURS, OTHER = "OURS", "OTHER"  # a text's words are lower case: these are nobody's
_MENTION = re.compile("(?<= )@(?= )")


# Not compared by value: there is one for each brand.
@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """By which names posts speak of one brand, and of others.

    spelled  names as a text's words spell them, between blanks, the longest first, and whose
             they are.
    handles  the same written as one, as after an "@".
    """

    spelled: tuple[tuple[str, str], ...] = ()
    handles: Mapping[str, str] | None = None

    @classmethod
    def of(cls, ours: Iterable[str], others: Iterable[str]) -> "Names":
        """Read names as they are declared: words, phrases, #tags or @handles."""
        whose = dict.fromkeys(map(_spelt, others), OTHER) | dict.fromkeys(map(_spelt, ours), OURS)
        joined = {f" {name.replace(' ', '')} ": owner for name, owner in whose.items()}
        longest = sorted((joined | whose).items(), key=lambda one: -len(one[0]))
        handles = {name.strip(): owner for name, owner in joined.items()}
        return cls(tuple(one for one in longest if one[0].strip()), handles)

    def __bool__(self) -> bool:
        return bool(self.spelled)


NO_NAMES = Names()


@lru_cache(maxsize=4_096)  # each brand's names are others to every other brand
def _spelt(name: str) -> str:
    return read(name.lstrip("#@")).parts


# Not compared by value: there is one for each post that is read.
@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """A text's words with OURS and OTHER for names.

    words  between single blanks, with a `,` wherever else a clause ends.
    """

    words: str
    text: CueText
    names: Names

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return which words of the text stand at words[start:end], which holds whole words."""
        at = _places(self)
        first = self.words.count(" ", 0, start)
        last = first + len(self.words[start:end].split())
        return at[min(first, len(at) - 1)], at[min(last, len(at) - 1)]

    def ours(self) -> list[int]:
        """Return about where among the text's words this brand is named; long names count one."""
        words = [word for word in self.words.split() if word != ","]
        return [at for at, word in enumerate(words) if word == OURS]


@lru_cache(maxsize=4)  # asked for each clause of one post
def _places(marked: Marked) -> list[int]:
    """For each word its place among the words of the text, and the place after the last."""
    at = [0]
    parts = marked.text.parts.split()
    place = read_to = 0  # among the words of the text, and among its words with commas
    for word in marked.words.split():
        at[-1] = place
        length = 1
        if word in (OURS, OTHER):
            rest = f" {' '.join(parts[read_to : read_to + _LONGEST_NAME])} "
            starts = (name for name, owner in marked.names.spelled if owner == word)
            length = next((len(name.split()) for name in starts if rest.startswith(name)), 1)
        place += sum(part != "," for part in parts[read_to : read_to + length])
        read_to += length
        at.append(place)
    return at


_LONGEST_NAME = 12  # words


def mark(text: CueText, names: Names) -> Marked:
    """Put OURS and OTHER for the names in a text."""
    words = text.parts
    for name, owner in names.spelled:
        while name in words:  # again: two names in a row share a blank
            words = words.replace(name, f" {owner} ")
    if names.handles and " @ " in words:
        owners = [names.handles.get(word[1:], "@") for word in text.said if word[:1] == "@"]
        if owners.count("@") < len(owners):
            following = iter(owners)
            words = _MENTION.sub(lambda _: next(following, "@"), words)
    return Marked(words, text, names)
