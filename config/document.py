"""One `tocsin.toml` as it was read: its values, its lines, and how to speak of a place in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from config.positions import Path
from config.problems import Problem, one_line, shown

ONE_OF = {
    "brands": "brand",
    "people": "person",
    "teams": "team",
    "functions": "function",
    "policies": "policy",
    "channels": "channel",
    "sources": "source",
}
ANY = "*"  # in a pattern: every element of a list, every value of a table


@dataclass(frozen=True)
class Document:
    """A parsed file.

    file   as it is called in messages.
    tree   what `tomllib` made of it; of any shape, for nothing has been checked yet.
    lines  where each key path stands.
    """

    file: str
    tree: Mapping[str, object]
    lines: Mapping[Path, int]

    def problem(self, path: Path, what: str, remedy: str) -> Problem:
        """Something wrong at a path; what has no line of its own stands at its table's."""
        return Problem(one_line(self.file), self.line(path), self.where(path), what, remedy)

    def line(self, path: Path) -> int:
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def where(self, path: Path) -> str:
        """Name a place as its reader would: `team "care", lead`."""
        match path:
            case ("teams", int(), "owners", str(topic)):
                return f'owner of topic "{shown(topic) or "…"}"'
            case ("teams", int(), "causes", str(topic)):
                return f'cause of topic "{shown(topic) or "…"}"'
            case ("teams", int(), "about", str(topic)):
                return f'what topic "{shown(topic) or "…"}" is about'
            case (str(table), int(index), *rest) if table in ONE_OF:
                inner = _dotted(tuple(rest))
                return self._table(table, index) + (f", {inner}" if inner else "")
        return _dotted(path)

    def _table(self, table: str, index: int) -> str:
        entry = next((value for _, value in self.find((table, index))), None)
        if isinstance(entry, Mapping):
            name = shown(entry.get("name")) or shown(entry.get("kind"))
            if name:
                return f'{ONE_OF[table]} "{name}"'
        return f"{ONE_OF[table]} {index + 1}"

    def find(self, pattern: Path) -> Iterator[tuple[Path, object]]:
        """Every value whose path fits a pattern, in order; what has another shape is left out."""
        yield from _find(self.tree, pattern, ())

    def texts(self, *patterns: Path) -> Iterator[tuple[Path, str]]:
        """Every text whose path fits one of the patterns."""
        for pattern in patterns:
            for path, value in self.find(pattern):
                if isinstance(value, str):
                    yield path, value

    def names(self, table: str) -> list[str]:
        """The names that an array of tables declares; a source's or channel's may be its kind."""
        found = []
        for _, entry in self.find((table, ANY)):
            if isinstance(entry, Mapping):
                name = entry.get("name", entry.get("kind"))
                found += [name] if isinstance(name, str) else []
        return found


def _find(value: object, pattern: Path, at: Path) -> Iterator[tuple[Path, object]]:
    if not pattern:
        yield at, value
        return
    head, rest = pattern[0], pattern[1:]
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, Mapping):
        inner = value.items() if head == ANY else [(head, value[head])] if head in value else ()
    elif isinstance(value, list | tuple):
        if head == ANY:
            inner = enumerate(value)
        elif isinstance(head, int) and head < len(value):
            inner = [(head, value[head])]
    for key, one in inner:
        yield from _find(one, rest, (*at, key))


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f" {part + 1}"
        else:
            text += f"{'.' if text else ''}{shown(part) or '…'}"
    return text
