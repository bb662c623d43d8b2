"""How long the slowest text keeps each pattern of `listener`: `python -m bench.redos`.

Every compiled pattern is found by walking the package, the languages that are loaded late included.
Each is fed 10 kB strings made to keep it busy: its own repeated parts, its own words, and the
usual suspects. Nothing of it is random, so that a slow pattern is slow each time.

Shorter strings go first: what takes so little of a quarter of the text that the whole, were it to
grow with the cube, would stay below the promise is not tried on the whole. Nor is it tried again
what was fast at once, for the least of several rounds counts. Time is that of this process, and
what is over the promise is told when it is found.
"""

import dataclasses
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from itertools import islice
from pkgutil import walk_packages
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, NamedTuple

import listener
from listener.assess import Assessor
from listener.language import TONGUES
from listener.mention import Author, Post
from listener.safety import SHIPPED
from listener.tongue import tongue
from listener.wires import LANGUAGES

SIZE = 10_000  # characters of an attack
PROMISED = 0.005  # seconds that any pattern may take on any text of that size
ROUNDS = 3  # the least of them counts: the machine has other things to do
FIRST_SIZE = 25  # what never ends is seen on so few characters
FORTIETH, QUARTER = 40, 4  # the parts of the whole that are tried next
GROWTH = 3  # with what power of a text's length its time is taken to grow, at worst
MAX_PUMPS = 40  # of one pattern's own
MAX_DEPTH = 6  # of containers that are looked into
SHOWN = 12
WHEN = datetime(2026, 11, 2, 8, tzinfo=UTC)

PUMPS = (
    *("a", "a ", "ab", "A", "0", "0.", "0,", " ", "\n", "\t", ".", ",", "-", " - ", "--", "!", "?"),
    *("'", '"', "(", "[", "{", "\\", "/", "&", "&amp;", "%", "$", "€", "@", "@a", "#", "#a", "#A_"),
    *("aaab", "aAaA", "http://", "https://a", "www.", "a.b", "not ", "no ", "é", "e\u0301", "ß"),
    *("😡", "中", "\u202e", "\u200d", "\ud800", "\x1b[", "refund ", "still waiting, "),
)
TAILS = ("", "!", "\x00", "zz")


class Found(NamedTuple):
    """A pattern and the first module in which it was met."""

    module: str
    pattern: re.Pattern[str]


class Slowest(NamedTuple):
    """The text that kept something longest: what was repeated in it, and the seconds it took."""

    name: str
    pump: str
    seconds: float
    pattern: str = ""


def main() -> int:
    """Print the slowest patterns and the slowest posts; 1 where a pattern is over the promise."""
    patterns = tuple(patterns_of(listener))
    print(f"{len(patterns)} patterns, {SIZE} characters; promised {PROMISED * 1e3:g} ms each")
    slowest = []
    for found in patterns:
        one = slowest_of(found)
        slowest.append(one)
        if one.seconds > PROMISED:
            print(f"over: {_said(one)}{one.pattern!r}", flush=True)
    slowest.sort(key=lambda one: -one.seconds)
    print("The slowest")
    for one in slowest[:SHOWN]:
        print(f"{_said(one)}{one.pattern[:60]!r}")
    print("\nWhole posts of that size, judged")
    for one in slowest_posts()[:SHOWN]:
        print(_said(one))
    return int(slowest[0].seconds > PROMISED)


def _said(one: Slowest) -> str:
    return f"{one.seconds * 1e3:8.2f} ms  {one.name:34} {one.pump[:24]!r:28}"


def slowest_posts(size: int = SIZE) -> list[Slowest]:
    """How long each of the usual suspects keeps the whole judgement, the slowest first."""
    assessor = Assessor()
    posts = {pump: post_of(attack(pump, "", size)) for pump in PUMPS}
    for post in posts.values():
        assessor.judge_alone(post)  # languages are loaded by the first post in them
    return sorted(
        (
            Slowest("judged", pump, min(_seconds(assessor, post) for _ in range(ROUNDS)))
            for pump, post in posts.items()
        ),
        key=lambda one: -one.seconds,
    )


