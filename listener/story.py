"""One story as it is told: its voices, its words, and the name that its people gave it."""

import struct
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from math import log
from typing import Any, NamedTuple

from listener.story_names import Naming

MOST_BEGAN = 8  # posts heard before a story was one, which its first number is told for
MOST_LATELY = 8  # posts known apart
MOST_VOICES = 512  # authors remembered, the newest; of a larger story the rest are only counted
MOST_KEPT, MOST_WORDS = 60, 90  # a story's terms: how many are kept when there are more than …
HALVED = 1.5 * 86_400.0  # seconds in which what was said loses half of its weight
OFTEN = 0.6  # share of voices from which on a term is what most say
_ENTRY, _SCALE, _MOST = "<IH", 64, 65_535  # a term in a dump
Term = tuple[int, float, int]  # a key, its share by the language alone, what it is (`story_fit`)
STEP = 6 * 3_600.0  # seconds after which weights are aged


@dataclass(frozen=True, slots=True)
class Story:
    """A story as it stands.

    name     in the customers' words, at most 60 characters; "" while they share none.
    people   distinct authors.   posts  with words of their own.   reposts  of any of these.
    began    posts heard before anybody knew that it was a story, as the caller numbered them.
    since, at  Unix seconds of its first and its newest post.
    """

    number: int
    name: str
    people: int
    posts: int
    reposts: int
    began: tuple[int, ...]
    since: float
    at: float


class Lately(NamedTuple):
    """A post that joined: when, whose, its terms, and the nats that its words spoke for it."""

    at: float
    post: int
    author: int
    keys: tuple[int, ...]
    words: float


