"""How pages to one address fold together, so that nobody is flooded and no page is dropped. Pure.

At most four pages leave for one address in ten minutes one by one; what comes after folds into
bundles that leave 150 s after the message before. Notices ask nothing, and use up none of the four:
for them it is four messages of any kind. But each message counts for what nobody gets more of, 8 in
10 minutes or 30 in an hour, and leaves room for a bundle each 150 s after it. So a page waits at
most half of the shortest time to acknowledge (five minutes), however many there are: what a bundle
does not list it counts.

A matter of safety does not wait for more of the same: it leaves at once, by itself, with what has
happened in it, as long as there is room: both limits hold even with a bundle each 150 s after it.
The last that has room takes along what waits; only then it folds as well. Were that room used up
too, what comes next would have to wait for ten minutes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_MESSAGES = 4
WINDOW = timedelta(minutes=10)
BUNDLE_WAIT = timedelta(seconds=150)
LIMITS = ((8, WINDOW), (30, timedelta(hours=1)))  # messages to one address, in how long
LONGEST = LIMITS[-1][1]
SAFETY = 0  # the rank of a matter of safety
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
    sent: Sequence[datetime],
    now: datetime,
    pages: Sequence[datetime] | None = None,
) -> Plan:
    """Say which of the messages due to one address leave now, and how they fold.

    sent  when messages left for this address within LONGEST, the newest first, storms' first ones
          apart. Measured from the last of them, everything that waits leaves together, and what a
          failing channel has kept for an hour keeps the distance too.
    pages  those of them with a page in them; None: all.
    """
    alone = tuple((message.id,) for message in waiting if message.alone)
    rest = sorted((m for m in waiting if not m.alone), key=_order)
    if not rest:
        return Plan(alone, None)
    leaves = _leaves_at(sent, _counted(rest, sent, sent if pages is None else pages))
    if leaves is not None and now < leaves:
        return Plan(alone, leaves)
    by_itself = _by_itself(rest, sent, now)
    bundle = _bundle(rest[by_itself:])
    each = tuple((message.id,) for message in rest[:by_itself])
    left = len(rest) - by_itself - len(bundle)
    return Plan((*alone, *each, *filter(None, (bundle,))), now + BUNDLE_WAIT if left else None)


def is_urgent(message: Waiting) -> bool:
    """Is it a page of a matter of safety?"""
    return message.rank == SAFETY and not message.notice


def _counted(
    rest: Sequence[Waiting], sent: Sequence[datetime], pages: Sequence[datetime]
) -> Sequence[datetime]:
    """What has left and uses up the four free ones."""
    if any(is_urgent(one) for one in rest):
        return ()
    return sent if all(one.notice for one in rest) else pages


def _by_itself(rest: Sequence[Waiting], sent: Sequence[datetime], now: datetime) -> int:
    """How many matters of safety, which come first, leave one by one: as many as leave room for
    one message more, with what is left."""
    dangers = sum(map(is_urgent, rest))
    room, left = 0, list(sent)
    while room < dangers + 1:
        leaves = _leaves_at(left, ())
        if leaves is not None and now < leaves:
            break
        room, left = room + 1, [now, *left]
    return dangers if room > dangers or room == dangers == len(rest) else max(0, room - 1)


def _leaves_at(sent: Sequence[datetime], counted: Sequence[datetime]) -> datetime | None:
    """From when on the next message may leave; None: at once."""
    if not sent:
        return None
    early = [*_room(sent)]
    if len(counted) >= FREE_MESSAGES:
        early.append(counted[FREE_MESSAGES - 1] + WINDOW)
    return min(sent[0] + BUNDLE_WAIT, max(early)) if early else None


def _room(sent: Sequence[datetime]) -> Iterator[datetime]:
    """From when on another message leaves room: for each limit, and for each bundle that may
    follow it within that limit's time."""
    for most, length in LIMITS:
        for bundles in range(length // BUNDLE_WAIT):
            before = most - 1 - bundles
            if len(sent) > before:
                yield sent[before] + length - bundles * BUNDLE_WAIT


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
