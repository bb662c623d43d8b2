"""What is complained about where no vocabulary has a word for it: the text's own noun.

Deliberately simple, and English alone: the word or two after "the", "my", "your" in the clause
that complains most. Never a name, a number, a handle or a link: what is written with a capital
anywhere in the text is left out, and so is a person ("your john told me", "my wife").
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from listener.clauses import Clause, Mood
from listener.cuetext import MAX_JUDGED_CHARS, CueText
from listener.language import ENGLISH

_BEFORE_WORDS = "the my our your their this that these those"
_BEFORE = frozenset(_BEFORE_WORDS.split())
_PASSED_WORDS = (
    "new old whole entire same very only second third first last other big small little brand "
    "red blue green black white yellow pink purple orange brown grey gray silver "
    "next damn bloody stupid so called free main new worst best most local"
)
_PASSED = frozenset(_PASSED_WORDS.split())
# A second word is part of the name of a thing where one of these follows ("the coffee machine is").
_AFTER_TWO_WORDS = (
    "is are was were has have had isnt arent wasnt werent wont doesnt dont didnt cant never keeps "
    "still just hasnt"
)
_AFTER_TWO = frozenset(_AFTER_TWO_WORDS.split())
_SPEAKING_WORDS = (
    "said told says tells hung promised called refused yelled wrote answered named who spoke "
    "asked lied claimed shouted insulted laughed"
)
_SPEAKING = frozenset(_SPEAKING_WORDS.split())
# What says nothing of its own, and who is nobody's business.
_NOT_THINGS_WORDS = (
    "way time times day days week weeks month months year years hour hours minute minutes thing "
    "things fact point problem problems issue issues trouble matter case reason end rest moment "
    "morning evening afternoon night company companies business brand people person customer "
    "customers experience situation world life money name everything nothing something mess joke "
    "disgrace scam hell fuck shit crap lot bit kind sort part amount number name wife husband "
    "mother father mom mum dad son daughter baby child children kid kids brother sister friend "
    "boss uncle aunt grandma grandpa grandmother grandfather girlfriend boyfriend partner family "
    "neighbour neighbor doctor colleague lady guy man woman girl boy heart mind head ass face "
    "guys most more less much many few same better worse least ones one two three fuck damn what "
    "which who whom how why when where not no never is are was were be been being has have had do "
    "does did can could will would should may might must and or but if of to in on at for from by "
    "with about than then there here too also just even still again now all any some hello dear "
    "please thanks thank sorry only very really lol"
)
_NOT_THINGS = frozenset(_NOT_THINGS_WORDS.split())
_WORD = re.compile(r"[^\W\d_]++")
_APART = re.compile(r"(?<![\w@#./-])[^\W\d_]++(?![\w@/-]|\.\w|'\w)")  # of no address, link or name
_SHORTEST = 3
_LONGEST = 8  # words after a "the" among which its noun stands
_MOST_TRIED = 8  # nouns of a text that are looked at; a stranger chooses how many there are


def own_words(text: str, lang: str, read: CueText, parts: Sequence[Clause]) -> str:
    """Return the noun that a complaint is about, in lower case; "" where it cannot be told."""
    if lang not in ENGLISH:
        return ""
    blamed = [part for part in parts if part.mood is Mood.COMPLAINS]
    blamed.sort(key=lambda part: -part.weight)
    nouns = (noun for one in blamed for noun in _nouns(read.words[one.start : one.end].split()))
    text = text[:MAX_JUDGED_CHARS]
    return next((noun for noun in islice(nouns, _MOST_TRIED) if _is_common(noun, text)), "")


def _nouns(words: list[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        if word not in _BEFORE:
            continue
        rest = words[at + 1 : at + 1 + _LONGEST]
        while rest and rest[0] in _PASSED:
            rest = rest[1:]
        found = _taken(rest)
        if found:
            yield found


def _taken(rest: list[str]) -> str:
    one, two, then = (*rest[:3], "", "", "")[:3]
    if not _is_thing(one) or {two, then} & _SPEAKING:
        return ""
    return f"{one} {two}" if _is_thing(two) and then in _AFTER_TWO else one


def _is_thing(word: str) -> bool:
    apart = word not in _NOT_THINGS and word not in _BEFORE
    return apart and len(word) >= _SHORTEST and word.isalpha()


def _is_common(words: str, text: str) -> bool:
    """Whether each word stands in the text as it is, apart and always without a capital."""
    if not all(word in text for word in words.split()):  # most that are none were said otherwise
        return False
    apart, capitals = _runs(text)
    return all(word in apart and word not in capitals for word in words.split())


@lru_cache(maxsize=2)  # asked for each noun of one text
def _runs(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words that stand apart in a text, and in lower case those that have a capital."""
    said = frozenset(_WORD.findall(text))
    capitals = frozenset(word.lower() for word in said if word != word.lower())
    return frozenset(_APART.findall(text)), capitals
