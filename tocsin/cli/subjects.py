"""The groups of commands for what is owned: cases, incidents and faults."""

from typing import Annotated

import typer

from tocsin.cli import acting, looking
from tocsin.cli.common import DEFAULT_CONFIG, ConfigOption, DbOption
from tocsin.deeds import DEEDS

_GROUPS = {
    "case": "List, show and act on cases.",
    "incident": "List, show and act on incidents.",
    "fault": "List and act on faults: a deaf source, a dumb channel.",
}


def register(app: typer.Typer) -> None:
    """Add a group for each kind, from the table of what can be done to it."""
    for kind, says in _GROUPS.items():
        app.add_typer(_group(kind, says), name=f"{kind}s")


def _group(kind: str, says: str) -> typer.Typer:
    group = typer.Typer(help=says, no_args_is_help=True)
    group.command("list")(looking.listing(kind))
    group.command("show")(looking.showing(kind))
    if kind == "incident":
        group.command("declare")(declare)
    for deed in DEEDS[kind]:
        group.command(deed.name)(acting.command(kind, deed))
    if kind == "case":
        group.command("handoffs")(looking.handoffs)
    return group


def declare(
    brand: Annotated[str, typer.Argument(help="The brand that is in a storm.")],
    by: Annotated[str, typer.Option("--as", help="Who acts: a name of [[people]].")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in a few words.")],
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Say that this is a storm, whatever is measured."""
    acting.declare(brand, reason, by, config, db)
