"""What the calendar of a configuration leaves open in the days to come."""

from collections.abc import Iterator
from datetime import datetime

from config import Settings, Team
from config.load import Loaded
from config.positions import Path
from config.problems import Problem
from escalation import business
from escalation.on_call import LOOK_AHEAD, gaps
from escalation.rules import Rules
from listener.fields import EARLIEST
from listener.matching import Matcher
from listener.mention import Author, Post
from tocsin.abilities import abilities, known_by_mail
from tocsin.parts import of_parts


def warnings(loaded: Loaded, now: datetime) -> Iterator[Problem]:
    """Times within 30 days in which nobody is on call, so that what is urgent waits for working
    hours; and teams whose working hours never come. By the file alone: what people have said
    since is shown by `tocsin oncall`."""
    rules = Rules(loaded.settings)
    for index, team in enumerate(loaded.settings.teams):
        at = ("teams", index, "on_call" if team.on_call else "members")
        nobody = _nobody(rules, team, now)
        if nobody is not None:
            yield loaded.document.problem(
                at,
                nobody,
                'What is urgent ("Now") waits for working hours then: add somebody who is there, '
                "or an override",
            )
        if _never_open(rules, team, now):
            yield loaded.document.problem(
                ("teams", index, "hours"),
                "these working hours never come, with these holidays",
                "Until then every clock of the team runs always; widen the hours",
            )


def of_channels(loaded: Loaded) -> Iterator[Problem]:
    """Rooms where cases are shown and nothing can be done with them, and contacts by a mail
    address on channels that find nobody by it."""
    can = abilities(loaded.settings)
    rooms = set(_rooms(loaded.settings))
    for at, channel in sorted(rooms, key=str):
        one_way = can[channel].keeps and not can[channel].two_way
        if one_way and loaded.settings.links is None:
            yield loaded.document.problem(
                at,
                f"what is shown on {channel} can be acted on by the command line alone",
                "Choose a channel that hears (docs/channels/README.md), or set links",
            )
    for index, person in enumerate(loaded.settings.people):
        for place, contact in enumerate(person.contacts):
            if contact.to == person.email and not can[contact.channel].by_mail:
                yield loaded.document.problem(
                    ("people", index, "contacts", place),
                    f"{contact.channel} finds nobody by a mail address",
                    'Add to = "…", the id of the person there',
                )
    for index, declared in enumerate(loaded.settings.channels):
        unknown = known_by_mail(loaded.settings, declared.name)
        if unknown and not can[declared.name].knows_by_mail:
            yield loaded.document.problem(
                ("channels", index),
                f"{declared.name} pages {', '.join(unknown)}, but does not recognise them when "
                "they act: mail addresses are not verified there",
                "Declare their ids there, or set mail_is_verified where nobody can take an "
                "address that is not theirs",
            )


def of_no_use(loaded: Loaded) -> Iterator[Problem]:
    """People whom no channel would find and sources about no brand, beside what is wrong with
    channels and addresses."""
    settings, can = loaded.settings, abilities(loaded.settings)
    parts: dict[Path, object] = {
        ("channels", index): one for index, one in enumerate(settings.channels)
    }
    yield from of_parts(loaded.document, parts)
    yield from _about_nobody(loaded)
    for index, person in enumerate(settings.people):
        found = [c for c in person.contacts if c.to != person.email or can[c.channel].by_mail]
        if person.active and person.contacts and not found:
            named = " and ".join(dict.fromkeys(one.channel for one in person.contacts))
            yield loaded.document.problem(
                ("people", index, "contacts"),
                f"nothing reaches {person.name}: {named} finds nobody by a mail address",
                'Add to = "…", the id of the person there',
            )


def _about_nobody(loaded: Loaded) -> Iterator[Problem]:
    """Sources whose `about` names no brand, so that nothing of them would ever be kept."""
    plain = {"query": None, "near": (), "not_near": ()}  # these ask more than the name
    brands = [brand.model_copy(update=plain) for brand in loaded.settings.brands]
    matcher = Matcher(brands)
    known = ", ".join(dict.fromkeys(term for brand in brands for term in brand.all_terms))
    for index, source in enumerate(loaded.settings.sources):
        about = getattr(source, "about", "")
        post = Post(source.kind, "1", "", EARLIEST, Author(""), title=about)
        if about and not matcher.match(post):
            yield loaded.document.problem(
                ("sources", index, "about"),
                f"no brand has the term {about!r}, so nothing of this source would be kept",
                f"Known: {known}",
            )


def _rooms(settings: Settings) -> Iterator[tuple[Path, str]]:
    """Where a team's cases are shown, each with its channel."""
    for index, team in enumerate(settings.teams):
        for place, room in enumerate(team.rooms):
            yield ("teams", index, "rooms", place), room.channel
        if not team.rooms:
            for place, channel in enumerate(settings.channels):
                if channel.room is not None:
                    yield ("channels", place, "room"), channel.name


def nowhere(settings: Settings) -> Iterator[str]:
    """Who has no address on a channel on which others have one."""
    active = [person for person in settings.people if person.active]
    for channel in settings.channels:
        there = {p.name for p in active if any(c.channel == channel.name for c in p.contacts)}
        missing = [person.name for person in active if person.name not in there]
        if there and missing:
            yield f"On {channel.name} there is no address of {', '.join(missing)}."


def _nobody(rules: Rules, team: Team, now: datetime) -> str | None:
    found = list(gaps(rules.roster, team.name, now, now + LOOK_AHEAD))
    if not found:
        return None
    zone = rules.settings.zone_of_team(team)
    first = found[0]
    since = "now" if first.since == now else f"{first.since.astimezone(zone):%Y-%m-%d %H:%M}"
    more = f", and {len(found) - 1} more within 30 days" if len(found) > 1 else ""
    return (
        f"nobody is on call from {since} until {first.until.astimezone(zone):%Y-%m-%d %H:%M}{more}"
    )


def _never_open(rules: Rules, team: Team, now: datetime) -> bool:
    try:
        business.next_open(rules.hours_of(team), now)
    except business.BeyondCalendar:
        return True
    return False
