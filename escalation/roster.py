"""Who is meant: from a role to one active person, at one instant.

Somebody who has left or is away is never the answer. So a role can be empty; the ladder passes over
it, and at the end of every ladder stands the fallback executive, who must be active.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import islice

from config.settings import Role, Settings, Team
from escalation.absences import NEVER_AWAY, Changes, away_times, covers_by_team
from escalation.rota import Turns

NOTHING_SAID = Changes()

LADDER = (Role.OWNER, Role.ON_CALL, Role.LEAD, Role.HEAD, Role.EXECUTIVE)
"""All steps in turn: also the order in which an owner is looked for."""

STEP_OF_OTHERS = 1
"""The step of somebody whom no step resolves to (section 3: "else to 1")."""


class RosterRefused(ValueError):
    """The settings could leave a case without an owner; the message says how to mend them."""


class Rights(IntEnum):
    """What a person may do to the cases of a team; each includes those below it."""

    NONE = 0  # unknown, left or away
    ROLE = 1  # has a role in some team: may raise a hand
    MEMBER = 2  # in this team: may acknowledge, hand over
    LEAD = 3  # may assign, and dismiss what is urgent
    HEAD = 4
    EXECUTIVE = 5


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a ladder, with the person it means at this instant.

    step  its place in the policy's steps, 0 first.
    """

    step: int
    role: Role
    person: str


