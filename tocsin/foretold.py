"""What a source that costs money would find, counted by its platform before anything is read."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from config import Settings, SourceSettings
from listener import collectors
from listener.collector import Forecast, Foresees, SourceError
from listener.metered import purse_of
from listener.tools import Tools
from tocsin.doctor.online import purse_left
from tocsin.live import USER_AGENT, reveal
from tocsin.wire import HttpWire

SECONDS = 10.0  # for one source


def foretold(
    settings: Settings, database: Path, terms: Sequence[str], now: datetime
) -> dict[str, Forecast | str]:
    """By source, what the terms would find there, or why nobody can say; paid sources alone."""
    paid = [source for source in settings.sources if purse_of(source) is not None]
    return {source.name: _asked(source, settings, database, terms, now) for source in paid}


def _asked(
    source: SourceSettings, settings: Settings, database: Path, terms: Sequence[str], now: datetime
) -> Forecast | str:
    purse = purse_left(source, database, now)
    assert purse is not None
    with closing(HttpWire(allowed=settings.private_hosts)) as wire:
        try:
            tools = Tools(wire, reveal, USER_AGENT, purse)
            with closing(collectors.build(source, settings.brands, tools)) as collector:
                if not isinstance(collector, Foresees):
                    return "it cannot count"
                return collector.foresee(terms, now=now, deadline=SECONDS)
        except SourceError as error:
            return str(error)
