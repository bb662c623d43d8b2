"""What a storm is about: the words that people use many times more often than people did before.

When the detector rings, the window is known, and what its posts share needs to be rare no longer,
only sudden. Each word's people in the window are held against the posts before it by Dunning's
log-likelihood ratio ("Accurate Methods for the Statistics of Surprise and Coincidence", 1993), in
its signed form and with what is known of the language as so many posts more. One person is one
vote, and so are all who say the same words (`listener.duplicates`). Pairs of words in one post were
tried beside single ones, and named no storm more at the same number of false names. Pure.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

from listener.background import PRIOR_POSTS
from listener.duplicates import Near
from listener.folding import fold
from listener.particulars import Token, handles, tokens
from listener.story_names import SHARED_BY, Naming

# Tuned on `bench/stories_dev.txt` among the airlines' posts (`python -m bench.storm_names`).
LEAST_PEOPLE = 3  # who say a strong word, and who tell a story …
LEAST_SHARE = 0.15  # … which must be so many of the window's people
STRONG = 16.0  # log-likelihood ratio from which on a word is what the window is about
WEAK, TELLING = 8.0, 12.0  # of words that speak for it too, and of those of a post together
WEAK_PEOPLE = 2
MOST_WEAK = 40
MOST_POSTS = 500  # of a window that are looked at, the newest
MOST_ASKED = 100  # posts in which a name is looked for, the first that tell it

_WORD = re.compile(r"\w+")
_UNSHOWN = Token(0, 1.0, "")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A post of the window; the numbers are the caller's."""

    post: int
    author: int
    text: str


@dataclass(frozen=True, slots=True)
class Sudden:
    """What a window is about.

    name    at most 60 characters, of words that at least two people used; "": none to be had.
    posts   those that tell it.
    people  who tell it, copies of one text counted as one.
    of      people in the window, counted alike.
    """

    name: str
    posts: tuple[int, ...]
    people: int
    of: int


@dataclass(frozen=True, slots=True)
class _Read:
    post: int
    voice: int  # its author, or the first with these words
    text: str
    read: Sequence[Token]
    keys: frozenset[int]


def keys_of(text: str) -> "array[int]":
    """The hashes of a text's particular words, each once: all that is remembered of the posts
    before a window."""
    return array("I", sorted({token.key for token in tokens(text)} - {0}))


def own_keys(names: Iterable[str]) -> frozenset[int]:
    """The hashes of the brand's own names, which are sudden in nothing."""
    return frozenset(token.key for name in names for token in tokens(name)) - {0}


def sudden(
    window: Sequence[Spoken], before: Sequence["array[int]"], own: Collection[int] = ()
) -> Sudden | None:
    """The story that a window tells, or None where its words are no others than before.

    before  `keys_of` each unhappy post before the window: some thousands, or few and none.
    own     `own_keys` of the brand.
    """
    read, never = _read(window[-MOST_POSTS:], frozenset(own))
    people = len({each.voice for each in read})
    said, shares = _votes(read)
    scores = _scores(said, people, before, shares)
    if not any(scores[key] >= STRONG and said[key] >= LEAST_PEOPLE for key in scores):
        return None
    worth = {key: scores[key] for key in _most(scores) if scores[key] >= WEAK}
    telling = [each for each in read if _worth(each, worth) >= TELLING]
    voices = len({each.voice for each in telling})
    if voices < max(LEAST_PEOPLE, LEAST_SHARE * people):
        return None
    name = _name(telling, voices, scores, never)
    return Sudden(name, tuple(each.post for each in telling), voices, people)


def _read(window: Sequence[Spoken], own: frozenset[int]) -> tuple[list[_Read], frozenset[int]]:
    """The posts, and the keys that are in nobody's name."""
    near, first = Near[int](len(window) + 1), dict[int, int]()
    called = frozenset(chain.from_iterable(handles(each.text) for each in window))
    found = []
    for each in window:
        copy = near.seen(each.post, each.text, 0.0)
        voice = first[each.post] = each.author if copy is None else first[copy.of]
        read = tokens(each.text)
        keys = frozenset(token.key for token in read) - own - {0}
        found.append(_Read(each.post, voice, each.text, read, keys))
    return found, called | own


def _votes(read: Sequence[_Read]) -> tuple[dict[int, int], dict[int, float]]:
    """How many people say each word, and its share as far as the language goes."""
    voices: dict[int, set[int]] = defaultdict(set)
    shares: dict[int, float] = {}
    for each in read:
        for key in each.keys:
            voices[key].add(each.voice)
        shares.update((token.key, token.share) for token in each.read)
    return {key: len(who) for key, who in voices.items()}, shares


def _scores(
    said: Mapping[int, int],
    people: int,
    before: Sequence["array[int]"],
    shares: Mapping[int, float],
) -> dict[int, float]:
    counts = Counter(chain.from_iterable(before))
    posts = len(before) + PRIOR_POSTS
    return {
        key: likelihood(many, people, counts[key] + PRIOR_POSTS * shares[key], posts)
        for key, many in said.items()
        if many >= WEAK_PEOPLE
    }


def likelihood(said: float, people: float, before: float, posts: float) -> float:
    """Dunning's log-likelihood ratio that a share has changed: `said` of `people` against `before`
    of `posts`; negative where it fell. Chi-squared of one degree, were words independent."""
    usual = (said + before) / (people + posts)
    if not 0.0 < usual < 1.0:
        return 0.0
    cells = (
        (said, people * usual),
        (people - said, people * (1 - usual)),
        (before, posts * usual),
        (posts - before, posts * (1 - usual)),
    )
    ratio = 2.0 * sum(seen * log(seen / due) for seen, due in cells if seen > 0.0)
    return ratio if said * posts >= before * people else -ratio


def _most(scores: Mapping[int, float]) -> list[int]:
    """The most sudden words."""
    return sorted(scores, key=lambda key: (-scores[key], key))[:MOST_WEAK]


def _worth(each: _Read, worth: Mapping[int, float]) -> float:
    return sum(worth[key] for key in each.keys if key in worth)


def _name(
    telling: Sequence[_Read], voices: int, scores: Mapping[int, float], never: frozenset[int]
) -> str:
    """In the words of those who tell it."""
    said, _ = _votes(telling)
    terms = {key: float(many) for key, many in said.items()}
    shared, naming = _shared(telling), Naming()
    for each in telling[:MOST_ASKED]:
        read = [_if_shared(token, shared) for token in each.read]
        naming.hear(read, terms, voices, lambda key, _: scores.get(key, 0.0), never)
    return naming.name(never)


def _shared(telling: Sequence[_Read]) -> frozenset[str]:
    """Every word that several people used, the everyday ones too."""
    voices: dict[str, set[int]] = defaultdict(set)
    for each in telling:
        for word in _WORD.findall(fold(each.text)):
            voices[word].add(each.voice)
    return frozenset(word for word, who in voices.items() if len(who) >= SHARED_BY)


def _if_shared(token: Token, shared: frozenset[str]) -> Token:
    """A name stands as long as two people's posts do, down to its little words."""
    if token.surface in shared or shared.issuperset(_WORD.findall(fold(token.surface))):
        return token
    return _UNSHOWN
