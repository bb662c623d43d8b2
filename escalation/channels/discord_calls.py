"""What Tocsin asks of Discord, and what its answers mean."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels import rest
from escalation.retry_after import MAX_WAIT, stated_wait
from listener.wire import Reply

ID = re.compile(r"[1-9]\d{14,19}", re.ASCII)  # a snowflake: of a user, a channel, a message
NO_ID = "Discord knows people and channels by their id only"
REF = re.compile(r"([1-9]\d{14,19}):([1-9]\d{14,19})", re.ASCII)
# docs.discord.com, "Opcodes and status codes", JSON error codes.
_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE = 10003, 10008
_OPENING_TOO_FAST = 40003
_REMEDIES = {
    10003: "no such channel; use the id of the channel or of the person",
    10008: "the message is gone",
    10013: "no such person; use their id",
    50001: "the bot cannot see that channel; add it to the server and to the channel",
    50007: "the person takes no direct messages from the bot: they share no server with it, have "
    "blocked it or switched such messages off",
    50013: "the bot may not write in that channel; let its role send messages there",
    50033: "no such person; use their id",
    50278: "the person shares no server with the bot; invite them to yours",
    160002: "the bot may not read the channel's history, which replies need",
}


class NoChannel(ChannelRefused):
    """There is no channel of that id."""


class NoMessage(ChannelRefused):
    """There is no message of that id any more."""


@dataclass(frozen=True, slots=True)
class Calls(rest.BotCalls):
    """Calls of Discord."""

    platform: ClassVar[str] = "Discord"
    scheme: ClassVar[str] = "Bot"

    def ask(
        self, method: str, path: str, body: Any = None, kind: str = rest.JSON
    ) -> dict[str, Any]:
        """One request; returns the object it is answered with, empty where there is none.

        Raises ChannelUnavailable or ChannelRefused.
        """
        reply = self.reply(method, path, body, kind)
        _check(self.name, reply)
        return rest.found_in(reply.body)

    def place(self, to: str) -> str:
        """The channel of an address: a room is its own, of a person it is their direct one."""
        if not ID.fullmatch(to):
            raise ChannelRefused(f"{self.name}: {NO_ID}")
        if to not in self.known:
            try:
                self.ask("GET", f"/channels/{to}")
                self.known[to] = to
            except NoChannel:
                self.known[to] = self.direct(to)
        return self.known[to]

    def direct(self, user: str) -> str:
        """The channel in which we talk to one person alone."""
        key = f"{rest.DIRECT}{user}"
        if key not in self.known:
            made = self.ask("POST", "/users/@me/channels", {"recipient_id": user})
            found = self.id_in(made)
            rest.keep_direct(self.known, user, found)
            return found
        return self.known[key]

    def id_in(self, found: dict[str, Any], name: str = "id") -> str:
        """An id of an answer. Raises ChannelUnavailable where there is none."""
        one = found.get(name)
        if not isinstance(one, str) or not ID.fullmatch(one):
            raise ChannelUnavailable(f"{self.name}: Discord's answer cannot be read")
        return one


def _check(name: str, reply: Reply) -> None:
    """Raise unless it was done. Nothing of the answer is repeated."""
    status = reply.status
    if 200 <= status < 300:
        return
    found = rest.found_in(reply.body)
    code = found.get("code")
    if status in (408, 429) or status >= 500 or code == _OPENING_TOO_FAST or 300 <= status < 400:
        wait = _wait(reply, found)
        raise ChannelUnavailable(f"{name}: Discord is not available ({status})", wait)
    if status == 401:
        raise ChannelRefused(
            f"{name}: Discord refused the token: reset it in the developer portal, under Bot, and "
            "put the new one where `token` points"
        )
    remedy = _REMEDIES.get(code, "") if isinstance(code, int) else ""
    if code == _UNKNOWN_CHANNEL:
        raise NoChannel(f"{name}: {remedy}")
    if code == _UNKNOWN_MESSAGE:
        raise NoMessage(f"{name}: {remedy}")
    raise ChannelRefused(
        f"{name}: {remedy}" if remedy else f"{name}: Discord refused the message ({status})"
    )


def _wait(reply: Reply, found: dict[str, Any]) -> float | None:
    """Seconds that Discord asks us to wait: of the body, where they are exact, or the header."""
    seconds = found.get("retry_after")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        return min(max(float(seconds), 0.0), MAX_WAIT) if math.isfinite(seconds) else None
    return stated_wait(reply.headers.get("retry-after"), datetime.now(UTC))


def is_gateway(url: Any, api: str) -> bool:
    """Is an address that Discord gave us one of Discord's own? It is sent the token.

    Beside a gateway of the operator's own on this machine, where the API is one as well.
    """
    if not isinstance(url, str):
        return False
    try:
        parts, ours = urlsplit(url), urlsplit(api)
        host, is_local = parts.hostname or "", ours.hostname in ("127.0.0.1", "::1", "localhost")
    except ValueError:
        return False
    if is_local and host == ours.hostname:
        return parts.scheme in ("ws", "wss")
    return parts.scheme == "wss" and host.endswith(".discord.gg") and parts.username is None
