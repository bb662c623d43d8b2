"""What each declared channel can do, found without asking anybody: it is built, and not used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from config import Brand, ChannelSettings, MissingSecret, Secret, Settings, SourceSettings
from escalation import channels
from escalation.channel import Capabilities, ChannelRefused
from listener import collectors
from listener.collector import SourceError
from listener.tools import Tools
from listener.wire import AddressRefused, Reply, Unreachable
from tocsin.addresses import check_addresses, check_target, is_address, target_of


class NoWire:
    """Stands where the network is: what is only being built asks nobody."""

    def request(self, method: str, url: str, **_: object) -> Reply:
        raise Unreachable("nothing is sent while it is only looked at")


def stand_in(secret: Secret) -> str:
    """In place of a secret's value: whether that is there is examined by itself."""
    return "examined"


TOOLS = Tools(NoWire(), stand_in, "tocsin/doctor")


@dataclass
class _Looking:
    """Reads secrets as they stand, and notes whether one was not there."""

    missed: bool = False

    def __call__(self, secret: Secret) -> str:
        try:
            return secret.read()
        except MissingSecret:
            self.missed = True
            raise


def unusable(
    declared: SourceSettings | ChannelSettings, brands: Sequence[Brand] = ()
) -> str | None:
    """Why a source or channel cannot be used with its library and its secrets as they are; "" where
    a secret is not there, which is said by itself; None: it can, as far as can be seen from here.
    """
    looking = _Looking()
    tools = Tools(NoWire(), looking, "tocsin/doctor")
    try:
        if isinstance(declared, SourceSettings):
            collectors.build(declared, brands, tools).close()
        else:
            channels.build(declared, tools)
    except (SourceError, ChannelRefused) as error:
        return "" if looking.missed else str(error)
    return None


def barred(declared: ChannelSettings, private_hosts: Iterable[str]) -> Mapping[str, str]:
    """Addresses of a channel that are never reached, by setting, each with its `host:port`: on this
    machine or a private network, and not in `private_hosts`. A name is looked up only when used."""
    allowed = frozenset(place.lower() for place in private_hosts)
    found = {}
    for name in type(declared).model_fields:
        value = getattr(declared, name)
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            place = _barred(value, allowed)
            if place is not None:
                found[name] = place
    return found


def _barred(url: str, allowed: frozenset[str]) -> str | None:
    try:
        target = target_of(url)
    except AddressRefused:  # for another reason, which no declared host would mend
        return None
    try:
        check_target(target, allowed)
        if is_address(target.host):
            check_addresses(target, [target.host], allowed)
    except AddressRefused:
        return target.place
    return None


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
