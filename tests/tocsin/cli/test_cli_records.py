"""ledger and schema: what is kept can be shown, and a change to it is found."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest


def tamper(store: Path, change: str) -> None:
    """Change the ledger as somebody with the file in hand could: the triggers go first."""
    with closing(sqlite3.connect(store)) as connection:
        triggers = connection.execute(
            "select name from sqlite_master where type = 'trigger' and tbl_name = 'ledger'"
        ).fetchall()
        assert triggers
        for (name,) in triggers:
            connection.execute(f'drop trigger "{name}"')
        connection.execute(change)
        connection.commit()


def test_an_untouched_ledger_verifies(tocsin: Any, store: Path) -> None:
    verified = tocsin("ledger", "verify", "--db", store)
    assert verified.code == 0
    assert "all as written" in verified.out
    (row,) = tocsin("ledger", "verify", "--db", store, "--json").rows
    assert (row["chain"], row["ok"]) == ("Acme", True)
    assert len(row["head"]) == 64


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        pytest.param(
            "update ledger set actor = 'nobody' where chain_number = 3", 3, id="another actor"
        ),
        pytest.param("update ledger set facts = '{}' where chain_number = 2", 2, id="no facts"),
        pytest.param("delete from ledger where chain_number = 4", 4, id="an entry is gone"),
        pytest.param("update ledger set at = at + 1 where chain_number = 5", 5, id="another time"),
        pytest.param(
            "update ledger set facts = 'no json' where chain_number = 3", 3, id="facts no more"
        ),
        pytest.param(
            "update ledger set facts = '[1]' where chain_number = 3", 3, id="facts of another kind"
        ),
    ],
)
def test_a_changed_ledger_is_found_and_the_entry_named(
    tocsin: Any, store: Path, change: str, entry: int
) -> None:
    tamper(store, change)
    verified = tocsin("ledger", "verify", "--db", store)
    assert verified.code == 1
    assert f"Acme: entry {entry} is not what was written" in verified.out
    (row,) = tocsin("ledger", "verify", "--db", store, "--json").rows
    assert (row["ok"], row["entry"]) == (False, entry)


def test_the_ledger_itself_refuses_a_change(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection, pytest.raises(sqlite3.Error):
        connection.execute("update ledger set actor = 'nobody'")


def test_an_export_holds_no_text_no_name_and_every_entry(tocsin: Any, store: Path) -> None:
    exported = tocsin("ledger", "export", "--db", store)
    assert exported.code == 0
    assert len(exported.rows) > 5
    assert [row["number"] for row in exported.rows] == list(range(1, len(exported.rows) + 1))
    # A digest may begin with any letters from a to f: "ada" too.
    told = re.sub(r'"(previous|digest)": "[0-9a-f]{64}"', "", exported.out)
    for word in ("ann", "cara", "ada", "grace", "charged", "refund", "parcel"):
        assert f'"{word}' not in told
        assert f"{word} " not in told


def test_an_export_shows_a_changed_entry_as_it_stands(tocsin: Any, store: Path) -> None:
    tamper(store, "update ledger set facts = 'no json' where chain_number = 3")
    rows = tocsin("ledger", "export", "--db", store).rows
    assert rows[2]["facts"] == "no json"
    assert isinstance(rows[1]["facts"], dict)


def test_a_ledger_without_entries_is_told(tocsin: Any, store: Path) -> None:
    tamper(store, "delete from ledger")
    assert tocsin("ledger", "verify", "--db", store).out.startswith("The ledger is empty")


def test_the_schema_is_shown_as_sql_that_works(tocsin: Any, store: Path) -> None:
    shown = tocsin("schema", "--db", store)
    assert shown.code == 0
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(shown.out)
        tables = {row[0] for row in connection.execute("select name from sqlite_master")}
    assert {"posts", "ledger", "messages", "sources"} <= tables
