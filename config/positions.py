"""Where each key of a TOML document stands, which `tomllib` does not tell.

The text is scanned once, without recursion beyond `MAX_DEPTH`, and before `tomllib` sees it: the
limits here keep a hostile file from costing minutes or the whole stack there.
"""

import contextlib
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

Path = tuple[str | int, ...]

MAX_DEPTH = 32  # brackets within brackets, and parts of one dotted key
MAX_VALUES = 50_000  # keys and elements in one file
MAX_BARE = 200  # characters of a number or date

_SPACE = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_BLANKS = re.compile(r"[ \t]*+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]++")
_BARE_VALUE = re.compile(r"[^,\]}#\n]++")
_STRINGS = re.compile(
    r'"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']++|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*+'",
    re.DOTALL,
)


class TooComplex(Exception):
    """The document is nested more deeply, or has more values, than any sensible one."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


class _Stop(Exception):
    """Not TOML from here on; `tomllib` says why."""


def positions(text: str) -> Mapping[Path, int]:
    """Map each key path of a TOML document to the line, from 1, where it stands.

    A table of an array of tables has its index in the path, as has an element of an array:
    `("people", 0, "name")`. Where the text is not TOML the map ends there. Raises TooComplex.
    """
    scanner = _Scanner(text)
    with contextlib.suppress(_Stop):
        scanner.document()
    return scanner.found


class _Scanner:
    """A cursor over the text; `found` grows as it moves."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}  # array of tables → how many so far
        self._ends = list(accumulate(len(line) + 1 for line in text.split("\n")))

    def document(self) -> None:
        table: Path = ()
        while True:
            self._skip(_SPACE)
            if self.at >= len(self.text):
                return
            if self._takes("["):
                table = self._header()
            else:
                self._pair(table, depth=0)
            self._skip(_BLANKS)
            if self.at < len(self.text) and self.text[self.at] not in "\r\n#":
                raise _Stop

    def _header(self) -> Path:
        array = self._takes("[")
        line = self._line()
        *parents, last = self._key()
        path: Path = ()
        for part in parents:
            path = self._newest((*path, part), line)
        path = (*path, last)
        if array:
            self._note(path, line)
            self._tables[path] = self._tables.get(path, -1) + 1
            path = (*path, self._tables[path])
        self._expect("]]" if array else "]")
        self._note(path, line)
        self.found[path] = line  # its own header says more than a mention in a longer one
        return path

    def _newest(self, path: Path, line: int) -> Path:
        """The table that a header's part means: of an array of tables, the last."""
        self._note(path, line)
        return (*path, self._tables[path]) if path in self._tables else path

    def _pair(self, table: Path, depth: int) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, line)
        self._expect("=")
        self._skip(_BLANKS)
        self._value(path, depth)

    def _key(self) -> list[str]:
        parts = [self._part()]
        while self._takes("."):
            if len(parts) == MAX_DEPTH:
                raise TooComplex(self._line(), f"a key of more than {MAX_DEPTH} parts")
            parts.append(self._part())
        return parts

    def _part(self) -> str:
        self._skip(_BLANKS)
        bare = _BARE_KEY.match(self.text, self.at)
        quoted = None if bare else _STRINGS.match(self.text, self.at)
        match = bare or quoted
        if match is None or match[0].startswith(('"""', "'''")):
            raise _Stop
        self.at = match.end()
        self._skip(_BLANKS)
        return match[0] if bare else _unquote(match[0])

    def _value(self, path: Path, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise TooComplex(self._line(), f"brackets nested more than {MAX_DEPTH} deep")
        if self._takes("["):
            self._array(path, depth + 1)
        elif self._takes("{"):
            self._inline_table(path, depth + 1)
        elif (match := _STRINGS.match(self.text, self.at)) is not None:
            self.at = match.end()
        elif (match := _BARE_VALUE.match(self.text, self.at)) is not None:
            if len(match[0].strip()) > MAX_BARE:
                raise TooComplex(self._line(), f"a number of more than {MAX_BARE} characters")
            self.at = match.end()
        else:
            raise _Stop

    def _array(self, path: Path, depth: int) -> None:
        index = 0
        while not self._closes("]"):
            element = (*path, index)
            self._note(element, self._line())
            self._value(element, depth)
            index += 1
            self._skip(_SPACE)
            if not self._takes(","):
                self._expect("]")
                return

    def _inline_table(self, path: Path, depth: int) -> None:
        while not self._closes("}"):
            self._pair(path, depth)
            self._skip(_SPACE)
            if not self._takes(","):
                self._expect("}")
                return

    def _closes(self, bracket: str) -> bool:
        self._skip(_SPACE)
        return self._takes(bracket)

    def _takes(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def _expect(self, token: str) -> None:
        if not self._takes(token):
            raise _Stop

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        assert match is not None  # every such pattern matches nothing as well
        self.at = match.end()

    def _line(self) -> int:
        return bisect_right(self._ends, self.at) + 1

    def _note(self, path: Path, line: int) -> None:
        if len(self.found) >= MAX_VALUES:
            raise TooComplex(line, f"more than {MAX_VALUES} keys and values")
        self.found.setdefault(path, line)


def _unquote(token: str) -> str:
    try:
        return str(tomllib.loads(f"k = {token}")["k"])
    except ValueError:
        raise _Stop from None
