"""Stories that a support lead would recognise, each a folder of data:

posts.jsonl    what people wrote           actions.jsonl  what the firm's people did
story.txt      the story in a sentence, when it ends, and all that happened, a line each
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from config import Settings
from escalation.desk import Happening
from tocsin.cli import app
from tocsin.cli.common import load
from tocsin.replay import Replay, as_json, read_actions, read_posts

HERE = Path(__file__).parent
FIRM = HERE / "firm.toml"
STORIES = sorted(path.parent for path in HERE.glob("*/story.txt"))
_UNTOLD = ("mention", "complaint", "card")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(FIRM).settings


def line(row: dict[str, Any]) -> str:
    """What happened, as the story tells it: when, to what, what, whose it is or why not."""
    at = datetime.fromisoformat(row["at"])
    about = next((f"{kind} {row[kind]}" for kind in ("case", "incident") if kind in row), "")
    where = f"on {row['channel']}" if row["event"] == "page" else ""
    who = row.get("text", "") if row["event"] == "no_change" else row.get("owner", "")
    words = (f"{at:%a %H:%M:%S}", about, row["event"], who, where)
    return " ".join(word for word in words if word)


def told(rows: list[dict[str, Any]]) -> list[str]:
    untold = (*_UNTOLD, "notice")
    return [
        line(row)
        for row in rows
        if row["event"] not in untold and not row["event"].endswith("_updated")
    ]


def story_of(folder: Path) -> tuple[datetime, list[str]]:
    _, until, *lines = (folder / "story.txt").read_text().splitlines()
    return datetime.fromisoformat(until.removeprefix("until ")), lines


@pytest.mark.parametrize("folder", STORIES, ids=lambda folder: folder.name)
def test_story(folder: Path, settings: Settings) -> None:
    until, expected = story_of(folder)
    posts, misread = read_posts([folder / "posts.jsonl"])
    assert not misread
    rows: list[dict[str, Any]] = []

    def tell(happening: Happening) -> None:
        rows.append(dict(as_json(happening)))

    replay = Replay(settings, start=posts[0].seen_at, told=tell)
    try:
        for _ in replay.run(posts, read_actions(folder / "actions.jsonl"), until):
            pass
    finally:
        replay.close()
    assert told(rows) == expected


def test_the_command_line_tells_the_same_story() -> None:
    folder = HERE / "nobody_answers"
    until, expected = story_of(folder)
    arguments = ["replay", str(folder / "posts.jsonl"), "--config", str(FIRM), "--json"]
    arguments += ["--actions", str(folder / "actions.jsonl"), "--until", until.isoformat()]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    rows = [json.loads(row) for row in result.stdout.splitlines()]
    assert told(rows) == expected
