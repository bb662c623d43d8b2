"""Microsoft Teams: an Adaptive Card into a channel or a chat, by a Workflows webhook."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from config import ChannelSettings, Secret
from escalation.channel import Capabilities, Channel, ChannelRefused, Message, Receipt
from escalation.channels.posting import ask, check, secret_address
from escalation.channels.teams_card import card
from listener.tools import Tools

# learn.microsoft.com, "Create incoming webhooks": more than four requests in a second are slowed.
CAPABILITIES = Capabilities(by_mail=True, max_chars=2000, min_gap=1.0)
REMEDIES = {
    400: "the workflow refused the card: make it from the template for webhook requests, and look "
    "whether it is turned on",
    401: "the workflow's address is not valid any more: copy it anew from the workflow",
    403: 'the workflow takes nothing from us: let "anyone" trigger it, or copy its address anew',
    404: "there is no such workflow any more: make one, and put its address where the old one was",
    413: "the card was too large for Teams",
}


class Settings(ChannelSettings):
    """One workflow, whose address is its key."""

    kind: Literal["teams"] = "teams"
    url: Secret


@dataclass(frozen=True, slots=True)
class Teams:
    """Posts cards to one place of Teams."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Post once. The workflow answers before Teams shows it, and names no message."""
        name = self.settings.name
        url = secret_address(name, self.tools, self.settings.url)
        reply = ask(name, self.tools, url, card(message), deadline=deadline, is_secret=True)
        check(name, reply, self.now(), REMEDIES)
        return Receipt(ref=message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        raise ChannelRefused(f"{self.settings.name}: a workflow cannot change what it has posted")


def build(settings: Settings, tools: Tools) -> Channel:
    """A Teams channel. Raises ChannelRefused where the workflow's address is missing."""
    secret_address(settings.name, tools, settings.url)
    return Teams(settings, tools, now=lambda: datetime.now(UTC))
