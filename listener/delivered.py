"""A folder between who receives and who reads: a file for each delivery, whole or not there.

The one writes and says "accepted" once the file is on the disk; the other reads, and takes a file
away once what was in it is stored. Neither can lose what the other was given.
"""

import os
import re
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

MAX_FILES = 10_000  # waiting to be read; more are refused, and the sender keeps them
MAX_BYTES = 512 * 1024 * 1024  # of all of them
_FILE = re.compile(r"[0-9]{20}\.jsonl")
_BESIDE = ".new"


class SpoolFull(Exception):
    """More waits than is kept: whoever reads has stopped."""


class Spool:
    """The folder. Several threads of one process may write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._last = 0

    def put(self, content: bytes) -> None:
        """Keep a delivery; it is on the disk when this returns. Raises SpoolFull or OSError."""
        with self._lock:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            waiting = self.names()
            size = sum(self._size(name) for name in waiting)
            if len(waiting) >= MAX_FILES or size + len(content) > MAX_BYTES:
                raise SpoolFull
            newest = int(waiting[-1].partition(".")[0]) if waiting else 0
            # After the others even where the clock went back.
            self._last = min(max(time.time_ns(), newest + 1, self._last + 1), 10**20 - 1)
            self._write(f"{self._last:020d}.jsonl", content)

    def names(self) -> list[str]:
        """The deliveries that wait, the oldest first. Raises OSError; none where no folder is."""
        with suppress(FileNotFoundError):
            return sorted(
                entry.name
                for entry in os.scandir(self._folder)
                if _FILE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
            )
        return []

    def read(self, name: str) -> bytes:
        """What a delivery holds. Raises OSError."""
        return (self._folder / name).read_bytes()

    def take_away(self, names: Sequence[str]) -> None:
        """Forget deliveries that are stored. Raises OSError where the folder does not let us."""
        for name in names:
            if _FILE.fullmatch(name):
                (self._folder / name).unlink(missing_ok=True)

    def _size(self, name: str) -> int:
        with suppress(OSError):  # it was just taken away
            return (self._folder / name).stat().st_size
        return 0

    def _write(self, name: str, content: bytes) -> None:
        beside = self._folder / f"{name}{_BESIDE}"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(self._folder / name)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # else the name may be gone after a power cut, and the file with it
        finally:
            os.close(folder)
