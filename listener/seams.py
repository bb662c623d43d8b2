"""Reading on over pages that are counted from the newest post, without losing one between two.

Where a page is "the posts from the fiftieth on", a post that is deleted moves all older ones up,
and the first of the next page are then on none that is read. So a page after the first must reach
above the end of the one before; else that one is read once more, which shows whether anything has
moved. Where it has, the round begins at its newest page again: the store knows repeats, and a round
that takes too many pages leaves a gap.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from listener.fields import iso_time, mapping, text
from listener.rounds import Shown

MAX_PAGE_CHARS = 900  # of a platform's own name for a page; two of them are kept

Read = Callable[[str | None], Shown]


@dataclass(frozen=True, slots=True)
class Seam:
    """Between two pages.

    here     the page that is next; None: the newest.
    before   the page that was read last, and `oldest` the oldest post that it showed.
    is_full  that page was full, so that an empty one after it is no surprise only at the end.
    """

    here: str | None = None
    before: str | None = None
    oldest: datetime | None = None
    is_full: bool = True

    @classmethod
    def of(cls, token: str | None) -> "Seam":
        """What a token says; one that is not ours is a page's own name."""
        try:
            raw = mapping(json.loads(token or "{}"))
        except (ValueError, RecursionError):
            raw = {}
        if token and "here" not in raw:
            return cls(token)
        here, before = (text(raw.get(key), MAX_PAGE_CHARS) or None for key in ("here", "before"))
        return cls(here, before, iso_time(raw.get("oldest")), raw.get("is_full") is not False)

    def token(self) -> str:
        row = {
            "here": self.here,
            "before": self.before,
            "oldest": self.oldest and self.oldest.isoformat(),
            "is_full": self.is_full,
        }
        return json.dumps(row, separators=(",", ":"))


def across(token: str | None, read: Read, *, size: int) -> Shown:
    """The page that a token names, met with the one before it. Raises what `read` raises.

    read  reads one page by the platform's own name; its Shown says `newest` as well as `oldest`.
    size  posts of a full page.
    """
    seam = Seam.of(token)
    shown = read(seam.here)
    if seam.oldest is not None and not _goes_on(seam, shown):
        again = read(seam.before)
        seen = (*again.observations, *shown.observations)
        if not _meets(seam, again, shown):
            return Shown(seen, token=Seam().token(), malformed=shown.malformed)
        both = (one for one in (again.oldest, shown.oldest) if one)
        joined = replace(shown, observations=seen, oldest=min(both, default=None))
        return _onward(seam, shown, joined, size)
    return _onward(seam, shown, shown, size)


def _goes_on(seam: Seam, shown: Shown) -> bool:
    """The page begins above where the one before ended, or there was no more to come."""
    if shown.newest is None:
        return not seam.is_full
    return seam.oldest is not None and shown.newest > seam.oldest


def _meets(seam: Seam, again: Shown, shown: Shown) -> bool:
    """The page before, read once more, ends where it did, or reaches into the one that follows."""
    if again.oldest is None or again.newest is None or seam.oldest is None:
        return False
    reaches = shown.newest is None or again.oldest <= shown.newest
    return again.oldest == seam.oldest or (reaches and again.newest >= seam.oldest)


def _onward(seam: Seam, page: Shown, told: Shown, size: int) -> Shown:
    if page.token is None:
        return told
    is_full = len(page.observations) + len(page.malformed) >= size
    return replace(told, token=Seam(page.token, seam.here, page.oldest, is_full).token())
