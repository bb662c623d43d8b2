"""digest, schema: what is kept can be shown."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest


def test_the_schema_is_shown_as_sql_that_works(tocsin: Any, store: Path) -> None:
    shown = tocsin("schema", "--db", store)
    assert shown.code == 0
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(shown.out)
        tables = {row[0] for row in connection.execute("select name from sqlite_master")}
    assert {"posts", "ledger", "messages", "sources"} <= tables


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        pytest.param("week", "Acme, ", id="no ending is text"),
        pytest.param("week.MD", "# Acme, ", id="an ending in capitals"),
        pytest.param("week.json", "{", id="an ending that is a form"),
    ],
)
def test_the_digest_has_the_form_that_its_files_ending_names(
    tocsin: Any, store: Path, name: str, begins: str
) -> None:
    written = tocsin("digest", "--week", "2026-W47", "--out", name, "--db", store)
    assert written.code == 0
    assert (store.parent / name).read_text().startswith(begins)


def test_the_digest_is_not_written_into_a_file_that_is_called_something_else(
    tocsin: Any, store: Path
) -> None:
    refused = tocsin("digest", "--out", "week.pdf", "--db", store)
    assert refused.code == 2
    assert refused.err.startswith("week.pdf ends in .pdf, which is no form of the digest. Known: ")
    assert all(f".{one}" in refused.err for one in ("html", "md", "txt", "json", "csv"))
    assert not (store.parent / "week.pdf").exists()
