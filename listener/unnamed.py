"""A text's words without a brand's own name in their midst: "my Acme kettle" is "my kettle".

A rule that says "my kettle" cannot know the names that stand in its middle. Where a post names a
brand between two words, dangers are looked for without that name too.
"""

import re
from functools import lru_cache

from listener.cuetext import CueText, Spelling, read

# Goes with the name: "a kettle from Acme caught fire", in the languages that have tripwires.
_OF = "from|by|at|of|made by|von|vom|bei|de|du|d|chez|del|di|da|della|dell|dal|van"


def unnamed(text: CueText, terms: tuple[str, ...], spelling: Spelling) -> tuple[str, ...]:
    """Return the text clause by clause, and run on over commas, without these names and without
    mentions between two words; nothing where it has none there.

    terms  names of the brands that the post names, as they are declared.
    """
    known = [name for name in _spelt(terms, spelling) if f" {name}" in text.words]
    if not known and " @ " not in text.words:
        return ()
    between = _between(tuple(known))
    bare = between.sub("", text.parts)
    if bare == text.parts:
        return ()
    return (bare,) if text.parts == text.words else (bare, between.sub("", text.words))


def whole_words(bare: str, start: int, end: int, text: CueText) -> tuple[int, int]:
    """Return from which of the text's words to before which one bare[start:end] stands, which
    begins and ends with a blank; what was left out is among them again.

    bare  as `unnamed` gives it, without commas.
    """
    words = text.words.split()
    first = bare.count(" ", 0, start)
    length = len(bare[start:end].split())
    at: list[int] = []
    place = 0
    for word in bare.split()[: first + length]:
        while place < len(words) and words[place] != word:
            place += 1
        at.append(place)
        place += 1
    return at[first], at[-1] + 1


@lru_cache(maxsize=256)  # a brand's, in each language
def _spelt(terms: tuple[str, ...], spelling: Spelling) -> tuple[str, ...]:
    """The names as words of a text; a handle is read as a mention, whoever's it is."""
    names = {read(term, spelling).words.strip() for term in terms}
    return tuple(sorted(names - {"", "@"}, key=lambda name: (-len(name), name)))


@lru_cache(maxsize=256)  # of the names that posts hold
def _between(names: tuple[str, ...]) -> re.Pattern[str]:
    known = "|".join(("@", *(rf"{re.escape(name)}s?" for name in names)))
    return re.compile(rf"(?<=[^\W_] )(?:(?:{_OF}) )?(?:{known}) (?=[^\W_])")
