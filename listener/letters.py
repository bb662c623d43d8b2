"""Reading a letter that a stranger sent: who, about what, and the words a person would read."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from listener.fields import MAX_HANDLE_CHARS, clean
from listener.mention import MAX_TEXT_CHARS
from listener.plain import plain_text

MAX_PARTS = 50  # of one letter that are looked at
MAX_TITLE_CHARS = 500
MAX_HEADER_CHARS = 5_000
_ID = re.compile(r"<([^<>\s]{3,250})>")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says.

    answers  the Message-ID that it answers; thread: the first one of its thread, or its own.
    machine  no person sent it: a bounce, an answer from away, a list.
    """

    sender: str
    name: str
    title: str
    text: str
    answers: str
    thread: str
    machine: bool


def read_letter(raw: bytes) -> Letter:
    """Read a letter (RFC 5322, MIME). Raises ValueError for one that cannot be read."""
    try:
        return _read(email.message_from_bytes(raw, policy=policy.compat32))
    except Exception as error:  # noqa: BLE001  the library raises many kinds on hostile mail
        kind = type(error).__name__  # so that a mistake of ours is not taken for an odd letter
        raise ValueError(f"the letter cannot be read ({kind})") from None


def _read(message: Message) -> Letter:
    name, sender = parseaddr(_header(message, "From"))
    own, answered = (_ids(message, header) for header in ("Message-ID", "In-Reply-To"))
    before = _ids(message, "References")
    thread = [*before, *answered, *own, ""]
    return Letter(
        sender=clean(sender, MAX_HANDLE_CHARS).lower(),
        name=clean(name, MAX_HANDLE_CHARS),
        title=clean(" ".join(_header(message, "Subject").split()), MAX_TITLE_CHARS),
        text=clean(_words(message), MAX_TEXT_CHARS),
        answers=answered[-1] if answered else "",
        thread=thread[0],
        machine=_is_machine(message),
    )


def _header(message: Message, name: str) -> str:
    """A header's text; what its encoding makes unreadable is shown as it came."""
    value = str(message.get(name, ""))[:MAX_HEADER_CHARS]
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError):
        return value


def _ids(message: Message, name: str) -> list[str]:
    return _ID.findall(str(message.get(name, ""))[:MAX_HEADER_CHARS])


def _words(message: Message) -> str:
    """The first plain part, else the first of HTML; without what it quotes of other letters."""
    rich = ""
    for part in _parts(message):
        if part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        # Of several parts and without a boundary between them it is one, and plain.
        if kind == "text/plain" or kind.startswith("multipart/"):
            return _unquoted(_text(part))
        if kind == "text/html" and not rich:
            rich = plain_text(_text(part))
    return rich


def _parts(message: Message) -> Iterator[Message]:
    waiting, looked_at = [message], 0
    while waiting and looked_at < MAX_PARTS:
        part = waiting.pop(0)
        looked_at += 1
        inner = part.get_payload()
        if isinstance(inner, list):
            if part.get_content_type() != "message/rfc822":  # a letter that was sent on
                waiting[:0] = [one for one in inner if isinstance(one, Message)]
        else:
            yield part


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _unquoted(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if not line.startswith(">")).strip()


def _is_machine(message: Message) -> bool:
    """Source of the signs: RFC 3834 (Auto-Submitted), RFC 2369 (lists), RFC 3464 (bounces)."""
    automatic = str(message.get("Auto-Submitted", "no")).strip().lower() != "no"
    bulk = str(message.get("Precedence", "")).strip().lower() in ("bulk", "list", "junk")
    bounce = message.get_content_type() == "multipart/report"
    return automatic or bulk or bounce or "List-Id" in message
