"""What the commands share: the configuration, the store, and failing in one sentence."""

import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from config.load import Loaded
    from config.problems import ConfigProblems, Problem
    from tocsin.store import Store
    from tocsin.wiring import House

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", metavar="PATH", help="The configuration.")
]
DbOption = Annotated[
    Path | None,
    typer.Option("--db", metavar="PATH", help="The store; default: `database` of the file."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
DEFAULT_CONFIG = Path("tocsin.toml")
MOST_WARNED = 3  # problems in one warning; `tocsin check` names all


def fail(message: str, code: int = 2) -> NoReturn:
    """Say in a sentence what is wrong and what to do; end with an exit code."""
    from escalation.encode import terminal

    typer.echo(terminal(message, lines=True), err=True)
    raise typer.Exit(code)


def give_up(message: str) -> NoReturn:
    """The same where no command is running any more; exit code 1."""
    from escalation.encode import terminal

    typer.echo(terminal(message), err=True)
    sys.exit(1)


def writable(text: str) -> str:
    """An argument as text that can be stored: bytes that are no UTF-8 become question marks."""
    return text.encode("utf-8", "replace").decode()


def say(text: str) -> None:
    """Print text that may quote strangers: no control byte reaches the terminal."""
    from escalation.encode import terminal

    typer.echo(terminal(text, lines=True))


def at_a_terminal() -> bool:
    """Does a person type?"""
    return sys.stdin.isatty()


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that somebody who wrote `name` most likely meant, None where none is near."""
    from difflib import get_close_matches

    as_written = {one.lower(): one for one in known}
    found = get_close_matches(name.lower(), as_written, n=1, cutoff=0.6)
    return as_written[found[0]] if found else None


def table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows as lines with straight columns; numbers at the right."""
    from escalation.encode import one_line

    clean = [tuple(one_line(cell) for cell in row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*clean, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place == 0 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in clean
    ]


def say_json(row: Mapping[str, Any]) -> None:
    """Print one JSON object on a line, in ASCII, so that nothing in it can reach the terminal."""
    sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")


def warn(message: str) -> None:
    """Say beside the output, which may be for a program, what is wrong and does not stop it."""
    from escalation.encode import terminal

    typer.echo(terminal(f"warning: {message}"), err=True)


@dataclass(frozen=True, slots=True)
class Looked:
    """A configuration and the files it names, looked over.

    loaded    None: the configuration itself has problems.
    problems  all of them, in the order of files and lines; its own come first.
    """

    loaded: "Loaded | None"
    problems: "tuple[Problem, ...]"
    refused: "ConfigProblems | None" = None  # where nothing could be loaded


def look_over(path: Path, *, secrets: bool = False, database: bool = False) -> Looked:
    """Read the configuration and what it names. What it asks for and is not installed is said
    beside the output."""
    from config.load import load as load_file
    from config.problems import ConfigProblems
    from listener.likeness import MISSING, lacking
    from tocsin.catalogue import catalogue
    from tocsin.named_files import problems_in

    try:
        loaded = load_file(path, catalogue(), secrets=secrets, database=database)
    except ConfigProblems as error:
        others = problems_in(error.document, path.parent) if error.document else ()
        return Looked(None, (*error.problems, *others), error)
    if lacking(loaded.settings):
        warn(f"{MISSING}.")
    return Looked(loaded, problems_in(loaded.document, path.parent))


def load(
    path: Path, *, secrets: bool = False, database: bool = False, forgiving: bool = False
) -> "Loaded":
    """Read the configuration, or end with every problem in it and in the files it names.

    forgiving  goes on where a file of safety rules cannot be read, with the shipped rules.
    """
    looked = look_over(path, secrets=secrets, database=database)
    if looked.loaded is None or (looked.problems and not forgiving):
        refuse(looked.problems)
    return _as_shipped(looked.loaded, looked.problems) if looked.problems else looked.loaded


def refuse(problems: "Sequence[Problem]", warnings: "Sequence[Problem]" = ()) -> NoReturn:
    """End with every problem, and with how much there is to be mended."""
    from tocsin.named_files import count_of

    fail("\n".join((*map(str, problems), count_of(problems, warnings))))


def _as_shipped(loaded: "Loaded", problems: "Sequence[Problem]") -> "Loaded":
    """Somebody in danger is answered, and somebody forgotten, whatever has become of a file."""
    from dataclasses import replace

    told = " ".join(f"{str(one).rstrip('.')}." for one in problems[:MOST_WARNED])
    warn(f"{told} Until then this goes on with the shipped rules.")
    safety = loaded.settings.safety.model_copy(update={"tripwires": (), "guidance": None})
    return replace(loaded, settings=loaded.settings.model_copy(update={"safety": safety}))


class NoStore(typer.Exit):
    """There is no store where one should be; ends the command, once that is said."""


def must_be_a_store(path: Path) -> None:
    """Opening makes a store of whatever is empty: a file that is none must be left alone."""
    if not path.exists():
        _no_store(f"There is no store at {path}. `tocsin run` makes it; --db names another.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as looked:
            ours = looked.execute("select 1 from sqlite_master where name = 'ledger'").fetchone()
    except sqlite3.Error as error:
        _no_store(f"{path} cannot be opened as a store: {error}. --db names another.")
    if ours is None:
        _no_store(f"{path} is no store of Tocsin's. --db names another.")


def _no_store(message: str) -> NoReturn:
    from escalation.encode import terminal

    typer.echo(terminal(message), err=True)
    raise NoStore(2)


@contextmanager
def opened(
    config: Path, db: Path | None, *, may_be_new: bool = False, judging: bool = False
) -> "Iterator[House]":
    """The house of a command: real clock, no channels; ends with a sentence where it cannot.

    may_be_new  where the configuration's store was never made, an empty one in memory will do.
    judging     the command says or changes how posts are judged: a broken file of that ends it,
                too. Any other goes on with the shipped rules, and warns.
    """
    from tocsin import wiring
    from tocsin.clock import SteadyClock
    from tocsin.randomness import SystemRandomness
    from tocsin.store import StoreBroken, StoreBusy

    settings = load(config, forgiving=not judging).settings
    path = db or settings.database
    is_new = may_be_new and db is None and not path.exists()
    if not is_new:
        must_be_a_store(path)
    clock = SteadyClock()
    try:
        house = wiring.build(
            settings,
            None if is_new else path,
            clock=clock,
            randomness=SystemRandomness(),
            channels={},
            forgiving=None if judging else warn,
        )
        with house.store.read() as desk:
            clock.not_before(desk.last_ledger_time() or clock.now())
    except (StoreBroken, StoreBusy) as error:
        fail(str(error))
    try:
        yield house
    finally:
        house.store.close()


@contextmanager
def store_at(db: Path | None, config: Path) -> "Iterator[Store]":
    """Only the store: of --db, else of the configuration."""
    from tocsin.randomness import SystemRandomness
    from tocsin.store import Store, StoreBroken

    path = db or load(config, forgiving=True).settings.database
    must_be_a_store(path)
    try:
        store = Store(path, randomness=SystemRandomness())
    except StoreBroken as error:
        fail(str(error))
    try:
        yield store
    finally:
        store.close()
