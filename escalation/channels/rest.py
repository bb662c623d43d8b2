"""What the channels that speak JSON over HTTP have in common: one request, safely made and read."""

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, ClassVar
from urllib.parse import urlsplit

from config import MissingSecret, Secret
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels.unreached import unreached
from listener.tools import Tools
from listener.wire import AddressRefused, DeadlinePassed, Reply, WireError

JSON = "application/json"
MAX_ANSWER = 4 * 1024 * 1024  # bytes; a hundred updates of 4,096 characters fit well
LEAST = 0.05  # seconds; the last call of many is tried even so
_REMEMBERING = threading.Lock()
DIRECT, MOST_DIRECT = "direct ", 1_000  # channels of people that are remembered
_HEADER_VALUE = re.compile(r"[!-~]+")


def ask(
    tools: Tools,
    name: str,
    method: str,
    url: str,
    *,
    platform: str,
    headers: Mapping[str, str],
    body: Any = None,
    deadline: float,
) -> Reply:
    """Make one request. Raises ChannelUnavailable or ChannelRefused.

    body  sent as JSON; bytes as they are.
    name  what the channel is called; platform: who answers, for the errors.
    The address may hold a token, so no error repeats any of it.
    """
    try:
        return tools.wire.request(
            method,
            url,
            headers={
                "Content-Type": JSON,
                "User-Agent": tools.user_agent,
                **headers,
            },
            body=body if body is None or isinstance(body, bytes) else json.dumps(body).encode(),
            deadline=deadline,
            limit=MAX_ANSWER,
        )
    except AddressRefused:
        raise ChannelRefused(
            f"{name}: {platform}'s address may not be reached; declare it in private_hosts if it "
            "is yours"
        ) from None
    except DeadlinePassed:
        raise ChannelUnavailable(f"{name}: {platform} did not answer in time") from None
    except WireError as error:
        why = unreached(url, error)
        raise ChannelUnavailable(f"{name}: {platform} cannot be reached: {why}") from None


@dataclass(frozen=True, slots=True)
class BotCalls:
    """What one bot asks of its platform, by calls that together end by one instant.

    name   of the channel, for errors. url: what stands before each path.
    ends   of `time.monotonic`.
    known  what was asked before and does not change: ids, and the channels they lead to.
    platform, scheme  who answers, and how the token is announced to it.
    """

    tools: Tools
    name: str
    url: str
    token: Secret
    ends: float
    known: dict[str, str]
    platform: ClassVar[str]
    scheme: ClassVar[str]

    def reply(self, method: str, path: str, body: Any = None, kind: str = JSON) -> Reply:
        """One request, whatever it is answered. Raises as `ask`. kind: of a body in bytes."""
        token = revealed(self.tools, self.name, self.token, self.platform)
        return ask(
            self.tools,
            self.name,
            method,
            f"{self.url}{path}",
            platform=self.platform,
            headers={"Authorization": f"{self.scheme} {token}", "Content-Type": kind},
            body=body,
            deadline=max(LEAST, self.ends - time.monotonic()),
        )


def found_in(content: str | bytes) -> dict[str, Any]:
    """A JSON object; empty where it is none, or cannot be read."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def revealed(tools: Tools, name: str, token: Secret, platform: str, shape: str = "") -> str:
    """The token, asked for at each use so that a renewed one needs no restart.

    shape  pattern of what may stand there; default: whatever a header takes.
    Raises ChannelRefused where it is missing, or cannot be a token; says nothing of what it is.
    """
    try:
        secret = tools.reveal(token)
    except MissingSecret as error:
        raise ChannelRefused(f"{name}: {error}") from None
    if not (re.compile(shape) if shape else _HEADER_VALUE).fullmatch(secret):
        raise ChannelRefused(f"{name}: what stands in {token} is no {platform} token")
    return secret


def private_address(address: str) -> str:
    """An address under which a token stays private. Raises ValueError."""
    parts = urlsplit(address)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise ValueError("it must begin with https://, or the token would travel in clear")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("write the address alone, without a name, a question mark or a #")
    return address.rstrip("/")


def keep_direct(known: dict[str, str], user: str, channel: str) -> None:
    """Remember somebody's direct channel; of too many, the oldest is forgotten. Several threads may
    do so at once."""
    with _REMEMBERING:
        direct = [name for name in list(known) if name.startswith(DIRECT)]
        if len(direct) >= MOST_DIRECT:
            known.pop(direct[0], None)
        known[f"{DIRECT}{user}"] = channel


def listed_in(content: str | bytes) -> list[dict[str, Any]]:
    """The JSON objects of a list; none where it is no list, or cannot be read."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return []
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def needs(library: str, extra: str, name: str) -> None:
    """Raises ChannelRefused where a library is missing; says how to install it."""
    if find_spec(library) is None:
        raise ChannelRefused(f"{name}: install {library}, with: pip install 'tocsin[{extra}]'")