@dataclass(slots=True)
class Draft:
    """A story that grows. `terms` has the (aged) number of voices of each, `weight` of all."""

    number: int
    terms: dict[int, float]
    authors: dict[int, None]
    began: list[int]
    since: float
    at: float
    aged: float
    weight: float = 1.0
    voices: int = 1
    posts: int = 1
    reposts: int = 0
    naming: Naming = field(default_factory=Naming)
    lately: tuple[Lately, ...] = ()  # the last posts of new voices, not kept over a restart

    @classmethod
    def begin(
        cls, number: int, post: int, author: int, at: float, terms: Iterable[Term]
    ) -> "Draft":
        """A story of one voice."""
        heard = dict.fromkeys((key for key, *_ in terms), 1.0)
        return cls(number, heard, {author: None}, [post], at, at, at)

    def hear(self, post: int, author: int, at: float, terms: list[Term]) -> bool:
        """Take a post in; whether it brought words: those of a voice count once."""
        self._age(at)
        self.posts += 1
        if self.voices < 2 and len(self.began) < MOST_BEGAN:
            self.began.append(post)
        if author in self.authors:
            if self.voices == 1:
                self.terms = dict.fromkeys((key for key, *_ in terms), 1.0) | self.terms
                self._prune()
            return self.voices == 1
        self.authors[author] = None
        if len(self.authors) > MOST_VOICES:
            del self.authors[next(iter(self.authors))]
        self.voices += 1
        self.weight += 1.0
        for key, *_ in terms:
            self.terms[key] = self.terms.get(key, 0.0) + 1.0
        self._prune()
        return True

    def remember(self, posts: Iterable[Lately]) -> None:
        """Know the last posts apart, for those that turn out to be of another story."""
        self.lately = (*self.lately, *posts)[-MOST_LATELY:]

    def part(self, number: int, many: int) -> "Draft":
        """Let the last posts go, so many, as a story of their own."""
        gone = self.lately[-many:]
        self.lately = self.lately[:-many]
        terms: dict[int, float] = {}
        for one in gone:
            for key in one.keys:
                terms[key] = terms.get(key, 0.0) + 1.0
                self.terms[key] = self.terms.get(key, 0.0) - 1.0
            self.authors.pop(one.author, None)
        self.terms = {key: count for key, count in self.terms.items() if count > 0.0}
        self.weight, self.voices = max(1.0, self.weight - many), self.voices - many
        self.posts, self.at = self.posts - many, self.lately[-1].at if self.lately else self.since
        authors, began = {one.author: None for one in gone}, [one.post for one in gone]
        first, last = gone[0].at, gone[-1].at
        other = Draft(number, terms, authors, began[:MOST_BEGAN], first, last, last)
        other.weight, other.voices, other.posts = float(many), len(authors), many
        other.lately = gone
        return other

    def pass_on(self, at: float) -> None:
        """A repost: it spreads, and says nothing new."""
        self.reposts += 1
        self.at = at

    def _age(self, at: float) -> None:
        self.at = max(self.at, at)
        gone = at - self.aged
        if gone < STEP:
            return
        kept = 0.5 ** (gone / HALVED)
        self.aged, self.weight = at, max(1.0, self.weight * kept)
        self.terms = {key: count * kept for key, count in self.terms.items()}

    def _prune(self) -> None:
        if len(self.terms) > MOST_WORDS:
            most = sorted(self.terms.items(), key=lambda term: -term[1])[:MOST_KEPT]
            self.terms = dict(most)

    def lacking(self, keys: Collection[int]) -> float:
        """Nats, 0 or less: how much it speaks against a post that it lacks what most say."""
        most = OFTEN * self.weight
        often = [c for key, c in self.terms.items() if c >= most and key not in keys]
        return sum(log(1.0 - count / (self.weight + 2.0)) for count in often)

    def telling(self, many: int) -> list[int]:
        """The terms that most voices share."""
        return sorted(self.terms, key=lambda key: -self.terms[key])[:many]

    def take_in(self, other: "Draft") -> None:
        """Become the one story of both."""
        self._age(max(self.at, other.at))
        new = [author for author in other.authors if author not in self.authors]
        both = len(other.authors) - len(new)
        self.voices += other.voices - both
        self.weight += max(0.0, other.weight - both)
        self.authors.update(dict.fromkeys(new))
        for key, count in other.terms.items():
            self.terms[key] = self.terms.get(key, 0.0) + count
        self._prune()
        self.posts += other.posts
        self.reposts += other.reposts
        self.began = [*self.began, *other.began][:MOST_BEGAN]
        self.since = min(self.since, other.since)
        if not self.naming.phrase:
            self.naming = other.naming
        self.lately = tuple(sorted(self.lately + other.lately)[-MOST_LATELY:])

    def dump(self) -> list[object]:
        """Plain JSON values: numbers, hashes, and the name."""
        terms = sorted(self.terms.items(), key=lambda term: -term[1])[:MOST_WORDS]
        packed = b"".join(
            struct.pack(_ENTRY, key, min(_MOST, round(_SCALE * n))) for key, n in terms
        )
        told = (self.number, self.since, self.at, self.aged, self.weight, self.voices)
        heard = (self.posts, self.reposts, list(self.authors), self.began)
        return [*told, *heard, b64encode(packed).decode(), self.naming.dump()]

    @classmethod
    def load(cls, told: Any) -> "Draft":
        """What `dump` gave. Raises ValueError or TypeError for anything else."""
        number, since, at, aged, weight, voices, posts, reposts, authors, began, packed, name = told
        try:
            terms = {k: n / _SCALE for k, n in struct.iter_unpack(_ENTRY, b64decode(packed))}
        except struct.error as error:
            raise ValueError("a story cut short") from error
        people = {int(author): None for author in authors[:MOST_VOICES]}
        first = [int(post) for post in began[:MOST_BEGAN]]
        draft = cls(int(number), terms, people, first, float(since), float(at), float(aged))
        draft.weight, draft.voices = float(weight), int(voices)
        draft.posts, draft.reposts, draft.naming = int(posts), int(reposts), Naming.load(name)
        if not (
            people
            and first
            and draft.weight >= 1.0
            and draft.voices >= 1
            and 0.0 <= draft.at < float("inf")
        ):
            raise ValueError("no story")
        return draft

    def told(self, never: Collection[int]) -> Story:
        """As it stands; `never` has the keys of words that no name may have."""
        return Story(
            self.number,
            self.naming.name(never),
            self.voices,
            self.posts,
            self.reposts,
            tuple(self.began),
            self.since,
            self.at,
        )
