"""Commands that begin with nothing, or keep running: demo, watch, init, check, run, doctor."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    load,
    look_over,
    refuse,
    say,
    say_json,
)

if TYPE_CHECKING:
    from config import Settings
    from config.load import Loaded
    from config.problems import ConfigProblems, Problem


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(demo)
    app.command()(watch)
    app.command()(init)
    app.command()(check)
    app.command()(run)
    app.command()(doctor)


def demo(
    speed: Annotated[
        float,
        typer.Option("--speed", help="Virtual minutes a second, such as 600; 0: no pause.", min=0),
    ] = 0.0,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="FOLDER", help="Leave store and configuration there."),
    ] = None,
) -> None:
    """A small firm's week in a minute: no key, no network, nothing left behind."""
    from tocsin.demo import DemoRefused, show

    try:
        show(speed=speed, keep=keep)
    except DemoRefused as error:
        fail(str(error))


def watch(
    brand: Annotated[str, typer.Argument(help="What to listen for.")],
    all_: Annotated[bool, typer.Option("--all", help="Show every mention.")] = False,
    json_: JsonOption = False,
) -> None:
    """Listen to the keyless sources and print complaints as they come. No configuration."""
    from tocsin.watch import NothingToWatch, watch_brand

    try:
        code = watch_brand(brand, everything=all_, as_json=json_)
    except NothingToWatch as error:
        fail(str(error))
    raise typer.Exit(code)


def init(
    path: Annotated[
        Path, typer.Argument(help="The file to write, or a kind of channel or source to set up.")
    ] = DEFAULT_CONFIG,
    brand: Annotated[str, typer.Option("--brand", help="Your brand.")] = "Acme",
    owner: Annotated[str, typer.Option("--owner", help="Who answers first.")] = "ada",
    executive: Annotated[
        str, typer.Option("--executive", help="Who is asked when nobody answers.")
    ] = "grace",
    source: Annotated[
        bool,
        typer.Option("--source", help="Where a kind is both, set it up as a source, to listen."),
    ] = False,
) -> None:
    """Write a commented configuration to begin with, or say how a channel or source is set up."""
    from config.example import write_example

    if path == Path(path.name) and not path.suffix:  # no file's name: a kind
        _say_how(str(path), source)
        return
    try:
        write_example(path, brand=brand, owner=owner, executive=executive)
    except FileExistsError:
        fail(f"{path} exists. Name another file, or move it away.")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")
    except ValueError as error:
        fail(f"{error}.")
    say(f"Wrote {path}. Next: tocsin check --config {path}, then tocsin run --config {path}")


def _say_how(kind: str, as_source: bool) -> None:
    """How a kind of channel or of source is set up; where it is both, as a channel unless asked."""
    from tocsin import setup
    from tocsin.setup import sources

    typed, kind = kind, kind.casefold()
    is_source = kind in sources.kinds()
    if is_source and (as_source or kind not in setup.kinds()):
        say(sources.told(kind, _settings_if_any()))
    elif kind in setup.kinds() and not as_source:
        say(setup.told(kind, _settings_if_any()))
        if is_source:
            say(f"\nIt is a source as well: tocsin init {kind} --source says how to listen there.")
    else:
        fail(_no_kind(typed, as_source))


def _no_kind(typed: str, as_source: bool) -> str:
    """What was most likely meant, before all that there is."""
    from config.problems import nearest
    from tocsin import setup
    from tocsin.setup import sources

    of, others = "source", ""
    known = [*sources.kinds()]
    if not as_source:
        of, others = "channel or source", f"Channels: {', '.join(setup.kinds())}. "
        known += setup.kinds()
    near = nearest(typed, known)
    meant = f'Did you mean "{near}"? ' if near else ""
    return (
        f"{typed} is no kind of {of}. {meant}{others}Sources: {', '.join(sources.kinds())}. "
        f'To write a configuration, name a file such as "{typed}.toml".'
    )


def _settings_if_any() -> "Settings | None":
    """What is declared in this folder; None where there is no file, or one with problems."""
    from config.load import load as load_file
    from config.problems import ConfigProblems
    from tocsin.catalogue import catalogue

    try:
        return load_file(DEFAULT_CONFIG, catalogue(), secrets=False, database=False).settings
    except ConfigProblems:
        return None


