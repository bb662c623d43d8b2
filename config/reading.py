"""From a path to a parsed document, or to the one reason why it cannot be read."""

import re
import stat
import tomllib
from pathlib import Path
from typing import NoReturn

from config.document import Document
from config.positions import TooComplex, positions
from config.problems import ConfigProblems, Problem, one_line

MAX_BYTES = 1_048_576  # a thousand teams fit; more is a wrong path

_AT = re.compile(r"\(at line (\d+), column (\d+)\)")
_CURLY = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb"  # of word processors
_SYNTAX = (  # how tomllib begins a complaint → ours; its own may quote the file
    ("Expected '=' after a key", "a key without =", 'Write key = "value"'),
    ("Expected newline or end", "more on this line than one value", "Put text in quotes"),
    (
        "Invalid value",
        "no value that TOML knows",
        "Put text in quotes, or close the list above with ]",
    ),
    ("Invalid statement", "neither a key, a [table] nor a # comment", 'Write key = "value"'),
    ("Invalid initial character", "no key that TOML knows", "Put an unusual key in quotes"),
    ("Invalid date", "no such date or time", 'Write for example "09:00"'),
    ("Illegal character", "a text that does not end on its line", "Close the quotes"),
    ("Unterminated string", "a text that does not end", "Close the quotes"),
    ("Expected \"'", "a text that does not end", "Close the quotes"),
    ("Expected '\"'", "a text that does not end", "Close the quotes"),
    ("Expected \"'''\"", "a text that does not end", "Close the quotes"),
    ("Unescaped '\\'", "a \\ that means nothing", "Use single quotes, or write \\\\"),
    ("Invalid hex", "a \\u without its digits", "Use single quotes, or write \\\\"),
    ("Escaped character", "a \\u that is no character", "Use single quotes, or write \\\\"),
    ("Unclosed array", "a list that does not end", "Close it with ]"),
    ("Unclosed inline table", "a { that does not end", "Close it with } on the same line"),
    ("Expected ']", "a table's head that does not end", "Close its brackets"),
    ("Found invalid character", "an invisible character", "Remove it, or type the line again"),
    ("Cannot declare", "a table that is declared twice", "Join the two, or use [[...]]"),
    ("Cannot overwrite", "a key that is given twice", "Remove one of them"),
    ("Duplicate inline", "a key that is given twice", "Remove one of them"),
    ("Cannot mutate", "a table that is already complete", "Put all its keys in one place"),
    ("Cannot redefine", "a table that is already complete", "Put all its keys in one place"),
)


def read(path: Path) -> Document:
    """Read and parse a configuration file. Raises ConfigProblems, always with one problem."""
    text = _text(path)
    try:
        lines = positions(text)
        tree = tomllib.loads(text)
    except TooComplex as error:
        _refuse(path, error.line, str(error), "Write the file more simply")
    except RecursionError:
        _refuse(path, 1, "it is nested too deeply", "Write the file more simply")
    except ValueError as error:
        _refuse(path, *_syntax(str(error), text))
    return Document(one_line(str(path)), tree, lines)


def _refuse(path: Path, line: int, what: str, remedy: str) -> NoReturn:
    raise ConfigProblems([Problem(one_line(str(path)), line, "", what, remedy)]) from None


def _text(path: Path) -> str:
    raw = _bytes(path)
    if len(raw) > MAX_BYTES:
        _refuse(path, 1, "the file is larger than 1 MiB", "Name a tocsin.toml")
    try:
        return raw.decode("utf-8-sig")  # some editors write a byte order mark
    except UnicodeDecodeError as error:
        # Decoded with a BOM, positions count from behind it; it holds no line break.
        line = raw[: error.start].count(b"\n") + 1
        _refuse(path, line, "this is not UTF-8 text", "Save the file as UTF-8")


def _bytes(path: Path) -> bytes:
    try:
        # Asked before it is opened: a pipe or a device could block, or never end.
        if not stat.S_ISREG(path.stat().st_mode):
            _refuse(path, 1, "this is not a file", "Name a tocsin.toml, not a folder or device")
        with path.open("rb") as handle:
            return handle.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _refuse(path, 1, "there is no such file", "Make one with: tocsin init")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not one"
        _refuse(path, 1, f"the file cannot be read: {reason}", "Mend that, or name another")


def _syntax(message: str, text: str) -> tuple[int, str, str]:
    """Line, what and remedy of the parser's complaint."""
    at = _AT.search(message)
    line = int(at[1]) if at else text.rstrip("\n").count("\n") + 1
    if at and _is_curly(message, text.split("\n")[line - 1], int(at[2])):
        return line, "this is not TOML: these are not the quotes it knows", 'Write straight ones: "'
    for start, what, remedy in _SYNTAX:
        if message.startswith(start):
            return line, f"this is not TOML: {what}", remedy
    return line, "this is not TOML", "Compare the line with docs/configuration.md"


def _is_curly(message: str, written: str, column: int) -> bool:
    """Whether a curly quote stands where the parser stopped, or for one that ends the line."""
    if message.startswith("Illegal character"):
        return any(mark in written for mark in _CURLY)
    return message.startswith("Invalid") and written[column - 1 : column] in tuple(_CURLY)
