"""What the pages of a week were good for, team by team, and which rule brings most false ones.

A page is one demand to one person about one case, on however many channels. The ledger says what
followed it.
"""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.closing import DISMISSED, SPAM
from escalation.decision import ENGINE, LADDER_PAGE
from tocsin.store.times import ms

ENOUGH_FALSE = 3  # false pages from which one rule is named; fewer are chance

# What the first of these that follows a page says of it. By hand, anything does: somebody has
# looked at the case.
_CLIMBED = ("escalated", "unreachable")
_REPLIED = "brand_reply"
# A reason that names a group of ours, and quotes the post behind it: `broken: "still no refund"`.
_GROUP = re.compile(r'([a-z][a-z ,-]{0,39}): "')
_PAGES = """
select m.number, m.round, m.step, m.person, m.nth, min(m.sent_at) as sent_at,
       k.team, k.topic, k.state, k.close_reason
from messages m join cases k on k.number = m.number
where m.kind = 'case' and m.purpose = 'page' and m.state = 'sent' and m.what = ?
  and m.sent_at >= ? and m.sent_at < ? and k.brand = ?
group by m.number, m.round, m.step, m.person, m.nth order by m.number, sent_at
"""
_FOLLOWED = """
select event, actor from ledger where subject = 'case:' || ? and at > ?
  and (actor <> ? or event in ('escalated', 'unreachable', 'brand_reply')) order by number limit 1
"""
_WHY = """
select j.why from case_posts c join mentions m on m.post = c.post and m.brand = ?
join judgements j on j.mention = m.id where c.case_number = ? order by j.id limit 1
"""
_NOT_US = """
select 1 from case_posts c join labels l on l.post = c.post
where c.case_number = ? and l.kind = 'us' and l.value = 'false' limit 1
"""


@dataclass(frozen=True, slots=True)
class PageWeek:
    """A team's pages of the week.

    useful   somebody acted on the case, or we replied, before it climbed past that page.
    false    the case was no complaint, spam, or meant somebody else.
    ignored  nobody did anything, and the case climbed past it.
    waiting  none of these yet.
    """

    team: str
    pages: int
    useful: int
    false: int
    ignored: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Tighten:
    """Which rule brings most false pages: so many of all, of one topic ("": none) and for one
    group of words ("": not known), and the setting that would change it."""

    false: int
    of: int
    topic: str
    group: str
    setting: str


@dataclass(frozen=True, slots=True)
class _Page:
    case: int
    team: str
    topic: str
    came_to: str


def of_week(
    connection: sqlite3.Connection, brand: str, start: datetime, end: datetime
) -> tuple[tuple[PageWeek, ...], Tighten | None]:
    """A brand's pages by team, the most first, and the rule to tighten; None: too few are false."""
    rows = connection.execute(_PAGES, (LADDER_PAGE, ms(start), ms(end), brand)).fetchall()
    pages = [
        _Page(row["number"], row["team"], row["topic"] or "", _came_to(connection, row))
        for row in rows
    ]
    by_team: dict[str, list[_Page]] = defaultdict(list)
    for page in pages:
        by_team[page.team].append(page)
    weeks = [_week(team, found) for team, found in sorted(by_team.items())]
    weeks.sort(key=lambda week: -week.pages)
    return tuple(weeks), _tighten(connection, brand, pages)


def _came_to(connection: sqlite3.Connection, row: sqlite3.Row) -> str:
    if row["state"] == "closed" and row["close_reason"] in (DISMISSED, SPAM):
        return "false"
    followed = connection.execute(_FOLLOWED, (row["number"], row["sent_at"], ENGINE)).fetchone()
    if followed is None:
        return "waiting"
    event, actor = followed
    climbed = actor == ENGINE and event in _CLIMBED
    return "ignored" if climbed else "useful"


def _week(team: str, pages: Sequence[_Page]) -> PageWeek:
    count = Counter(page.came_to for page in pages)
    return PageWeek(
        team, len(pages), count["useful"], count["false"], count["ignored"], count["waiting"]
    )


def _tighten(connection: sqlite3.Connection, brand: str, pages: Sequence[_Page]) -> Tighten | None:
    """The topic with most false pages, the words that most often spoke for them, the setting."""
    false = [page for page in pages if page.came_to == "false"]
    if len(false) < ENOUGH_FALSE:
        return None
    topic, count = Counter(page.topic for page in false).most_common(1)[0]
    cases = sorted({page.case for page in false if page.topic == topic})
    groups = Counter(group for case in cases for group in _groups(connection, brand, case))
    group = groups.most_common(1)[0][0] if groups else ""
    others = sum(connection.execute(_NOT_US, (case,)).fetchone() is not None for case in cases)
    setting = "[judging] precision"
    if 2 * others > len(cases):
        setting = "exclude or near of [[brands]]"
    return Tighten(count, len(false), topic, group, setting)


def _groups(connection: sqlite3.Connection, brand: str, case: int) -> set[str]:
    """The groups of words that spoke for a case's first complaint; none where it was erased."""
    row = connection.execute(_WHY, (brand, case)).fetchone()
    reasons = json.loads(row[0]) if row is not None else []
    found = (_GROUP.match(one) for one in reasons if isinstance(one, str))
    return {one[1] for one in found if one is not None and one[1] != "against"}
