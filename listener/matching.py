"""Which brands a post names: one pass over the folded text for all terms of all brands."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from ahocorasick_rs import AhoCorasick, Implementation

from config import Brand
from listener.folding import fold
from listener.mention import Post


@dataclass(frozen=True, slots=True)
class Match:
    """A brand that a post names.

    term  the brand's term as declared; the first one in the text, the longest where several start.
    own   the post was written by one of the brand's own accounts.
    """

    brand: str
    term: str
    own: bool


class _Kind(Enum):
    WORDS = "words"  # a word or a phrase, also as #word and @word
    TAG = "tag"  # only as #tag
    HANDLE = "handle"  # only as @handle
    JOINED = "joined"  # a phrase written without blanks, as in #AcmeAir and @acmeair
    DOMAIN = "domain"  # a host's name or the end of one


@dataclass(frozen=True, slots=True)
class _Pattern:
    brand: int
    term: str
    kind: _Kind
    excludes: bool


def _keyed(accounts: Sequence[Mapping[str, Sequence[str]]]) -> dict[tuple[str, str], int]:
    """The brand's index for each account: by platform and name, folded."""
    return {
        (platform.casefold(), _account(name)): index
        for index, of_brand in enumerate(accounts)
        for platform, names in of_brand.items()
        for name in names
    }


def _keys(post: Post) -> list[tuple[str, str]]:
    names = {_account(post.author.id), _account(post.author.handle)} - {""}
    return [(post.platform.casefold(), name) for name in names]


