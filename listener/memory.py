"""What a cursor holds of a source that reads several listings: the place reached in each. Pure."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from listener.fields import Raw, mapping

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Place = TypeVar("Place", bound="DataclassInstance")


def row_of(cursor: str | None) -> Raw:
    """A cursor that is one JSON object. An unreadable one is forgotten: the source starts afresh,
    which the store survives, as it knows what it was given before."""
    try:
        return mapping(json.loads(cursor or "{}"))
    except (ValueError, RecursionError):
        return {}


@dataclass(frozen=True, slots=True)
class Memory(Generic[Place]):
    """Each listing's place, by the listing's key."""

    places: Mapping[str, Place]

    @classmethod
    def read(cls, cursor: str | None, place: Callable[[Raw], Place | None]) -> "Memory[Place]":
        """Read the cursor. `place` reads one place; one for which it returns None is forgotten."""
        read = {key: place(mapping(value)) for key, value in row_of(cursor).items()}
        return cls({key: found for key, found in read.items() if found is not None})

    def with_place(
        self, key: str, place: Place, keys: Collection[str], unread: Place | None = None
    ) -> "Memory[Place]":
        """The memory with one place moved on; listings that are no longer declared are left out.

        unread  the place of those that have none: since when they are owed, whatever restarts.
        """
        owed = {} if unread is None else dict.fromkeys(keys, unread)
        places = {**owed, **self.places, key: place}
        return Memory({known: places[known] for known in keys if known in places})

    def text(self) -> str:
        """The cursor."""
        rows = {key: asdict(place) for key, place in self.places.items()}
        return json.dumps(rows, default=datetime.isoformat, separators=(",", ":"))
