"""`tocsin storms picture`: a storm's curve as a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from escalation.numbers import MOST_INTEGER
from tocsin.cli.common import DEFAULT_CONFIG, ConfigOption, DbOption, fail, load, say, store_at

if TYPE_CHECKING:
    from datetime import datetime

    from config import Settings
    from tocsin.pictures import Curve

FORMS = (".svg", ".png")


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("picture")(picture)


def picture(
    number: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=MOST_INTEGER, help="Number of the incident.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .svg or a .png file.")],
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Draw a storm's curve, with what is usual, the alarm, what was done, and the forecast."""
    from tocsin.pictures import MISSING, alt, is_installed

    if out.suffix.lower() not in FORMS:
        fail(f"{out} is no picture: --out takes a name that ends in .svg or .png.")
    if not is_installed():
        fail(f"{MISSING[:1].upper()}{MISSING[1:]}.", 1)
    curve = _curve(number, load(config, forgiving=True).settings, config, db)
    _write(curve, out)
    say(f"{out}: {alt(curve)}")


def _curve(number: int, settings: "Settings", config: Path, db: Path | None) -> "Curve":
    from escalation.subject import Incident, Ref
    from tocsin.pictures import asked_of, gather

    with store_at(db, config) as store, store.read() as desk:
        incident = desk.subject(Ref(Incident.kind, number))
        if not isinstance(incident, Incident):
            fail(f"There is no incident {number}. `tocsin incidents list` names them.", 1)
        until = max(_now(), incident.opened_at)
        return gather(desk.connection, incident, asked_of(settings, incident.brand), until)


def _now() -> "datetime":
    from tocsin.clock import SteadyClock

    return SteadyClock().now()


def _write(curve: "Curve", out: Path) -> None:
    from tocsin.pictures import png, svg

    if out.suffix.lower() == ".svg":
        out.write_text(svg(curve), encoding="utf-8")
    else:
        out.write_bytes(png(curve))
