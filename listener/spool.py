"""The folder between the anonymous form and the daemon: posts go one way, answers the other.

    posts/    one small file a post, written by the form, read and removed by the collector.
    replies/  one small file a reply number that was given out, by the SHA-256 of the number: the
              brand, and what the firm has answered. No word of a sender's is in it.
    alive     the last minute in which the form was running.

No time is written finer than a minute, and no address at all. A file is whole or not there: it is
written beside its place, synced and renamed.
"""

import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from listener.jsontext import parse_json, storable
from listener.mention import MAX_TEXT_CHARS

MOST_BYTES = 256 * 1024  # of a file; the longest text takes half of it
MOST_WAITING = 10_000  # posts that nobody has read yet; beyond, none is taken
MOST_ANSWERS = 100  # of one reply number
MOST_SWEPT = 10_000  # files that one sweep looks at
LONGEST_SILENCE = timedelta(minutes=5)  # of a form that runs: it says so every minute
_NAME = re.compile(r"[0-9]{8}T[0-9]{4}-[0-9a-f]{32}\.json")
_AUTHOR = re.compile(r"a-[0-9a-f]{32}|r-[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_REASON = re.compile(r"[a-z][a-z ]{0,39}")
_NUMBER = re.compile(r"[0-9a-f]{32}")
_BY_NAME = "%Y%m%dT%H%M"


class SpoolFull(Exception):
    """Nobody has collected for so long that no more is taken."""


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody without a name wrote.

    id      32 hexadecimal digits, random.
    author  "a-" and a random id, this post's alone; or "r-" and the hash of a reply number.
    minute  aware UTC, in which it came.
    """

    id: str
    author: str
    brand: str
    text: str
    minute: datetime


@dataclass(frozen=True, slots=True)
class Turned:
    """How many were turned away in a minute, by reason."""

    counts: Mapping[str, int]
    minute: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the firm answered, and on which day."""

    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """What can be read under a reply number."""

    brand: str
    answers: tuple[Answer, ...] = ()


def minute_of(now: datetime) -> datetime:
    """The minute that an instant is in; nothing finer is ever kept."""
    return now.astimezone(UTC).replace(second=0, microsecond=0)


def hash_of(number: str) -> str | None:
    """The hash under which a reply number is kept, however it was copied; None: it is none."""
    digits = re.sub(r"[\s-]", "", number[:200]).lower()
    return hashlib.sha256(digits.encode()).hexdigest() if _NUMBER.fullmatch(digits) else None


def new_number() -> str:
    """A reply number: 128 random bits, in eight groups that can be copied by hand."""
    digits = secrets.token_hex(16)
    return "-".join(digits[at : at + 4] for at in range(0, 32, 4))


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
            self._write(place, row | _spelt(word.minute), word.minute)
        except OSError:
            place.unlink(missing_ok=True)  # its writer is told that it was not kept
            raise

    def keep_turned(self, turned: Turned) -> None:
        """Keep how many were turned away."""
        place = self._place(turned.minute, secrets.token_hex(16))
        row = {"turned_away": dict(turned.counts)} | _spelt(turned.minute)
        self._write(place, row, turned.minute)

    def open_record(self, hashed: str, brand: str, now: datetime) -> None:
        """A reply number was given out: from now on it can be answered."""
        self._save(hashed, Record(brand), now)

    def record(self, hashed: str) -> Record | None:
        """What stands under a reply number; None: it was never given out, or is over."""
        if not _HASH.fullmatch(hashed):
            return None
        try:
            return _record(_read(self.replies / f"{hashed}.json"))
        except (FileNotFoundError, ValueError):
            return None

    def sweep(self, before: datetime) -> None:
        """End the reply numbers under which nothing was written since."""
        for path in islice(self.replies.glob("*.json"), MOST_SWEPT):
            if path.lstat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)

    def beat(self, now: datetime) -> None:
        """Say that the form is running."""
        self._write(self._folder / "alive", _spelt(minute_of(now)), minute_of(now))

    # -------------------------------------------------------------------------- the firm's side
    def last_beat(self) -> datetime | None:
        """The last minute in which the form was running; None where that cannot be told."""
        try:
            return _minute(_read(self._folder / "alive"))
        except (FileNotFoundError, ValueError):
            return None

    def waiting(self, now: datetime) -> list[str]:
        """Names of the files to be read, by their minute; without those of the minute under way,
        so that the time of reading tells nothing finer."""
        under_way = minute_of(now).strftime(_BY_NAME)
        return sorted(name for name in self._names() if not name.startswith(under_way))

    def read(self, name: str) -> Word | Turned:
        """One of them. Raises ValueError where it is not what a form writes."""
        return _entry(_read(self.posts / name))

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


def _read(path: Path) -> dict[str, object]:
    """The other side may have been broken into: nothing but a small ordinary file is read."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("no ordinary file")
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValueError("longer than any post")
    row = parse_json(raw)
    if not isinstance(row, dict):
        raise ValueError("no object")
    return row


def _entry(row: Mapping[str, object]) -> Word | Turned:
    minute = _minute(row)
    if "turned_away" in row:
        return Turned(_counts(row["turned_away"]), minute)
    return Word(
        _matching(row, "id", _ID),
        _matching(row, "author", _AUTHOR),
        _text(row, "brand", 200),
        _text(row, "text", MAX_TEXT_CHARS),
        minute,
    )


def _counts(value: object) -> Mapping[str, int]:
    if not isinstance(value, dict) or len(value) > 20:
        raise ValueError("no counts")
    for reason, count in value.items():
        if not _REASON.fullmatch(reason) or type(count) is not int or not 0 < count < 10**9:
            raise ValueError("no counts")
    return value


def _record(row: Mapping[str, object]) -> Record:
    answers = row.get("answers")
    if not isinstance(answers, list) or len(answers) > MOST_ANSWERS:
        raise ValueError("no answers")
    return Record(_text(row, "brand", 200), tuple(_answer(one) for one in answers))


def _answer(row: object) -> Answer:
    if not isinstance(row, dict):
        raise ValueError("no answer")
    return Answer(date.fromisoformat(_text(row, "on", 10)), _text(row, "text", MAX_TEXT_CHARS))


def _minute(row: Mapping[str, object]) -> datetime:
    read = datetime.fromisoformat(_text(row, "minute", 40))
    if read.tzinfo is None or not 1970 <= read.year <= 2200:
        raise ValueError("no minute")
    return minute_of(read)


def _text(row: Mapping[str, object], key: str, most: int) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise ValueError(f"no {key}")
    return storable(value)


def _matching(row: Mapping[str, object], key: str, pattern: re.Pattern[str]) -> str:
    value = _text(row, key, 100)
    if not pattern.fullmatch(value):
        raise ValueError(f"no {key}")
    return value


def _spelt(minute: datetime) -> dict[str, str]:
    return {"minute": minute.isoformat(timespec="minutes")}
