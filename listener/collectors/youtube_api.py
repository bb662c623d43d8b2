"""Asking YouTube's Data API, whose money is units: 10,000 a day, one for most requests.

Source: developers.google.com/youtube/v3/determine_quota_cost, .../docs/errors, and
.../docs/commentThreads/list. The day ends at midnight Pacific Time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listener.asking import Asker, problem_of
from listener.boundary import USUAL_WAIT, fault_of, wait_of
from listener.budget import Allowance, Use
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Later,
    OutOfBudget,
    RateLimited,
    SourceError,
)
from listener.fields import Raw, mapping, objects, text
from listener.wire import Reply

API = "https://www.googleapis.com/youtube/v3"
UNITS = 10_000  # a day, of a project that asked for no more
PACIFIC = ZoneInfo("America/Los_Angeles")
_SPENT = {"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"}
_FAST = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
_KEY = {"keyInvalid", "keyExpired", "API_KEY_INVALID", "accessNotConfigured", "ipRefererBlocked"}
NO_COMMENTS = {"commentsDisabled", "videoNotFound", "channelNotFound", "forbidden"}


class NoComments(SourceError):
    """A video or channel whose comments are switched off, or that is gone; others may work."""


@dataclass
class Units:
    """What is left of a day's units, as far as this process spent them.

    What was spent before a restart only YouTube knows; it says so when nothing is left.
    """

    a_day: int = UNITS
    _day: date | None = None
    _purse: Allowance = field(default_factory=lambda: Allowance(0.0))

    def spend(self, use: Use, now: datetime, source: str) -> None:
        """Take one unit. Raises OutOfBudget where the use has none left today."""
        today = now.astimezone(PACIFIC).date()
        if today != self._day:
            self._day, self._purse = today, Allowance(float(self.a_day))
        if self._purse.left(use) < 1.0:
            raise OutOfBudget(
                f'source "{source}": the day\'s units for this use are spent; more come at '
                f"{self.refilled(now):%H:%M} UTC"
            )
        self._purse.spend(use, 1.0)

    def left(self, use: Use) -> float:
        """Units that may still be spent for a use today."""
        return self._purse.left(use)

    def refilled(self, now: datetime) -> datetime:
        """The next midnight Pacific Time, in UTC."""
        tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), PACIFIC).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Api:
    """Asks for lists, and counts the units. The key goes in a header: addresses get into logs."""

    asker: Asker
    units: Units

    def ask(
        self, path: str, asked: Mapping[str, str | int], use: Use, now: datetime, deadline: float
    ) -> Raw:
        """The answer's object. Raises SourceError; NoComments where only this one is closed."""
        self.units.spend(use, now, self.asker.name)
        reply = self.asker.answer(f"{API}/{path}", asked, now=now, deadline=deadline)
        if fault := fault_in(reply, self.asker.name, now):
            raise fault
        return mapping(self.asker.read(reply))


def fault_in(reply: Reply, name: str, now: datetime) -> SourceError | None:
    """What an answer means that is not one to read: one status has many reasons."""
    found = fault_of(reply, source=name, now=now)
    if found is None:
        return None
    reasons = _reasons(reply)
    said = f'source "{name}"'
    if reasons & NO_COMMENTS:
        return NoComments(f"{said}: no comments there")
    if reasons & _SPENT:
        return OutOfBudget(f"{said}: the day's units are used up; more come at midnight Pacific")
    if reasons & _FAST:
        return RateLimited(f"{said}: asked to wait", now + (wait_of(reply, now) or USUAL_WAIT))
    if reasons & _KEY:
        return AuthorisationLost(f"{said}: the key is refused, or the API is not enabled for it")
    if "processingFailure" in reasons and isinstance(found, BadRequest):
        return Later(f"{said}: the request could not be processed")
    return found


def _reasons(reply: Reply) -> set[str]:
    error = mapping(problem_of(reply).get("error"))
    rows = [*objects(error.get("errors"))[:10], *objects(error.get("details"))[:10]]
    return {text(row.get("reason"), 60) for row in rows}
