"""Posts judged as `tocsin score` judges them: in this process, or by the command itself."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from listener.assess import Assessment, Assessor
from listener.mention import Post

ROOT = Path(__file__).parents[1]


class Judged(NamedTuple):
    """What a line of `tocsin score` says, as far as figures are made of it."""

    lang: str
    complaint: float
    verdict: str
    severity: float
    safety: bool
    team: str | None
    why: tuple[str, ...]


def judged(posts: Sequence[Post], assessor: Assessor) -> list[Judged]:
    """Judge posts in this process, by the same way that the command goes."""
    return [_judged(_chosen(post, assessor)) for post in posts]


def _chosen(post: Post, assessor: Assessor) -> Assessment:
    found = assessor.assess(post)
    return found[0] if found else assessor.judge_alone(post)


def _judged(found: Assessment) -> Judged:
    return Judged(
        found.lang,
        round(found.judgement.probability, 4),
        str(found.judgement.verdict),
        round(found.severity.value, 4),
        found.severity.safety,
        found.route.team if found.route else None,
        tuple(found.reasons[:8]),
    )


def judged_by_command(
    posts: Sequence[Post], config: Path | None = None, store: Path | None = None
) -> list[Judged]:
    """Judge posts through a process of `tocsin score`. Raises RuntimeError where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "posts.jsonl"
        given.write_text("".join(map(_line, posts)), "ascii")
        chosen = ["--config", str(config.absolute())] if config else []
        chosen += ["--db", str(store.absolute())] if store else []
        rows = command("score", str(given), *chosen).splitlines()
    if len(rows) != len(posts):
        raise RuntimeError(f"{len(posts)} posts were scored in {len(rows)} lines")
    return [_from_row(json.loads(row)) for row in rows]


def _line(post: Post) -> str:
    row = {"platform": post.platform, "id": post.id, "text": post.text}
    row |= {"title": post.title} if post.title else {}
    row |= {"lang": post.lang} if post.lang else {}
    return json.dumps(row) + "\n"


def _from_row(row: dict[str, object]) -> Judged:
    values = {name: row[name] for name in Judged._fields if name != "why"}
    return Judged(**values, why=tuple(row["why"]))  # type: ignore[arg-type]


def command(*words: str, folder: Path | None = None) -> str:
    """What a `tocsin` of this source prints. Raises RuntimeError where it fails."""
    ended = subprocess.run(
        [sys.executable, "-c", "from tocsin.cli import main; main()", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"tocsin {' '.join(words)}: {ended.stderr.strip()}")
    return ended.stdout
