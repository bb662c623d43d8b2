"""What each source will cost a month, what it has cost, and how much of the limits it takes."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from config import Settings, SourceSettings
from listener import collectors
from listener.collector import SourceError
from listener.facts import A_DAY, Cost, Measured, Window
from listener.fields import count, iso_time, mapping
from listener.metered import purse_of
from tocsin.doctor.finding import Finding, note, problem
from tocsin.doctor.kept import open_to_look
from tocsin.randomness import SystemRandomness
from tocsin.spending import usage_name
from tocsin.store import Unit

MEASURED = timedelta(days=7)  # that a count of posts a day goes back


def examine(settings: Settings, database: Path, now: datetime) -> Iterator[Finding]:
    """What each source costs, and what of its limits; with the store's figures where it has any."""
    with suppress(OSError, sqlite3.Error), closing(open_to_look(database)) as connection:
        desk = Unit(connection, SystemRandomness())
        found = [one for source in settings.sources for one in _of(source, settings, desk, now)]
        yield from found
        return
    for source in settings.sources:  # there is no store, or none that can be read
        yield from _expected(source, settings, Measured(None, _days(settings)))


def _of(source: SourceSettings, settings: Settings, desk: Unit, now: datetime) -> Iterator[Finding]:
    posts = desk.posts_a_day(source.name, now - MEASURED, now)
    yield from _expected(source, settings, Measured(posts, _days(settings)))
    if purse_of(source) is not None:
        today = sum(desk.spent(source.name, now, now).values())
        month = sum(desk.spent(source.name, now.replace(day=1), now).values())
        if month:
            about = f"source {source.name}"
            yield note(about, f"It has cost ${today:.2f} today and ${month:.2f} this month.")
    yield from _used(source.name, desk.kept(usage_name(source.name)))


def _expected(source: SourceSettings, settings: Settings, measured: Measured) -> Iterator[Finding]:
    try:
        cost = collectors.cost_of(source, settings.brands, measured)
    except SourceError:  # it cannot be built either, which is said there
        return
    about = f"source {source.name}"
    if cost is not None and (cost.high or purse_of(source) is not None):
        yield note(about, _sentence(cost))
    else:
        yield note(about, f"Its costs: {collectors.facts_of(source.kind).costs}.")
    for window in () if cost is None else cost.windows:
        what = _share(window)
        yield problem(about, what) if window.asked > window.allowed else note(about, what)


def _sentence(cost: Cost) -> str:
    return f"It will cost ${cost.low:.2f} to ${cost.high:.2f} in 30 days: {cost.assuming}."


def _share(window: Window) -> str:
    within = "a day" if window.minutes == A_DAY else f"{window.minutes} minutes"
    share = f"{window.asked:,} of {window.allowed:,} {window.what}"
    said = f"It takes {share} that are allowed in {within}"
    too_many = '. Raise "every", or name less to hear' if window.asked > window.allowed else ""
    return f"{said}{too_many}."


def _used(name: str, kept: str | None) -> Iterator[Finding]:
    """What the platform itself said at its last asking."""
    told = mapping(json.loads(kept)) if kept else {}
    used, cap, at = count(told.get("used")), count(told.get("cap")), iso_time(told.get("at"))
    if used is None or not cap or at is None:
        return
    day = count(told.get("resets_on"))
    anew = f"; it counts anew on day {day} of the month" if day else ""
    said = f"On {at:%Y-%m-%d} the platform counted {used} of {cap} posts of the account's cap"
    yield (
        problem(f"source {name}", f"{said}: it is used up{anew}.")
        if used >= cap
        else note(f"source {name}", f"{said}{anew}.")
    )


def _days(settings: Settings) -> float:
    return settings.keep_text / timedelta(days=1)
