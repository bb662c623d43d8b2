"""Who hears of what is private, and where nobody else reads along."""

import unicodedata
from collections.abc import Iterator, Mapping

from config.settings import Contact, Settings

PERSONAL_KINDS = frozenset({"mail"})  # of channel: an address there is one person's, as a rule


def confidants(settings: Settings) -> tuple[str, ...]:
    """The people who are asked for a private matter, in turn: the named person (else the triage
    team's lead, else its first member), the deputy (else the triage team's head), the executive."""
    triage, safety = settings.triage_team, settings.safety
    first = safety.person or triage.lead or triage.members[0]
    second = safety.deputy or triage.head
    asked = (first, second, settings.fallback_executive)
    return tuple(dict.fromkeys(one for one in asked if one is not None))


def private_contacts(settings: Settings, person: str) -> tuple[Contact, ...]:
    """The addresses of a person that nobody else reads: those declared `private`, and mail."""
    kinds = _kinds(settings)
    return tuple(
        one
        for one in discreet_contacts(settings, person)
        if one.private or (one.private is None and kinds.get(one.channel) in PERSONAL_KINDS)
    )


def discreet_contacts(settings: Settings, person: str) -> tuple[Contact, ...]:
    """The addresses of a person that are neither a room nor somebody else's too: there it may be
    said that something waits, and not what."""
    kinds = _kinds(settings)
    shared = {_place(one, kinds) for one in _of_others(settings, person)}
    contacts = (one.contacts for one in settings.people if one.name == person)
    return tuple(
        contact
        for contact in next(contacts, ())
        if contact.private is not False and _place(contact, kinds) not in shared
    )


def owners(settings: Settings, contact: Contact) -> tuple[str, ...]:
    """Whose address it is, in the order of the file; one of several people is read by each."""
    kinds = _kinds(settings)
    there = _place(contact, kinds)
    return tuple(
        person.name
        for person in settings.people
        if any(_place(one, kinds) == there for one in person.contacts)
    )


def addresses(settings: Settings) -> Iterator[Contact]:
    """Every address that is declared: people's and rooms'."""
    yield from _of_others(settings, "")


def _kinds(settings: Settings) -> dict[str, str]:
    return {channel.name: channel.kind for channel in settings.channels}


def _place(contact: Contact, kinds: Mapping[str, str]) -> tuple[str, str]:
    """Where it is read, however it is spelt and by whichever channel of its kind it is reached."""
    folded = unicodedata.normalize("NFKC", contact.to).strip().casefold()
    return kinds.get(contact.channel, contact.channel), folded.removeprefix("mailto:")


def _of_others(settings: Settings, person: str) -> Iterator[Contact]:
    """Where more than one person reads: rooms, the digest's and the witness's, other people's."""
    for channel in settings.channels:
        if channel.room is not None:
            yield Contact(channel=channel.name, to=channel.room)
    for team in settings.teams:
        yield from team.rooms
    yield from settings.digest.to
    yield from (one for one in (settings.storm_room, settings.witness) if one is not None)
    for other in settings.people:
        if other.name != person:
            yield from other.contacts
