"""From when until when: days and local times, as people write the time that somebody is away."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from config.fields import Declared

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?")
_FORM = 'Write a day such as "2026-12-24", or a time such as "2026-12-24T18:00"'


def begin_of(value: object) -> datetime:
    """The local time at which something begins; a day begins at its midnight.

    value  a date or a time without a zone, or the text of one. Raises ValueError, with the form
           that is wanted.
    """
    return _read(value, timedelta(0))


def end_of(value: object) -> datetime:
    """The local time from which on something is over: a time itself, a day's end for a day.

    So whoever is away until the second of January is back on the third. Raises ValueError.
    """
    return _read(value, timedelta(days=1))


def _read(value: object, day_ends: timedelta) -> datetime:
    read = _parsed(value) if isinstance(value, str) else value
    if isinstance(read, datetime):
        if read.tzinfo is not None:
            raise ValueError("it has a zone of its own. Leave that out: it is a local time")
        return read
    if not isinstance(read, date):
        raise ValueError(f"this is neither a day nor a time. {_FORM}")
    try:
        return datetime.combine(read, time()) + day_ends
    except OverflowError:
        raise ValueError("the calendar ends there. Name an earlier day") from None


def _parsed(text: str) -> date | datetime:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _TIME.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no such day or time. {_FORM}") from None
    raise ValueError(f"this is neither a day nor a time. {_FORM}")


def day_of(value: object) -> date:
    """A day of the calendar, from a date or its text. Raises ValueError."""
    try:
        read = _parsed(value) if isinstance(value, str) else value
    except ValueError:
        read = None
    if isinstance(read, datetime) or not isinstance(read, date):
        raise ValueError('this is no day. Write for example "2026-12-24"')
    return read


Begin = Annotated[datetime, BeforeValidator(begin_of)]
End = Annotated[datetime, BeforeValidator(end_of)]
CalendarDay = Annotated[date, BeforeValidator(day_of)]


class Stretch(Declared):
    """A time with an end: from `from` on, until just before `until`, both on the clock of the
    zone that stands beside them. A day as `until` is still part of it."""

    from_: Begin = Field(alias="from")
    until: End

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.from_ >= self.until:
            raise ValueError('it is over before it begins. Put "from" before "until"')
        return self


class Away(Stretch):
    """When a person is away, in the person's zone."""


class Override(Stretch):
    """Who is on call for a while instead of the rota, in the team's zone."""

    person: str
