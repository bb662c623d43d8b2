"""One request to a channel's server, and what its answers mean wherever they are alike."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from config import MissingSecret, Secret
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels.unreached import place_of, said_of
from escalation.retry_after import stated_wait
from listener.tools import Tools
from listener.wire import AddressRefused, DeadlinePassed, Reply, WireError

MAX_ANSWER = 1024 * 1024  # bytes
MAX_SECRET = 4000  # characters
# Not now: slow receiver, too early, too many; and whatever goes wrong over there (5xx).
LATER = frozenset({408, 425, 429})
LOCAL = ("127.0.0.1", "::1", "localhost")
_PRINTED = re.compile(r"[!-~]+")  # what a header or an address can hold


def web_address(url: str) -> str:
    """A whole address without a password in it, for a setting. Raises ValueError."""
    parts = _parts(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError('write a whole address, for example "https://desk.example"')
    if parts.username is not None or parts.password is not None:
        raise ValueError("no name or password in the address: they have settings of their own")
    return url.rstrip("/")


def safe_address(url: str) -> str:
    """The same, where a key travels with each message: https, or on this machine."""
    url = web_address(url)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOCAL:
        raise ValueError("it must begin with https://, or the key would travel in clear")
    return url


def revealed(name: str, tools: Tools, secret: Secret) -> str:
    """A key or token as a header can hold it. Raises ChannelRefused, without its value.

    Asked for at each message, so that a renewed one is used without a restart.
    """
    try:
        value = tools.reveal(secret)
    except MissingSecret as error:
        raise ChannelRefused(f"{name}: {error}") from None
    if len(value) > MAX_SECRET or not _PRINTED.fullmatch(value):
        raise ChannelRefused(f"{name}: what stands in {secret} is no key or token")
    return value


def secret_address(name: str, tools: Tools, secret: Secret) -> str:
    """An address that is itself the key. Raises ChannelRefused, without repeating it."""
    url = revealed(name, tools, secret)
    try:
        return safe_address(url)
    except ValueError:
        raise ChannelRefused(
            f"{name}: what stands in {secret} is no address that begins with https://"
        ) from None


def ask(
    name: str,
    tools: Tools,
    url: str,
    content: Any = None,
    *,
    deadline: float,
    headers: Mapping[str, str] | None = None,
    is_secret: bool = False,
) -> Reply:
    """Post JSON, or get where there is no content; the answer, whatever its status.

    is_secret  the whole address is a key, so that not even its host is told.

    Raises ChannelUnavailable or ChannelRefused, which show of the address the host alone, and
    no header.
    """
    sent = {"User-Agent": tools.user_agent, "Accept": "application/json", **(headers or {})}
    body = None if content is None else packed(content)
    if body is not None:
        sent["Content-Type"] = "application/json"
    place = "its server" if is_secret else place_of(url)
    method = "GET" if body is None else "POST"
    try:
        return tools.wire.request(
            method, url, headers=sent, body=body, deadline=deadline, limit=MAX_ANSWER
        )
    except AddressRefused:
        raise ChannelRefused(
            f"{name}: its address may not be reached; a host on a private network must stand in "
            '"private_hosts"'
        ) from None
    except DeadlinePassed:
        raise ChannelUnavailable(f"{name}: no answer within {deadline:g} s from {place}") from None
    except WireError as error:
        why = said_of(place, error)
        raise ChannelUnavailable(f"{name}: the server cannot be reached: {why}") from None


def packed(content: Any) -> bytes:
    """JSON in as few bytes as it takes; every text in it is legible."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def check(name: str, reply: Reply, now: datetime, remedies: Mapping[int, str]) -> None:
    """Raise unless the server took the message. Its own words are not repeated.

    remedies  what a refusal by this status means there, and what to do about it.
    """
    status = reply.status
    if 200 <= status < 300:
        return
    if status in LATER or status >= 500:
        wait = stated_wait(reply.headers.get("retry-after"), now)
        raise ChannelUnavailable(f"{name}: the server answered {status}", wait)
    if 300 <= status < 400:
        raise ChannelRefused(
            f"{name}: the server answered {status}; redirects are not followed, use the new address"
        )
    what = remedies.get(status, "it refused the message")
    raise ChannelRefused(f"{name}: {what} ({status})")


def _parts(url: str) -> Any:
    try:
        parts = urlsplit(url)
        return None if parts.port == 0 else parts
    except ValueError:
        return None
