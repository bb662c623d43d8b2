"""How each declared source stands: where it listens, when it was last heard, what is wrong with it.

What is declared and what the store knows, put together; no platform is asked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from config import Settings, SourceSettings
from listener import collectors
from listener.collector import SourceError
from listener.facts import Cost, Measured
from listener.rhythm import LEAST_DAYS
from tocsin.deafness import fault_name, names
from tocsin.following import follow_up_name
from tocsin.missed import Missed, missed
from tocsin.pausing import paused_until
from tocsin.pipeline import silence_name, trouble_name
from tocsin.spending import money_name
from tocsin.store import Unit
from tocsin.store.sources import SourceState

# What the faults of a source are about, the gravest first.
FAULTS: Sequence[Callable[[str], str]] = (
    fault_name,
    money_name,
    silence_name,
    trouble_name,
    follow_up_name,
)
LATELY = timedelta(days=1)
MEASURED = timedelta(days=7)  # that a count of posts a day goes back
# Settings that say where a source listens, in the order in which a person would say it, each with
# what stands before its value.
_PLACES: Mapping[str, str] = {
    "path": "",
    "folder": "",
    "spool": "",
    "urls": "",
    "forum": "",
    "instance": "",
    "site": "",
    "host": "",
    "username": "as ",
    "server": "server ",
    "page": "page ",
    "account": "account ",
    "business": "business ",
    "apps": "app ",
    "locations": "",
    "subreddits": "r/",
    "communities": "",
    "channels": "channel ",
    "videos": "video ",
    "chats": "chat ",
    "tags": "#",
    "mentions_of": "mentions of ",
    "query": "",
}
_PLACES_OF: Mapping[str, Sequence[str]] = {  # kinds of which some of these mean something else
    "bluesky": (),
    "googleplay": ("apps",),
    "reddit": ("subreddits",),
}


class State(StrEnum):
    """In one word; the worst that holds."""

    NEVER_STARTED = "never started"
    FAILS = "fails"
    TROUBLED = "in trouble"  # it is heard, and something about it is a fault
    NEVER_HEARD = "never heard"
    LEARNING = "works, learning"  # too young to tell which silence is too long
    WORKS = "works"


@dataclass(frozen=True, slots=True)
class Standing:
    """One source.

    hears       where, in words of its settings.
    since       it fails or has been in trouble since; why: in a sentence, "" where nothing is.
    rests       it is not asked until then.
    learned     days of LEAST_DAYS after which a silence can be told to be too long.
    posts       kept of it within LATELY.
    cost        of 30 days; None: it costs nothing. spent: dollars in this month.
    """

    source: SourceSettings
    platform: str
    hears: tuple[str, ...]
    state: State
    since: datetime | None
    why: str
    last_heard: datetime | None
    rests: datetime | None
    learned: int
    posts: int
    cost: Cost | None
    spent: float
    missed: Missed | None


def standings(settings: Settings, desk: Unit, now: datetime) -> Iterator[Standing]:
    """Each declared source, in the order of the configuration."""
    lost = missed(desk, now)
    for source in settings.sources:
        yield _of(source, settings, desk, lost.get(source.name), now)


def _of(
    source: SourceSettings, settings: Settings, desk: Unit, lost: Missed | None, now: datetime
) -> Standing:
    name = source.name
    known = desk.source(name)
    learned = len(desk.rhythm(name).longest)
    state, since, why = _state(desk, known, learned)
    measured = Measured(
        desk.posts_a_day(name, now - MEASURED, now), settings.keep_text / timedelta(days=1)
    )
    return Standing(
        source,
        platform_of(source),
        hears(source, settings),
        state,
        since,
        why,
        last_heard=known.succeeded_at if known else None,
        rests=paused_until(desk, known, now) if known else None,
        learned=min(learned, LEAST_DAYS),
        posts=desk.posts_of(name, now - LATELY),
        cost=_cost(source, settings, measured),
        spent=sum(desk.spent(name, now.replace(day=1), now).values()),
        missed=lost,
    )


def _state(
    desk: Unit, known: SourceState | None, learned: int
) -> tuple[State, datetime | None, str]:
    if known is None:
        return State.NEVER_STARTED, None, ""
    if known.failing_since is not None:
        parts = [one.listing for one in desk.failing_listings(known.name)]
        where = f"at {names(parts)}: " if parts and all(parts) else ""
        return State.FAILS, known.failing_since, f"{where}{known.failure}"
    found = (desk.open_fault(name_of(known.name)) for name_of in FAULTS)
    fault = next((one for one in found if one is not None), None)
    if fault is not None:
        return State.TROUBLED, fault.opened_at, fault.detail
    if known.succeeded_at is None:
        return State.NEVER_HEARD, None, ""
    return (State.WORKS if learned >= LEAST_DAYS else State.LEARNING), None, ""


def platform_of(source: SourceSettings) -> str:
    """As its posts name it; "" where each post names its own."""
    declared = getattr(source, "platform", None)
    return declared if isinstance(declared, str) else collectors.facts_of(source.kind).platform


def hears(source: SourceSettings, settings: Settings) -> tuple[str, ...]:
    """Where a source listens, each place by itself; what a search finds by the brands' names."""
    found = [
        f"{_PLACES[setting]}{value}"
        for setting in _PLACES_OF.get(source.kind, tuple(_PLACES))
        if setting in type(source).model_fields  # and no property that repeats another one
        for value in _values(getattr(source, setting, None))
    ]
    if _searches(source, found):
        found += [f"what names {brand.name}" for brand in settings.brands]
    return tuple(found)


def _searches(source: SourceSettings, found: Sequence[str]) -> bool:
    """Whether it asks for the brands' names: where it is said, or where nothing else is named."""
    asked = getattr(source, "search", False) or getattr(source, "google_news", False)
    return bool(asked) or not found or (found == [getattr(source, "instance", None)])


def _values(value: object) -> Iterator[str]:
    if isinstance(value, Mapping | list | tuple):
        yield from (str(one) for one in value)
    elif isinstance(value, str | Path) and str(value):
        yield str(value)


def _cost(source: SourceSettings, settings: Settings, measured: Measured) -> Cost | None:
    try:
        return collectors.cost_of(source, settings.brands, measured)
    except SourceError:  # it cannot be built either, which `tocsin doctor` says
        return None
