"""`tocsin storms backtest`: when would a storm have rung, on the own past?"""

import sqlite3
from datetime import timedelta
from typing import Annotated

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    load,
    must_be_a_store,
    say,
    say_json,
)


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("backtest")(backtest)


def backtest(
    since: Annotated[str, typer.Option("--since", help='How far back, such as "90d".')] = "90d",
    brand: Annotated[
        str | None, typer.Option("--brand", help="Only of this brand; default: each.")
    ] = None,
    sensitivity: Annotated[
        str | None, typer.Option("--sensitivity", help="calm, normal or keen; default: each.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """When would storms have rung on the store's own past? Writes nothing and pages nobody."""
    from tocsin.whatif import HistoryRefused, open_history
    from tocsin.whatif.backtest import SENSITIVITIES
    from tocsin.whatif.backtest import backtest as run
    from tocsin.whatif.backtest_told import lines, rows

    wanted = [one for one in SENSITIVITIES if sensitivity in (None, one)]
    if not wanted:
        fail(f"There is no sensitivity {sensitivity!r}. Known: {', '.join(SENSITIVITIES)}.")
    length, settings = _length(since), load(config, forgiving=True).settings
    brands = [one.name for one in settings.brands if brand in (None, one.name)]
    if not brands:
        known = ", ".join(one.name for one in settings.brands)
        fail(f"There is no brand {brand!r}. Known: {known}.")
    path = db or settings.database
    must_be_a_store(path)
    try:
        with open_history(path, length) as history:
            for place, name in enumerate(brands):
                found = run(history, name, wanted)
                if json_:
                    say_json(rows(found))
                    continue
                for line in [*([""] if place else []), *lines(found)]:
                    say(line)
    except HistoryRefused as error:
        fail(str(error), 1)
    except (sqlite3.Error, ValueError) as error:
        fail(f"{path} cannot be read: {error}.", 1)


def _length(text: str) -> timedelta:
    from config import parse_duration

    try:
        length = parse_duration(text)
    except ValueError as error:
        fail(f"--since: {error}.")
    if not length:
        fail(f"--since {text} is no past. Write for example --since 90d.")
    return length
