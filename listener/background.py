"""How common a brand's words are in the posts about it: what is particular is measured by it."""

import struct
from base64 import b64decode, b64encode

MOST_TERMS = 3_000  # counted; the rarest are forgotten when twice as many are known
MOST_POSTS = 4_000.0  # from here on all counts are halved: some weeks are remembered, not all time
PRIOR_POSTS = 115.0  # posts that what is known of the language is worth
_ENTRY = "<IH"
_SCALE = 8  # counts are kept to an eighth
_MOST_KEPT = 65_535


class Background:
    """Counts in how many posts a term was. Bounded; not for several threads."""

    __slots__ = ("counts", "posts")

    def __init__(self) -> None:
        self.posts = 0.0
        self.counts: dict[int, float] = {}

    def learn(self, keys: list[int], weight: float = 1.0) -> None:
        """Count a post's terms, each once."""
        counts = self.counts
        for key in keys:
            counts[key] = counts.get(key, 0.0) + weight
        self.posts += weight
        if self.posts >= MOST_POSTS:
            self.posts /= 2
            self.counts = {key: count / 2 for key, count in counts.items() if count >= 1.0}
        if len(self.counts) > 2 * MOST_TERMS:
            self._forget()

    def _forget(self) -> None:
        """Keep the most common; of the once heard the newest, which are the last."""
        newest = sorted(enumerate(self.counts.items()), key=lambda each: (each[1][1], each[0]))
        kept = sorted(newest[-MOST_TERMS:])
        self.counts = {key: count for _, (key, count) in kept}

    def share(self, key: int, prior: float) -> float:
        """The share of posts that have a term; `prior` as far as the language goes."""
        return (self.counts.get(key, 0.0) + PRIOR_POSTS * prior) / (self.posts + PRIOR_POSTS)

    def dump(self) -> list[object]:
        """Plain JSON values: hashes and counts, no words."""
        if len(self.counts) > MOST_TERMS:
            self._forget()
        kept = ((key, min(_MOST_KEPT, round(_SCALE * n))) for key, n in self.counts.items())
        return [
            self.posts,
            b64encode(b"".join(struct.pack(_ENTRY, *each) for each in kept)).decode(),
        ]

    @classmethod
    def load(cls, told: object) -> "Background":
        """What `dump` gave. Raises ValueError or TypeError for anything else."""
        if not isinstance(told, list) or len(told) != 2:
            raise ValueError("no background")
        posts, packed = told
        background = cls()
        background.posts = float(posts)
        if not 0.0 <= background.posts <= MOST_POSTS:
            raise ValueError("a background of too many posts")
        try:
            entries = list(struct.iter_unpack(_ENTRY, b64decode(packed, validate=True)))
        except struct.error as error:
            raise ValueError("a background cut short") from error
        if len(entries) > MOST_TERMS:
            raise ValueError("a background of too many terms")
        background.counts = {key: count / _SCALE for key, count in entries}
        return background
