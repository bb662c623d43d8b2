"""Of whom a post speaks: where this brand's names stand in it, and where those of others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from listener.cuetext import CueText, read

OURS, OTHER = "OURS", "OTHER"  # a text's words are lower case: these are nobody's
_ENDS = frozenset(", . ! ? ; : ..".split())


@dataclass(frozen=True, slots=True)
class Names:
    """By which names posts speak of one brand, and of others.

    first  a name's first word → the rest of the name and whose it is, the longest name first.
    """

    first: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]

    @classmethod
    def of(cls, ours: Iterable[str], others: Iterable[str]) -> "Names":
        """Read names as they are declared: words, phrases, #tags or @handles."""
        whose = dict.fromkeys(map(_spelt, others), OTHER) | dict.fromkeys(map(_spelt, ours), OURS)
        joined = {("".join(name),): owner for name, owner in whose.items()}
        first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, owner in (joined | whose).items():
            if name and name[0]:
                first.setdefault(name[0], []).append((name[1:], owner))
        longest = {word: sorted(some, key=lambda one: -len(one[0])) for word, some in first.items()}
        return cls({word: tuple(some) for word, some in longest.items()})


NO_NAMES = Names({})


def _spelt(name: str) -> tuple[str, ...]:
    return tuple(word.lstrip("@") for word in read(name.lstrip("#@")).said if word)


@dataclass(frozen=True, slots=True)
class Marked:
    """A text's words with OURS and OTHER for names, and where each stands.

    words  between single blanks, with a `,` wherever else a clause ends.
    at     for each of them its place among the words of the text; that of the next for a `,`.
    """

    words: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return which words of the text stand at words[start:end], which holds whole words."""
        first = self.words.count(" ", 0, start)
        last = first + len(self.words[start:end].split())
        return self.at[first], self.at[last] if last < len(self.at) else self.at[-1] + 1


def mark(text: CueText, names: Names) -> Marked:
    """Put OURS and OTHER for the names in a text."""
    said = [word.lstrip("@") for word in text.said]
    words: list[str] = []
    at: list[int] = []
    place = skip = 0
    for word in text.parts.split():
        if word == ",":
            words.append(word)
            at.append(place)
            continue
        if skip:
            skip -= 1
        else:
            length, owner = _named(said, place, names)
            skip = max(0, length - 1)
            words.append(owner or word)
            at.append(place)
        place += 1
    return Marked(f" {' '.join(words)} ", tuple(at))


def _named(said: list[str], place: int, names: Names) -> tuple[int, str]:
    """Return how many words long the name is that begins at a place, and whose it is."""
    for rest, owner in names.first.get(said[place], ()):
        length = 1 + len(rest)
        if tuple(said[place + 1 : place + length]) == rest:
            return length, owner
    return 0, ""
