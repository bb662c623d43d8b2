"""Who is away when, and who takes whose turn: what the settings say and what was said since."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from config.settings import Settings
from escalation.localtime import instant_of


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away from one instant (UTC) until just before another."""

    person: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Cover:
    """A person takes a team's turn on call from one instant (UTC) until just before another."""

    team: str
    person: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """What people have said while the house was running; it stands beside the settings."""

    absences: tuple[Absence, ...] = ()
    covers: tuple[Cover, ...] = ()


class Times:
    """Instants that are inside or outside of some stretches of time, found by bisection."""

    def __init__(self, stretches: Iterable[tuple[datetime, datetime]]) -> None:
        """stretches: each from an instant until just before another, in any order."""
        edges: list[datetime] = []
        for since, until in sorted(stretches):
            if since >= until:
                continue
            if edges and since <= edges[-1]:
                edges[-1] = max(edges[-1], until)
            else:
                edges += (since, until)
        self._edges = tuple(edges)

    def hold(self, now: datetime) -> bool:
        """Is an instant inside?"""
        return bisect_right(self._edges, now) % 2 == 1

    def next_edge(self, now: datetime) -> datetime | None:
        """The next instant at which one begins or ends."""
        place = bisect_right(self._edges, now)
        return self._edges[place] if place < len(self._edges) else None


NEVER_AWAY = Times(())


class Covers:
    """Who covers a team when; of two at one time the one that began later counts."""

    def __init__(self, covers: Iterable[Cover]) -> None:
        known = [one for one in covers if one.since < one.until]
        self.people = frozenset(one.person for one in known)
        self._edges = sorted({edge for one in known for edge in (one.since, one.until)})
        self._persons = _person_by_stretch(sorted(known, key=_begin), self._edges)

    def person(self, now: datetime) -> str | None:
        """Who covers at an instant, there or not."""
        place = bisect_right(self._edges, now) - 1
        return self._persons[place] if 0 <= place < len(self._persons) else None

    def next_edge(self, now: datetime) -> datetime | None:
        """The next instant at which a cover begins or ends."""
        place = bisect_right(self._edges, now)
        return self._edges[place] if place < len(self._edges) else None


def _begin(cover: Cover) -> tuple[datetime, datetime, str]:
    return cover.since, cover.until, cover.person


def _person_by_stretch(covers: list[Cover], edges: list[datetime]) -> list[str | None]:
    """For each stretch between two edges, who covers it."""
    waiting = iter(covers)
    following = next(waiting, None)
    running: list[Cover] = []
    found: list[str | None] = []
    for begins, _ in pairwise(edges):
        while following is not None and following.since <= begins:
            running.append(following)
            following = next(waiting, None)
        running = [one for one in running if one.until > begins]
        found.append(running[-1].person if running else None)
    return found


def away_times(settings: Settings, changes: Changes) -> Mapping[str, Times]:
    """When each person is away who ever is. The fallback executive never is: where somebody who
    had said to be away was made that since, the settings count."""
    stretches: dict[str, list[tuple[datetime, datetime]]] = {}
    for absence in (*_declared_absences(settings), *changes.absences):
        if absence.person != settings.fallback_executive:
            stretches.setdefault(absence.person, []).append((absence.since, absence.until))
    return {person: Times(known) for person, known in stretches.items()}


def covers_by_team(settings: Settings, changes: Changes) -> Mapping[str, tuple[Covers, ...]]:
    """For each team that is ever covered: what was said by hand, which counts first, then the
    overrides of its rota."""
    said: dict[str, list[Cover]] = {}
    for cover in changes.covers:
        said.setdefault(cover.team, []).append(cover)
    declared: dict[str, list[Cover]] = {}
    for cover in declared_covers(settings):
        declared.setdefault(cover.team, []).append(cover)
    return {
        team: tuple(Covers(known[team]) for known in (said, declared) if team in known)
        for team in {**said, **declared}
    }


def _declared_absences(settings: Settings) -> Iterator[Absence]:
    for person in settings.people:
        zone = settings.zone_of(person)
        for away in person.away:
            yield Absence(person.name, _instant(away.from_, zone), _instant(away.until, zone))


def declared_covers(settings: Settings) -> Iterator[Cover]:
    """The overrides of every rota, as instants."""
    for team in settings.teams:
        zone = settings.zone_of_team(team)
        for one in team.on_call.overrides if team.on_call else ():
            begins, ends = _instant(one.from_, zone), _instant(one.until, zone)
            yield Cover(team.name, one.person, begins, ends)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    try:
        return instant_of(wall, zone)
    except OverflowError:  # in the first or the last year of Python's calendar
        return wall.replace(tzinfo=UTC)
