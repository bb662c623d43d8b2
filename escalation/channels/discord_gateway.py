"""Discord's gateway: one web socket that is kept alive, and gone on with where it broke off."""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from typing import Any

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels import rest
from listener.stream import StreamClosed, TwoWayStream, open_stream

LOOK = 0.5  # seconds between two looks whether we are to stop
OPEN_WITHIN = 5.0  # seconds
LEAST_BEAT = 0.05  # seconds; Discord says about 41
WAIT_AFTER_INVALID = 3.0  # seconds; docs.discord.com, "Gateway": one to five
# Direct messages and messages of servers. Neither is privileged: of a message in a server the bot
# reads the words only where it is called or answered (docs.discord.com, "Gateway intents").
INTENTS = 1 << 9 | 1 << 12
DISPATCH, BEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, BEATEN = 0, 1, 2, 6, 7, 9, 10, 11
# docs.discord.com, "Gateway close event codes": those after which nobody is to try again.
_NEVER = {
    4004: "Discord refused the token: reset it in the developer portal, under Bot, and put the "
    "new one where `token` points",
    4010: "Discord refused the connection (4010)",
    4011: "the bot is in too many servers; make one for Tocsin alone",
    4012: "Discord takes this version of its gateway no more; update Tocsin",
    4013: "Discord refused what Tocsin wants to hear (4013); update Tocsin",
    4014: "Discord refused what Tocsin wants to hear (4014); check the bot in the developer portal",
}
# After these the session is gone: a new one is begun.
_FORGOTTEN = frozenset({4007, 4009})

Event = tuple[str, Any]


class Gateway:
    """One connection. `place` is kept from one to the next: session, url, seq and me."""

    def __init__(
        self,
        name: str,
        token: str,
        user_agent: str,
        place: dict[str, str],
        wire: object = None,
    ) -> None:
        """wire: whoever connects, see `listener.stream.Dials`."""
        self._wire = wire
        self._name = name
        self._token = token
        self._user_agent = user_agent
        self._place = place
        self._beat_every = 0.0
        self._beat_at = 0.0
        self._is_beaten = True

    @property
    def me(self) -> str:
        """The bot's own id; "" before it is known."""
        return self._place.get("me", "")

    def events(self, url: str, stopping: threading.Event) -> Iterator[Event]:
        """Each event as it comes, until `stopping` is set or Discord asks us to connect anew.

        An event counts as heard when the next one is asked for. Raises as listen does.
        """
        try:
            stream = open_stream(
                f"{url.rstrip('/')}/?v=10&encoding=json",
                user_agent=self._user_agent,
                subprotocol=None,
                timeout=OPEN_WITHIN,
                wire=self._wire,
            )
        except StreamClosed as error:
            raise self._ended(error) from None
        try:
            yield from self._received(stream, stopping)
        except StreamClosed as error:
            raise self._ended(error) from None
        finally:
            stream.close()

    def _received(self, stream: TwoWayStream, stopping: threading.Event) -> Iterator[Event]:
        while not stopping.is_set():
            left = self._beat_at - time.monotonic() if self._beat_every else LOOK
            frame = stream.receive(min(max(left, 0.0), LOOK))
            if frame is not None:
                found = rest.found_in(frame)
                if found.get("op") == RECONNECT:
                    return
                yield from self._understood(stream, found)
            if self._beat_every and time.monotonic() >= self._beat_at:
                self._beat(stream)

    def _understood(self, stream: TwoWayStream, found: dict[str, Any]) -> Iterator[Event]:
        """Do what the gateway asks; hand on what happened."""
        op, data = found.get("op"), found.get("d")
        if op == HELLO:
            self._begin(stream, data)
        elif op == BEAT:
            self._send(stream, BEAT, self._seq())
        elif op == BEATEN:
            self._is_beaten = True
        elif op == INVALID:
            if data is not True:
                self._forget()
            raise ChannelUnavailable(f"{self._name}: Discord ended the session", WAIT_AFTER_INVALID)
        elif op == DISPATCH:
            if found.get("t") == "READY":
                self._ready(data)
            yield str(found.get("t")), data
            if isinstance(found.get("s"), int):
                self._place["seq"] = str(found["s"])

    def _begin(self, stream: TwoWayStream, data: Any) -> None:
        every = data.get("heartbeat_interval") if isinstance(data, dict) else None
        if not isinstance(every, int | float) or not 0 < every < 10**7:
            raise ChannelUnavailable(f"{self._name}: Discord's greeting cannot be read")
        self._beat_every = max(every / 1000, LEAST_BEAT)
        # At first after a part of it by chance, so that not all bots beat at once.
        self._beat_at = time.monotonic() + self._beat_every * secrets.randbelow(1000) / 1000
        self._is_beaten = True
        if session := self._place.get("session"):
            going_on = {"token": self._token, "session_id": session, "seq": self._seq()}
            self._send(stream, RESUME, going_on)
            return
        about = {"os": "linux", "browser": "tocsin", "device": "tocsin"}
        asked = {"token": self._token, "intents": INTENTS, "properties": about}
        self._send(stream, IDENTIFY, asked)

    def _ready(self, data: Any) -> None:
        try:
            me, session, url = data["user"]["id"], data["session_id"], data["resume_gateway_url"]
        except (KeyError, TypeError):
            raise ChannelUnavailable(f"{self._name}: Discord's welcome cannot be read") from None
        self._place |= {"me": str(me), "session": str(session), "url": str(url)}

    def _beat(self, stream: TwoWayStream) -> None:
        if not self._is_beaten:
            raise ChannelUnavailable(f"{self._name}: Discord does not answer any more")
        self._is_beaten = False
        self._beat_at = time.monotonic() + self._beat_every
        self._send(stream, BEAT, self._seq())

    def _seq(self) -> int | None:
        return int(self._place["seq"]) if "seq" in self._place else None

    def _send(self, stream: TwoWayStream, op: int, data: Any) -> None:
        stream.send(json.dumps({"op": op, "d": data}))

    def _forget(self) -> None:
        for name in ("session", "url", "seq"):
            self._place.pop(name, None)

    def _ended(self, error: StreamClosed) -> ChannelRefused | ChannelUnavailable:
        if error.code in _FORGOTTEN:
            self._forget()
        if error.code in _NEVER:
            self._forget()
            return ChannelRefused(f"{self._name}: {_NEVER[error.code]}")
        return ChannelUnavailable(f"{self._name}: {error}")
