"""A signed webhook: each message as JSON to an address of the user's own.

The body and the signature are a promise to whoever receives them: docs/channels/webhook.md.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from config import ChannelSettings, MissingSecret, Secret
from escalation import encode
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Receipt,
)
from escalation.channels.unreached import place_of, unreached
from escalation.retry_after import stated_wait
from escalation.signature import sign
from listener.tools import Tools
from listener.wire import AddressRefused, DeadlinePassed, Reply, WireError

MAX_VERBATIM = 4000  # characters
MAX_ANSWER = 1024 * 1024  # bytes; nothing in the answer is used
CAPABILITIES = Capabilities(update=True, max_chars=MAX_VERBATIM)
# Not now: slow receiver, too early, too many; and whatever goes wrong over there (5xx).
LATER = frozenset({408, 425, 429})


class Settings(ChannelSettings):
    """Where messages are posted, and the secret that signs them."""

    kind: Literal["webhook"] = "webhook"
    url: str = Field(max_length=2000)
    secret: Secret

    @field_validator("url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError('write a whole address, for example "https://desk.example/tocsin"')
        if parts.username is not None or parts.password is not None:
            raise ValueError("no name or password in the address: the signature proves who sends")
        return url


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts messages, signed, to one address."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Post once. The receipt is the message's key, under which the receiver knows it."""
        self._post(message, None, deadline)
        return Receipt(ref=message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Post a message that says which earlier one it replaces."""
        self._post(message, ref, deadline)
        return Receipt(ref=ref)

    def _post(self, message: Message, replaces: str | None, deadline: float) -> None:
        name, url, now = self.settings.name, self.settings.url, self.now()
        content = body(message, replaces)
        try:
            secret = self.tools.reveal(self.settings.secret)
            headers = {
                "Content-Type": "application/json",
                "User-Agent": self.tools.user_agent,
                "Idempotency-Key": hashlib.sha256(encode.legible(message.key).encode()).hexdigest(),
                "Tocsin-Signature": sign(secret, content, now),
            }
            reply = self.tools.wire.request(
                "POST", url, headers=headers, body=content, deadline=deadline, limit=MAX_ANSWER
            )
        except MissingSecret as error:
            raise ChannelRefused(f"{name}: {error}") from None
        except AddressRefused:
            raise ChannelRefused(
                f'{name}: "url" is an address that may not be reached; one of this machine or of a '
                'private network must stand in "private_hosts", as "host:port"'
            ) from None
        except DeadlinePassed:
            raise ChannelUnavailable(
                f"{name}: no answer within {deadline:g} s from {place_of(url)}"
            ) from None
        except WireError as error:
            why = unreached(url, error)
            raise ChannelUnavailable(f"{name}: the receiver cannot be reached: {why}") from None
        _check(name, reply, now)


def build(settings: Settings, tools: Tools) -> Channel:
    """A webhook channel. Raises ChannelRefused where its secret is missing."""
    try:
        tools.reveal(settings.secret)
    except MissingSecret as error:
        raise ChannelRefused(f"{settings.name}: {error}") from None
    return Webhook(settings, tools, now=lambda: datetime.now(UTC))


def body(message: Message, replaces: str | None) -> bytes:
    """The JSON of one message: texts valid and visible, but not encoded for HTML or a chat."""
    words = message.verbatim
    return json.dumps(
        {
            "version": 1,
            "key": encode.legible(message.key),
            "replaces": replaces,
            "purpose": message.purpose.value,
            "subject": encode.one_line(message.subject),
            "to": encode.one_line(message.to),
            "headline": encode.one_line(message.headline),
            "lines": [encode.one_line(line) for line in message.lines],
            "verbatim": words
            and {
                "text": encode.cut(encode.legible(words.text, lines=True), MAX_VERBATIM),
                "author": encode.one_line(words.author),
                "platform": encode.one_line(words.platform),
                "reach": words.reach,
                "url": encode.one_line(words.url),
            },
            "link": encode.one_line(message.link) or None,
            "repeated": message.repeated,
        }
    ).encode()


def _check(name: str, reply: Reply, now: datetime) -> None:
    """Raise unless the receiver took the message. Its words are not repeated."""
    if 200 <= reply.status < 300:
        return
    if reply.status in LATER or reply.status >= 500:
        wait = stated_wait(reply.headers.get("retry-after"), now)
        raise ChannelUnavailable(f"{name}: the receiver answered {reply.status}", wait)
    if 300 <= reply.status < 400:
        raise ChannelRefused(
            f"{name}: the receiver answered {reply.status}; redirects are not followed, put the "
            'new address into "url"'
        )
    raise ChannelRefused(f"{name}: the receiver refused the message ({reply.status})")
