"""Of whom a post speaks: where this brand's names stand in it, and where those of others."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

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
    ordinary  of others' names those that are words or numbers as well ("Three"): only with a
              capital letter are they names.
    masked   finds the names that are words which judge ("Best Buy"), in a text as it was written.
    """

    spelled: tuple[tuple[str, str], ...] = ()
    handles: Mapping[str, str] | None = None
    ordinary: frozenset[str] = frozenset()
    masked: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def of(cls, ours: Iterable[str], others: Iterable[str]) -> "Names":
        """Read names as they are declared: words, phrases, #tags or @handles."""
        ours, others = tuple(ours), tuple(others)
        whose = _spelt_all(others, OTHER) | _spelt_all(ours, OURS)
        joined = {f" {name.replace(' ', '')} ": owner for name, owner in whose.items()}
        longest = sorted((joined | whose).items(), key=lambda one: -len(one[0]))
        handles = {name.strip(): owner for name, owner in joined.items()}
        ordinary = frozenset(
            name
            for name, owner in whose.items()
            if owner == OTHER and name.strip() in everyday_words()
        )
        masked = filter(None, map(_pattern, dict.fromkeys((*ours, *others))))
        return cls(
            tuple(one for one in longest if one[0].strip()), handles, ordinary, tuple(masked)
        )

    def mask(self, text: str) -> str:
        """Put a word that means nothing for each word of the names that judge by themselves."""
        for name in self.masked:
            text = name.sub(_masked, text)
        return text

    def __bool__(self) -> bool:
        return bool(self.spelled)


NO_NAMES = Names()


@lru_cache(maxsize=4_096)  # each brand's names are others to every other brand
def _spelt(name: str) -> str:
    return read(name.lstrip("#@")).parts


def _spelt_all(names: Iterable[str], owner: str) -> dict[str, str]:
    """Names as a text spells them, also with the "s" of a possessive; not those of digits alone.

    Every number reads the same: who is named "3" would be named by each sum and date.
    """
    spelt = [name for name in map(_spelt, names) if any(map(str.isalpha, name))]
    return dict.fromkeys([f"{name[:-1]}s " for name in spelt] + spelt, owner)


MASK = "Zq"  # no word, in no list


@cache
def everyday_words() -> frozenset[str]:
    """The words that judge a post: those of the phrases and of VADER's lexicon; and numbers."""
    from config.standing import EVERYDAY
    from listener.cues_against import COUNTER_CUES
    from listener.cues_for import COMPLAINT_CUES
    from listener.sentiment import sounding

    phrases = (phrase for cue in (*COMPLAINT_CUES, *COUNTER_CUES) for phrase in cue.phrases)
    return frozenset(word for phrase in phrases for word in phrase.split()) | sounding() | EVERYDAY


def _pattern(name: str) -> re.Pattern[str] | None:
    """What finds a name of words that judge; None where none of its words does."""
    words = re.findall(r"[^\W_]+", name.lstrip("#@"))
    if everyday_words().isdisjoint(word.lower() for word in words):
        return None
    spelt = r"[\s_-]{0,2}".join(f"({re.escape(word)})" for word in words)
    return re.compile(rf"(?<![^\W_]){spelt}(?=(?:'?s)?(?![^\W_]))", re.IGNORECASE)


def _masked(found: re.Match[str]) -> str:
    """The same with MASK for each word; a name of one word is a name with a capital alone."""
    one = len(found.groups()) == 1
    if one and not found.group()[0].isupper():
        return found.group()
    if one and _COUNTED.match(found.string, found.end()):
        return found.group()
    masked, read_to = "", found.start()
    for number in range(1, len(found.groups()) + 1):
        masked += found.string[read_to : found.start(number)] + MASK
        read_to = found.end(number)
    return masked


# "Three weeks", "Two emails": a number, even where a sentence begins with it.
_COUNTED = re.compile(
    r" (?:times|calls|e-?mails|letters|hours|days|weeks|months|years|minutes|messages|people|of)\b"
)


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


def _capital(name: str, raw: str) -> bool:
    """Whether an ordinary word is ever written as a name."""
    written = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", raw, re.IGNORECASE)
    names = (one for one in written if one.group()[0].isupper())
    return any(not _COUNTED.match(raw, one.end()) for one in names)


def mark(text: CueText, names: Names, raw: str = "") -> Marked:
    """Put OURS and OTHER for the names in a text; raw: as it was written, capitals and all."""
    words = text.parts
    for name, owner in names.spelled:
        if name not in words or (name in names.ordinary and not _capital(name.strip(), raw)):
            continue
        while name in words:  # again: two names in a row share a blank
            words = words.replace(name, f" {owner} ")
    if names.handles and " @ " in words:
        owners = [names.handles.get(word[1:], "@") for word in text.said if word[:1] == "@"]
        if owners.count("@") < len(owners):
            following = iter(owners)
            words = _MENTION.sub(lambda _: next(following, "@"), words)
    return Marked(words, text, names)
