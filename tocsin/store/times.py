"""Instants as the store keeps them: UTC milliseconds."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
HOUR_MS = 3_600_000
WEEK_MS = 7 * 24 * HOUR_MS
_MONDAY_MS = -3 * 24 * HOUR_MS  # 1969-12-29 was a Monday; weeks are counted from there


def ms(instant: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (instant - _EPOCH) // _MS


def utc(milliseconds: int) -> datetime:
    """The instant, aware UTC."""
    return _EPOCH + milliseconds * _MS


def hour_of(milliseconds: int) -> int:
    """Hours since 1970."""
    return milliseconds // HOUR_MS


def week_of(milliseconds: int) -> int:
    """Weeks since Monday 1969-12-29, UTC."""
    return (milliseconds - _MONDAY_MS) // WEEK_MS
