"""What can never work of a file's channels and addresses, whatever else is wrong in that file."""

from collections.abc import Iterator, Mapping

from config import ChannelSettings
from config.document import ANY, Document
from config.positions import Path
from config.problems import Problem
from escalation import channels
from tocsin.abilities import barred, unusable
from tocsin.addresses import wrong_place

UNUSABLE = "what stands in"  # how a channel names a secret that it cannot use
_CONTACTS: tuple[Path, ...] = (
    ("people", ANY, "contacts", ANY),
    ("teams", ANY, "rooms", ANY),
    ("storm_room",),
    ("witness",),
    ("digest", "to", ANY),
)


def of_parts(document: Document, parts: Mapping[Path, object]) -> Iterator[Problem]:
    """Channels whose secret cannot be what it should be or whose server is never reached, and
    addresses that no message ever reaches.

    parts  the channels, as far as they could be read, each by its place in the file.
    """
    declared = list(document.texts(("private_hosts",), ("private_hosts", ANY)))
    hosts = [place for _, place in declared]
    for path, place in declared:
        wrong = wrong_place(place)
        if wrong is not None:
            yield document.problem(path, "this entry has no effect", _sentence(wrong))
    for path, channel in parts.items():
        if not isinstance(channel, ChannelSettings):
            continue
        why = unusable(channel)
        if why:
            what = why.removeprefix(f"{channel.name}: ")
            remedy = "Put the right one there" if UNUSABLE in what else ""
            yield document.problem(path, what, remedy)
        for setting, place in barred(channel, hosts).items():
            yield document.problem(
                (*path, setting),
                f"{place} is on this machine or a private network, and is not reached",
                f'Add it: private_hosts = ["{place}"]',
            )
    yield from _addresses(document)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _addresses(document: Document) -> Iterator[Problem]:
    """By the file alone: each address whose form says that it is none on its channel."""
    kinds = _kinds(document)
    for path, channel, to in _declared(document):
        kind = kinds.get(channel)
        if kind is None or kind not in channels.CHANNELS:
            continue  # said elsewhere
        why = channels.wrong_address(kind, to)
        if why:
            what, _, remedy = why.partition("; ")
            told = f"{remedy[:1].upper()}{remedy[1:]}" if remedy else _where(kind)
            yield document.problem(path, what, told)


def _where(kind: str) -> str:
    return f"docs/channels/{kind}.md says where to find it"


def _kinds(document: Document) -> dict[str, str]:
    """By a channel's name, its kind."""
    found = {}
    for _, channel in document.find(("channels", ANY)):
        if isinstance(channel, Mapping) and isinstance(channel.get("kind"), str):
            found[str(channel.get("name", channel["kind"]))] = str(channel["kind"])
    return found


def _declared(document: Document) -> Iterator[tuple[Path, str, str]]:
    """Every address of a person or a room: its place, its channel's name, and itself."""
    for path, channel in document.find(("channels", ANY)):
        if isinstance(channel, Mapping) and isinstance(channel.get("room"), str):
            name = channel.get("name", channel.get("kind"))
            yield (*path, "room"), str(name), str(channel["room"])
    for pattern in _CONTACTS:
        for path, contact in document.find(pattern):
            if isinstance(contact, Mapping) and isinstance(contact.get("to"), str):
                yield (*path, "to"), str(contact.get("channel")), str(contact["to"])
