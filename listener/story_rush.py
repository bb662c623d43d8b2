"""Posts that come in a rush: a word that was rare and is suddenly everywhere.

Two posts prove little by one word in common; four within a day that have a word nobody used
before are one story. And a story of one place ends where another rush there begins, whose posts
share no word with it.
"""

from collections.abc import Collection
from math import log

from listener.background import PRIOR_POSTS, Background
from listener.story import Draft, Term
from listener.story_fit import DAY, FLOOR, WORD
from listener.story_shelf import Shelf

# Tuned as `listener.story_fit`.
WITHIN = 1.0 * DAY  # seconds in which they come
LEAST = 3  # posts
SURE = 14.0  # nats by which they are more than chance would bring
RARE = 0.0003  # share of posts from which on a word is none of these
LEAST_PACE = 20.0  # posts of a brand, where fewer were heard
RUSH = 4  # posts that come …
FASTER = 4.0  # … so many times faster than those before
STRANGE = 5.0  # nats below which, on average, their words do not speak for the story
CERTAIN = 9.0  # nats of words for a post that is in its story for more than an account
SPLIT_FROM = 10  # voices
LEAST_SPAN = 60.0  # seconds


class Pace:
    """How many posts a brand hears within a rush's time, of late."""

    __slots__ = ("at", "posts")

    def __init__(self, posts: float = 0.0, at: float = 0.0) -> None:
        self.posts, self.at = posts, at

    def hear(self, at: float) -> None:
        """Count a post; one that comes late counts with the last."""
        self.posts = self.posts * 0.5 ** (max(0.0, at - self.at) / WITHIN) + 1.0
        self.at = max(self.at, at)


def rushing(shelf: Shelf, terms: list[Term], background: Background, pace: Pace) -> list[int]:
    """The stories of one voice that a post's most sudden word makes one; none mostly."""
    best: tuple[float, list[int]] = (SURE, [])
    for key, prior, kind in terms:
        many = shelf.used(key) if kind == WORD else 0
        if many < LEAST or _share(background, key, prior, many) > RARE:
            continue  # also without those who are perhaps not alone
        alone = _alone(shelf.having(key), shelf.newest)
        share = max(_share(background, key, prior, len(alone)), FLOOR * prior)
        if len(alone) >= LEAST and share <= RARE:
            best = max(best, (_nats(len(alone), share * max(LEAST_PACE, pace.posts)), alone))
    return best[1]


def _share(background: Background, key: int, prior: float, but: int) -> float:
    """The share of posts that have a term, without so many that are asked about."""
    elsewhere = max(0.0, background.counts.get(key, 0.0) - but)
    return (elsewhere + PRIOR_POSTS * prior) / (background.posts + PRIOR_POSTS)


def _alone(drafts: Collection[Draft], now: float) -> list[int]:
    """The newest of each author: one who repeats a word is no rush."""
    new = (draft for draft in drafts if draft.voices == 1 and now - draft.at <= WITHIN)
    return list({next(iter(draft.authors)): draft.number for draft in new}.values())


def _nats(many: int, expected: float) -> float:
    """How unlikely so many are by chance (Poisson, Chernoff's bound)."""
    return many * log(many / expected) - (many - expected) if many > expected else 0.0


def is_another(draft: Draft) -> bool:
    """Whether the last posts came by their account alone, in a rush of their own."""
    last = draft.lately
    if draft.voices < SPLIT_FROM or len(last) < 2 * RUSH:
        return False
    new = max(LEAST_SPAN, last[-1].at - last[-RUSH].at)
    old = max(LEAST_SPAN, last[-RUSH].at - last[-2 * RUSH].at)
    strange = sum(one.words for one in last[-RUSH:]) < RUSH * STRANGE
    return strange and (RUSH - 1) / new > FASTER * RUSH / old
