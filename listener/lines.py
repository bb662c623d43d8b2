"""Bytes that come in pieces, cut into the lines that they were written as."""

MAX_LINE_BYTES = 1_048_576


class Lines:
    """Holds the part of a line whose end has not come yet, and never more than `limit` bytes."""

    def __init__(self, limit: int = MAX_LINE_BYTES) -> None:
        self._limit = limit
        self._part = bytearray()
        self._is_too_long = False

    def feed(self, piece: bytes) -> list[bytes | None]:
        """The lines that a piece completes, without their ends (LF or CR LF), in their order.

        An empty line is a sign of life; None stands for a line that was longer than the limit.
        """
        *whole, rest = piece.split(b"\n")
        found = []
        for end in whole:
            self._grow(end)
            found.append(None if self._is_too_long else bytes(self._part).rstrip(b"\r"))
            self._part.clear()
            self._is_too_long = False
        self._grow(rest)
        return found

    @property
    def has_part(self) -> bool:
        """Whether a line was begun and not ended."""
        return bool(self._part) or self._is_too_long

    def _grow(self, more: bytes) -> None:
        if len(self._part) + len(more) > self._limit:
            self._is_too_long = True
            self._part.clear()
        if not self._is_too_long:
            self._part += more
