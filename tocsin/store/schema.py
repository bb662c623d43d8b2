"""The tables, as numbered migrations. Times are UTC milliseconds, all tables STRICT.

A migration that has been released is never edited; a change is a new one at the end.
"""

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from tocsin.store.tables.answered import ANSWERED
from tocsin.store.tables.entered import LEDGER
from tocsin.store.tables.found import FOUND
from tocsin.store.tables.heard import POSTS, ROLLUPS, SOURCES
from tocsin.store.tables.known import KNOWN
from tocsin.store.tables.listed import LISTINGS
from tocsin.store.tables.owned import SUBJECTS
from tocsin.store.tables.said import SAID
from tocsin.store.tables.sent import OUTBOX
from tocsin.store.tables.stories import STORIES
from tocsin.store.tables.stormy import STORMY
from tocsin.store.tables.taught import TAUGHT
from tocsin.store.tables.watched import WATCHED

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("tocsin")


def _script(db: "Database", script: str) -> None:
    """Run statements one by one; executescript() would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and not _inside_trigger(statement):
            db.conn.execute(statement)
            statement = ""


def _inside_trigger(statement: str) -> bool:
    lowered = statement.lower()
    return "create trigger" in lowered and not lowered.rstrip().endswith("end;")


@migrations()
def m0001_first(db: "Database") -> None:
    """Posts and what was thought of them, subjects and their timers, outbox, ledger."""
    for script in (POSTS, ROLLUPS, SOURCES, SUBJECTS, SAID, OUTBOX, ANSWERED, LEDGER, KNOWN):
        _script(db, script)


@migrations()
def m0002_labelled_texts(db: "Database") -> None:
    """Labelled texts that are no posts of the store."""
    _script(db, TAUGHT)


@migrations()
def m0003_questions_under_a_message(db: "Database") -> None:
    """Under which message somebody is being asked something in words."""
    _script(db, "alter table dialogues add column thread text not null default '';\n")


@migrations()
def m0004_found_without_looking_through(db: "Database") -> None:
    """What is asked at every page is answered by an index, however long the history."""
    _script(db, FOUND)


@migrations()
def m0005_looked_at_in_vain(db: "Database") -> None:
    """Since when a kept post was not to be found, or nothing was told of it."""
    for table in ("posts", "private_posts"):
        for column in ("absent_since", "untold_since"):
            _script(db, f"alter table {table} add column {column} integer;\n")


@migrations()
def m0006_where_posts_link_to(db: "Database") -> None:
    """The web addresses that a post links to and its words do not show, as a JSON list."""
    _script(db, "alter table posts add column linked text not null default '[]';\n")


@migrations()
def m0007_listings_that_fail(db: "Database") -> None:
    """Which listings of a source fail, where there was only the source as a whole."""
    _script(db, LISTINGS)


@migrations()
def m0008_lacking_in_a_row(db: "Database") -> None:
    """How many looks in a row did not find a kept post."""
    for table in ("posts", "private_posts"):
        _script(db, f"alter table {table} add column absences integer not null default 0;\n")


@migrations()
def m0009_stories(db: "Database") -> None:
    """Which posts tell of one cause, what it is called, and which incident is about it."""
    _script(db, STORIES)


@migrations()
def m0010_what_was_measured_of_storms(db: "Database") -> None:
    """A storm's curve, and each forecast as it was issued."""
    _script(db, STORMY)


@migrations()
def m0011_watched_for_backlash(db: "Database") -> None:
    """Which threads are watched after something was taken away, and what was heard in them."""
    _script(db, WATCHED)
