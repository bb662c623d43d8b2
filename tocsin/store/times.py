"""Instants as the store keeps them: UTC milliseconds."""

from escalation.localtime import ms, utc

__all__ = ["HOUR_MS", "WEEK_MS", "hour_of", "ms", "utc", "week_of"]

HOUR_MS = 3_600_000
WEEK_MS = 7 * 24 * HOUR_MS
_MONDAY_MS = -3 * 24 * HOUR_MS  # 1969-12-29 was a Monday; weeks are counted from there


def hour_of(milliseconds: int) -> int:
    """Hours since 1970."""
    return milliseconds // HOUR_MS


def week_of(milliseconds: int) -> int:
    """Weeks since Monday 1969-12-29, UTC."""
    return (milliseconds - _MONDAY_MS) // WEEK_MS
