"""Who says something of who is there: whether they may, and whether it can be said at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config import Settings
from config.moments import begin_of, end_of
from config.problems import no_such
from escalation import rights
from escalation.engine import Engine
from escalation.localtime import in_utc, instant_of
from escalation.rules import Rules

FURTHEST = timedelta(days=366)  # how far ahead people say what they will do


class Refused(ValueError):
    """It cannot be said so; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something, to which engine, when."""

    engine: Engine
    by: str
    now: datetime

    @property
    def rules(self) -> Rules:
        return self.engine.rules

    @property
    def settings(self) -> Settings:
        return self.engine.rules.settings

    def must_know(self, person: str) -> None:
        """Raises Refused for somebody who is not declared, or has left."""
        if person not in self._active:
            what, remedy = no_such("active person", person, self._active)
            raise Refused(f"There is {what}. {remedy}")

    def must_know_team(self, team: str) -> None:
        """Raises Refused for a team that is not declared."""
        known = [one.name for one in self.settings.teams]
        if team not in known:
            what, remedy = no_such("team", team, known)
            raise Refused(f"There is {what}. {remedy}")

    def must_be_allowed(self, person: str) -> None:
        """Themselves, or somebody above them. Raises Refused for anybody else, and says who may."""
        self._must_be_one_of(lambda by: rights.may_say_of(by, person, self.rules, self.now))

    def must_be_allowed_to_cover(self, person: str, team: str) -> None:
        """The person, or the lead of the team or somebody above. Raises Refused for anybody else,
        and says who may."""
        self._must_be_one_of(lambda by: rights.may_cover(by, person, team, self.rules, self.now))

    def must_belong(self, person: str, team: str) -> None:
        """Raises Refused for somebody who can take no turn of a team, and says who can."""
        able = [one for one in self._active if rights.can_be_on_call(one, team, self.rules)]
        if person not in able:
            raise Refused(
                f"{person} is not of {team}, nor above it, and takes no turn of it; "
                f"it takes {_one_of(able)}"
            )

    def _must_be_one_of(self, may: Callable[[str], bool]) -> None:
        self.must_know(self.by)
        if not may(self.by):
            allowed = [one for one in self._active if may(one)]
            raise Refused(f"{self.by} may not say that: it takes {_one_of(allowed)}")

    @property
    def _active(self) -> list[str]:
        return [one.name for one in self.settings.people if one.active]

    def bounded(self, since: datetime, until: datetime) -> datetime:
        """The beginning, not before now. Raises Refused for an end that is past or very far."""
        since = max(since, self.now)
        if until <= since:
            raise Refused("It would be over before it begins; name a later --until")
        if until > self.now + FURTHEST:
            raise Refused("More than a year ahead is too far; name an earlier --until")
        return since

    def must_be_there(self, person: str, since: datetime, until: datetime, zone: ZoneInfo) -> None:
        """Raises Refused for somebody who is away at some time between two instants."""
        roster = self.rules.roster
        away = roster.away_until(person, since)
        if away is not None:
            raise Refused(
                f"{person} is away until {spoken(away, zone)}; name somebody who is there"
            )
        leaves = roster.next_absence(person, since)
        if leaves is not None and leaves < until:
            raise Refused(
                f"{person} is away from {spoken(leaves, zone)} on; let it end before that"
            )


def instant(text: str, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    """A time as typed: ISO 8601 with its zone, or a day or time on the zone's clocks.

    ends  a day means its end, not its beginning. Returns aware UTC; raises Refused.
    """
    try:
        if text.endswith("Z") or "+" in text or text.count("-") > 2:
            return in_utc(datetime.fromisoformat(text))
        return instant_of(end_of(text) if ends else begin_of(text), zone)
    except OverflowError:
        raise Refused("the calendar ends before that; name another day") from None
    except ValueError:
        raise Refused(
            'this is no time; write "2026-12-24", "2026-12-24T18:00", or with its zone '
            '"2026-12-24T18:00+01:00"'
        ) from None


def spoken(at: datetime, zone: ZoneInfo) -> str:
    """An instant as a person reads it: `2026-12-24 18:00 CET`."""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


def _one_of(people: Sequence[str]) -> str:
    *others, last = people
    return f"{', '.join(others)} or {last}" if others else last