class Matcher:
    """Finds brands in posts. Made once for a configuration; safe to share between threads."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._brands = tuple(brands)
        self._bots = _keyed([brand.bots for brand in self._brands])
        self._owners = _keyed([brand.accounts for brand in self._brands]) | self._bots
        by_text: dict[str, list[_Pattern]] = {}
        for index, brand in enumerate(self._brands):
            for text, pattern in _patterns(index, brand):
                by_text.setdefault(text, []).append(pattern)
        self._patterns = tuple(tuple(same) for same in by_text.values())
        self._finder = AhoCorasick(list(by_text), implementation=Implementation.ContiguousNFA)

    def match(self, post: Post) -> tuple[Match, ...]:
        """Return the brands that a post's title or text names, in the order they are declared.

        A brand is left out where one of its excluded terms stands in the post.
        """
        found: dict[int, tuple[int, int, str]] = {}
        excluded: set[int] = set()
        for pattern, start, length in self._occurrences(post.title, post.text):
            if pattern.excludes:
                excluded.add(pattern.brand)
                continue
            here = (start, -length, pattern.term)
            found[pattern.brand] = min(here, found.get(pattern.brand, here))
        own = set(self._own(post)) if found else set()
        return tuple(
            Match(self._brands[index].name, found[index][2], index in own)
            for index in sorted(found.keys() - excluded)
        )

    def own(self, post: Post) -> tuple[str, ...]:
        """Return the brands one of whose own accounts wrote this post, named in it or not."""
        return tuple(self._brands[index].name for index in self._own(post))

    def is_bot(self, post: Post) -> bool:
        """Was it written by an own account that answers by itself?"""
        return any(key in self._bots for key in _keys(post))

    def _own(self, post: Post) -> list[int]:
        return sorted({self._owners[key] for key in _keys(post) if key in self._owners})

    def _occurrences(self, *parts: str) -> Iterator[tuple[_Pattern, int, int]]:
        text = "\n".join(_spread_tags(part) for part in parts if part)
        for number, start, end in self._finder.find_matches_as_indexes(text, overlapping=True):
            for pattern in self._patterns[number]:
                if _stands(pattern.kind, text, start, end):
                    yield pattern, start, end - start


def _account(name: str) -> str:
    return name.strip().removeprefix("@").casefold()


def _patterns(index: int, brand: Brand) -> Iterator[tuple[str, _Pattern]]:
    for term, excludes in [(t, False) for t in brand.all_terms] + [
        (t, True) for t in brand.exclude
    ]:
        for text, kind in dict.fromkeys(_spellings(term)):
            yield text, _Pattern(index, term, kind, excludes)


def _spellings(term: str) -> Iterator[tuple[str, _Kind]]:
    """The folded texts by which a term is found, and where each may stand."""
    text = fold(term)
    bare = text.lstrip("#@").strip()
    if not bare:
        return
    if text.startswith("#"):
        yield "#" + bare, _Kind.TAG
        return
    if text.startswith("@"):
        yield "@" + bare, _Kind.HANDLE
        return
    if _DOMAIN_TERM.fullmatch(text):
        yield text, _Kind.DOMAIN
        return
    yield text, _Kind.WORDS
    if "'" in text:
        yield text.replace("'", ""), _Kind.WORDS
    joined = re.sub(r"[\W_]+", "", text)
    if joined and joined != text:
        yield joined, _Kind.JOINED


_DOMAIN_TERM = re.compile(r"\A[a-z0-9-]+(?:\.[a-z0-9-]+){0,4}\.[a-z]{2,24}")


# --- the text that is searched ---

# A hashtag written in camel case or with underscores is read as words too: #AcmeAirFails.
_HASHTAG = re.compile(r"[#＃](\w{2,100})")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
MAX_TAGS = 64  # hashtags of one post that are read as words; more is decoration


def _spread_tags(raw: str) -> str:
    """Fold a text, with the words of its compound hashtags after it, each on a line of its own."""
    text = fold(raw)
    if "#" not in text:
        return text
    tags = (found.group(1) for found in islice(_HASHTAG.finditer(raw), MAX_TAGS))
    compound = (parts for tag in tags if len(parts := _CAMEL.sub(" ", tag).split()) > 1)
    return "\n".join([text, *(fold(" ".join(parts)) for parts in compound)])


# --- where a term may stand ---

# Scripts written without blanks, or with particles joined to the word: Thai to Lao, Myanmar, Khmer,
# kana, Han, Hangul. No boundary is demanded beside one of their letters.
_BLANKLESS = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1100", "\u11ff"),
    ("\u1780", "\u17ff"),
    ("\u3005", "\u30ff"),
    ("\u3130", "\u318f"),
    ("\u31f0", "\u31ff"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uac00", "\ud7ff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)


def _in_word(character: str) -> bool:
    """Whether a character holds a word together with its neighbour."""
    if character.isascii():
        return character.isalnum() or character == "_"
    if any(first <= character <= last for first, last in _BLANKLESS):
        return False
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _stands(kind: _Kind, text: str, start: int, end: int) -> bool:
    """Whether the pattern found at text[start:end] is one, and not a piece of something else."""
    if kind is _Kind.DOMAIN:
        return _stands_as_domain(text, start, end)
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if _in_word(text[end - 1]) and _in_word(after):
        return False
    if kind in (_Kind.TAG, _Kind.HANDLE):
        return not _in_word(before)  # `ann@acme` is a mail address
    if kind is _Kind.JOINED:
        return before in "#@"
    if _in_word(text[start]) and _in_word(before):
        return False
    return not _in_host(text, start, end)


def _stands_as_domain(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    rest = text[end : end + 2]
    if _in_word(before) or before == "-":
        return False
    goes_on = rest[:1] == "." and rest[1:].isalnum()  # acme.com.evil.example
    return not (goes_on or rest[:1] == "-" or (rest and _in_word(rest[0])))


# Enough of a link's beginning to tell that a place lies in its host.
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_:@[]%")
_KNOWN_SUFFIXES = (
    "com org net info biz app dev shop store online site io ai co me tv uk de fr it es nl be at ch"
    " ie eu us ca au nz in jp cn br mx se no dk fi pl pt gr cz ru za example test"
)
_SUFFIXES = frozenset(_KNOWN_SUFFIXES.split())
MAX_HOST = 253  # characters in a host's name (RFC 1035)


def _in_host(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is part of a link's host: `https://acme.example`, `acme.com/x`.

    `I hate acme.Never again` names a brand: a bare host must end in a well-known suffix.
    """
    if start and text[start - 1] in "#@" and not (start > 1 and _in_word(text[start - 2])):
        return False
    left = start
    while left and start - left < MAX_HOST and text[left - 1] in _HOST_CHARACTERS:
        left -= 1
    right = end
    while right < len(text) and right - end < MAX_HOST and text[right] in _HOST_CHARACTERS:
        right += 1
    if text[left - 3 : left] == "://" or text[max(0, left - 2) : left] == "//":
        return True
    if " " in text[start:end]:
        return False
    if right - left == end - start:
        return False
    host = text[left:right].rstrip(".:-_").rpartition("@")[2].split(":")[0]
    head, _, suffix = host.rpartition(".")
    return bool(head) and suffix in _SUFFIXES
