"""New stores, the tables of which are copied: to make them takes ten times as long."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import mock

from sqlite_utils import Database

from tocsin.store.schema import migrations
from tocsin.store.shape import is_new

_apply = migrations.apply


@contextmanager
def tables_copied() -> Iterator[None]:
    """For a while, a store in which nothing is gets its tables from one that the migrations made.

    A store of any other shape, and one that is to be left at an older one, is migrated as ever.
    """

    def applied(database: Database, **until: Any) -> None:
        if until or not is_new(database.conn):
            _apply(database, **until)
        else:
            _made().backup(database.conn)

    with mock.patch.object(migrations, "apply", applied):
        yield


@cache
def _made() -> sqlite3.Connection:
    """A store in memory in which nothing is but what the migrations leave."""
    made = sqlite3.connect(":memory:", check_same_thread=False)
    _apply(Database(made))
    return made
