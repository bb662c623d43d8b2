"""JSON from strangers: read within limits, or refuse in one sentence that repeats none of it."""

import json
import re
from typing import NoReturn

MAX_DEPTH = 64  # levels; no platform nests deeper, and a deeper text only costs a recursion
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
# A lone half of a surrogate pair cannot be stored as UTF-8, and NUL ends strings in C.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class TooDeep(ValueError):
    """A JSON text is nested deeper than is read."""

    def __init__(self) -> None:
        super().__init__(f"it is nested deeper than {MAX_DEPTH} levels")


def parse_json(raw: bytes | str) -> object:
    """Return the value of a JSON text (RFC 8259).

    Bytes that are not UTF-8 are read as U+FFFD, so that one broken byte costs one character.
    Raises ValueError for anything that is not JSON, for NaN and infinities, for a number of
    thousands of digits, and for a text nested deeper than MAX_DEPTH.
    """
    text = raw.decode(errors="replace") if isinstance(raw, bytes) else raw
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise TooDeep
    try:
        value: object = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"it is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise TooDeep from None
    return value


def decoded(line: bytes) -> str:
    """A line that a person or their program wrote, as text. Raises ValueError, and never guesses:
    a garbled name or word would be kept for good, and what is saved again can be read whole.
    """
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise ValueError("this is not UTF-8 text; save the file as UTF-8") from None


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD; everything else is kept."""
    if text.isprintable():  # neither of them is, and this is asked ten times of every post
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"it is not JSON: {constant} is no number")


def _depth(text: str) -> int:
    """The deepest nesting, counted without recursion; brackets inside strings do not count."""
    depth = deepest = 0
    for token in _TOKEN.finditer(text):
        first = token.group()[0]
        if first in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in "]}":
            depth -= 1
    return deepest
