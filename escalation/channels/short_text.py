"""A message as a few lines of plain text, for channels that show no more than that."""

from collections.abc import Callable

from escalation import encode
from escalation.channel import Message
from escalation.wording import footnote

MAX_ALONE = 70  # characters, as of a headline
MAX_TITLE = 150  # characters; the headline has 70
MAX_LINE = 500
MAX_LINES = 20
OPEN = "Open to act on it"  # opening it does nothing by itself


def title(message: Message, safe: Callable[[str], str]) -> str:
    """The first line. safe: the output's encoder."""
    return encode.cut(safe(standing_alone(message)), MAX_TITLE) or "Tocsin"


def standing_alone(message: Message) -> str:
    """The headline as it is understood without a thread around it, on one line; what it is about
    comes first, and the two together are no longer than a lock screen shows."""
    headline = encode.one_line(message.headline) or encode.one_line(message.subject)
    about = encode.one_line(message.about)
    if not about or headline.startswith(about):
        return headline
    return encode.cut(f"{about}: {headline}", MAX_ALONE)


def lines(message: Message, safe: Callable[[str], str]) -> list[str]:
    """What to know and do, and a footnote; without the customer's words, which could not be taken
    back. safe: the output's encoder."""
    rows = [encode.one_line(line) for line in message.lines[:MAX_LINES]]
    rows.append(encode.one_line(footnote(message)))
    return [encode.cut(safe(row), MAX_LINE) for row in rows if row]
