"""The folder between the anonymous form and the daemon: posts go one way, answers the other.

    posts/    one small file a post, written by the form, read and removed by the collector.
    replies/  one small file a reply number that was given out, by the SHA-256 of the number: the
              brand, and what the firm has answered. No word of a sender's is in it.
    alive     the last minute in which the form was running.

No time is written finer than a minute, and no address at all. A file is whole or not there: it is
written beside its place, synced and renamed.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from listener.spooled import (
    MOST_ANSWERS,
    Answer,
    Record,
    Turned,
    Word,
    entry_of,
    minute_in,
    minute_of,
    read_file,
    record_of,
    spelt,
)

MOST_WAITING = 10_000  # posts that nobody has read yet; beyond, none is taken
MOST_SWEPT = 10_000  # files that one sweep looks at
LONGEST_SILENCE = timedelta(minutes=5)  # of a form that runs: it says so every minute
_NAME = re.compile(r"[0-9]{8}T[0-9]{4}-[0-9a-f]{32}\.json")
_HASH = re.compile(r"[0-9a-f]{64}")
_BY_NAME = "%Y%m%dT%H%M"


class SpoolFull(Exception):
    """Nobody has collected for so long that no more is taken."""


class Spool:
    """One such folder, for either side. Every method may raise OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.posts, self.replies = folder / "posts", folder / "replies"

    # ------------------------------------------------------------------------ the form's side
    def prepare(self) -> None:
        """Make the folders, and remove what a crash has left half-written."""
        for one in (self._folder, self.posts, self.replies):
            one.mkdir(mode=0o770, parents=True, exist_ok=True)
            for left in islice(one.glob(".half-*"), MOST_SWEPT):
                left.unlink(missing_ok=True)

    @property
    def takes(self) -> bool:
        """Could a post be kept now?"""
        return os.access(self.posts, os.W_OK | os.X_OK) and not self._is_full()

    def keep(self, word: Word) -> None:
        """Keep a post; on return it is on the disk. Raises SpoolFull."""
        if self._is_full():
            raise SpoolFull
        row = {"id": word.id, "author": word.author, "brand": word.brand, "text": word.text}
        place = self._place(word.minute, word.id)
        try:
            self._write(place, row | spelt(word.minute), word.minute)
        except OSError:
            place.unlink(missing_ok=True)  # its writer is told that it was not kept
            raise

    def keep_turned(self, turned: Turned) -> None:
        """Keep how many were turned away."""
        place = self._place(turned.minute, secrets.token_hex(16))
        row = {"turned_away": dict(turned.counts)} | spelt(turned.minute)
        self._write(place, row, turned.minute)

    def open_record(self, hashed: str, brand: str, now: datetime) -> None:
        """A reply number was given out: from now on it can be answered."""
        self._save(hashed, Record(brand), now)

    def close_record(self, hashed: str) -> None:
        """The post that a reply number was for was not kept."""
        if _HASH.fullmatch(hashed):
            (self.replies / f"{hashed}.json").unlink(missing_ok=True)

    def record(self, hashed: str) -> Record | None:
        """What stands under a reply number; None: it was never given out, or is over."""
        if not _HASH.fullmatch(hashed):
            return None
        try:
            return record_of(read_file(self.replies / f"{hashed}.json"))
        except (FileNotFoundError, ValueError):
            return None

    def sweep(self, before: datetime) -> None:
        """End the reply numbers under which nothing was written since."""
        for path in islice(self.replies.glob("*.json"), MOST_SWEPT):
            if path.lstat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)

    def beat(self, now: datetime) -> None:
        """Say that the form is running."""
        self._write(self._folder / "alive", spelt(minute_of(now)), minute_of(now))

    # -------------------------------------------------------------------------- the firm's side
    def last_beat(self) -> datetime | None:
        """The last minute in which the form was running; None where that cannot be told."""
        try:
            return minute_in(read_file(self._folder / "alive"))
        except (FileNotFoundError, ValueError):
            return None

    def waiting(self, now: datetime) -> list[str]:
        """Names of the files to be read, by their minute; without those of the minute under way,
        so that the time of reading tells nothing finer."""
        under_way = minute_of(now).strftime(_BY_NAME)
        return sorted(name for name in self._names() if not name.startswith(under_way))

    def read(self, name: str) -> Word | Turned:
        """One of them. Raises ValueError where it is not what a form writes."""
        return entry_of(read_file(self.posts / name))

    def remove(self, name: str) -> None:
        """Its post is in the store; anything that is no such name is left alone."""
        if _NAME.fullmatch(name):
            (self.posts / name).unlink(missing_ok=True)

    def answer(self, hashed: str, text: str, now: datetime) -> bool:
        """Let the holder of a reply number read an answer. False: the number is over.

        Raises ValueError where there are MOST_ANSWERS already.
        """
        known = self.record(hashed)
        if known is None:
            return False
        if len(known.answers) >= MOST_ANSWERS:
            raise ValueError(f"there are {MOST_ANSWERS} answers already")
        more = Answer(now.astimezone(UTC).date(), text)
        self._save(hashed, Record(known.brand, (*known.answers, more)), now)
        return True

    # ----------------------------------------------------------------------------------- parts
    def _names(self) -> Iterator[str]:
        with os.scandir(self.posts) as found:
            names = (
                one.name
                for one in found
                if _NAME.fullmatch(one.name) and one.is_file(follow_symlinks=False)
            )
            yield from islice(names, 2 * MOST_WAITING)

    def _is_full(self) -> bool:
        return sum(1 for _ in self._names()) >= MOST_WAITING

    def _place(self, minute: datetime, name: str) -> Path:
        return self.posts / f"{minute.strftime(_BY_NAME)}-{name}.json"

    def _save(self, hashed: str, record: Record, now: datetime) -> None:
        answers = [{"on": one.on.isoformat(), "text": one.text} for one in record.answers]
        row = {"brand": record.brand, "answers": answers}
        self._write(self.replies / f"{hashed}.json", row, minute_of(now))

    def _write(self, path: Path, row: Mapping[str, object], minute: datetime) -> None:
        half = path.with_name(f".half-{secrets.token_hex(8)}")
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o660)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(row).encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            os.utime(half, (minute.timestamp(), minute.timestamp()))
            half.replace(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        _sync(path.parent)


def _sync(folder: Path) -> None:
    """Without it a power cut may undo a renaming."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
