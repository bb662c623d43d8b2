"""Durations as people write them: `90s`, `5m`, `2h`, `3d`, `1w`, and sums such as `1h30m`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_PART = re.compile(r"(\d{1,6})(s|m|h|d|w)")
_WHOLE = re.compile(r"(?:\d{1,6}[smhdw]){1,5}")
MAX_SECONDS = 3650 * 86400  # added to any date it must stay within the calendar
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_duration(value: object) -> timedelta:
    """Read a duration such as `5m` or `1h30m`.

    Raises ValueError, with an example of what is wanted, for anything else; a bare number is
    refused because nobody can tell whether it means seconds or minutes. Ten years are the longest.
    """
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError('a duration is text with a unit. Write for example "90s", "5m" or "2h"')
    if not _WHOLE.fullmatch(value):
        raise ValueError(f'{value!r} is no duration. Write for example "90s", "5m", "2h" or "3d"')
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(value))
    if seconds > MAX_SECONDS:
        raise ValueError(f'{value!r} is too long. The longest is "3650d"')
    return timedelta(seconds=seconds)


def spell_duration(duration: timedelta) -> str:
    """Say a duration in at most two units, as in a chat message: `5 min`, `2 h`, `1 d 3 h`."""
    seconds = int(abs(duration.total_seconds()))
    for size, unit, smaller_size, smaller in (
        (86400, "d", 3600, "h"),
        (3600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            rest //= smaller_size
            # Past ten minutes nobody plans by the second.
            tail = f" {rest} {smaller}" if rest and not (unit == "min" and whole >= 10) else ""
            return f"{whole} {unit}{tail}"
    return f"{seconds} s"


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
