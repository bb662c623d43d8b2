"""`tocsin preview`: what a query would have matched."""

from collections.abc import Iterator, Mapping
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
    say,
    say_json,
    warn,
)

if TYPE_CHECKING:
    from config.query import Query
    from tocsin.preview import Count

MOST_EXAMPLES = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(preview)


def preview(
    query: Annotated[str, typer.Argument(help="Such as 'acme late -lang:fr'.")],
    since: Annotated[
        str, typer.Option("--since", help='How far back in the store, such as "30d".')
    ] = "30d",
    listen: Annotated[
        str, typer.Option("--listen", help='How long to listen to live sources; "0s": not at all.')
    ] = "15s",
    examples: Annotated[
        int, typer.Option("--examples", help="Posts shown of each place.", min=0, max=MOST_EXAMPLES)
    ] = 2,
    counted: Annotated[
        bool,
        typer.Option("--counts", help="Ask paid sources how many there are; costs under a cent."),
    ] = False,
    json_: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """What a query would have matched: in the store, and live on sources without a key."""
    from config.query import QueryError, read_query

    try:
        wanted = read_query(query)
    except QueryError as error:
        fail(f"{error}.")
    kept = _kept(wanted, since, examples, config, db)
    live = _live(wanted, _seconds(listen, "--listen"), examples)
    for where, counts in (("kept", kept), ("live", live)):
        for row in _rows(where, counts):
            if json_:
                say_json(row)
    if counted:
        _say_counted(wanted, config, db, as_json=json_)
    if not json_:
        for line in (*_lines(f"Kept since {since}", kept), *_lines(f"Live, {listen}", live)):
            say(line)


def _kept(
    wanted: "Query", since: str, examples: int, config: Path, db: Path | None
) -> "Mapping[str, Count]":
    """Nothing where there is no store yet: a query may be tried before there is anything else."""
    from datetime import timedelta

    from tocsin.preview import in_store
    from tocsin.whatif.history import HistoryRefused

    back = timedelta(seconds=_seconds(since, "--since"))
    path = db
    if path is None and config.exists():
        path = load(config, forgiving=True).settings.database
    if path is None or (db is None and not path.exists()):
        return {}
    try:
        return in_store(path, back, wanted, examples)
    except HistoryRefused as error:
        warn(f"{error}")
        return {}


def _live(wanted: "Query", seconds: float, examples: int) -> "Mapping[str, Count]":
    import sys

    from tocsin.paper import Paper
    from tocsin.preview import Live, brand_of, on_live
    from tocsin.watch import keyless
    from tocsin.wire import HttpWire

    if seconds <= 0:
        return {}
    brand = brand_of(wanted)
    if brand is None:
        warn("Live sources are left out: the query names no word that every wanted post has.")
        return {}
    wire = HttpWire()
    try:
        found = keyless(brand, wire, Paper(sys.stdout, sys.stderr))
        sources = [Live(settings.name, collector) for settings, collector in found]
        return on_live(sources, wanted, seconds, examples)
    finally:
        wire.close()


def _say_counted(wanted: "Query", config: Path, db: Path | None, *, as_json: bool) -> None:
    """How much each paid source would find of the query's words, and what that would cost."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from tocsin.doctor.online import sentence
    from tocsin.foretold import foretold
    from tocsin.preview import brand_of

    brand = brand_of(wanted)
    if brand is None:
        warn("Nothing is counted: the query names no word that every wanted post has.")
        return
    settings = load(config, forgiving=True).settings
    database = db or settings.database
    found = foretold(settings, database, brand.terms, datetime.now(UTC))
    if not found:
        warn("Nothing is counted: no source is declared that costs money.")
    for name, one in found.items():
        if as_json:
            told = {"trouble": one} if isinstance(one, str) else asdict(one)
            say_json({"where": "counted", "source": name, **told})
        else:
            say(f"Counted, {name}: {one if isinstance(one, str) else sentence(one)}.")


def _seconds(text: str, option: str) -> float:
    from config import parse_duration

    try:
        return parse_duration(text).total_seconds()
    except (ValueError, OverflowError):
        fail(f'{option}: "{text}" is no duration. Write for example "30d" or "15s".')


def _rows(where: str, counts: "Mapping[str, Count]") -> Iterator[dict[str, object]]:
    for name, count in counts.items():
        yield {
            "where": where,
            "source": name,
            "seen": count.seen,
            "matched": count.matched,
            "trouble": count.trouble or None,
            "examples": [
                {"id": post.id, "text": f"{post.title} {post.text}".strip(), "url": post.url}
                for post in count.newest
            ],
        }


def _lines(title: str, counts: "Mapping[str, Count]") -> Iterator[str]:
    from escalation.encode import cut, one_line

    if not counts:
        return
    yield f"{title}:"
    for name, count in counts.items():
        told = f"; {count.trouble}" if count.trouble else ""
        yield f"  {name}: {count.matched} of {count.seen} posts{told}"
        for post in count.newest:
            yield f"    {post.created_at:%Y-%m-%d %H:%M} UTC  {_shown(post.title, post.text)}"
            if post.url:
                yield f"      {cut(one_line(post.url), 200)}"


def _shown(title: str, text: str) -> str:
    from escalation.encode import cut, one_line

    return cut(one_line(f"{title} {text}".strip()), 100)
