"""The group of commands for storms: what they looked like, and when one would have rung."""

import typer

from tocsin.cli import storm_backtest, storm_picture

storms = typer.Typer(help="Storms: pictures, and when they would have rung.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(storms, name="storms")
    storm_picture.register(storms)
    storm_backtest.register(storms)
