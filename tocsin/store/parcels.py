"""What delivery takes out of the outbox: a queued message, and several that leave as one."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from escalation.channel import Purpose
from escalation.desk import Outgoing
from escalation.subject import Ref
from tocsin.store.times import utc

UNKNOWN = "?"  # instead of a receipt: it was tried, and nobody knows whether it was taken


@dataclass(frozen=True, slots=True)
class Queued:
    """A row of the outbox as delivery sees it."""

    id: int
    message: Outgoing
    queued_at: datetime
    attempts: int
    failing_since: datetime | None
    receipt: str | None
    repeated: bool
    plain: bool  # in our own words only

    @property
    def is_renewal(self) -> bool:
        """Is it shown already, so that it is updated in place?"""
        return self.receipt is not None

    @property
    def may_have_come(self) -> bool:
        """Is it a page that was tried before, with nothing to show whether it was taken?"""
        return self.receipt is None and self.attempts > 0 and self.message.purpose is Purpose.PAGE


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves as one message: one queued message, or several folded."""

    messages: tuple[Queued, ...]

    @property
    def channel(self) -> str:
        return self.messages[0].message.channel

    @property
    def to(self) -> str:
        return self.messages[0].message.to

    @property
    def is_renewal(self) -> bool:
        """Is it shown already, so that it is updated in place? Others may join it."""
        return self.messages[0].is_renewal

    @property
    def is_unknown(self) -> bool:
        """Is it a page that nobody wants any more, and of which nobody knows whether it came?"""
        return self.messages[0].receipt == UNKNOWN


def queued(row: sqlite3.Row) -> Queued:
    """A row of the outbox as delivery sees it."""
    message = Outgoing(
        key=row["key"],
        purpose=Purpose(row["purpose"]),
        ref=Ref(row["kind"], row["number"]),
        channel=row["channel"],
        to=row["address"],
        due=utc(row["due"]),
        person=row["person"],
        round=row["round"],
        step=row["step"],
        nth=row["nth"],
        what=row["what"],
        about=row["about"],
        first_storm_page=bool(row["urgent"]),
        rank=row["rank"],
    )
    return Queued(
        id=row["id"],
        message=message,
        queued_at=utc(row["queued_at"]),
        attempts=row["attempts"],
        failing_since=None if row["failing_since"] is None else utc(row["failing_since"]),
        receipt=row["receipt"],
        repeated=bool(row["repeated"]),
        plain=bool(row["plain"]),
    )
