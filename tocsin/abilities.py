"""What each declared channel can do, found without asking anybody: it is built, and not used."""

from collections.abc import Mapping

from config import ChannelSettings, Secret, Settings
from escalation import channels
from escalation.channel import Capabilities, ChannelRefused
from listener.tools import Tools
from listener.wire import Reply, Unreachable


class NoWire:
    """Stands where the network is: what is only being built asks nobody."""

    def request(self, method: str, url: str, **_: object) -> Reply:
        raise Unreachable("nothing is sent while it is only looked at")


def stand_in(secret: Secret) -> str:
    """In place of a secret's value: whether that is there is examined by itself."""
    return "examined"


TOOLS = Tools(NoWire(), stand_in, "tocsin/doctor")


def abilities(settings: Settings) -> Mapping[str, Capabilities]:
    """By a channel's name. A channel may do less than its kind, as one without a key to hear by;
    of one that cannot be built here, what its kind can do at most."""
    return {channel.name: _of(channel) for channel in settings.channels}


def _of(channel: ChannelSettings) -> Capabilities:
    try:
        return channels.build(channel, TOOLS).capabilities
    except ChannelRefused:
        return channels.capabilities_of(channel.kind)


def named(can: Capabilities) -> tuple[str, ...]:
    """What it can do, a word each."""
    said = {
        "update": can.update,
        "threads": can.thread,
        "buttons": can.buttons,
        "hears": can.two_way,
        "forms": can.forms,
        "finds people by mail": can.by_mail,
        "quotes": can.may_quote,
    }
    return tuple(word for word, is_so in said.items() if is_so)


def known_by_mail(settings: Settings, channel: str) -> list[str]:
    """Who is declared on a channel by a mail address alone."""
    found = []
    for person in settings.people:
        there = [one.to for one in person.contacts if one.channel == channel]
        if person.active and there and all(_is_mail(to) for to in there):
            found.append(person.name)
    return found


def _is_mail(to: str) -> bool:
    name, _, host = to.rpartition("@")
    return bool(name and host)
