"""The interface of a collector, and the few ways in which a source can fail.

A new source is four additions: its file in `collectors/`, its line in the registry there, its
recorded or hand-written replies in `tests/` with its row in `tests/contracts/collector_samples.py`,
and its page in `docs/sources/`.

    SourceError
    ├── Later               something transient: try again after a pause
    ├── RateLimited         not before `until`
    ├── OutOfBudget         money or quota is spent; somebody must top up
    ├── AuthorisationLost   the credentials are refused; somebody must renew them
    ├── Forbidden           not allowed to see this; other requests may still work
    ├── BadRequest          our request is wrong (a cursor too old, a query too long)
    └── Malformed           the answer is not what the platform documents
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from listener.budget import Use
from listener.mention import Observation


class SourceError(Exception):
    """A source could not be read. The text is for an operator and holds no secret.

    listing  which of its listings it was, as `Listed` names them; None: the source as a whole.
    more     others of its listings are to be read right now all the same.
    local    it is a file of this machine's: to look again is free, and is done at the next poll.
    """

    listing: str | None = None
    more: bool = False
    local: bool = False


class Later(SourceError):
    """A transient fault: the same request may work after a pause."""


class RateLimited(SourceError):
    """The platform asks us to wait until a given instant (aware UTC).

    alone  it counts what is asked for this listing, and not all that the source asks.
    """

    alone: bool = False

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class OutOfBudget(SourceError):
    """Credits or quota are used up; waiting a little does not help."""


class AuthorisationLost(SourceError):
    """The credentials are missing, expired or revoked."""


class Forbidden(SourceError):
    """The platform understood and refuses."""


class BadRequest(SourceError):
    """The platform says that our request is wrong."""


class Malformed(SourceError):
    """The answer cannot be read."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time that could not be heard, and why. It is kept and shown."""

    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch brought.

    cursor     opaque text, stored in the same transaction as the observations; None: keep the old.
    more       the source has more to give right now; fetch again without waiting.
    malformed  items that were left out because they could not be read, by reason.
    dollars    what the fetch cost, 0.0 where nothing is charged.
    use        what it was spent for.
    unpaid     uses for which no money is left, so that nothing is asked for them just now.
    turned_away  what the source itself did not let in, by reason, and how many.
    trouble    what an owner is told of the source though it can be read; "": it is over; None:
               nothing new.
    listings   which of its listings were read; None: the source as a whole, whatever it has.
    failed     listings that could not be read though others were, each named by its error.
    """

    observations: tuple[Observation, ...] = ()
    cursor: str | None = None
    more: bool = False
    gaps: tuple[Gap, ...] = ()
    malformed: tuple[str, ...] = ()
    dollars: float = 0.0
    use: Use = Use.SEARCH
    unpaid: frozenset[Use] = frozenset()
    turned_away: tuple[tuple[str, int], ...] = ()
    trouble: str | None = None
    listings: tuple[str, ...] | None = None
    failed: tuple[SourceError, ...] = ()


class Collector(Protocol):
    """One source. Synchronous; used from one thread only; never sleeps, retries or schedules."""

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read what is new since `cursor` (None: the source was never read).

        now       aware UTC; stamps `seen_at`.
        deadline  seconds this call may take in all. A stream reads until then, or until its
                  batch is full, and says `more`.
        Raises SourceError and nothing else.
        """

    def close(self) -> None:
        """Let go of sockets. May be called from another thread, to end a fetch at once."""


@runtime_checkable
class Listed(Protocol):
    """A collector that reads several listings, of which one may fail while others are heard."""

    @property
    def listings(self) -> tuple[str, ...]:
        """What they are called, the same from start to start; shown to operators, no secrets."""

    def rest(self, listing: str, until: datetime) -> None:
        """Leave one of them out until then. It is forgotten with the process."""


@dataclass(frozen=True, slots=True)
class Known:
    """A post that is kept, as its source needs to know it to look at it once more."""

    id: str
    aliases: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How kept posts stand now, in any order. Each that was asked for is in one of these groups.

    observations  what was learned: counts, edits; a deletion only where the platform says of this
                  very post that it is gone (a tombstone, a flag, an error with its id).
    absent   ids that a good answer, in its documented form, lacks. That is no deletion yet: whoever
             asked finds out whether look-ups work at all, see `listener.looking_again.is_gone`.
    unknown  ids of which nothing was told: the look-up failed, or cannot tell, or another place
             has the post. Each is asked for again later.
    unpaid   ids that were not asked for because no money is left for it.
    shows    the answers that lack the absent ones showed others that are alive.
    """

    observations: tuple[Observation, ...] = ()
    unknown: tuple[str, ...] = ()
    dollars: float = 0.0
    absent: tuple[str, ...] = ()
    unpaid: tuple[str, ...] = ()
    shows: bool = False


@runtime_checkable
class Refreshes(Protocol):
    """A collector that can look at kept posts once more: counts, edits, deletions.

    at_once  how many posts one call may be asked for.
    """

    at_once: int

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """Look at up to `at_once` posts. Raises SourceError and nothing else.

        Called from the thread that fetches, between two fetches.
        """


@runtime_checkable
class LooksBack(Protocol):
    """A collector that can fetch what was written before it was first started."""

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        """Read one part of what was written from `since` until now, newest first.

        cursor  None begins; then what the batch before gave. Its own, not that of `fetch`.
        Every observation is marked `backfill`; `more` says that there are older parts.
        Raises SourceError and nothing else.
        """


@dataclass(frozen=True, slots=True)
class Usage:
    """What a platform itself says that an account has used of its monthly cap.

    used, cap  in the platform's own unit (X: posts read).
    resets_on  day of the month on which the count begins anew; None: it does not say.
    """

    used: int
    cap: int
    resets_on: int | None = None


@runtime_checkable
class TellsUsage(Protocol):
    """A collector whose platform says how much of a monthly cap is used. It is asked once a day."""

    def usage(self, *, now: datetime, deadline: float) -> Usage | None:
        """None where the answer says nothing of it. Raises SourceError and nothing else."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a paid source would find, as its platform counts.

    posts     that its queries have found in so many `days`, up to now.
    each      what one of them costs to read, in dollars; `named` with its author, at most.
    dollars   what it cost to ask.
    """

    posts: int
    days: float
    each: float
    named: float
    dollars: float


@runtime_checkable
class Foresees(Protocol):
    """A collector that can ask how much there is before it is read, for less than reading it."""

    def foresee(self, terms: Sequence[str] = (), *, now: datetime, deadline: float) -> Forecast:
        """Count what any of the terms would find; none: what the source itself asks for.

        Raises SourceError and nothing else.
        """


Now = Callable[[], datetime]
