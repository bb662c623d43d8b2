"""Posts from a CSV file that grows: exports of help desks, surveys, review sites and spreadsheets.

Read like the file source, over rotation and truncation; which column is what stands in the
settings. A record may go over several lines (RFC 4180), and each problem is told with its line.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from config import Brand, Duration, SourceSettings
from config.fields import Zone
from config.forms import form
from listener.collector import BadRequest, Batch, Collector
from listener.collectors.csv_records import MAX_RECORD_BYTES, fields_of, next_record
from listener.collectors.csv_repeats import Repeats
from listener.collectors.file import MAX_BYTES, FileSource
from listener.collectors.file_place import Place, moved_to
from listener.decoding import headed
from listener.facts import Facts, Gone, Proof
from listener.fields import EARLIEST, MAX_HANDLE_CHARS, clean
from listener.mention import Author, Kind, Observation, Post, unnamed
from listener.on_disk import Flaw
from listener.tools import Tools

MAX_RECORDS = 500  # a batch; one transaction of the store
_COLUMNS = ("text", "id", "created_at", "title", "author", "url", "rating", "lang")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # the byte order marks that it begins with
SETTLED = timedelta(minutes=1)  # a file that nobody wrote to for so long is whole
TORN = "a quotation mark in it is never closed"

FACTS = Facts(
    platform="",  # the settings name it
    title="A CSV file",
    keys="none",
    limits="none",
    costs="nothing",
    reach=None,
    gone=Gone.NEVER,
    duty="that of the platform the posts are from",
    unheard="",
    proof=Proof.DOCUMENTED,
)

_PLATFORM = form(
    r"[a-z0-9][a-z0-9_.-]{0,63}",
    "is no name of a platform",
    'Write a short word of small letters and digits, for example "survey"',
)
Column = Annotated[str, Field(min_length=1, max_length=200)]


class Settings(SourceSettings):
    """A file that grows, and what its columns are."""

    public: ClassVar[bool] = False  # an export may hold what nobody but the team should see

    kind: Literal["csv"] = "csv"
    path: Path
    platform: Annotated[str, _PLATFORM] = "csv"
    text: Column
    id: Column | None = None  # default: made of the record itself
    created_at: Column | None = None  # default: when it is read
    title: Column | None = None
    author: Column | None = None
    url: Column | None = None
    rating: Column | None = None  # stars 1 to 5
    lang: Column | None = None
    about: str = Field(default="", max_length=100)  # a term of the brand the records are about
    encoding: Literal["utf-8", "windows-1252", "iso-8859-1", "iso-8859-15"] = "utf-8"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    time_format: str | None = Field(default=None, max_length=60)  # as "%d.%m.%Y %H:%M"; else ISO
    timezone: Zone = "UTC"  # of times without one
    every: Duration = timedelta(seconds=10)
    page_backlog: bool = False  # true: what is there at the first start pages like new posts


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column that is declared stands, by the first record of the file.

    at       by what is declared.   columns  how many there are in all.
    """

    at: Mapping[str, int]
    columns: int

    @classmethod
    def read(cls, names: Sequence[str], settings: Settings) -> "Header":
        """Raises BadRequest where a declared column is not there."""
        places = {name.strip(): index for index, name in reversed(list(enumerate(names)))}
        declared = header_of(settings)
        missing = sorted(name for name in declared.values() if name not in places)
        if missing:
            raise BadRequest(
                f'source "{settings.name}": {settings.path.name} has no column '
                f"{', '.join(missing)}; its first line names the columns. Is the delimiter right?"
            )
        return cls({what: places[name] for what, name in declared.items()}, len(names))


def header_of(settings: Settings) -> dict[str, str]:
    """The columns that are declared: by the setting that names it, each one's name."""
    return {what: name for what in _COLUMNS if (name := getattr(settings, what))}


def read_records(
    settings: Settings, repeats: Repeats, handle: BinaryIO, place: Place, now: datetime
) -> Batch:
    """Read at most MAX_RECORDS from a place on. Raises BadRequest where the header is not right."""
    handle.seek(0)
    first = next_record(handle, settings.delimiter)
    start = first.raw
    if not first.whole:
        return Batch(cursor=replace(place, saved=now).spell())  # a header still being written
    try:
        header = Header.read(fields_of(decoded(start, settings, 1), settings.delimiter), settings)
    except ValueError as error:
        raise BadRequest(
            f'source "{settings.name}": line 1 of {settings.path.name}: {error}'
        ) from None
    before = place
    if place.offset == 0:
        place = replace(place, offset=handle.tell(), line=start.count(b"\n"))
    if "id" not in header.at:
        repeats.at(handle, len(start), place, settings.delimiter, header.columns)
    handle.seek(place.offset)
    seen: list[Observation] = []
    malformed: list[str] = []
    line, offset, scanned, more = place.line, place.offset, 0, True
    settled = _is_settled(handle, now)
    for _ in range(MAX_RECORDS):
        one = next_record(handle, settings.delimiter, header.columns, settled=settled)
        record, whole = one.raw, one.whole or (bool(one.raw) and settled)
        scanned += one.scanned
        if not whole or (scanned > MAX_BYTES and offset > place.offset):
            more = whole  # the end, or a record that is still being written
            break
        try:
            made = "" if "id" in header.at else own_id(record, repeats.number(record))
            if one.torn:
                raise ValueError(TORN)
            found = _understood(record, header, settings, line + 1, now, made)
            if found:
                old = offset < place.backlog and found.post.created_at < place.since
                seen.append(replace(found, backfill=old))
        except ValueError as error:
            why = str(error)  # of a record over several lines it may name the line by itself
            malformed.append(why if why.startswith("line ") else f"line {line + 1}: {why}")
        offset, line = handle.tell(), line + record.count(b"\n")
    moved = moved_to(handle, before, offset, line, now)
    repeats.stands(handle, moved)
    handle.seek(offset)
    return Batch(tuple(seen), moved.spell(), more, malformed=tuple(malformed))


