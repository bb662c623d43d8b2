"""What the configuration declares: secrets, libraries, who is reached how, what is not heard."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import BaseModel

from config import ChannelSettings, MissingSecret, Person, Secret, Settings, SourceSettings
from listener.likeness import MISSING, lacking
from tocsin import source_files
from tocsin.abilities import barred, unusable
from tocsin.doctor.finding import Finding, note, problem, sound
from tocsin.opinions import telling
from tocsin.setup.sources import piece
from tocsin.unheard import unheard


def examine(settings: Settings) -> Iterator[Finding]:
    """Sources, channels and people, as they are declared."""
    for source in settings.sources:
        about = f"source {source.name}"
        yield from _secrets(about, source)
        yield from _can_be_built(about, source, settings)
    for channel in settings.channels:
        about = f"channel {channel.name}"
        yield from _secrets(about, channel)
        yield from _can_be_built(about, channel, settings)
        for setting, place in barred(channel, settings.private_hosts).items():
            what = f"{setting} is on this machine or a private network, and is not reached"
            yield problem(about, f'{what}. Add it: private_hosts = ["{place}"].')
        yield _reach(channel, settings)
    for person in settings.people:
        if person.active:
            yield from _reachable(person)
    yield from _models(settings)


def _models(settings: Settings) -> Iterator[Finding]:
    """What is sent where, and what is asked for and not installed."""
    if settings.language_model is not None:
        yield from _secrets("language model", settings.language_model)
    for sentence in telling.sentences(settings):
        yield note("language model", sentence)
    if lacking(settings):
        yield problem("embeddings", f"{MISSING}.")


def files(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Files and folders that sources read from: what is missing there, or cannot be read."""
    for index, flaw in source_files.flaws(settings.sources, now):
        told = f"{flaw.setting}: {flaw.what.rstrip('.')}. {flaw.remedy}".rstrip()
        told = told if told.endswith((".", "?")) else f"{told}."
        about = f"source {settings.sources[index].name}"
        yield note(about, told) if flaw.passes else problem(about, told)


def not_heard(settings: Settings) -> Iterator[Finding]:
    """What people write without Tocsin hearing it: where it listens, and where it does not."""
    kinds = {source.kind for source in settings.sources}
    if not kinds:
        yield problem("not heard", "No source is declared: nothing at all is heard.")
    for source in settings.sources:
        for sentence in piece(source.kind).unheard:
            yield note(f"source {source.name}", f"Not heard there: {sentence}")
    for sentence in unheard(kinds):
        yield note("not heard", sentence)


def _secrets(about: str, declared: BaseModel) -> Iterator[Finding]:
    """Each secret: there or not. Its value is neither kept nor shown."""
    for name, secret in _secrets_in("", declared):
        try:
            secret.read()
        except MissingSecret as error:
            yield problem(about, f"{name} is missing: {error}.")
        else:
            yield sound(about, f"{name} is there ({secret}).")


def _secrets_in(name: str, value: object) -> Iterator[tuple[str, Secret]]:
    if isinstance(value, Secret):
        yield name, value
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _secrets_in(field, getattr(value, field))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _secrets_in(f"{name}.{key}", inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _secrets_in(name, inner)


def _can_be_built(
    about: str, declared: SourceSettings | ChannelSettings, settings: Settings
) -> Iterator[Finding]:
    """Whether its library is installed and its settings are usable, its secrets as they stand: it
    is built, and not used."""
    why = unusable(declared, settings.brands)
    if why is not None:
        if why:
            yield problem(about, f"It cannot be used: {why.rstrip('.')}.")
    else:
        yield sound(about, f"All that the kind {declared.kind} needs is installed.")


def _reach(channel: ChannelSettings, settings: Settings) -> Finding:
    """Who reads a channel: the people with a contact on it, and its rooms."""
    about = f"channel {channel.name}"
    people = [
        person.name
        for person in settings.people
        if person.active and any(contact.channel == channel.name for contact in person.contacts)
    ]
    rooms = sum(room.channel == channel.name for team in settings.teams for room in team.rooms)
    rooms += channel.room is not None
    shown = f"; cases are shown in {rooms} room(s)" if rooms else ""
    if people:
        return sound(about, f"It reaches {', '.join(people)}{shown}.")
    if rooms:
        return note(about, f"It pages nobody{shown}.")
    return note(about, "It reaches nobody: no person has a contact on it, and it has no room.")


def _reachable(person: Person) -> Iterator[Finding]:
    reached = {contact.channel for contact in person.contacts}
    about = f"person {person.name}"
    if not reached:
        yield problem(about, "No channel reaches this person: add contacts, or active = false.")
    elif len(reached) == 1:
        (only,) = reached
        yield note(about, f"Only {only} reaches this person; when it fails the case climbs.")
