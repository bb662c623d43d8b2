"""What one fetch of a Jetstream has heard, and the place in the stream that it has come to."""

from datetime import datetime, timedelta

from listener.collector import Batch, Gap
from listener.collectors.jetstream import Event
from listener.collectors.jetstream_place import SKEW, Place
from listener.mention import Kind, Observation

MAX_POSTS = 200  # kept posts of a batch
MAX_OBSERVATIONS = 1_000  # with the deletes, of which there are a few a second
MAX_MALFORMED = 50  # reasons kept of one batch
CLAMPED = timedelta(minutes=2)  # a first event so much later than asked for: the rest is gone


class Heard:
    """What one fetch has heard so far, within the limits of a batch."""

    def __init__(
        self, host: str, api: str, now: datetime, deadline: float, gaps: list[Gap]
    ) -> None:
        self.now = now
        self._host, self._api = host, api
        # A time beyond it is a mistake, and would place us where the stream has not been yet.
        self._latest = now + timedelta(seconds=deadline) + SKEW
        self._at: datetime | None = None  # how far it has heard; `_position` goes with it
        self._position = 0
        self._seen: list[Observation] = []
        self._posts = 0
        self._gaps = gaps
        self._malformed: list[str] = []

    @property
    def full(self) -> bool:
        return self._posts >= MAX_POSTS or len(self._seen) >= MAX_OBSERVATIONS

    @property
    def nothing(self) -> bool:
        return self._at is None and not self._seen

    def move(self, event: Event) -> None:
        if event.position is None or event.at is None or event.at > self._latest:
            return
        if self._at is None or event.at >= self._at or self._api == "v2":
            self._position, self._at = event.position, event.at

    def note_clamp(self, asked: datetime, got: datetime) -> None:
        if got - asked > CLAMPED and got <= self._latest:
            self._gaps.append(Gap(asked, got, "the stream no longer had this stretch of time"))

    def spoil(self, reason: str) -> None:
        if len(self._malformed) < MAX_MALFORMED:
            self._malformed.append(reason)

    def keep(self, seen: Observation) -> bool:
        self._seen.append(seen)
        self._posts += seen.kind is not Kind.DELETE
        return self._posts == 1 and seen.kind is not Kind.DELETE

    def batch(self, *, more: bool) -> Batch:
        place = self._at and Place(self._host, self._api, self._position, self._at)
        cursor = place.spell() if place else None
        seen, gaps = tuple(self._seen), tuple(self._gaps)
        return Batch(seen, cursor, more, gaps, malformed=tuple(self._malformed))
