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
from escalation.channels.mattermost_heard import Heard, Me, heard
from escalation.channels.mattermost_post import plain
from escalation.conversation import Take
from listener.stream import StreamClosed, TwoWayStream, open_stream
from listener.tools import Tools

if TYPE_CHECKING:
    from escalation.channels.mattermost import Settings

DEADLINE = 5.0  # seconds for an answer, and for opening the stream
LOOK = 0.5  # seconds between two looks whether we are to stop
UNVERIFIED = "the mail addresses of this server are not verified (mail_is_verified is not set)"
MOST_KNOWN = 2_000  # roots of threads that are remembered as ours or not


class Listening:
    """Hears one server as one bot.

    calls  makes calls that end within so many seconds.
    known  kept from one connection to the next: where the server may go on from.
    """

    def __init__(
        self,
        settings: "Settings",
        tools: Tools,
        calls: Callable[[float], Calls],
        known: dict[str, str],
    ) -> None:
        self._settings = settings
        self._tools = tools
        self._calls = calls
        self._known = known
        self._roots: dict[str, bool] = {}

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Hear until `stopping` is set. A token that is refused is found out by the first call."""
        name = self._settings.name
        me = self._me()
        try:
            stream = self._opened()
        except StreamClosed as error:
            raise ChannelUnavailable(f"{name}: {error}") from None
        with contextlib.closing(stream):
            try:
                while not stopping.is_set():
                    frame = stream.receive(LOOK)
                    if frame is not None:
                        self._handle(rest.found_in(frame), me, take)
            except StreamClosed as error:
                raise ChannelUnavailable(f"{name}: {error}") from None

    def _me(self) -> Me:
        calls = self._calls(DEADLINE)
        id_ = calls.asked_me()
        return Me(id_, calls.username(id_), self._is_ours)

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
        )
        challenge = {"seq": 1, "action": "authentication_challenge", "data": {"token": token}}
        stream.send(json.dumps(challenge))
        return stream

    def _handle(self, event: dict[str, Any], me: Me, take: Take) -> None:
        """One event: where we are, then what it says. It counts as heard after it was handed on."""
        if event.get("status") == "FAIL":
            raise StreamClosed("the stream did not accept the token")
        if event.get("event") == "hello":
            self._begin(event.get("data"))
        found = heard(event, me)
        if found is not None:
            who = self._who(found.sender)
            why = "" if self._settings.mail_is_verified else UNVERIFIED
            answer = take(replace(found.incoming, who=who, unvouched=why))
            self._show(plain(answer.text), found)
        number = event.get("seq")
        if isinstance(number, int) and "event" in event:
            self._known["next"] = str(number + 1)

    def _begin(self, data: Any) -> None:
        connection = data.get("connection_id") if isinstance(data, dict) else None
        if isinstance(connection, str) and connection != self._known.get("connection"):
            self._known["connection"] = connection
            self._known["next"] = "0"

    def _who(self, sender: str) -> tuple[str, ...]:
        """The sender's id, and their address where the server answers for it."""
        if not self._settings.mail_is_verified:
            return (sender,)
        mail = None
        with contextlib.suppress(ChannelRefused):
            mail = self._calls(DEADLINE).user(sender).get("email")
        return (sender, mail) if isinstance(mail, str) and "@" in mail else (sender,)

    def _is_ours(self, root: str) -> bool:
        """Is a thread under a post of the bot's own?"""
        if root not in self._roots:
            if len(self._roots) >= MOST_KNOWN:
                self._roots.clear()
            calls = self._calls(DEADLINE)
            try:
                found = rest.found_in(calls.ask("GET", f"/posts/{root}").body)
            except ChannelRefused:
                return False
            self._roots[root] = found.get("user_id") == calls.me()
        return self._roots[root]

    def _show(self, text: str, found: Heard) -> None:
        """Say it to the sender alone, in their direct channel. What cannot be shown is left."""
        if not text:
            return
        with contextlib.suppress(ChannelRefused, ChannelUnavailable):
            calls = self._calls(DEADLINE)
            direct = calls.direct(found.sender)
            props = {"disable_group_highlight": True, "attachments": []}
            said = {"channel_id": direct, "message": text, "props": props}
            if found.root and direct == found.channel:
                said["root_id"] = found.root
            calls.ask("POST", "/posts", said)
