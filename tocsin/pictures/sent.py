"""A storm's picture as a message of its own, to whoever was paged. It is made once, in a process of
its own, and queued when it is there: no address is held while it is made. One that cannot be made,
or not in time, is not sent, and nothing waits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from config import Settings
from escalation import encode
from escalation.alert import MAX_HEADLINE
from escalation.channel import Message, Picture, Purpose
from escalation.channels import CHANNELS, capabilities_of
from escalation.desk import Outgoing
from escalation.subject import Incident, Level, Ref
from tocsin.log import logger
from tocsin.pictures.apart import made_apart
from tocsin.pictures.drawing import is_installed
from tocsin.pictures.gather import asked_of
from tocsin.pictures.kept import Kept
from tocsin.pictures.making import Order
from tocsin.store import Unit
from tocsin.store.times import ms

if TYPE_CHECKING:
    from tocsin.wiring import House

KIND = "picture"  # what such a message is about, in place of a subject
ALARM, OVER = "alarm", "over"
NOT_AFTER = timedelta(hours=2)  # a house that was down longer does not send what is past
MOST_MADE = 3  # at one look: with 15 seconds each it ends before the next minute's
KEPT = Kept()  # one daemon has a process to itself


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A picture that is due, and to whom it goes."""

    key: str
    order: Order
    messages: tuple[Outgoing, ...]


def queue_pictures(house: "House", is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Put the pictures of storms into the outbox, once they are made: one each when a storm has
    paged, one when it is over. A second time changes nothing. Where none can be drawn or shown, or
    the store has no file that another process could read, none is."""
    now, path = house.clock.now(), house.store.path
    if path is None:
        return
    with house.store.read() as desk:
        wanted = list(_all_wanted(desk, house.settings, path, now))
    made = 0
    for one in wanted:
        if one.key not in KEPT and made < MOST_MADE and not is_stopping():
            made += 1
            _make(one, is_stopping)
        if KEPT.of(one.key) is not None:
            house.store.write(partial(_queue, one.messages))


def _make(one: _Wanted, is_stopping: Callable[[], bool]) -> None:
    """Make it, outside of any transaction; what fails is not tried every minute."""
    made = made_apart(one.order, is_stopping)
    if made is None and is_stopping():
        return
    if made is None:
        logger().warning("a picture is left out", incident=one.order.incident.number)
    KEPT.keep(one.key, made)


def _queue(due: Sequence[Outgoing], desk: Unit) -> None:
    for one in due:
        desk.queue(one)


def _all_wanted(desk: Unit, settings: Settings, path: Path, now: datetime) -> Iterator[_Wanted]:
    rows = desk.connection.execute(
        "select number from incidents where level in ('storm', 'contained') "
        "and state <> 'closed' order by number"
    )
    numbers = [row[0] for row in rows.fetchall()]
    channels = _showing(settings) if numbers and is_installed() else frozenset()
    for number in numbers if channels else ():
        incident = desk.subject(Ref(Incident.kind, number))
        assert isinstance(incident, Incident)
        due = _due(desk, incident, channels, now)
        new = tuple(one for one in due if desk.message_state(one.key)[0] == "unknown")
        if new:
            order = Order(path, incident, asked_of(settings, incident.brand), now)
            yield _Wanted(_picture_of(new[0]), order, new)


def _picture_of(outgoing: Outgoing) -> str:
    """The key of the picture that a message shows: its message's without the address."""
    return "|".join(outgoing.key.split("|")[:4])


def _showing(settings: Settings) -> frozenset[str]:
    """The channels on which a picture is shown."""
    return frozenset(
        one.name
        for one in settings.channels
        if one.kind in CHANNELS and capabilities_of(one.kind).pictures
    )


def _due(
    desk: Unit, incident: Incident, channels: frozenset[str], now: datetime
) -> Iterator[Outgoing]:
    over = incident.level is Level.CONTAINED
    at = incident.contained_at if over else incident.storm_at
    if at is None or now - at > NOT_AFTER:
        return
    what = OVER if over else ALARM
    rows = desk.connection.execute(
        "select distinct channel, address from messages where kind = ? and number = ? "
        "and purpose in ('page', 'card') and state = 'sent' order by channel, address",
        (Incident.kind, incident.number),
    )
    for channel, address in rows.fetchall():
        if channel in channels:
            yield Outgoing(
                key=f"{KIND}|{incident.number}|{ms(at)}|{what}|{channel}|{address}",
                purpose=Purpose.DIGEST,
                ref=Ref(KIND, incident.number),
                channel=channel,
                to=address,
                due=now,
                what=what,
            )


def message(outgoing: Outgoing, *, plain: bool) -> Message | None:
    """A queued picture, as it was made; None where it is gone, as after a restart.

    plain  in words alone: its channel has refused the picture.
    """
    made, number = KEPT.of(_picture_of(outgoing)), outgoing.ref.number
    if made is None:
        return None
    ends = "its curve" if outgoing.what == ALARM else "its curve to the end"
    return Message(
        key=outgoing.key,
        purpose=outgoing.purpose,
        to=outgoing.to,
        headline=encode.cut(f"Incident {number}, {ends}: {made.name}", MAX_HEADLINE),
        lines=(made.said,),
        subject=Ref(Incident.kind, number).spoken,
        picture=None if plain else Picture(made.png, made.said, f"storm-{number}.png"),
    )
