"""Posts from a file that something else writes: one post a line, as `listener.postline` reads it.

The way in for every platform without a source of its own: export, script, forwarder.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from glob import escape
from itertools import islice
from pathlib import Path
from typing import BinaryIO, ClassVar

from config import Brand, Duration, SourceSettings
from listener.collector import BadRequest, Batch, Collector, Forbidden, Gap, Later, SourceError
from listener.collectors.file_place import Place, continues, moved_to
from listener.facts import Facts, Gone, Proof
from listener.left_out import told, trouble
from listener.mention import Observation
from listener.on_disk import Flaw, of_file, of_lines
from listener.postline import MAX_LINE_BYTES, read_line
from listener.tools import Tools

MAX_LINES = 500  # a batch; one transaction of the store
MAX_BYTES = 8 * 1024 * 1024  # a batch; eight lines of the longest kind
MAX_SIBLINGS = 1_000
_NO_FILE = 0  # no file has this inode
_PACKED = {".gz", ".bz2", ".xz", ".zst"}
_LOST = "lines written since the last read may be lost"


FACTS = Facts(
    platform="",  # each line names its own
    title="A file of JSON lines",
    keys="none",
    limits="none",
    costs="nothing",
    reach=None,
    gone=Gone.TOLD,
    duty="that of the platform the posts are from",
    unheard="",
    proof=Proof.RECORDED,
)


class Settings(SourceSettings):
    """A file that grows."""

    public: ClassVar[bool] = True

    path: Path
    every: Duration = timedelta(seconds=10)
    page_backlog: bool = False  # true: what is in the file at the first start pages like new posts


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; the file need not be there yet."""
    assert isinstance(settings, Settings)
    path = settings.path.expanduser()
    return FileSource(path, page_backlog=settings.page_backlog, name=settings.name)


def flaws_of(settings: SourceSettings, now: datetime) -> Iterator[Flaw]:
    """What would keep the file, or a part of it, from being read."""
    assert isinstance(settings, Settings)
    path = settings.path.expanduser()
    found = list(of_file("path", path))
    read = partial(FileSource(path).fetch, None, now=now, deadline=20.0)
    return iter(found or of_lines("path", path, read))


# Reads a part of an open file from a place on, and leaves the handle where it stopped.
Reader = Callable[[BinaryIO, Place, datetime], Batch]


