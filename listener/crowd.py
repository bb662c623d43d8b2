"""Who says the same words, and who says very much: copies folded, machines and crowds marked.

A mark is a fact about a post, never a verdict on a person and never a reason to drop it. That a
name looks like a robot's proves nothing and is not looked at.
"""

import re
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from listener.duplicates import Near

SAME_TEXT, FAST, BOT, PASSED_ON = "same-text", "fast", "bot", "passed-on"
MEANING = {
    SAME_TEXT: "the same words came from many accounts within half an hour",
    FAST: "its author names the brand very often",
    BOT: "its account says that it is a machine",
    PASSED_ON: "it passes somebody else's words on and adds none",
}
MANY_ACCOUNTS = 5  # with one text …
AT_ONCE = 1_800.0  # … within so many seconds
MANY_POSTS = 20  # of one author that name a brand …
AN_HOUR = 3_600.0  # … within so many seconds
MOST_AUTHORS = 5_000  # whose pace is remembered; the longest silent is forgotten first
MOST_CROWDS = 2_000  # texts whose accounts are remembered
WORD_FOR_WORD = 0.8  # from here on a post that passes another on adds nothing of its own

# Passed on by hand, with no word before it: RT @ann: …, MT @ann …, “@ann: …
_PASSING_ON = re.compile(r"\W{0,4}(?:(?:rt|mt)\W{1,3}@\w|[\"“”]@\w+:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Voiced:
    """One post as the crowd is watched.

    post, author  our own ids.   text  "" where it is a repost, which has none of its own.
    at            Unix seconds.  bot   the platform says that the account is a machine's.
    """

    post: int
    author: int
    text: str
    at: float
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Noise:
    """What was found of a post.

    copy_of  the first post with these words, by somebody else or by the same author.
    """

    copy_of: int | None = None
    marks: tuple[str, ...] = ()


NO_NOISE = Noise()


class Crowd:
    """Listens to all posts that name a brand, in the order they come. Not for several threads."""

    def __init__(self) -> None:
        self._near: Near[tuple[int, int, float]] = Near()
        self._crowds: OrderedDict[int, deque[tuple[float, int]]] = OrderedDict()  # by first post
        self._paces: OrderedDict[int, deque[float]] = OrderedDict()  # by author
        self._last: tuple[int, Noise] = (0, NO_NOISE)

    def hear(self, voiced: Voiced) -> Noise:
        """What is found of a post; of one that names two brands the same twice. Never raises."""
        if self._last[0] != voiced.post:
            self._last = (voiced.post, self._found(voiced))
        return self._last[1]

    def _found(self, voiced: Voiced) -> Noise:
        first = (voiced.post, voiced.author, voiced.at)
        copy = self._near.seen(first, voiced.text, voiced.at) if voiced.text else None
        marks = [BOT] if voiced.bot else []
        if self._is_fast(voiced):
            marks.append(FAST)
        if copy is None:
            return Noise(marks=tuple(marks))
        post, author, at = copy.of
        if self._is_crowd(post, (at, author), (voiced.at, voiced.author)):
            marks.append(SAME_TEXT)
        by_hand = author != voiced.author and copy.alike >= WORD_FOR_WORD
        if by_hand and _PASSING_ON.match(voiced.text):
            marks.append(PASSED_ON)
        return Noise(post, tuple(marks))

    def _is_fast(self, voiced: Voiced) -> bool:
        times = self._paces.pop(voiced.author, None) or deque(maxlen=MANY_POSTS)
        times.append(voiced.at)
        self._paces[voiced.author] = times
        if len(self._paces) > MOST_AUTHORS:
            self._paces.popitem(last=False)
        return len(times) == MANY_POSTS and max(times) - min(times) <= AN_HOUR

    def _is_crowd(self, post: int, first: tuple[float, int], this: tuple[float, int]) -> bool:
        heard = self._crowds.pop(post, None) or deque([first], maxlen=4 * MANY_ACCOUNTS)
        heard.append(this)
        self._crowds[post] = heard
        if len(self._crowds) > MOST_CROWDS:
            self._crowds.popitem(last=False)
        at_once = {author for at, author in heard if abs(at - this[0]) <= AT_ONCE}
        return len(at_once) >= MANY_ACCOUNTS


def meaning(marks: Sequence[str]) -> Iterator[str]:
    """Marks in words."""
    yield from (MEANING[mark] for mark in marks if mark in MEANING)
