"""Twenty posts that a support lead would find hard, and what `tocsin explain` says of each.

hard_posts/hard.jsonl     the posts; beside each what makes it hard, and what a support lead says
hard_posts/firm.toml      the firm that hears them
hard_posts/explained.txt  what is explained; where it is wrong, that is said below it

`python -m tests.scenarios.explaining` writes what is explained now and shows what is different:
read it before you keep it.
"""

import difflib
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from tocsin.cli import app

HERE = Path(__file__).parent / "hard_posts"
POSTS, FIRM, EXPLAINED = (HERE / name for name in ("hard.jsonl", "firm.toml", "explained.txt"))
UNTIL = "2026-11-16T09:01:00Z"


@dataclass(frozen=True, slots=True)
class Hard:
    """A post and what is said of it.

    wanted   brand → the verdict of a support lead.
    safety   whether it is a matter of safety.
    judged   brand → the verdict now.
    alarmed  whether it is taken for a matter of safety now.
    """

    what: str
    text: str
    wanted: dict[str, str]
    safety: bool
    judged: dict[str, str]
    alarmed: bool
    explained: tuple[str, ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        """What a support lead would say to it."""
        verdicts = tuple(
            f"KNOWN WRONG: for {brand} it is {wanted}, and is taken for {self.judged[brand]}."
            for brand, wanted in self.wanted.items()
            if self.judged[brand] != wanted
        )
        alarm = f"KNOWN WRONG: it is {'' if self.safety else 'no '}matter of safety."
        return (*verdicts, *((alarm,) if self.safety != self.alarmed else ()))


def hard_posts() -> list[Hard]:
    """Replay the posts, all of one minute, into a store, and explain each."""
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "kept.db")
        _run("replay", str(POSTS), "--config", str(FIRM), "--db", store, "--until", UNTIL)
        rows = (json.loads(line) for line in POSTS.read_text("utf-8").splitlines())
        return [_explained(row, store) for row in rows]


def _explained(row: dict[str, Any], store: str) -> Hard:
    asked = ("explain", row["id"], "--config", str(FIRM), "--db", store)
    known = [json.loads(line) for line in _run(*asked, "--json").splitlines()]
    wanted = row["wanted"] if isinstance(row["wanted"], dict) else {"Acme": row["wanted"]}
    return Hard(
        row["what"],
        row["text"],
        wanted,
        row.get("safety", False),
        {one["brand"]: one["verdict"] for one in known},
        any(one["safety"] for one in known),
        tuple(_run(*asked).rstrip().splitlines()),
    )


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    if result.exit_code != 0:
        raise RuntimeError(f"tocsin {' '.join(arguments)}: {result.output}")
    return result.stdout


def page(posts: list[Hard]) -> str:
    """All of it, to be read by a person."""
    return "\n".join(
        line for number, post in enumerate(posts, 1) for line in _section(number, post)
    )


def _section(number: int, post: Hard) -> Iterator[str]:
    yield from (f"{number}. {post.what}", f"    {post.text}", "", *post.explained)
    if post.wrong:
        yield from ("", *post.wrong)
    yield from ("", "")


def main() -> None:
    """Write what is explained now."""
    before = EXPLAINED.read_text("utf-8") if EXPLAINED.exists() else ""
    after = page(hard_posts())
    EXPLAINED.write_text(after, "utf-8")
    lines = (before.splitlines(), after.splitlines())
    sys.stdout.write("\n".join(difflib.unified_diff(*lines, "before", "now", "", "", 2, "")) + "\n")


if __name__ == "__main__":
    main()
