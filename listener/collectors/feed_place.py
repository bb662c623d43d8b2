"""What is known of one feed between two readings, and what was missed between them. All pure.

A feed shows its last few entries and has no cursor. Where none of the newest entries of the last
reading is left and most of those that were unknown are newer than it, some may have come and gone:
that is a gap. An entry that is pinned, or ranked by something else than its age, says nothing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from listener.collector import Gap
from listener.collectors.feed_document import Document
from listener.mention import Post

MAX_VALIDATOR_CHARS = 500  # of an ETag or a date that we send back
MOST_KNOWN = 20  # entries of the last reading that are remembered, by a few letters of a hash
KNOWN_LETTERS = 10
FEWEST = 10  # entries; a feed that was empty and shows fewer has not been too small for them
SKEW = timedelta(minutes=15)  # how far a feed's dates may be ahead of our clock, or behind


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of one feed.

    since           when it was asked for first; older entries are kept and page nobody. None: it
                    was never read.
    etag, modified  what it told us to send back; "" where nothing.
    ttl             how long it wants to be left alone; rest_until: when it may be asked again.
    read_at         the last reading that was whole; known: what it showed, the newest first.
    """

    since: datetime | None = None
    etag: str = ""
    modified: str = ""
    ttl: timedelta = timedelta(0)
    rest_until: datetime | None = None
    read_at: datetime | None = None
    known: tuple[str, ...] = ()

    def spell(self) -> dict[str, object]:
        return {
            "since": self.since and str(self.since),
            "etag": self.etag,
            "modified": self.modified,
            "ttl": self.ttl.total_seconds(),
            "rest_until": self.rest_until and str(self.rest_until),
            "read_at": self.read_at and str(self.read_at),
            "known": self.known,
        }

    @classmethod
    def read(cls, row: Any) -> "Place":
        since, rest, read_at = (
            datetime.fromisoformat(row[key]) if row.get(key) else None
            for key in ("since", "rest_until", "read_at")
        )
        ttl = timedelta(seconds=float(row["ttl"]))
        known = tuple(str(one)[:KNOWN_LETTERS] for one in row.get("known", ())[:MOST_KNOWN])
        etag, modified = validator(row["etag"]), validator(row["modified"])
        return cls(since, etag, modified, ttl, rest, read_at, known)


def read_cursor(cursor: str | None) -> dict[str, Place]:
    """Feeds by address; empty for a cursor that is not ours: the store knows repeats."""
    try:
        return {str(url): Place.read(row) for url, row in json.loads(cursor or "").items()}
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return {}


def validator(value: object) -> str:
    """What a feed wants to hear again, if it is fit for a header."""
    fit = isinstance(value, str) and value.isascii() and value.isprintable()
    return str(value) if fit and len(str(value)) <= MAX_VALIDATOR_CHARS else ""


def unchanged(place: Place, now: datetime) -> Place:
    """The place after a 304: what is shown is what was known."""
    return replace(place, read_at=now if place.read_at else None)


def moved_on(
    place: Place, document: Document, *, etag: object, modified: object, now: datetime
) -> tuple[Place, tuple[Gap, ...]]:
    """The place after a document was read, and what was missed before it.

    A document that was cut off is read again as a whole, so that its validators are not kept.
    """
    newest = sorted(document.posts, key=lambda post: post.created_at, reverse=True)
    known = tuple(_letters(post) for post in newest[:MOST_KNOWN])
    if not document.whole:
        begun = place if place.read_at else replace(place, read_at=now, known=known)
        return replace(begun, etag="", modified=""), ()
    read = replace(place, etag=validator(etag), modified=validator(modified))
    if not document.posts:
        # Some give an empty document now and then, which says nothing of what they show: a 304 to
        # it would neither, and what was missed reaches back to before it.
        return replace(place, etag="", modified="", read_at=place.read_at or now), ()
    return replace(read, read_at=now, known=known), _missed(place, document.posts)


def _missed(place: Place, posts: Sequence[Post]) -> tuple[Gap, ...]:
    if place.read_at is None or (not place.known and len(posts) < FEWEST):
        return ()
    shown = {_letters(post): post.created_at for post in posts}
    newest = place.known[: (3 * len(place.known) + 3) // 4]  # of the others some may be pinned
    unknown = [at for letters, at in shown.items() if letters not in place.known]
    new = [at for at in unknown if at >= place.read_at - SKEW]
    if not shown.keys().isdisjoint(newest) or 2 * len(new) <= len(unknown):
        return ()
    reason = "more new entries than the feed shows"
    return (Gap(place.read_at, max(min(new), place.read_at + timedelta(seconds=1)), reason),)


def _letters(post: Post) -> str:
    return hashlib.sha256(post.id.encode()).hexdigest()[:KNOWN_LETTERS]
