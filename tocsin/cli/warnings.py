"""`tocsin warnings`: what was warned of and not heeded, by function; by name only to a few."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from escalation.numbers import MOST_INTEGER
from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    opened,
    say,
    say_json,
    writable,
)

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from config import Settings
    from escalation.subject import Incident
    from escalation.warnings import Done, Group, Warned
    from tocsin.store import Unit

MOST_NAMED = 1000  # rows that are listed one by one


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("warnings")(warnings)


def warnings(
    since: Annotated[str, typer.Option("--since", help='How far back, such as "30d".')] = "30d",
    brand: Annotated[str | None, typer.Option("--brand", help="Only of this brand.")] = None,
    incident: Annotated[
        int | None,
        typer.Option("--incident", min=1, max=MOST_INTEGER, help="Only those a storm had."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--as", help="Who asks: the fallback executive sees names, others their own rows."
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Warnings and what was done about them, by function."""
    from zoneinfo import ZoneInfo

    from config import parse_duration
    from escalation.warnings import by_function

    try:
        wait = parse_duration(since)
    except ValueError as error:
        fail(f"--since: {error}.")
    with opened(config, db) as house, house.store.read() as desk:
        _must_be_known(house.settings, brand, by)
        now = house.clock.now()
        begin = now - wait
        if incident is None:
            found = desk.warnings_between(begin, now, brand)
        else:
            found = _of_storm(desk, incident, begin, brand)
        told = desk.done_about(found)
    named = _may_be_named(told, by, house.settings)
    if json_:
        for group in by_function(told):
            say_json(_row(group))
        for one in named:
            say_json(_named_row(*one))
        return
    _print(by_function(told), named, ZoneInfo(house.settings.timezone))


def _must_be_known(settings: "Settings", brand: str | None, by: str | None) -> None:
    brands = [one.name for one in settings.brands]
    if brand is not None and brand not in brands:
        fail(f"There is no brand {writable(brand)}. Known: {', '.join(brands)}.")
    if by is not None and by not in {person.name for person in settings.people}:
        fail(f"{writable(by)} is nobody of [[people]].")


def _of_storm(
    desk: "Unit", incident: int, since: "datetime", brand: str | None
) -> "Sequence[Warned]":
    from escalation.subject import Ref

    if desk.subject(Ref("incident", incident)) is None:
        fail(f"There is no incident {incident}.", 1)
    return [
        one
        for one in desk.warnings_of_incident(incident)
        if one.at >= since and brand in (None, one.brand)
    ]


def _may_be_named(
    told: "Sequence[tuple[Warned, Done]]", by: str | None, settings: "Settings"
) -> "Sequence[tuple[Warned, Done]]":
    """The warnings that the asker may see one by one, with names: all of them for the fallback
    executive and whom the executive clock tells, anybody else their own; the newest first."""
    sees_all = by in (settings.fallback_executive, settings.executive_clock.person)
    own = [one for one in told if by is not None and (sees_all or one[0].person == by)]
    return own[::-1][:MOST_NAMED]


def _row(group: "Group") -> dict[str, Any]:
    return {
        "function": group.team,
        "warnings": group.count,
        "first_at": group.first_at.isoformat(timespec="seconds"),
        "last_at": group.last_at.isoformat(timespec="seconds"),
        "kinds": {str(what): many for what, many in group.kinds},
        "done": {
            str(what): {"warnings": many, "longest_seconds": int(longest.total_seconds())}
            for what, many, longest in group.done
        },
        "not_heeded": group.ignored,
    }


def _named_row(warned: "Warned", done: "Done") -> dict[str, Any]:
    return {
        "at": warned.at.isoformat(timespec="seconds"),
        "subject": str(warned.ref),
        "brand": warned.brand,
        "topic": warned.topic,
        "function": warned.team,
        "what": str(warned.what),
        "person": warned.person,
        "done": done.spoken,
        "incident": warned.incident,
    }


def _print(
    groups: "Sequence[Group]", named: "Sequence[tuple[Warned, Done]]", zone: "ZoneInfo"
) -> None:
    from escalation.warnings import done_spoken, kinds_spoken
    from tocsin.speaker import spoken

    if not groups:
        say("No warnings.")
    for group in groups:
        first = spoken(group.first_at, zone)
        say(f"{group.team:<16}  {group.count:>5}  first {first}  {kinds_spoken(group)}")
        say(f"{'':<16}  {'':>5}  done: {done_spoken(group)}; not heeded: {group.ignored:,}")
    for warned, done in named:
        storm = f"  before incident {warned.incident}" if warned.incident is not None else ""
        who = f", {warned.person}"
        say(f"{labelled(warned, done, zone, who)}{storm}")


def labelled(warned: "Warned", done: "Done", zone: "ZoneInfo", who: str = "") -> str:
    """A warning in a line: when, about what, of which function, what it was, what was done."""
    from escalation.warnings import WORDS
    from tocsin.speaker import spoken

    at = spoken(warned.at, zone)
    what = WORDS[warned.what][0]
    return f"{at}  {warned.ref.spoken:<12}  {warned.team}: {what}{who}; {done.spoken}"


def each_before(desk: "Unit", incident: "Incident") -> "list[tuple[Warned, Done]]":
    """The warnings that a storm had, one by one, the oldest first."""
    return desk.done_about(desk.warnings_of_incident(incident.number)[:MOST_NAMED])


def warned_before(desk: "Unit", incident: "Incident") -> list[str]:
    """The warnings that a storm had, in a line for each function."""
    from escalation.warnings import by_function, group_spoken, sentence

    groups = by_function(desk.done_about(desk.warnings_of_incident(incident.number)))
    if not groups or incident.storm_at is None:
        return []
    return [sentence(groups, incident.storm_at), *(group_spoken(group) for group in groups)]
