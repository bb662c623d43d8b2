"""The house on live sources: real clock, real channels, the network."""

from collections.abc import Mapping
from pathlib import Path

from config import Secret, Settings
from escalation import channels
from escalation.channel import Channel
from listener import collectors
from listener.budget import Unlimited
from listener.metered import purse_of
from listener.tools import Tools
from tocsin import __version__, wiring
from tocsin.clock import SteadyClock
from tocsin.log import log_happening
from tocsin.opinions.server import Server, open_server
from tocsin.randomness import SystemRandomness
from tocsin.sources import Reading
from tocsin.store import KillPoint
from tocsin.wire import HttpWire
from tocsin.wiring import House

USER_AGENT = f"tocsin/{__version__} (self-hosted complaint listener)"


def reveal(secret: Secret) -> str:
    """A secret's value, from the environment or its file; raises config.MissingSecret."""
    return secret.read()


def live(
    settings: Settings, database: Path | None = None, *, kill: KillPoint = wiring.never
) -> tuple[House, Mapping[str, Channel], tuple[Reading, ...]]:
    """Put the live house together; nothing is connected yet.

    Raises StoreBusy or StoreBroken for the database, SourceError or ChannelRefused for a source
    or channel whose library or key is missing.
    """
    built = open_channels(settings)
    readings = open_sources(settings)
    clock = SteadyClock()
    house = wiring.build(
        settings,
        database or settings.database,
        clock=clock,
        randomness=SystemRandomness(),
        channels=built,
        threaded=True,
        exclusive=True,
        forgiving=lambda why: None,  # `ModelWatch` tells it
        kill=kill,
        told=log_happening,
    )
    with house.store.read() as desk:
        last = desk.last_ledger_time()
    if last is not None:
        clock.not_before(last)
    return house, built, readings


def open_channels(settings: Settings) -> dict[str, Channel]:
    """Every declared channel, ready to deliver."""
    tools = Tools(HttpWire(allowed=settings.private_hosts), reveal, USER_AGENT)
    return {channel.name: channels.build(channel, tools) for channel in settings.channels}


def open_channel(settings: Settings, name: str) -> Channel:
    """One of them alone. Raises ChannelRefused where its library or key is missing."""
    tools = Tools(HttpWire(allowed=settings.private_hosts), reveal, USER_AGENT)
    declared = next(channel for channel in settings.channels if channel.name == name)
    return channels.build(declared, tools)


def open_sources(settings: Settings) -> tuple[Reading, ...]:
    """Every declared source, each with a purse, and a wire of its own to be hung up alone."""
    readings = []
    for source in settings.sources:
        wire = HttpWire(allowed=settings.private_hosts)
        purse = purse_of(source)
        tools = Tools(wire, reveal, USER_AGENT, purse or Unlimited())
        collector = collectors.build(source, settings.brands, tools)
        platform = collectors.facts_of(source.kind).platform
        readings.append(Reading(source, collector, wire.close, platform, purse))
    return tuple(readings)


def open_model(settings: Settings) -> Server | None:
    """The language model that is asked about unsure posts, where one is declared."""
    declared = settings.language_model
    return None if declared is None else open_server(declared)
