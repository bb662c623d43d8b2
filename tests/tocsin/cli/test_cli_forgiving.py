"""A broken file of rules stops nobody from answering somebody, or from being forgotten."""

from pathlib import Path

import pytest

from tests.tocsin.cli.conftest import Tocsin

ACK = ("cases", "ack", "1", "--as", "ada")
FORGET = ("forget", "@ann", "--yes", "--as", "ada")


@pytest.fixture(params=["model", "names", "tripwires", "guidance"])
def broken(request: pytest.FixtureRequest, store: Path) -> Path:
    """A store of which one file cannot be used."""
    (store.parent / "models").mkdir()
    files = {"model": "models/kept.json", "names": "models/kept.names.json"}
    if request.param in files:
        (store.parent / files[request.param]).write_text("{")
    else:
        config = store.parent / "tocsin.toml"
        line = f'[safety]\n{request.param} = "gone.txt"'
        config.write_text(config.read_text().replace("[safety]", line, 1))
    return store


@pytest.mark.parametrize("command", [ACK, FORGET], ids=["cases ack", "forget"])
def test_a_command_that_judges_nothing_warns_once_and_goes_on(
    tocsin: Tocsin, broken: Path, command: tuple[str, ...]
) -> None:
    ended = tocsin(*command, "--db", broken)
    assert ended.code == 0, ended.err
    assert ended.err.count("warning: ") == 1
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("command", [("learn",), ("names",), ("explain", "1")], ids=" ".join)
def test_a_command_that_says_how_posts_are_judged_ends(
    tocsin: Tocsin, broken: Path, command: tuple[str, ...]
) -> None:
    assert tocsin(*command, "--db", broken).code == 2
