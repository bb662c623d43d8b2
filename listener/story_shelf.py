"""The stories under way, and which of them a post's words speak for. Bounded."""

from collections import OrderedDict
from collections.abc import Collection, Iterable

from listener.background import Background
from listener.particulars import CODE_SHARE, NEVER_SAID
from listener.story import Draft, Term
from listener.story_fit import ACCOUNT, ASIDE, DAY, MANY, OURS, WORD, Fit, Told, fit

WINDOW = 3 * DAY  # seconds for which a silent story is remembered
MOST_STORIES = MANY  # live, those of one voice too; these are forgotten first
MOST_TERMS = 24  # words of a post, the most telling
MOST_INDEXED = 8  # of these, by which stories are looked up …
MOST_ACCOUNTS = 2  # … and of the strange accounts that it is sent to
MOST_OF_TERM = 32  # stories looked up by one term, the last that it was used in
MOST_KEYS = 30_000  # looked up by, before those of stories long forgotten are swept out
RARELY = 0.003  # share of posts that have a word, by which alone a story may be looked up
SMALL_SHARE = 0.3  # of a story's voices that use a word by which it is compared with another
GROWN_FROM = 2  # voices
GATHERING = frozenset((2, 3, 4, 5, 6, 8, 10, 13, 21, 34, 55))  # voices at which a story looks …
GATHERED_BY = 8  # … for its like, by so many of its words
MERGING = 0.5  # nats more than a post needs, for two stories to be one
MOST_MERGES = 3  # tried after a post


class Shelf:
    """Stories by their numbers, the longest silent first. Not for several threads.

    own, accounts  the keys of the brand's names, and of all accounts that posts are sent to.
    """

    def __init__(
        self, background: Background, own: Collection[int], accounts: Collection[int]
    ) -> None:
        self.drafts: OrderedDict[int, Draft] = OrderedDict()
        self.newest = 0.0  # the clock
        self._background, self._own, self._accounts = background, own, accounts
        self._index: dict[int, list[int]] = {}
        self._grown: set[int] = set()  # stories that one word in common may lead to

    def add(self, draft: Draft) -> None:
        """Begin a story, or go on with one; where there are too many, one of one voice goes."""
        self.drafts[draft.number] = draft
        self.note(draft, self._indexed(draft))
        if len(self.drafts) > MOST_STORIES:
            self.drop(self._least())

    def note(self, draft: Draft, keys: Iterable[int]) -> None:
        """Let a story be found by these terms."""
        number = draft.number
        for key in keys:
            here = self._index.setdefault(key, [])
            if number in here:
                here.remove(number)
            here.append(number)
            if len(here) > MOST_OF_TERM:
                del here[0]
        if draft.voices >= GROWN_FROM:
            self._grown.add(number)
        if len(self._index) > MOST_KEYS:
            self._sweep()

    def _indexed(self, draft: Draft) -> list[int]:
        """By what a story is looked up: what most voices share, of one voice the most telling."""
        keys = draft.telling(MOST_TERMS + MOST_ACCOUNTS)
        return self.indexed([(key, NEVER_SAID, self._kind(key)) for key in keys])

    def indexed(self, terms: list[Term]) -> list[int]:
        """Those of these terms by which a story is looked up; `terms` has the best first."""
        words = [key for key, _, kind in terms if kind == WORD]
        strange = [key for key, _, kind in terms if kind in (ACCOUNT, ASIDE)]
        return words[:MOST_INDEXED] + strange[:MOST_ACCOUNTS]

    def _sweep(self) -> None:
        alive = ((key, [n for n in here if n in self.drafts]) for key, here in self._index.items())
        self._index = {key: here for key, here in alive if here}

    def unite(self, older: int, newer: int, *, surely: bool = False) -> bool:
        """Make two stories one where their words say so, or it is known; whether they do."""
        if older not in self.drafts or newer not in self.drafts:
            return False
        into, gone = self.drafts[older], self.drafts[newer]
        if not (surely or self.are_one(into, gone)):
            return False
        into.take_in(gone)
        self.note(into, self._indexed(gone))
        self.drop(newer)
        self.drafts.move_to_end(older)
        return True

    def having(self, key: int) -> list[Draft]:
        """The newest stories that have a term, the oldest of them first."""
        return [self.drafts[n] for n in self._index.get(key, ()) if n in self.drafts]

    def used(self, key: int) -> int:
        """How many stories, at most MOST_OF_TERM, may be looked up by a term."""
        return len(self._index.get(key, ()))

    def like(self, number: int) -> set[int]:
        """Other stories that have a word which is telling of this one."""
        draft, counts = self.drafts[number], self._background.counts
        usual = 1.0 + self._background.posts / 1_000
        telling = sorted(
            (key for key in draft.terms if key not in self._own),
            key=lambda key: -draft.terms[key] / (counts.get(key, 0.0) + usual),
        )[:GATHERED_BY]
        return {other for key in telling for other in self._index.get(key, ())} - {number}

    def likeliest(self, terms: list[Term]) -> list[tuple[int, Fit]]:
        """Stories that the post may well belong to, the likeliest first."""
        found, many = [], len(self.drafts)
        told = Told.of(terms, self._background)
        for number in self._near(terms):
            like = fit(self.drafts[number], told, self.newest, many, self._own)
            if like is not None:
                found.append((number, like))
        return sorted(found, key=lambda each: (-each[1].over, each[0]))

    def _near(self, terms: list[Term]) -> list[int]:
        """Stories that share a code or account, two words, or a rare one that several used."""
        shared: dict[int, int] = {}
        index, share = self._index, self._background.share
        for key, prior, kind in terms:
            here = index.get(key) if kind != OURS else None
            if here:
                telling = kind == ACCOUNT or prior <= CODE_SHARE
                worth = 4 if telling else 3 if share(key, prior) <= RARELY else 2
                for number in here:
                    shared[number] = shared.get(number, 0) + worth
        grown, drafts = self._grown, self.drafts
        return [n for n, worth in shared.items() if worth > 2 + (n not in grown) and n in drafts]

    def are_one(self, into: Draft, gone: Draft) -> bool:
        """Whether the smaller's words would belong to the larger, as a post's do.

        An account alone proves nothing here: two things happen at one place.
        """
        large, small = (into, gone) if into.weight >= gone.weight else (gone, into)
        least = 0.0 if small.weight < 2.0 else SMALL_SHARE * small.weight
        keys = (key for key in small.telling(MOST_TERMS) if small.terms[key] >= least)
        terms = [(key, NEVER_SAID, self._kind(key)) for key in keys]
        told = Told.of(terms, self._background)
        found = fit(large, told, self.newest, len(self.drafts), self._own)
        return found is not None and found.over >= MERGING

    def _kind(self, key: int) -> int:
        return OURS if key in self._own else ASIDE if key in self._accounts else WORD

    def forget(self) -> None:
        """The longest silent stand first."""
        while self.drafts:
            number = next(iter(self.drafts))
            if self.newest - self.drafts[number].at <= WINDOW:
                return
            self.drop(number)

    def _least(self) -> int:
        """The longest silent of those that one person tells, or of all."""
        alone = (number for number, draft in self.drafts.items() if draft.voices < 2)
        return next(alone, next(iter(self.drafts)))

    def drop(self, number: int) -> None:
        self._grown.discard(number)
        for key in self.drafts.pop(number).terms:
            here = self._index.get(key)
            if here and number in here:
                here.remove(number)
                if not here:
                    del self._index[key]