class FileSource:
    """Reads what was appended since the last time, also over rotation and truncation."""

    def __init__(
        self,
        path: Path,
        *,
        page_backlog: bool = False,
        read: Reader | None = None,
        name: str = "file",
    ) -> None:
        """read: reads a part of the file from a place on; default: lines of JSON."""
        self._path = path
        self._name = name
        self._no_backlog = page_backlog
        self._read = read or read_lines_of

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read at most MAX_LINES lines; none while there is no file."""
        place = Place.read(cursor)
        try:
            return self._tells(self._fetch(place, now), place, now)
        except FileNotFoundError:
            return self._tells(self._awaiting(place or _awaited(now), now), place, now)
        except SourceError as error:
            error.local = True
            raise
        except (OSError, ValueError) as error:
            raise self._refused(error) from None

    def _refused(self, error: OSError | ValueError) -> SourceError:
        if isinstance(error, PermissionError):
            told: SourceError = Forbidden(
                f"{self._path} may not be read; give this user the right to"
            )
        elif isinstance(error, OSError):
            told = Later(f"{self._path} cannot be read: {error.strerror}")
        else:  # a zero byte in the name
            told = BadRequest("the file's path is none; name an ordinary file")
        told.local = True
        return told

    def close(self) -> None:
        """Nothing is held between two reads."""

    def _tells(self, batch: Batch, before: Place | None, now: datetime) -> Batch:
        """The batch with what an owner is told of its bad lines, each named with its file."""
        place = Place.read(batch.cursor)
        assert place is not None
        text = told(self._name, self._path.name, batch.malformed) if batch.malformed else ""
        anew = bool(batch.gaps)
        said, bad = trouble(text, before.bad if before else None, now, anew=anew)
        return replace(batch, cursor=replace(place, bad=bad).spell(), trouble=said)

    def _fetch(self, place: Place | None, now: datetime) -> Batch:
        with _open(self._path) as handle:
            inode = os.fstat(handle.fileno()).st_ino
            if place is None or place.inode == _NO_FILE:
                size = os.fstat(handle.fileno()).st_size
                since = place.since if place else now
                backlog = 0 if self._no_backlog else size
                return self._read(handle, Place(inode, 0, 0, 0, backlog, since, now), now)
            if continues(handle, place):
                # The same file, or the same text saved under a new inode by an editor.
                return self._read(handle, replace(place, inode=inode), now)
            older = _rotated(self._path)
            at = next((n for n, path in enumerate(older) if _goes_on(path, place)), None)
            if at is None:
                batch = self._read(handle, _start_of(inode, place), now)
                gap = Gap(place.saved, now, f"{self._path.name} was cut or replaced: {_LOST}")
                return replace(batch, gaps=(gap,))
        following = (*older[at + 1 :], self._path)[0]
        return _finish(self._read, older[at], place, following, now)

    def _awaiting(self, place: Place, now: datetime) -> Batch:
        """What was still written before a rotation, where nobody has begun the new file yet.

        The place stays in the rotated file, which is finished once there is another one.
        """
        with suppress(FileNotFoundError):  # removed while it is looked at
            older = [] if place.inode == _NO_FILE else _rotated(self._path)
            at = next((n for n, path in enumerate(older) if _goes_on(path, place)), None)
            if at is not None and older[at + 1 :]:
                return _finish(self._read, older[at], place, older[at + 1], now)
            if at is not None:
                with _open(older[at]) as handle:
                    inode = os.fstat(handle.fileno()).st_ino
                    return self._read(handle, replace(place, inode=inode), now)
        return Batch(cursor=place.spell())


def _awaited(now: datetime) -> Place:
    """That the source is read from now on, though its file is not there yet."""
    return Place(_NO_FILE, 0, 0, 0, 0, now, now)


def _start_of(inode: int, place: Place) -> Place:
    return replace(place, inode=inode, offset=0, line=0, tail=0, backlog=0, total=0)


def _finish(read: Reader, path: Path, place: Place, following: Path, now: datetime) -> Batch:
    """Read the rest of a file that was rotated away; after its end comes the one that followed."""
    with _open(path) as handle:
        batch = read(handle, place, now)
        left = handle.read(1)  # a line without its end, which nobody writes any more
    if batch.more:
        return batch
    moved = replace(_start_of(following.stat().st_ino, place), saved=now)
    lost = (f"{path.name}: its last line is not whole",) if left else ()
    return replace(batch, cursor=moved.spell(), more=True, malformed=batch.malformed + lost)


def _rotated(path: Path) -> list[Path]:
    """The files that `path` became, as `posts.jsonl.1` or `posts.jsonl.20261121`; oldest first."""
    found = list(islice(path.parent.glob(f"{escape(path.name)}.*"), MAX_SIBLINGS))
    kept = [each for each in found if each.suffix not in _PACKED and each.is_file()]
    return sorted(kept, key=lambda each: each.stat().st_mtime_ns)


def _goes_on(path: Path, place: Place) -> bool:
    with _open(path) as handle:
        return continues(handle, place)


def _open(path: Path) -> BinaryIO:
    """Open a regular file. A pipe would block for ever, so it is refused."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise BadRequest(f"{path} is no ordinary file; name one with a post on each line")
    return os.fdopen(handle, "rb")


def read_lines_of(handle: BinaryIO, place: Place, now: datetime) -> Batch:
    """Read at most MAX_LINES lines, or MAX_BYTES, from a place on; the handle ends where it did."""
    handle.seek(place.offset)
    seen: list[Observation] = []
    malformed: list[str] = []
    number, offset, more = place.line, place.offset, True
    while number - place.line < MAX_LINES and offset - place.offset < MAX_BYTES:
        raw, whole = _next_line(handle)
        what = _understood(raw, place, offset, now)
        if not raw or (not whole and not isinstance(what, Observation)):
            more = False  # the end, or a line that is still being written
            break
        if isinstance(what, Observation):
            seen.append(what)
        elif what:
            malformed.append(f"line {number + 1}: {what}")
        offset = handle.tell()
        # A complete post without a newline yet: its line ends when the newline comes.
        number += 1 if whole else 0
        if not whole:
            more = False
            break
    moved = moved_to(handle, place, offset, number, now)
    handle.seek(offset)
    return Batch(tuple(seen), moved.spell(), more, malformed=tuple(malformed))


def _next_line(handle: BinaryIO) -> tuple[bytes, bool]:
    """The next line, and whether it has its end. An over-long one is passed over piece by piece."""
    line = handle.readline(MAX_LINE_BYTES + 1)
    piece = line
    while piece and not piece.endswith(b"\n") and len(line) > MAX_LINE_BYTES:
        piece = handle.readline(MAX_LINE_BYTES)
    return line, piece.endswith(b"\n")


def _understood(raw: bytes, place: Place, offset: int, now: datetime) -> Observation | str:
    """The post on a line, "" for a blank one, or what is wrong with it."""
    if not raw.strip(b" \t\r\n\xef\xbb\xbf"):
        return ""
    try:
        seen = read_line(raw.rstrip(b"\r\n"), seen_at=now)
    except ValueError as error:
        return str(error)
    old = offset < place.backlog and seen.post.created_at < place.since
    return replace(seen, seen_at=now, backfill=seen.backfill or old)
