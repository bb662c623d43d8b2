"""A brand's posts as the firestorm measure heard them, read again from any store.

What is erased keeps its row: whose it was (by our own number), when, and how it was judged. So an
erased post is counted as before; gone are its followers and what it was a repost of.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from listener.complaint import Verdict
from listener.intake import CLOCK_SKEW, UNHAPPY_VALENCE
from listener.mention import ANONYMOUS
from listener.voice import Voice, copied
from tocsin.store.times import ms

PAGE = 1_000  # rows read at once

# Each in the words it was first judged in, which is what the measure heard. Read along the posts'
# times: by the brand's mentions each page would sort all of them anew.
_SAID = """
select p.id, p.created_at, p.seen_at, p.author, p.platform, p.repost_of, p.deleted_at,
    a.followers, m.copy_of, m.marks, j.verdict, j.scored, j.valence
from posts p indexed by posts_by_time cross join mentions m on m.post = p.id
join authors a on a.id = p.author
join judgements j on j.id = (select min(id) from judgements where mention = m.id)
where m.brand = :brand and m.own = 0 and (p.created_at, p.id) > (:at, :id)
and p.created_at <= :until order by p.created_at, p.id limit :page
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One post of the past.

    erased  its words are gone, and with them its followers and its repost tree.
    late    seconds between its writing and its being seen.
    """

    voice: Voice
    erased: bool
    late: float


def voices(
    connection: sqlite3.Connection, brand: str, since: datetime, until: datetime
) -> Iterator[Said]:
    """What was written about a brand by others from `since` to `until`, the oldest first.

    What was fetched from before a source's first start is among it: it alarmed nobody then, but
    it is the brand's past as well. Raises sqlite3.Error.
    """
    place = {"brand": brand, "until": ms(until), "page": PAGE, "at": ms(since) - 1, "id": 1 << 62}
    while rows := connection.execute(_SAID, place).fetchall():
        yield from map(_said, rows)
        place |= {"at": rows[-1]["created_at"], "id": rows[-1]["id"]}


def _said(row: sqlite3.Row) -> Said:
    skew = int(CLOCK_SKEW.total_seconds() * 1000)
    nobody = row["platform"] == ANONYMOUS  # a hundred such posts may be one person's
    voice = Voice(
        at=min(row["created_at"], row["seen_at"] + skew) / 1000,
        author=ANONYMOUS if nobody else str(row["author"]),
        unhappy=_is_unhappy(row),
        root=_tree(row),
        platform=row["platform"],
        followers=row["followers"],
        marks=() if nobody else tuple(json.loads(row["marks"])),
        words=row["copy_of"],
    )
    late = max(0.0, (row["seen_at"] - row["created_at"]) / 1000)
    return Said(voice, row["deleted_at"] is not None, late)


def _is_unhappy(row: sqlite3.Row) -> bool:
    if row["verdict"] == Verdict.UNSURE:
        return bool(row["scored"]) and row["valence"] <= UNHAPPY_VALENCE
    return bool(row["verdict"] == Verdict.COMPLAINT)


def _tree(row: sqlite3.Row) -> str | None:
    if row["repost_of"] is not None or row["copy_of"] is None:
        return None if row["repost_of"] is None else str(row["repost_of"])
    return copied(row["copy_of"])


def deaf_times(
    connection: sqlite3.Connection, since: datetime, until: datetime
) -> tuple[tuple[float, float], ...]:
    """Stretches in which a source could not be heard, in Unix seconds, as they overlap a time;
    those that touch are one."""
    rows = connection.execute(
        "select since, until from gaps where since < ? and until > ? order by since, until",
        (ms(until), ms(since)),
    )
    joined: list[tuple[float, float]] = []
    for start, end in ((row[0] / 1000, row[1] / 1000) for row in rows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
