"""Packed answers, unpacked a bounded piece at a time."""

import zlib
from collections.abc import Iterable, Iterator

PIECE = 65_536  # bytes decoded at once, so that a bomb is stopped within one piece of its limit


def unzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip, one member after another, never more than PIECE at once.

    Raises zlib.error where it is damaged, EOFError where it is cut short.
    """
    unpacker, started = zlib.decompressobj(zlib.MAX_WBITS | 16), False
    for chunk in chunks:
        waiting, piece = chunk, b""
        # A full piece may have more behind it, even when all input is consumed.
        while waiting or len(piece) == PIECE:
            if unpacker.eof:
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            started = True
            piece = unpacker.decompress(waiting, PIECE)
            yield piece
            waiting = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            if unpacker.eof and not waiting:
                break
    if started and not unpacker.eof:
        raise EOFError
