"""Whose turn it is: a source's listings, each once a turn, without those that rest."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from listener.boundary import as_source_error


class Rest:
    """Which listings rest, and until when."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def rest(self, key: str, until: datetime) -> None:
        """Leave it out until then."""
        self._until[key] = until

    def awake(self, keys: Iterable[str], now: datetime) -> list[str]:
        """Those that do not rest, in their order."""
        self._until = {key: until for key, until in self._until.items() if until > now}
        return [key for key in keys if key not in self._until]


class Turn(Rest):
    """The listings of a source, one after the other.

    source  how the operator knows it.
    """

    def __init__(self, source: str, keys: Iterable[str]) -> None:
        super().__init__()
        self.keys = tuple(keys)
        self._source = source
        self._due: list[str] = []  # what is still to be read in this turn

    def next(self, now: datetime, among: Iterable[str] | None = None) -> str | None:
        """The listing that is read now; None: all of them rest.

        among  of which listings a turn that begins now is; default: all.
        It is taken off before it is read: one that fails must not keep the others waiting.
        """
        self._due = self.awake(self._due, now)
        if not self._due:
            self._due = self.awake(self.keys if among is None else among, now)
        return self._due.pop(0) if self._due else None

    def again(self, key: str, *, first: bool = False) -> None:
        """It has another page, to be read when the others had their turn, or before them."""
        self._due.insert(0 if first else len(self._due), key)

    def all_again(self) -> None:
        """Each has a page more in this turn: what takes long must not keep the others waiting."""
        self._due += [key for key in self.keys if key not in self._due]

    def only(self, keys: Iterable[str]) -> None:
        """Leave out of this turn all but these."""
        left = set(keys)
        self._due = [key for key in self._due if key in left]

    @property
    def has_more(self) -> bool:
        """Whether there is more to read in this turn."""
        return bool(self._due)

    @contextmanager
    def reading(self, key: str, now: datetime) -> Iterator[None]:
        """Let nothing but SourceError out of the block, and say of it which listing failed."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  an edge, as `listener.boundary` is
            fault = as_source_error(error, source=self._source, now=now)
            fault.listing, fault.more = key, self.has_more
            raise fault from None
