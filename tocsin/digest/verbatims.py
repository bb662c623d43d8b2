"""The week's worst complaints in their authors' own words."""

import math
import sqlite3
from datetime import datetime

from escalation import encode
from tocsin.digest.data import MAX_VERBATIM_CHARS, MAX_VERBATIMS, Quote
from tocsin.digest.responses import DISMISSED
from tocsin.store.times import ms

REPOST_WORTH = 10  # followers that a repost counts for, as where a storm's widest post is chosen

# The newest judgement counts; a matter of safety is a complaint, however unsure the rest of it is.
# What a person has dismissed is no complaint; a repost is not the
# reposter's own words; nothing erased or forgotten is shown.
_COMPLAINTS = """
select p.id, p.author, j.severity, coalesce(a.followers, 0) as followers,
       coalesce(p.reposts, 0) as reposts
from posts p
join mentions m on m.post = p.id and m.brand = ? and m.own = 0
join judgements j on j.id = (select max(id) from judgements where mention = m.id)
join authors a on a.id = p.author
where p.created_at >= ? and p.created_at < ? and p.deleted_at is null and p.repost_of is null
  and a.forgotten_at is null and p.text || p.title <> ''
  and (j.verdict = 'complaint' or j.safety = 1)
  and not exists (select 1 from case_posts c join cases k on k.number = c.case_number
      where c.post = p.id and k.brand = m.brand and k.state = 'closed'
      and k.close_reason in (?, ?))
"""
_WORDS = """
select p.title, p.text, p.url, p.platform, a.handle, a.name, a.followers,
       j.severity, coalesce(j.topic, '') as topic
from posts p
join mentions m on m.post = p.id and m.brand = ?
join judgements j on j.id = (select max(id) from judgements where mention = m.id)
join authors a on a.id = p.author where p.id = ?
"""


def worst(
    connection: sqlite3.Connection, brand: str, start: datetime, end: datetime
) -> tuple[Quote, ...]:
    """At most five complaints, most severe × reach first, one per author and one per wording."""
    rows = connection.execute(_COMPLAINTS, (brand, ms(start), ms(end), *DISMISSED)).fetchall()
    weighed = sorted(rows, key=lambda row: (-weight(row[2], row[3], row[4]), row[0]))
    authors: set[int] = set()
    said: dict[str, Quote] = {}
    for row in weighed:
        if len(said) == MAX_VERBATIMS:
            break
        if row["author"] in authors:
            continue
        quote = _quote(connection, brand, row["id"])
        if said.setdefault(quote.text.casefold(), quote) is quote:
            authors.add(row["author"])
    return tuple(said.values())


def weight(severity: float, followers: int, reposts: int) -> float:
    """Severity (0 to 1) times reach, which counts by its order of magnitude.

    An author with ten times the followers is not ten times as important, and one whose followers
    are not told is not unimportant: reach is 1 for nobody, 4 for a thousand, 7 for a million.
    """
    reach = max(0, followers) + REPOST_WORTH * max(0, reposts)
    return severity * (1 + math.log10(1 + reach))


def _quote(connection: sqlite3.Connection, brand: str, post: int) -> Quote:
    row = connection.execute(_WORDS, (brand, post)).fetchone()
    text = f"{row['title']}: {row['text']}" if row["title"] else row["text"]
    author = f"@{row['handle'].removeprefix('@')}" if row["handle"] else row["name"]
    return Quote(
        text=encode.cut(encode.one_line(text), MAX_VERBATIM_CHARS),
        author=author,
        platform=row["platform"],
        url=row["url"],
        topic=row["topic"],
        severity=row["severity"],
        reach=row["followers"],
    )
