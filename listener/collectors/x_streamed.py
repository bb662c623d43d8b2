"""X heard by its filtered stream, with search behind it: what the stream missed, search brings.

The stream remembers nothing, so that each time it was not open is a hole. The cursor says how far
everything was heard, by either; when the stream opens, search reads from there, at once and again
once it has found everything that was written before. Only then does the stream move the cursor.
While the stream is not open, search is polled as without it. Mentions are always polled.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from listener.boundary import boundary
from listener.budget import Use
from listener.collector import Batch, OutOfBudget, SourceError
from listener.collectors.x_hole import fill_at, heard_until, hole_is_filled, streamed
from listener.collectors.x_lines import End, Told, read_line
from listener.collectors.x_place import Memory, Place
from listener.collectors.x_posts import Page
from listener.collectors.x_reading import XCollector
from listener.collectors.x_stream import SILENCE, Broken, FilteredStream
from listener.mention import Observation
from listener.stream import StreamClosed

MAX_POSTS = 200  # of a batch
MAX_MALFORMED = 50  # reasons kept of one batch
LONGEST_LISTEN = 20.0  # seconds
LINGER = 1.0  # seconds a post may wait for company
SOMEBODY_ELSES = "a post for a rule of another program that uses this app"


@dataclass
class _Heard:
    """What one listening has brought.

    paid, paid_authors  ids that X has charged for today, as far as we know.
    """

    paid: set[str]
    paid_authors: set[str]
    seen: list[Observation] = field(default_factory=list)
    bought: list[tuple[str, str]] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    posts: int = 0
    others: int = 0  # posts of somebody else's rules
    dollars: float = 0.0
    line_at: datetime | None = None  # when the last line was taken
    whole: datetime | None = None  # until then everything is heard

    def spoil(self, *reasons: str) -> None:
        self.malformed += reasons[: MAX_MALFORMED - len(self.malformed)]

    @property
    def newest(self) -> str | None:
        return max((own for own, _ in self.bought if own), key=int, default=None)

    @property
    def page(self) -> Page:
        """As if search had brought it."""
        return Page(
            (), (), self.posts, 0, self.newest, None, tuple(self.bought)
        )  # fmt: skip


class StreamedX(XCollector):
    """Reads the stream until a batch is worth handing on, and asks search and mentions in between.

    every  how often mentions are polled, and search while the stream is not open.
    """

    def __init__(
        self,
        *made: Any,
        stream: FilteredStream,
        every: timedelta,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """made: what XCollector is made of."""
        super().__init__(*made)
        self._stream, self._every, self._clock = stream, every, clock
        self._searched = [k for k, one in self._listings.items() if one.use is Use.SEARCH]
        self._asked_at: dict[str, datetime] = {}  # when each listing's last round began
        self._failed: tuple[SourceError, ...] = ()  # of a poll, while the stream was heard
        self._told_cursor: str | None = None
        self._told_trouble: str | None = None  # None: what an earlier start told is not known
        self._over = threading.Event()
        self._began, self._now = 0.0, datetime.min.replace(tzinfo=UTC)

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """One page that is due, else what the stream brings; always has more to give."""
        self._began, self._now = self._clock(), now
        with boundary(self._name, now):
            if cursor != self._told_cursor:
                self._stream.drop()  # the store did not take what was handed on: search reads it
            try:
                batch = self._best(cursor, now, min(deadline, LONGEST_LISTEN), deadline)
            except BaseException:
                self._stream.drop()  # what was taken from it and not handed on is a hole
                raise
        self._told_cursor = batch.cursor or cursor
        failed, self._failed = self._failed, ()
        return replace(batch, trouble=self._trouble(), failed=failed)

    def close(self) -> None:
        """See `listener.collector.Collector`."""
        self._over.set()
        self._stream.close()
        super().close()

    @property
    def _moment(self) -> datetime:
        """The fetch's `now`, moved on by the time that has passed since."""
        return self._now + timedelta(seconds=self._clock() - self._began)

    @property
    def _buys_posts(self) -> bool:
        """Whether the money for search buys as many posts as X's smallest page of it."""
        return self._asking.affordable(self._listings[self._searched[0]]) > 0

    def _best(self, cursor: str | None, now: datetime, listen: float, deadline: float) -> Batch:
        if not self._buys_posts:
            if self._stream.is_open:
                return self._listen(cursor, now, listen)  # what has come is paid
            return self.read(self._listings, cursor, now=now, deadline=deadline)
        self._look_after_stream(cursor, now, deadline)
        lost = self._stream.lost_since
        if lost is None:
            return self._next(cursor, now, listen, deadline)
        memory = Memory.read(cursor, now).filled(self._listings, now)
        for key in self._searched:
            memory = memory.with_place(key, heard_until(memory.places[key], lost))
        batch = self._next(memory.text(), now, listen, deadline)
        self._stream.lost_since = None
        return batch if batch.cursor else replace(batch, cursor=memory.text())

    def _look_after_stream(self, cursor: str | None, now: datetime, deadline: float) -> None:
        self._adapter.begin(now, deadline)
        self._stream.check(now)
        if self._may_open(self._keys_due(cursor, now), now):
            self._stream.open(now, deadline / 2)

    def _next(self, cursor: str | None, now: datetime, listen: float, deadline: float) -> Batch:
        """A page that is due, else what the stream brings."""
        keys = self._keys_due(cursor, now)
        left = deadline - (self._clock() - self._began)
        if (self._turn.has_more or keys) and left > 0:
            batch = self._polled(keys, cursor, now, left)
            if batch is not None:
                return replace(batch, more=True)
        if self._stream.is_open:
            return self._listen(cursor, now, listen)
        self._over.wait(min(listen, self._stream.opens_in(self._moment) or listen))
        return Batch(more=not self._over.is_set(), unpaid=self._not_payable(), listings=())

    def _may_open(self, keys: Sequence[str], now: datetime) -> bool:
        """Not before the first poll: `tocsin doctor` asks once, and must not take the only stream
        that X gives from the daemon. One that does not open keeps no poll waiting."""
        if not self._asked_at or not self._stream.may_open(now):
            return False
        return not (keys and self._stream.failures)

    # ------------------------------------------------------------------------------- polling
    def _keys_due(self, cursor: str | None, now: datetime) -> list[str]:
        """The listings of which a round is due."""
        places = Memory.read(cursor, now).places
        awake = self._turn.awake(self._listings, now)
        return [key for key in awake if self._is_due(key, places.get(key), now)]

    def _is_due(self, key: str, place: Place | None, now: datetime) -> bool:
        asked_at, opened_at = self._asked_at.get(key), self._stream.opened_at
        if key in self._searched and self._stream.is_open and opened_at is not None:
            if hole_is_filled(place, opened_at):
                return False
            return now >= fill_at(place, opened_at, asked_at, self._every)
        return asked_at is None or now >= asked_at + self._every

    def _polled(
        self, keys: Sequence[str], cursor: str | None, now: datetime, deadline: float
    ) -> Batch | None:
        """One page; None where that failed, and the stream goes on without it."""
        if not self._turn.has_more:
            self._asked_at |= dict.fromkeys(keys, now)
        try:
            batch = self.read(keys, cursor, now=now, deadline=deadline)
        except OutOfBudget:
            raise
        except SourceError as error:
            if not self._stream.is_open or error.listing is None:
                raise
            self._failed += (error,)
            return None
        return batch if batch.listings else None

    # ----------------------------------------------------------------------------- listening
    def _listen(self, cursor: str | None, now: datetime, seconds: float) -> Batch:
        memory, gaps = self._memory(cursor, now)
        heard = _Heard(*memory.paid_of(self._searched))
        self._take_all(heard, self._clock() + seconds)
        first = min(memory.places[key].first for key in self._searched)
        return Batch(
            observations=tuple(
                replace(one, backfill=one.post.created_at < first) for one in heard.seen
            ),
            cursor=self._moved(memory, heard).text(),
            more=not self._over.is_set(),
            gaps=gaps,
            malformed=tuple(heard.malformed),
            dollars=round(heard.dollars, 6),
            unpaid=self._not_payable(),
            turned_away=((SOMEBODY_ELSES, heard.others),) if heard.others else (),
            listings=self._followed(memory),
        )

    def _followed(self, memory: Memory) -> tuple[str, ...]:
        """The searches that the stream stands for: their posts before it are heard too."""
        at = self._stream.opened_at
        return tuple(
            key
            for key in self._searched
            if at is not None and hole_is_filled(memory.places[key], at)
        )

    def _take_all(self, heard: _Heard, ends: float) -> None:
        """Take lines until the time is up, the batch is full, or the money or the stream ends."""
        while not self._over.is_set() and heard.posts < MAX_POSTS:
            left = ends - self._clock()
            if left <= 0:
                return
            before = heard.posts
            try:
                if not self._buys_posts:
                    self._take_lines(self._stream.rest(), heard)
                    return
                lines = self._stream.receive(left)
                if lines:
                    heard.line_at = self._moment
                elif lines is None and heard.line_at and not self._stream.has_part:
                    heard.whole = heard.line_at - timedelta(seconds=SILENCE)
                self._take_lines(lines or (), heard)
            except StreamClosed as error:
                self._end(heard, str(error))
                return
            if heard.posts and not before:
                ends = min(ends, self._clock() + LINGER)

    def _take_lines(self, lines: Iterable[bytes | None], heard: _Heard) -> None:
        for line in lines:
            self._take(line, heard)

    def _end(self, heard: _Heard, why: str) -> None:
        heard.whole = None
        if self._stream.has_part:
            heard.spoil("line: it broke off")
        if self._stream.is_open:
            self._stream.ended(why, self._moment)

    def _take(self, line: bytes | None, heard: _Heard) -> None:
        if line == b"":
            return
        if line is None:
            heard.spoil("line: longer than any post")
            heard.posts += 1
            heard.dollars += self._asking.paid_for_streamed(1, 1)
            return
        told = read_line(line, self._stream.ours, self._now)
        heard.spoil(*told.malformed)
        if told.posts:
            self._pay(told, heard)
            if told.seen is not None and told.is_ours:
                heard.seen.append(told.seen)
            heard.others += not told.is_ours
        if told.end is not None:
            self._ended_by(told.end)

    def _ended_by(self, end: End) -> None:
        """X said so. What was heard before is handed on; of spent credits the next poll tells."""
        kind = Broken.NETWORK if end is End.DISCONNECTED else Broken.LIMITED
        self._stream.ended(end, self._moment, kind)
        raise StreamClosed(end)

    def _pay(self, told: Told, heard: _Heard) -> None:
        """Count what X charges for a post: it and its author once on a day, as far as we know."""
        is_new, named = not told.own or told.own not in heard.paid, told.named - heard.paid_authors
        heard.posts += 1
        heard.bought.append((told.own, told.author))
        heard.paid.add(told.own)
        heard.paid_authors |= told.named
        heard.dollars += self._asking.paid_for_streamed(int(is_new), len(named))

    def _moved(self, memory: Memory, heard: _Heard) -> Memory:
        """The memory with what was paid, and with how far everything was heard."""
        opened_at = self._stream.opened_at
        for key in self._searched:
            place = memory.places[key]
            if opened_at is not None and hole_is_filled(place, opened_at):
                moved = streamed(place, heard.newest, heard.whole, self._now)
                memory = memory.with_place(key, moved)
            if heard.bought:
                memory = memory.with_page(key, heard.page)
        return memory

    def _trouble(self) -> str | None:
        """What is new to be told; None where nothing is."""
        said = self._stream.trouble(self._moment)
        if said == self._told_trouble or (said and self._told_trouble):
            return None
        self._told_trouble = said
        return said
