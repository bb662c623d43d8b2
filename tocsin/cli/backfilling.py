"""`tocsin backfill`: what was written before a source was first started."""

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    at_a_terminal,
    fail,
    opened,
    say,
    say_json,
)

if TYPE_CHECKING:
    from config import SourceSettings
    from listener.collector import LooksBack
    from tocsin.backfilling import Backfill, Reached
    from tocsin.sources import Reading
    from tocsin.wiring import House


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(backfill)


def backfill(
    source: Annotated[str, typer.Argument(help="The name of one of [[sources]].")],
    since: Annotated[
        str, typer.Option("--since", help='How far back: "7d", or a day such as 2026-11-01.')
    ],
    json_: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Fetch what was written before a source was first started. It pages nobody."""
    from listener.collector import SourceError
    from tocsin.backfilling import Backfill

    with opened(config, db) as house:
        reading = _reading(house, source)
        begins = _instant(since, house.clock.now())
        one = Backfill(source, _able(reading), house, begins, reading.purse)
        if one.goes_on:
            say("Going on where it stopped the last time.")
        try:
            reached = _shown(one, house, begins, as_json=json_)
        except SourceError as error:
            fail(f"{error}. What was read is kept; the same command goes on from there.", 1)
        except KeyboardInterrupt:
            fail("Stopped. What was read is kept; the same command goes on from there.", 1)
        finally:
            reading.collector.close()
            reading.hang_up()
        if json_:
            say_json(_row(reached))
        else:
            say(_sentence(reached))


def _reading(house: "House", name: str) -> "Reading":
    """The source, opened alone. Ends the command where there is none of that name."""
    from listener.collector import SourceError
    from tocsin.live import open_sources

    declared = [one for one in house.settings.sources if one.name == name]
    if not declared:
        known = ", ".join(one.name for one in house.settings.sources) or "none"
        fail(f'There is no source "{name}". Declared: {known}.')
    try:
        return open_sources(house.settings.model_copy(update={"sources": tuple(declared)}))[0]
    except SourceError as error:
        fail(f"{error}.")


def _able(reading: "Reading") -> "LooksBack":
    from listener.collector import LooksBack

    if not isinstance(reading.collector, LooksBack):
        fail(_why_not(reading.settings), 1)
    return reading.collector


def _why_not(source: "SourceSettings") -> str:
    """Why a source cannot be read back, and what to do about it."""
    if not hasattr(source, "page_backlog"):
        return f'Source "{source.name}" shows only what is new: it cannot be read back.'
    path = getattr(source, "path", "its file")
    return (
        f'Source "{source.name}" is a file: {path} is read whole, from its beginning, as soon as '
        "`tocsin run` runs, so that there is nothing to read back. Put older posts into a file of "
        "their own and declare that as one more source: what stands in a file at its first start "
        "pages nobody, what is added later does."
    )


def _instant(text: str, now: datetime) -> datetime:
    from config import parse_duration

    try:
        when = datetime.fromisoformat(text)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
    except ValueError:
        try:
            when = now - parse_duration(text)
        except (ValueError, OverflowError):
            fail(f'--since: "{text}" is no time. Write "7d" or 2026-11-01.')
    if when >= now:
        fail(f"--since: {text} is not in the past.")
    return when


def _shown(one: "Backfill", house: "House", since: datetime, *, as_json: bool) -> "Reached":
    """Run it with a bar on a terminal, and a line for each part elsewhere."""
    over = threading.Event()

    def waiting(reason: str, seconds: float) -> bool:
        typer.echo(f"{reason}. Waiting {seconds:.0f} s; Ctrl-C stops it.", err=True)
        return not over.wait(seconds)

    if as_json or not at_a_terminal():
        return one.run(lambda reached: None, waiting)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("reading back", total=1.0)

        def told(reached: "Reached") -> None:
            done = reached.share(since, house.clock.now())
            progress.update(bar, completed=done, description=f"{reached.posts} posts")

        return one.run(told, waiting)


def _row(reached: "Reached") -> dict[str, object]:
    until = reached.until.isoformat() if reached.until else None
    return {
        "posts": reached.posts,
        "mentions": reached.mentions,
        "gaps": reached.gaps,
        "until": until,
        "done": reached.is_done,
    }


def _sentence(reached: "Reached") -> str:
    deep = ""
    if reached.gaps and reached.until:
        deep = f" The platform shows nothing older than {reached.until:%Y-%m-%d %H:%M} UTC."
    posts = "1 post" if reached.posts == 1 else f"{reached.posts} posts"
    return f"Read back: {posts}, {reached.mentions} of them new mentions. Nobody was paged.{deep}"
