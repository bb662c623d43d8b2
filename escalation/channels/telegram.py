"""Telegram: cards in a group, pages in private chats, buttons and words, through a bot's token."""

import threading
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field, field_validator

from config import ChannelSettings, Secret
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    Message,
    Receipt,
)
from escalation.channels import rest
from escalation.channels.telegram_answers import CHAT, NO_CHAT, REF, AlreadyGone, receipt, result
from escalation.channels.telegram_listening import Listening, under
from escalation.channels.telegram_text import content
from escalation.conversation import Take
from listener.tools import Tools

# One message a second to one chat (core.telegram.org/bots/faq, limits).
CAPABILITIES = Capabilities(
    update=True,
    thread=True,
    buttons=True,
    two_way=True,
    doubles=True,
    max_chars=4096,
    min_gap=1.0,
)
# What may stand in an address; every token is digits, a colon and letters.
TOKEN = r"[A-Za-z0-9:_-]{1,200}"  # noqa: S105  a shape, not a token


class Settings(ChannelSettings):
    """A Telegram bot's token, and the group that everyone sees."""

    kind: Literal["telegram"] = "telegram"
    token: Secret
    api: str = Field(default="https://api.telegram.org", max_length=500)

    @field_validator("api")
    @classmethod
    def _the_token_stays_private(cls, api: str) -> str:
        return rest.private_address(api)


@dataclass(frozen=True, slots=True)
class Telegram:
    """Writes as one bot, and hears what is pressed and written to it."""

    settings: Settings
    tools: Tools
    capabilities: Capabilities = CAPABILITIES
    # The update after the last one that was handed on: a connection that is made anew goes on.
    place: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Write to a group or, with a person's id, to their private chat."""
        name = self.settings.name
        if not CHAT.fullmatch(message.to):
            raise ChannelRefused(f"{name}: {NO_CHAT}")
        asked = {"chat_id": int(message.to), **content(message)}
        root = REF.fullmatch(message.under or "")
        if root is not None and root[1] == message.to:
            asked["reply_parameters"] = under(int(root[2]))
        return receipt(name, self._call("sendMessage", asked, deadline))

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Replace the text and the buttons of a message of ours."""
        self._call("editMessageText", {**self._place(ref), **content(message)}, deadline)
        return Receipt(ref)

    def take_back(self, ref: str, *, deadline: float) -> None:
        """Delete a message of ours; Telegram lets a bot do so for 48 hours ("deleteMessage")."""
        try:
            self._call("deleteMessage", self._place(ref), deadline)
        except AlreadyGone:
            return

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Hear until `stopping` is set."""
        Listening(self._call, self.settings.name, self.place).listen(take, stopping)

    def _place(self, ref: str) -> dict[str, int]:
        place = REF.fullmatch(ref)
        if place is None:
            raise ChannelRefused(f"{self.settings.name}: no message of ours has this reference")
        return {"chat_id": int(place[1]), "message_id": int(place[2])}

    def _call(self, method: str, asked: dict[str, Any], deadline: float) -> Any:
        name, settings = self.settings.name, self.settings
        token = rest.revealed(self.tools, name, settings.token, "Telegram", TOKEN)
        reply = rest.ask(
            self.tools,
            name,
            "POST",
            f"{settings.api}/bot{token}/{method}",
            platform="Telegram",
            headers={},
            body=asked,
            deadline=deadline,
        )
        return result(name, reply)


def wrong_address(to: str) -> str:
    """Why an address is that of no chat."""
    return "" if CHAT.fullmatch(to) else NO_CHAT


def build(settings: Settings, tools: Tools) -> Channel:
    """A Telegram channel. Raises ChannelRefused where the token is missing."""
    rest.revealed(tools, settings.name, settings.token, "Telegram", TOKEN)
    return Telegram(settings, tools)
