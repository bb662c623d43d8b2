"""How the teams answered: waits and promises of the cases that were opened in a week."""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config import Band, BandTimes
from escalation import hiding
from escalation.business import BeyondCalendar, OpenHours, add, of_team
from escalation.decision import ENGINE
from escalation.rules import Rules
from escalation.subject import State
from tocsin.digest.data import CostWeek, HiddenWeek, Share, TeamWeek, Wait, share
from tocsin.digest.statistics import percentile
from tocsin.store.hidings import CONFIRMED, REFUSED, hidings_in
from tocsin.store.times import ms, utc

DISMISSED = ("dismissed", "spam")  # close_reason of what was no complaint after all

# A case that is asked anew forgets who had acknowledged it, and a reopened one is acknowledged
# again; the ledger still knows when that first happened.
_CASES = """
select k.number, k.team, k.topic, k.band, k.safety, k.opened_at, k.state, k.acked_at,
       k.first_replied_at, k.closed_at, k.closed_by, k.close_reason,
       (select min(l.at) from ledger l where l.subject = 'case:' || k.number
        and l.event in ('acknowledged', 'accepted', 'claimed')) as taken_at
from cases k where k.brand = ? and k.opened_at >= ? and k.opened_at < ? order by k.number
"""


_COSTS = """
select cause, count(*), coalesce(sum(cost), 0), coalesce(sum(money), 0) from cases
where brand = ? and state = 'closed' and closed_at >= ? and closed_at < ? and cause is not null
  and (cost is not null or money is not null)
group by cause order by 4 desc, 3 desc, cause
"""


def costs(
    connection: sqlite3.Connection, brand: str, start: datetime, end: datetime
) -> tuple[CostWeek, ...]:
    """What the cases closed in the week cost, by the function that caused them, the dearest
    first."""
    rows = connection.execute(_COSTS, (brand, ms(start), ms(end)))
    return tuple(CostWeek(*row) for row in rows.fetchall())


def hidden(
    connection: sqlite3.Connection, brand: str, start: datetime, end: datetime
) -> tuple[HiddenWeek, ...]:
    """What was hidden in the week, by what was done."""
    found = hidings_in(connection, start, end, brand)
    kinds = {what: [one.outcome for one in found if one.what == what] for what in hiding.WHAT}
    return tuple(
        HiddenWeek(what, len(said), said.count(CONFIRMED), said.count(REFUSED))
        for what, said in kinds.items()
        if said
    )


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a case. Waits are minutes from its opening; infinite: it has not happened.

    ack_due, reply_due  when each had been promised; None: working hours never come.
    """

    team: str
    dismissed: bool
    is_open: bool
    acknowledged: float
    replied: float
    resolved: float
    ack_due: float | None
    reply_due: float | None
    age: float


def teams(
    connection: sqlite3.Connection,
    rules: Rules,
    brand: str,
    start: datetime,
    end: datetime,
    now: datetime,
) -> tuple[TeamWeek, ...]:
    """Each team's week, the team with the most cases first."""
    rows = connection.execute(_CASES, (brand, ms(start), ms(end))).fetchall()
    promises = Promises(rules)
    by_team: dict[str, list[Course]] = defaultdict(list)
    for row in rows:
        by_team[row["team"]].append(_course(row, promises, now))
    weeks = [team_week(team, courses) for team, courses in sorted(by_team.items())]
    return tuple(sorted(weeks, key=lambda week: -week.cases))


def team_week(team: str, courses: Sequence[Course]) -> TeamWeek:
    """Sum up the courses of a team's cases."""
    real = [course for course in courses if not course.dismissed]
    return TeamWeek(
        team=team,
        cases=len(courses),
        dismissed=len(courses) - len(real),
        answered=_kept((one.replied, one.reply_due, one.age) for one in real),
        in_time=_kept((one.acknowledged, one.ack_due, one.age) for one in real),
        acknowledged=_wait([one.acknowledged for one in real]),
        replied=_wait([one.replied for one in real]),
        resolved=_wait([one.resolved for one in real]),
        still_open=sum(one.is_open for one in real),
    )


def _kept(promises: Iterable[tuple[float, float | None, float]]) -> Share | None:
    """How many promises were kept, of those that are settled: kept already, or overdue."""
    settled = [
        took <= due
        for took, due, age in promises
        if due is not None and (took < math.inf or due <= age)
    ]
    return share(sum(settled), len(settled))


def _wait(minutes: Sequence[float]) -> Wait:
    def known(value: float | None) -> float | None:
        return value if value is not None and value < math.inf else None

    return Wait(
        happened=sum(one < math.inf for one in minutes),
        of=len(minutes),
        median=known(percentile(minutes, 0.5)),
        ninth=known(percentile(minutes, 0.9)),
    )


class Promises:
    """What was promised for a case, in minutes from its opening.

    The same instants as the engine's timers (Rules.due) at the case's present band and team;
    here waits and working hours are looked up once for each kind of case, not for each case.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._known: dict[tuple[str, str, bool], tuple[BandTimes, OpenHours | None]] = {}

    def due(self, row: sqlite3.Row, opened: datetime) -> tuple[float | None, float | None]:
        """When the acknowledgement and when our first reply were due; None: hours never come."""
        key = (row["team"], row["band"], bool(row["safety"]))
        if key not in self._known:
            self._known[key] = self._kind(*key)
        times, hours = self._known[key]
        return _due(hours, opened, times.ack), _due(hours, opened, times.first_reply)

    def _kind(self, team: str, band: str, safety: bool) -> tuple[BandTimes, OpenHours | None]:
        settings = self._rules.settings
        known = {one.name: one for one in settings.teams}
        asked = known.get(team, settings.triage_team)
        times = settings.policy_of(asked).times(Band(band))
        if safety or not times.business:
            return times, None
        return times, of_team(asked.hours, settings.zone_of_team(asked))


def _due(hours: OpenHours | None, opened: datetime, wait: timedelta) -> float | None:
    if hours is None:
        return _minutes(wait)
    try:
        return _minutes(add(hours, opened, wait) - opened)
    except BeyondCalendar:
        return None


def _course(row: sqlite3.Row, promises: Promises, now: datetime) -> Course:
    opened = utc(row["opened_at"])
    ack_due, reply_due = promises.due(row, opened)
    return Course(
        team=row["team"],
        dismissed=row["close_reason"] in DISMISSED and row["state"] == State.CLOSED,
        is_open=row["state"] != State.CLOSED,
        acknowledged=_since(row, _taken_at(row)),
        replied=_since(row, row["first_replied_at"]),
        resolved=_since(row, row["closed_at"]),
        ack_due=ack_due,
        reply_due=reply_due,
        age=_minutes(now - opened),
    )


def _taken_at(row: sqlite3.Row) -> int | None:
    """When somebody first took it on: by word, by our public reply, or by closing it."""
    closed = row["closed_at"] if row["closed_by"] != ENGINE else None
    signs = (row["taken_at"], row["acked_at"], row["first_replied_at"], closed)
    return min((sign for sign in signs if sign is not None), default=None)


def _since(row: sqlite3.Row, at: int | None) -> float:
    """Minutes from the opening; a reply that is older than what we knew took none."""
    return math.inf if at is None else max(0, at - row["opened_at"]) / 60_000


def _minutes(wait: timedelta) -> float:
    return wait / timedelta(minutes=1)
