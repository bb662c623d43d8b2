"""What stands in the folder between the anonymous form and the daemon, and how it is read.

Either side may have been broken into: only small ordinary files of known fields are believed.
"""

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from listener.jsontext import parse_json, storable
from listener.mention import MAX_TEXT_CHARS

MOST_BYTES = 1024 * 1024  # of a file; the longest post takes a quarter of it
MOST_ANSWERS = 40  # of one reply number; of the longest, with a kilobyte to spare
MOST_BRAND = 200  # characters of its name
_AUTHOR = re.compile(r"a-[0-9a-f]{32}|r-[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{32}")
_REASON = re.compile(r"[a-z][a-z ]{0,39}")


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
    return hashlib.sha256(digits.encode()).hexdigest() if _ID.fullmatch(digits) else None


def new_number() -> str:
    """A reply number: 128 random bits, in eight groups that can be copied by hand."""
    digits = secrets.token_hex(16)
    return "-".join(digits[at : at + 4] for at in range(0, 32, 4))


# ------------------------------------------------------------------------------ reading
def read_file(path: Path) -> dict[str, object]:
    """The object in a small ordinary file. Raises ValueError for anything else, and OSError."""
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


def entry_of(row: Mapping[str, object]) -> Word | Turned:
    """What the form has left. Raises ValueError."""
    minute = minute_in(row)
    if "turned_away" in row:
        return Turned(_counts(row["turned_away"]), minute)
    return Word(
        _matching(row, "id", _ID),
        _matching(row, "author", _AUTHOR),
        _text(row, "brand", MOST_BRAND),
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


def record_of(row: Mapping[str, object]) -> Record:
    """What stands under a reply number. Raises ValueError."""
    answers = row.get("answers")
    if not isinstance(answers, list) or len(answers) > MOST_ANSWERS:
        raise ValueError("no answers")
    return Record(_text(row, "brand", MOST_BRAND), tuple(_answer(one) for one in answers))


def _answer(row: object) -> Answer:
    if not isinstance(row, dict):
        raise ValueError("no answer")
    return Answer(date.fromisoformat(_text(row, "on", 10)), _text(row, "text", MAX_TEXT_CHARS))


def minute_in(row: Mapping[str, object]) -> datetime:
    """The minute that it says. Raises ValueError."""
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


def spelt(minute: datetime) -> dict[str, str]:
    """A minute as it is written."""
    return {"minute": minute.isoformat(timespec="minutes")}
