"""The witness: once a day the head of every chain goes to where nobody of this house can edit it.

Only against a head that was kept elsewhere does it show that the end of the ledger was cut off, or
that a backup was restored. It goes through the outbox, like every message.
"""

from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config import Contact
from escalation import encode
from escalation.alert import MAX_HEADLINE
from escalation.channel import Message, Purpose
from escalation.desk import Outgoing
from escalation.ledger import Entry
from escalation.subject import Ref
from tocsin.store import Unit

if TYPE_CHECKING:
    from tocsin.wiring import House

KIND = "head"  # what such a message is about, in place of a subject
NOT_BEFORE = time(8)  # local; a day's heads go out in the morning
CHAINS_IN_MESSAGE = 4  # each takes a line, with the one that says what to do


def queue_heads(house: "House") -> None:
    """Put today's heads into the outbox, from the morning on; a second time changes nothing."""
    witness = house.settings.witness
    now = house.clock.now()
    local = now.astimezone(ZoneInfo(house.settings.timezone))
    if witness is not None and local.time() >= NOT_BEFORE:
        house.store.write(lambda desk: queue(desk, witness, local.date(), now))


def queue(desk: Unit, witness: Contact, day: date, now: datetime) -> None:
    """Put a day's heads into the outbox, a few chains in each message; nothing without a chain."""
    for part in range(0, len(desk.chains()), CHAINS_IN_MESSAGE):
        desk.queue(_outgoing(witness, day, part, now))


def _outgoing(witness: Contact, day: date, part: int, now: datetime) -> Outgoing:
    return Outgoing(
        key=f"{KIND}|{day}|{part}|{witness.channel}|{witness.to}",
        purpose=Purpose.HEAD,
        ref=Ref(KIND, int(f"{day:%Y%m%d}")),
        channel=witness.channel,
        to=witness.to,
        due=now,
        nth=part,
        what=str(day),
    )


def head_message(desk: Unit, outgoing: Outgoing) -> Message | None:
    """A queued message in words, with the heads as they are now; None where a chain is gone."""
    chains = desk.chains()[outgoing.nth : outgoing.nth + CHAINS_IN_MESSAGE]
    lasts = [last for chain in chains if (last := desk.last_entry(chain)) is not None]
    if not lasts:
        return None
    day = date.fromisoformat(outgoing.what)
    counted = ", ".join(f"{last.chain} {last.number:,}" for last in lasts)
    return Message(
        key=outgoing.key,
        purpose=Purpose.HEAD,
        to=outgoing.to,
        headline=encode.cut(f"Ledger of {day.day} {day:%b}: {counted} entries", MAX_HEADLINE),
        lines=("Keep this. To check that nothing was cut off since:", *map(_line, lasts)),
        subject=f"ledger of {day}",
    )


def _line(last: Entry) -> str:
    return f"tocsin ledger verify --chain {last.chain} --head {last.number}:{last.digest}"
