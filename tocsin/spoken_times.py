"""Until when somebody is away, as people write it: `18:00`, `tomorrow 9`, `Friday`, `5pm`. Pure."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from config import parse_duration
from escalation.localtime import instant_of

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OF_DAY = {"noon": time(12), "midnight": time(0), "morning": time(9), "evening": time(18)}
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|o'clock)?")
_FILLERS = frozenset(("at", "on", "by", "the", "next", "this", "until", "till", "til", "to", "in"))


def spoken_instant(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant that a few words mean, in UTC; None: they mean none that is known here.

    A day alone means its end, so that whoever is away until Friday is back on Saturday; an hour
    that is past today is tomorrow's. `for 2h` counts from now.
    """
    words = text.casefold().replace(",", " ").split()
    if words[:1] == ["for"]:
        return _in(" ".join(words[1:]), now)
    words = [one for one in words if one not in _FILLERS]
    here = now.astimezone(zone)
    day = _day(words[0], here) if words else None
    rest = " ".join(words[1:] if day is not None else words)
    if day is not None and not rest:
        return _at(day + timedelta(days=1), time(0), zone)
    at = _time(rest)
    if at is None:
        return None
    found = _at(day or here, at, zone)
    return found if day is not None or found > now else _at(here + timedelta(days=1), at, zone)


def _in(text: str, now: datetime) -> datetime | None:
    short = re.sub(r"\s*(h|m|d|w)(?:(?:ou)?rs?|in(?:ute)?s?|ays?|eeks?)?\b", r"\1", text)
    try:
        return now + parse_duration(short.replace(" ", ""))
    except (ValueError, OverflowError):
        return None


def _day(word: str, here: datetime) -> datetime | None:
    if word in ("today", "tonight"):
        return here
    if word == "tomorrow":
        return here + timedelta(days=1)
    found = next((n for n, name in enumerate(_DAYS) if word in (name, name[:3])), None)
    if found is None:
        return None
    return here + timedelta(days=(found - here.weekday() - 1) % 7 + 1)


def _time(text: str) -> time | None:
    if text in _OF_DAY:
        return _OF_DAY[text]
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3] or ""
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour <= 23 and minute <= 59 else None


def _at(day: datetime, at: time, zone: ZoneInfo) -> datetime:
    return instant_of(datetime.combine(day.date(), at), zone)
