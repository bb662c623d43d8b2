"""What a Matrix homeserver's answers mean: JSON, "not now" or "never"."""

import json
import re
from datetime import datetime
from typing import Any

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.retry_after import MAX_WAIT, stated_wait
from listener.wire import Reply

# Client-server API, "Standard error response" and "Rate limiting".
TOKEN = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_LOCKED", "M_USER_SUSPENDED"})
REMEDIES = {
    "M_USER_DEACTIVATED": "the account is closed: make another one and its token",
    "M_TOO_LARGE": "the message is too long for this homeserver",
    "M_CONSENT_NOT_GIVEN": "log in as Tocsin's account once and accept the homeserver's terms",
    "M_RESOURCE_LIMIT_EXCEEDED": "the homeserver has reached its limit; ask its administrator",
    "M_UNRECOGNIZED": 'it does not know what was asked; is "homeserver" its own address?',
}
UNKNOWN = frozenset({"M_INVALID_PARAM", "M_UNKNOWN", "M_UNKNOWN_POS", "M_BAD_JSON"})
LATER = frozenset({408, 425, 429})
_CODE = re.compile(r"[A-Z][A-Z0-9_.]{1,60}", re.ASCII)


class NotThere(ChannelRefused):
    """What was asked for does not exist, or may not be seen (M_NOT_FOUND)."""


class Forbidden(ChannelRefused):
    """The account may not do it (M_FORBIDDEN): it is not in the room, or has too little power."""


class Misunderstood(ChannelRefused):
    """What was asked cannot be: a place in the stream that is not known any more, for example."""


class Repeated(ChannelRefused):
    """The same reaction is there already (M_DUPLICATE_ANNOTATION)."""


def reading(name: str, reply: Reply, now: datetime) -> dict[str, Any]:
    """The JSON of a good answer. Of a bad one nothing but Matrix's own code is repeated.

    Raises ChannelUnavailable or ChannelRefused (of a kind below where it says so).
    """
    data = _object(reply.body)
    if 200 <= reply.status < 300:
        if data is None:
            raise ChannelUnavailable(f"{name}: the homeserver's answer cannot be read")
        return data
    data = data or {}
    code = str(data.get("errcode", ""))[:100]
    code = code if _CODE.fullmatch(code) else ""
    shown = code or f"status {reply.status}"
    if reply.status in LATER or reply.status >= 500 or code == "M_LIMIT_EXCEEDED":
        wait = _wait(reply, data, now)
        raise ChannelUnavailable(f"{name}: the homeserver is not available ({shown})", wait)
    raise _never(name, reply.status, code, shown)


def _never(name: str, status: int, code: str, shown: str) -> ChannelRefused:
    if status == 401 or code in TOKEN:
        return ChannelRefused(
            f"{name}: the homeserver refused the token ({shown}): "
            "make a new one and put it where `token` points"
        )
    if code == "M_NOT_FOUND":
        return NotThere(f"{name}: there is no such room, person or message ({shown})")
    if code == "M_FORBIDDEN":
        return Forbidden(
            f"{name}: the homeserver does not permit it ({shown}): invite Tocsin's account to the "
            "room, and let its power level be high enough to write there"
        )
    if code == "M_DUPLICATE_ANNOTATION":
        return Repeated(f"{name}: the reaction is there already")
    if not code:
        return ChannelRefused(
            f"{name}: no Matrix homeserver answers there ({shown}); put the address of its "
            'client-server API into "homeserver"'
        )
    if code in UNKNOWN:
        return Misunderstood(f"{name}: the homeserver does not understand ({shown})")
    remedy = REMEDIES.get(code)
    return ChannelRefused(
        f"{name}: the homeserver refused ({shown})" + (f": {remedy}" if remedy else "")
    )


def _wait(reply: Reply, data: dict[str, Any], now: datetime) -> float | None:
    """Seconds to wait: the header, else `retry_after_ms`, which older homeservers send alone."""
    stated = stated_wait(reply.headers.get("retry-after"), now)
    if stated is not None:
        return stated
    ms = data.get("retry_after_ms")
    if not isinstance(ms, int | float) or isinstance(ms, bool) or not ms >= 0:
        return None
    return min(ms / 1000, MAX_WAIT)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
