"""How long a channel asks us to wait, as HTTP says it (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_WAIT = 3600.0  # seconds; a server that says "in a year" must not silence a channel for good


def stated_wait(value: str | None, now: datetime) -> float | None:
    """Read a `Retry-After` header: seconds from `now`, 0 to `MAX_WAIT`; None: it says nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return MAX_WAIT if len(text) > 6 else min(float(text), MAX_WAIT)
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    try:
        seconds = (instant - now).total_seconds()
    except OverflowError:
        return None
    return min(max(seconds, 0.0), MAX_WAIT)
