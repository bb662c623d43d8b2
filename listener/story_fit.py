"""How well a post's terms fit a story: nats for it, against chance. Pure.

Each term that the story has speaks for it as a log-likelihood ratio of a mixture: a post of the
story takes its words partly from the story and partly from what is usual at the brand. A strange
account that the posts are sent to is as good as a place: whoever writes to it within hours tells
of the same thing, with or without a word in common. The brand's own accounts only speak against.
"""

from collections.abc import Collection
from math import log
from typing import NamedTuple

from listener.background import PRIOR_POSTS, Background
from listener.story import Draft, Term

DAY = 86_400.0
# What a term is: a word or the like, a strange account, one of the brand's own, or none of these
# when two stories are compared.
WORD, ACCOUNT, OURS, ASIDE = range(4)

# Tuned on `bench/stories_dev.txt` among the airlines' posts, one half against the other.
FROM_STORY = ((1.5, 0.35), (4.0, 0.5), (float("inf"), 0.8))  # of a post's words, by voices below …
NEEDED = 11.0  # nats that a post's words must speak for a story of one voice …
GROWN = 2.6  # … less so many for each e-fold of voices …
LEAST_NEEDED = 8.0  # … down to these
UNMATCHED = 2.0  # nats at most that words which a story does not have speak against it
SILENT = 6.0  # nats that each day of silence speaks against a story
ABSENT_FROM = 4  # voices, from which on the lack of what most of them say speaks against a post
TAIL = 0.12  # share of voices below which a story's word is nobody's but its author's
CORE, CORE_GAIN = 0.4, 3.0  # a post has one of the words that so many voices share, worth so much
FLOOR = 0.05  # of what the language gives a word: never to be heard here proves little
IN_STORY = 0.13  # of a post's say in what is usual: a storm's words must not become the usual ones
FEW, MANY = 150, 1_500  # stories among which chance is no smaller than among none, and at full
ELSEWHERE = 3.0  # nats against a story told to another of the brand's accounts
OF_ONE, OF_MOST = 0.3, 0.7  # of its voices: fewer write to this account, so many to another
# An account that more of all posts (and more than so many) have is not particular to a story …
ACCOUNT_SHARE, ACCOUNT_POSTS = 0.003, 8.0
ACCOUNT_HALF = 0.5  # … nor is one that fewer of its voices write to
BY_ACCOUNT = 2.0  # nats for a story that is told to one account …
ACCOUNT_SILENT = 8.0  # … less so many for each day of silence: six hours, with no word in common


class Fit(NamedTuple):
    """How far a post is a story's.

    over     nats beyond what is needed, 0.0 and more.
    words    nats that its words alone speak for it.
    account  whether it is the story's by an account it is sent to.
    """

    over: float
    words: float
    account: bool


class Told(NamedTuple):
    """A post's terms, made ready for many stories.

    usual     of each term: what it is, its count among all posts, and of the language alone its
              posts and the least share that is believed.
    accounts  strange ones, that few posts are sent to.
    spoken    how many terms a story should have.
    posts     heard so far, with those that the language is worth.
    """

    usual: dict[int, tuple[int, float, float, float]]
    accounts: tuple[int, ...]
    spoken: int
    posts: float

    @classmethod
    def of(cls, terms: list[Term], background: Background) -> "Told":
        """Look every term up once."""
        counts, accounts = background.counts, tuple(k for k, _, kind in terms if kind == ACCOUNT)
        usual = {
            key: (kind, counts.get(key, 0.0), PRIOR_POSTS * prior, FLOOR * prior)
            for key, prior, kind in terms
        }
        spoken = sum([kind < OURS for _, _, kind in terms])
        return cls(usual, accounts, spoken, background.posts + PRIOR_POSTS)


