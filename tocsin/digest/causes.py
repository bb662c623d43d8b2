"""What the week's complaints are about, and at which stage of the journey they arose."""

import sqlite3

from tocsin.digest.data import AboutWeek, share

KINDS = ("aspect", "journey")


def about(
    connection: sqlite3.Connection, brand: str, hours: tuple[int, int], before: tuple[int, int]
) -> tuple[AboutWeek, ...]:
    """Aspects, then stages, of either week, the most frequent first and what was not told last.

    hours, before  the hours of the week and of the one before it, each with its end outside.
    """
    return tuple(row for kind in KINDS for row in _of_kind(connection, brand, kind, hours, before))


def _of_kind(
    connection: sqlite3.Connection,
    brand: str,
    kind: str,
    hours: tuple[int, int],
    before: tuple[int, int],
) -> list[AboutWeek]:
    now, then = (_counts(connection, brand, kind, span) for span in (hours, before))
    # Every complaint has one stage, told or not, so that these sum to the complaints.
    of, of_then = (
        sum(_counts(connection, brand, "journey", span).values()) for span in (hours, before)
    )
    rows = [
        AboutWeek(
            kind,
            name,
            now.get(name, 0),
            share(now.get(name, 0), of),
            then.get(name, 0),
            share(then.get(name, 0), of_then),
        )
        for name in now.keys() | then.keys()
    ]
    return sorted(rows, key=lambda one: (one.name == "", -one.complaints, -one.before, one.name))


def _counts(
    connection: sqlite3.Connection, brand: str, kind: str, hours: tuple[int, int]
) -> dict[str, int]:
    rows = connection.execute(
        "select name, sum(complaints) from hours_about where brand = ? and kind = ? "
        "and hour >= ? and hour < ? group by name",
        (brand, kind, *hours),
    )
    return dict(map(tuple, rows.fetchall()))
