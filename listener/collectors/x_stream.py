"""X's filtered stream, supervised: opened by its rules, watched for silence, opened again in time.

Not by tweepy's StreamingClient, which sleeps and retries by itself, ends for good at one line that
it cannot read, and opens a stream that is closed at once without a pause.
Source of the waits: X's page on handling disconnections.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from listener.boundary import as_source_error, fault_of
from listener.collector import AuthorisationLost, BadRequest, Later, OutOfBudget, RateLimited
from listener.collectors import x_rules
from listener.collectors.x_asking import Asking, asked_of_stream
from listener.collectors.x_lines import TAKEN_WORDS, End
from listener.lines import Lines
from listener.stream import Opening, OpensStreams, Stream, StreamClosed, StreamRefused
from listener.tools import Tools
from listener.wire import Wire, WireError

if TYPE_CHECKING:
    from listener.collectors.x import Settings

PATH = "/2/tweets/search/stream"
SILENCE = 21.0  # seconds without a byte; a sign of life comes every 20
NO_LINE = 60.0  # seconds of listening without a whole line, though bytes come
LASTED = timedelta(seconds=30)  # a stream that was open so long was a good one
OPENING = 10.0  # seconds
CONFLICT = 409  # there are no rules
DEAF = timedelta(minutes=10)  # not opened for so long, somebody is told
RULES_EVERY = timedelta(minutes=15)  # so often they are read while it is open, which costs nothing
RULES_AGAIN = timedelta(minutes=1)  # after a reading that failed
RULES_UNREAD = 2 * RULES_EVERY  # not read for so long, the stream is given up


ROBBED = (
    "the rules of its stream were taken away, by another program that uses this X app; they were "
    "made again, and search reads what was missed. Give Tocsin an app of its own"
)


class Broken(StrEnum):
    """How a stream fails, and so how long it is left alone."""

    NETWORK = "network"
    HTTP = "http"
    LIMITED = "limited"


def wait_after(broken: Broken, failures: int) -> timedelta:
    """How long to wait after so many failures of a sort, 1 or more, in a row."""
    doubled = 1 << min(failures - 1, 10)
    if broken is Broken.NETWORK:
        return min(timedelta(milliseconds=250) * failures, timedelta(seconds=16))
    if broken is Broken.HTTP:
        return min(timedelta(seconds=5) * doubled, timedelta(seconds=320))
    return min(timedelta(minutes=1) * doubled, timedelta(minutes=16))  # past a window of 15


class FilteredStream:
    """One stream, opened again and again. Used by one thread; closed by any.

    synchronise  makes the app's rules ours and returns how they stand; raises SourceError.
    backfill     minutes that are asked for again when it is reopened; 0: the access has none.

    Any program that uses the same app may take our rules away, and X says nothing of it: the stream
    stays open, and brings nothing of ours. So they are read at each opening and every so often.
    """

    def __init__(
        self,
        name: str,
        wire: Wire,
        base: str,
        headers: Mapping[str, str],
        asked: Mapping[str, str],
        synchronise: Callable[[], x_rules.Standing],
        *,
        backfill: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._wire, self._base = name, wire, base
        self._headers, self._asked, self._backfill = headers, asked, backfill
        self._synchronise, self._clock = synchronise, clock
        self._stream: Stream | None = None
        self._lines = Lines()
        self._lineless = 0.0  # seconds
        self._opening = Opening()
        self._read_at: datetime | None = None  # when our rules were last known to be there
        self._look_at: datetime | None = None  # when they are to be read again
        self._robbed = False  # they were not there any more
        self._broken: Broken | None = None
        self._again_at: datetime | None = None
        self._down_since: datetime | None = None
        self._why = ""
        self._is_hopeless = False  # waiting will not mend it
        self.failures = 0  # in a row
        self.opened_at: datetime | None = None  # the last time; None: never
        self.ours: frozenset[str] = frozenset()
        self.lost_since: datetime | None = None  # it may have brought nothing since; None: it has

    @property
    def is_open(self) -> bool:
        return self._stream is not None

    def may_open(self, at: datetime) -> bool:
        """Is it time to open it?"""
        return not self.is_open and (self._again_at is None or at >= self._again_at)

    def opens_in(self, at: datetime) -> float:
        """Seconds until it may be opened."""
        return max(0.0, (self._again_at - at).total_seconds()) if self._again_at else 0.0

    def trouble(self, at: datetime) -> str:
        """What somebody is to be told; "" where there is nothing, or not yet."""
        since = self._down_since
        if self._robbed and self.is_open:
            return f"source {self._name}: {ROBBED}"
        if self.is_open or since is None or (at - since < DEAF and not self._is_hopeless):
            return ""
        return f"source {self._name}: its stream is not open: {self._why}. Search is polled instead"

    def open(self, at: datetime, seconds: float) -> bool:
        """Open it now; whether that went well. Raises AuthorisationLost and OutOfBudget."""
        try:
            self._open(min(seconds, OPENING), at)
        except StreamRefused as refused:
            self._refused(refused, at)
        except (AuthorisationLost, OutOfBudget):
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it is tried again
            self._not_opened(error, at)
        else:
            self.opened_at, self._down_since, self._is_hopeless = at, None, False
        return self.is_open

    def check(self, at: datetime) -> None:
        """Read the rules where that is due. Where ours were gone they are made again, and the
        stream is dropped, so that what it did not bring is searched for; so it is where they cannot
        be read for long. Raises AuthorisationLost and OutOfBudget."""
        if not self.is_open or (self._look_at is not None and at < self._look_at):
            return
        try:
            self._robbed = self._rules_were_gone(at)
        except Exception as error:  # noqa: BLE001  whatever it is, it is tried again
            fault = as_source_error(error, source=self._name, now=at)
            self._look_at = at + RULES_AGAIN
            is_late = self._read_at is None or at - self._read_at >= RULES_UNREAD
            if is_late or isinstance(fault, BadRequest | AuthorisationLost | OutOfBudget):
                self.lost_since = self.lost_since or self._read_at
                self.drop()
                self._not_opened(fault, at)
        else:
            if self._robbed:
                self.drop()

    def receive(self, seconds: float) -> list[bytes | None] | None:
        """The lines that come within so many seconds; None where nothing did: all is heard.

        Raises StreamClosed where it ended or has been silent for too long.
        """
        stream = self._stream
        if stream is None:
            raise StreamClosed("it is not open")
        began = self._clock()
        piece = stream.receive(seconds)
        lines = [] if piece is None else self._lines.feed(_bytes(piece))
        self._lineless = 0.0 if lines else self._lineless + self._clock() - began
        if self._lineless > NO_LINE:
            raise StreamClosed(f"no whole line came for {NO_LINE:.0f} s")
        return lines if piece is not None else None

    @property
    def has_part(self) -> bool:
        """A line was begun that has not ended."""
        return self._lines.has_part

    def ended(self, why: str, at: datetime, broken: Broken = Broken.NETWORK) -> None:
        """It is over. One that lasted is opened again at once, any other after a wait."""
        lasted = self.opened_at is not None and at - self.opened_at >= LASTED
        self.drop()
        if lasted and broken is Broken.NETWORK:
            self.failures, self._again_at, self._broken = 0, None, None
            self._down_since, self._why = at, why
        else:
            self._failed(broken, why, at)

    def rest(self) -> Iterator[bytes | None]:
        """Close it, and hand out the lines that had come before: they are paid."""
        stream, lines = self._stream, self._lines
        self.drop()
        with suppress(StreamClosed):
            while stream is not None and (piece := stream.receive(0)) is not None:
                yield from lines.feed(_bytes(piece))

    def drop(self) -> None:
        """Close it, for a reason of ours."""
        stream, self._stream = self._stream, None
        self._lines, self._lineless = Lines(), 0.0
        if stream is not None:
            stream.close()

    def close(self) -> None:
        """End it for good, from any thread."""
        self._opening.give_up()
        stream = self._stream
        if stream is not None:
            stream.close()

    # ------------------------------------------------------------------------------- opening
    def _rules_were_gone(self, at: datetime) -> bool:
        """Make the rules ours, and say whether some that we knew of were not there."""
        rules = self._synchronise()
        were_gone = bool(self.ours) and (rules.made or rules.ids != self.ours)
        if rules.made or were_gone:
            self.lost_since = self.lost_since or self._read_at or at - RULES_UNREAD
        self.ours, self._read_at, self._look_at = rules.ids, at, at + RULES_EVERY
        return were_gone

    def _open(self, seconds: float, at: datetime) -> None:
        if not isinstance(self._wire, OpensStreams):
            raise Later(f'source "{self._name}": this client opens no streams')
        self._robbed = self._rules_were_gone(at) or self._robbed
        again = {"backfill_minutes": str(self._backfill)} if self._backfill else {}
        asked = {**self._asked, **(again if self.opened_at else {})}
        url = f"{self._base}{PATH}?{urlencode(asked)}"
        how = partial(
            self._wire.stream, url, headers=self._headers, timeout=seconds, silence=SILENCE
        )
        self._stream, self._lines, self._lineless = self._opening.open(how), Lines(), 0.0

    def _refused(self, refused: StreamRefused, at: datetime) -> None:
        reply = refused.reply
        fault = fault_of(reply, source=self._name, now=at) or Later("no stream")
        if isinstance(fault, AuthorisationLost | OutOfBudget):
            raise fault
        if any(word.encode() in reply.body for word in TAKEN_WORDS):
            self._failed(Broken.LIMITED, str(End.TAKEN), at)
        else:
            self._not_opened(fault, at)
            self._is_hopeless = self._is_hopeless and reply.status != CONFLICT

    def _not_opened(self, error: Exception, at: datetime) -> None:
        fault = as_source_error(error, source=self._name, now=at)
        if isinstance(fault, AuthorisationLost | OutOfBudget):
            raise fault
        is_network = isinstance(error, WireError | StreamClosed)
        is_limit = isinstance(fault, RateLimited)
        broken = Broken.NETWORK if is_network else Broken.LIMITED if is_limit else Broken.HTTP
        self._failed(broken, str(fault), at)
        self._is_hopeless = isinstance(fault, BadRequest)
        if isinstance(fault, RateLimited) and self._again_at is not None:
            self._again_at = max(self._again_at, fault.until)

    def _failed(self, broken: Broken, why: str, at: datetime) -> None:
        self.failures = self.failures + 1 if broken is self._broken else 1
        self._broken, self._why = broken, why.removeprefix(f'source "{self._name}": ')
        self._again_at = at + wait_after(broken, self.failures)
        self._down_since = self._down_since or at


def _bytes(piece: str | bytes) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode()


def stream_of(
    settings: "Settings", queries: Sequence[str], asking: Asking, tools: Tools, token: str
) -> FilteredStream:
    """The stream as a source declares it; nothing is opened yet."""

    def synchronise() -> x_rules.Standing:
        return x_rules.synchronised(asking.rules, queries, settings.name)

    return FilteredStream(
        settings.name,
        tools.wire,
        settings.api,
        {"Authorization": f"Bearer {token}", "User-Agent": tools.user_agent},
        asked_of_stream(authors=settings.authors),
        synchronise,
        backfill=settings.backfill_minutes,
    )
