"""Which brands a post names: one pass over the folded text for all terms of all brands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, Implementation

from listener.company import Place, Role, Seen, company
from listener.folding import fold
from listener.language import language_of
from listener.mention import ANONYMOUS, Post
from listener.searched import searched
from listener.spelling import Kind, spellings
from listener.standing import stands

if TYPE_CHECKING:
    from config import Brand
    from listener.wanting import Wanting


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
    role: Role


def _wanted(brands: Sequence["Brand"]) -> dict[int, "Wanting"]:
    """The brands' queries. What reads them is loaded only where there is one: `tocsin score` starts
    without anything that reads a configuration."""
    asked = {index: brand.query for index, brand in enumerate(brands) if brand.query}
    if not asked:
        return {}
    from listener.wanting import Wanting

    return {index: Wanting(query) for index, query in asked.items()}


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

    def __init__(
        self, brands: Sequence["Brand"], others: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """others: by brand, further words beside which its name is something else, as learned."""
        self._brands = tuple(brands)
        self._wanted = _wanted(self._brands)
        self._bots = _keyed([brand.bots for brand in self._brands])
        self._owners = _keyed([brand.accounts for brand in self._brands]) | self._bots
        by_text: dict[str, list[_Pattern]] = {}
        for index, brand in enumerate(self._brands):
            for text, pattern in _patterns(index, brand, (others or {}).get(brand.name, ())):
                by_text.setdefault(text, []).append(pattern)
        self._may_be_others = any(
            one.role in (Role.NEAR, Role.NOT_NEAR) for same in by_text.values() for one in same
        )
        self._has_domains = any(
            one.kind is Kind.DOMAIN for same in by_text.values() for one in same
        )
        self._patterns = tuple(tuple(same) for same in by_text.values())
        self._finder = AhoCorasick(list(by_text), implementation=Implementation.ContiguousNFA)

    def match(self, post: Post) -> tuple[Match, ...]:
        """Return the brands that a post's title or text names, in the order they are declared.

        A brand is left out where one of its excluded terms stands in the post, where its name is
        an ordinary word in other company, and where its query does not hold, which our own posts
        need not ask for. Where no name is known either, the writer has chosen the brand.
        """
        if post.platform == ANONYMOUS:
            return self._addressed(post)
        found, _ = self._named(post)
        own = set(self._own(post)) if found else set()
        found = {
            index: place
            for index, place in found.items()
            if index in own or index not in self._wanted or self._wanted[index].wants(post)
        }
        return tuple(
            Match(self._brands[index].name, place.term, index in own)
            for index, place in sorted(found.items())
        )

    def _addressed(self, post: Post) -> tuple[Match, ...]:
        """The brand to which a post without an author was written, whatever words it has: the form
        sets its name as the title."""
        names = (brand.name for brand in self._brands)
        return tuple(Match(name, name, False) for name in names if name == post.title)

    def others(self, post: Post) -> tuple[str, ...]:
        """Return the brands whose name stands in a post, but for something else."""
        if not self._may_be_others:
            return ()
        return tuple(self._brands[index].name for index in sorted(self._named(post)[1]))

    def unwanted(self, post: Post) -> bool:
        """Whether a post names a brand, and none whose query asks for it."""
        return bool(self._wanted) and bool(self._named(post)[0]) and not self.match(post)

    def beside(self, post: Post) -> dict[str, frozenset[str]]:
        """The words beside each brand's name where that is one plain word, whatever it means there;
        for learning. A brand that is named by a handle or a phrase as well is left out."""
        text, seen = self._seen(post)
        return {
            self._brands[index].name: frozenset().union(*(company(text, p) for p in one.names))
            for index, one in seen.items()
            if one.names and all(place.plain for place in one.names)
        }

    def _named(self, post: Post) -> tuple[dict[int, Place], set[int]]:
        """Where each brand is named first, and which are not though their word is there."""
        text, seen = self._seen(post)
        found, others = {}, set()
        for index, one in seen.items():
            place = one.first(text, wants_near=bool(self._brands[index].near))
            if place is not None:
                found[index] = place
            elif one.names:
                others.add(index)
        return found, others

    def _seen(self, post: Post) -> tuple[str, dict[int, Seen]]:
        text = "\n".join(searched(part, post.lang) for part in (post.title, post.text) if part)
        words = len(text)
        # What is behind a link counts where a domain is asked for: the words of an address do not.
        text = "\n".join([text, *map(fold, post.links)]) if self._has_domains else text
        seen: dict[int, Seen] = {}
        for pattern, start, end in self._occurrences(post, text):
            if start > words and pattern.kind is not Kind.DOMAIN:
                continue
            _note(seen.setdefault(pattern.brand, Seen()), pattern, start, end, text)
        return text, seen

    def own(self, post: Post) -> tuple[str, ...]:
        """Return the brands one of whose own accounts wrote this post, named in it or not."""
        return tuple(self._brands[index].name for index in self._own(post))

    def is_bot(self, post: Post) -> bool:
        """Was it written by an own account that answers by itself?"""
        return any(key in self._bots for key in _keys(post))

    def _own(self, post: Post) -> list[int]:
        return sorted({self._owners[key] for key in _keys(post) if key in self._owners})

    def _occurrences(self, post: Post, text: str) -> Iterator[tuple[_Pattern, int, int]]:
        looked: dict[tuple[int, Role], int] = {}
        bare: dict[str, bool] = {}  # term → whether its bare genitive stands in this post
        for number, start, end in self._finder.find_matches_as_indexes(text, overlapping=True):
            for pattern in self._patterns[number]:
                key = (pattern.brand, pattern.role)
                looked[key] = looked.get(key, 0) + 1
                if looked[key] > MOST_LOOKED:
                    continue
                if stands(pattern.kind, text, start, end) or (
                    text[end : end + 1] == "s"
                    and pattern.kind is Kind.WORDS
                    and stands(pattern.kind, text, start, end + 1)
                    and _is_genitive(post, pattern.term, text[end + 1 : end + 2], bare)
                ):
                    yield pattern, start, end


MOST_LOOKED = 100  # places of one brand in a post that are looked at; more is no prose

# Where a name's genitive takes an s without an apostrophe: "Acmes Kundendienst".
_BARE_GENITIVE = frozenset({"da", "de", "nb", "nl", "nn", "no", "sv"})


def _is_genitive(post: Post, term: str, after: str, bare: dict[str, bool]) -> bool:
    """Whether an s behind a term is a genitive's: before an apostrophe (`Acmes' app`), or in a
    language that writes none, behind a name with its capital. "Apples are ripe" names nobody."""
    if after == "'":
        return True
    if term not in bare:
        has_capital = term[:1].isupper() and f"{term}s" in f"{post.title}\n{post.text}"
        bare[term] = has_capital and language_of(post) in _BARE_GENITIVE
    return bare[term]


def _account(name: str) -> str:
    return name.strip().removeprefix("@").casefold()


def _note(seen: Seen, pattern: _Pattern, start: int, end: int, text: str) -> None:
    if pattern.role is Role.EXCLUDES:
        seen.excluded = True
    elif pattern.role is Role.NEAR:
        seen.near.append((start, end))
    elif pattern.role is Role.NOT_NEAR:
        seen.not_near.append((start, end))
    else:
        one_word = pattern.kind is Kind.WORDS and " " not in text[start:end]
        plain = one_word and text[start - 1 : start] != "@"
        seen.names.append(Place(start, start - end, pattern.term, plain))


def _patterns(index: int, brand: "Brand", others: Sequence[str]) -> Iterator[tuple[str, _Pattern]]:
    roles = (
        (Role.NAMES, brand.all_terms),
        (Role.EXCLUDES, brand.exclude),
        (Role.NEAR, brand.near),
        (Role.NOT_NEAR, (*brand.not_near, *others)),
    )
    for role, terms in roles:
        for term in terms:
            for text, kind in dict.fromkeys(spellings(term)):
                yield text, _Pattern(index, term, kind, role)
