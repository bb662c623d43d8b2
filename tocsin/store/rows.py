"""Frozen values to rows and back, by the types of their fields."""

import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from escalation.subject import KINDS
from tocsin.store.times import ms, utc

# Where the subjects of each kind lie.
TABLES = {kind: f"{kind}s" for kind in KINDS}

V = TypeVar("V")
Convert = Callable[[Any], Any]
_JSON = json.JSONEncoder(ensure_ascii=False)
_NOTHING = "[]"  # what most rows have, of most lists
MOST_KNOWN = 4096  # values of one kind that are kept beside their rows; about 1.5 kB each


class Shape(Generic[V]):
    """How values of one kind lie in a table whose columns are named like their fields."""

    def __init__(self, kind: type[V]) -> None:
        self._kind = kind
        hints = get_type_hints(kind)
        self.names = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]
        codecs = {name: _codec(hints[name]) for name in self.names}
        self._write = {name: codec[0] for name, codec in codecs.items() if codec is not None}
        self._read = [
            (place, codec[1]) for place, codec in enumerate(codecs.values()) if codec is not None
        ]
        self._all_of = attrgetter(*self.names)
        self._known: dict[Any, tuple[tuple[Any, ...], V]] = {}  # by first column
        self.columns = ", ".join(self.names)

    def value(self, row: Sequence[Any]) -> V:
        """The value of a row that was selected by `columns`.

        The same few are read again and again: a row that has not changed is the same value.
        """
        as_read = tuple(row)
        known = self._known.get(as_read[0])
        if known is not None and known[0] == as_read:
            return known[1]
        value = self._made(as_read)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[as_read[0]] = as_read, value
        return value

    def _made(self, row: tuple[Any, ...]) -> V:
        found = list(row)
        for place, read in self._read:
            if found[place] is not None:
                found[place] = read(found[place])
        return self._kind(**dict(zip(self.names, found, strict=True)))

    def column(self, name: str, value: Any) -> Any:
        """One field's value as SQLite keeps it."""
        write = self._write.get(name)
        return value if write is None or value is None else write(value)

    def row(self, value: V) -> tuple[Any, ...]:
        """A whole value as SQLite keeps it, in the order of `columns`."""
        return tuple(self.column(name, getattr(value, name)) for name in self.names)

    def changes(self, before: V, after: V) -> dict[str, Any]:
        """The columns in which two values differ, as the later one has them."""
        return {
            name: self.column(name, new)
            for name, old, new in zip(
                self.names, self._all_of(before), self._all_of(after), strict=True
            )
            if new != old
        }


@lru_cache(maxsize=1024)  # the same few people are asked
def _listed(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text))


def _codec(hint: Any) -> tuple[Convert, Convert] | None:
    """How a field is written and read; None where SQLite keeps it as it is."""
    if str(hint) == str(tuple[datetime, ...]):
        return (lambda value: json.dumps([ms(one) for one in value]) if value else _NOTHING), (
            lambda text: () if text == _NOTHING else tuple(utc(one) for one in json.loads(text))
        )
    if str(hint).startswith("tuple"):
        return (lambda value: _JSON.encode(value) if value else _NOTHING), _listed
    arguments = [part for part in get_args(hint) if part is not type(None)]
    inner = arguments[0] if arguments else hint
    if inner is datetime:
        return ms, utc
    if isinstance(inner, type) and issubclass(inner, Enum):
        return str, inner
    return (int, bool) if inner is bool else None
