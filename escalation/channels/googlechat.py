"""Google Chat: a card into a space, by the space's own webhook."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from config import ChannelSettings, Secret
from escalation import encode
from escalation.channel import Capabilities, Channel, ChannelRefused, Message, Receipt
from escalation.channels.posting import ask, check, packed, secret_address
from escalation.channels.short_text import OPEN, lines, title
from listener.tools import Tools
from listener.wire import Reply

# developers.google.com/workspace/chat: one message a second to a space, 32,000 bytes a message.
CAPABILITIES = Capabilities(thread=True, max_chars=4000, min_gap=1.0)
MAX_BYTES = 32_000
THREADS = "messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
REMEDIES = {
    400: "it refused the card",
    401: "it does not know the webhook's key any more: make the webhook anew",
    403: "it does not let the webhook post: ask whoever runs your Google Workspace to allow it",
    404: "there is no such space or webhook any more: make one, and put its address where the old "
    "one was",
}
_MEMBER = re.compile(r"[0-9]{5,30}")


class Settings(ChannelSettings):
    """One space's webhook, whose address holds its key."""

    kind: Literal["googlechat"] = "googlechat"
    url: Secret


@dataclass(frozen=True, slots=True)
class GoogleChat:
    """Posts cards to one space, those of one subject in one thread."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Post once. The receipt is the message's name there."""
        name = self.settings.name
        url = secret_address(name, self.tools, self.settings.url)
        address = f"{url}{'&' if '?' in url else '?'}{THREADS}"
        reply = ask(name, self.tools, address, content(message), deadline=deadline, is_secret=True)
        check(name, reply, self.now(), REMEDIES)
        return Receipt(ref=_named(reply) or message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        raise ChannelRefused(f"{self.settings.name}: a webhook cannot change what it has posted")


def build(settings: Settings, tools: Tools) -> Channel:
    """A Google Chat channel. Raises ChannelRefused where the webhook's address is missing."""
    secret_address(settings.name, tools, settings.url)
    return GoogleChat(settings, tools, now=lambda: datetime.now(UTC))


def content(message: Message) -> dict[str, Any]:
    """The request for one card, at most `MAX_BYTES`; lines that are too many are left out."""
    rows = lines(message, _safe)
    for kept in range(len(rows), -1, -1):
        made = _request(message, rows[:kept])
        if len(packed(made)) <= MAX_BYTES:
            break
    return made


def _request(message: Message, rows: list[str]) -> dict[str, Any]:
    # Nothing says whether a title is read as mark-up: without its brackets it is none.
    headline = title(message, encode.inert)
    widgets: list[dict[str, Any]] = [{"textParagraph": {"text": row}} for row in rows]
    if message.link:
        button = {"text": OPEN, "onClick": {"openLink": {"url": message.link}}}
        widgets.append({"buttonList": {"buttons": [button]}})
    sections = [{"widgets": widgets}] if widgets else []
    made: dict[str, Any] = {
        "cardsV2": [{"cardId": "tocsin", "card": {"header": {"title": headline}}}],
        "fallbackText": headline,
        "thread": {"threadKey": _thread(message)},
    }
    if sections:
        made["cardsV2"][0]["card"]["sections"] = sections
    if message.mention is not None and _MEMBER.fullmatch(message.mention):
        made["text"] = f"<users/{message.mention}>"
    return made


def _safe(text: str) -> str:
    """A card's paragraph knows a little HTML, and links addresses by itself."""
    return encode.html(encode.unlinked(text))


def _thread(message: Message) -> str:
    about = encode.legible(message.subject or message.key)
    return f"tocsin-{hashlib.sha256(about.encode()).hexdigest()[:40]}"


def _named(reply: Reply) -> str:
    try:
        name = json.loads(reply.body)["name"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return ""
    return name[:500] if isinstance(name, str) else ""
