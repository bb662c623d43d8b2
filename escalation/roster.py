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
from escalation.rota import Turns

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
    """The people of the settings. Pure: each answer follows from the settings and `now`."""

    def __init__(self, settings: Settings) -> None:
        """Raises RosterRefused: no active fallback executive."""
        self._active = frozenset(person.name for person in settings.people if person.active)
        self._settings = settings
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
            return owner if owner in self._active else self._on_call(asked, now)
        if role is Role.ON_CALL:
            return self._on_call(asked, now)
        if role is Role.HEAD and asked.head is not None:
            return self._if_active(asked.head)
        return self._lead(asked)

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
        """The next instant (UTC) at which another person is on call by the rota, None if never."""
        turns = self._turns.get(team)
        if turns is None:
            return None
        present = self._on_call(self._teams[team], now)
        for change in islice(turns.hand_overs(now), len(turns.rota.people) + 1):
            if self._on_call(self._teams[team], change) != present:
                return change
        return None

    def is_active(self, person: str, now: datetime) -> bool:
        """Is somebody there: declared, not left, not away at this instant?"""
        return person in self._active

    def may(self, person: str, team: str, now: datetime) -> Rights:
        """What a person may do to the cases of a team, whoever owns them."""
        if not self.is_active(person, now):
            return Rights.NONE
        asked = self._teams[team]
        if person == self._settings.fallback_executive:
            return Rights.EXECUTIVE
        lead = self._lead(asked)
        if person == (asked.head or lead):
            return Rights.HEAD
        if person == lead:
            return Rights.LEAD
        if person in self._belong[team]:
            return Rights.MEMBER
        anywhere = any(person in people for people in self._belong.values())
        return Rights.ROLE if anywhere else Rights.NONE

    def _if_active(self, person: str) -> str | None:
        return person if person in self._active else None

    def _first_active(self, people: Iterable[str]) -> str | None:
        return next((person for person in people if person in self._active), None)

    def _lead(self, team: Team) -> str | None:
        if team.lead is not None:
            return self._if_active(team.lead)
        return self._first_active(team.members)

    def _on_call(self, team: Team, now: datetime) -> str | None:
        """Whose turn it is; whoever is away is replaced by the next in turn.

        Without a rota, and before it starts, the first active member. None when everybody in the
        rota is away: that is a gap, and not filled by somebody who was not asked to be on call.
        """
        turns = self._turns.get(team.name)
        turn = -1 if turns is None else turns.at(now)
        if turns is None or turn < 0:
            return self._first_active(team.members)
        everybody = range(turn, turn + len(turns.rota.people))
        return self._first_active(turns.person(number) for number in everybody)


def _people_of(team: Team) -> Iterable[str]:
    yield from team.members
    yield from team.on_call.people if team.on_call else ()
    yield from team.owners.values()
    yield from (person for person in (team.lead, team.head) if person)
