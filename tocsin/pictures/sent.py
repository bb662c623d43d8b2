"""A storm's picture as a message of its own, to whoever was paged: queued after the page has left,
drawn when it is sent. One that cannot be drawn, or not in time, is not sent, and nothing waits.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from config import Settings
from escalation import encode
from escalation.alert import MAX_HEADLINE
from escalation.channel import Message, Picture, Purpose
from escalation.channels import CHANNELS, capabilities_of
from escalation.desk import Outgoing
from escalation.subject import Incident, Level, Ref
from tocsin.pictures import words
from tocsin.pictures.apart import png_apart
from tocsin.pictures.drawing import is_installed
from tocsin.pictures.gather import asked_of, gather
from tocsin.store import Unit
from tocsin.store.times import ms

if TYPE_CHECKING:
    from tocsin.wiring import House

KIND = "picture"  # what such a message is about, in place of a subject
ALARM, OVER = "alarm", "over"
NOT_AFTER = timedelta(hours=2)  # a house that was down longer does not send what is past


def queue_pictures(house: "House") -> None:
    """Put the pictures of storms into the outbox: one each when a storm has paged, one when it is
    over. A second time changes nothing. Where none can be drawn or shown, none is."""
    now = house.clock.now()
    with house.store.read() as desk:
        due = list(_all_due(desk, house.settings, now))
    if due:
        house.store.write(partial(_queue, due))


def _queue(due: Sequence[Outgoing], desk: Unit) -> None:
    for one in due:
        desk.queue(one)


def _all_due(desk: Unit, settings: Settings, now: datetime) -> Iterator[Outgoing]:
    rows = desk.connection.execute(
        "select number from incidents where level in ('storm', 'contained') "
        "and state <> 'closed' order by number"
    )
    numbers = [row[0] for row in rows.fetchall()]
    channels = _showing(settings) if numbers and is_installed() else frozenset()
    for number in numbers if channels else ():
        incident = desk.subject(Ref(Incident.kind, number))
        assert isinstance(incident, Incident)
        for one in _due(desk, incident, channels, now):
            if desk.message_state(one.key)[0] == "unknown":
                yield one


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


def message(
    desk: Unit, settings: Settings, outgoing: Outgoing, now: datetime, *, plain: bool
) -> Message | None:
    """A queued picture, drawn from the store as it is now; None where it cannot be.

    plain  in words alone: its channel has refused the picture.
    """
    incident = desk.subject(Ref(Incident.kind, outgoing.ref.number))
    if not isinstance(incident, Incident):
        return None
    curve = gather(desk.connection, incident, asked_of(settings, incident.brand), now)
    said = words.alt(curve)
    drawn = None if plain else png_apart(curve)
    if drawn is None and not plain:
        return None
    picture = None if drawn is None else Picture(drawn, said, f"storm-{curve.number}.png")
    ends = "its curve" if outgoing.what == ALARM else "its curve to the end"
    headline = f"Incident {incident.number}, {ends}: {words.name(curve)}"
    return Message(
        key=outgoing.key,
        purpose=outgoing.purpose,
        to=outgoing.to,
        headline=encode.cut(headline, MAX_HEADLINE),
        lines=(said,),
        subject=incident.ref.spoken,
        picture=picture,
    )
