"""Stories that a support lead would recognise, each a folder of data; see telling.py."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.scenarios.telling import FIRM, HERE, beginning, happenings, told
from tocsin.cli import app

STORIES = sorted(path for path in HERE.iterdir() if (path / "posts.jsonl").exists())


def told_before(folder: Path) -> list[str]:
    return (folder / "story.txt").read_text(encoding="utf-8").splitlines()[2:]


@pytest.mark.parametrize("folder", STORIES, ids=lambda folder: folder.name)
def test_story(folder: Path) -> None:
    assert told(happenings(folder)) == told_before(folder)


@pytest.mark.parametrize("folder", STORIES, ids=lambda folder: folder.name)
def test_a_story_says_in_its_first_line_what_it_tells(folder: Path) -> None:
    sentence, _ = beginning(folder)
    assert sentence.endswith(".")
    assert 30 < len(sentence) < 160


def test_the_command_line_tells_the_same_story() -> None:
    folder = HERE / "nobody_answers"
    _, until = beginning(folder)
    arguments = ["replay", str(folder / "posts.jsonl"), "--config", str(FIRM), "--json"]
    arguments += ["--actions", str(folder / "actions.jsonl"), "--until", until.isoformat()]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    rows = [json.loads(row) for row in result.stdout.splitlines()]
    assert told(rows) == told_before(folder)
