"""A source's money in the running house: what is spent goes to its purse, and who is out of it is
told to an owner.

The store is what lasts; the purse is told what the store knows before each request that may cost.
"""

import json
from collections.abc import Collection
from datetime import date, datetime

from listener.budget import Allowance, Use
from listener.collector import Collector, SourceError, TellsUsage
from tocsin import deafness
from tocsin.log import logger
from tocsin.store import Unit
from tocsin.wiring import House

USAGE_DEADLINE = 10.0  # seconds for asking the platform what is used


class Spending:
    """Follows what one source spends.

    purse  None: the source costs nothing, and nothing here does anything.
    """

    def __init__(self, name: str, purse: Allowance | None, house: House) -> None:
        self._name = name
        self._purse = purse
        self._house = house
        self._rests = False
        self._unheard: frozenset[Use] = frozenset()  # what polls cannot pay
        self._unseen = ""  # why kept posts cannot be looked at again
        self._told: frozenset[Use] | None = None  # None: what an earlier start told is not known
        self._asked_usage: date | None = None

    def note(self, now: datetime) -> None:
        """Tell the purse what the store knows to be spent."""
        if self._purse is None:
            return
        with self._house.store.read() as desk:
            note_spent(desk, self._name, self._purse, now)

    def is_due(self) -> bool:
        """Whether this tick is for polling: each is, and every other one where money is tight."""
        self._rests = self._purse is not None and self._purse.is_tight and not self._rests
        return not self._rests

    def tell(self, unpaid: frozenset[Use], now: datetime) -> None:
        """Open a fault for what polls cannot pay, and close it once everything can be paid."""
        self._unheard = unpaid
        if self._purse is not None:
            self._say(now)

    def tell_looks(self, reason: str, now: datetime) -> None:
        """The same for looking at kept posts again. reason: "" where it can be paid."""
        self._unseen = reason
        self._say(now)

    def _say(self, now: datetime) -> None:
        unpaid = self._unheard | ({Use.FOLLOW_UP} if self._unseen else frozenset())
        if unpaid == self._told:
            return
        engine = self._house.engine
        if unpaid:
            detail = self._said(unpaid, now)
            self._house.store.write(
                lambda desk: deafness.tell(desk, engine, self._fault, detail, now)
            )
        else:
            self._house.store.write(lambda desk: engine.mended(desk, self._fault, now))
        self._told = unpaid

    def ask_usage(self, collector: Collector, now: datetime) -> None:
        """Once a day: what the platform says that the account has used. A failure waits a day."""
        if not isinstance(collector, TellsUsage) or self._asked_usage == now.date():
            return
        self._asked_usage = now.date()
        try:
            usage = collector.usage(now=now, deadline=USAGE_DEADLINE)
        except SourceError as error:
            kind = type(error).__name__
            logger().info("usage not told", source=self._name, kind=kind, reason=str(error))
            return
        if usage is not None:
            row = {"used": usage.used, "cap": usage.cap, "resets_on": usage.resets_on}
            kept = json.dumps({**row, "at": now.isoformat()})
            self._house.store.write(lambda desk: desk.keep(usage_name(self._name), kept))

    @property
    def _fault(self) -> str:
        return money_name(self._name)

    def _said(self, unpaid: Collection[Use], now: datetime) -> str:
        if self._purse is None:
            return f"source {self._name}: nothing is left for follow-up: {self._unseen}"
        purse, stopped = self._purse, [use for use in Use if use in unpaid]
        until = max(purse.renewed_at(use, now) for use in stopped)
        others = [str(use) for use in (Use.MENTIONS, Use.SEARCH) if use not in unpaid]
        if others and Use.FOLLOW_UP not in unpaid:
            others.append("what is left for follow-up")
        goes_on = f"; {' and '.join(others)} go on" if others else ""
        unheeded = "; what is deleted there is not deleted here" if self._unseen else ""
        return (
            f"source {self._name}: the money for {' and '.join(stopped)} is spent until "
            f"{until:%Y-%m-%d %H:%M} UTC{goes_on}{unheeded}. Raise dollars_per_day or "
            "dollars_per_month to hear more"
        )


def note_spent(desk: Unit, name: str, purse: Allowance, now: datetime) -> None:
    """Tell a purse what a store knows to be spent on this day and in this month."""
    purse.note(desk.spent(name, now, now), desk.spent(name, now.replace(day=1), now), now.date())


def money_name(source: str) -> str:
    """What the fault of a source is about whose money is spent."""
    return f"money:{source}"[:64]


def usage_name(source: str) -> str:
    """Under which name what a platform says of an account's usage is kept."""
    return f"usage:{source}"
