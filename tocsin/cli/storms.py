"""The commands for storms: which there were, how one went, and when one would have rung."""

import typer

from tocsin.cli import storm_backtest, storm_picture, storm_telling

storms = typer.Typer(
    help="Storms: which there were, how one went, and when they would have rung.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(storms, name="storms")
    storm_telling.register(storms)
    storm_picture.register(storms)
    storm_backtest.register(storms)
