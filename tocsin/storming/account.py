"""All that is known of a storm, as JSON: figures, turning points, forecasts, people, deeds."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from config import Settings
from escalation.decision import ENGINE
from escalation.storms import DECLARED
from escalation.subject import Incident
from listener.curve import peak
from listener.issued import FORESEEN
from listener.silent_many import row_of, standing_of, voices_of
from tocsin.store import Unit
from tocsin.store.storms import Issued, OnPlatform
from tocsin.store.times import utc
from tocsin.storming.course import Course, course_of
from tocsin.storming.past import similar

FIRST_POSTS = 5
WIDEST = 5
MOST_REPLIES = 100


def account(desk: Unit, incident: Incident, settings: Settings, now: datetime) -> dict[str, Any]:
    """All of a storm."""
    course, story = course_of(desk, incident), desk.story_of_incident(incident.number)
    until = course.ended or now
    platforms = desk.by_platform(incident.brand, course.since, until)
    voices = _voices(course, platforms, until)
    told = [one for one in course.issued if one.figures.level != "clear"]
    last = told[-1].figures if told else None
    plain = "" if incident.sentence == DECLARED else incident.sentence
    return {
        "incident": incident.number,
        "brand": incident.brand,
        "topic": incident.topic,
        "story": story.name if story else "",
        "level": str(incident.level),
        "sentence": told[-1].sentence if told else plain,
        "said_last": plain,
        "declared_by": incident.declared_by,
        "people": voices,
        "posts": sum(one.posts for one in platforms),
        "silent_many": row_of(standing_of(settings, incident.brand, voices)),
        "turning_points": _turning_points(course),
        "forecasts": _forecasts(desk, course, now),
        "begets": None if last is None else last.begets,
        "begets_more_than_one": None if last is None or last.begets is None else last.surely,
        **_people(desk, course, until),
        "platforms": [
            {"platform": one.platform, "posts": one.posts, "people": one.people}
            for one in platforms
        ],
        **_deeds(desk, course, until),
        "similar": similar(desk, course, now),
        "curve": [
            {"at": _iso(cell.at), "people": cell.people, "usual": round(cell.usual, 4)}
            for cell in course.cells
        ],
    }


def _voices(course: Course, platforms: Sequence[OnPlatform], until: datetime) -> int:
    """How many people a storm had: by its curve where that is whole, else who wrote in its time;
    never fewer than it was told with."""
    told = course.incident.people
    if not (course.issued or told):  # a person declared it: no count is of it
        return 0
    people = course.people(until)
    if not course.is_covered(until):
        people = max(people, voices_of((one.platform, one.people) for one in platforms))
    return max(told, people)


def _turning_points(course: Course) -> dict[str, Any]:
    first = next((one.figures for one in course.issued), None)
    worst = peak(course.cells, course.since.timestamp())
    cleared = [one.at for one in course.issued if one.figures.level == "clear"]
    return {
        "onset": None if course.began is None else _text(course.began),
        "rang": _text(course.rang),
        "rang_at_people": None if first is None else first.people,
        "storm": None if course.incident.storm_at is None else _text(course.incident.storm_at),
        "peak": None if worst is None else _iso(worst.at),
        "peak_people": None if worst is None else worst.people,
        "all_clear": _text(cleared[-1]) if cleared and course.ended == cleared[-1] else None,
        "contained": _text(course.incident.contained_at),
        "closed": _text(course.incident.closed_at),
    }


def _forecasts(desk: Unit, course: Course, now: datetime) -> list[dict[str, Any]]:
    """Each as it was issued, against what came; what has not come to its end is not judged."""
    issued = [one for one in course.issued if one.figures.likely is not None]
    if not issued:
        return []
    until = min(issued[-1].at + FORESEEN, now)
    times = desk.unhappy_times(course.incident.brand, issued[0].at, until)
    return [_forecast(one, times, now) for one in issued]


def _forecast(one: Issued, times: Sequence[datetime], now: datetime) -> dict[str, Any]:
    low, high = one.figures.likely or (0, 0)
    until = one.at + FORESEEN
    # The post that rang is of that very instant, and was not foreseen.
    came = bisect_left(times, until) - bisect_right(times, one.at)
    held = low <= came <= high if until <= now else None
    return {
        "at": _text(one.at),
        "sentence": one.sentence,
        "people": one.figures.people,
        "minutes": one.figures.minutes,
        "begets": one.figures.begets,
        "low": low,
        "high": high,
        "until": _text(until),
        "came": came,
        "held": held,
    }


def _people(desk: Unit, course: Course, until: datetime) -> dict[str, Any]:
    """Where it started, who wrote first, and who reaches far: as far as posts are still kept."""
    brand = course.incident.brand
    first = desk.first_posts(brand, course.since, until, FIRST_POSTS)
    kept = [post for post in first if post["deleted_at"] is None]
    return {
        "started_on": first[0]["platform"] if first else None,
        "first_posts": [
            {
                "at": _text(utc(post["created_at"])),
                "platform": post["platform"],
                "author": "" if post["forgotten_at"] is not None else post["handle"],
                "text": ": ".join(filter(None, (post["title"], post["text"]))),
                "url": post["url"],
            }
            for post in kept
        ],
        "first_posts_gone": len(first) - len(kept),
        "widest": [
            {
                "platform": one["platform"],
                "author": one["handle"],
                "followers": one["followers"],
                "posts": one["posts"],
            }
            for one in desk.widest_authors(brand, course.since, until, WIDEST)
        ],
    }


def _deeds(desk: Unit, course: Course, until: datetime) -> dict[str, Any]:
    """What our people did, and what the brand's accounts wrote, on one time line."""
    incident = course.incident
    done = [_deed(one) for one in desk.history(str(incident.ref)) if one["actor"] != ENGINE]
    ours = desk.own_posts(incident.brand, course.since, until, MOST_REPLIES)
    done += [
        {
            "at": _text(utc(post["created_at"])),
            "what": "public_reply",
            "by": "",
            "note": "",
            "platform": post["platform"],
            "url": post["url"],
        }
        for post in ours
    ]
    cases = dict(desk.cases_of_time(incident.brand, course.since, until))
    for name in ("first_acknowledged", "first_answered"):
        cases[name] = None if cases[name] is None else _text(utc(cases[name]))
    return {"done": sorted(done, key=lambda one: str(one["at"])), "cases": cases}


def _deed(entry: Mapping[str, Any]) -> dict[str, Any]:
    row = {"what": entry["event"], "by": entry["actor"], "note": entry["note"]}
    return {"at": _text(entry["at"]), **row, "platform": "", "url": ""}


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
