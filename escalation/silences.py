"""Silences: for a while, what is known already pages nobody. Pure; docs/silences.md in code.

A silence holds what nobody has taken on yet. It never holds a storm, nor a matter of safety, and
what is `Now` only where it says so; when it ends, what it held pages afresh with its full time.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config import Band, Settings
from escalation.subject import Fault, Subject

LONGEST = timedelta(days=14)  # a longer quiet is a change of the settings, seen by everybody
SHORTEST = timedelta(minutes=1)
AGAIN = timedelta(minutes=5)  # one that ends so little later than another is the same again
_ABOUT = re.compile(r"[A-Za-z0-9_.:+-]{1,64}", re.ASCII)  # as the ledger writes a fault's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a silence is over. Each part that is given must fit; one at least is.

    about   the name of a fault, such as "source:x": then it is over that fault alone.
    urgent  over P1 too.
    """

    brand: str | None = None
    team: str | None = None
    topic: str | None = None
    about: str | None = None
    urgent: bool = False

    def covers(self, subject: Subject) -> bool:
        """Is this a subject that it may hold, whenever it is? Pages of a storm, and what is a
        matter of safety, are held by nothing."""
        if subject.band is Band.STORM or subject.safety:
            return False
        if subject.band is Band.P1 and not self.urgent:
            return False
        about = subject.about if isinstance(subject, Fault) else None
        if about != self.about:
            return False
        given = (
            (self.brand, subject.brand),
            (self.team, subject.team),
            (self.topic, subject.topic),
        )
        return all(wanted in (None, found) for wanted, found in given)

    @property
    def spoken(self) -> str:
        """What it is over, in words: `brand Acme, topic billing`."""
        parts = (
            ("brand", self.brand),
            ("team", self.team),
            ("topic", self.topic),
            ("fault", self.about),
        )
        said = ", ".join(f"{what} {name}" for what, name in parts if name is not None)
        return f"{said}, {Band.P1.label} too" if self.urgent else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A scope, for a time. Runs from `since` until `until`, which is outside, or until ended.

    reason  typed by its author; kept beside the ledger.
    """

    number: int
    author: str
    reason: str
    since: datetime
    until: datetime
    scope: Scope
    ended_at: datetime | None = None
    ended_by: str | None = None

    def runs(self, now: datetime) -> bool:
        return self.ended_at is None and self.since <= now < self.until


def hides(silence: Silence, subject: Subject, now: datetime) -> bool:
    """Does a silence hold a subject's pages at this instant?"""
    return silence.runs(now) and silence.scope.covers(subject)


def hiding(silences: Iterable[Silence], subject: Subject, now: datetime) -> Silence | None:
    """Which silence holds a subject: of several the one that lasts longest, then the earliest
    made. None: it may page."""
    found = [silence for silence in silences if hides(silence, subject, now)]
    return max(found, key=lambda one: (one.until, -one.number), default=None)


def same(
    silences: Iterable[Silence], scope: Scope, wait: timedelta, now: datetime
) -> Silence | None:
    """A silence that does what a new one over this scope would do: a command given again a moment
    later begins nothing."""
    enough = now + wait - min(AGAIN, wait / 10)
    return next((one for one in silences if one.scope == scope and one.until >= enough), None)


def refused(scope: Scope, wait: timedelta, reason: str, settings: Settings) -> str | None:
    """What is wrong with a silence that somebody asks for; None: nothing."""
    if (scope.brand, scope.team, scope.topic, scope.about) == (None, None, None, None):
        return "a silence is over a brand, a team, a topic or a fault; name one"
    if not reason.strip():
        return "a silence takes a reason"
    if not SHORTEST <= wait <= LONGEST:
        return f"a silence lasts 1 minute to {LONGEST.days} days"
    return _unknown_name(scope, settings)


def _unknown_name(scope: Scope, settings: Settings) -> str | None:
    """Nothing would ever be held by a name that was misspelt."""
    known = {
        "brand": (scope.brand, sorted(brand.name for brand in settings.brands)),
        "team": (scope.team, sorted(team.name for team in settings.teams)),
        "topic": (scope.topic, sorted({t for team in settings.teams for t in team.owns})),
    }
    for what, (name, names) in known.items():
        if name is not None and name not in names:
            return f'there is no {what} "{name}". Known: {", ".join(names) or "none"}'
    if scope.about is not None and not _ABOUT.fullmatch(scope.about):
        return 'a fault is named as `tocsin faults list` shows it, such as "source:hackernews"'
    if scope.about is not None and (scope.brand, scope.topic) != (None, None):
        return "a fault is of no brand and no topic; name the fault alone"
    return None


def declared_faults(settings: Settings) -> frozenset[str]:
    """The names that faults of what the settings declare can have: those of sources, channels
    and chains of the ledger. What else people type may be anything."""
    sources = [f"source:{source.name}" for source in settings.sources]
    channels = [f"channel:{channel.name}" for channel in settings.channels]
    chains = [f"ledger:{brand.name.replace(' ', '+')}" for brand in settings.brands]
    return frozenset(name[:64] for name in (*sources, *channels, *chains, "ledger:house"))


def of_its_team(scope: Scope, settings: Settings) -> Scope:
    """A topic with the team that owns it: a case rerouted to another team keeps its topic, and is
    not for this team's lead to silence."""
    if scope.topic is None or scope.team is not None:
        return scope
    owning = (team.name for team in settings.teams if scope.topic in team.owns)
    return replace(scope, team=next(owning, None))


def teams_of(scope: Scope, settings: Settings) -> tuple[str, ...]:
    """Whose cases a scope may hold: of each of these teams its author is lead or above. What is of
    a team that is declared no more is the triage team's, as its cases are."""
    scope = of_its_team(scope, settings)
    teams = tuple(team.name for team in settings.teams)
    if scope.team in teams:
        return (scope.team,)
    if (scope.team, scope.topic, scope.about) != (None, None, None):
        return (settings.triage_team.name,)
    return teams
