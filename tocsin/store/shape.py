"""Whether a store has the tables that this version works with; looked at when it is opened."""

import sqlite3
from collections.abc import Mapping
from functools import cache

from sqlite_utils import Database

from tocsin.store.schema import migrations

Shape = Mapping[str, frozenset[str]]  # the columns of each table

_COLUMNS = (
    "select t.name, c.name from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table'"
)


def is_new(connection: sqlite3.Connection) -> bool:
    """Is there nothing in it yet?"""
    return connection.execute("select 1 from sqlite_schema limit 1").fetchone() is None


def difference(connection: sqlite3.Connection) -> str | None:
    """What a store has that the migrations do not make, or the other way round; None: nothing.
    Tables that are none of ours do not count."""
    found = _shape(connection)
    for table, columns in sorted(_wanted().items()):
        if table not in found:
            return f"it has no table {table}"
        if lacking := columns - found[table]:
            return f"table {table} has no {min(lacking)}"
        if unknown := found[table] - columns:
            return f"table {table} has {min(unknown)}, which is not known here"
    return None


@cache
def _wanted() -> Shape:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrations.apply(Database(connection))
        return _shape(connection)
    finally:
        connection.close()


def _shape(connection: sqlite3.Connection) -> Shape:
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(_COLUMNS):
        columns.setdefault(table, set()).add(column)
    return {table: frozenset(names) for table, names in columns.items()}
