"""Warnings are remembered: which of them a storm had, and what was done about each. Pure.

A missed page, a breached promise, and what was dismissed or refused were warnings, should a storm
follow. They are told by function (the team that had them), never by name.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from config import spell_duration
from escalation.decision import WarningKind
from escalation.subject import Incident, Ref

# A run of warnings ends where two of them, or the last and the storm, lie further apart.
WITHIN = timedelta(hours=72)
MOST = 10_000  # warnings of a brand that are looked through when a storm begins

WORDS: Mapping[WarningKind, tuple[str, str]] = {
    WarningKind.MISSED_PAGE: ("missed page", "missed pages"),
    WarningKind.BREACHED: ("broken promise", "broken promises"),
    WarningKind.DISMISSED_WATCH: ("dismissed watch", "dismissed watches"),
    WarningKind.DISMISSED_CASE: ("dismissed case", "dismissed cases"),
    WarningKind.WONT_ACT: ("refusal to act", "refusals to act"),
}
# Where the warning lies in what was decided, nothing that follows from the decision heeds it.
_DECIDED = (WarningKind.DISMISSED_WATCH, WarningKind.DISMISSED_CASE, WarningKind.WONT_ACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A warning as it is remembered.

    team      the function that had the subject. person: who was told, or who decided.
    incident  the storm that followed.
    """

    id: int
    at: datetime
    brand: str
    topic: str | None
    team: str
    what: WarningKind
    person: str
    ref: Ref
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class Storm:
    """A storm, as far as its warnings depend on it.

    topics   its own, those of its cases, and that of the watch it grew from; empty: the brand's.
    members  its cases and itself: their warnings are its own, whatever their topic.
    """

    brand: str
    began_at: datetime
    topics: frozenset[str] = frozenset()
    members: frozenset[Ref] = frozenset()


class After(StrEnum):
    """What was done about a warning."""

    NOTHING = "nothing"
    TAKEN_ON = "taken on"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Done:
    """What came after a warning, and how long after. how: as what it was closed, where it was."""

    what: After = After.NOTHING
    wait: timedelta = timedelta(0)
    how: str = ""

    @property
    def spoken(self) -> str:
        if self.what is After.NOTHING:
            return "nothing was done"
        closed = f" as {self.how}" if self.how else ""
        return f"{self.what}{closed} after {spell_duration(self.wait)}"


@dataclass(frozen=True, slots=True)
class Later:
    """An entry of the subject's ledger after the warning. closed_as: with it, if it closed."""

    at: datetime
    event: str
    by_engine: bool
    closed_as: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The warnings of one function.

    kinds    how many of each, the most frequent first.
    done     what was done about how many of them, and how long that took at the longest.
    ignored  how many of them nobody heeded.
    """

    team: str
    count: int
    first_at: datetime
    last_at: datetime
    kinds: tuple[tuple[WarningKind, int], ...]
    done: tuple[tuple[After, int, timedelta], ...]
    ignored: int


def belonging(warnings: Iterable[Warned], storm: Storm) -> tuple[Warned, ...]:
    """The warnings that a storm had, the oldest first.

    The newest lies at most 72 h before the storm, each earlier one at most 72 h before the next:
    so a long row of small warnings is told from its beginning. One that another storm has is that
    storm's.
    """
    found: list[Warned] = []
    reached = storm.began_at
    for one in sorted(warnings, key=lambda one: (one.at, one.id), reverse=True):
        if one.at > storm.began_at or one.incident is not None or not _is_of(one, storm):
            continue
        if reached - one.at > WITHIN:
            break
        found.append(one)
        reached = one.at
    return tuple(reversed(found))


def _is_of(warning: Warned, storm: Storm) -> bool:
    if warning.brand != storm.brand:
        return False
    if warning.ref in storm.members or not storm.topics:
        return True
    whole_brand = warning.topic is None and warning.ref.kind == Incident.kind
    return whole_brand or warning.topic in storm.topics


_TAKES = ("acknowledged", "accepted", "claimed", "noted", "commented")
_ENDS = ("closed", "incident_closed", "incident_dismissed", "fault_closed")
_OPENS = ("reopened", "incident_storm")


def done_after(warning: Warned, later: Sequence[Later]) -> Done:
    """What was done about a warning, by the first of the subject's later entries that heeds it.

    Our reply counts whoever saw it; taking on and closing count where a person did it, and
    for what was dismissed or refused only that somebody opened it again.
    """
    for entry in later:
        if entry.at <= warning.at:  # what made the warning does not heed it
            continue
        what = _heeded(warning, entry)
        if what is not None:
            return Done(what, entry.at - warning.at, entry.closed_as)
    return Done()


def _heeded(warning: Warned, entry: Later) -> After | None:
    if entry.event in _OPENS and warning.what in _DECIDED:
        return After.REOPENED
    if warning.what in _DECIDED:
        return None
    if entry.event == "brand_reply":
        return After.ANSWERED
    if entry.by_engine:
        return None
    if entry.event in _TAKES:
        return After.TAKEN_ON
    return After.CLOSED if entry.event in _ENDS else None


def is_ignored(warning: Warned, done: Done) -> bool:
    """Was a warning not heeded? A page or a promise: nobody did anything about it since. What was
    dismissed or refused: a storm followed, or else it was right, and nobody's fault."""
    if warning.what in _DECIDED:
        return warning.incident is not None
    return done.what is After.NOTHING


def by_function(warnings: Iterable[tuple[Warned, Done]]) -> tuple[Group, ...]:
    """Warnings by the team that had them, the most first."""
    rows: dict[str, list[tuple[Warned, Done]]] = defaultdict(list)
    for one in warnings:
        rows[one[0].team].append(one)
    groups = [_group(team, found) for team, found in rows.items()]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.team)))


def _group(team: str, found: Sequence[tuple[Warned, Done]]) -> Group:
    times = [one.at for one, _ in found]
    kinds = Counter(one.what for one, _ in found)
    waits: dict[After, list[timedelta]] = defaultdict(list)
    for _, done in found:
        waits[done.what].append(done.wait)
    return Group(
        team=team,
        count=len(found),
        first_at=min(times),
        last_at=max(times),
        kinds=tuple(sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0]))),
        done=tuple((what, len(waits[what]), max(waits[what])) for what in After if waits[what]),
        ignored=sum(is_ignored(one, done) for one, done in found),
    )


def kinds_spoken(group: Group) -> str:
    """What a function was warned by: `3 missed pages, 1 broken promise`."""
    return ", ".join(f"{many:,} {WORDS[what][many > 1]}" for what, many in group.kinds)


def done_spoken(group: Group) -> str:
    """What a function did about it: `nothing about 2, 1 taken on within 3 h`."""
    return ", ".join(
        f"nothing about {many:,}"
        if what is After.NOTHING
        else f"{many:,} {what} within {spell_duration(longest)}"
        for what, many, longest in group.done
    )


def group_spoken(group: Group) -> str:
    """A function's warnings and what it did about them, in words."""
    return f"{group.team} {group.count:,} ({kinds_spoken(group)}; done: {done_spoken(group)})"


def sentence(groups: Collection[Group], before: datetime) -> str:
    """How often the house was warned: `5 times, first 9 d before`; "" for never."""
    count = sum(group.count for group in groups)
    if not count:
        return ""
    ago = spell_duration(before - min(group.first_at for group in groups))
    return f"once, {ago} before" if count == 1 else f"{count:,} times, first {ago} before"
