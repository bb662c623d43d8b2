"""Which posts say the same words, and what was marked of them."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from listener.crowd import Noise, Voiced
from tocsin.store.times import ms


@dataclass(frozen=True, slots=True)
class Copies:
    """How many posts by others say the words of a case's posts, and how many people that are.

    marks  of any post with these words.
    """

    posts: int
    people: int
    marks: tuple[str, ...]


class NoiseRows:
    """Kept beside the mention, and read for the case."""

    connection: sqlite3.Connection

    def keep_noise(self, post: int, brand: str, noise: Noise) -> None:
        """Keep what was found of a mention."""
        self.connection.execute(
            "update mentions set copy_of = ?, marks = ? where post = ? and brand = ?",
            (noise.copy_of, json.dumps(noise.marks), post, brand),
        )

    def voiced_since(self, since: datetime, before: int, limit: int) -> Iterator[Voiced]:
        """Mentions of others seen since an instant, of posts kept before one, the newest `limit`
        of them; the oldest first."""
        rows = self.connection.execute(
            "select id, author, created_at, text from (select p.id, p.author, p.created_at, "
            "case when p.repost_of is null then trim(p.title || ' ' || p.text) else '' end as text "
            "from posts p where p.seen_at >= ? and p.id < ? and p.deleted_at is null "
            "and exists (select 1 from mentions m where m.post = p.id and m.own = 0) "
            "order by p.id desc limit ?) order by id",
            (ms(since), before, limit),
        )
        for row in rows.fetchall():
            yield Voiced(row["id"], row["author"], row["text"], row["created_at"] / 1000)

    def copies_of_case(self, case: int) -> Copies:
        """How many say what a case's posts say: copies, and reposts that name the brand."""
        row = self.connection.execute(_COPIES, {"number": case}).fetchone()
        marks = {
            mark
            for (said,) in self.connection.execute(_MARKS, {"number": case})
            for mark in json.loads(said)
        }
        return Copies(row[0], row[1], tuple(sorted(marks)))


_SAME = (
    "with own as (select c.post, p.platform, p.native_id, k.brand, k.author from case_posts c "
    "join posts p on p.id = c.post join cases k on k.number = c.case_number "
    "where c.case_number = :number), "
    "firsts as (select post from own union select m.copy_of from own "
    "join mentions m on m.post = own.post and m.brand = own.brand where m.copy_of is not null), "
    "same as (select m.post from mentions m where m.copy_of in (select post from firsts) "
    "union select post from firsts "
    "union select r.id from own join posts r on r.platform = own.platform "
    "and r.repost_of = own.native_id) "
)
_COPIES = (
    _SAME  # noqa: S608
    + "select count(*), count(distinct p.author) from same join posts p on p.id = same.post "
    "where p.deleted_at is null and p.author <> (select author from own limit 1)"
)
_MARKS = (
    _SAME  # noqa: S608
    + "select distinct m.marks from mentions m join own on own.brand = m.brand "
    "where m.post in (select post from same) and m.marks <> '[]'"
)