def post_of(text: str) -> Post:
    """A text as a post of nobody's."""
    return Post(platform="text", id="1", text=text, created_at=WHEN, author=Author(id=""))


def _seconds(assessor: Assessor, post: Post) -> float:
    began = time.process_time()
    assessor.judge_alone(post)
    return time.process_time() - began


def patterns_of(package: ModuleType) -> Iterator[Found]:
    """Every compiled text pattern that a package holds, each once; those of languages, which are
    read when they are first met, too."""
    seen: set[tuple[str, int]] = set()
    held = [(module.__name__, vars(module).values()) for module in _modules(package)]
    for name, values in (*held, *_by_language()):
        for pattern in _within(values, MAX_DEPTH, set()):
            key = (pattern.pattern, pattern.flags)
            if key not in seen:
                seen.add(key)
                yield Found(name, pattern)


def _by_language() -> Iterator[tuple[str, Iterable[Any]]]:
    for lang in sorted(LANGUAGES):
        yield f"tripwires {lang}", [rule.pattern for rule in SHIPPED.of(lang).rules]
    for lang in sorted(TONGUES):
        yield f"cues {lang}", [tongue(lang)]


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for info in walk_packages(package.__path__, f"{package.__name__}."):
        try:
            yield import_module(info.name)
        except ImportError as error:  # an extra that is not installed
            print(f"left out: {info.name} ({error.name} is not installed)")


def _within(values: Iterable[Any], depth: int, met: set[int]) -> Iterator[re.Pattern[str]]:
    for value in values:
        if isinstance(value, re.Pattern):
            if isinstance(value.pattern, str):
                yield value
        elif depth and id(value) not in met:
            met.add(id(value))
            yield from _within(_parts(value), depth - 1, met)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, str | bytes | ModuleType | type):
        return ()
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, tuple | list | set | frozenset):
        return value
    if dataclasses.is_dataclass(value):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    if type(value).__module__.startswith("listener"):
        return vars(value).values() if hasattr(value, "__dict__") else ()
    return ()


