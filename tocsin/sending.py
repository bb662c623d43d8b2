"""Sending the weekly digest: through the outbox like every message, once a week and address."""

from datetime import datetime
from typing import TYPE_CHECKING

from config import Contact, Settings
from escalation.channel import Message, Purpose
from escalation.desk import Outgoing
from escalation.subject import Ref
from tocsin.digest.gather import gather
from tocsin.digest.message import message
from tocsin.digest.week import Week, last_full_week
from tocsin.store import Unit

if TYPE_CHECKING:
    from tocsin.wiring import House

KIND = "digest"  # what a digest's message is about, in place of a subject


def queue_last_week(house: "House") -> None:
    """Put last week's digest into the outbox; a week that is there already changes nothing."""
    now = house.clock.now()
    week = last_full_week(now, house.settings.timezone)
    house.store.write(lambda desk: queue(desk, house.settings, week, now))


def queue(desk: Unit, settings: Settings, week: Week, now: datetime) -> list[str]:
    """Put a week's digest into the outbox for everybody in [digest] to; returns the keys."""
    keys = []
    for contact in settings.digest.to:
        outgoing = _outgoing(week, contact, now)
        desk.queue(outgoing)
        keys.append(outgoing.key)
    return keys


def _outgoing(week: Week, contact: Contact, now: datetime) -> Outgoing:
    return Outgoing(
        key=f"{KIND}|{week}|{contact.channel}|{contact.to}",
        purpose=Purpose.DIGEST,
        ref=Ref(KIND, week.year * 100 + week.number),
        channel=contact.channel,
        to=contact.to,
        due=now,
        what=str(week),
    )


def digest_message(
    desk: Unit, settings: Settings, outgoing: Outgoing, may_quote: bool, now: datetime
) -> Message:
    """A queued digest in words, from the store as it is now."""
    year, number = divmod(outgoing.ref.number, 100)
    data = gather(desk.connection, settings, Week(year, number), now)
    return message(data, key=outgoing.key, to=outgoing.to, may_quote=may_quote)
