"""A replay of files on the command line: read, run, told as it was asked for."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tocsin.cli.common import fail, load, say, say_json
from tocsin.cli.replay_told import Story
from tocsin.cli.replay_words import Tally
from tocsin.replay import (
    AFTER_LAST,
    Replay,
    ReplayRefused,
    as_json,
    read_actions,
    read_posts,
)
from tocsin.store import StoreBroken, StoreBusy

if TYPE_CHECKING:
    from escalation.desk import Happening

LONGEST_WAIT = timedelta(days=366)  # that a replay goes on after its last post


@dataclass(frozen=True, slots=True)
class Telling:
    """How a replay is told: as JSON, with every message, or only what it came to."""

    as_json: bool
    every: bool
    summary: bool


def replay_files(
    files: list[Path],
    config: Path,
    db: Path | None,
    actions: Path | None,
    until: str | None,
    telling: Telling,
) -> None:
    """Run the posts of some files, and tell what happens; ends with a sentence where it cannot."""
    settings, tally = load(config).settings, Tally()
    if db is not None and db.exists():
        fail(f"{db} exists. A replay writes a new store: name another file, or remove this one.")
    story = Story(say, every=telling.every)
    try:
        posts, misread = read_posts(files)
        script = read_actions(actions) if actions is not None else []
        for line in misread:
            typer.echo(f"{line.file}:{line.line}: {line.error}", err=True)
        if not posts:
            fail("There is no post in these files that could be replayed.", 1)
        end = posts[-1].seen_at + AFTER_LAST if until is None else _end(until, posts[-1].seen_at)
        told = _teller(tally, story, telling)
        running = Replay(settings, start=posts[0].seen_at, database=db, told=told)
    except (ReplayRefused, StoreBroken, StoreBusy) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{db} cannot be made: {error.strerror}. Make its folder, or name another.")
    # What was read stays until the end, and next to nothing that a replay makes is circular:
    # looking for garbage at Python's pace takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    for _ in running.run(posts, script, end):
        pass
    story.end()
    _sum_up(running, tally, telling)


def _sum_up(running: Replay, tally: Tally, telling: Telling) -> None:
    with running.house.store.read() as desk:
        left = [one for one in desk.open_subjects() if one.kind != "matter"]
    running.close()
    if telling.as_json:
        if telling.summary:
            say_json(tally.row(left))
        return
    if not telling.summary:
        say("")
    for line in tally.lines(left):
        say(line)


def _teller(tally: Tally, story: Story, telling: Telling) -> "Callable[[Happening], None]":
    def tell(happening: "Happening") -> None:
        is_private = happening.ref is not None and happening.ref.kind == "matter"
        if happening.event.endswith("_updated") or is_private:
            return
        tally.add(happening)
        if telling.summary:
            return
        if telling.as_json:
            say_json(as_json(happening))
        elif happening.event != "mention":
            story.hear(happening)

    return tell


def _end(text: str, last: datetime) -> datetime:
    """When a replay ends. An open case pages for ever, so that a far end would never come."""
    end = _instant(text)
    if end > last + LONGEST_WAIT:
        fail(f"--until {text} is over {LONGEST_WAIT.days} days after the last post. Choose less.")
    return end


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        fail(f'--until {text!r} is no time with a zone. Write for example "2026-11-21T10:00:00Z".')
    return instant
