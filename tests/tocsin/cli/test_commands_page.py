"""docs/commands.md names every command with every option, and shows none that does not exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from tocsin.cli import app

PAGE = (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


def leaves(command: Any, path: tuple[str, ...] = ("tocsin",)) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command
    else:
        for name, one in inner.items():
            yield from leaves(one, (*path, name))


COMMANDS = dict(leaves(typer.main.get_command(app)))


def options(command: Any) -> set[str]:
    return {
        option
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("-") and option != "--help"
    }


def documented(name: str) -> str:
    """A command's row in a table, or else its section."""
    row = re.search(rf"^\| `{name}` \|.*$", PAGE, re.MULTILINE)
    if row:
        return row[0]
    section = re.search(rf"^## `{name}`\n(.*?)(?=^# |^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return section[1] if section else ""


COMMON = set(
    re.findall(
        r"`(-[-a-z]+)", PAGE.partition("## Options of many commands")[2].partition("\n# ")[0]
    )
)


def test_the_common_options_are_named() -> None:
    assert {"--config", "-c", "--db", "--json"} == COMMON


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_named_with_each_of_its_options_and_no_other(name: str) -> None:
    text = documented(name)
    assert text, f"{name} is not in docs/commands.md"
    prose = re.sub(r"^```sh\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`(--[a-z]+(?:-[a-z]+)*)", prose))
    true = options(COMMANDS[name])
    assert named >= true - COMMON
    assert named <= true


def test_no_command_is_named_that_does_not_exist() -> None:
    headed = re.findall(r"^(?:## |\| )`(tocsin [a-z -]+)`", PAGE, re.MULTILINE)
    assert sorted(headed) == sorted(COMMANDS)


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_can_be_parsed(line: str) -> None:
    words = shlex.split(line.rpartition("| ")[2].partition(" >")[0])
    name = max((known for known in COMMANDS if line_begins(words, known)), key=len)
    arguments = words[len(name.split()) :]
    context = COMMANDS[name].make_context(name, arguments)
    assert context.params


def line_begins(words: list[str], name: str) -> bool:
    return words[: len(name.split())] == name.split()


@pytest.mark.parametrize("name", sorted({" ".join(n.split()[:2]) for n in COMMANDS}))
def test_every_command_or_its_group_has_an_example(name: str) -> None:
    assert any(name in line for line in EXAMPLES)
