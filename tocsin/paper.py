"""Where a command prints what it hears: posts on one stream, all about the listening on another."""

import contextlib
import os
from typing import TextIO

from escalation.encode import terminal


class ClosedPaper(Exception):
    """Nobody reads any more."""


class Paper:
    """Where it is printed: posts on one stream, everything about the listening on another."""

    def __init__(self, out: TextIO, notes: TextIO) -> None:
        self._out = out
        self._notes = notes

    def show(self, text: str) -> None:
        """Print posts, encoded already."""
        _print(self._out, text)

    def note(self, text: str) -> None:
        """Say something about the listening, in a line of its own."""
        _print(self._notes, f"{terminal(text)}\n")

    def let_go(self) -> None:
        """Nobody reads: what Python would still flush at its end must not fail either."""
        for stream in (self._out, self._notes):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _print(stream: TextIO, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    shown = text.encode(encoding, "replace").decode(encoding)
    try:
        stream.write(shown)
        stream.flush()
    except ValueError:
        raise ClosedPaper from None
