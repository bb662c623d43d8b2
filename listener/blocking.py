"""Posts that are never kept: by authors, sites and words that the team has blocked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from listener.mention import Post

if TYPE_CHECKING:
    from config import Block
    from listener.wanting import Wanting


class Blocking:
    """The block lists, ready to be held against posts. Safe to share between threads."""

    def __init__(self, block: "Block | None" = None) -> None:
        self._by_reason: Sequence[tuple[str, Wanting]] = () if block is None else _read(block)

    def why(self, post: Post) -> str | None:
        """Which list a post is on, for the tallies: "blocked author"; None: on none."""
        return next((reason for reason, one in self._by_reason if one.wants(post)), None)


def _read(block: "Block") -> tuple[tuple[str, "Wanting"], ...]:
    """What reads queries is loaded here, where something is blocked: see `listener.matching`."""
    from config.query import Either, Field, Query, Said
    from listener.wanting import Wanting

    lists: dict[str, tuple[Query, ...]] = {
        "blocked author": tuple(Field("author", _plain(name)) for name in block.authors),
        "blocked site": tuple(Field("site", _plain(site)) for site in block.sites),
        "blocked word": tuple(Said(word) for word in block.words),
    }
    return tuple((reason, Wanting(Either(of))) for reason, of in lists.items() if of)


def _plain(value: str) -> str:
    return value.strip().lstrip("@").casefold()
