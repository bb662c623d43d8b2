"""kill -9 at numbered points: before and after each commit and each send.

A killed run that is started again ends with the same cases, owners, states and ledger as one that
was never killed. Every page is delivered, and only what was in flight is delivered twice.
"""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.properties.kill_child import RUNS_ON, START

ROOT = Path(__file__).parents[2]
SAYINGS = (
    "@Acme billed twice again, where is my refund? Third time asking.",
    "Acme app crashes every time I open it. Useless, I want my money back.",
    "Thanks Acme, lovely service today!",
    "My Acme invoice is wrong and nobody answers for a week. Terrible service.",
    "Acme charged me twice, I am calling a lawyer. Never again, worst service ever.",
)


def write_posts(folder: Path, posts: int) -> None:
    """Posts of many authors, some of them heard before, over a quarter of an hour."""
    folder.mkdir()
    rows = [
        {
            "platform": "x",
            "id": str(number),
            "text": SAYINGS[number % len(SAYINGS)],
            "created_at": (START + timedelta(minutes=15) * number / posts).isoformat(),
            "author": {"id": f"u{number * 11 % (posts // 2 + 1)}", "handle": f"h{number}"},
            "lang": "en",
        }
        for number in range(posts)
    ]
    (folder / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "until").write_text((START + timedelta(minutes=15) + RUNS_ON).isoformat())


def child(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.properties.kill_child", str(folder), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def outcome(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """How a run ended: subjects, waits, posts, and the ledger's events without its random ids."""
    store = sqlite3.connect(folder / "house.db")
    try:
        return {
            name: store.execute(query).fetchall()
            for name, query in {
                "cases": "select number, owner, state, step, round, misses, posts, band, topic "
                "from cases order by number",
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
            }.items()
        }
    finally:
        store.close()


def delivered(folder: Path, *, marked: str = "") -> Counter[str]:
    """How often each message was delivered; `marked`: only as "first", or as "again"."""
    lines = [line.split(" ", 2) for line in (folder / "delivered").read_text().splitlines()]
    return Counter(key for _, mark, key in lines if not marked or mark == marked)


def lost(folder: Path, pages: Counter[str]) -> set[str]:
    """What left in the whole run and not in this one, by itself or folded into another message:
    after a restart what waits for one address folds anew."""
    there = delivered(folder)
    store = sqlite3.connect(folder / "house.db")
    try:
        left_in = dict(store.execute("select key, receipt_key from messages where state = 'sent'"))
    finally:
        store.close()
    return {key for key in pages - there if left_in.get(key) not in there}


def prove(tmp_path: Path, posts: int, kills: int) -> None:
    whole = tmp_path / "whole"
    write_posts(whole, posts)
    counting = child(whole)
    assert counting.returncode == 0, counting.stderr
    points = int(counting.stdout)
    expected, pages = outcome(whole), delivered(whole)
    assert len(expected["cases"]) > posts / 8, "the run is about something"
    assert not expected["unsent"]
    assert points > kills
    for kill in range(kills):
        at = 1 + kill * (points - 1) // kills
        folder = tmp_path / f"killed-{at}"
        write_posts(folder, posts)
        assert child(folder, str(at)).returncode == -9, f"point {at}"
        where = (folder / "killed_at").read_text()
        again = child(folder)
        assert again.returncode == 0, again.stderr
        found = outcome(folder)
        for name, rows in expected.items():
            assert found[name] == rows, f"{name} after a kill at point {at}, {where}"
        first, twice = delivered(folder, marked="first"), delivered(folder, marked="again")
        assert not lost(folder, pages), f"lost after a kill at point {at}, {where}"
        assert twice.total() <= 1, f"more than what was in flight was repeated, point {at}"
        assert set(first.values()) == {1}, "a repeat says that it is one"


def test_killed_at_some_points_nothing_is_lost(tmp_path: Path) -> None:
    prove(tmp_path, posts=40, kills=3)


@pytest.mark.prove
def test_killed_at_25_points_nothing_is_lost(tmp_path: Path) -> None:
    prove(tmp_path, posts=500, kills=25)
