"""What a week's numbers know nothing of: silence must never look like calm."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from config import Settings
from tocsin.digest.data import Deafness, Failing, LeftOut, NotSeen
from tocsin.store.times import ms, utc

_DAY_MS = 86_400_000


def not_seen(
    connection: sqlite3.Connection,
    settings: Settings,
    start: datetime,
    end: datetime,
    shown: Callable[[str], str],
) -> NotSeen:
    """Everything of the week that was not heard, for all brands together."""
    begun = {
        row["name"]: row["started_at"]
        for row in connection.execute("select name, started_at from sources").fetchall()
    }
    return NotSeen(
        started=any(at < ms(end) for at in begun.values()),
        gaps=_gaps(connection, ms(start), ms(end)),
        failing=_failing(connection, settings, shown),
        not_begun=tuple(source.name for source in settings.sources if source.name not in begun),
        left_out=_left_out(connection, ms(start), ms(end)),
    )


def _gaps(connection: sqlite3.Connection, start: int, end: int) -> tuple[Deafness, ...]:
    """Gaps that overlap the week, cut to it, by source and reason; the longest first."""
    rows = connection.execute(
        "select source, reason, max(since, ?) as since, min(until, ?) as until from gaps "
        "where since < ? and until > ?",
        (start, end, end, start),
    )
    stretches: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for row in rows.fetchall():
        stretches[row["source"], row["reason"]].append((row["since"], row["until"]))
    gaps = [
        Deafness(*key, covered(found) / 60_000, len(found))
        for key, found in sorted(stretches.items())
    ]
    return tuple(sorted(gaps, key=lambda gap: -gap.minutes))


def covered(stretches: Iterable[tuple[int, int]]) -> int:
    """How much time is covered by stretches that may overlap: a gap may be noted twice."""
    total, reached = 0, None
    for since, until in sorted(stretches):
        begins = since if reached is None else max(since, reached)
        total += max(0, until - begins)
        reached = until if reached is None else max(reached, until)
    return total


def _failing(
    connection: sqlite3.Connection, settings: Settings, shown: Callable[[str], str]
) -> tuple[Failing, ...]:
    """Sources that fail now. Until its fault is opened, the fallback executive stands in."""
    rows = connection.execute(
        "select s.name, s.failing_since, s.failure, f.owner from sources s left join faults f "
        "on f.about = 'source:' || s.name and f.state <> 'closed' "
        "where s.failing_since is not null order by s.failing_since, s.name"
    )
    return tuple(
        Failing(
            row["name"],
            utc(row["failing_since"]),
            row["failure"] or "",
            shown(row["owner"] or settings.fallback_executive),
        )
        for row in rows.fetchall()
    )


def _left_out(connection: sqlite3.Connection, start: int, end: int) -> tuple[LeftOut, ...]:
    """Tallies are kept by UTC day; as with hours, a day belongs to the week in which it starts."""
    rows = connection.execute(
        "select reason, sum(n) as times from tallies where day >= ? and day < ? "
        "group by reason order by times desc, reason",
        (-(-start // _DAY_MS), -(-end // _DAY_MS)),
    )
    return tuple(LeftOut(*row) for row in rows.fetchall())
