"""How two replays of one past differ, as values. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from config import Band


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """What names a case under any rules: its brand, and platform and id of the post that opened
    it."""

    brand: str
    platform: str
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a case went.

    band   the most urgent it was ever in; step: the highest it was paged at; -1 where never;
           top: who was asked there first, "" where nobody was.
    paged_at, paged  when the first page left, and to whom; None, "" where none did.
    owned_at, owned_by  when somebody first took it on, or replied, and whose it was then.
    """

    opened_at: datetime
    band: Band
    team: str
    step: int = -1
    top: str = field(default="", compare=False)  # another name at the top changes no course
    pages: int = 0
    breaches: int = 0
    paged_at: datetime | None = None
    paged: str = ""
    owned_at: datetime | None = None
    owned_by: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Something a person did that the rules did not let them do; `number` as the store has it."""

    entry: int
    at: datetime
    by: str
    verb: str
    kind: str
    number: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that is compared of a replay.

    pages     how many, by person, team and band: one for each case or incident that is asked for.
    messages  how many left with pages, by person: a bundle is one, on each channel.
    unknown   deeds by people whom the settings do not name, by person.
    refusals  in order of the ledger.
    """

    cases: Mapping[Opening, Course]
    pages: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    messages: Mapping[str, int] = field(default_factory=dict)
    breaches: int = 0
    watches: int = 0
    storms: int = 0
    done: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    refusals: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class Both:
    """A figure under the old rules and under the new."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Moved:
    """How many cases moved in one direction, by how many minutes: half of them by more than
    `median`."""

    cases: int = 0
    median: float = 0.0
    most: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """A case that went another way; None: it was not opened under those rules."""

    opening: Opening
    old: Course | None
    new: Course | None


@dataclass(frozen=True, slots=True)
class Waited:
    """How many cases somebody took on, and after how many minutes half of them."""

    cases: int
    median: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What would have been different. `changes`: the most changed first."""

    messages: Both
    messages_to: Mapping[str, Both]
    pages: Both
    by_person: Mapping[str, Both]
    by_team: Mapping[str, Both]
    by_band: Mapping[str, Both]
    cases: Both
    only_old: int
    only_new: int
    earlier: Moved
    later: Moved
    never_paged: Both
    to_somebody_else: int
    other_band: int
    other_step: int
    breaches: Both
    watches: Both
    storms: Both
    owned: tuple[Waited, Waited]
    done: Both
    unknown: tuple[Mapping[str, int], Mapping[str, int]]
    refused_in_both: int
    refused_by_new: tuple[Refusal, ...]
    refused_by_old: tuple[Refusal, ...]
    changes: tuple[Change, ...]

    @property
    def is_none(self) -> bool:
        """Would nothing have been different?"""
        sums = (self.messages, self.pages, self.breaches, self.watches, self.storms, self.done)
        return (
            not self.changes
            and not self.refused_by_new
            and not self.refused_by_old
            and all(both.old == both.new for both in (*sums, *self.by_person.values()))
            and self.unknown[0] == self.unknown[1]
        )


def compare(old: Told, new: Told) -> Difference:
    """Set two replays of the same past side by side."""
    pairs = [(old.cases[one], new.cases[one]) for one in old.cases if one in new.cases]
    shifts = [shift for pair in pairs if (shift := _shift(*pair)) is not None]
    refused_by_old = {refusal.entry for refusal in old.refusals}
    refused_by_new = {refusal.entry for refusal in new.refusals}
    return Difference(
        messages=Both(sum(old.messages.values()), sum(new.messages.values())),
        messages_to={
            name: Both(old.messages.get(name, 0), new.messages.get(name, 0))
            for name in sorted({*old.messages, *new.messages})
        },
        pages=Both(sum(old.pages.values()), sum(new.pages.values())),
        by_person=_by(old, new, 0),
        by_team=_by(old, new, 1),
        by_band=_by(old, new, 2),
        cases=Both(len(old.cases), len(new.cases)),
        only_old=len(old.cases) - len(pairs),
        only_new=len(new.cases) - len(pairs),
        earlier=_moved(-shift for shift in shifts if shift < 0),
        later=_moved(shift for shift in shifts if shift > 0),
        never_paged=Both(_never_paged(old), _never_paged(new)),
        to_somebody_else=sum(bool(a.paged and b.paged and a.paged != b.paged) for a, b in pairs),
        other_band=sum(a.band is not b.band for a, b in pairs),
        other_step=sum(a.step != b.step for a, b in pairs),
        breaches=Both(old.breaches, new.breaches),
        watches=Both(old.watches, new.watches),
        storms=Both(old.storms, new.storms),
        owned=(_waited(old), _waited(new)),
        done=Both(old.done, new.done),
        unknown=(old.unknown, new.unknown),
        refused_in_both=len(refused_by_old & refused_by_new),
        refused_by_new=tuple(one for one in new.refusals if one.entry not in refused_by_old),
        refused_by_old=tuple(one for one in old.refusals if one.entry not in refused_by_new),
        changes=_changes(old, new),
    )


def _by(old: Told, new: Told, place: int) -> dict[str, Both]:
    """Pages by one part of their key, all names of either side, in order."""
    sums = (Counter[str](), Counter[str]())
    for counted, told in zip(sums, (old, new), strict=True):
        for key, pages in told.pages.items():
            counted[key[place]] += pages
    return {name: Both(sums[0][name], sums[1][name]) for name in sorted({*sums[0], *sums[1]})}


def _minutes(wait: timedelta) -> float:
    return wait / timedelta(minutes=1)


def _shift(old: Course, new: Course) -> float | None:
    """By how many minutes the first page came later; None where there was none in one of them."""
    if old.paged_at is None or new.paged_at is None:
        return None
    return _minutes(new.paged_at - old.paged_at)


def _moved(minutes: Iterable[float]) -> Moved:
    sizes = list(minutes)
    return Moved(len(sizes), median(sizes), max(sizes)) if sizes else Moved()


def _never_paged(told: Told) -> int:
    return sum(course.paged_at is None for course in told.cases.values())


def _waited(told: Told) -> Waited:
    waits = [
        _minutes(course.owned_at - course.opened_at)
        for course in told.cases.values()
        if course.owned_at is not None
    ]
    return Waited(len(waits), median(waits) if waits else 0.0)


def _changes(old: Told, new: Told) -> tuple[Change, ...]:
    changes = [
        Change(one, old.cases.get(one), new.cases.get(one))
        for one in sorted({*old.cases, *new.cases})
    ]
    return tuple(sorted((one for one in changes if one.old != one.new), key=_how_little))


def _how_little(change: Change) -> tuple[float, ...]:
    """Sorts the most changed first: cases of one side only, then by whom, how urgent and when."""
    old, new = change.old, change.new
    if old is None or new is None:
        only = old or new
        assert only is not None
        return (-2.0, float(list(Band).index(only.band)), -float(only.pages), 0.0, 0.0)
    shift = _shift(old, new)
    never = float((old.paged_at is None) != (new.paged_at is None))
    return (
        -never,
        -float(old.band is not new.band),
        -float(old.paged != new.paged),
        -abs(shift or 0.0),
        -float(abs(new.pages - old.pages) + abs(new.step - old.step)),
    )
