"""When a message that a channel did not take is tried again, and when that is no longer enough."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import isfinite

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
_DOUBLINGS = 9  # 512 s, past the longest wait: more would only make larger numbers

LONGEST_STATED_WAIT = timedelta(days=1)
"""What a channel may ask for at most; one that says "in a year" is tried again tomorrow."""

ALSO_NEXT_CHANNEL_AFTER = timedelta(seconds=60)
"""Failing this long on one channel, the person's next one is used as well."""

UNREACHABLE_AFTER = timedelta(minutes=2)
"""When all channels of a person have failed this long, the case climbs as unreachable."""


def next_attempt(
    attempts: int, now: datetime, jitter: float, retry_after: float | None = None
) -> datetime:
    """When to try a message again on the channel that just failed it.

    attempts     how many failed so far, 1 or more.
    jitter       0.0 to 1.0, drawn by the caller; the wait is between half of its length and all of
                 it, so that messages that failed together do not come back together.
    retry_after  seconds stated by the channel; never undercut, up to a day. What is no positive
                 number is taken as not stated.
    The wait doubles from 1 s to 5 min. Raises ValueError for no attempt or jitter out of range.
    """
    if attempts < 1 or not 0.0 <= jitter <= 1.0:
        raise ValueError("a retry follows at least one attempt, with a jitter of 0 to 1")
    longest = min(FIRST_WAIT * (1 << min(attempts - 1, _DOUBLINGS)), LONGEST_WAIT)
    return now + max(longest * (0.5 + jitter / 2), _stated(retry_after))


def next_channel_is_due(failing_since: datetime, now: datetime) -> bool:
    """Whether a channel has failed for so long that the person's next one is used as well."""
    return now - failing_since >= ALSO_NEXT_CHANNEL_AFTER


def is_unreachable(failing_since: Iterable[datetime | None], now: datetime) -> bool:
    """Whether nobody can be reached this way: every channel has failed for two minutes.

    failing_since  for each channel of the person, since when it has failed without a success;
                   None where it works or was not tried. A person without any is unreachable.
    """
    return all(since is not None and now - since >= UNREACHABLE_AFTER for since in failing_since)


def _stated(seconds: float | None) -> timedelta:
    if seconds is None or not isfinite(seconds) or seconds <= 0:
        return timedelta(0)
    return timedelta(seconds=min(seconds, LONGEST_STATED_WAIT.total_seconds()))
