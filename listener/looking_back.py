"""Reading several listings back to an instant, always going on with the one whose next page is
newest, so that what comes first is what is newest of all of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from listener.boundary import boundary
from listener.budget import Use
from listener.collector import Batch, Gap
from listener.fields import iso_time, mapping, text
from listener.rounds import Rounds, Shown

MAX_TOKEN_CHARS = 2_000

# (listing, token or None for its newest page) → the page; `Shown.token` names the next older one.
ReadPage = Callable[[str, str | None], Shown]


@dataclass(frozen=True, slots=True)
class Back:
    """How far each listing was read back.

    tokens   of the next older page; None: its newest page.
    reached  the oldest post that it has shown.
    done     listings that are read to their end.
    """

    tokens: Mapping[str, str | None] = field(default_factory=dict)
    reached: Mapping[str, datetime] = field(default_factory=dict)
    done: frozenset[str] = frozenset()

    @classmethod
    def read(cls, cursor: str | None) -> "Back":
        """Read the cursor. An unreadable one is forgotten: it begins anew."""
        try:
            raw = mapping(json.loads(cursor or "{}"))
        except (ValueError, RecursionError):
            raw = {}
        tokens = mapping(raw.get("tokens"))
        times = {key: iso_time(when) for key, when in mapping(raw.get("reached")).items()}
        done = raw.get("done")
        return cls(
            {key: text(token, MAX_TOKEN_CHARS) or None for key, token in tokens.items()},
            {key: when for key, when in times.items() if when},
            frozenset(map(str, done)) if isinstance(done, list) else frozenset(),
        )

    def spell(self) -> str:
        """The cursor."""
        row = {"tokens": self.tokens, "reached": self.reached, "done": sorted(self.done)}
        return json.dumps(row, default=datetime.isoformat, separators=(",", ":"))

    def moved(self, listing: str, shown: Shown, since: datetime) -> "Back":
        """After a page of a listing: at its next page, or done with it."""
        reached = {**self.reached}
        if shown.oldest is not None:
            reached[listing] = min(shown.oldest, reached.get(listing, shown.oldest))
        same = shown.token == self.tokens.get(listing)
        over = shown.token is None or same or reached.get(listing, since) < since
        return Back(
            {**self.tokens, listing: shown.token},
            reached,
            self.done | {listing} if over else self.done,
        )


def read_back(
    cursor: str | None,
    listings: Sequence[str],
    read: ReadPage,
    *,
    since: datetime,
    now: datetime,
    use: Use = Use.BACKFILL,
) -> Batch:
    """Read one page of the listing that is furthest behind; see `listener.collector.LooksBack`.

    Where a listing goes no deeper before it has reached `since`, what lies before is a gap.
    """
    back = Back.read(cursor)
    left = [one for one in listings if one not in back.done]
    if not left:
        return Batch(use=use)
    listing = max(left, key=lambda one: back.reached.get(one, now))
    shown = read(listing, back.tokens.get(listing))
    moved = back.moved(listing, shown, since)
    is_over = moved.done.issuperset(listings)
    reached = moved.reached.get(listing)
    cut = shown.cut and reached is not None and reached > since
    gaps = (Gap(since, reached, "the listing goes no deeper"),) if cut and reached else ()
    return Batch(
        observations=tuple(
            replace(seen, backfill=True)
            for seen in shown.observations
            if seen.post.created_at >= since
        ),
        cursor=moved.spell(),
        more=not is_over,
        gaps=gaps,
        malformed=shown.malformed,
        use=use,
    )


class RoundsAndBack(Rounds):
    """Rounds whose listings can be read further back too, from their newest page on."""

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        """See `listener.collector.LooksBack`; each listing in its turn."""

        def page(key: str, token: str | None) -> Shown:
            with boundary(self._name, now):
                return self._listings[key].page(token, since=since, now=now, deadline=deadline)

        return read_back(cursor, list(self._listings), page, since=since, now=now)
