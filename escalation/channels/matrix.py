"""Matrix: cards in a room, pages as direct messages, reactions as buttons, words in threads."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field, field_validator

from config import ChannelSettings, MissingSecret, Secret
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Picture,
    Receipt,
)
from escalation.channels import rest
from escalation.channels.matrix_answers import Forbidden, NotThere
from escalation.channels.matrix_calls import ALIAS, EVENT, REF, ROOM, Errand, Homeserver, once
from escalation.channels.matrix_calls import wrong_address as wrong_address
from escalation.channels.matrix_content import MAX_WORDS, brief, content, image, threaded
from escalation.channels.matrix_edits import remove, show
from escalation.channels.matrix_events import is_gone
from escalation.channels.matrix_hearing import Ear
from escalation.channels.matrix_rooms import Rooms
from escalation.channels.matrix_signs import Signs, signs_of
from escalation.conversation import Take
from listener.tools import Tools

CAPABILITIES = Capabilities(
    update=True,
    thread=True,
    buttons=True,
    two_way=True,
    aloud=True,
    doubles=True,
    pictures=True,
    max_chars=MAX_WORDS,
)


class Settings(ChannelSettings):
    """A Matrix homeserver, our account's token, and the room that everyone sees."""

    kind: Literal["matrix"] = "matrix"
    homeserver: str = Field(max_length=500)
    token: Secret

    @field_validator("homeserver")
    @classmethod
    def _the_token_stays_private(cls, homeserver: str) -> str:
        return rest.private_address(homeserver)

    @field_validator("room")
    @classmethod
    def _a_room(cls, room: str | None) -> str | None:
        if room is None or ROOM.fullmatch(room) or ALIAS.fullmatch(room):
            return room
        raise ValueError('"room" is an id, "!AbC:example.org", or an address, "#care:example.org"')


@dataclass(frozen=True, slots=True)
class Matrix:
    """Writes as one account of one homeserver, and hears what is pressed and written there."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    rooms: Rooms = field(repr=False)
    signs: Signs = field(repr=False)
    ear: Ear = field(repr=False)
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Post to a room or, with a person's id, to their direct room.

        The same message posted twice is one event there, while the homeserver remembers it: its
        key is in the transaction's id. An event's own words stay in the room's history, so a
        customer's are left out: `update` puts them into a replacement, which can be redacted.
        """
        errand = self._server().errand(deadline)
        room = self.rooms.room(errand, message.to)
        under = REF.fullmatch(message.under or "")
        root = under[2] if under and under[1] == room else None  # no thread spans two rooms
        made = content(message) if message.verbatim is None else brief(message)
        if message.picture is not None:
            made |= self._shown(message.picture, deadline)
        made = made if root is None else threaded(root, made)
        event = self._send(errand, room, made, once(message.key, message.to, room))
        self.rooms.ours(f"{room}|{event}", root or event)
        return Receipt(ref=f"{room}|{event}")

    def _shown(self, picture: Picture, deadline: float) -> dict[str, Any]:
        """What makes an event one that shows a picture. Where the homeserver does not take it, the
        event says in words what it shows: nothing else waits for it."""
        try:
            place = self._server().errand(deadline / 2).upload(picture.png, picture.name)
        except (ChannelUnavailable, ChannelRefused):
            return {}
        return image(picture, place)

    def react(self, ref: str, message: Message, *, deadline: float) -> None:
        """Add our reactions to a message of ours."""
        if place := REF.fullmatch(ref):
            signs, errand = signs_of(message.buttons), self._server().errand(deadline)
            self.signs.put(errand, place[1], place[2], signs, message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Put this message in the other's place, and our reactions as they mean something now.

        Raises ChannelRefused where the message is gone or is another account's.
        """
        name, errand = self.settings.name, self._server().errand(deadline)
        place = REF.fullmatch(ref)
        if place is None:
            raise ChannelRefused(f"{name}: no message of ours has this reference")
        room, event = place[1], place[2]
        me = self.rooms.me(errand)
        try:
            found = errand.get("v3", "rooms", room, "event", event)
        except (NotThere, Forbidden):
            found = {}
        # A homeserver takes a replacement of anything; readers would see it as a stray message.
        if is_gone(found) or found.get("sender") != me:
            raise ChannelRefused(
                f"{name}: the message was taken back in the room, or is another account's; "
                "messages to come are not affected"
            )
        stands = show(errand, room, event, me, content(message))
        self.signs.renew(errand, room, event, me, signs_of(message.buttons), stands)
        return Receipt(ref=ref)

    def take_back(self, ref: str, *, deadline: float) -> None:
        """Redact a message of ours, and first of all the replacements in which its words stand."""
        place = REF.fullmatch(ref)
        if place is None:
            raise ChannelRefused(f"{self.settings.name}: no message of ours has this reference")
        errand = self._server().errand(deadline)
        remove(errand, place[1], place[2], self.rooms.me(errand))

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Hear reactions, answers and what is written to our account, until `stopping` is set."""
        self.ear.listen(self._server(), take, stopping)

    def _server(self) -> Homeserver:
        settings = self.settings
        return Homeserver(settings.name, settings.homeserver, settings.token, self.tools, self.now)

    def _send(self, errand: Errand, room: str, made: dict[str, Any], transaction: str) -> str:
        """The id of the event that was made."""
        place = ("v3", "rooms", room, "send", "m.room.message", transaction)
        try:
            event = errand.put(*place, content=made).get("event_id")
        except (Forbidden, NotThere):
            self.rooms.forget(room)
            raise
        if not isinstance(event, str) or not EVENT.fullmatch(event):
            raise ChannelRefused(f"{self.settings.name}: the homeserver names no message")
        return event


def build(settings: Settings, tools: Tools) -> Channel:
    """A Matrix channel. Raises ChannelRefused where its token is missing."""
    try:
        tools.reveal(settings.token)
    except MissingSecret as error:
        raise ChannelRefused(f"{settings.name}: {error}") from None
    return matrix(settings, tools, now=lambda: datetime.now(UTC))


def matrix(settings: Settings, tools: Tools, now: Callable[[], datetime]) -> Matrix:
    """The channel with its parts."""
    rooms = Rooms(settings.name)
    return Matrix(settings, tools, now, rooms, Signs(now), Ear(rooms))
