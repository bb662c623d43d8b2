"""Takes a post in, or says why not; counts every one that is turned away."""

import contextlib
import secrets
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from listener.collectors.form import Settings
from listener.jsontext import storable
from listener.spool import Spool, SpoolFull
from listener.spooled import Record, Turned, Word, hash_of, minute_of, new_number
from tocsin.form.bucket import Bucket, Buckets
from tocsin.form.stamps import Bad, Stamps

READS_A_MINUTE = 60  # reply numbers that are looked up, by everybody together
MOST_REASONS = 20


class No(StrEnum):
    """Why nothing was kept, beyond what is wrong with a stamp. The words are those of the counts;
    for the first two an owner is told."""

    FLOOD = "flood"
    FULL = "full"
    BROKEN = "could not be kept"
    EMPTY = "empty"
    LONG = "too long"
    BRAND = "no such brand"
    NUMBER = "no such reply number"
    SITE = "sent by another site"
    FORM = "no form of ours"
    LARGE = "too large"
    SLOW = "too slow"


@dataclass(frozen=True, slots=True)
class Taken:
    """It was kept. number: the reply number to be shown this once; "" where none was asked for."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not. wait: seconds until it is worth trying again."""

    why: No | Bad
    wait: float = 0.0


class Desk:
    """What the form does, without the web. Used by one request at a time.

    seconds  a clock that never goes back, for stamps and limits; now: the time of day, aware UTC.
    """

    def __init__(
        self,
        settings: Settings,
        brands: tuple[str, ...],
        spool: Spool,
        seconds: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self.settings = settings
        self.brands = brands
        self.spool = spool
        self.stamps = Stamps(seconds)
        self._now = now
        self._writes = Buckets(
            Bucket(seconds, settings.per_minute, 60.0), Bucket(seconds, settings.per_hour, 3600.0)
        )
        self._reads = Buckets(Bucket(seconds, READS_A_MINUTE, 60.0))
        self._turned: Counter[str] = Counter()
        self._lock = threading.Lock()

    def send(self, stamp: str, brand: str, text: str, *, wants_answer: bool) -> Taken | Refused:
        """A post of somebody new."""
        if brand not in self.brands:
            return self.turn_away(No.BRAND)
        number = new_number() if wants_answer else ""
        hashed = hash_of(number)
        author = f"r-{hashed}" if hashed else f"a-{secrets.token_hex(16)}"
        refused = self._keep(stamp, author, brand, text, hashed)
        return refused or Taken(number)

    def add(self, stamp: str, number: str, text: str) -> Taken | Refused:
        """A further word of somebody who has a reply number."""
        found = self.look(number)
        if isinstance(found, Refused):
            return found
        return self._keep(stamp, f"r-{hash_of(number)}", found.brand, text) or Taken()

    def look(self, number: str) -> Record | Refused:
        """What the firm has answered under a number."""
        wait = self._reads.wait()
        if wait > 0:
            return self.turn_away(No.FLOOD, wait)
        hashed = hash_of(number)
        try:
            found = self.spool.record(hashed) if hashed else None
        except OSError:
            return self.turn_away(No.BROKEN)
        return found or self.turn_away(No.NUMBER)

    def turn_away(self, why: No | Bad, wait: float = 0.0) -> Refused:
        """Count it."""
        with self._lock:
            self._turned[str(why)] += 1
        return Refused(why, wait)

    def tell(self) -> None:
        """Write down that we are here, and how many were turned away since the last time. What
        cannot be written now is written the next time."""
        now = self._now()
        with self._lock:
            counts, self._turned = self._turned, Counter()
        try:
            self.spool.beat(now)
            if counts:
                self.spool.keep_turned(Turned(counts, minute_of(now)))
        except OSError:
            with self._lock:
                self._turned += counts

    def sweep(self) -> None:
        """End reply numbers that are too old; what the disk refuses is tried again."""
        with contextlib.suppress(OSError):
            self.spool.sweep(self._now() - self.settings.replies_for)

    def _keep(
        self, stamp: str, author: str, brand: str, text: str, record: str | None = None
    ) -> Refused | None:
        said = storable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if not said:
            return self.turn_away(No.EMPTY)
        if len(said) > self.settings.longest:
            return self.turn_away(No.LONG)
        bad = self.stamps.wrong(stamp)
        if bad is not None:
            return self.turn_away(bad)
        wait = self._writes.wait()
        if wait > 0:
            return self.turn_away(No.FLOOD, wait)
        now = self._now()
        try:
            if record is not None:
                self.spool.open_record(record, brand, now)
            self.spool.keep(Word(secrets.token_hex(16), author, brand, said, minute_of(now)))
        except SpoolFull:
            return self._not_kept(No.FULL, record)
        except OSError:
            return self._not_kept(No.BROKEN, record)
        self.stamps.use(stamp)
        return None

    def _not_kept(self, why: No, record: str | None) -> Refused:
        """Nothing was written, so nobody can ask for an answer to it."""
        if record is not None:
            with contextlib.suppress(OSError):
                self.spool.close_record(record)
        return self.turn_away(why)
