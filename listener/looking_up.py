"""Looking kept posts up one by one, where a platform has no list. One that fails costs itself."""

import time
from collections.abc import Callable, Iterable, Sequence
from enum import Enum

from listener.collector import (
    AuthorisationLost,
    Known,
    Later,
    OutOfBudget,
    RateLimited,
    Refreshed,
    SourceError,
)
from listener.mention import Observation

MIN_SECONDS = 1.0  # less time than this is not worth a request
MOST_FAILURES = 3  # one after another without an answer: nobody is there


class Lack(Enum):
    """The platform answered as it does for a post that is not there."""

    ABSENT = "absent"


ABSENT = Lack.ABSENT
Look = Callable[[Known, float], Observation | Lack | None]


def look_up(
    posts: Sequence[Known],
    look: Look,
    *,
    deadline: float,
    clock: Callable[[], float] = time.monotonic,
    least: float = MIN_SECONDS,
) -> Refreshed:
    """Look at each post in turn, for at most `deadline` seconds.

    look  asks for one post within so many seconds; None: nothing is told of it. May raise
          SourceError, which costs this post alone, save where it concerns all of them.
    Raises SourceError where nothing was learned because of it: what was learned is never lost.
    """
    ends = clock() + deadline
    found: list[Observation] = []
    absent: list[str] = []
    failures = 0
    fault: SourceError | None = None
    for post in posts:
        if (left := ends - clock()) < least or failures >= MOST_FAILURES:
            break
        try:
            seen = look(post, left)
        except (RateLimited, AuthorisationLost, OutOfBudget) as error:
            fault = error
            break
        except Later as error:
            fault, failures = error, failures + 1
            continue
        except SourceError:
            continue  # an answer about this post, which says nothing of the others
        failures = 0
        found += [seen] if isinstance(seen, Observation) else []
        absent += [post.id] if seen is ABSENT else []
    if fault is not None and not (found or absent):
        raise fault
    return told(posts, found, absent)


def told(
    posts: Sequence[Known],
    found: Sequence[Observation],
    absent: Iterable[str] = (),
    *,
    shows: bool = False,
) -> Refreshed:
    """What was learned of posts; of those that are in neither group nothing is known."""
    ids = {seen.post.id for seen in found}
    lost = set(absent) - ids
    lacking = tuple(post.id for post in posts if post.id in lost)
    unknown = tuple(post.id for post in posts if post.id not in ids.union(lacking))
    return Refreshed(tuple(found), unknown, absent=lacking, shows=shows)