def slowest_of(found: Found, size: int = SIZE, rounds: int = ROUNDS) -> Slowest:
    """Feed a pattern all attacks; the text that kept it longest.

    The seconds of what was not tried on the whole are those of its quarter, times four.
    """
    slowest = Slowest(found.module, "", 0.0, found.pattern.pattern)
    parts = (FIRST_SIZE, size // FORTIETH, size // QUARTER)
    steps = [one for one in parts if FIRST_SIZE <= one < size]
    for step in zip(*(attacks_on(found.pattern, one) for one in (*steps, size)), strict=True):
        texts = [text for _, text in step]
        seconds = _seconds_of(found.pattern, texts, rounds, slowest.seconds)
        if seconds > slowest.seconds:
            slowest = slowest._replace(pump=step[0][0], seconds=seconds)
    return slowest


def _seconds_of(pattern: re.Pattern[str], texts: Sequence[str], rounds: int, known: float) -> float:
    """The seconds that the last text takes, the others being its beginnings.

    known  what another took: below it, one round is enough.
    """
    seconds = 0.0
    for text in texts:
        seconds = seconds_for(pattern, text, 1)
        if seconds > min(known, PROMISED):
            seconds = min(seconds, seconds_for(pattern, text, rounds))
        if seconds > PROMISED:
            break
        longer = len(texts[-1]) / len(text)
        if seconds * longer**GROWTH < PROMISED:
            return seconds * longer
    return seconds


def attacks_on(pattern: re.Pattern[str], size: int = SIZE) -> Iterator[tuple[str, str]]:
    """Texts of a size against a pattern, each with what is repeated in it.

    What it must begin with stands before, so that a pattern which begins at a text's own
    beginning is kept busy as well.
    """
    own = tuple(islice(pumps_of(pattern), MAX_PUMPS))
    head = own[-1] if own else ""
    for pump in (*PUMPS, *own):
        for tail in TAILS:
            yield pump, attack(pump, tail, size)
        yield pump, (head + attack(pump, "", size))[:size]


@lru_cache(maxsize=2_048)  # most are fed to every pattern
def attack(pump: str, tail: str, size: int = SIZE) -> str:
    """A text of a size: something repeated, and an end that lets it fail late."""
    return (pump * (size // len(pump) + 1))[: size - len(tail)] + tail


def seconds_for(pattern: re.Pattern[str], text: str, rounds: int = ROUNDS) -> float:
    """The least time of finding all matches, as `findall` and `sub` do, and a whole one."""
    return min(_once(pattern, text) for _ in range(rounds))


def _once(pattern: re.Pattern[str], text: str) -> float:
    began = time.process_time()
    for _ in pattern.finditer(text):
        pass
    pattern.fullmatch(text)
    return time.process_time() - began


def pumps_of(pattern: re.Pattern[str]) -> Iterator[str]:
    """What to repeat so that a pattern is kept busy: each of its repeated parts, then all of it."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    parts = [*_repeated(tree), "".join(map(_sample, tree))]
    for part in dict.fromkeys(filter(None, parts)):
        yield part
        if len(part) > 1:
            yield part[:-1]


def _repeated(tree: Any) -> Iterator[str]:
    for node, argument in tree:
        if node in _REPEATS:
            yield "".join(map(_sample, argument[2]))
        for inner in _inner(node, argument):
            yield from _repeated(inner)


_REPEATS = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)


def _inner(node: Any, argument: Any) -> Iterable[Any]:
    if node in _REPEATS:
        return (argument[2],)
    if node is code.SUBPATTERN:
        return (argument[3],)
    if node is code.BRANCH:
        return tuple(argument[1])
    if node in (code.ASSERT, code.ASSERT_NOT):
        return (argument[1],)
    return (argument,) if node is code.ATOMIC_GROUP else ()


def _sample(part: Any) -> str:
    """A text that a part matches: the shortest that is easily made."""
    node, argument = part
    if node is code.LITERAL:
        return chr(argument)
    if node is code.NOT_LITERAL:
        return "b" if argument == ord("a") else "a"
    if node is code.IN:
        return _one_of(argument)
    if node is code.ANY:
        return "a"
    if node in _REPEATS:
        return "".join(map(_sample, argument[2])) * max(1, min(argument[0], 4))
    if node is code.BRANCH:
        return "".join(map(_sample, argument[1][0]))
    if node is code.SUBPATTERN:
        return "".join(map(_sample, argument[3]))
    return "".join(map(_sample, argument)) if node is code.ATOMIC_GROUP else ""


def _one_of(choices: Any) -> str:
    matches = re.compile(_as_class(choices))
    return next((one for one in "a0 .-@" if matches.match(one)), _first(choices))


def _as_class(choices: Any) -> str:
    """A set of characters as it is written in a pattern."""
    written = ""
    for node, argument in choices:
        if node is code.NEGATE:
            written = "^"
        elif node is code.LITERAL:
            written += re.escape(chr(argument))
        elif node is code.RANGE:
            written += "-".join(re.escape(chr(end)) for end in argument)
        elif node is code.CATEGORY:
            written += _CATEGORIES.get(argument, "")
    return f"[{written}]"


def _first(choices: Any) -> str:
    node, argument = choices[0]
    return chr(argument[0] if node is code.RANGE else argument) if node is not code.NEGATE else "a"


_CATEGORIES = {
    code.CATEGORY_DIGIT: r"\d",
    code.CATEGORY_NOT_DIGIT: r"\D",
    code.CATEGORY_SPACE: r"\s",
    code.CATEGORY_NOT_SPACE: r"\S",
    code.CATEGORY_WORD: r"\w",
    code.CATEGORY_NOT_WORD: r"\W",
}


if __name__ == "__main__":
    sys.exit(main())
