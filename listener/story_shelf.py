"""The stories under way, and which of them a post's words speak for. Bounded."""

from collections import OrderedDict
from math import log

from listener.background import PRIOR_POSTS, Background
from listener.particulars import CODE_SHARE, NEVER_SAID
from listener.story import Draft

DAY = 86_400.0
WINDOW = 3 * DAY  # seconds for which a silent story is remembered
MOST_STORIES = 1_500  # live, those of one voice too; these are forgotten first
MOST_TERMS = 24  # of a post, the most telling
MOST_INDEXED = 8  # of these, by which stories are looked up
MOST_OF_TERM = 24  # stories looked up by one term, the last that it was used in
MOST_KEYS = 30_000  # looked up by, before those of stories long forgotten are swept out

# Tuned on `bench/stories_dev.txt` among the airlines' posts.
NEEDED = 10.2  # nats that a post's words must speak for a story of one voice …
GROWN = 3.0  # … less so many for each e-fold of voices …
LEAST_NEEDED = 7.5  # … down to these
UNMATCHED = 0.4  # nats that a particular speaks against a story that does not have it
SILENT = 2.0  # nats that each day of silence speaks against a story
ABSENT_FROM = 4  # voices, from which on the lack of what most of them say speaks against a post
TAIL = 0.2  # share of voices below which a story's word is nobody's but its author's
CORE, CORE_GAIN = 0.4, 3.0  # a post has one of the words that so many voices share, worth so much
FLOOR = 0.2  # of what the language gives a word: never to be heard here proves little
OWN_SHARE = 0.1  # of a story's words that the background has been taught (`IN_STORY`)
FEW = 150  # stories among which chance is no smaller than among none
GROWN_FROM = 3  # voices
MERGING = 0.0  # nats more than a post needs, for two stories to be one
GATHERING = frozenset((3, 5, 8, 13, 21, 34, 55))  # voices at which a story looks for its like …
GATHERED_BY = 5  # … by so many of its words
MOST_MERGES = 3  # tried after a post

Term = tuple[int, float]  # a key, and how often it is in posts by the language alone


class Shelf:
    """Stories by their numbers, the longest silent first. Not for several threads."""

    def __init__(self, background: Background) -> None:
        self.drafts: OrderedDict[int, Draft] = OrderedDict()
        self.newest = 0.0  # the clock
        self._background = background
        self._index: dict[int, list[int]] = {}
        self._grown: set[int] = set()  # stories that one word in common may lead to

    def add(self, draft: Draft) -> None:
        """Begin a story, or go on with one; where there are too many, one of one voice goes."""
        self.drafts[draft.number] = draft
        self.note(draft, draft.telling(MOST_INDEXED))
        if len(self.drafts) > MOST_STORIES:
            self.drop(self._least())

    def note(self, draft: Draft, keys: list[int]) -> None:
        """Let a story be found by the most telling of these terms."""
        number = draft.number
        for key in keys[:MOST_INDEXED]:
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

    def _sweep(self) -> None:
        alive = ((key, [n for n in here if n in self.drafts]) for key, here in self._index.items())
        self._index = {key: here for key, here in alive if here}

    def unite(self, older: int, newer: int) -> bool:
        """Make two stories one where their words say so; whether they do."""
        if older not in self.drafts or newer not in self.drafts:
            return False
        into, gone = self.drafts[older], self.drafts[newer]
        if not self.are_one(into, gone):
            return False
        into.take_in(gone)
        self.note(into, gone.telling(MOST_INDEXED))
        self.drop(newer)
        self.drafts.move_to_end(older)
        return True

    def like(self, number: int) -> set[int]:
        """Other stories that have a word which most people of this one use."""
        keys = self.drafts[number].telling(GATHERED_BY)
        return {other for key in keys for other in self._index.get(key, ())} - {number}

    def likeliest(self, terms: list[Term]) -> list[int]:
        """Stories that the post may well belong to, the likeliest first."""
        drafts = self.drafts
        found = []
        for number in self._near(terms):
            over = self._over(drafts[number], terms)
            if over >= 0.0:
                found.append((-over, number))
        return [number for _, number in sorted(found)]

    def _near(self, terms: list[Term]) -> list[int]:
        """Stories that share with the post a code, two words, or one that several people used."""
        shared: dict[int, int] = {}
        for key, prior in terms:
            weight = 1 if prior > CODE_SHARE else 2
            for number in self._index.get(key, ()):
                shared[number] = shared.get(number, 0) + weight
        grown, drafts = self._grown, self.drafts
        return [n for n, many in shared.items() if (many > 1 or n in grown) and n in drafts]

    def _over(self, draft: Draft, terms: list[Term]) -> float:
        """Nats that speak for a story beyond what is needed."""
        weight, total, shared, core = draft.weight, 0.0, 0, False
        for key, prior in terms:
            count = draft.terms.get(key, 0.0)
            if count and count >= TAIL * weight:
                gain = self.gain(draft, key, prior)
                if gain > 0.0:
                    total, shared = total + gain, shared + 1
                    core = core or (gain >= CORE_GAIN and count >= CORE * weight)
        if not core:
            return -1.0
        over = total - self._needed(draft) - UNMATCHED * (len(terms) - shared)
        if over >= 0.0 and weight >= ABSENT_FROM:
            over += draft.lacking({key for key, _ in terms})
        return over

    def _needed(self, draft: Draft) -> float:
        """Nats: fewer for a story of many, more for one that went silent."""
        silent = max(0.0, self.newest - draft.at) / DAY
        # By chance the likeliest of many is likelier than that of a few.
        chance = log((len(self.drafts) + FEW) / (MOST_STORIES + FEW))
        needed = NEEDED + chance - GROWN * log(max(1.0, draft.weight))
        return max(LEAST_NEEDED, needed) + SILENT * silent

    def gain(self, draft: Draft, key: int, prior: float) -> float:
        """Nats by which a term speaks for a story: its share there against elsewhere."""
        count = draft.terms.get(key, 0.0)
        if not count:
            return 0.0
        background = self._background
        elsewhere = max(background.counts.get(key, 0.0) - min(count, OWN_SHARE * count + 2.0), 0.0)
        share = (elsewhere + PRIOR_POSTS * prior) / (background.posts + PRIOR_POSTS)
        share = max(share, FLOOR * prior)
        return log(count / (draft.weight + 2.0) / share)

    def are_one(self, into: Draft, gone: Draft) -> bool:
        """Whether the smaller's words would belong to the larger, as a post's do."""
        large, small = (into, gone) if into.weight >= gone.weight else (gone, into)
        keys = small.telling(MOST_TERMS)
        terms = [(key, NEVER_SAID) for key in keys]
        return self._over(large, terms) >= MERGING

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
