"""Bluesky by Jetstream: every public post as it is written, keyless, matched on this machine.

The stream carries all of Bluesky (some hundred frames a second); only posts that name a brand, or
answer one of our accounts, are kept. Nothing is ever lost in silence: the place in the stream is
stored with the posts, and what cannot be heard again is recorded as a gap.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from config import Brand, Duration, SourceSettings
from config.forms import LanguageCode, StreamHost
from listener.boundary import boundary, fault_of
from listener.collector import BadRequest, Batch, Collector, Gap, Later
from listener.collectors.bluesky_source import AccountSettings, complete
from listener.collectors.jetstream import read_frame
from listener.collectors.jetstream_heard import Heard
from listener.collectors.jetstream_place import (
    HOSTS,
    LOOK_BACK,
    Start,
    address,
    microseconds,
    opened,
    sequence_of,
    start_from,
)
from listener.facts import Facts, Gone, Proof
from listener.mention import Kind, Post
from listener.stream import Open, Opening, Stream, StreamClosed, StreamRefused, open_stream
from listener.tools import Tools

LINGER = 1.0  # seconds a kept post may wait for company: a complaint is not news tomorrow
SILENCE = 60.0  # seconds; the public stream is never quiet for one

Host = Annotated[str, StreamHost]
Language = Annotated[str, LanguageCode]
_alone = BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)


FACTS = Facts(
    platform="bluesky",
    title="Bluesky",
    keys="none",
    limits="one stream of everything; lookups 3,000 in 5 minutes",
    costs="nothing; some 100 kB/s of bandwidth",
    reach=LOOK_BACK,
    gone=Gone.TOLD,
    duty="what its author deletes is deleted here",
    unheard="Complaints on Bluesky are not heard: it needs no key and costs nothing.",
    proof=Proof.SIMULATED,
)


class Settings(AccountSettings):
    """Where to listen; the defaults are the public instances."""

    public: ClassVar[bool] = True

    hosts: Annotated[
        tuple[Host, ...], _alone
    ] = ()  # default: the public ones; ws:// in front for one of your own
    api: Literal["v1", "v2"] = "v1"
    languages: Annotated[
        tuple[Language, ...], _alone
    ] = ()  # default: all; a post that names none is always kept
    every: Duration = timedelta(seconds=10)  # the pause before a lost stream is opened again


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; the stream is opened by the first fetch."""
    assert isinstance(settings, Settings)
    if find_spec("websockets") is None:
        raise BadRequest("the bluesky source needs a library: pip install 'tocsin[bluesky]'")
    keep = concerning(brands, settings.languages)
    stream = JetstreamSource(
        settings.hosts or HOSTS[settings.api],
        name=settings.name,
        api=settings.api,
        keep=keep,
        user_agent=tools.user_agent,
        opener=partial(open_stream, wire=tools.wire),
    )
    return complete(stream, settings, brands, tools, keep)


def concerning(brands: Sequence[Brand], languages: Sequence[str] = ()) -> Callable[[Post], bool]:
    """Which posts are kept: those that name a brand, are by one of our accounts or answer one."""
    matcher = import_module("listener.matching").Matcher(brands)
    own = {did for brand in brands for did in brand.accounts.get("bluesky", ())}

    def keep(post: Post) -> bool:
        answered = (post.in_reply_to or "").removeprefix("at://").partition("/")[0]
        if post.author.id in own or answered in own:
            return True
        spoken = not languages or post.lang is None or post.lang.partition("-")[0] in languages
        return spoken and bool(matcher.match(post))

    return keep