def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Report every problem in the configuration at once. Exit code 0 or 2."""
    from datetime import UTC, datetime

    from tocsin import ahead, source_files
    from tocsin.named_files import count_of
    from tocsin.opinions.telling import sentences

    looked = look_over(config, secrets=True, database=True)
    loaded, problems = looked.loaded, list(looked.problems)
    if looked.refused is not None:
        problems += _of_the_rest(looked.refused)
    warnings: list[Problem] = []
    if loaded is not None:
        now = datetime.now(UTC)
        broken, waited = source_files.problems(loaded.document, loaded.settings.sources, now)
        problems += (*ahead.of_no_use(loaded), *broken)
        warnings += (*loaded.warnings, *ahead.warnings(loaded, now))
        warnings += (*ahead.of_channels(loaded), *waited)
        warnings += () if looked.problems else _own_tripwires(loaded)
    for warning in warnings:
        say(f"warning: {warning}")
    if loaded is None or problems:
        files = list(dict.fromkeys(one.file for one in problems))
        refuse(sorted(problems, key=lambda one: (files.index(one.file), one.line)), warnings)
    settings = loaded.settings
    sources = ", ".join(source.name for source in settings.sources)
    say(
        f"{config} is complete: {len(settings.brands)} brand(s), {len(settings.teams)} team(s), "
        f"{len(settings.people)} people; it listens to {sources or 'nothing'}."
    )
    for sentence in (*ahead.nowhere(settings), *sentences(settings)):
        say(sentence)
    if warnings:
        say(count_of((), warnings))


def _of_the_rest(refused: "ConfigProblems") -> "list[Problem]":
    """What is wrong with channels and addresses beside what keeps the file from being read."""
    from tocsin.parts import of_parts

    if refused.document is None:
        return []
    told = {(one.line, one.where) for one in refused.problems}
    found = of_parts(refused.document, refused.parts)
    return [one for one in found if (one.line, one.where) not in told]


def _own_tripwires(loaded: "Loaded") -> "Iterator[Problem]":
    """Headings of the user's own in their tripwires, which may be mistyped ones of ours, and bare
    words there that silence rules of ours."""
    from config.problems import Problem
    from listener.hushing import hushed_altogether
    from listener.ownwires import own_tripwires

    tripwires = own_tripwires(loaded.settings.safety.tripwires)
    where = ("safety", "tripwires")
    for hushed in hushed_altogether(tripwires):
        file, _, line = hushed.source.rpartition(":")
        yield Problem(file, int(line), "", str(hushed).removeprefix(f"{hushed.source}: "), "")
    own = tripwires.own_kinds
    if own:
        what = f"your tripwires have kinds of their own: {', '.join(f'[{kind}]' for kind in own)}"
        yield loaded.document.problem(where, what, "Is one of them mistyped?")


def run(config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None) -> None:
    """Run the daemon until it is told to stop (SIGTERM, Ctrl-C)."""
    from escalation.channel import ChannelRefused
    from listener.collector import SourceError
    from tocsin import log
    from tocsin.daemon import Daemon
    from tocsin.live import live, open_model
    from tocsin.store import StoreBroken, StoreBusy
    from tocsin.web import CannotListen

    loaded = load(config, secrets=True, database=db is None)
    log.configure()
    try:
        house, channels, collectors = live(loaded.settings, db)
    except (StoreBusy, StoreBroken, SourceError, ChannelRefused) as error:
        fail(str(error))
    daemon = Daemon(house, channels, collectors, open_model(loaded.settings))
    try:
        daemon.bind()
    except CannotListen as error:
        house.store.close()
        fail(_not_ours(loaded, str(error)))
    daemon.run()


def _not_ours(loaded: "Loaded", why: str) -> str:
    """Why the address of /healthz and links cannot be had, and what to do, as of a mistyped file:
    without it nothing could be asked, and every link in a letter would lead to somebody else."""
    what = f"{loaded.settings.listen} {why}; /healthz and links could not answer"
    remedy = "Stop what uses it, or choose another port"
    return str(loaded.document.problem(("listen",), what, remedy))


def doctor(
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    online: Annotated[
        bool,
        typer.Option("--online", help="Ask each source once (X may charge for what it answers)."),
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Look everything over and say in plain words what is wrong and what will not be heard."""
    from config.problems import counted
    from tocsin.doctor import examine

    findings = sorted(examine(config, db, ask_sources=online), key=lambda one: not one.ok)
    for finding in findings:
        if json_:
            say_json(
                {
                    "ok": finding.ok,
                    "standing": finding.standing,
                    "about": finding.about,
                    "what": finding.what,
                }
            )
        else:
            mark = ("note   " if finding.standing else "ok     ") if finding.ok else "PROBLEM"
            say(f"{mark}  {finding.about}: {finding.what}")
    problems = sum(not finding.ok for finding in findings)
    if not json_:
        notes = sum(finding.standing for finding in findings)
        say(f"{counted(problems, 'problem')}, {counted(notes, 'note')}.")
    if problems:
        raise typer.Exit(1)
