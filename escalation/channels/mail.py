"""Mail through an SMTP server: the channel that everybody has, and that cannot be edited."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config import ChannelSettings, MissingSecret, Secret
from config.forms import Server, form
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Receipt,
)
from escalation.channels.mail_answers import reading
from escalation.channels.mail_letter import ADDRESS, MAX_ADDRESS, letter
from listener.deadline import MAX_UNFINISHED, within
from listener.tools import Tools
from listener.wire import WireError

AT_ONCE = 4  # small providers take no more connections from one sender
CAPABILITIES = Capabilities(
    by_mail=True, thread=True, pictures=True, max_chars=20_000, at_once=AT_ONCE
)
# Letters under way, and some that a server has left without an answer.
MOST = AT_ONCE + MAX_UNFINISHED
PORTS = {"starttls": 587, "implicit": 465, "none": 25}

_SENDER = form(
    ADDRESS.pattern,
    "is no plain mail address",
    'Write the address alone, without a name beside it: "alerts@example.com"',
)


class Settings(ChannelSettings):
    """The outgoing mail server."""

    kind: Literal["mail"] = "mail"
    host: Annotated[str, Server]
    port: int | None = Field(default=None, ge=1, le=65535)  # default: 587, 465 or 25, after `tls`
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    username: str | None = Field(default=None, min_length=1, max_length=320)
    password: Secret | None = None
    sender: Annotated[str, Field(max_length=MAX_ADDRESS), _SENDER]

    @model_validator(mode="after")
    def _a_password_travels_safely(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("give both username and password, or neither")
        local = self.host in ("127.0.0.1", "::1", "localhost")
        if self.password is not None and self.tls == "none" and not local:
            raise ValueError('with a password, "tls" must be "starttls" or "implicit"')
        return self


@dataclass(frozen=True, slots=True)
class Mail:
    """Sends each message as one letter to one person."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Hand one letter to the server. The receipt is its Message-ID."""
        name, settings = self.settings.name, self.settings
        if why := wrong_address(message.to):
            raise ChannelRefused(f"{name}: {why}")
        post = letter(message, settings.sender, self.now())
        client = _client(settings, deadline)

        def send() -> None:
            try:
                _log_in(client, settings, self._password())
                client.sendmail(settings.sender, [message.to], post.as_bytes())
                # The letter is theirs now: an answer to "quit" that never comes must not repeat it.
                client.putcmd("quit")
            finally:
                client.close()

        try:
            within(deadline, send, lane=f"mail {name}", most=MOST, end=lambda: _hang_up(client))
        except WireError as error:
            raise ChannelUnavailable(str(error)) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise reading(name, error, _place(settings)) from None
        return Receipt(ref=post["Message-ID"])

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        raise ChannelRefused(f"{self.settings.name}: a letter that was sent cannot be changed")

    def _password(self) -> str | None:
        try:
            # Asked for at each letter, so that a renewed password is used without a restart.
            secret = self.settings.password
            return None if secret is None else self.tools.reveal(secret)
        except MissingSecret as error:
            raise ChannelRefused(f"{self.settings.name}: {error}") from None


def wrong_address(to: str) -> str:
    """Why a letter cannot go to an address."""
    fits = len(to) <= MAX_ADDRESS and ADDRESS.fullmatch(to)
    return "" if fits else "the contact's address is no plain mail address"


def build(settings: Settings, tools: Tools) -> Channel:
    """A mail channel. Raises ChannelRefused where its password is missing."""
    mail = Mail(settings, tools, now=lambda: datetime.now(UTC))
    mail._password()
    return mail


def _client(settings: Settings, deadline: float) -> smtplib.SMTP:
    """A client that is not yet connected, so that whoever holds it can hang up."""
    # We greet as the sender's domain: looking up this machine's own name may take minutes.
    domain = settings.sender.rpartition("@")[2]
    if settings.tls == "implicit":
        context = ssl.create_default_context()
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            local_hostname=domain, timeout=deadline, context=context
        )
    else:
        client = smtplib.SMTP(local_hostname=domain, timeout=deadline)
    # connect() leaves unset what certificates are checked against; only the constructor sets it,
    # which would connect at once.
    client._host = settings.host  # type: ignore[attr-defined]
    return client


def _place(settings: Settings) -> str:
    return f"{settings.host}:{settings.port or PORTS[settings.tls]}"


def _log_in(client: smtplib.SMTP, settings: Settings, password: str | None) -> None:
    code, _ = client.connect(settings.host, settings.port or PORTS[settings.tls])
    if code != 220:
        raise smtplib.SMTPConnectError(code, b"")
    if settings.tls == "starttls":
        client.starttls(context=ssl.create_default_context())
    if settings.username is not None and password is not None:
        client.login(settings.username, password)


def _hang_up(client: smtplib.SMTP) -> None:
    # Closing would wait for the reader that is stuck; shutting the socket down wakes it.
    with suppress(OSError):
        if client.sock is not None:
            client.sock.shutdown(socket.SHUT_RDWR)
