"""kill -9 at numbered points: before and after each write, sync, deletion, commit and send, and
half-way through each write.

A killed run that is started again ends with the same cases, owners, states and ledger as one that
was never killed. Every page is delivered, and only what was in flight is delivered twice, marked.
TOCSIN_KILLS says at how many points the long proof kills: 500 by default.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.properties.kill_child import START

ROOT = Path(__file__).parents[2]
POSTS = 40
RUNS_ON = timedelta(minutes=25)  # after the last post: long enough to climb to the top
SHARDS = 4
SAYINGS = (
    "@Acme billed twice again, where is my refund? Third time asking.",
    "Acme app crashes every time I open it. Useless, I want my money back.",
    "Thanks Acme, lovely service today!",
    "My Acme invoice is wrong and nobody answers for a week. Terrible service.",
    "Acme charged me twice, I am calling a lawyer. Never again, worst service ever.",
    "Acme took my savings and nobody answers. I want to kill myself",
)


def write_posts(folder: Path) -> None:
    """Posts of many authors, some of them heard before, over a quarter of an hour."""
    folder.mkdir()
    rows = [
        {
            "platform": "x",
            "id": str(number),
            "text": SAYINGS[number % len(SAYINGS)],
            "created_at": (START + timedelta(minutes=15) * number / POSTS).isoformat(),
            "author": {"id": f"u{number * 11 % (POSTS // 2 + 1)}", "handle": f"h{number}"},
            "lang": "en",
        }
        for number in range(POSTS)
    ]
    (folder / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "until").write_text((START + timedelta(minutes=15) + RUNS_ON).isoformat())


@dataclass
class House:
    """Where runs are split off from."""

    process: "subprocess.Popen[str]"

    def run(self, folder: Path, kill_at: int | None = None) -> int:
        """A run to its end, or killed at a point: 0, or -9."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(folder, kill_at or "", file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())


@pytest.fixture
def house() -> Iterator[House]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.properties.kill_child"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield House(process)


def outcome(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """How a run ended: subjects, waits, posts, and the ledger's events without its random ids."""
    store = sqlite3.connect(folder / "house.db")
    try:
        return {
            name: store.execute(query).fetchall()
            for name, query in {
                "cases": "select number, owner, state, step, round, misses, posts, band, topic "
                "from cases order by number",
                "matters": "select number, owner, state, step, round, misses, posts from matters",
                "private": "select native_id, matter, text <> '' from private_posts order by id",
                "incidents": "select number, owner, state, level, step, round from incidents",
                "posts": "select native_id from posts order by id",
                "members": "select case_number, post from case_posts order by 1, 2",
                "timers": "select kind, number, timer, due from timers where due is not null "
                "order by 1, 2, 3",
                "ledger": "select number, event, subject, at from ledger order by number",
                "unsent": "select key from messages where state in ('queued', 'sending') "
                "and due <= (select max(at) from ledger)",
                "sent": "select key from messages where state = 'sent' and purpose = 'page' "
                "order by key",
                "cursor": "select json_extract(cursor, '$.offset') from sources",
                "detector": "select brand, state from detectors",
                "damage": "pragma quick_check",
            }.items()
        }
    finally:
        store.close()


@dataclass(frozen=True)
class Delivered:
    """A message as a channel took it: the keys of all that it folds, and is it marked a repeat?"""

    carries: tuple[str, ...]
    repeated: bool


def delivered(folder: Path) -> list[Delivered]:
    path = folder / "delivered"
    lines = path.read_text().splitlines() if path.exists() else []
    notes = [json.loads(line) for line in lines]
    return [Delivered(tuple(note["carries"]), note["repeated"]) for note in notes]


def test_repeats_are_told_from_what_is_new() -> None:
    """The check itself: it sees a page that comes again unmarked, in whatever message."""
    a, b = Delivered(("a", "b"), False), Delivered(("b", "c"), False)
    assert told_twice([a, b], in_flight=a) == ["b came again, unmarked"]
    assert told_twice([a, Delivered(("b",), True)], in_flight=a) == []
    assert told_twice([a, Delivered(("b",), True)], in_flight=b) == []
    assert told_twice([a, b, Delivered(("a",), True)], in_flight=b) == [
        "b came again, unmarked",
        "a was not in flight and came again",
    ]


def told_twice(messages: list[Delivered], in_flight: Delivered | None) -> list[str]:
    """What is wrong with the repeats: a page comes again only where it was in the message that
    was in flight, once, and marked."""
    wrong = []
    seen: Counter[str] = Counter()
    for message in messages:
        for key in message.carries:
            if seen[key] and not message.repeated:
                wrong.append(f"{key} came again, unmarked")
            elif seen[key] and (in_flight is None or key not in in_flight.carries):
                wrong.append(f"{key} was not in flight and came again")
            elif seen[key] > 1:
                wrong.append(f"{key} came three times")
            seen[key] += 1
    return wrong


def prove(tmp_path: Path, house: House, kills: int, shard: int = 0, shards: int = 1) -> int:
    """Kill at as many points, evenly over the whole run; returns how many points there are."""
    whole = tmp_path / "whole"
    write_posts(whole)
    assert house.run(whole) == 0, (whole / "error").read_text()
    points = int((whole / "points").read_text())
    expected = outcome(whole)
    pages = {key for message in delivered(whole) for key in message.carries}
    assert len(expected["cases"]) > POSTS / 8, "the run is about something"
    assert any(row[3] == 4 for row in expected["cases"]), "somebody hears of it at the top"
    assert any(row[3] == 2 for row in expected["matters"]), "and of what is private"
    assert not expected["unsent"]
    assert points > kills
    for kill in range(shard, kills, shards):
        at = 1 + kill * (points - 1) // kills
        folder = tmp_path / "killed"
        write_posts(folder)
        assert house.run(folder, at) == -9, f"point {at}"
        where = f"point {at}, {(folder / 'killed_at').read_text()}"
        before = delivered(folder)
        assert house.run(folder) == 0, f"{where}: {(folder / 'error').read_text()}"
        found = outcome(folder)
        for name, rows in expected.items():
            assert found[name] == rows, f"{name} after a kill at {where}"
        after = delivered(folder)
        lost = pages - {key for message in after for key in message.carries}
        assert not lost, f"lost after a kill at {where}"
        assert not told_twice(after, before[-1] if before else None), where
        shutil.rmtree(folder)
    return points


def test_killed_at_some_points_nothing_is_lost(tmp_path: Path, house: House) -> None:
    prove(tmp_path, house, kills=12)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(SHARDS))
def test_killed_at_many_points_nothing_is_lost(tmp_path: Path, house: House, shard: int) -> None:
    kills = int(os.environ.get("TOCSIN_KILLS", "500"))
    points = prove(tmp_path, house, kills, shard, SHARDS)
    print(f"killed at {kills} of {points} points, part {shard + 1} of {SHARDS}", file=sys.stderr)
