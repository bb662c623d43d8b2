"""Which words tell that a name means somebody else, counted from what people clicked. Pure.

A word is proposed where enough "not us" posts have it beside the name and next to none of the
brand's own do. Nothing is proposed before the brand's own talk is known: without it, every "the"
would look like a stranger.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

LEAST_OURS = 20  # posts that are known to mean the brand
LEAST_POSTS = 3  # "not us" posts with the word beside the name
LEAST_AUTHORS = 2  # who wrote them: one stranger's favourite word teaches nothing
TIMES = 5.0  # so much more often beside somebody else's name than beside ours
SHARE_OURS = 0.1  # for ten posts that mean somebody else, one of ours at most
MOST = 50  # proposed for a brand, the most telling


@dataclass(frozen=True, slots=True)
class Told:
    """A post that somebody has told apart.

    ours    it means the brand.   author  opaque.
    beside  the words beside the name, folded.
    """

    ours: bool
    author: str
    beside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A word beside which the name means somebody else: in how many posts, by how many people,
    and in how many posts that mean the brand."""

    word: str
    posts: int
    authors: int
    ours: int


def propose(told: Iterable[Told]) -> tuple[Neighbour, ...]:
    """Return the words that tell somebody else's name, the most frequent first.

    The brand's share of a word counts one post more than was seen, so that few posts prove little.
    """
    others: defaultdict[str, list[str]] = defaultdict(list)
    ours: Counter[str] = Counter()
    posts = {True: 0, False: 0}
    for one in told:
        posts[one.ours] += 1
        for word in one.beside:
            if one.ours:
                ours[word] += 1
            else:
                others[word].append(one.author)
    if posts[True] < LEAST_OURS:
        return ()
    found = [
        Neighbour(word, len(authors), len(set(authors)), ours[word])
        for word, authors in others.items()
        if ours[word] <= SHARE_OURS * len(authors)
        and len(authors) / posts[False] >= TIMES * (ours[word] + 1) / (posts[True] + 1)
    ]
    sure = (n for n in found if n.posts >= LEAST_POSTS and n.authors >= LEAST_AUTHORS)
    return tuple(sorted(sure, key=lambda n: (-n.posts, n.word))[:MOST])
