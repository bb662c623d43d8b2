"""What is particular about a post: its words that few others have, codes, numbers, tags, links.

Each is known by a 32-bit hash; the words themselves leave this module only as the surface of a
token, for a name that several people gave a thing. Pure.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from listener.folding import fold
from listener.stems import stem

MOST_CHARS = 2_000  # of a text that are looked at
MOST_TOKENS = 80
STEM_LETTERS = 8  # "contaminated" is "contamination"
MOST_LINKS = 4
NEVER_SAID = 0.0006  # the share of posts that have a word of which nothing is known
SHARES = {"everywhere": 1.0, "common": 0.015, "frequent": 0.006, "seldom": 0.0025}
CODE_SHARE, ROUND_SHARE, PLACED_SHARE = 0.0004, 0.004, 0.0012  # numbers: exact, round, "gate 22"
LINK_SHARE = 0.000002  # so that a link, a quoted post or a thread is proof by itself
LONGEST_CODE = 6  # digits that are shown; a longer number is somebody's order or telephone
_LONGEST_WORD = 32

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# Handles, addresses and names of accounts: nobody's subject, and never shown.
_PERSON = re.compile(
    r"\S+@\S+|(?<!\w)@[\w.-]+|(?<!\w)/?u/[\w-]+|\b[\w-]+\.bsky\.\w+", re.IGNORECASE
)
_TOKEN = re.compile(r"#?\d+(?:[.:,]\d+)+(?!\w)|#?\w+(?:['’]\w+)?|[^\w\s#@]")
_CODE = re.compile(r"([a-z]{1,8}?)-?(\d{1,8})([a-z]?)\Z")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_TRACKING = re.compile(r"[?&](?:utm_\w+|fbclid|gclid|ref|src|s|t|igshid)=[^&#]*")
_PLACES_WORDS = (
    "gate terminal platform error room coach bus line branch store stop route batch train "
    "unit floor block model zone section version shop tram"
)
_PLACES = frozenset(_PLACES_WORDS.split())
_BEFORE_PERSONS_WORDS = (
    "supervisor manager agent attendant rep driver nurse doctor dr mr mrs ms miss sir captain "
    "named called colleague steward stewardess lady guy clerk pilot advisor adviser operator "
    "name"
)
_BEFORE_PERSONS = frozenset(_BEFORE_PERSONS_WORDS.split())
_YEARS = re.compile(r"(?:19|20)\d\d\Z")


class Token(NamedTuple):
    """A word, a number or a mark of a text.

    key      hash of what it stands for; 0 for what says nothing particular.
    share    of posts that have it, as far as English is known, 0..1.
    surface  as it may be shown; "" for marks, and for what never is.
    code     whether it is a code, a number or a tag.
    proper   whether it is written as a name: with a capital where none is due.
    """

    key: int
    share: float
    surface: str
    code: bool = False
    proper: bool = False


def key_of(kind: str, what: str | int) -> int:
    """The hash that stands for something particular; never 0."""
    return crc32(f"{kind}:{what}".encode("utf-8", "replace")) or 1


def links(text: str) -> tuple[int, ...]:
    """The links of a text that lead to one page, without what tells who passed them on."""
    if "://" not in text and "www." not in text.lower():
        return ()
    found = (_page(link) for link in _LINK.findall(text[:MOST_CHARS])[:MOST_LINKS])
    return tuple(key_of("link", page) for page in found if page)


def _page(link: str) -> str:
    plain = re.sub(r"^(?:https?://)?(?:www\.|m\.)?", "", link, flags=re.IGNORECASE)
    plain = _TRACKING.sub("", plain.split("#")[0]).rstrip("/.,;:!?)\"'…")
    host, slash, path = plain.partition("/")
    return f"{host.lower()}/{path}" if slash and path else ""


def tokens(text: str) -> list[Token]:
    """The words of a text in their order, people and links left out."""
    plain = text[:MOST_CHARS]
    if "://" in plain or "www." in plain.lower():
        plain = _LINK.sub(" | ", plain)
    if _may_address(plain):
        plain = _PERSON.sub(" | ", plain)
    plain = plain if plain.isascii() else _unaccented(plain)
    found: list[Token] = []
    due, shouted = True, plain.isupper()  # whether a capital would say nothing
    for raw in _TOKEN.findall(plain)[:MOST_TOKENS]:
        if raw.isalpha():
            found.append(_lettered(raw, due or shouted))
            due = False
        elif raw[0].isalnum() or raw[0] in "#_":
            found.extend(_read(raw, found))
            due = False
        elif raw not in "'’-":
            found.append(_MARK)
            due = due or raw in ".!?|:"
    return _without_staff(found)


def _without_staff(found: list[Token]) -> list[Token]:
    """The names of those who serve are never shown: "supervisor Jane"."""
    for place, (before, token) in enumerate(pairwise(found), 1):
        if token.proper and before.surface.lower() in _BEFORE_PERSONS:
            found[place] = token._replace(surface="")
    return found


def _may_address(text: str) -> bool:
    """A quick look, without a search for a pattern."""
    return "@" in text or "u/" in text.lower() or ".bsky." in text.lower()


def handles(text: str) -> tuple[int, ...]:
    """The keys of the accounts that a text addresses, as if they were words."""
    text = text[:MOST_CHARS]
    if not _may_address(text):
        return ()
    named = (part.strip("@/.,:;!?").removeprefix("u/") for part in _PERSON.findall(text))
    return tuple(key for name in named if (key := _word(fold(name[:_LONGEST_WORD])).key))


_MARK = Token(0, 1.0, "")


def _unaccented(text: str) -> str:
    """Folded word by word, so that capitals stay."""
    return " ".join(word if word.isascii() else _folded(word) for word in text.split())


def _folded(word: str) -> str:
    folded = fold(word)
    return folded.capitalize() if word[0].isupper() else folded


@lru_cache(maxsize=16_384)
def _lettered(raw: str, capital_due: bool) -> Token:
    proper = not capital_due and raw[0].isupper() and len(raw) > 1
    return _proper(raw) if proper else _word(raw.lower())


def _read(raw: str, before: list[Token]) -> Iterator[Token]:
    """What is written with more than letters."""
    if raw[0] == "#":
        yield from _tag(raw[1:])
    elif raw[0].isdigit():
        yield _number(raw, before[-1] if before else _MARK)
    elif raw[-1].isdigit() or raw[-2:-1].isdigit():
        yield from _mixed(raw)
    else:
        yield _word(raw.lower())


def _tag(word: str) -> Iterator[Token]:
    parts = _CAMEL.findall(word)
    if len(parts) > 1 and not word.isupper():
        yield from (_word(part.lower()) for part in parts)
    elif word:
        yield _word(word.lower())


def _number(raw: str, before: Token) -> Token:
    """A number of three digits and more tells by itself, a smaller one behind a word alone."""
    digits = re.sub(r"\D", "", raw).lstrip("0")
    letters = raw.lstrip("0123456789.:,")
    if letters and not raw[0].isalpha() and len(digits) < 3:
        return _MARK  # 3am, 5th, 20mph
    if len(digits) >= 3:
        return _code(digits, f"{_prefix(before)}{raw}")
    name = before.surface.lower()
    if before.key == 0 or not name or before.code or not raw.isdigit():
        return _MARK
    share = CODE_SHARE if before.share <= NEVER_SAID else PLACED_SHARE
    if before.share > NEVER_SAID and name not in _PLACES:
        return _MARK
    return Token(key_of("at", f"{name}{digits}"), share, f"{before.surface} {raw}", True)


def _prefix(before: Token) -> str:
    short = before.surface
    return f"{short} " if short.isupper() and 2 <= len(short) <= 3 else ""


def _code(digits: str, shown: str) -> Token:
    is_round = digits.endswith("00") or (len(digits) == 4 and _YEARS.match(digits))
    shown = shown if len(digits) <= LONGEST_CODE else ""
    return Token(key_of("code", digits), ROUND_SHARE if is_round else CODE_SHARE, shown, True)


def _mixed(raw: str) -> Iterator[Token]:
    match = _CODE.match(raw.lower())
    if match is None:
        yield Token(key_of("word", raw.lower()), CODE_SHARE, raw[:_LONGEST_WORD], True)
        return
    letters, digits, rest = match.groups()
    if len(digits) >= 3:
        yield _code(digits.lstrip("0") or "0", f"{letters}{digits}{rest}".upper())
        return
    word = _word(letters)
    if len(letters) > 2 and word.key:
        yield word
    shown = f"{letters} {digits}{rest}" if len(letters) > 2 else raw.upper()
    yield Token(key_of("at", f"{letters}{digits}{rest}"), CODE_SHARE, shown, True)


def _proper(raw: str) -> Token:
    word = _word(raw.lower())
    return Token(word.key, word.share, raw[:_LONGEST_WORD], False, True) if word.key else word


@lru_cache(maxsize=16_384)
def _word(word: str) -> Token:
    word = word.replace("’", "'")
    if len(word) > _LONGEST_WORD:
        return _MARK
    found = stem(word.removesuffix("'s"))[:STEM_LETTERS]
    same = _RINGS.get(found, found)
    share = _EVERYDAY.get(found, NEVER_SAID)
    if share >= 1.0 or len(same) < 2:
        return Token(0, 1.0, word)
    return Token(key_of("word", same), share, word)


def _lines(name: str) -> list[str]:
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith(";")]


def _everyday() -> dict[str, float]:
    shares: dict[str, float] = {}
    share = 1.0
    for line in _lines("everyday.txt"):
        if line.startswith("# "):
            share = SHARES[line[2:]]
        else:
            shares.update(dict.fromkeys(line.split(), share))
    return shares


def _rings() -> dict[str, str]:
    rings: dict[str, str] = {}
    for line in _lines("same_things.txt"):
        first, *others = (stem(word)[:STEM_LETTERS] for word in line.split())
        rings.update(dict.fromkeys(others, first))
    return rings


_EVERYDAY, _RINGS = _everyday(), _rings()
