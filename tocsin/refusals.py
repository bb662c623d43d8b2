"""What a refusal adds on the command line: who somebody is, and what to do instead."""

import re
import shlex
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tocsin.cli.common import nearest

if TYPE_CHECKING:
    from config import Settings
    from escalation.decision import Action
    from escalation.subject import Subject
    from tocsin.store import Unit
    from tocsin.wiring import House

_PERMISSION = re.compile(r"tocsin cases permission \d+ --money \d+")


def because(
    house: "House",
    subject: "Subject | None",
    action: "Action",
    why: str,
    desk: "Unit | None" = None,
) -> str:
    """Why nothing changed; of a name in it that stands for nobody who is there, why not.

    desk  to look up until when it is on offer.
    """
    if desk is not None and subject is not None:
        instead = _instead(house, desk, subject, action, why)
        if instead:
            return instead
    for name in dict.fromkeys((action.by, action.to)):
        if name and name in why and (more := _who(house, subject, name, why)):
            return f"{why}{more}"
    return why


def _instead(house: "House", desk: "Unit", subject: "Subject", action: "Action", why: str) -> str:
    """The one reason that applies to a hand-off, and what to do; "": the engine has said it."""
    from escalation import requested
    from escalation.decision import Verb

    if found := _PERMISSION.search(why):
        return why.replace(found[0], f"`{found[0]} --as {shlex.quote(subject.owner)}`")
    if "no active person" in why or why == requested.ANOTHER:
        return ""
    if action.verb is Verb.HANDOFF:
        return _no_handoff(house, desk, subject, action)
    if action.verb in (Verb.ACCEPT, Verb.DECLINE):
        return _on_offer(house, desk, subject) or "nobody has offered it to anybody"
    if action.verb is Verb.RESOLVE and "or somebody above resolves it" in why:
        return f"{why}; take it first{_paste(subject, action, 'claim')}"
    return ""


def _no_handoff(house: "House", desk: "Unit", subject: "Subject", action: "Action") -> str:
    """In the order in which the engine asks."""
    from escalation.subject import State

    if not subject.is_open:
        return f"it is closed{_paste(subject, action, 'reopen', '--reason', 'WHY')}"
    if offered := _on_offer(house, desk, subject):
        return offered
    if subject.state is State.NEW:
        return (
            f"nobody has acknowledged it yet; acknowledge it first{_paste(subject, action, 'ack')}"
        )
    if subject.state is not State.OWNED:
        return f"it is {subject.state}, and only what is owned is handed over"
    if action.to in {team.name for team in house.settings.teams}:
        if action.to in {person.name for person in house.settings.people}:
            return ""
        more = ("--to", action.to or "", "--reason", action.reason or "WHY")
        return f"{action.to} is a team{_paste(subject, action, 'reroute', *more)}"
    if not action.told:
        return 'say with --told what the customer was already told; "nothing" is an answer too'
    if not action.reason:
        return "say with --reason why it is handed over"
    return ""


def _on_offer(house: "House", desk: "Unit", subject: "Subject") -> str:
    from escalation.decision import TimerKind
    from tocsin.speaker import spoken

    if subject.offered_to is None:
        return ""
    until = desk.dues(subject.ref).get(TimerKind.OFFER)
    zone = ZoneInfo(house.settings.timezone)
    when = f" until {spoken(until, zone)}" if until else ""
    return f"it is on offer to {subject.offered_to}{when}"


def _paste(subject: "Subject", action: "Action", verb: str, *more: str) -> str:
    """What to type instead."""
    from tocsin.deeds import DEEDS

    if all(deed.name != verb for deed in DEEDS[subject.kind]):
        return ""
    words = ("tocsin", f"{subject.kind}s", verb, str(subject.number), "--as", action.by, *more)
    return f": `{shlex.join(words)}`"


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
