"""Which brands a post names: one pass over the folded text for all terms of all brands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation

from config import Brand
from listener.language import language_of
from listener.mention import Post
from listener.searched import searched
from listener.spelling import Kind, spellings
from listener.standing import stands


@dataclass(frozen=True, slots=True)
class Match:
    """A brand that a post names.

    term  the brand's term as declared; the first one in the text, the longest where several start.
    own   the post was written by one of the brand's own accounts.
    """

    brand: str
    term: str
    own: bool


@dataclass(frozen=True, slots=True)
class _Pattern:
    brand: int
    term: str
    kind: Kind
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
        for pattern, start, length in self._occurrences(post):
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

    def _occurrences(self, post: Post) -> Iterator[tuple[_Pattern, int, int]]:
        parts = (post.title, post.text)
        text = "\n".join(searched(part, post.lang) for part in parts if part)
        for number, start, end in self._finder.find_matches_as_indexes(text, overlapping=True):
            for pattern in self._patterns[number]:
                if stands(pattern.kind, text, start, end) or (
                    text[end : end + 1] == "s"
                    and pattern.kind is Kind.WORDS
                    and stands(pattern.kind, text, start, end + 1)
                    and _is_genitive(post, pattern.term, text[end + 1 : end + 2])
                ):
                    yield pattern, start, end - start


# Where a name's genitive takes an s without an apostrophe: "Acmes Kundendienst".
_BARE_GENITIVE = frozenset({"da", "de", "nb", "nl", "nn", "no", "sv"})


def _is_genitive(post: Post, term: str, after: str) -> bool:
    """Whether an s behind a term is a genitive's: before an apostrophe (`Acmes' app`), or in a
    language that writes none, behind a name with its capital. "Apples are ripe" names nobody."""
    if after == "'":
        return True
    if not term[:1].isupper() or f"{term}s" not in f"{post.title}\n{post.text}":
        return False
    return language_of(post) in _BARE_GENITIVE


def _account(name: str) -> str:
    return name.strip().removeprefix("@").casefold()


def _patterns(index: int, brand: Brand) -> Iterator[tuple[str, _Pattern]]:
    for term, excludes in [(t, False) for t in brand.all_terms] + [
        (t, True) for t in brand.exclude
    ]:
        for text, kind in dict.fromkeys(spellings(term)):
            yield text, _Pattern(index, term, kind, excludes)
