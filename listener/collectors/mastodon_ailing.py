"""What ails a Mastodon source with a stream though it is heard, and when an owner is told of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config import spell_duration

TOLD_AFTER = timedelta(minutes=10)  # without a stream: an owner is told
_AILS = {
    "stream": "has had no stream that lasts, so that it is heard as often as it is polled,",
    "subscription": "is not told everything by its stream, so that some is heard minutes later,",
}


@dataclass(frozen=True, slots=True)
class Ailing:
    """What does not work, since when, and why; hopeless: no waiting mends it."""

    since: datetime
    why: str
    hopeless: bool = False

    def is_told(self, now: datetime) -> bool:
        """Is it time to tell an owner?"""
        return self.hopeless or now - self.since >= TOLD_AFTER


class Ailments:
    """What of one source ails, each by a word of `_AILS`."""

    def __init__(self) -> None:
        self._ailing: dict[str, Ailing] = {}
        self._told: frozenset[str] | None = None  # what of that an owner knows

    def note(self, what: str, now: datetime, why: str, *, hopeless: bool = False) -> None:
        """It ails, be it for the first time or still."""
        known = self._ailing.get(what, Ailing(now, why))
        self._ailing[what] = Ailing(known.since, why, hopeless or known.hopeless)

    def over(self, what: str) -> None:
        """It ails no more, if it did."""
        self._ailing.pop(what, None)

    def told(self, source: str, trouble: str | None, now: datetime) -> str | None:
        """What an owner is told now, as `Batch.trouble` says it: once something has lasted or no
        waiting mends it, and when that is over; else the trouble that there was before."""
        told = {what: one for what, one in self._ailing.items() if one.is_told(now)}
        if self._told == told.keys():
            return trouble
        self._told = frozenset(told)
        since = {what: spell_duration(now - one.since) for what, one in told.items()}
        texts = [f"{_AILS[what]} for {since[what]}: {one.why}" for what, one in told.items()]
        return f"source {source} {'; '.join(texts)}" if texts else ""
