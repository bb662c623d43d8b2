"""The demo's run: the bundled story on a virtual clock, its telling, and the week's digest."""

import os
import re
import shutil
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config import Settings
from escalation.channels.terminal import wants_colour
from listener.mention import Observation
from tocsin.cli.common import load
from tocsin.demo.narrator import Narrator, Overheard, day
from tocsin.digest import Week, gather, parse_week, render
from tocsin.replay import Replay, read_actions, read_posts

STORY = Path(__file__).parent
CONFIG, POSTS, ACTIONS, DATABASE = "tocsin.toml", "story.jsonl", "actions.jsonl", "tocsin.db"
WEEK = "2026-W46"
UNTIL = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)  # Monday, when the digest goes out
LONGEST_PAUSE = 2.0  # seconds; a quiet night must not look like a hang
DIGEST_LINES = 40  # of the week's digest; the sections beyond are named
CASE_POST = "x1045"  # for `tocsin explain`
INTERRUPTED = 130  # exit code of what Ctrl-C has ended


_HEADING = re.compile(r"^(?=[^\n]+\n-{3,}$)", re.MULTILINE)  # before a heading and its rule


class DemoRefused(Exception):
    """The demo cannot be kept where it was asked to; the text says what to do."""


def show(*, speed: float = 0.0, keep: Path | None = None) -> None:
    """Play the week on standard output.

    speed  virtual minutes a second; 0: without pauses.
    keep   a folder, made for it, in which store, configuration and story stay; None: nothing
           stays. Raises DemoRefused where it exists or cannot be made.
    """
    if keep is not None:
        _prepare(keep)
    colour = wants_colour(is_terminal=sys.stdout.isatty(), no_color=os.environ.get("NO_COLOR"))
    try:
        for line in play(speed=speed, keep=keep, colour=colour):
            _write(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough. What Python flushes at its end goes nowhere as well.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def play(
    *,
    speed: float = 0.0,
    keep: Path | None = None,
    colour: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[str]:
    """The demo line by line; the store is in memory, or in the folder `keep`."""
    settings = load((keep or STORY) / CONFIG).settings
    posts, _ = read_posts([STORY / POSTS])
    by_day = Counter(day(post.seen_at) for post in posts)
    narrator = Narrator(settings, by_day, colour)
    replay = Replay(
        settings,
        start=posts[0].seen_at,
        database=keep / DATABASE if keep else None,
        told=narrator.happened,
        channels={channel.name: Overheard(narrator) for channel in settings.channels},
    )
    try:
        yield from _opening(settings, len(posts))
        yield from _week(replay, narrator, posts, speed, sleep)
        yield from _digest(replay, settings, parse_week(WEEK))
        yield from _farewell(keep)
    finally:
        replay.close()


def _week(
    replay: Replay,
    narrator: Narrator,
    posts: Iterable[Observation],
    speed: float,
    sleep: Callable[[float], None],
) -> Iterator[str]:
    before: datetime | None = None
    for now in replay.run(posts, read_actions(STORY / ACTIONS), UNTIL):
        if speed and before is not None:
            sleep(min((now - before) / timedelta(minutes=1) / speed, LONGEST_PAUSE))
        before = now
        yield from narrator.lines()
    narrator.end_day()
    yield from narrator.lines()


def _opening(settings: Settings, posts: int) -> Iterator[str]:
    brand = settings.brands[0].name
    yield f"A week at {brand}, who make coffee machines. The firm and its people are invented."
    yield f"{posts} posts go through the real pipeline; no network is used, nobody is called."
    yield "You see what is urgent, climbs or changes hands; the rest is counted day by day."
    yield ""


def _digest(replay: Replay, settings: Settings, week: Week) -> Iterator[str]:
    with replay.house.store.read() as desk:
        data = gather(desk.connection, settings, week, UNTIL)
    yield f"── {day(UNTIL)}, {UNTIL:%H:%M}: the weekly digest ".ljust(88, "─")
    yield ""
    yield from _shortened(render(data, "txt").rstrip("\n"))


def _shortened(digest: str) -> Iterator[str]:
    """Whole sections, as many as there is room for; the others are named."""
    sections = _HEADING.split(digest)
    room = DIGEST_LINES
    left_out = []
    for number, section in enumerate(sections):
        lines = section.rstrip("\n").split("\n")
        if number and len(lines) >= room:
            left_out.append(lines[0])
        else:
            room -= len(lines) + 1
            yield from [*lines, ""]
    if left_out:
        names = "; ".join(left_out)
        yield from textwrap.wrap(f"(Left out here: {names}. --keep lets you read all of it.)", 88)


def _farewell(keep: Path | None) -> Iterator[str]:
    yield ""
    yield "─" * 88
    if keep is not None:
        config = keep / CONFIG
        yield f"Kept in {keep}. Look around:"
        yield f"  tocsin cases list --config {config}"
        yield f"  tocsin explain {CASE_POST} --config {config}"
        yield f"  tocsin digest --week {WEEK} --config {config}"
        yield "Then:"
    else:
        yield "Nothing was left behind (tocsin demo --keep FOLDER keeps it to look around). Next:"
    yield '  tocsin watch "Your brand"    complaints as they come; no key, no configuration'
    yield "  tocsin init                  a commented tocsin.toml to begin with"


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
        for name in (CONFIG, POSTS, ACTIONS):
            shutil.copyfile(STORY / name, folder / name)
    except FileExistsError:
        raise DemoRefused(f"{folder} exists. Name a folder that is not there yet.") from None
    except OSError as error:
        raise DemoRefused(f"{folder} cannot be made: {error.strerror}.") from None


def _write(line: str) -> None:
    """Print a line, with a "?" for what the terminal's encoding has no sign for."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()
