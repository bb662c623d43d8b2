"""Hears what is reacted and written to a Mattermost bot, and answers each person alone."""

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels import rest
from escalation.channels.mattermost_calls import Calls
from escalation.channels.mattermost_heard import Heard, Me, heard, sender_of
from escalation.channels.mattermost_memory import Memory, NotKnown
from escalation.channels.mattermost_post import plain
from escalation.channels.turns import Turns
from escalation.conversation import Take
from listener.stream import StreamClosed, TwoWayStream, open_stream
from listener.tools import Tools

if TYPE_CHECKING:
    from escalation.channels.mattermost import Settings

DEADLINE = 5.0  # seconds for an answer, and for opening the stream
LOOK = 0.5  # seconds between two looks whether we are to stop
UNVERIFIED = "the mail addresses of this server are not verified (mail_is_verified is not set)"


class Listening:
    """Hears one server as one bot.

    calls  makes calls that end within so many seconds.
    known, memory  kept from one connection to the next: where the server may go on from, and what
                   need not be asked again.
    """

    def __init__(
        self,
        settings: "Settings",
        tools: Tools,
        calls: Callable[[float], Calls],
        known: dict[str, str],
        memory: Memory,
    ) -> None:
        self._settings = settings
        self._tools = tools
        self._calls = calls
        self._known = known
        self._memory = memory
        self._asking = Turns(f"asks {settings.name}")
        self._answering = Turns(f"answers {settings.name}")
        self._lock = threading.Lock()
        self._lost: ChannelUnavailable | ChannelRefused | None = None
        self._missed: list[int] = []  # places of the stream, at most as many as wait to be asked

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Hear until `stopping` is set. A token that is refused is found out by the first call."""
        name = self._settings.name
        me, called = self._me()
        try:
            stream = self._opened()
        except StreamClosed as error:
            raise ChannelUnavailable(f"{name}: {error}") from None
        with contextlib.closing(stream):
            try:
                while not stopping.is_set():
                    frame = stream.receive(LOOK)
                    self._check()
                    if frame is not None:
                        self._handle(rest.found_in(frame), me, called, take)
            except StreamClosed as error:
                raise ChannelUnavailable(f"{name}: {error}") from None
            finally:
                self._answering.finish()

    def _me(self) -> tuple[str, str]:
        """The bot's id, and how it is called."""
        calls = self._calls(DEADLINE)
        id_ = calls.asked_me()
        return id_, calls.username(id_)

    def _opened(self) -> TwoWayStream:
        """The stream, going on where the last one ended if the server still knows it
        (docs.mattermost.com, "Reliable websockets")."""
        settings = self._settings
        token = rest.revealed(self._tools, settings.name, settings.token, "Mattermost")
        url = f"ws{settings.url.removeprefix('http')}/api/v4/websocket"
        if connection := self._known.get("connection"):
            at = self._known.get("next", "0")
            url += f"?connection_id={quote(connection, safe='')}&sequence_number={at}"
        stream = open_stream(
            url,
            user_agent=self._tools.user_agent,
            subprotocol=None,
            timeout=DEADLINE,
            headers={"Authorization": f"Bearer {token}"},
            wire=self._tools.wire,
        )
        challenge = {"seq": 1, "action": "authentication_challenge", "data": {"token": token}}
        stream.send(json.dumps(challenge))
        return stream

    def _handle(self, event: dict[str, Any], me: str, name: str, take: Take) -> None:
        """One event: where we are, then what it says. It counts as heard after it was handed on."""
        if event.get("status") == "FAIL":
            raise StreamClosed("the stream did not accept the token")
        if event.get("event") == "hello":
            self._begin(event.get("data"))
        sender = sender_of(event)
        if sender and sender != me:
            self._hear(event, sender, Me(me, name, self._is_known_as_ours), take)
        number = event.get("seq")
        if isinstance(number, int) and "event" in event:
            with self._lock:
                self._known["next"] = str(min([number + 1, *self._missed]))

    def _hear(self, event: dict[str, Any], sender: str, me: Me, take: Take) -> None:
        """Hand it on at once where nothing has to be asked first; else in the sender's turn."""
        if not self._asking.has(sender):
            try:
                self._take(event, me, take, None)
            except NotKnown:
                pass
            else:
                return
        asked = replace(me, wrote=lambda post: self._memory.is_ours(post, self._calls(DEADLINE)))
        self._asking.soon(sender, lambda: self._ask(event, asked, take))

    def _ask(self, event: dict[str, Any], me: Me, take: Take) -> None:
        """Hand it on once it is known what it is about. Where the server does not say, the stream
        begins anew with this event, and what waits behind it is handed on then."""
        if self._lost is None:
            try:
                self._take(event, me, take, self._calls(DEADLINE))
            except (ChannelUnavailable, ChannelRefused) as error:
                self._lost = error
        number = event.get("seq")
        if self._lost is not None and isinstance(number, int):
            with self._lock:
                self._missed.append(number)
                self._known["next"] = str(min(self._missed))

    def _take(self, event: dict[str, Any], me: Me, take: Take, calls: Calls | None) -> None:
        """Hand an event on, unless it was before the stream began anew."""
        number = event.get("seq")
        place = "" if number is None else f"{self._known.get('connection')}|{number}"
        found = heard(event, me) if self._memory.is_new(place) else None
        if found is None:
            return
        is_by_mail = self._settings.mail_is_verified
        who = self._memory.who(found.sender, calls) if is_by_mail else (found.sender,)
        why = "" if is_by_mail else UNVERIFIED
        answer = take(replace(found.incoming, who=who, unvouched=why))
        self._memory.heard(place)
        if answer.text and not answer.unsaid:
            self._answering.soon(found.sender, lambda: self._show(plain(answer.text), found))

    def _check(self) -> None:
        """Raises what kept an event from being handed on; the next connection begins with it."""
        if self._lost is not None:
            raise self._lost

    def _is_known_as_ours(self, post: str) -> bool:
        return self._memory.is_ours(post, None)

    def _begin(self, data: Any) -> None:
        connection = data.get("connection_id") if isinstance(data, dict) else None
        if isinstance(connection, str) and connection != self._known.get("connection"):
            self._known["connection"] = connection
            self._known["next"] = "0"

    def _show(self, text: str, found: Heard) -> None:
        """Say it to the sender alone, in their direct channel. What cannot be shown is left."""
        calls = self._calls(DEADLINE)
        direct = calls.direct(found.sender)
        props = {"disable_group_highlight": True, "attachments": []}
        said = {"channel_id": direct, "message": text, "props": props}
        if found.root and direct == found.channel:
            said["root_id"] = found.root
        calls.ask("POST", "/posts", said)
