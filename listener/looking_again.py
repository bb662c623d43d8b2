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
SELDOM = timedelta(hours=2)  # and what brings nothing for long is tried as seldom as this
SURE = timedelta(minutes=5)  # between two looks at what is absent, while others are shown
ALONE = timedelta(hours=3)  # where nothing alive can be shown; with SWEEP still within a day
ALONE_LOOKS = 6  # in a row that lack it, then: two odd answers with an outage between prove nothing
FRESH = timedelta(hours=1)  # what was heard within it must be shown, if looking up works at all


def next_look(seen_at: datetime, now: datetime, *, is_open: bool) -> datetime:
    """When a post that was looked at just now is looked at next.

    seen_at  when it was first seen.
    is_open  a case of it is open.
    """
    steps = (seen_at + step for step in STEPS if seen_at + step > now)
    return min(next(steps, now + SWEEP), now + SWEEP) if is_open else now + SWEEP


def next_try(untold_since: datetime, now: datetime) -> datetime:
    """When a post of which nothing could be learned is asked for again: ever less often, so that
    those that cannot be looked up take no turns from those that can."""
    return now + max(CLAIM, min((now - untold_since) / 2, SELDOM))


def is_gone(
    absent_since: datetime | None, before: int, now: datetime, *, is_proved: bool, is_refuted: bool
) -> bool:
    """Whether a post that an answer lacks counts as deleted. What is erased never comes back, and
    a platform that answers oddly for a while lacks everything.

    absent_since  when an earlier look first found it absent, and none since found it; None: this
                  is the first look that does.
    before        looks in a row before this one that lacked it.
    is_proved     the same look-up, or one just before, showed a post that is alive.
    is_refuted    it lacked one that the platform has shown within `FRESH` elsewhere.
    """
    if absent_since is None:
        return False
    waited = now - absent_since
    if is_proved:
        return waited >= SURE
    return waited >= ALONE and before + 1 >= ALONE_LOOKS and not is_refuted