def fit(draft: Draft, told: Told, now: float, many: int, own: Collection[int]) -> Fit | None:
    """How far a post with these terms is a story's at `now` among `many` stories; None: it is not.

    own  the keys of the brand's own names and accounts.
    """
    silent = max(0.0, now - draft.at) / DAY
    account = bool(told.accounts) and _account(draft, told)
    words, against, core = _weigh(draft, told, account)
    if account:
        over = BY_ACCOUNT + words - ACCOUNT_SILENT * silent
        if over >= 0.0:
            return Fit(over, words, True)
    if not core:
        return None
    over = words + max(against, -UNMATCHED) - needed(draft.weight, many) - SILENT * silent
    if over >= 0.0:
        over += _elsewhere(draft, told, own)
    if over >= 0.0 and draft.weight >= ABSENT_FROM:
        over += draft.lacking(told.usual.keys())
    return Fit(over, words, False) if over >= 0.0 else None


def _account(draft: Draft, told: Told) -> bool:
    """Whether the post is sent to a strange account that the story's are sent to."""
    rare = max(ACCOUNT_POSTS, ACCOUNT_SHARE * told.posts)
    for key in told.accounts:
        count = draft.terms.get(key, 0.0)
        if count >= ACCOUNT_HALF * draft.weight and told.usual[key][1] - IN_STORY * count <= rare:
            return True
    return False


def _weigh(draft: Draft, told: Told, account: bool) -> tuple[float, float, bool]:
    """Nats for and against, and whether a word is shared that the story is about."""
    weight, of_draft, usual, posts = draft.weight, draft.terms, told.usual, told.posts
    part = next(part for below, part in FROM_STORY if weight < below)
    total, against, core, lacking = 0.0, 0.0, False, told.spoken
    if account:
        lacking -= len(told.accounts)
    tail, about = TAIL * weight, CORE * weight
    taught, extra = (1.0, 0.0) if weight < 2.5 else (IN_STORY, 2.0)
    for key in usual.keys() & of_draft.keys():
        count = of_draft[key]
        kind, elsewhere, prior, floor = usual[key]
        if count < tail or kind == ASIDE or (account and kind == ACCOUNT):
            continue
        elsewhere -= taught * count + extra
        share = ((elsewhere if elsewhere > 0.0 else 0.0) + prior) / posts
        ratio = 1.0 - part + part * count / (weight + 1.0) / (share if share > floor else floor)
        gain = log(ratio)
        lacking -= kind < OURS
        if gain <= 0.0:
            against += gain
        else:
            total += gain
            core = core or (kind < OURS and gain >= CORE_GAIN and count >= about)
    return total, against + lacking * log(1.0 - part), core


def needed(weight: float, many: int) -> float:
    """Nats: fewer for a story of many, and where there are few that it could be by chance."""
    chance = min(0.0, log((many + FEW) / (MANY + FEW)))
    return max(LEAST_NEEDED, NEEDED - GROWN * log(max(1.0, weight))) + chance


def _elsewhere(draft: Draft, told: Told, own: Collection[int]) -> float:
    """Nats, 0 or less: a firm's complaints to one account are seldom those to another."""
    here = [key for key, each in told.usual.items() if each[0] >= OURS and key in own]
    of_draft, weight = draft.terms, draft.weight
    if not here or any(of_draft.get(key, 0.0) >= OF_ONE * weight for key in here):
        return 0.0
    another = any(of_draft.get(key, 0.0) >= OF_MOST * weight for key in own)
    return -ELSEWHERE if another else 0.0


def gain(draft: Draft, background: Background, key: int, prior: float) -> float:
    """Nats by which a term speaks for a story: its share there against elsewhere."""
    count = draft.terms.get(key, 0.0)
    if not count:
        return 0.0
    elsewhere = max(background.counts.get(key, 0.0) - min(count, IN_STORY * count + 2.0), 0.0)
    share = (elsewhere + PRIOR_POSTS * prior) / (background.posts + PRIOR_POSTS)
    return log(count / (draft.weight + 2.0) / max(share, FLOOR * prior))
