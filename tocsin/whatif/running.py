"""The past run again under two sets of rules, side by side."""

import os
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime

from config import Settings
from tocsin.whatif.aside import Aside
from tocsin.whatif.compare import Told
from tocsin.whatif.history import Heard, History
from tocsin.whatif.side import Side, with_room

MANY_POSTS = 1_000  # from here on a second process is worth its start

Progress = Callable[[int, datetime], None]  # posts so far, and the instant that was reached


def run_both(
    history: History,
    old: Settings,
    new: Settings,
    progress: Progress = lambda posts, at: None,
) -> tuple[Told, Told]:
    """Replay a past under two sets of rules. Both see the same of it, even while a daemon goes
    on writing and erasing. Raises HistoryRefused."""
    posts = 0
    with ExitStack() as stack:
        sides: list[Side | Aside] = []
        for piece in history.pieces():
            with with_room():
                if not sides:
                    start = piece.events[0].at if piece.events else piece.until
                    first = _elsewhere(history)
                    sides.append(stack.enter_context(closing(first(old, start, history.path))))
                    sides.append(stack.enter_context(closing(Side(new, start, history.path))))
                for side in sides:
                    side.play(piece.events, piece.until)
                for side in sides:
                    side.settle()
            posts += sum(isinstance(event, Heard) for event in piece.events)
            progress(posts, piece.until)
        return sides[0].told(), sides[1].told()


def _elsewhere(history: History) -> type[Side] | type[Aside]:
    many = history.posts >= MANY_POSTS and (os.cpu_count() or 1) > 1
    return Aside if many else Side
