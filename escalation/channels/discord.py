"""Discord: cards in a channel, pages in direct messages, buttons, windows and words, by a bot."""

import contextlib
import threading
import time
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field, field_validator

from config import ChannelSettings, Secret
from escalation.channel import Capabilities, Channel, ChannelRefused, Message, Receipt
from escalation.channels import rest
from escalation.channels.discord_calls import ID, NO_ID, REF, Calls, NoMessage
from escalation.channels.discord_forms import MAX_FIELDS
from escalation.channels.discord_gateway import Gateway
from escalation.channels.discord_listening import Listening
from escalation.channels.discord_picture import shown
from escalation.channels.discord_text import MAX_CONTENT, content, created
from escalation.conversation import Take
from listener.tools import Tools

# Five messages in five seconds to one channel is what Discord's headers have said for years; it
# states no number, and says with each 429 how long to wait (docs.discord.com, "Rate limits").
CAPABILITIES = Capabilities(
    update=True,
    thread=True,
    buttons=True,
    two_way=True,
    forms=True,
    doubles=True,
    pictures=True,
    max_fields=MAX_FIELDS,
    max_chars=MAX_CONTENT,
    min_gap=1.0,
)


class Settings(ChannelSettings):
    """A Discord bot's token, and the channel that everyone sees."""

    kind: Literal["discord"] = "discord"
    token: Secret
    api: str = Field(default="https://discord.com/api/v10", max_length=500)

    @field_validator("api")
    @classmethod
    def _the_token_stays_private(cls, api: str) -> str:
        return rest.private_address(api)


@dataclass(frozen=True, slots=True)
class Discord:
    """Writes as one bot, and hears what is pressed and written to it."""

    settings: Settings
    tools: Tools
    capabilities: Capabilities = CAPABILITIES
    known: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    place: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Write to a channel or, with a person's id, to their direct messages."""
        calls = self._calls(deadline)
        channel = calls.place(message.to)
        path, made = f"/channels/{channel}/messages", created(message, channel)
        if message.picture is None:
            sent = calls.ask("POST", path, made)
        else:
            sent = calls.ask("POST", path, *shown(made, message.picture))
        return Receipt(f"{channel}:{calls.id_in(sent)}")

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Replace what a message of ours says, and its buttons."""
        self._calls(deadline).ask("PATCH", self._path(ref), content(message))
        return Receipt(ref)

    def take_back(self, ref: str, *, deadline: float) -> None:
        """Delete a message of ours."""
        with contextlib.suppress(NoMessage):
            self._calls(deadline).ask("DELETE", self._path(ref))

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Hear until `stopping` is set."""
        listening = Listening(self.settings.api, self._calls, self._gateway, self.place)
        listening.listen(take, stopping)

    def _path(self, ref: str) -> str:
        place = REF.fullmatch(ref)
        if place is None:
            raise ChannelRefused(f"{self.settings.name}: no message of ours has this reference")
        return f"/channels/{place[1]}/messages/{place[2]}"

    def _gateway(self) -> Gateway:
        name, tools = self.settings.name, self.tools
        token = rest.revealed(tools, name, self.settings.token, "Discord")
        return Gateway(name, token, tools.user_agent, self.place, tools.wire)

    def _calls(self, deadline: float) -> Calls:
        settings, ends = self.settings, time.monotonic() + deadline
        return Calls(self.tools, settings.name, settings.api, settings.token, ends, self.known)


def wrong_address(to: str) -> str:
    """Why an address is that of no person and no channel."""
    return "" if ID.fullmatch(to) else NO_ID


def build(settings: Settings, tools: Tools) -> Channel:
    """A Discord channel. Raises ChannelRefused where the token or the library is missing."""
    rest.needs("websockets", "discord", settings.name)
    rest.revealed(tools, settings.name, settings.token, "Discord")
    return Discord(settings, tools)
