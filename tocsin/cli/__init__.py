"""The command line. Each command imports what it needs when it runs, so that `--help` is quick."""

import sqlite3
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import typer

from tocsin.cli import (
    anonymous,
    backfilling,
    channels,
    common,
    forgetting,
    ledger,
    naming,
    oncall,
    people,
    posts,
    previewing,
    private,
    records,
    running,
    safety,
    silences,
    sources,
    storms,
    subjects,
    teaching,
    warnings,
)
from tocsin.cli.plain_paths import PathsGroup

app = typer.Typer(
    cls=PathsGroup,
    name="tocsin",
    help="Hears public complaints about a brand, gives each exactly one named owner, and keeps "
    "ringing until somebody answers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
running.register(app)
channels.register(app)
sources.register(app)
backfilling.register(app)
posts.register(app)
previewing.register(app)
forgetting.register(app)
teaching.register(app)
naming.register(app)
people.register(app)
subjects.register(app)
private.register(app)
anonymous.register(app)
safety.register(app)
oncall.register(app)
silences.register(app)
warnings.register(app)
storms.register(app)
records.register(app)
ledger.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point `tocsin`. What goes wrong ends in a sentence, never in a traceback.

    arguments  default: those of the process.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal of another encoding shows escapes rather than stopping us.
            stream.reconfigure(errors="backslashreplace")
    try:
        app(arguments if arguments is None else list(arguments), prog_name="tocsin")
    except sqlite3.Error as error:
        common.give_up(f"The store failed: {error}. `tocsin doctor` looks it over.")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        common.give_up(f"The system refused: {error.strerror or error}{where}.")