def _is_settled(handle: BinaryIO, now: datetime) -> bool:
    """Whether nobody writes it any more: many exports end without a newline."""
    written = os.fstat(handle.fileno()).st_mtime
    return now.timestamp() - written > SETTLED.total_seconds()


def decoded(record: bytes, settings: Settings, line: int) -> str:
    """The text of a record. Raises ValueError, which names the line and repeats none of it."""
    if line == 1 and record.startswith(_UTF16):
        raise ValueError('the file is UTF-16, as Excel\'s "Unicode text" is: save it as UTF-8')
    if len(record) > MAX_RECORD_BYTES:
        raise ValueError(f"the record is longer than {MAX_RECORD_BYTES} bytes")
    try:
        return record.removeprefix(b"\xef\xbb\xbf").decode(settings.encoding)
    except UnicodeDecodeError as error:
        at = line + record.count(b"\n", 0, error.start)
        raise ValueError(
            f"line {at} is not {settings.encoding}; declare the encoding that the file has, often "
            '"windows-1252"'
        ) from None


def _understood(
    record: bytes, header: Header, settings: Settings, line: int, now: datetime, made: str
) -> Observation | None:
    """The post of a record; None for a blank line. Raises ValueError, which repeats none of it.

    made  its id where no column holds one.
    """
    if not record.strip(b" \t\r\n\xef\xbb\xbf,;|"):
        return None
    fields = fields_of(decoded(record, settings, line), settings.delimiter)
    row = {what: fields[at].strip() if at < len(fields) else "" for what, at in header.at.items()}
    body = clean(row["text"])
    if not body:
        raise ValueError("the text is empty")
    if "id" in row and not row["id"]:
        raise ValueError("the id is empty")
    id_ = clean(row.get("id") or made, 1_000)
    author = clean(row.get("author", ""), MAX_HANDLE_CHARS)
    post = Post(
        platform=settings.platform,
        id=id_,
        text=body,
        title=headed(settings.about, clean(row.get("title", ""))),
        created_at=_time(row.get("created_at", ""), settings, now),
        author=Author(id=author, handle=author) if author else unnamed(id_),
        lang=clean(row.get("lang", ""), 20).lower() or None,
        url=_link(row.get("url", "")),
        rating=_rating(row.get("rating", "")),
    )
    return Observation(Kind.POST, post, now)


def own_id(record: bytes, number: int) -> str:
    """An id made of a record, and of which of its equals it is: 1 for the first."""
    again = b"" if number == 1 else b"\0%d" % number
    return hashlib.sha256(record.strip() + again).hexdigest()[:32]


def _time(written: str, settings: Settings, now: datetime) -> datetime:
    if not written:
        return now
    try:
        read = (
            datetime.strptime(written, settings.time_format)  # noqa: DTZ007  its zone follows
            if settings.time_format
            else datetime.fromisoformat(written)
        )
        aware = read if read.tzinfo else read.replace(tzinfo=ZoneInfo(settings.timezone))
        when = aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("its time cannot be read; declare time_format") from None
    if when < EARLIEST:
        raise ValueError("its time is older than any platform")
    return min(when, now)


def _rating(written: str) -> float | None:
    if not written:
        return None
    try:
        stars = float(written.replace(",", "."))
    except ValueError:
        stars = 0.0
    if not 1.0 <= stars <= 5.0:
        raise ValueError("the rating is no number of stars from 1 to 5")
    return stars


def _link(written: str) -> str:
    fit = written.startswith(("https://", "http://")) and len(written) <= 2_000
    return written if fit and not any(c.isspace() or c in '<>"' for c in written) else ""


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; the file need not be there yet."""
    assert isinstance(settings, Settings)
    return source_of(settings)


def source_of(settings: Settings) -> FileSource:
    """The source; it needs nothing from outside."""
    return FileSource(
        settings.path.expanduser(),
        page_backlog=settings.page_backlog,
        read=partial(read_records, settings, Repeats()),
        name=settings.name,
    )


def flaws_of(settings: SourceSettings, now: datetime) -> Iterator[Flaw]:
    """What would keep the file, or a part of it, from being read."""
    from listener.collectors.csv_look import look  # it reads as this module does

    assert isinstance(settings, Settings)
    return look(settings, now)
