"""When a kept post is looked at again: how far it has gone, and whether it is still there.

A complaint gathers its audience within hours, so the posts of open cases are looked at often at
first and then daily; every other post is looked at daily for as long as it is kept, because
platforms ask that what was deleted there is deleted here.
"""

from datetime import datetime, timedelta

# After it was first seen, while a case of it is open.
STEPS = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
SWEEP = timedelta(hours=20)  # "daily at the latest", with room for an outage
CLAIM = timedelta(minutes=10)  # a look that brought nothing is tried again after this


def next_look(seen_at: datetime, now: datetime, *, is_open: bool) -> datetime:
    """When a post that was looked at just now is looked at next.

    seen_at  when it was first seen.
    is_open  a case of it is open.
    """
    steps = (seen_at + step for step in STEPS if seen_at + step > now)
    return min(next(steps, now + SWEEP), now + SWEEP) if is_open else now + SWEEP
