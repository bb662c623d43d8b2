"""`tocsin storms list` and `explain`: which there were, and how one went from post to end."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    opened,
    say,
    say_json,
    table,
    writable,
)
from tocsin.cli.numbers import subject_number

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from escalation.subject import Incident
    from tocsin.store import Unit

MOST_LISTED = 1_000
_HEAD = ("number", "level", "brand", "rang", "people", "likely", "calm")


def register(storms: typer.Typer) -> None:
    """Add the commands to the group."""
    storms.command("list")(listing)
    storms.command("explain")(explain)


def listing(
    brand: Annotated[str | None, typer.Option("--brand", help="Only of this brand.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """All storms, open ones too, the newest first."""
    from zoneinfo import ZoneInfo

    with opened(config, db) as house, house.store.read() as desk:
        brands = [one.name for one in house.settings.brands]
        if brand is not None and brand not in brands:
            fail(f"There is no brand {writable(brand)}. Known: {', '.join(brands)}.")
        rows = [_row(desk, one) for one in desk.storms(brand, MOST_LISTED)]
        zone = ZoneInfo(house.settings.timezone)
    if json_:
        for row in rows:
            say_json(row)
    elif not rows:
        say("No storms.")
    else:
        for line in table([_HEAD, *(_cells(row, zone) for row in rows)]):
            say(line)


def _row(desk: "Unit", incident: "Incident") -> dict[str, Any]:
    from tocsin.storming.course import course_of

    course = course_of(desk, incident)
    told = [one for one in course.issued if one.figures.low is not None]
    last = told[-1].figures if told else None
    return {
        "incident": incident.number,
        "brand": incident.brand,
        "level": str(incident.level),
        "rang": course.rang.isoformat(timespec="seconds"),
        "people": incident.people,
        "begets": last and last.begets,
        "likely": last and [last.low, last.high],
        "likely_at": told[-1].at.isoformat(timespec="seconds") if told else None,
        "calm": course.ended and course.ended.isoformat(timespec="seconds"),
    }


def _cells(row: dict[str, Any], zone: "ZoneInfo") -> tuple[str, ...]:
    from datetime import datetime

    from tocsin.speaker import spoken

    def at(text: str | None) -> str:
        return "–" if text is None else spoken(datetime.fromisoformat(text), zone)

    likely = "–" if row["likely"] is None else "{:,}–{:,}".format(*row["likely"])
    people = f"{row['people']:,}" if row["people"] else "–"
    number, calm = str(row["incident"]), at(row["calm"])
    return number, row["level"], row["brand"], at(row["rang"]), people, likely, calm


def explain(
    number: Annotated[
        int,
        typer.Argument(
            parser=subject_number, metavar="NUMBER", help="The incident's, as the alerts show it."
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """How a storm went: figures, turning points, forecasts and what came, who wrote, what was
    done, and how earlier ones went."""
    from zoneinfo import ZoneInfo

    from escalation.subject import Incident, Ref
    from tocsin.storming.account import account
    from tocsin.storming.lines import lines

    with opened(config, db) as house, house.store.read() as desk:
        incident = desk.subject(Ref(Incident.kind, number))
        if not isinstance(incident, Incident):
            fail(f"There is no incident {number}.", 1)
        told = account(desk, incident, house.settings, house.clock.now())
        if json_:
            say_json(told)
            return
        for line in lines(told, ZoneInfo(house.settings.timezone)):
            say(line)
