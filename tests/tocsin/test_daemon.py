"""The daemon, run as its users run it, against X, Reddit, Bluesky and Slack on loopback."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.tocsin.loopback import CONFIG, SECRETS, World

AGAIN = "may be a repeat: Tocsin was interrupted"
PATIENCE = 120.0  # seconds; only a failing test waits so long
ENDS = 5.0  # seconds: more than SIGTERM promises, on a machine that has a processor for each
SOURCES = 3
COMPLAINT = "@Acme still waiting for my refund, third time asking. Nobody replies!"
ANOTHER = "Acme charged me twice and nobody answers my emails"
A_THIRD = "Acme support is useless, my order never arrived and no reply for a week"


class Run:
    """A daemon in a folder of its own."""

    def __init__(self, folder: Path, world: World) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.config = folder / "tocsin.toml"
        self.log = folder / "log"
        self.config.write_text(
            CONFIG.format(
                port=self.port,
                http=world.http,
                websocket=world.websocket,
                sky=world.websocket.partition("://")[2],
            )
        )
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                sys.executable,
                "-c",
                "from tocsin.cli import main; main()",
                *words,
                "--config",
                str(self.config),
            ],
            capture_output=True,
            text=True,
            env={**os.environ, **SECRETS},
            timeout=PATIENCE,
            check=False,
        )

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    "from tocsin.cli import main; main()",
                    "run",
                    "--config",
                    str(self.config),
                ],
                env={**os.environ, **SECRETS},
                stdout=log,
                stderr=log,
            )
        # It answers before it listens, and what was posted before it listened pages nobody.
        until(self.listens, self)

    def listens(self) -> bool:
        """Has every source been heard once?"""
        sources = (self.health() or {"sources": ()})["sources"]
        heard = [one["name"] for one in sources if one["age_seconds"] is not None]
        return len(heard) == SOURCES

    def end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(timeout=ENDS * crowded())
        self.process = None
        return code

    def health(self) -> dict[str, Any] | None:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except HTTPError as error:
            return dict(json.load(error))
        except OSError:
            return None


def crowded() -> float:
    """How many times longer everything takes, by how many want each processor; at least 1."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def until(holds: Callable[[], object], run: Run) -> None:
    """Wait until something holds; fail with the daemon's log where it never does."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.1)):
        if holds():
            return
        if run.process is not None and run.process.poll() is not None:
            break
        pause.wait(0.1)
    pytest.fail(f"it never came to hold; the log says:\n{run.log.read_text()[-4000:]}")


@pytest.fixture
def world() -> Iterator[World]:
    with World() as running:
        yield running


@pytest.fixture
def daemon(tmp_path: Path, world: World) -> Iterator[Run]:
    run = Run(tmp_path, world)
    yield run
    if run.process is not None:
        run.process.kill()
        run.process.wait()


def pages_to(world: World, person: str) -> list[dict[str, Any]]:
    return [told for told in world.said.slack if told["channel"] == person]


def refused(run: Run) -> bool:
    """Was a message about the first case refused, because of the token?"""
    lines = [line for line in run.log.read_text().splitlines() if "token_revoked" in line]
    return any(json.loads(line).get("subject") == "case:1" for line in lines)


def nothing_waits(run: Run) -> bool:
    """Has every page left? A daemon that does not answer in time says nothing of it."""
    health = run.health()
    return health is not None and health["oldest_unsent_page_seconds"] is None


def number_of_cases(run: Run) -> int:
    """Asked of the store itself: a command would be another process at each look."""
    store = f"file:{run.config.with_name('tocsin.db')}?mode=ro"
    with closing(sqlite3.connect(store, uri=True)) as connection:
        return int(connection.execute("select count(*) from cases").fetchone()[0])


def cases(run: Run) -> list[dict[str, Any]]:
    listed = run.command("cases", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    return [json.loads(line) for line in listed.stdout.splitlines()]


def test_it_hears_owns_pages_and_climbs_and_survives_a_kill(daemon: Run, world: World) -> None:
    daemon.start()
    world.post_on_x(1000000000000001, COMPLAINT)
    world.post_on_reddit("abc1", ANOTHER)
    world.post_on_bluesky("k1", A_THIRD)
    until(lambda: number_of_cases(daemon) == 3, daemon)
    until(lambda: pages_to(world, "U0GRACE"), daemon)  # nobody answers, so it climbs
    assert pages_to(world, "U0ADA")

    daemon.end(signal.SIGKILL)
    world.post_on_x(1000000000000002, "@Acme refund still missing, this is a scam, no reply")
    world.post_on_bluesky("k2", "Acme broke my coffee machine, awful service, still waiting")
    daemon.start()
    until(lambda: number_of_cases(daemon) == 5, daemon)
    assert len(cases(daemon)) == 5
    assert {case["owner"] for case in cases(daemon)} <= {"ada", "grace"}
    assert daemon.command("ledger", "verify").returncode == 0
    assert daemon.end(signal.SIGTERM) == 0

    log = daemon.log.read_text()
    for secret in SECRETS.values():
        assert secret not in log
    assert "refund" not in log
    assert "redditor_abc1" not in log


def test_an_acknowledgement_on_the_command_line_ends_the_climb(daemon: Run, world: World) -> None:
    daemon.start()
    world.post_on_reddit("abc1", ANOTHER)
    until(lambda: pages_to(world, "U0GRACE"), daemon)
    done = daemon.command("cases", "ack", "1", "--as", "grace")
    assert done.stdout.startswith("Case 1: grace has acknowledged it and owns it now. Next, ")
    until(lambda: nothing_waits(daemon), daemon)
    assert daemon.command("cases", "ack", "1", "--as", "ada").returncode == 1


def test_a_second_daemon_on_the_same_store_is_refused(daemon: Run, world: World) -> None:
    daemon.start()
    second = daemon.command("run")
    assert second.returncode == 2
    assert "in use by another Tocsin" in second.stderr


def test_a_revoked_token_is_told_and_nothing_is_lost(daemon: Run, world: World) -> None:
    world.said.slack_error = "token_revoked"
    daemon.start()
    world.post_on_reddit("abc1", ANOTHER)
    until(lambda: refused(daemon), daemon)
    assert cases(daemon)[0]["state"] == "new"
    assert not world.said.slack


def test_it_ends_though_slack_does_not_answer_and_says_again_what_it_was_saying(
    daemon: Run, world: World
) -> None:
    world.said.slack_hangs.set()
    daemon.start()
    world.post_on_reddit("abc1", ANOTHER)
    until(lambda: world.said.slack_asked, daemon)
    assert daemon.end(signal.SIGTERM) == 0
    assert "did not stop in time" in daemon.log.read_text()
    world.said.slack_hangs.clear()
    daemon.start()
    until(lambda: AGAIN in json.dumps(world.said.slack), daemon)
