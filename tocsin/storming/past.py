"""How earlier storms of a brand went that were like this one."""

from datetime import datetime, timedelta
from math import log
from typing import Any

from escalation.subject import Incident
from tocsin.store import Unit
from tocsin.storming.course import Course, course_of

MOST_LOOKED_AT = 50  # the newest storms of a brand
MOST_SIMILAR = 3


def similar(desk: Unit, course: Course, now: datetime) -> list[dict[str, Any]]:
    """The earlier storms that had most nearly as many people as this one at the same point.

    Only what was measured, and is over, can be compared.
    """
    after = (course.ended or now) - course.rang
    this = max(course.incident.people, people_after(course, after))
    found = [
        other
        for one in desk.storms(course.incident.brand, MOST_LOOKED_AT)
        if _is_earlier(one, course.incident)
        and (other := course_of(desk, one)).ended is not None
        and other.is_covered(min(other.ended, other.rang + after))
    ]
    nearest = sorted(found, key=lambda other: _apart(this, people_after(other, after)))
    return [_row(other, after) for other in nearest[:MOST_SIMILAR]]


def _is_earlier(one: Incident, this: Incident) -> bool:
    return one.number != this.number and one.opened_at < this.opened_at and one.people > 0


def people_after(course: Course, wait: timedelta) -> int:
    """How many people a storm had so long after it was first told."""
    until = course.rang + wait
    if course.ended is not None:
        until = min(until, course.ended)
    return course.people(until)


def _apart(one: int, other: int) -> float:
    return abs(log((1 + one) / (1 + other)))


def _row(other: Course, after: timedelta) -> dict[str, Any]:
    assert other.ended is not None
    calm = other.ended - other.rang
    return {
        "incident": other.incident.number,
        "rang": other.rang.isoformat(timespec="seconds"),
        "people_at_this_point": people_after(other, after),
        "minutes_until_calm": int(calm.total_seconds() // 60),
        "people": max(other.incident.people, people_after(other, calm)),
        "cause": other.incident.cause,
    }
