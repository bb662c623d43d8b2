"""Mastodon's streaming beside the walks: posts, edits, deletions and mentions as they come.

A stream repeats nothing and has no place to go on from, so it is never relied on: whenever it was
opened or has ended, and every CHECK, the timelines are walked by `min_id` as ever, from where the
last walk of each was over. So it makes a source faster, and cannot make it lose anything.
Source: docs.joinmastodon.org/methods/streaming.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from listener.boundary import boundary
from listener.collector import (
    AuthorisationLost,
    Batch,
    Known,
    RateLimited,
    Refreshed,
    SourceError,
)
from listener.collectors.mastodon_ailing import Ailments
from listener.collectors.mastodon_door import Door
from listener.collectors.mastodon_events import Heard, read_event
from listener.collectors.mastodon_place import place_of
from listener.memory import Memory
from listener.mention import Kind, Observation, Post
from listener.rounds import marked
from listener.stream import Stream, StreamClosed

CHECK = timedelta(minutes=10)  # between two walks while the stream is open
AGAIN = timedelta(minutes=1)  # the same, after a walk on which a timeline could not be read
TURN = 10.0  # seconds that one fetch listens at most
LINGER = 1.0  # seconds a post may wait for company
STEADY = timedelta(minutes=1)  # a stream that lasts so long has not failed
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=5)  # before it is opened again
GRACE = timedelta(minutes=1)  # what is this much newer than the stream, it has to tell
MIN_SECONDS = 1.0  # what a walk has left after an opening that took too long
STREAM = "streaming"  # as a listing: that it is heard says nothing of the timelines
MAX_LATELY = 5_000  # ids of what was heard lately


class Walker(Protocol):
    """The source without its stream.

    is_walking  a turn through the timelines is under way.
    """

    at_once: int

    @property
    def is_walking(self) -> bool: ...

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch: ...

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch: ...

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed: ...

    def close(self) -> None: ...

    @property
    def listings(self) -> tuple[str, ...]: ...

    def rest(self, listing: str, until: datetime) -> None: ...


class MastodonStream:
    """Keeps one stream open between fetches. Without it, the source is polled as ever."""

    def __init__(
        self,
        name: str,
        host: str,
        walker: Walker,
        door: Door,
        keep: Callable[[Post], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """host: whose numbers the posts have. keep: of a public timeline, what is handed on."""
        self.at_once = walker.at_once
        self._name, self._host = name, host
        self._walker, self._door = walker, door
        self._keep = keep
        self._clock = clock
        self._stream: Stream | None = None
        self._closing = False
        self._opened_at: datetime | None = None
        self._open_at: datetime | None = None  # not before; None: at once
        self._failures = 0  # streams in a row of which none lasted
        self._walk_at: datetime | None = None  # when the next walk is due; None: now
        self._is_late = False  # the walk under way began before the stream was opened
        self._stumbled = False  # on the walk under way a timeline could not be read
        self._lately: deque[str] = deque(maxlen=MAX_LATELY)  # ids of what was handed on
        self._streamed: deque[str] = deque(maxlen=MAX_LATELY)  # of those, what the stream told
        self._untold: set[str] = set()  # what the last walk met, and the stream has yet to tell
        self._began: datetime | None = None  # the first fetch
        self._refused_on: datetime | None = None  # when that stream was opened
        self._ailments = Ailments()

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read a page of a timeline where a walk is due, else listen; see
        `listener.collector.Collector`."""
        if self._closing:
            return Batch()
        ends, self._began = self._clock() + deadline, self._began or now
        with boundary(self._name, now):
            if self._stream is None and (self._open_at is None or now >= self._open_at):
                self._try_to_open(now, deadline / 2)
            if self._is_walk_due(now):
                batch = self._walk(cursor, now, max(MIN_SECONDS, ends - self._clock()))
            else:
                batch = self._listen(cursor, now, ends)
            return replace(batch, trouble=self._ailments.told(self._name, batch.trouble, now))

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        """See `listener.collector.LooksBack`."""
        return self._walker.look_back(cursor, since=since, now=now, deadline=deadline)

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`."""
        return self._walker.refresh(posts, now=now, deadline=deadline)

    @property
    def listings(self) -> tuple[str, ...]:
        """See `listener.collector.Listed`: the timelines, and the stream."""
        return (*self._walker.listings, STREAM)

    def rest(self, listing: str, until: datetime) -> None:
        """See `listener.collector.Listed`."""
        self._walker.rest(listing, until)

    def close(self) -> None:
        """End the stream, or its opening, at once."""
        self._closing = True
        self._door.give_up()
        if self._stream is not None:
            self._stream.close()
        self._walker.close()

    # --------------------------------------------------------------------------- walking
    def _is_walk_due(self, now: datetime) -> bool:
        if self._stream is None or self._walker.is_walking:
            return True
        return self._walk_at is None or now >= self._walk_at

    def _walk(self, cursor: str | None, now: datetime, left: float) -> Batch:
        if not self._walker.is_walking:
            self._begin_walk(now)
        try:
            batch = self._walker.fetch(cursor, now=now, deadline=left)
        except SourceError:
            self._stumbled = True
            self._note_walk(now)
            raise
        self._note_walk(now)
        self._note_untold(batch.observations)
        self._lately.extend(seen.post.id for seen in batch.observations)
        return replace(batch, more=batch.more or self._stream is not None)

    def _begin_walk(self, now: datetime) -> None:
        if self._untold and self._stream is not None:
            self._lost(now, "it does not tell of posts that are there")
        self._stumbled = False
        self._untold.clear()

    def _note_walk(self, now: datetime) -> None:
        """When the turn is over: the next one is due soon where a timeline was not read."""
        if self._walker.is_walking:
            return
        pause = AGAIN if self._stumbled else CHECK
        self._walk_at, self._is_late = None if self._is_late else now + pause, False

    def _note_untold(self, seen: Sequence[Observation]) -> None:
        """A post as new as the stream it has to tell as well, at the latest by the next walk."""
        if self._stream is None or self._opened_at is None:
            return
        since, told = self._opened_at + GRACE, set(self._streamed)
        new = (one.post.id for one in seen if one.post.created_at > since)
        self._untold.update(own for own in new if own not in told)

    # ------------------------------------------------------------------------- listening
    def _listen(self, cursor: str | None, now: datetime, ends: float) -> Batch:
        stream, began = self._stream, self._clock()
        assert stream is not None
        ends, heard = min(ends, began + TURN), Heard()
        while not (heard.is_full or self._closing) and (left := ends - self._clock()) > 0:
            try:
                frame = stream.receive(left)
            except StreamClosed as error:
                self._lost(now + timedelta(seconds=self._clock() - began), str(error))
                break
            if frame is not None and self._take(frame, heard, now):
                ends = min(ends, self._clock() + LINGER)
        if self._is_steady(now):
            self._recovered()
        places = Memory.read(cursor, place_of).places.values()
        first = min((one.first for one in places), default=self._began or now)
        observations = marked(heard.observations, first)
        return Batch(
            observations,
            more=not self._closing,
            malformed=tuple(heard.malformed),
            listings=(STREAM,),
        )

    def _take(self, frame: str | bytes, heard: Heard, now: datetime) -> bool:
        """Note one frame; true where it was the first post of the batch that is kept."""
        try:
            event = read_event(frame, self._host, now)
        except ValueError as error:
            heard.spoil(str(error))
            return False
        if event.refused is not None:
            self._refused_on = self._opened_at
            why = f"a subscription is refused with {event.refused}; does the token have its scope?"
            self._ailments.note("subscription", now, why, hopeless=True)
        seen = event.seen
        if seen is None or not self._is_wanted(seen):
            return False
        self._streamed.append(seen.post.id)
        self._untold.discard(seen.post.id)
        self._lately.append(seen.post.id)
        return heard.keep(seen)

    def _is_wanted(self, seen: Observation) -> bool:
        """An edit that names no brand any more is news of a post that did."""
        if seen.kind is Kind.DELETE or self._keep(seen.post):
            return True
        return seen.kind is Kind.EDIT and seen.post.id in self._lately

    # ----------------------------------------------------------------- opening and losing
    def _try_to_open(self, now: datetime, deadline: float) -> None:
        """Without a stream the source is polled, which tells by itself of a token that is lost."""
        try:
            with boundary(self._name, now):
                self._stream = self._door.open(now, deadline)
        except SourceError as error:
            self._lost(now, str(error), hopeless=isinstance(error, AuthorisationLost))
            if isinstance(error, RateLimited) and self._open_at is not None:
                self._open_at = max(self._open_at, error.until)
            return
        if self._closing:  # it was opened while we were told to stop
            self._drop()
        self._opened_at, self._walk_at, self._is_late = now, None, self._walker.is_walking
        self._untold.clear()

    def _is_steady(self, now: datetime) -> bool:
        at = self._opened_at
        return self._stream is not None and at is not None and now - at >= STEADY

    def _recovered(self) -> None:
        """The stream has lasted: what ailed the one before is over."""
        self._failures = 0
        self._ailments.over("stream")
        if self._refused_on != self._opened_at:
            self._ailments.over("subscription")

    def _lost(self, now: datetime, why: str, *, hopeless: bool = False) -> None:
        """Note that there is no stream, and wait longer each time that one does not last."""
        self._failures = 1 if self._is_steady(now) else self._failures + 1
        self._drop()
        self._open_at = now + min(SHORTEST * 2 ** min(self._failures - 1, 10), LONGEST)
        self._walk_at = None
        self._ailments.note("stream", now, why, hopeless=hopeless)

    def _drop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
