"""Rooms of Matrix: which one a message goes to, and whether Tocsin may write there."""

import threading
from collections import OrderedDict
from typing import Any

from escalation.channel import ChannelRefused
from escalation.channels.matrix_answers import Forbidden, Misunderstood, NotThere
from escalation.channels.matrix_calls import PERSON, ROOM, Errand, wrong_address
from escalation.channels.matrix_events import relation_of

MOST_EVENTS = 10_000  # messages of which it is remembered whose they are
MOST_ROOMS = 20  # of the direct rooms that are listed for one person, the newest


class Rooms:
    """What is known of rooms and of our own account; may be used by several threads."""

    def __init__(self, name: str) -> None:
        self._name = name  # of the channel, for errors
        self._lock = threading.RLock()
        self._me = ""
        self._joined: dict[str, str] = {}  # by what was asked for: an id or an alias
        self._plain: set[str] = set()  # rooms that are not encrypted
        self._direct: dict[str, list[str]] | None = None
        self._roots: OrderedDict[str, str | None] = OrderedDict()

    def me(self, errand: Errand) -> str:
        """The id of our own account."""
        with self._lock:
            if not self._me:
                found = errand.get("v3", "account", "whoami").get("user_id")
                if not isinstance(found, str) or not PERSON.fullmatch(found):
                    raise ChannelRefused(f"{self._name}: the token belongs to no account")
                self._me = found
            return self._me

    def room(self, errand: Errand, to: str) -> str:
        """The id of the room that a message to `to` goes to: a person, a room's id or an alias.

        Raises ChannelRefused where it is no address, encrypted, or not to be entered.
        """
        if PERSON.fullmatch(to):
            with self._lock:
                return self._with(errand, to)
        if why := wrong_address(to):
            raise ChannelRefused(f"{self._name}: {why}")
        room = self._joined.get(to) or self._enter(errand, to)
        if not self._is_plain(errand, room):
            raise ChannelRefused(
                f"{self._name}: the room is encrypted, and Tocsin does not encrypt: make a room "
                "with encryption switched off and invite Tocsin's account"
            )
        self._joined[to] = room
        return room

    def forget(self, room: str) -> None:
        """What is known of a room may be wrong now: it was left, or encrypted."""
        self._plain.discard(room)
        self._joined = {to: known for to, known in self._joined.items() if known != room}

    def is_direct(self, errand: Errand, room: str) -> bool:
        """Is it a room that we opened for one person?"""
        with self._lock:
            return any(room in rooms for rooms in self._listed(errand).values())

    # ------------------------------------------------------------------------- rooms to be in
    def _enter(self, errand: Errand, to: str) -> str:
        try:
            room = errand.post("v3", "join", to, content={}).get("room_id")
        except (NotThere, Misunderstood):
            raise ChannelRefused(
                f"{self._name}: there is no such room; copy its id or address from the room's "
                "settings and invite Tocsin's account"
            ) from None
        if not isinstance(room, str) or not ROOM.fullmatch(room):
            raise ChannelRefused(f"{self._name}: the homeserver names no room")
        return room

    def _is_plain(self, errand: Errand, room: str) -> bool:
        if room not in self._plain:
            try:
                errand.get("v3", "rooms", room, "state", "m.room.encryption")
            except NotThere:
                self._plain.add(room)
            else:
                return False
        return True

    # ---------------------------------------------------------------------------- direct rooms
    def _with(self, errand: Errand, person: str) -> str:
        """The direct room with somebody; opened where there is none, with an invitation."""
        left = None
        for room in reversed(self._listed(errand).get(person, [])[-MOST_ROOMS:]):
            member = self._membership(errand, room, person)
            plain = member is not None and self._is_plain(errand, room)
            if member in ("join", "invite") and plain:
                return room
            if member in ("join", "invite"):
                raise self._encrypted(person)
            left = left or (room if plain else None)
        return self._opened(errand, person) if left is None else self._again(errand, left, person)

    def _membership(self, errand: Errand, room: str, person: str) -> str | None:
        """Is somebody in a room of ours: "join", "invite", "leave", "ban"; None: we are not."""
        try:
            found = errand.get("v3", "rooms", room, "state", "m.room.member", person)
        except NotThere:
            return "leave"
        except Forbidden:
            return None
        return str(found.get("membership", "leave"))

    def _again(self, errand: Errand, room: str, person: str) -> str:
        """Ask somebody back who has left."""
        try:
            errand.post("v3", "rooms", room, "invite", content={"user_id": person})
        except Forbidden:
            raise ChannelRefused(
                f"{self._name}: {person} has left the direct room and cannot be asked back"
            ) from None
        return room

    def _opened(self, errand: Errand, person: str) -> str:
        asked = {"is_direct": True, "preset": "private_chat", "invite": [person]}
        room = errand.post("v3", "createRoom", content=asked).get("room_id")
        if not isinstance(room, str) or not ROOM.fullmatch(room):
            raise ChannelRefused(f"{self._name}: the homeserver names no room")
        listed = {**self._listed(errand)}
        listed[person] = [*listed.get(person, []), room]
        errand.put("v3", "user", self.me(errand), "account_data", "m.direct", content=dict(listed))
        self._direct = listed
        if not self._is_plain(errand, room):
            raise self._encrypted(person)
        return room

    def _listed(self, errand: Errand) -> dict[str, list[str]]:
        """The direct rooms by person, as our account's data list them (`m.direct`)."""
        if self._direct is None:
            try:
                found = errand.get("v3", "user", self.me(errand), "account_data", "m.direct")
            except NotThere:
                found = {}
            self._direct = {person: _rooms(rooms) for person, rooms in found.items()}
        return self._direct

    def _encrypted(self, person: str) -> ChannelRefused:
        return ChannelRefused(
            f"{self._name}: the direct room with {person} is encrypted, and Tocsin does not "
            "encrypt: they leave it and Tocsin opens another; if that is encrypted too, the "
            "homeserver encrypts every new room, which its administrator can change"
        )

    # ------------------------------------------------------------------------------- messages
    def ours(self, ref: str, root: str) -> None:
        """Remember a message of ours, and the event that begins its thread."""
        self._remember(ref, root)

    def root(self, errand: Errand, room: str, event: str) -> str | None:
        """The event that begins the thread of a message of ours; None: it is not ours."""
        ref = f"{room}|{event}"
        with self._lock:
            if ref in self._roots:
                return self._roots[ref]
        try:
            found = errand.get("v3", "rooms", room, "event", event)
        except (NotThere, Forbidden):
            found = {}
        relation = relation_of(found)
        begins = str(relation["event_id"]) if relation.get("rel_type") == "m.thread" else event
        root = begins if found.get("sender") == self.me(errand) else None
        self._remember(ref, root)
        return root

    def knows(self, room: str, event: str) -> bool:
        """Is it known, without asking, whose message it is?"""
        with self._lock:
            return f"{room}|{event}" in self._roots

    def _remember(self, ref: str, root: str | None) -> None:
        with self._lock:
            self._roots[ref] = root
            while len(self._roots) > MOST_EVENTS:
                self._roots.popitem(last=False)


def _rooms(listed: Any) -> list[str]:
    found = listed if isinstance(listed, list) else []
    return [room for room in found if isinstance(room, str) and ROOM.fullmatch(room)]
