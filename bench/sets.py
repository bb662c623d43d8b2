"""The labelled sets of the benches: where they lie, how a label is read, and their rows as posts.

They are no part of this project: several may not be passed on. What is missing is named and left
out.
"""

import csv
import gzip
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from listener.mention import Author, Post

Row = dict[str, str]
WHEN = datetime(2026, 11, 2, 8, tzinfo=UTC)


class LabelledSet(NamedTuple):
    """A set of posts and how its label is read.

    stands_in  a mood is labelled instead: negative stands in for a complaint.
    """

    name: str
    file: str
    complains: Callable[[Row], bool]
    stands_in: bool = False


SETS = (
    LabelledSet("acl19", "complaints_acl19", lambda row: row["complaint"] == "1"),
    LabelledSet("airline", "airline", lambda row: row["sentiment"] == "negative", True),
    LabelledSet("fincorp", "fincorp", lambda row: row["complaint"] == "1"),
    LabelledSet("cesamard", "cesamard", lambda row: row["complaint"] == "1"),
    LabelledSet("sanders", "sanders", lambda row: row["sentiment"] == "negative", True),
)


def default_folder() -> Path:
    """Where the sets lie unless somebody says otherwise."""
    shared = os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared"
    return Path(shared) / "data"


def read_set(folder: Path, file: str, name: str = "") -> list[Row]:
    """The rows of a set; none, and a line that names it, where it is not there."""
    path = folder / f"{file}.csv.gz"
    if not path.is_file():
        print(f"{name or file:10} left out: {path} is not there")
        return []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def rows_of(folder: Path, labelled: LabelledSet) -> list[Row]:
    """The rows of a labelled set, as `read_set`."""
    return read_set(folder, labelled.file, labelled.name)


def text_of_row(row: Row) -> str:
    """What is judged of a row: its title, where it has one, and its text."""
    title = row.get("title")
    return f"{title}\n{row['text']}" if title else row["text"]


def posts_of(rows: Sequence[Row], *, lang: str | None = None) -> list[Post]:
    """Rows as posts of nobody's, numbered; without a language of the platform's unless given."""
    return [
        Post(
            platform="text",
            id=str(number),
            text=row["text"].strip(),
            created_at=WHEN,
            author=Author(id=""),
            title=row.get("title") or "",
            lang=lang,
        )
        for number, row in enumerate(rows)
    ]
