"""`tocsin replay --history`: what would have been different under other rules."""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.cli.common import DEFAULT_CONFIG, fail, load, must_be_a_store, say, say_json

if TYPE_CHECKING:
    from tocsin.whatif import History, Progress


def what_if(
    back: str, config: Path, against: Path | None, db: Path | None, *, as_object: bool
) -> None:
    """Replay the store's last days under the rules in force and under new ones; print how they
    differ. Nothing is sent, and nothing is written to the store.

    config   the new rules. against  those in force; default `tocsin.toml` in this folder.
    db       the store; default the `database` of the rules in force.
    """
    from tocsin.whatif import (
        HistoryRefused,
        Rules,
        as_json,
        as_lines,
        compare,
        open_history,
        run_both,
    )

    length = _length(back)
    present = against or DEFAULT_CONFIG
    if against is None and config.resolve() == present.resolve():
        fail(f"--config names the new rules; {present} are those in force. Name another file.")
    old, new = load(present).settings, load(config).settings
    path = db or old.database
    must_be_a_store(path)
    rules = Rules(str(present), str(config))
    try:
        with open_history(path, length) as history:
            found = compare(*run_both(history, old, new, _progress(history)))
            if as_object:
                say_json(as_json(found, history, rules))
            else:
                for line in as_lines(found, history, rules):
                    say(line)
    except HistoryRefused as error:
        fail(str(error), 1)


def _length(text: str) -> timedelta:
    from config import parse_duration

    try:
        length = parse_duration(text)
    except ValueError as error:
        fail(f"--history: {error}.")
    if not length:
        fail("--history 0 is no past. Write for example --history 90d.")
    return length


def _progress(history: "History") -> "Progress":
    """How far it is, on a terminal's standard error; elsewhere nothing."""
    if not on_a_terminal():
        return lambda posts, at: None

    def show(posts: int, at: datetime) -> None:
        ended = at >= history.until
        line = "" if ended else f"{posts} of {history.posts} posts, {at:%Y-%m-%d %H:%M}"
        sys.stderr.write(f"\r\033[K{line}")
        sys.stderr.flush()

    return show


def on_a_terminal() -> bool:
    """Is somebody looking on?"""
    return sys.stderr.isatty()
