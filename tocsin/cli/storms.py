"""The group of commands for storms: which there were, and how one went."""

import typer

from tocsin.cli import storm_telling

storms = typer.Typer(help="Storms: which there were, and how one went.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(storms, name="storms")
    storm_telling.register(storms)
