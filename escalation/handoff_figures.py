"""The figures of hand-offs between teams: how many, how they ended, how long they hung. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.subject import Ref

PENDING = "pending"
ACCEPTED = "accepted"
REROUTED = "rerouted"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOff:
    """One hand-off.

    outcome  `accepted`, `declined`, `lapsed`, `withdrawn`, `pending`, or `rerouted`: nobody had
             to answer, so that it was never pending.
    """

    ref: Ref
    from_team: str
    to_team: str
    offered_at: datetime
    answered_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFigures:
    """What passed from one team to another (or stayed within one).

    median, p90  of the time that hand-offs were pending, of those that ended; nearest rank; None
                 where none has ended yet. What was rerouted waited for nobody.
    ping_pong    accepted hand-offs and reroutes that brought a case back to a team which it had
                 left before.
    """

    from_team: str
    to_team: str
    handoffs: int
    accepted: int
    declined: int
    lapsed: int
    withdrawn: int
    pending: int
    median: timedelta | None
    p90: timedelta | None
    ping_pong: int
    rerouted: int = 0


def figures(handed: Iterable[HandedOff], since: datetime) -> list[PairFigures]:
    """The figures of each pair of teams between which anything was offered since then, the
    busiest first.

    handed  all hand-offs of the subjects concerned, in order of time; those before `since` only
            tell which teams a subject had left.
    """
    pairs: dict[tuple[str, str], list[HandedOff]] = defaultdict(list)
    returns: Counter[tuple[str, str]] = Counter()
    left: dict[Ref, set[str]] = defaultdict(set)
    for one in handed:
        pair = (one.from_team, one.to_team)
        if one.offered_at >= since:
            pairs[pair].append(one)
        if one.outcome in (ACCEPTED, REROUTED) and one.from_team != one.to_team:
            returns[pair] += one.offered_at >= since and one.to_team in left[one.ref]
            left[one.ref].add(one.from_team)
    found = [_of_pair(pair, ones, returns[pair]) for pair, ones in pairs.items()]
    return sorted(found, key=lambda one: (-one.handoffs, one.from_team, one.to_team))


def _of_pair(pair: tuple[str, str], ones: Sequence[HandedOff], ping_pong: int) -> PairFigures:
    ended = Counter(one.outcome for one in ones)
    waits = sorted(
        one.answered_at - one.offered_at
        for one in ones
        if one.answered_at is not None and one.outcome != REROUTED
    )
    return PairFigures(
        from_team=pair[0],
        to_team=pair[1],
        handoffs=len(ones),
        accepted=ended[ACCEPTED],
        declined=ended["declined"],
        lapsed=ended["lapsed"],
        withdrawn=ended["withdrawn"],
        pending=ended[PENDING],
        median=_rank(waits, 0.5),
        p90=_rank(waits, 0.9),
        ping_pong=ping_pong,
        rerouted=ended[REROUTED],
    )


def _rank(waits: Sequence[timedelta], share: float) -> timedelta | None:
    """The shortest wait that at least this share of the waits does not exceed."""
    return waits[math.ceil(share * len(waits)) - 1] if waits else None
