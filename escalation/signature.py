"""Signatures over a time and a body: who sent a webhook, and that it is fresh."""

import hashlib
import hmac
import re
from datetime import datetime

WINDOW = 300  # seconds a signature is good for


def sign(secret: str, content: bytes, now: datetime) -> str:
    """The value of `Tocsin-Signature`: the time, and an HMAC over time and body."""
    at = int(now.timestamp())
    return f"t={at},v1={_digest(secret, at, content)}"


_HEADER = re.compile(r"t=(\d{1,12})((?:,v1=[0-9a-f]{64}){1,4})", re.ASCII)


def verify(secret: str, header: str, body: bytes, now: datetime, window: int = WINDOW) -> bool:
    """Whether a receiver may believe a message: signed with `secret`, within `window` seconds.

    Compares in constant time. Up to four `v1` may stand in the header, so that a secret can be
    changed without a gap.
    """
    read = _HEADER.fullmatch(header)
    if read is None or not secret:
        return False
    at = int(read[1])
    wanted = _digest(secret, at, body)
    genuine = [hmac.compare_digest(wanted, given[3:]) for given in read[2][1:].split(",")]
    return any(genuine) and abs(now.timestamp() - at) <= window


def _digest(secret: str, at: int, content: bytes) -> str:
    return hmac.new(
        secret.encode(errors="surrogateescape"), b"%d." % at + content, hashlib.sha256
    ).hexdigest()
