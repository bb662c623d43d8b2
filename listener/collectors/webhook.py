"""A signed inbound webhook: posts that something else sends us, one a line, as the file source's.

The daemon's web application (`tocsin.web.inlets`) checks the signature and keeps each delivery in a
spool; here they are read from it. A delivery is taken away once its posts are stored.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Annotated, Literal

from config import Brand, Duration, Secret, SourceSettings
from config.forms import form
from listener.collector import Batch, Collector, Forbidden, Later
from listener.delivered import Spool
from listener.facts import Facts, Gone, Proof
from listener.fields import iso_time, mapping
from listener.mention import Observation
from listener.on_disk import Flaw, of_folder
from listener.postline import read_lines
from listener.tools import Tools

MAX_DELIVERY = 1024 * 1024  # bytes of one; the web application refuses more
MAX_LINES = 1_000  # of one; as many are refused there, and read in one fetch here
MAX_DELIVERIES = 100  # of one fetch
MAX_BYTES = 8 * 1024 * 1024  # of one fetch, one transaction of the store

FACTS = Facts(
    platform="",  # each line names its own
    title="A signed webhook",
    keys="a secret that both sides know",
    limits="1 MiB and 1,000 lines a delivery, 120 deliveries a minute from one address",
    costs="nothing",
    reach=None,
    gone=Gone.TOLD,
    duty="that of the platform the posts are from",
    unheard="",
    proof=Proof.DOCUMENTED,
)


InAddress = form(
    r"[a-z0-9][a-z0-9_-]{0,63}",
    "cannot stand in an address",
    "Use at most 64 small letters, digits and _ -, a letter or digit first",
)


class Settings(SourceSettings):
    """Who may send, by a secret, and where deliveries wait. What is sent need not be public."""

    kind: Literal["webhook"] = "webhook"
    name: Annotated[str, InAddress]  # it stands in the address
    secret: Secret
    spool: Path  # a folder that is Tocsin's alone
    every: Duration = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Place:
    """What was handed over last, and since when the source is read."""

    since: datetime
    handed: tuple[str, ...] = ()

    @classmethod
    def read(cls, cursor: str | None, now: datetime) -> "Place":
        """Read the cursor. An unreadable one is forgotten: the store knows repeats."""
        try:
            raw = mapping(json.loads(cursor or "{}"))
        except (ValueError, RecursionError):
            raw = {}
        handed = raw.get("handed")
        names = handed[:MAX_DELIVERIES] if isinstance(handed, list) else []
        since = iso_time(raw.get("since"))
        return cls(since or now, tuple(name for name in names if isinstance(name, str)))

    def spell(self) -> str:
        """The cursor."""
        return json.dumps({"since": self.since.isoformat(), "handed": self.handed})


class WebhookSource:
    """Reads the spool. What the cursor names is stored, and only then taken away."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read deliveries whole, the oldest first; see `listener.collector.Collector`."""
        place = Place.read(cursor, now)
        try:
            self._spool.take_away(place.handed)
            waiting = self._spool.names()
            return self._read(waiting, place, now)
        except PermissionError:
            raise Forbidden(
                "the spool may not be read or emptied; give this user the right"
            ) from None
        except OSError as error:
            raise Later(f"the spool cannot be read: {error.strerror}") from None

    def close(self) -> None:
        """Nothing is held between two reads."""

    def _read(self, waiting: Sequence[str], place: Place, now: datetime) -> Batch:
        seen: list[Observation] = []
        malformed: list[str] = []
        handed: list[str] = []
        size = 0
        for name in waiting[:MAX_DELIVERIES]:
            content = self._spool.read(name)
            size += len(content)
            if handed and (size > MAX_BYTES or len(seen) + len(malformed) >= MAX_LINES):
                break
            handed.append(name)
            for number, what in read_lines(BytesIO(content), seen_at=now):
                if isinstance(what, Observation):
                    seen.append(replace(what, seen_at=now))
                else:
                    malformed.append(f"line {number}: {what}")
        cursor = Place(place.since, tuple(handed)).spell()
        more = len(handed) < len(waiting)
        return Batch(tuple(seen), cursor, more, malformed=tuple(malformed))


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; the folder need not be there yet."""
    assert isinstance(settings, Settings)
    return WebhookSource(Spool(settings.spool.expanduser()))


def flaws_of(settings: SourceSettings, now: datetime) -> Iterator[Flaw]:
    """What would keep a delivery from being kept; the folder itself is made with the first one."""
    assert isinstance(settings, Settings)
    return of_folder("spool", settings.spool.expanduser())