class JetstreamSource:
    """Keeps one stream open between fetches, and reads it until a batch is worth handing on."""

    def __init__(
        self,
        hosts: Sequence[str],
        *,
        name: str,
        api: str,
        keep: Callable[[Post], bool],
        user_agent: str,
        opener: Open = open_stream,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._hosts = hosts
        self._turn = 0  # which host; moves on when one does not answer
        self._api = api
        self._keep = keep
        self._user_agent = user_agent
        self._open, self._opening = opener, Opening()
        self._clock = clock
        self._stream: Stream | None = None
        self._told: str | None = None  # the cursor that the open stream stands behind
        self._asked_from: datetime | None = None  # set until the first event shows what we got
        self._asked_after, self._begun_again = 0, False  # a sequence number; it was begun anew
        self._heard = 0.0
        self._began: datetime | None = None  # the first fetch without a stored place
        self._closing = False

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read until the deadline, a full batch, or LINGER after the first kept post."""
        with boundary(self._name, now):
            return Batch() if self._closing else self._read(cursor, now, deadline)

    def _read(self, cursor: str | None, now: datetime, deadline: float) -> Batch:
        ends = self._clock() + deadline
        gaps: tuple[Gap, ...] = ()
        if cursor != self._told:
            self._drop()  # the store did not take what we handed on: read it again
        try:
            if self._stream is None:
                gaps = self._connect(cursor, now, deadline)
            heard = Heard(self._host, self._api, now, deadline, list(gaps))
            batch = self._listen(heard, ends)
            if batch.cursor is None and cursor is None and batch.more:
                batch = replace(batch, cursor=opened(self._host, self._api, now).spell())
        except BaseException:
            self._drop()  # whatever was read and not handed on is read again
            raise
        self._told = batch.cursor or cursor
        return batch

    def close(self) -> None:
        self._closing = True
        self._opening.give_up()
        if self._stream is not None:
            self._stream.close()

    @property
    def _host(self) -> str:
        return self._hosts[self._turn % len(self._hosts)]

    def _drop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _connect(self, cursor: str | None, now: datetime, deadline: float) -> tuple[Gap, ...]:
        self._began = self._began or now
        known = "" if self._begun_again else self._host
        start = start_from(cursor, known, self._api, now, began=self._began)
        try:
            try:
                self._stream = self._opened(start, deadline)
            except StreamRefused as refused:
                if start.cursor is None or b"CursorTooOld" not in refused.reply.body:
                    raise
                # By time an instance goes back as far as it can; the first event shows how far.
                start = Start(microseconds(now - LOOK_BACK), start.at, start.gaps)
                self._stream = self._opened(start, deadline)
        except StreamClosed as error:
            source = f"{self._name} at {self._host}"
            self._turn += 1
            fault = None
            if isinstance(error, StreamRefused):
                fault = fault_of(error.reply, source=source, now=now)
            raise fault or Later(f'source "{source}": {error}') from None
        self._asked_from, self._begun_again = start.at, False
        self._asked_after = sequence_of(start.cursor)
        self._heard = self._clock()
        return start.gaps

    def _opened(self, start: Start, deadline: float) -> Stream:
        how = partial(
            self._open,
            address(self._host, self._api, start.cursor),
            user_agent=self._user_agent,
            subprotocol="xrpc.v1.json" if self._api == "v2" else None,
            timeout=min(10.0, deadline),
        )
        return self._opening.open(how)

    def _listen(self, heard: Heard, ends: float) -> Batch:
        stream = self._stream
        assert stream is not None
        while not (heard.full or self._closing) and (left := ends - self._clock()) > 0:
            try:
                frame = stream.receive(min(left, SILENCE))
            except StreamClosed as error:
                return self._ended(heard, str(error))
            if frame is not None:
                self._heard = self._clock()
                if self._take(frame, heard):
                    ends = min(ends, self._clock() + LINGER)
            elif self._clock() - self._heard >= SILENCE:
                return self._ended(heard, f"{self._host} has been silent for {SILENCE:.0f} s")
        return heard.batch(more=True)

    def _ended(self, heard: Heard, reason: str) -> Batch:
        """Hand on what was heard; the next fetch opens anew, after the daemon's own pause."""
        self._drop()
        if heard.nothing and not self._closing:
            self._turn += 1
            raise Later(f'source "{self._name}": {reason}')
        return heard.batch(more=False)

    def _take(self, frame: str | bytes, heard: Heard) -> bool:
        """Note one frame; true where it was the first post of the batch that is kept."""
        try:
            event = read_frame(frame, heard.now)
        except ValueError as error:
            heard.spoil(str(error))
            return False
        if event.position is not None and event.position < self._asked_after:
            self._begun_again = True
            raise Later(f'source "{self._name}": {self._host} counts its events anew')
        if event.at is not None and self._asked_from is not None:
            heard.note_clamp(self._asked_from, event.at)
            self._asked_from = None
        heard.move(event)
        seen = event.seen
        if seen is None:
            return False
        if seen.kind is not Kind.DELETE and not self._keep(seen.post):
            return False
        return heard.keep(seen)
