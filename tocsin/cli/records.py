"""Commands that show what is kept: the digest, the schema."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    fail,
    opened,
    say,
    store_at,
)

if TYPE_CHECKING:
    from tocsin.digest import Week
    from tocsin.wiring import House


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(digest)
    app.command()(schema)


def digest(
    week: Annotated[
        str | None, typer.Option("--week", help="Such as 2026-W47; default: the last whole one.")
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", help="html, md, txt, json or csv; default: by --out's name, else txt."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file; default: the terminal.")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Deliver it to [digest] to.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """The weekly digest."""
    from tocsin.digest import FORMATS, gather, last_full_week, parse_week, render

    if format_ is None:
        format_ = "txt" if out is None else _format_of(out, FORMATS)
    if format_ not in FORMATS:
        fail(f"--format {format_!r} is unknown. Known: {', '.join(FORMATS)}.")
    with opened(config, db) as house:
        now = house.clock.now()
        try:
            wanted = parse_week(week) if week else last_full_week(now, house.settings.timezone)
        except ValueError as error:
            fail(f"--week: {error}")
        with house.store.read() as desk:
            text = render(gather(desk.connection, house.settings, wanted, now), format_)
        if send:
            _send(house, wanted)
    if out is not None:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            fail(f"{out} cannot be written: {error.strerror}.")
    elif not send:
        say(text)


def _format_of(out: Path, known: Collection[str]) -> str:
    """By a file's ending; without one it is text. Text in a file that is called something else
    would not open there."""
    ending = out.suffix.removeprefix(".").lower()
    if ending and ending not in known:
        listed = ", ".join(f".{one}" for one in known)
        fail(f"{out} ends in .{ending}, which is no form of the digest. Known: {listed}.")
    return ending or "txt"


def _send(house: "House", week: "Week") -> None:
    """Deliver a week's digest to everybody in [digest] to; what was sent is not sent again."""
    from dataclasses import replace

    from escalation.channel import ChannelRefused
    from tocsin.delivery import Delivery
    from tocsin.live import open_channels
    from tocsin.sending import queue

    settings, now = house.settings, house.clock.now()
    if not settings.digest.to:
        fail(
            "Nobody is named in [digest] to. Add for example to = "
            '[{ channel = "mail", to = "ada@example.com" }].'
        )
    try:
        channels = open_channels(settings)
    except ChannelRefused as error:
        fail(str(error))
    house = replace(house, delivery=Delivery(house.store, house.engine, channels, house.randomness))
    for key in house.store.write(lambda desk: queue(desk, settings, week, now)):
        house.delivery.send_one(key, now)
        with house.store.read() as desk:
            state, failure = desk.message_state(key)
        say(f"{key.split('|', 2)[2].replace('|', ' ')}: {state}{f' ({failure})' * bool(failure)}")


def schema(config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None) -> None:
    """The tables of the store, as SQL."""
    from sqlite_utils import Database

    with store_at(db, config) as store, store.read() as desk:
        say(Database(desk.connection).schema)
