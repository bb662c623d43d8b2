"""What a mail server answers: numbers, instants and letters, within limits (RFC 3501)."""

import imaplib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from listener.collector import Malformed

MAX_ANSWER = 4 * 1024 * 1024  # bytes that the server may announce at once
MAX_UIDS = 100_000  # of one search
MAX_UID = 2**32
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]{10,40})"')


class Bounded(imaplib.IMAP4):
    """The library's client, which believes any size that a server announces; this one does not."""

    def read(self, size: int) -> bytes:
        if size > MAX_ANSWER:
            raise Malformed("the mail server announces more than was asked for")
        return super().read(size)


class Mailbox(Bounded, imaplib.IMAP4_SSL):
    """The same over TLS."""


def arrived(head: bytes, parts: Sequence[object], now: datetime) -> datetime:
    """When the server got a letter; its own Date header is the sender's word only."""
    texts = [head, *(part for part in parts if isinstance(part, bytes))]
    found = next((hit for hit in map(_ARRIVED.search, texts) if hit), None)
    try:
        when = parsedate_to_datetime(found[1].decode("ascii").strip()) if found else now
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return now


def done(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    """What the server gave. Raises the library's error for a "no"."""
    if answer[0] != "OK":
        raise imaplib.IMAP4.error
    return answer[1]


def numbers(answer: tuple[str, Sequence[object]]) -> list[int]:
    """The numbers of letters that a search found. Raises Malformed for far too many."""
    words = b" ".join(part for part in done(answer) if isinstance(part, bytes)).split()
    if len(words) > MAX_UIDS:
        raise Malformed("the mailbox holds more letters than are looked at")
    return [int(word) for word in words if word.isdigit() and 0 < int(word) < MAX_UID]


def told_number(client: imaplib.IMAP4, what: str) -> int | None:
    """A number that opening the mailbox told, as UIDVALIDITY or UIDNEXT; None: none that fits."""
    found = client.response(what)[1]
    text = found[0] if found else None
    if not isinstance(text, bytes) or not text.isdigit() or len(text) > 10:
        return None
    return int(text) if int(text) < MAX_UID else None


def listed(numbers: Sequence[int]) -> str:
    """A set of letters, as the server wants it named."""
    return ",".join(map(str, numbers))


def day(when: datetime) -> str:
    """A date as IMAP writes it, whatever language this machine speaks."""
    return f"{when.day:02d}-{_MONTHS[when.month - 1]}-{when.year:04d}"
