"""A silence as it is shown: what it would hold, what it is over, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.cli.common import say

if TYPE_CHECKING:
    from escalation.silences import Scope, Silence
    from escalation.subject import Subject
    from tocsin.store import Unit
    from tocsin.wiring import House

WEEK = timedelta(days=7)  # of cases by which a preview says how much a silence would hide
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """What a silence would do: which open subjects it would hold now, and how many of the cases
    of the last seven days it would have held. named: the same subjects as people know them."""

    holds: tuple[str, ...]
    named: tuple[str, ...]
    hidden: int
    cases: int


def preview_of(house: "House", scope: "Scope", wait: timedelta) -> Preview:
    now = house.clock.now()
    with house.store.read() as desk:
        found = house.engine.would_hold(desk, scope, wait, now)
        week = desk.cases_since(now - WEEK)
    holds, named = [str(one.ref) for one in found], [_named(one) for one in found]
    hidden = sum(scope.covers(case) for case in week)
    return Preview(tuple(holds), tuple(named), hidden, len(week))


def _named(subject: "Subject") -> str:
    from tocsin.cli.shown import topic_of

    about = " · ".join(filter(None, (subject.brand, topic_of(subject))))
    return f"{subject.ref.spoken}, {subject.band.label}, {subject.owner}: {about}"


def print_preview(scope: "Scope", seen: Preview) -> None:
    more = len(seen.named) - MOST_SHOWN
    say(f"Over {scope.spoken}.")
    say("Would hold now:" if seen.named else "Would hold now: nothing.")
    for line in (*seen.named[:MOST_SHOWN], *([f"and {more:,} more"] if more > 0 else [])):
        say(f"    {line}")
    say(f"Of the {seen.cases:,} cases of the last 7 days it would have held {seen.hidden:,}.")
    never = "storms and matters of safety"
    now = "" if scope.urgent else "; what is Now (P1), unless --urgent"
    say(f"Never holds: {never}{now}; what somebody has taken on; the clocks of replies.")


def row_of(desk: "Unit", one: "Silence", now: datetime) -> dict[str, Any]:
    scope = one.scope
    return {
        "number": one.number,
        "running": one.runs(now),
        "brand": scope.brand,
        "team": scope.team,
        "topic": scope.topic,
        "about": scope.about,
        "urgent": scope.urgent,
        "author": one.author,
        "reason": one.reason,
        "since": one.since.isoformat(timespec="seconds"),
        "until": one.until.isoformat(timespec="seconds"),
        "ended_at": None if one.ended_at is None else one.ended_at.isoformat(timespec="seconds"),
        "ended_by": one.ended_by,
        "holds": desk.count_held(one.number),
        "hidden": desk.count_hidden(one.number),
    }


LIST_HEAD = ("number", "until", "holds", "hidden", "over", "by", "reason")


def line_of(house: "House", one: "Silence", row: dict[str, Any]) -> tuple[str, ...]:
    """A silence as a line of the list."""
    over = "" if row["running"] else "over since "
    return (
        str(one.number),
        over + time_of(house, end_of(one)),
        str(row["holds"]),
        str(row["hidden"]),
        one.scope.spoken,
        one.author,
        one.reason,
    )


def end_of(one: "Silence") -> datetime:
    return one.ended_at or one.until


def print_one(house: "House", one: "Silence", row: dict[str, Any]) -> None:
    say(f"Silence {one.number}: {one.scope.spoken}, by {one.author}: {one.reason}")
    ends = f"ran until {time_of(house, end_of(one))}" if not row["running"] else ""
    ends = ends or f"runs until {time_of(house, one.until)}"
    by = f", ended by {one.ended_by}" if one.ended_by else ""
    say(f"begun {time_of(house, one.since)}, {ends}{by}")
    say(f"holds {row['holds']} now, has hidden {row['hidden']}")


def time_of(house: "House", instant: datetime) -> str:
    from zoneinfo import ZoneInfo

    from tocsin.speaker import spoken

    return spoken(instant, ZoneInfo(house.settings.timezone))
