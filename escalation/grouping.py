"""How pages to one address fold together, so that nobody is flooded and no page is dropped. Pure.

At most four messages leave for one address in ten minutes one by one; what comes after folds into
bundles that leave 150 s after the message before. So nobody gets more than 8 messages in 10 minutes
or 30 in an hour, and a page waits at most half of the shortest time to acknowledge (five minutes),
however many there are: what a bundle does not list it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_MESSAGES = 4
WINDOW = timedelta(minutes=10)
BUNDLE_WAIT = timedelta(seconds=150)
MAX_IN_BUNDLE = 20  # as many as a bundle lists; what it does not show it does not cover
MOST_PAGES = 5_000  # in one bundle: 30 a second, for as long as a bundle is waited for


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued message to an address.

    alone   it may not wait or fold: the first page of a storm.
    notice  it asks nothing, so that every page goes before it.
    rank    the lower goes first: 0 safety, then by band.
    """

    id: int
    queued_at: datetime
    alone: bool = False
    notice: bool = False
    rank: int = 9


@dataclass(frozen=True, slots=True)
class Plan:
    """What leaves now, each tuple as one message, and when to look again at the rest."""

    parcels: tuple[tuple[int, ...], ...]
    look_again: datetime | None


def plan(
    waiting: Sequence[Waiting],
    sent_in_window: int,
    now: datetime,
    *,
    last_sent: datetime | None = None,
) -> Plan:
    """Say which of the messages due to one address leave now, and how they fold.

    sent_in_window  messages that left for this address within WINDOW, storms' first ones apart;
                    last_sent: when the last of them did. Measured from there, everything that
                    waits leaves together, and what a failing channel has kept for an hour keeps
                    the distance too.
    """
    alone = tuple((message.id,) for message in waiting if message.alone)
    rest = sorted((m for m in waiting if not m.alone), key=_order)
    if not rest:
        return Plan(alone, None)
    ready = (last_sent or min(m.queued_at for m in rest)) + BUNDLE_WAIT
    if sent_in_window >= FREE_MESSAGES and now < ready:
        return Plan(alone, ready)
    bundle = _bundle(rest)
    return Plan((*alone, bundle), now + BUNDLE_WAIT if len(rest) > len(bundle) else None)


def _bundle(rest: Sequence[Waiting]) -> tuple[int, ...]:
    """Every page: one that waits for the next bundle could climb before anybody has seen it.
    Notices as far as they can be listed."""
    pages = [message for message in rest if not message.notice][:MOST_PAGES]
    room = max(0, MAX_IN_BUNDLE - len(pages))
    notices = [message for message in rest if message.notice][:room]
    return tuple(message.id for message in sorted((*pages, *notices), key=_order))


def _order(message: Waiting) -> tuple[int, bool, datetime, int]:
    """The most urgent first, so that however much waits, it leaves in the next bundle."""
    return (message.rank, message.notice, message.queued_at, message.id)
