"""Cards on a terminal, for trying Tocsin out and for `tocsin demo`. Needs no account."""

import sys
import textwrap
from dataclasses import dataclass
from typing import Literal, TextIO

from config import ChannelSettings
from escalation import encode
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Receipt,
)
from escalation.wording import attribution, footnote
from listener.deadline import within
from listener.tools import Tools
from listener.wire import WireError

WIDTH = 88
MAX_VERBATIM = 1000  # characters; the rest is a link away
CAPABILITIES = Capabilities(keeps=False, max_chars=MAX_VERBATIM, at_once=1)
_BOLD_RED, _BOLD, _DIM, _PLAIN = "\x1b[1;31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Settings(ChannelSettings):
    """A terminal declares nothing of its own but whether it has colours."""

    kind: Literal["terminal"] = "terminal"
    colour: bool = False


@dataclass(frozen=True, slots=True)
class Terminal:
    """Prints messages to a stream.

    stream  None: standard output, looked up at each message.
    colour  whoever builds it decides, by `wants_colour`.
    """

    name: str = "terminal"
    stream: TextIO | None = None
    colour: bool = False
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Print one card. A reader who has stopped reading makes the channel unavailable."""
        stream = self.stream or sys.stdout
        page = card(message, colour=self.colour)
        try:
            within(deadline, lambda: _write(stream, page), lane=f"terminal {self.name}")
        except (OSError, ValueError):  # a closed stream raises ValueError
            raise ChannelUnavailable(f"{self.name}: the terminal is closed") from None
        except WireError:
            raise ChannelUnavailable(f"{self.name}: nobody reads the terminal's output") from None
        return Receipt(ref=message.key or "printed")

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        raise ChannelRefused(f"{self.name}: what is printed cannot be changed")


def build(settings: Settings, tools: Tools) -> Channel:
    """A terminal channel on standard output."""
    return Terminal(settings.name, colour=settings.colour)


def wants_colour(*, is_terminal: bool, no_color: str | None) -> bool:
    """Colours only for a person at a terminal who has not set NO_COLOR (no-color.org)."""
    return is_terminal and not no_color


def card(message: Message, *, colour: bool) -> str:
    """Lay out one message as lines of text, each within `WIDTH` columns as far as words allow."""
    headline = encode.one_line(message.headline) or encode.one_line(message.subject) or "Tocsin"
    strong = _BOLD_RED if message.purpose is Purpose.PAGE else _BOLD
    rows = [_paint(f"● {encode.cut(headline, WIDTH - 2)}", strong if colour else "")]
    if message.verbatim is not None:
        text = encode.one_line(message.verbatim.text)
        rows += _wrapped(f"“{encode.cut(text, MAX_VERBATIM)}”")
        source = f"— {attribution(message.verbatim)} · {message.verbatim.url}"
        rows += [_paint(row, _DIM if colour else "") for row in _wrapped(encode.terminal(source))]
    for line in message.lines:
        rows += _wrapped(encode.terminal(line))
    if message.link:  # in one piece, or no terminal would open it
        rows.append(f"  To act: {encode.terminal(message.link)}")
    whom = f"{message.purpose.value} to {message.to} · {footnote(message)}"
    rows += [_paint(row, _DIM if colour else "") for row in _wrapped(encode.terminal(whom))]
    return "\n".join(rows) + "\n\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )


def _paint(text: str, colour: str) -> str:
    return f"{colour}{text}{_PLAIN}" if colour else text


def _write(stream: TextIO, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
