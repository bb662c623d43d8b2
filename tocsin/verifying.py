"""Whether the ledger is as it was written, and whether what is stored follows from it.

It reads in small steps, each on a connection of its own that lasts only as long: no writer waits
for it, the write-ahead log can be folded in between, and a million entries take no more memory
than a thousand.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from escalation.ledger import START, Entry, FirstBad, Head, Verified, verify
from escalation.rebuild import differences, rebuild
from escalation.record import HOUSE, token
from escalation.subject import KINDS, Ref, Subject
from tocsin.store import Store, Unit

STEP = 1_000  # entries in one step
SUBJECTS_IN_STEP = 200
MOST_DIFFERENCES = 100  # told of one look; who has changed one table has changed it all
_SUBJECT = re.compile(r"([a-z]+):([1-9][0-9]{0,15})", re.ASCII)


class Stopped(Exception):
    """The one who asked wants no answer any more."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored subject that does not follow from its entries.

    field  the first that differs; "" where the subject is not stored, or not in the ledger.
    """

    chain: str
    subject: str
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.outside} {self.what}"

    @property
    def outside(self) -> str:
        """The subject as it is named where others may read."""
        kind, _, number = self.subject.partition(":")
        return Ref(kind, int(number)).outside if number.isdecimal() else self.subject


@dataclass(slots=True)
class Found:
    """What a look has found: the head of each sound chain, the first bad row of each other."""

    heads: dict[str, Head] = field(default_factory=dict)
    bad: dict[str, FirstBad] = field(default_factory=dict)
    different: list[Difference] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.bad and not self.different

    def troubles(self) -> dict[str, str]:
        """What is wrong with each chain, in a sentence without a name."""
        told = {chain: f"entry {one.number}: {one.what}" for chain, one in self.bad.items()}
        for one in self.different:
            told.setdefault(one.chain, str(one))
        return told


def _never_stop(took: float) -> bool:
    return False


class Verifier:
    """Looks the ledger over: as a whole, or what it has grown by since the last look."""

    def __init__(self, store: Store, pause: Callable[[float], bool] = _never_stop) -> None:
        """pause  called after each step with the seconds it took; True stops the look."""
        self._store = store
        self._pause = pause
        # Of each chain the entry before the last: the next look begins with the last one, to
        # hold what follows against its time and digest.
        self._seen: dict[str, Head] = {}
        self._row = 0

    def whole(self) -> Found:
        """Every entry and every subject. Raises Stopped."""
        self._seen, self._row = {}, 0
        return self._look(self._all_subjects, everything=True)

    def grown(self) -> Found:
        """What was written since the last look, and the subjects it is about. Raises Stopped."""
        row = self._row
        return self._look(lambda: self._subjects_since(row), everything=False)

    def kept(self, chain: str, head: Head) -> Verified | FirstBad:
        """Whether a head that was kept elsewhere is still on its chain."""
        with self._store.read() as desk:
            there = desk.head_at(chain, head.number)
            last = desk.last_entry(chain)
        return verify((), head, after=there or (last.head if last else START))

    def chain_of(self, head: Head) -> str | None:
        """The chain on which a kept head is; the only chain, where it is on none; else None."""
        with self._store.read() as desk:
            chains = desk.chains()
            found = (chain for chain in chains if desk.head_at(chain, head.number) == head)
            return next(found, chains[0] if len(chains) == 1 else None)

    # ----------------------------------------------------------------------------- looking
    def _look(self, subjects: Callable[[], Iterable[str]], *, everything: bool) -> Found:
        found = Found()
        with self._store.read() as desk:
            chains, row = desk.chains(), desk.last_row()
        for chain in chains:
            outcome = self._chain(chain)
            if isinstance(outcome, FirstBad):
                found.bad[chain] = outcome
            else:
                found.heads[chain] = outcome.head
        found.different += islice(self._compare(subjects()), MOST_DIFFERENCES)
        room = MOST_DIFFERENCES - len(found.different)
        if everything and room:
            with self._store.read() as desk:
                found.different += _unrecorded(desk, room)
        self._row = row
        return found

    def _chain(self, chain: str) -> Verified | FirstBad:
        after = self._seen.get(chain, START)
        before, last = after, after

        def watched(entries: Iterable[Entry]) -> Iterator[Entry]:
            nonlocal before, last
            for entry in entries:
                before, last = last, entry.head
                yield entry

        outcome = verify(watched(self._entries(chain, after.number)), after=after)
        if isinstance(outcome, Verified):
            self._seen[chain] = before
        return outcome

    def _entries(self, chain: str, number: int) -> Iterator[Entry]:
        after = number or None  # from the first on, whatever number somebody has given it
        while True:
            began = time.monotonic()
            with self._store.read() as desk:
                step = list(desk.entries(chain, after=after, at_most=STEP))
            yield from step
            if len(step) < STEP:
                return
            after = step[-1].number
            self._rest(began)

    def _rest(self, began: float) -> None:
        if self._pause(time.monotonic() - began):
            raise Stopped

    # ----------------------------------------------------------------------------- the state
    def _all_subjects(self) -> Iterator[str]:
        after = ""
        while True:
            with self._store.read() as desk:
                names = desk.next_subjects(after, SUBJECTS_IN_STEP)
            yield from names
            if len(names) < SUBJECTS_IN_STEP:
                return
            after = names[-1]

    def _subjects_since(self, row: int) -> Iterator[str]:
        with self._store.read() as desk:
            names = desk.subjects_since(row)
        yield from names

    def _compare(self, names: Iterable[str]) -> Iterator[Difference]:
        """Hold subjects against their entries, each step of them in one state of the store."""
        waiting = iter(names)
        while step := list(islice(waiting, SUBJECTS_IN_STEP)):
            began = time.monotonic()
            with self._store.read() as desk:
                staff = desk.staff_ids()
                for name in step:
                    yield from _differences(desk, name, staff)
            self._rest(began)


def _differences(desk: Unit, name: str, staff: dict[str, str]) -> Iterator[Difference]:
    parsed = _SUBJECT.fullmatch(name)
    if parsed is None or parsed[1] not in KINDS:
        return  # an entry about something that is no subject
    chain, history = "", []
    for chain, facts in desk.facts_of(name):  # noqa: B007  the last one counts
        history.append(facts)
    subject = _read(desk, Ref(parsed[1], int(parsed[2])))
    if not isinstance(subject, Subject):
        yield Difference(chain, name, "", subject)
        return
    # A name without an id can be nobody's: the ledger has never heard of it.
    fields = differences(subject, rebuild(subject.kind, history), lambda who: staff.get(who, ""))
    for one in fields:
        yield Difference(chain, name, one, f"is not stored as its entries say: {one}")


def _read(desk: Unit, ref: Ref) -> Subject | str:
    """A stored subject, or what is wrong with it."""
    try:
        return desk.subject(ref) or "is in the ledger and not stored"
    except (ValueError, TypeError, OverflowError, AttributeError):
        return "is stored in a shape that cannot be read"


def _unrecorded(desk: Unit, at_most: int) -> Iterator[Difference]:
    for ref in desk.unrecorded(at_most):
        chain = token(desk.labels([ref])[ref][0]) or HOUSE
        yield Difference(chain, str(ref), "", "is stored, and the ledger does not know it")


def parse_head(text: str) -> Head:
    """A kept head as people write it down, `1234:3f…` with all 64 digits. Raises ValueError."""
    found = re.fullmatch(r"([0-9]{1,15}):([0-9a-f]{64})", text.strip().lower(), re.ASCII)
    if found is None:
        raise ValueError("a head is the number of its entry, a colon, and 64 digits of 0-9 a-f")
    return Head(int(found[1]), found[2])
