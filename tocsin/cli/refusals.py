"""What a refusal adds on the command line: who somebody is, where the reason hides it."""

from typing import TYPE_CHECKING

from tocsin.cli.common import nearest

if TYPE_CHECKING:
    from config import Settings
    from escalation.decision import Action
    from escalation.subject import Subject
    from tocsin.wiring import House


def because(house: "House", subject: "Subject | None", action: "Action", why: str) -> str:
    """Why nothing changed; of a name in it that stands for nobody who is there, why not."""
    for name in dict.fromkeys((action.by, action.to)):
        if name and name in why and (more := _who(house, subject, name, why)):
            return f"{why}{more}"
    return why


def _who(house: "House", subject: "Subject | None", name: str, why: str) -> str:
    settings = house.settings
    known = {person.name: person for person in settings.people}
    if name not in known:
        return _unknown(settings, name, why)
    away = absence(house, name)
    if away and ("no active person" in why or "cannot take it" in why):
        return f": {away}"
    owns = subject is not None and subject.owner == name
    return ": it is theirs already" if owns and "cannot take it" in why else ""


def absence(house: "House", name: str) -> str:
    """That somebody who is declared has left, or until when they are away; "": they are there."""
    from tocsin.speaker import spoken

    person = house.settings.person(name)
    if not person.active:
        return f"{name} has left (active = false in [[people]])"
    until = house.engine.rules.roster.away_until(name, house.clock.now())
    if until is None:
        return ""
    return f"{name} is away until {spoken(until, house.settings.zone_of(person))}"


def _unknown(settings: "Settings", name: str, why: str) -> str:
    names = {person.name: person.name for person in settings.people}
    names |= {person.shown_name: person.name for person in settings.people}
    teams = {team.name: team.name for team in settings.teams}
    if name in teams:
        return ""
    near = nearest(name, names | teams)
    if near:
        return f"; did you mean {(names | teams)[near]}?"
    if "team" in why:
        return f". Known: {', '.join(teams)}"
    people = ", ".join(person.name for person in settings.people)
    return f": [[people]] names nobody so. Known: {people}"
