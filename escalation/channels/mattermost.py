"""Mattermost: cards in a channel, pages in direct channels, reactions as buttons, by a bot."""

import contextlib
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, field_validator

from config import ChannelSettings, Secret
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Receipt,
)
from escalation.channels import rest
from escalation.channels.mattermost_calls import ID, Calls, Gone, once
from escalation.channels.mattermost_calls import wrong_address as wrong_address
from escalation.channels.mattermost_listening import Listening
from escalation.channels.mattermost_memory import Memory
from escalation.channels.mattermost_post import post, reactions
from escalation.conversation import Take
from listener.tools import Tools

# A server limits nothing unless it is told to; then ten calls a second (docs.mattermost.com,
# "Rate limiting"), and a message with its reactions is about that many.
CAPABILITIES = Capabilities(
    update=True,
    thread=True,
    buttons=True,
    two_way=True,
    by_mail=True,
    doubles=True,
    max_chars=3500,
    min_gap=1.0,
)
MAX_REACTIONS = 10


class Settings(ChannelSettings):
    """A Mattermost server, its bot's token, and the channel that everyone sees."""

    kind: Literal["mattermost"] = "mattermost"
    url: str = Field(max_length=500)
    token: Secret
    mail_is_verified: bool = False  # the server lets nobody claim an address that is not theirs

    @field_validator("url")
    @classmethod
    def _the_token_stays_private(cls, url: str) -> str:
        return rest.private_address(url)


@dataclass(frozen=True, slots=True)
class Mattermost:
    """Posts as one bot, and hears what is reacted and written to it."""

    settings: Settings
    tools: Tools
    capabilities: Capabilities = CAPABILITIES
    known: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Post to a channel or, with somebody's id or mail address, to their direct one."""
        calls = self._calls(deadline)
        place = calls.place(message.to)
        sent = {"channel_id": place, "pending_post_id": once(message.key, place)}
        sent |= self._said(message, calls)
        if message.under and ID.fullmatch(message.under):
            sent["root_id"] = message.under
        ref = calls.made(calls.ask("POST", "/posts", sent))
        self.memory.wrote(ref)
        return Receipt(ref)

    def react(self, ref: str, message: Message, *, deadline: float) -> None:
        """Add reactions to a post of ours; everybody may add the one that is meant."""
        names = reactions(message.buttons)[:MAX_REACTIONS] if ID.fullmatch(ref) else ()
        with contextlib.suppress(ChannelRefused, ChannelUnavailable):
            self._add(self._calls(deadline), ref, names)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Replace what a post of ours says, and the reactions that stand under it."""
        self._must_be_ours(ref)
        calls = self._calls(deadline)
        calls.ask("PUT", f"/posts/{ref}/patch", self._said(message, calls))
        with contextlib.suppress(ChannelRefused, ChannelUnavailable):
            self._renew(calls, ref, reactions(message.buttons)[:MAX_REACTIONS])
        return Receipt(ref)

    def take_back(self, ref: str, *, deadline: float) -> None:
        """Delete a post of ours; the server deletes what stands in its thread with it."""
        self._must_be_ours(ref)
        try:
            self._calls(deadline).ask("DELETE", f"/posts/{ref}")
        except Gone as error:
            if error.status != 404:
                raise

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Hear until `stopping` is set."""
        hears = Listening(self.settings, self.tools, self._calls, self.known, self.memory)
        hears.listen(take, stopping)

    def _must_be_ours(self, ref: str) -> None:
        if not ID.fullmatch(ref):
            raise ChannelRefused(f"{self.settings.name}: no message of ours has this reference")

    def _said(self, message: Message, calls: Calls) -> dict[str, Any]:
        asks = message.purpose in (Purpose.PAGE, Purpose.REPLY)
        # A direct channel calls by itself, but for what is said in a thread there.
        is_heard = message.to == message.mention and not message.under
        if not asks or not message.mention or is_heard:
            return post(message)
        called = ""
        with contextlib.suppress(ChannelRefused):
            called = calls.username(message.mention)
        return post(message, called)

    def _add(self, calls: Calls, ref: str, names: tuple[str, ...]) -> None:
        for name in names:
            one = {"user_id": calls.me(), "post_id": ref, "emoji_name": name}
            calls.ask("POST", "/reactions", one)

    def _renew(self, calls: Calls, ref: str, names: tuple[str, ...]) -> None:
        """What we offered and offer no longer goes; what people reacted with stays."""
        me = calls.me()
        given = rest.listed_in(calls.ask("GET", f"/posts/{ref}/reactions").body)
        ours = {one.get("emoji_name") for one in given if one.get("user_id") == me}
        for name in sorted(str(one) for one in ours - set(names)):
            calls.ask("DELETE", f"/users/{me}/posts/{ref}/reactions/{quote(name, safe='')}")
        self._add(calls, ref, tuple(name for name in names if name not in ours))

    def _calls(self, deadline: float) -> Calls:
        settings, ends = self.settings, time.monotonic() + deadline
        return Calls(self.tools, settings.name, settings.url, settings.token, ends, self.known)


def build(settings: Settings, tools: Tools) -> Channel:
    """A Mattermost channel. Raises ChannelRefused where the token or the library is missing."""
    rest.needs("websockets", "mattermost", settings.name)
    rest.revealed(tools, settings.name, settings.token, "Mattermost")
    able = replace(CAPABILITIES, knows_by_mail=settings.mail_is_verified)
    return Mattermost(settings, tools, able)
