"""The registry of sources: one line each, imported only when it is used.

Each module offers `Settings` (a config.SourceSettings with its own fields, importable without the
platform's library), `FACTS` and `build(settings, brands, tools) -> Collector`. One that costs
something, or comes near a limit, also offers `cost_of(settings, brands, measured) -> Cost`; one
that reads from this machine, `flaws_of(settings, now) -> Iterator[Flaw]`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import cast

from config import Brand, SourceSettings
from listener.collector import Collector
from listener.facts import Cost, Facts, Measured
from listener.on_disk import Flaw
from listener.tools import Tools

COLLECTORS: Mapping[str, str] = {
    "appstore": "listener.collectors.appstore",
    "bluesky": "listener.collectors.bluesky",
    "csv": "listener.collectors.csv_file",
    "discord": "listener.collectors.discord",
    "discourse": "listener.collectors.discourse",
    "facebook": "listener.collectors.facebook",
    "feed": "listener.collectors.feed",
    "file": "listener.collectors.file",
    "form": "listener.collectors.form",
    "googlebusiness": "listener.collectors.googlebusiness",
    "googleplay": "listener.collectors.googleplay",
    "hackernews": "listener.collectors.hackernews",
    "imap": "listener.collectors.imap",
    "instagram": "listener.collectors.instagram",
    "lemmy": "listener.collectors.lemmy",
    "mastodon": "listener.collectors.mastodon",
    "reddit": "listener.collectors.reddit",
    "stackexchange": "listener.collectors.stackexchange",
    "telegram": "listener.collectors.telegram",
    "trustpilot": "listener.collectors.trustpilot",
    "webhook": "listener.collectors.webhook",
    "x": "listener.collectors.x",
    "youtube": "listener.collectors.youtube",
}


def settings_of(kind: str) -> type[SourceSettings]:
    """The settings that a kind of source declares. Raises KeyError for an unknown kind."""
    return cast("type[SourceSettings]", import_module(COLLECTORS[kind]).Settings)


def facts_of(kind: str) -> Facts:
    """What is known of a kind of source before it is used. Raises KeyError for an unknown kind."""
    return cast("Facts", import_module(COLLECTORS[kind]).FACTS)


def cost_of(settings: SourceSettings, brands: Sequence[Brand], measured: Measured) -> Cost | None:
    """What a source will cost; None for a kind that costs nothing and is far from any limit."""
    estimate = getattr(import_module(COLLECTORS[settings.kind]), "cost_of", None)
    return None if estimate is None else cast("Cost", estimate(settings, brands, measured))


def flaws_of(settings: SourceSettings, now: datetime) -> Sequence[Flaw]:
    """What is wrong with the files and folders that a source reads from; none for most kinds."""
    look = getattr(import_module(COLLECTORS[settings.kind]), "flaws_of", None)
    return () if look is None else tuple(look(settings, now))


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make a source ready to be read. Raises SourceError where its library or key is missing."""
    module = import_module(COLLECTORS[settings.kind])
    return cast("Collector", module.build(settings, brands, tools))
