"""Where one record of a CSV file ends and the next begins, also where a quotation mark is wrong."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

MAX_RECORD_BYTES = 1024 * 1024  # fifty times the longest text we keep
MAX_RECORD_LINES = 2_000  # a quotation mark that is never closed must not swallow the file
MAX_COLUMNS = 1_000
SURE = 20  # lines in a row with the right columns: no cell that is still being written holds them


class Lines(Protocol):
    """An open file, as far as it is needed here."""

    def tell(self) -> int: ...

    def seek(self, offset: int, /) -> int: ...

    def readline(self, most: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Record:
    """What a read found; the handle stands behind it.

    raw    its bytes, with its end.
    whole  its quotation marks are even and its line has an end.
    torn   a quotation mark in it is never closed, and what comes after it is read by itself.
    scanned  bytes that were looked at to find its end; more than its own where it is torn.
    """

    raw: bytes
    whole: bool
    torn: bool = False
    scanned: int = 0


def fields_of(record: str, delimiter: str) -> list[str]:
    """The fields of one record. Raises ValueError, which repeats none of it."""
    rows = csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=True)
    try:
        fields = next(rows, [])
    except csv.Error:
        raise ValueError(
            "its fields cannot be told apart; are its quotation marks right?"
        ) from None
    if len(fields) > MAX_COLUMNS:
        raise ValueError(f"more than {MAX_COLUMNS} columns")
    return fields


def next_record(
    handle: Lines, delimiter: str, columns: int | None = None, *, settled: bool = False
) -> Record:
    """The next record; at most MAX_RECORD_BYTES and a line are read for it.

    columns  of the header; None: it is the header that is read.
    settled  nobody writes the file any more, so that an open quotation mark stays open.
    One whose quotation mark is never closed ends before the next line that has as many columns.
    """
    begins = handle.tell()
    lines, is_even, is_over = _gather(handle)
    raw = b"".join(lines)
    ended = raw.endswith(b"\n")
    if len(lines) == 1 and len(raw) > MAX_RECORD_BYTES and not ended:
        return _passed_over(handle, raw)
    fits = is_even and (len(lines) == 1 or _width(raw, delimiter) in range((columns or 0) + 1))
    if columns is not None and len(lines) > 1 and not fits:
        sure = (is_even and ended) or is_over or settled
        at = _next_fitting(lines, delimiter, columns, sure=sure)
        if at is not None:
            return _torn(handle, begins, lines[:at], len(raw))
    if is_over:
        return _torn(handle, begins, lines[:1], len(raw))
    return Record(raw, is_even and ended, scanned=len(raw))


def _gather(handle: Lines) -> tuple[list[bytes], bool, bool]:
    """The lines until the quotation marks are even, whether they are, and whether they are not
    although it is too long for any record."""
    lines: list[bytes] = []
    marks = size = 0
    while line := handle.readline(MAX_RECORD_BYTES + 1):
        lines.append(line)
        marks, size = marks + line.count(b'"'), size + len(line)
        if marks % 2 == 0 or not line.endswith(b"\n"):
            return lines, marks % 2 == 0, False
        if len(lines) >= MAX_RECORD_LINES or size > MAX_RECORD_BYTES:
            return lines, False, True
    return lines, marks % 2 == 0, False


def _passed_over(handle: Lines, raw: bytes) -> Record:
    """A line that is far too long: read to its end, and none of it is kept."""
    while (piece := handle.readline(MAX_RECORD_BYTES)) and not piece.endswith(b"\n"):
        pass
    return Record(raw[:MAX_RECORD_BYTES] + b"\n", piece.endswith(b"\n"), scanned=len(raw))


def _torn(handle: Lines, begins: int, lines: list[bytes], scanned: int) -> Record:
    raw = b"".join(lines)
    handle.seek(begins + len(raw))
    return Record(raw, whole=True, torn=True, scanned=scanned)


def _next_fitting(lines: list[bytes], delimiter: str, columns: int, *, sure: bool) -> int | None:
    """Which line is a record by itself; `sure` where one is enough, else SURE in a row."""
    fits = _fits(lines, delimiter, columns)
    if sure:
        return next((at for at, one in fits if one), None)
    run = 0
    for at, one in fits:
        run = run + 1 if one else 0
        if run == SURE and columns > 1:  # of one column every line of a long answer has as many
            return at - SURE + 1
    return None


def _fits(lines: list[bytes], delimiter: str, columns: int) -> Iterator[tuple[int, bool]]:
    for at, line in enumerate(lines[1:], start=1):
        yield (
            at,
            line.endswith(b"\n") and _width(line, delimiter) == columns and line.strip() != b"",
        )


def _width(raw: bytes, delimiter: str) -> int:
    """How many columns it has; -1: they cannot be told apart. No encoding changes the marks."""
    try:
        return len(fields_of(raw.decode("latin-1"), delimiter))
    except ValueError:
        return -1
