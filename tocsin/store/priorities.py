"""How urgent cases were found to be, and why; and what is usual for a brand, to measure against."""

import json
import math
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from config import Band
from escalation.priority import Floor, Priority, Term
from escalation.weighing import Reading, Usual, rate_of
from tocsin.store.times import ms, utc

LEAST_KNOWN = 20  # authors, or posts, from which on something is called usual
_REACTIONS = (
    "coalesce(likes, 0) + coalesce(reposts, 0) + coalesce(replies, 0) + coalesce(quotes, 0)"
)


class PriorityRows:
    """What a case's priority is made from, and what it was made to."""

    connection: sqlite3.Connection

    def keep_priority(self, case: int, priority: Priority, at: datetime) -> None:
        """Keep a case's priority with its whole explanation; the newest counts."""
        terms = [[term.name, term.weight, term.value, term.points] for term in priority.terms]
        floors = [[floor.name, floor.score] for floor in priority.floors]
        self.connection.execute(
            "insert into priorities (case_number, at, score, band, reopened_points, terms, floors) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (
                case,
                ms(at),
                priority.score,
                priority.band,
                priority.reopened_points,
                json.dumps(terms),
                json.dumps(floors),
            ),
        )

    def priority(self, case: int) -> Priority | None:
        """A case's priority as it was weighed last; None: it never was."""
        row = self.connection.execute(
            "select * from priorities where case_number = ? order by id desc limit 1", (case,)
        ).fetchone()
        if row is None:
            return None
        return Priority(
            score=row["score"],
            band=Band(row["band"]),
            terms=tuple(Term(*term) for term in json.loads(row["terms"])),
            floors=tuple(Floor(*floor) for floor in json.loads(row["floors"])),
            reopened_points=row["reopened_points"],
        )

    # --------------------------------------------------------------------------- the usual
    def usual(self, brand: str) -> Usual:
        """What is usual for a brand: geometric means, each once enough of it is known."""
        row = self.connection.execute(
            "select * from brand_usual where brand = ?", (brand,)
        ).fetchone()
        if row is None:
            return Usual()
        return Usual(
            followers=_mean(row["authors"], row["log_followers"]),
            rate=_mean(row["rates"], row["log_rate"]),
            views=_mean(row["viewed"], row["log_views"]),
        )

    def usual_followers(self, brand: str) -> float | None:
        """The usual followers of those who name a brand; None: not known yet."""
        return self.usual(brand).followers

    def learn_usual(self, post: int) -> None:
        """Take a post's first reading for what is usual of the brands it names, ours apart.

        Only the first: a post that is read a hundred times is still one post.
        """
        rows = self.connection.execute(
            f"select at, {_REACTIONS} as reactions, "  # noqa: S608
            "likes is null and reposts is null and replies is null and quotes is null as unsaid, "
            "views from counts where post = ? limit 2",
            (post,),
        ).fetchall()
        if len(rows) != 1:
            return
        (row,) = rows
        written = self.connection.execute(
            "select created_at from posts where id = ?", (post,)
        ).fetchone()[0]
        rate = rate_of([Reading(utc(row["at"]), row["reactions"])], utc(written))
        rated = not row["unsaid"] and rate is not None
        viewed = row["views"] is not None and row["views"] >= 0
        self.connection.execute(
            "insert into brand_usual (brand, rates, log_rate, viewed, log_views) "
            "select distinct brand, ?, ?, ?, ? from mentions where post = ? and own = 0 "
            "on conflict do update set rates = rates + excluded.rates, "
            "log_rate = log_rate + excluded.log_rate, viewed = viewed + excluded.viewed, "
            "log_views = log_views + excluded.log_views",
            (
                int(rated),
                math.log1p(rate) if rated and rate is not None else 0.0,
                int(viewed),
                math.log1p(row["views"]) if viewed else 0.0,
                post,
            ),
        )

    def spread_of_case(self, case: int, since: datetime) -> tuple[float | None, int | None]:
        """Of a case's posts: the highest rate of reactions an hour, from readings since an
        instant, and the most views. None: unknown."""
        rows = self.connection.execute(
            "select p.id, p.created_at, p.views from case_posts c join posts p on p.id = c.post "
            "where c.case_number = ? and p.deleted_at is null",
            (case,),
        ).fetchall()
        rates = [rate_of(self._readings(row["id"], since), utc(row["created_at"])) for row in rows]
        views = [row["views"] for row in rows if row["views"] is not None]
        known = [rate for rate in rates if rate is not None]
        return max(known, default=None), max(views, default=None)

    def _readings(self, post: int, since: datetime) -> Sequence[Reading]:
        rows = self.connection.execute(
            f"select at, {_REACTIONS} from counts where post = ? and at >= ? "  # noqa: S608
            "and coalesce(likes, reposts, replies, quotes) is not null order by at",
            (post, ms(since)),
        )
        return [Reading(utc(row[0]), row[1]) for row in rows.fetchall()]


def _mean(many: int, logs: float) -> float | None:
    return math.expm1(logs / many) if many >= LEAST_KNOWN else None
