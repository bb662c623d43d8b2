"""Reading single fields out of a platform's JSON, of which nothing can be trusted.

Each function takes a value as `json.loads` gave it. Where a value may be missing the answer is
None; where a post is nothing without it, ValueError says which field is wrong and never repeats
its content.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from listener.mention import MAX_TEXT_CHARS

MAX_COUNT = 10**12  # no post has been seen as often; SQLite's integers end at 9·10^18
MAX_HANDLE_CHARS = 200
_NOT_STORABLE = re.compile(
    "[\0\ud800-\udfff]"
)  # NUL and lone surrogates: neither is valid UTF-8 text
EARLIEST = datetime(2005, 6, 1, tzinfo=UTC)  # older than the oldest platform we read

Raw = Mapping[str, Any]


def clean(text: str, limit: int = MAX_TEXT_CHARS) -> str:
    """Text that can be stored: what UTF-8 has no place for is replaced, an overlong text is cut."""
    return _NOT_STORABLE.sub("�", text[:limit])


def mapping(value: object) -> Raw:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Raw]:
    """The objects in a list; anything else in it, or instead of it, is left out."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def text(value: object, limit: int = MAX_TEXT_CHARS) -> str:
    """The value if it is text, else ""."""
    return clean(value, limit) if isinstance(value, str) else ""


def required_text(raw: Raw, name: str) -> str:
    """A text without which an item means nothing. Raises ValueError."""
    if not isinstance(raw.get(name), str):
        raise ValueError(f"{name} is no text")
    return clean(raw[name])


def required_id(raw: Raw, name: str, pattern: re.Pattern[str]) -> str:
    """A native id, as text; whole numbers are taken too. Raises ValueError."""
    value = raw.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**64:
        value = str(value)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{name} is no id")
    return value


def optional_id(value: object, pattern: re.Pattern[str]) -> str | None:
    """A native id, or None where there is none that can be read."""
    try:
        return required_id({"id": value}, "id", pattern)
    except ValueError:
        return None


def count(value: object) -> int | None:
    """A count; None for what is no whole number from 0 to MAX_COUNT."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if 0 <= value <= MAX_COUNT and value == int(value) else None


def iso_time(value: object) -> datetime | None:
    """An ISO 8601 time with its zone, as aware UTC; None for anything else or before EARLIEST."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        read = datetime.fromisoformat(value)
        return _plausible(read.astimezone(UTC)) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None


def epoch_time(value: object) -> datetime | None:
    """Seconds since 1970 as aware UTC; None for anything else or before EARLIEST."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return _plausible(datetime.fromtimestamp(value, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _plausible(when: datetime) -> datetime | None:
    return when if when >= EARLIEST else None
