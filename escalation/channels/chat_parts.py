"""A message taken apart for a chat that shows one text: every part encoded, all within a limit."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from escalation import encode
from escalation.channel import Button, Message
from escalation.wording import attribution, footnote

MAX_HEADLINE = 200
MAX_LINE = 400
MAX_SOURCE = 300
MAX_NOTE = 300
MAX_URL = 500
MAX_READ = 20_000  # characters of one text that are looked at; no chat shows a fifth of it
# Characters of all lines and of the trail: the least limit is Discord's 2,000, and words fit too.
MAX_LINES, MAX_TRAIL = 800, 300
# Only what cannot end a link early or name another target; anything else is shown as text.
_LINKABLE = re.compile(r"https?://[!#-;=?A-Z_a-z~]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a message says, encoded; every part may be "" or empty.

    link  address of the customer's post, where it may be a link; then not encoded.
    """

    headline: str
    words: str
    source: str
    link: str
    lines: str
    trail: str
    note: str


def parts(message: Message, encoded: Callable[[str], str], limit: int) -> Parts:
    """Take a message apart.

    encoded  makes text safe for the platform; keeps line ends.
    limit    characters of all parts together; the customer's words are cut first.
    """
    lines = _joined(message.lines, encoded, MAX_LINES)
    trail = _joined(message.trail, encoded, MAX_TRAIL)
    headline = encode.cut(encoded(_line(message.headline)), MAX_HEADLINE) or "Tocsin"
    note = encode.cut(encoded(_line(footnote(message))), MAX_NOTE)
    words = source = link = ""
    if message.verbatim is not None:
        url = message.verbatim.url
        link = url if len(url) <= MAX_URL and _LINKABLE.fullmatch(url) else ""
        said = attribution(message.verbatim) if link else f"{attribution(message.verbatim)} {url}"
        source = encode.cut(encoded(_line(said)), MAX_SOURCE)
        taken = sum(map(len, (headline, lines, trail, note, source, link)))
        words = encode.cut(encoded(message.verbatim.text[:MAX_READ]).strip(), max(0, limit - taken))
    return Parts(headline, words, source, link, lines, trail, note)


def _joined(lines: tuple[str, ...], encoded: Callable[[str], str], limit: int) -> str:
    kept = (encode.cut(encoded(_line(line)), MAX_LINE) for line in lines)
    return encode.cut("\n".join(line for line in kept if line), limit)


def _line(text: str) -> str:
    return encode.one_line(text[:MAX_READ])


# A press as one text: `ack:` and the token of what was shown.
_PRESS = re.compile(r"([a-z][a-z-]{0,29}):([A-Za-z0-9_-]{1,64})", re.ASCII)


def pressed(button: Button, token: str, limit: int) -> str | None:
    """What comes back with a press; None: it would not come back whole."""
    text = f"{button.verb}:{token}"
    return text if len(text) <= limit and _PRESS.fullmatch(text) else None


def press_of(text: object) -> tuple[str, str] | None:
    """Verb and token of a press; None: it is none of ours."""
    found = _PRESS.fullmatch(text) if isinstance(text, str) else None
    return (found[1], found[2]) if found else None
