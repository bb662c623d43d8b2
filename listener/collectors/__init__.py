"""The registry of sources: one line each, imported only when it is used.

Each module offers `Settings` (a config.SourceSettings with its own fields, importable without the
platform's library), `FACTS` and `build(settings, brands, tools) -> Collector`.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import cast

from config import Brand, SourceSettings
from listener.collector import Collector
from listener.facts import Facts
from listener.tools import Tools

COLLECTORS: Mapping[str, str] = {
    "appstore": "listener.collectors.appstore",
    "bluesky": "listener.collectors.bluesky",
    "csv": "listener.collectors.csv_file",
    "discourse": "listener.collectors.discourse",
    "feed": "listener.collectors.feed",
    "file": "listener.collectors.file",
    "form": "listener.collectors.form",
    "hackernews": "listener.collectors.hackernews",
    "lemmy": "listener.collectors.lemmy",
    "mastodon": "listener.collectors.mastodon",
    "reddit": "listener.collectors.reddit",
    "stackexchange": "listener.collectors.stackexchange",
    "x": "listener.collectors.x",
    "youtube": "listener.collectors.youtube",
}


def settings_of(kind: str) -> type[SourceSettings]:
    """The settings that a kind of source declares. Raises KeyError for an unknown kind."""
    return cast("type[SourceSettings]", import_module(COLLECTORS[kind]).Settings)


def facts_of(kind: str) -> Facts:
    """What is known of a kind of source before it is used. Raises KeyError for an unknown kind."""
    return cast("Facts", import_module(COLLECTORS[kind]).FACTS)


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make a source ready to be read. Raises SourceError where its library or key is missing."""
    module = import_module(COLLECTORS[settings.kind])
    return cast("Collector", module.build(settings, brands, tools))
