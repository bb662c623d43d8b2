"""How far a file was read, and whether a file is still the one that was."""

import json
import os
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import BinaryIO

_TAIL = 64  # bytes before our place that tell whether the file is still the one we read
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """How far the file was read.

    offset   bytes; line: complete lines before it; tail: check sum of the bytes before it.
    backlog  bytes that were there when it was first seen; since: the first start, with or without
             a file; saved: the last read.
    total    check sum of all bytes before it; None: not known, of an older version's cursor.
    bad      when a line was last left out, while an owner is told of it.
    """

    inode: int
    offset: int
    line: int
    tail: int
    backlog: int
    since: datetime
    saved: datetime
    bad: datetime | None = None
    total: int | None = 0

    def spell(self) -> str:
        row = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(row, default=datetime.isoformat)

    @classmethod
    def read(cls, cursor: str | None) -> "Place | None":
        """None for a cursor that is not ours: read from the start, the store knows repeats."""
        try:
            row = json.loads(cursor or "")
            inode, offset, line, tail, backlog = (
                int(row[key]) for key in ("inode", "offset", "line", "tail", "backlog")
            )
            since, saved = (datetime.fromisoformat(row[key]) for key in ("since", "saved"))
            bad = datetime.fromisoformat(row["bad"]).astimezone(UTC) if row.get("bad") else None
            known = row.get("total")
            total = 0 if offset == 0 else int(known) if known is not None else None
            first, last = since.astimezone(UTC), saved.astimezone(UTC)
            return cls(inode, offset, line, tail, backlog, first, last, bad, total)
        except (ValueError, TypeError, KeyError, OverflowError):
            return None


def moved_to(handle: BinaryIO, place: Place, offset: int, line: int, now: datetime) -> Place:
    """The place after a file was read on to an offset."""
    total = place.total
    if total is not None:
        total = _sum(handle, place.offset, offset, total)
    tail = _tail(handle, offset)
    return replace(place, offset=offset, line=line, tail=tail, total=total, saved=now)


def continues(handle: BinaryIO, place: Place) -> bool:
    """Whether the file is the one we read: the same text before our place, or still unread.

    Under another inode all of it is compared: many lines end in the same words, so that a new file
    may have the same last bytes before our place.
    """
    found = os.fstat(handle.fileno())
    if place.offset == 0:
        return found.st_ino == place.inode
    if place.offset > found.st_size or _tail(handle, place.offset) != place.tail:
        return False
    is_known = found.st_ino == place.inode or place.total is None
    return is_known or _sum(handle, 0, place.offset, 0) == place.total


def _tail(handle: BinaryIO, offset: int) -> int:
    handle.seek(max(0, offset - _TAIL))
    return zlib.crc32(handle.read(min(offset, _TAIL)))


def _sum(handle: BinaryIO, start: int, end: int, before: int) -> int:
    handle.seek(start)
    while start < end and (piece := handle.read(min(_PIECE, end - start))):
        before, start = zlib.crc32(piece, before), start + len(piece)
    return before
