"""A backtest in lines for a person, and in rows for a program."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from config import spell_duration
from tocsin.whatif.backtest import Alarm, Backtest, Outcome, Recorded

MOST_LISTED = 50  # alarms of one sensitivity, the newest; their number is told whole


def lines(found: Backtest) -> Iterator[str]:
    """What would have rung, and what is not known."""
    yield (
        f"{found.brand}: {_count(found.posts, 'post')}, {found.unhappy} of them unhappy, from "
        f"{_at(found.since)} to {_at(found.until)} UTC"
    )
    yield f"On record: {_incidents(found.recorded)}"
    for outcome in found.outcomes:
        yield from _outcome(outcome)
    yield from _unknown(found)


def _outcome(outcome: Outcome) -> Iterator[str]:
    yield ""
    many = len(outcome.alarms)
    yield (
        f"{outcome.sensitivity}: {_count(many, 'alarm')}, {outcome.a_week:.1f} a week; "
        f"{_count(outcome.watches, 'watch', 'watches')}"
    )
    for alarm in outcome.alarms[-MOST_LISTED:]:
        yield f"  {_at(alarm.ring.at)}  {_matched(alarm)}: {alarm.ring.sentence}"
    if many > MOST_LISTED:
        yield f"  and {many - MOST_LISTED} before these"
    for one in outcome.missed:
        yield f"  not rung for {_incident(one)}"


def _matched(alarm: Alarm) -> str:
    return "on no record" if alarm.incident is None else f"incident {alarm.incident}"


def _incidents(recorded: tuple[Recorded, ...]) -> str:
    return "; ".join(map(_incident, recorded)) or "no incident"


def _incident(one: Recorded) -> str:
    what = "storm" if one.storm else "watch"
    by = ", declared by a person" if one.declared else ""
    return f"incident {one.number} of {_at(one.opened_at)} ({what}{by})"


def _unknown(found: Backtest) -> Iterator[str]:
    yield ""
    yield "What it cannot know:"
    deaf = spell_duration(_whole_minutes(found.deaf)) if found.deaf else ""
    yield f"  deaf: a source was not heard for {deaf}" if deaf else "  deaf: no such time is noted"
    yield (
        f"  erased: {_count(found.erased, 'post')}; they count, but not their followers, nor that "
        "they were reposts"
    )
    yield (
        f"  late: {_count(found.late, 'post')} came over 10 min after being written; each is taken "
        "for heard when it was written"
    )
    yield "  how far single posts went, what was never fetched, and how posts are judged by others"
    yield "  the first day: nothing is usual yet, and only a plain storm rings"


def _whole_minutes(length: timedelta) -> timedelta:
    return max(timedelta(minutes=1), timedelta(minutes=round(length / timedelta(minutes=1))))


def _count(many: int, one: str, several: str = "") -> str:
    return f"{many} {one if many == 1 else several or f'{one}s'}"


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def rows(found: Backtest) -> dict[str, Any]:
    """All of it, with times in UTC; every alarm is in it."""
    return {
        "brand": found.brand,
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "posts": found.posts,
        "unhappy": found.unhappy,
        "unknown": {
            "deaf_seconds": round(found.deaf.total_seconds()),
            "erased_posts": found.erased,
            "late_posts": found.late,
        },
        "incidents": [_recorded_row(one) for one in found.recorded],
        "sensitivities": [_outcome_row(one) for one in found.outcomes],
    }


def _recorded_row(one: Recorded) -> dict[str, Any]:
    return {
        "number": one.number,
        "opened_at": one.opened_at.isoformat(),
        "declared": one.declared,
        "storm": one.storm,
    }


def _outcome_row(one: Outcome) -> dict[str, Any]:
    return {
        "sensitivity": one.sensitivity,
        "alarms_a_week": round(one.a_week, 3),
        "watches": one.watches,
        "missed": [incident.number for incident in one.missed],
        "alarms": [_alarm_row(alarm) for alarm in one.alarms],
    }


def _alarm_row(alarm: Alarm) -> dict[str, Any]:
    signal = alarm.ring.signal
    return {
        "at": alarm.ring.at.isoformat(),
        "level": signal.level,
        "people": signal.people,
        "minutes": signal.minutes,
        "usual": round(signal.usual, 3),
        "sentence": alarm.ring.sentence,
        "incident": alarm.incident,
    }
