"""What X has charged today already: a post and an author cost once on a day of UTC. Pure.

Source: X's pay-per-use pricing page, which calls it a soft promise. Only what the next round reads
again is remembered: the newest posts of each listing.
"""

from collections.abc import Collection
from dataclasses import dataclass

from listener.collectors.x_posts import ID, Page
from listener.fields import optional_id

MAX_BOUGHT = 200  # posts of one listing; whatever is forgotten is counted once more


@dataclass(frozen=True, slots=True)
class Bought:
    """The newest posts that were read today in one listing, as (id, author's id)."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, value: object) -> "Bought":
        """As the cursor has it; nothing where it cannot be read."""
        rows = value[:MAX_BOUGHT] if isinstance(value, list) else []
        pairs = (row for row in rows if isinstance(row, list) and len(row) == 2)
        known = ((optional_id(own, ID), optional_id(author, ID) or "") for own, author in pairs)
        return cls(tuple((own, author) for own, author in known if own))

    def new_posts(self, page: Page) -> int:
        """How many of a page's posts are charged."""
        known = {own for own, _ in self.pairs}
        return page.posts - sum(own in known for own, _ in page.bought)

    def new_authors(self, page: Page, elsewhere: Collection["Bought"] = ()) -> int:
        """How many of a page's authors are charged. `elsewhere`: the other listings' posts."""
        known = {author for one in (self, *elsewhere) for _, author in one.pairs} - {""}
        return max(0, page.authors - len(known & {author for _, author in page.bought}))

    def with_page(self, page: Page) -> "Bought":
        """With what a page has brought."""
        pairs = {pair for pair in (*self.pairs, *page.bought) if pair[0]}
        newest = sorted(pairs, key=lambda pair: int(pair[0]), reverse=True)
        return Bought(tuple(newest[:MAX_BOUGHT]))
