"""What was said to us before we listened, as while Tocsin was started anew: done if it is fresh and
was not heard already; else its author is told, once, that it was not heard."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config import Person
from escalation import buttons
from escalation.conversation import Answer, Incoming
from tocsin.store import Unit

if TYPE_CHECKING:
    from tocsin.answering import Answering

FRESH = timedelta(minutes=5)  # what was shown may have changed since; so long it is still meant
AWAY = "I was away at {at}, when you {did} this"
HEARD = f"{AWAY}; it is heard now."
NOT_HEARD = f"{AWAY}. What you {{did}} then was not heard; do it again if it still holds."


def answer(
    answering: "Answering", desk: Unit, incoming: Incoming, person: Person, now: datetime
) -> Answer:
    """As for all that is heard, where `Incoming.said_at` says when it was said."""
    said_at = incoming.said_at or now
    if desk.was_heard(f"{answering.channel}|{incoming.id}|") or _means_nothing(
        answering, desk, incoming, now
    ):
        return Answer(unsaid=True)
    did = "pressed" if incoming.sign else "wrote"
    at = f"{said_at.astimezone(answering.house.settings.zone_of(person)):%H:%M}"
    if now - said_at <= FRESH:
        done = answering.answer(desk, incoming, person, now)
        return (
            replace(done, text=f"{HEARD.format(at=at, did=did)} {done.text}") if done.text else done
        )
    desk.once(f"{answering.channel}|{incoming.id}|words", now)
    hour = f"{said_at:%Y-%m-%dT%H}"
    told = f"{answering.channel}|was away|{incoming.who[0]}|{hour}"
    if incoming.overheard or not desk.once(told, now):
        return Answer(unsaid=True)
    return Answer(NOT_HEARD.format(at=at, did=did))


def _means_nothing(answering: "Answering", desk: Unit, incoming: Incoming, now: datetime) -> bool:
    """Is it a reaction that stands for nothing that its message offers?"""
    if not incoming.sign:
        return False
    handle = desk.handle_of(answering.channel, incoming.ref, now)
    offered = () if handle is None else answering.offered(desk, handle)
    return buttons.button_of(incoming.sign, offered) is None
