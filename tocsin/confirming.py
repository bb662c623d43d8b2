"""What a command that acts answers: who did what to which, and what comes next."""

import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from escalation.decision import TimerKind
from escalation.subject import Case, Subject
from tocsin.digest import aftermath
from tocsin.permissions import permissions, wanted
from tocsin.speaker import spoken
from tocsin.waits import following

if TYPE_CHECKING:
    from config import Settings
    from escalation.decision import Action
    from tocsin.store import Unit
    from tocsin.wiring import House

# By the name of the command. {by} did it, {owner} owns it now.
DONE: Mapping[str, str] = {
    "ack": "{by} has acknowledged it and owns it now",
    "claim": "{by} has taken it and owns it now",
    "assign": "{by} has given it to {to}, who owns it now and is asked to acknowledge",
    "handoff": "{by} has offered it to {to}; {owner} owns it until {to} accepts",
    "accept": "{by} has accepted it and owns it now",
    "decline": "{by} has declined it; {owner} owns it",
    "escalate": "{by} has let it climb; {owner} owns it now and is asked to acknowledge",
    "note": "{by} has added a note, which counts as progress; {owner} owns it",
    "update": "{by} has said that a public update is out; {owner} owns it",
    "snooze": "{by} has put it off{until} and owns it still",
    "reroute": "{by} has given it to team {team} (topic {topic}); {owner} owns it now and is asked "
    "to acknowledge",
    "replied": "{by} has said that we replied; {owner} owns it",
    "cause": "{by} has named {cause} as the function that owns the fix; {owner} owns the reply",
    "permission": "{by} has asked {asked} for permission: {wanted}; {owner} owns it",
    "grant": "{by} has permitted {wanted}; {owner} owns it",
    "refuse": "{by} has refused permission: {wanted}; {owner} owns it",
    "hid": "{by} has said what was hidden or deleted; {to} is asked to confirm it",
    "confirm-hid": "{by} has confirmed that it was right to hide it",
    "refuse-hid": "{by} has said that it was not right to hide it",
    "resolve": "{by} has closed it as resolved",
    "wont-act": "{by} has closed it: nothing will be done",
    "dismiss": "{by} has dismissed it",
    "reopen": "{by} has opened it again; {owner} owns it and is asked to acknowledge",
    "contain": "{by} has called the storm contained; its cases page for themselves again, and "
    "{owner} owns it",
    "merge": "{by} has merged it into incident {into}, which goes on",
    "declare": "{by} has declared a storm over {brand}; {owner} owns it",
}


def confirmation(house: "House", desk: "Unit", name: str, action: "Action", after: Subject) -> str:
    """A sentence of what was done by a command, and one of what comes next."""
    shown = partial(_shown, house)
    done = DONE[name].format(
        by=shown(action.by),
        to=shown(action.to or ""),
        owner=shown(after.owner),
        until=_until(house, desk, after),
        team=after.team,
        topic=after.topic or "not known",
        cause=after.cause,
        into=action.into,
        brand=after.brand,
        asked=shown(getattr(after, "permission_of", None) or ""),
        wanted=_wanted(house, desk, after),
    )
    waits = following(after, desk, house.engine.rules, house.clock.now())
    said, known = after.ref.spoken.capitalize(), _known(house, desk, name, after)
    if not after.is_open:
        return f"{said}: {done}.{known} Nothing is left to do."
    if not waits:
        return f"{said}: {done}.{known} No clock runs{_held(after)}."
    at, what = waits[0]
    return f"{said}: {done}.{known} Next, {at}: {what}."


def _known(house: "House", desk: "Unit", name: str, subject: Subject) -> str:
    """Whoever took words away reads what such has led to, where that is known."""
    if name != "hid" or not isinstance(subject, Case):
        return ""
    found = aftermath.of_brand(desk.connection, subject.brand, house.clock.now())
    told = aftermath.sentence(found)
    return f" {told}." if told else ""


def _shown(house: "House", name: str) -> str:
    """A person as people call them; other names as they are."""
    people = {one.name: one.shown_name for one in house.settings.people}
    return people.get(name, name)


def _until(house: "House", desk: "Unit", subject: Subject) -> str:
    """Until when it is put off."""
    wake = desk.dues(subject.ref).get(TimerKind.WAKE)
    if wake is None:
        return ""
    return f" until {spoken(wake, ZoneInfo(house.settings.timezone))}"


_BEFORE = r"(?:^|(?<=[,.;:] )|(?<=\bto )|(?<=\bby )|(?<=\bof )|(?<=\bor )|(?<=\bis ))"
_AFTER = r"(?= (?:has|was|is|cannot|or)\b|[,.;:]|$)"


def in_full(settings: "Settings", text: str, subject: "Subject | None", action: "Action") -> str:
    """A sentence of the engine's, with people by the names that people call them by; not in what
    is there to be typed."""
    about = (
        getattr(subject, name, None)
        for name in ("owner", "acked_by", "closed_by", "offered_to", "offered_by", "permission_of")
    )
    return named_in_full(settings, text, {action.by, action.to, *about})


def named_in_full(settings: "Settings", text: str, names: Collection[str | None]) -> str:
    """The same for the people of these names."""
    shown = {one.name: one.shown_name for one in settings.people if one.name in names}
    if not shown:
        return text
    pattern = re.compile(f"{_BEFORE}({'|'.join(map(re.escape, shown))}){_AFTER}")
    parts = text.split("`")
    parts[::2] = [pattern.sub(lambda found: shown[found[1]], part) for part in parts[::2]]
    return "`".join(parts)


def _held(subject: Subject) -> str:
    if isinstance(subject, Case) and subject.inhibited_by is not None:
        return f" while incident {subject.inhibited_by} pages for it"
    return ""


def _wanted(house: "House", desk: "Unit", subject: Subject) -> str:
    found = permissions(desk.history(str(subject.ref)))
    return wanted(found[-1], house.settings.currency) if found else ""
