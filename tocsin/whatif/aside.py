"""A side of the comparison in a process of its own, so that two cores share the work.

It is handed the past piece by piece, like the side that stays here, and never runs ahead.
"""

import signal
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from config import Settings
from tocsin.whatif.compare import Told
from tocsin.whatif.history import HistoryRefused, Past
from tocsin.whatif.side import Side, with_room

LAST_SECONDS = 10.0  # for the process to end by itself


class Aside:
    """A Side elsewhere: what is played is waited for with `settle`."""

    def __init__(self, settings: Settings, start: datetime, models: Path) -> None:
        context = get_context("spawn")  # a fork would share the open store
        self._ours, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, settings, start, models), name="what-if", daemon=True
        )
        self._process.start()
        theirs.close()

    def play(self, past: tuple[Past, ...], until: datetime) -> None:
        """Hand over a stretch of the past; returns at once."""
        try:
            self._ours.send((past, until))
        except OSError:
            raise _gone() from None

    def settle(self) -> None:
        """Wait until what was handed over has happened there. Raises HistoryRefused."""
        self._receive()

    def told(self) -> Told:
        """What has happened so far. Raises HistoryRefused."""
        try:
            self._ours.send(None)
        except OSError:
            raise _gone() from None
        told = self._receive()
        assert isinstance(told, Told)
        return told

    def close(self) -> None:
        """End the process."""
        self._ours.close()
        self._process.join(LAST_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _receive(self) -> object:
        try:
            answer: object = self._ours.recv()
        except (EOFError, OSError):
            raise _gone() from None
        if isinstance(answer, HistoryRefused):
            raise answer
        return answer


def _gone() -> HistoryRefused:
    return HistoryRefused(
        "Half of the replay has ended before its time; perhaps memory ran out. Try fewer days."
    )


def serve(pipe: Connection, settings: Settings, start: datetime, models: Path) -> None:
    """The other process: play what comes, answer, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the first process, which ends this
    try:
        with with_room():
            side = Side(settings, start, models)
        _play(pipe, side)
        side.close()
    except HistoryRefused as refused:
        pipe.send(refused)
    except (EOFError, OSError):
        return


def _play(pipe: Connection, side: Side) -> None:
    while True:
        asked: Any = pipe.recv()
        if asked is None:
            pipe.send(side.told())
        else:
            with with_room():
                side.play(*asked)
            pipe.send(None)
