"""`tocsin watch`, the command itself in a process of its own, on simulated platforms.

Only the addresses of its sources are others than a user's, and that it may reach them here.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.dialects.feed import Feed
from tests.simulator.dialects.hackernews import HackerNews
from tests.simulator.dialects.jetstream import Jetstream
from tests.simulator.faults import Fault
from tests.simulator.server import Platform
from tests.simulator.stage import Stage
from tests.simulator.timeline import Entry, Timeline

pytestmark = pytest.mark.skipif(
    not (find_spec("websockets") and find_spec("feedparser")),
    reason="the libraries of Bluesky and of feeds are not installed",
)

PATIENCE = 40.0  # seconds; only a failing test waits so long
PROGRAM = """
import json, sys
from functools import partial
from tocsin import watch
from tocsin.cli import main
from tocsin.wire import HttpWire
told = json.loads(sys.argv.pop(1))
assert [kind for kind, _ in watch.KEYLESS] == [kind for kind, _ in told["sources"]]
watch.KEYLESS = told["sources"]
watch.HttpWire = partial(HttpWire, allowed=told["allowed"])
main()
"""


@dataclass
class Keyless:
    """The three platforms that ask for no key, and how each is reached."""

    stages: dict[str, Stage]
    places: dict[str, Any]

    def declared(self) -> str:
        sky = Jetstream().settings(self.places["bluesky"])
        news = HackerNews().settings(self.places["hackernews"])
        paper = Feed().settings(self.places["feed"])
        sources = [
            ("bluesky", {"name": "Bluesky", "hosts": sky.hosts}),  # type: ignore[attr-defined]
            ("hackernews", {"name": "Hacker News", "api": news.api, "items": news.items}),
            ("feed", {"name": "Google News", "urls": paper.urls}),
        ]
        allowed = [place.http for place in self.places.values()]
        allowed += [host.partition("://")[2] for host in sky.hosts]  # type: ignore[attr-defined]
        return json.dumps({"sources": sources, "allowed": allowed})


def now() -> datetime:
    return datetime.now(UTC)


def posts(first: datetime, many: int, every: timedelta) -> Timeline:
    times = [first + n * every for n in range(many)]
    return Timeline(tuple(Entry(n, at, at) for n, at in enumerate(times)))


@pytest.fixture
def keyless() -> Iterator[Keyless]:
    """Two that were written some minutes ago; the stream has a post each second from now on."""
    begun = now()
    timelines = {
        "bluesky": (Jetstream(), posts(begun, 60, timedelta(seconds=1))),
        "hackernews": (HackerNews(), posts(begun - timedelta(minutes=9), 2, timedelta(minutes=1))),
        "feed": (Feed(), posts(begun - timedelta(minutes=5), 2, timedelta(minutes=1))),
    }
    with ExitStack() as running:
        stages, places = {}, {}
        for kind, (dialect, timeline) in timelines.items():
            platform = running.enter_context(Platform())
            stages[kind] = Stage(dialect, timeline, now)
            platform.play(stages[kind])
            places[kind] = platform.places
        yield Keyless(stages, places)


@dataclass
class Watching:
    """The command as it runs."""

    process: subprocess.Popen[bytes]
    out: Path
    notes: Path

    def rows(self) -> list[dict[str, Any]]:
        whole = self.out.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def platforms(self) -> set[str]:
        return {row["platform"] for row in self.rows()}

    def until(self, holds: Callable[[], object]) -> None:
        pause = threading.Event()
        for _ in range(int(PATIENCE / 0.1)):
            if holds():
                return
            if self.process.poll() is not None:
                break
            pause.wait(0.1)
        pytest.fail(f"it never came to hold:\n{self.notes.read_text()}\n{self.out.read_text()}")

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture
def watching(keyless: Keyless, tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    running: list[Watching] = []

    def start(*words: str) -> Watching:
        out, notes = tmp_path / "out", tmp_path / "notes"
        command = [sys.executable, "-c", PROGRAM, keyless.declared(), "watch", *words]
        with out.open("wb") as one, notes.open("wb") as other:
            process = subprocess.Popen(
                command, stdout=one, stderr=other, env={**os.environ, "PYTHONUNBUFFERED": "1"}
            )
        running.append(Watching(process, out, notes))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def test_posts_of_every_keyless_source_are_shown_until_ctrl_c(
    watching: Callable[..., Watching],
) -> None:
    watch = watching("Acme", "--all", "--json")
    watch.until(lambda: watch.platforms() == {"bluesky", "hackernews", "feed"})
    assert watch.end() == 0
    rows = watch.rows()
    assert len({(row["platform"], row["id"]) for row in rows}) == len(rows), "shown twice"
    assert all("Acme" in row["text"] or "Acme" in (row.get("title") or "") for row in rows)
    earlier = {row["platform"]: row["earlier"] for row in rows}
    assert earlier == {"bluesky": False, "hackernews": True, "feed": True}
    notes = watch.notes.read_text()
    assert "Opening Bluesky, Hacker News, Google News" in notes
    assert "Complaints on X are not heard" in notes
    assert "Traceback" not in notes


def test_a_source_that_hangs_keeps_neither_the_others_nor_the_end_waiting(
    watching: Callable[..., Watching], keyless: Keyless
) -> None:
    keyless.stages["feed"].faults = [Fault.HANG] * 9
    watch = watching("Acme", "--all", "--json")
    watch.until(lambda: watch.platforms() == {"bluesky", "hackernews"})
    assert keyless.stages["feed"].stuck.wait(PATIENCE)
    assert watch.end() == 0
    assert "feed" not in watch.platforms()


def test_a_platform_that_refuses_is_told_in_one_line_while_the_others_are_heard(
    watching: Callable[..., Watching], keyless: Keyless
) -> None:
    keyless.stages["hackernews"].faults = [Fault.BLOCKED] * 99
    watch = watching("Acme", "--all", "--json")
    watch.until(lambda: watch.platforms() == {"bluesky", "feed"})
    watch.until(lambda: "Hacker News is not heard: HTTP 403" in watch.notes.read_text())
    assert watch.end() == 0
    assert watch.notes.read_text().count("Hacker News is not heard") == 1
