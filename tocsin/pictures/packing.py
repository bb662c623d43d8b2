"""The same PNG in fewer bytes: what draws it packs in haste, to a third of what a chat takes well.

Chunks as in "Portable Network Graphics (PNG) Specification", section 5; pixels stay as they are.
"""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TIGHTEST = 9


def repacked(png: bytes) -> bytes:
    """The picture with its pixels packed anew. Raises ValueError for what is no PNG."""
    if not png.startswith(SIGNATURE):
        raise ValueError("no PNG")
    made, pixels = [SIGNATURE], b""
    for name, content in _chunks(png):
        if name == b"IDAT":
            pixels += content
        elif name == b"IEND":
            whole = zlib.decompress(pixels)
            made += [_chunk(b"IDAT", zlib.compress(whole, TIGHTEST)), _chunk(name, content)]
        else:
            made.append(_chunk(name, content))
    return b"".join(made)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
