"""Who may say what of whom: the one place that answers it for people, rotas and silences. Pure.

What somebody may do to a subject is `Rules.rights`; it stands on the same ranks of the roster.
"""

from datetime import datetime

from escalation import silences
from escalation.roster import Rights
from escalation.rules import Rules
from escalation.silences import Scope
from escalation.subject import Subject


def stands_above(person: str, other: str, subject: Subject, rules: Rules, now: datetime) -> bool:
    """May a person do more to a subject than another?"""
    return rules.rights(person, subject, now) > rules.rights(other, subject, now)


def may_say_of(by: str, person: str, rules: Rules, now: datetime) -> bool:
    """May somebody say of a person that they are away, or back? Everybody of themselves; a lead of
    members, a head of leads too, an executive of all. Whoever is away says nothing of others.

    A person stands as high as in the highest of their teams, so that the lead of one does not
    speak of the head of another.
    """
    if by == person:
        return True
    if rules.roster.may(by, rules.settings.triage_team.name, now) >= Rights.EXECUTIVE:
        return True
    teams = rules.roster.teams_of(person)
    highest = max((_standing(person, team, rules, now) for team in teams), default=Rights.NONE)
    above = max((rules.roster.may(by, team, now) for team in teams), default=Rights.NONE)
    return above >= Rights.LEAD and above > highest


def can_be_on_call(person: str, team: str, rules: Rules) -> bool:
    """Is it somebody of the team, or somebody above it, there now or not?"""
    return rules.roster.standing(person, team) >= Rights.MEMBER


def may_cover(by: str, person: str, team: str, rules: Rules, now: datetime) -> bool:
    """May somebody say that a person takes a team's turn, or takes it no longer? The person, and
    the lead of the team or somebody above."""
    return by == person or rules.roster.may(by, team, now) >= Rights.LEAD


def refuse_silence(scope: Scope, by: str, rules: Rules, now: datetime) -> str | None:
    """Why a person may not silence a scope; None: they may. It takes the lead, or somebody
    above, of every team whose cases it could hold."""
    if not rules.is_active(by, now):
        return f"{by} is no active person"
    teams = silences.teams_of(scope, rules.settings)
    foreign = [team for team in teams if rules.roster.may(by, team, now) < Rights.LEAD]
    if not foreign:
        return None
    named = ", ".join(foreign)
    return f"only the lead of {named}, or somebody above, silences {scope.spoken}"


def _standing(person: str, team: str, rules: Rules, now: datetime) -> Rights:
    return max(rules.roster.standing(person, team), rules.roster.may(person, team, now))
