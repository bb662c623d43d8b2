"""Storms, watches, missed pages, and what nobody has taken on."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from config import Band
from escalation.subject import Level, Ref
from listener.silent_many import RULE_OF_THUMB, Ratio, behind
from tocsin.digest.data import Miss, StormWeek
from tocsin.digest.warned import before_storm
from tocsin.store.times import ms, utc

Shown = Callable[[str], str]  # a person's name as people call them


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An open, urgent subject that nobody has acknowledged. owner: shown name."""

    ref: Ref
    brand: str
    band: Band
    owner: str
    opened_at: datetime


def storms(
    connection: sqlite3.Connection,
    brand: str,
    start: datetime,
    end: datetime,
    shown: Shown,
    ratio: Ratio = RULE_OF_THUMB,
) -> tuple[StormWeek, ...]:
    """The brand's incidents that were open at some time of the week, storms first."""
    rows = connection.execute(
        "select * from incidents where brand = ? and opened_at < ? "
        "and (closed_at is null or closed_at >= ?) "
        # One that was declared by mistake was none.
        "and not (storm_at is not null and close_reason is 'dismissed') "
        "order by storm_at is null, people desc, number",
        (brand, ms(end), ms(start)),
    )
    return tuple(_storm(connection, row, shown, ratio) for row in rows.fetchall())


def _storm(
    connection: sqlite3.Connection, row: sqlite3.Row, shown: Shown, ratio: Ratio
) -> StormWeek:
    return StormWeek(
        number=row["number"],
        topic=row["topic"] or "",
        level=Level.WATCH if row["storm_at"] is None else Level.STORM,
        standing=row["level"],
        people=row["people"],
        posts=row["posts"],
        minutes=row["minutes"],
        usual=row["usual"],
        opened_at=utc(row["opened_at"]),
        contained_at=_instant(row["contained_at"]),
        closed_at=_instant(row["closed_at"]),
        owner=shown(row["owner"]),
        cause=row["cause"],
        warnings=before_storm(connection, row["number"]),
        behind=None if row["storm_at"] is None else behind(row["people"], ratio),
        story=_story(connection, row["number"]),
    )


def _story(connection: sqlite3.Connection, incident: int) -> str:
    row = connection.execute(
        "select t.name from incident_stories i join stories t on t.id = i.story "
        "where i.incident = ?",
        (incident,),
    ).fetchone()
    return "" if row is None else str(row[0])


def misses(
    connection: sqlite3.Connection, brand: str, start: datetime, end: datetime, shown: Shown
) -> tuple[Miss, ...]:
    """Cases and incidents opened in the week with pages that went unanswered, the worst first."""
    found = []
    for kind, table in (("incident", "incidents"), ("case", "cases")):
        rows = connection.execute(
            "select number, team, band, misses, owner, "  # noqa: S608
            "acked_at is not null or state <> 'new' as taken "
            f"from {table} where brand = ? and opened_at >= ? and opened_at < ? and misses > 0",
            (brand, ms(start), ms(end)),
        )
        found += [
            Miss(
                Ref(kind, row["number"]).spoken,
                row["team"],
                Band(row["band"]),
                row["misses"],
                shown(row["owner"]),
                bool(row["taken"]),
            )
            for row in rows.fetchall()
        ]
    return tuple(sorted(found, key=lambda miss: -miss.pages))


def unanswered(
    connection: sqlite3.Connection, before: datetime, shown: Shown
) -> tuple[Unanswered, ...]:
    """Urgent subjects opened before an instant that wait for somebody, the oldest first.

    A case that an open storm holds back is the storm's.
    """
    rows = connection.execute(
        "select 'incident' as kind, number, brand, band, owner, opened_at from incidents "
        "where state = 'new' and acked_at is null and opened_at < :before "
        "union all select 'case', number, brand, band, owner, opened_at from cases "
        "where state = 'new' and acked_at is null and inhibited_by is null "
        "and band in ('storm', 'P1', 'P2') and opened_at < :before "
        "order by opened_at, kind, number",
        {"before": ms(before)},
    )
    return tuple(
        Unanswered(
            Ref(row["kind"], row["number"]),
            row["brand"],
            Band(row["band"]),
            shown(row["owner"]),
            utc(row["opened_at"]),
        )
        for row in rows.fetchall()
    )


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else utc(milliseconds)