class Roster:
    """The people of the settings. Pure: each answer follows from the settings, what was said since
    (`changes`) and `now`."""

    def __init__(self, settings: Settings, changes: Changes = NOTHING_SAID) -> None:
        """Raises RosterRefused: no active fallback executive."""
        self._active = frozenset(person.name for person in settings.people if person.active)
        self._settings = settings
        self._executives = (settings.fallback_executive, settings.executive_clock.person)
        self._teams = {team.name: team for team in settings.teams}
        self._belong = {team.name: frozenset(_people_of(team)) for team in settings.teams}
        if settings.fallback_executive not in self._active:
            raise RosterRefused(
                f'fallback_executive "{settings.fallback_executive}" is no active person;'
                " name somebody from [[people]] who is there"
            )
        self._turns = {
            team.name: Turns(team.on_call, settings.zone_of_team(team))
            for team in settings.teams
            if team.on_call is not None
        }
        self._away = away_times(settings, changes)
        self._covers = covers_by_team(settings, changes)

    def resolve(self, role: Role, team: str, topic: str | None, now: datetime) -> str | None:
        """The active person whom a role of a team means, None where it is empty.

        topic  whose owner is meant by Role.OWNER; without one, it is whoever is on call.
        Raises KeyError for an unknown team.
        """
        asked = self._teams[team]
        if role is Role.EXECUTIVE:
            return self._settings.fallback_executive
        if role is Role.OWNER:
            owner = asked.owners.get(topic) if topic is not None else None
            there = owner is not None and self.is_active(owner, now)
            return owner if there else self._on_call(asked, now)
        if role is Role.ON_CALL:
            return self._on_call(asked, now)
        if role is Role.HEAD and asked.head is not None:
            return self._if_active(asked.head, now)
        return self._lead(asked, now)

    def owner_of(self, team: str, topic: str | None, now: datetime) -> str:
        """The person who owns what comes to a team: always one, always active."""
        for role in LADDER:
            person = self.resolve(role, team, topic, now)
            if person is not None:
                return person
        raise AssertionError("the fallback executive is active")

    def ladder(
        self,
        team: str,
        topic: str | None,
        now: datetime,
        asked: frozenset[str],
        steps: Sequence[Role] = LADDER,
        *,
        above: int = -1,
    ) -> Rung:
        """The next step to be asked: the first that means somebody not yet asked this round.

        steps  of the policy; the last is the executive's, and is never passed over.
        above  the step where the round stands; only later ones are taken, and from the last one
               on the last again. -1 begins a round.
        """
        last = len(steps) - 1
        for step in range(above + 1, last):
            person = self.resolve(steps[step], team, topic, now)
            if person is not None and person not in asked:
                return Rung(step, steps[step], person)
        return Rung(last, Role.EXECUTIVE, self._settings.fallback_executive)

    def step_of(
        self,
        person: str,
        team: str,
        topic: str | None,
        now: datetime,
        steps: Sequence[Role] = LADDER,
    ) -> int:
        """The lowest step that means this person, else 1: where they stand once they own a case."""
        for step, role in enumerate(steps):
            if self.resolve(role, team, topic, now) == person:
                return step
        return min(STEP_OF_OTHERS, len(steps) - 1)

    def next_shift_change(self, team: str, now: datetime) -> datetime | None:
        """The next instant (UTC) at which another person is on call, None if never."""
        asked = self._teams[team]
        present, start = self._on_call(asked, now), now
        while True:
            edge = self._next_edge(asked, start)
            for change in self._hand_overs(team, start):
                if edge is not None and change >= edge:
                    break
                if self._on_call(asked, change) != present:
                    return change
            if edge is None or self._on_call(asked, edge) != present:
                return edge
            start = edge

    def next_change(self, now: datetime) -> datetime | None:
        """The next instant (UTC) at which anybody goes away or comes back, or a turn or cover of
        any team begins or ends; None if never."""
        edges = [times.next_edge(now) for times in self._away.values()]
        edges += [one.next_edge(now) for covers in self._covers.values() for one in covers]
        edges += [
            next(iter(turns.hand_overs(now)), None)
            for turns in self._turns.values()
            if len(set(turns.rota.people)) > 1 or turns.at(now) < 0
        ]
        return min((edge for edge in edges if edge is not None), default=None)

    def meant(self, team: str, now: datetime) -> str | None:
        """Whose turn it is for a team by cover or rota, there or not; None: nobody's in
        particular. When that changes, a shift does. Raises KeyError for an unknown team."""
        covering = (covers.person(now) for covers in self._covers.get(team, ()))
        covered = next((person for person in covering if person is not None), None)
        turns = self._turns.get(team)
        turn = -1 if turns is None else turns.at(now)
        return turns.person(turn) if covered is None and turns and turn >= 0 else covered

    def is_active(self, person: str, now: datetime) -> bool:
        """Is somebody there: declared, not left, not away at this instant?"""
        return person in self._active and not self._away.get(person, NEVER_AWAY).hold(now)

    def away(self, now: datetime) -> frozenset[str]:
        """Everybody who is away at an instant, those who have left apart."""
        return frozenset(person for person, times in self._away.items() if times.hold(now))

    def away_until(self, person: str, now: datetime) -> datetime | None:
        """When (UTC) somebody who is away is back; None: they are not away."""
        times = self._away.get(person, NEVER_AWAY)
        return times.next_edge(now) if times.hold(now) else None

    def next_absence(self, person: str, now: datetime) -> datetime | None:
        """When (UTC) somebody who is not away will be; None: as far as is known, never."""
        times = self._away.get(person, NEVER_AWAY)
        return None if times.hold(now) else times.next_edge(now)

    def takes_turns(self, person: str, team: str) -> bool:
        """Is somebody ever on call for a team by its rota or a cover? A team without a rota that is
        covered has its members take turns with whoever covers."""
        asked, covers = self._teams[team], self._covers.get(team, ())
        rota = asked.members if covers else ()
        rota = asked.on_call.people if asked.on_call else rota
        return person in rota or any(person in one.people for one in covers)

    def may(self, person: str, team: str, now: datetime) -> Rights:
        """What a person may do in a team, whoever owns its cases; an executive, everything."""
        if not self.is_active(person, now):
            return Rights.NONE
        if person in self._executives:
            return Rights.EXECUTIVE
        asked = self._teams[team]
        lead = self._lead(asked, now)
        if person == (asked.head or lead):
            return Rights.HEAD
        if person == lead:
            return Rights.LEAD
        if self._belongs(person, team, now):
            return Rights.MEMBER
        anywhere = any(self._belongs(person, other, now) for other in self._teams)
        return Rights.ROLE if anywhere else Rights.NONE

    def standing(self, person: str, team: str) -> Rights:
        """How high the settings place a person in a team, there or not: somebody who is away for
        a while stands no lower."""
        asked = self._teams[team]
        if person in self._executives:
            return Rights.EXECUTIVE
        if person == (asked.head or asked.lead):
            return Rights.HEAD
        if person == asked.lead:
            return Rights.LEAD
        return Rights.MEMBER if person in self._belong[team] else Rights.NONE

    def teams_of(self, person: str) -> tuple[str, ...]:
        """The teams in which the settings give a person a role."""
        return tuple(team for team, people in self._belong.items() if person in people)

    def people_of(self, team: str) -> tuple[str, ...]:
        """Everybody to whom the settings give a role in a team, in the order of their names."""
        return tuple(sorted(self._belong[team]))

    def _belongs(self, person: str, team: str, now: datetime) -> bool:
        covers = self._covers.get(team, ())
        return person in self._belong[team] or any(one.person(now) == person for one in covers)

    def _if_active(self, person: str, now: datetime) -> str | None:
        return person if self.is_active(person, now) else None

    def _first_active(self, people: Iterable[str], now: datetime) -> str | None:
        return next((person for person in people if self.is_active(person, now)), None)

    def _lead(self, team: Team, now: datetime) -> str | None:
        if team.lead is not None:
            return self._if_active(team.lead, now)
        return self._first_active(team.members, now)

    def _on_call(self, team: Team, now: datetime) -> str | None:
        """Whose turn it is; whoever is away is replaced by the next in turn.

        A cover counts before the rota. Without a rota, and before it starts, the first active
        member. None when everybody in the rota is away: that is a gap, and not filled by somebody
        who was not asked to be on call.
        """
        for covers in self._covers.get(team.name, ()):
            covering = covers.person(now)
            if covering is not None and self.is_active(covering, now):
                return covering
        turns = self._turns.get(team.name)
        turn = -1 if turns is None else turns.at(now)
        if turns is None or turn < 0:
            return self._first_active(team.members, now)
        everybody = range(turn, turn + len(turns.rota.people))
        return self._first_active((turns.person(number) for number in everybody), now)

    def _hand_overs(self, team: str, now: datetime) -> Iterable[datetime]:
        """As many of the rota's next hand-overs as bring everybody's turn round once."""
        turns = self._turns.get(team)
        return () if turns is None else islice(turns.hand_overs(now), len(turns.rota.people) + 1)

    def _next_edge(self, team: Team, now: datetime) -> datetime | None:
        """When a cover of the team, or an absence of somebody who may be on call, begins or
        ends next."""
        covers = self._covers.get(team.name, ())
        people = {*team.members, *(team.on_call.people if team.on_call else ())}
        people.update(*(one.people for one in covers))
        away = (self._away[person] for person in people if person in self._away)
        edges = [one.next_edge(now) for one in covers] + [times.next_edge(now) for times in away]
        return min((edge for edge in edges if edge is not None), default=None)


def _people_of(team: Team) -> Iterable[str]:
    yield from team.members
    yield from team.on_call.people if team.on_call else ()
    yield from (one.person for one in team.on_call.overrides) if team.on_call else ()
    yield from team.owners.values()
    yield from (person for person in (team.lead, team.head) if person)
