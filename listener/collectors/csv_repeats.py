"""Which of its equals a record of a CSV file is: three people may answer in the same words."""

import hashlib
import os
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import BinaryIO

from listener.collectors.csv_records import next_record
from listener.collectors.file_place import Place

# Distinct records that are remembered, about 20 MB; of more, the first ones are forgotten, and one
# of them that comes again counts as a repeat. Whoever has so many should declare an id.
MAX_DISTINCT = 200_000


@dataclass(slots=True)
class Repeats:
    """Counts equal records from the file's start on, so that their numbers never depend on when
    the file was read: after a restart the part that was read before is counted once more."""

    _counts: OrderedDict[bytes, int] = field(default_factory=OrderedDict)
    _stands: tuple[int, int, int] | None = None  # the file's inode, the offset, the bytes before it

    def at(self, handle: BinaryIO, begins: int, place: Place, delimiter: str, columns: int) -> None:
        """Know what stands before a place of an open file, whose records begin after its header."""
        if self._stands == _stand(handle, place):
            return
        self._counts.clear()
        before = _Before(handle, place.offset)
        handle.seek(begins)
        while raw := next_record(before, delimiter, columns, settled=True).raw:
            self.number(raw)

    def number(self, record: bytes) -> int:
        """Count one more record; returns 1 for the first of its kind."""
        key = hashlib.blake2b(record.strip(), digest_size=16).digest()
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if len(self._counts) > MAX_DISTINCT:
            self._counts.popitem(last=False)
        return count

    def stands(self, handle: BinaryIO, place: Place) -> None:
        """Note up to where it has counted."""
        self._stands = _stand(handle, place)


def _stand(handle: BinaryIO, place: Place) -> tuple[int, int, int]:
    return os.fstat(handle.fileno()).st_ino, place.offset, place.tail


@dataclass(frozen=True, slots=True)
class _Before:
    """An open file that ends at an offset: what came later must not change what was read before."""

    handle: BinaryIO
    ends: int

    def tell(self) -> int:
        return self.handle.tell()

    def seek(self, offset: int) -> int:
        return self.handle.seek(offset)

    def readline(self, most: int) -> bytes:
        return self.handle.readline(max(0, min(most, self.ends - self.handle.tell())))
