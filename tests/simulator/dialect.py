"""What a simulated platform is made of: a timeline, behind the wire of one platform."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from config import SourceSettings
from tests.simulator.faults import Answer, Fault
from tests.simulator.timeline import Entry, Timeline

QUIET = (timedelta(minutes=70), *[timedelta(minutes=11)] * 3)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the simulated platform is reached, as `host:port`: HTTP, and websockets where asked."""

    http: str
    stream: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in.

    asked  of what is asked several times, the last. pairs: everything, in order.
    fault  what the dialect is to do to its answer, if anything.
    """

    method: str
    path: str
    asked: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""
    fault: Fault | None = None
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the property holds a source to.

    faults    that its scripts are made of.
    latest    how late the platform may show a post: as much as the source allows for.
    reach     how far back the platform can be asked by time; None: only by number of posts.
    told      the source learns of deletions, by itself or by looking posts up again.
    requests  at most in one poll. dollars: at most on one day of UTC.
    quiet     how long before each of the polls after the last fault: the first longer than any wait
              that a fault asked for, altogether longer than a spent budget.
    shrunk    constants of ours ("module.NAME") that are made smaller, so that a few dozen posts
              are more than a page, or than a listing is deep.
    streams   it is a stream: a poll has no end of its own.
    looks_back  it finds what is older than its first start, as far back as the platform has it.
    walks     beside its stream it reads pages, and is done with those when it only listens.
    searched  it is a stream of which a search fills the holes, and its lookups are played.
    slower    how many times fewer scripts are played than of the others.
    """

    faults: frozenset[Fault]
    latest: timedelta = timedelta(0)
    reach: timedelta | None = None
    told: bool = False
    requests: int = 20
    dollars: float = 0.0
    quiet: tuple[timedelta, ...] = QUIET
    shrunk: Mapping[str, object] = field(default_factory=dict)
    streams: bool = False
    walks: bool = False
    looks_back: bool = False
    searched: bool = False
    slower: int = 1


class Dialect(Protocol):
    """One platform. It keeps nothing: the same question gets the same answer.

    platform  as posts are stored.
    """

    platform: str
    bounds: Bounds

    def settings(self, places: Places) -> SourceSettings:
        """What the source declares."""

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        """Answer one request; `now` by the platform's own clock."""

    def number(self, native_id: str) -> int:
        """Which entry a stored id means; any id of an edit chain. Raises ValueError for none."""

    def native_id(self, entry: Entry) -> str:
        """The id that is stored: of an edit chain the first."""


@runtime_checkable
class StreamDialect(Protocol):
    """A platform that pushes, besides what `Dialect` asks for.

    Faults of single frames are the server's; `answer` refuses or lets in: a status of 101.
    """

    def begins(self, request: Request, timeline: Timeline, now: datetime) -> datetime:
        """From which instant of the platform's clock the stream is sent."""

    def frames(self, timeline: Timeline, since: datetime, until: datetime) -> list[str]:
        """What is sent of the time after `since`, up to and with `until`."""


@runtime_checkable
class SubscribedDialect(StreamDialect, Protocol):
    """A platform that pushes only what it was asked for on the stream itself."""

    def subscribes(self, said: str) -> bool:
        """Is this what a client says to be sent the frames?"""


@runtime_checkable
class LineDialect(StreamDialect, Protocol):
    """A platform that pushes lines over HTTP, and charges for them: its frames are lines."""

    def charged(self, timeline: Timeline, since: datetime, until: datetime) -> Mapping[str, float]:
        """What the frames of a time cost, as `Answer.charged`."""
