"""The command line as its users meet it, in this process: exit code, output and errors."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tocsin.cli import main

POSTS = (
    ("1", "ann", "10:00", "Acme charged me twice, third time asking for a refund, no reply 😡"),
    ("2", "bob", "10:05", "I love Acme, what a lovely day"),
    ("3", "cara", "10:07", "My Acme parcel never arrived, still waiting after two weeks"),
    ("4", "dan", "11:07", "Acme support is useless, unacceptable, no reply to my complaint"),
)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What `--json` printed."""
        return [json.loads(line) for line in self.out.splitlines()]


Tocsin = Callable[..., Ended]


@pytest.fixture
def tocsin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Tocsin:
    """Run `tocsin` with arguments, in a folder of its own; `stdin` is what it reads there."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ended(code, out, err)

    return run


def posts_as_lines() -> str:
    """Four posts about Acme: three complaints and one of praise."""
    return "".join(
        json.dumps(
            {
                "platform": "x",
                "id": number,
                "text": text,
                "created_at": f"2026-11-16T{at}:00Z",
                "author": {"id": f"u-{handle}", "handle": handle},
            }
        )
        + "\n"
        for number, handle, at, text in POSTS
    )


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.write_text(posts_as_lines())
    return path


@pytest.fixture(scope="session")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that a replay of the four posts leaves; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("replayed")
    config, posts, store = (folder / name for name in ("tocsin.toml", "posts.jsonl", "kept.db"))
    posts.write_text(posts_as_lines())
    for arguments in (
        ["init", str(config)],
        ["replay", str(posts), "--config", str(config), "--db", str(store)],
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
    return store


@pytest.fixture
def store(replayed: Path, tmp_path: Path) -> Path:
    """A store with three open cases, and beside it the `tocsin.toml` that made it."""
    (tmp_path / "tocsin.toml").write_bytes((replayed.parent / "tocsin.toml").read_bytes())
    path = tmp_path / "kept.db"
    path.write_bytes(replayed.read_bytes())
    return path
