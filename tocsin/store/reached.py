"""How the pages of one subject stand: what has left, and else what is to leave next."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from escalation.decision import LADDER_PAGE
from escalation.subject import Ref
from tocsin.store.times import utc


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page of a subject's present round.

    state    `queued`, `sending`, `sent`, `failed` or `withdrawn`.
    due      when it leaves, or is tried again; sent_at: when it left, None: it has not.
    failing_since, failure  since when its channel does not take it, and why not.
    """

    person: str
    channel: str
    state: str
    due: datetime
    sent_at: datetime | None
    failing_since: datetime | None
    failure: str


def page_of(connection: sqlite3.Connection, ref: Ref, round_: int) -> PageOf | None:
    """The page that tells whom a subject has reached, in one of its rounds: the newest that left,
    else what leaves next, else what failed, else what was taken back; None: none was made."""
    row = connection.execute(
        "select person, channel, state, due, sent_at, failing_since, failure from messages "
        "where kind = ? and number = ? and purpose = 'page' and what = ? and round = ? "
        "order by sent_at is null, sent_at desc, "
        "instr('queued sending failed withdrawn', state), due, id limit 1",
        (ref.kind, ref.number, LADDER_PAGE, round_),
    ).fetchone()
    if row is None:
        return None
    person, channel, state, due, sent_at, failing, failure = row
    left, since = (None if one is None else utc(one) for one in (sent_at, failing))
    return PageOf(person or "", channel, state, utc(due), left, since, failure or "")
