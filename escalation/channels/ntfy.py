"""ntfy: a notification on a phone, by a topic of ntfy.sh or of a server of your own."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from config import Band, ChannelSettings, Secret
from escalation import encode
from escalation.channel import Capabilities, Channel, ChannelRefused, Message, Purpose, Receipt
from escalation.channels.posting import ask, check, revealed, safe_address
from escalation.channels.short_text import OPEN, lines, title
from listener.tools import Tools
from listener.wire import Reply

# docs.ntfy.sh, "Limitations": 4,096 bytes; a longer message would become an attachment.
MAX_BYTES = 4096
CAPABILITIES = Capabilities(max_chars=MAX_BYTES)
NO_TOPIC = "a topic is 1 to 64 letters, digits, hyphens and underscores"
TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
# docs.ntfy.sh, "Message priority": 5 rings on and on, 4 rings long, 3 is ordinary, 2 is silent.
PRIORITIES = {Band.STORM: 5, Band.P1: 5, Band.P2: 4, Band.P3: 3, Band.P4: 2}
REMEDIES = {
    400: "it refused the message",
    401: "it does not know the access token: make a new one, and put it where the old one was",
    403: "the token may not write to this topic: allow it on the server",
    404: 'there is no ntfy at "server"',
    413: "the message was too large for it",
}


class Settings(ChannelSettings):
    """An ntfy server; contacts are its topics."""

    kind: Literal["ntfy"] = "ntfy"
    server: Annotated[
        str, Field(default="https://ntfy.sh", max_length=500), AfterValidator(safe_address)
    ]
    token: Secret | None = None


@dataclass(frozen=True, slots=True)
class Ntfy:
    """Publishes to the topics of one server."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Publish once. The receipt is the server's id of it."""
        name, settings = self.settings.name, self.settings
        if not TOPIC.fullmatch(message.to):
            raise ChannelRefused(f"{name}: {NO_TOPIC}")
        headers = {}
        if settings.token is not None:
            headers["Authorization"] = f"Bearer {revealed(name, self.tools, settings.token)}"
        url = f"{settings.server}/"
        reply = ask(name, self.tools, url, content(message), deadline=deadline, headers=headers)
        check(name, reply, self.now(), REMEDIES)
        return Receipt(ref=_id(reply) or message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        raise ChannelRefused(f"{self.settings.name}: what is on a phone cannot be changed")


def wrong_address(to: str) -> str:
    """Why an address is no topic."""
    return "" if TOPIC.fullmatch(to) else NO_TOPIC


def build(settings: Settings, tools: Tools) -> Channel:
    """An ntfy channel. Raises ChannelRefused where its token is missing."""
    if settings.token is not None:
        revealed(settings.name, tools, settings.token)
    return Ntfy(settings, tools, now=lambda: datetime.now(UTC))


def content(message: Message) -> dict[str, Any]:
    """The JSON of one notification; plain text, for Markdown is not asked for."""
    headline = title(message, encode.unlinked)
    text = encode.cut_bytes("\n".join(lines(message, encode.unlinked)), MAX_BYTES)
    made: dict[str, Any] = {
        "topic": message.to,
        "title": headline,
        "message": text or headline,  # an empty one would say "triggered"
        "priority": _priority(message),
    }
    if message.link:
        made["click"] = message.link
        made["actions"] = [{"action": "view", "label": OPEN, "url": message.link, "clear": True}]
    return made


def _priority(message: Message) -> int:
    """A page rings by its level; what asks nothing never rings louder than any other message."""
    band = message.standing.band
    wanted = 3 if band is None else PRIORITIES[band]
    return wanted if message.purpose is Purpose.PAGE else min(wanted, 3)


def _id(reply: Reply) -> str:
    try:
        found = json.loads(reply.body)["id"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return ""
    return found[:100] if isinstance(found, str) else ""
