"""Rows of what was measured of storms, and of who wrote in one."""

import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from escalation.subject import Incident
from listener.curve import Cell
from listener.intake import UNHAPPY_VALENCE
from listener.issued import Figures
from listener.mention import ANONYMOUS
from tocsin.store.subjects import SubjectRows
from tocsin.store.times import ms, utc

MOST_ISSUED = 1_000  # read of one storm: a week of saying it anew every ten minutes
MOST_CELLS = 4_000  # read of one storm: a fortnight of five minutes each
_OF_FIGURES = tuple(Figures.__dataclass_fields__)

# As `listener.intake.Mention.is_unhappy` has it, by the newest judgement of a mention.
_UNHAPPY = (
    # `cross`: in this order. A storm is a short time of all that was ever said of a brand.
    "from posts p cross join mentions m on m.post = p.id cross join judgements j on j.id = "  # noqa: S608
    "(select max(id) from judgements where mention = m.id) join authors a on a.id = p.author "
    "where m.brand = ? and p.created_at >= ? and p.created_at < ? and not m.own "
    "and not p.backfill and (j.verdict = 'complaint' or "
    f"(j.verdict = 'unsure' and j.scored and j.valence <= {UNHAPPY_VALENCE})) "
)


@dataclass(frozen=True, slots=True)
class Issued:
    """What was said of a storm, and when."""

    at: datetime
    figures: Figures
    sentence: str


@dataclass(frozen=True, slots=True)
class OnPlatform:
    """How many unhappy posts, by how many people, a platform had."""

    platform: str
    posts: int
    people: int


class StormRows(SubjectRows):
    """What is kept of a storm is numbers; what people wrote is read from their posts."""

    connection: sqlite3.Connection

    def keep_figures(self, incident: int, said: Issued) -> None:
        """Keep what was said of a storm; of one instant the last."""
        names = ", ".join(_OF_FIGURES)
        marks = ", ".join("?" * len(_OF_FIGURES))
        self.connection.execute(
            f"insert or replace into storm_figures (incident, at, sentence, {names}) "  # noqa: S608
            f"values (?, ?, ?, {marks})",
            (incident, ms(said.at), said.sentence, *astuple(said.figures)),
        )

    def issued(self, incident: int) -> list[Issued]:
        """All that was said of a storm, the oldest first."""
        return self._issued("order by at", incident)[:MOST_ISSUED]

    def last_issued(self, incident: int) -> Issued | None:
        """What was said of a storm last."""
        return next(iter(self._issued("order by at desc limit 1", incident)), None)

    def _issued(self, how: str, incident: int) -> list[Issued]:
        names = ", ".join(_OF_FIGURES)
        rows = self.connection.execute(
            f"select at, sentence, {names} from storm_figures where incident = ? {how}",  # noqa: S608
            (incident,),
        )
        return [
            Issued(utc(at), Figures(*rest), said) for at, said, *rest in map(tuple, rows.fetchall())
        ]

    def keep_cells(self, incident: int, cells: Sequence[Cell]) -> None:
        """Keep a part of a storm's curve; what is known of the same five minutes is renewed."""
        self.connection.executemany(
            "insert or replace into storm_cells (incident, at, people, heard, posts, usual) "
            "values (?, ?, ?, ?, ?, ?)",
            [(incident, *astuple(cell)) for cell in cells],
        )

    def cells_of(self, incident: int) -> list[Cell]:
        """A storm's curve, in order."""
        rows = self.connection.execute(
            "select at, people, heard, posts, usual from storm_cells where incident = ? "
            "order by at limit ?",
            (incident, MOST_CELLS),
        )
        return [Cell(*row) for row in map(tuple, rows.fetchall())]

    def last_cell(self, incident: int) -> int | None:
        """When the newest five minutes that are kept of a storm begin, in Unix seconds."""
        row = self.connection.execute(
            "select max(at) from storm_cells where incident = ?", (incident,)
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def storms(self, brand: str | None, at_most: int) -> Sequence[Incident]:
        """What is or was a storm, of a brand or of all, the newest first; what was declared by
        mistake was none."""
        where = (
            "where storm_at is not null and close_reason is not 'dismissed' "
            "and (? is null or brand = ?) order by storm_at desc, number desc limit ?"
        )
        return self._subjects(Incident.kind, where, (brand, brand, at_most))

    def unhappy_times(self, brand: str, since: datetime, until: datetime) -> list[datetime]:
        """When the unhappy posts of a time were written, in order; erased ones count too."""
        rows = self.connection.execute(
            f"select p.created_at {_UNHAPPY} order by 1",
            (brand, ms(since), ms(until)),
        )
        return [utc(row[0]) for row in rows.fetchall()]

    def by_platform(self, brand: str, since: datetime, until: datetime) -> list[OnPlatform]:
        """Where the unhappy posts of a time were written, most first. All without a name are one
        person."""
        rows = self.connection.execute(
            "select p.platform, count(*), case p.platform when ? then 1 "
            f"else count(distinct p.author) end {_UNHAPPY} group by 1 order by 2 desc, 1",
            (ANONYMOUS, brand, ms(since), ms(until)),
        )
        return [OnPlatform(*row) for row in map(tuple, rows.fetchall())]

    def first_posts(
        self, brand: str, since: datetime, until: datetime, at_most: int
    ) -> Sequence[sqlite3.Row]:
        """The first unhappy posts of a time; of those that are erased only when and where."""
        return self.connection.execute(
            "select p.platform, p.created_at, p.text, p.title, p.url, p.deleted_at, "
            f"a.handle, a.forgotten_at {_UNHAPPY} order by p.created_at, p.id limit ?",
            (brand, ms(since), ms(until), at_most),
        ).fetchall()

    def widest_authors(
        self, brand: str, since: datetime, until: datetime, at_most: int
    ) -> Sequence[sqlite3.Row]:
        """Whose unhappy posts of a time are kept, those with the most followers first."""
        return self.connection.execute(
            "select p.platform, a.handle, a.followers, count(*) as posts "
            f"{_UNHAPPY} and p.deleted_at is null and a.forgotten_at is null and a.handle <> '' "
            "and a.followers is not null and p.platform <> ? "
            "group by a.id order by a.followers desc, a.id limit ?",
            (brand, ms(since), ms(until), ANONYMOUS, at_most),
        ).fetchall()

    def own_posts(
        self, brand: str, since: datetime, until: datetime, at_most: int
    ) -> Sequence[sqlite3.Row]:
        """What the brand's own accounts wrote in a time and still stands, the oldest first."""
        return self.connection.execute(
            "select p.platform, p.created_at, p.url from posts p "
            "cross join mentions m on m.post = p.id where m.brand = ? and p.created_at >= ? "
            "and p.created_at < ? and m.own = 1 and p.deleted_at is null "
            "order by p.created_at, p.id limit ?",
            (brand, ms(since), ms(until), at_most),
        ).fetchall()

    def cases_of_time(self, brand: str, since: datetime, until: datetime) -> sqlite3.Row:
        """Of the cases that a brand's complaints of a time opened: how many, how many are
        acknowledged and publicly answered, and when that was first done."""
        found: sqlite3.Row = self.connection.execute(
            "select count(*) as cases, count(acked_at) as acknowledged, "
            "min(acked_at) as first_acknowledged, count(first_replied_at) as answered, "
            "min(first_replied_at) as first_answered from cases "
            "where brand = ? and opened_at >= ? and opened_at < ?",
            (brand, ms(since), ms(until)),
        ).fetchone()
        return found
