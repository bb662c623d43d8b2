"""Who is on call for a team at an instant, and when nobody is; the roster as people read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from config.settings import Role, Team
from escalation.roster import Roster
from escalation.rules import Rules

LOOK_AHEAD = timedelta(days=30)
"""How far ahead gaps are looked for."""
MAX_CHANGES = 10_000  # of who is on call that are followed; an hourly rota has as many in a year


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody is on call for a team."""

    team: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class OnCall:
    """A team at an instant.

    steps      each step of its ladder with the person who would be asked; None: it is passed over.
    owners     topic → who is asked first for it; topics without an owner of their own are left out.
    until      when another person is on call, `following`; None: as far as is known, never.
    away       who of the team is away, until when.
    opening    when business time runs again; None: it runs now.
    """

    team: str
    steps: tuple[tuple[Role, str | None], ...]
    owners: Mapping[str, str]
    on_call: str | None
    until: datetime | None
    following: str | None
    away: tuple[tuple[str, datetime], ...]
    opening: datetime | None


def on_call(rules: Rules, team: Team, now: datetime) -> OnCall:
    """Who is asked for a team's cases at an instant, and who after them."""
    roster, name = rules.roster, team.name
    until = roster.next_shift_change(name, now)
    steps = rules.settings.policy_of(team).steps
    known = ((person, roster.away_until(person, now)) for person in roster.people_of(name))
    return OnCall(
        team=name,
        steps=tuple((role, roster.resolve(role, name, None, now)) for role in steps),
        owners={
            topic: roster.resolve(Role.OWNER, name, topic, now) or roster.owner_of(name, topic, now)
            for topic in team.owners
        },
        on_call=roster.resolve(Role.ON_CALL, name, None, now),
        until=until,
        following=roster.resolve(Role.ON_CALL, name, None, until) if until else None,
        away=tuple((person, back) for person, back in known if back is not None),
        opening=rules.next_opening(team, now),
    )


def gaps(roster: Roster, team: str, since: datetime, until: datetime) -> Iterator[Gap]:
    """The times between two instants (UTC) in which nobody is on call for a team, in order."""
    begins = since
    for ends in islice(_changes(roster, team, since, until), MAX_CHANGES):
        if roster.resolve(Role.ON_CALL, team, None, begins) is None:
            yield Gap(team, begins, ends)
        begins = ends


def _changes(roster: Roster, team: str, since: datetime, until: datetime) -> Iterator[datetime]:
    change = roster.next_shift_change(team, since)
    while change is not None and change < until:
        yield change
        change = roster.next_shift_change(team, change)
    yield until
