"""schema: what is kept can be shown."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def test_the_schema_is_shown_as_sql_that_works(tocsin: Any, store: Path) -> None:
    shown = tocsin("schema", "--db", store)
    assert shown.code == 0
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(shown.out)
        tables = {row[0] for row in connection.execute("select name from sqlite_master")}
    assert {"posts", "ledger", "messages", "sources"} <= tables
