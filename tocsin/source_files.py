"""What is wrong with the files and folders that sources read from, told before anything runs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from config import SourceSettings
from config.document import Document
from config.problems import Problem
from listener import collectors
from listener.on_disk import Flaw

READ = "path"  # the setting that names a file which somebody else writes
EMPTIED = ("spool", "folder")  # those that name a folder from which is taken what was read


def flaws(sources: Sequence[SourceSettings], now: datetime) -> Iterator[tuple[int, Flaw]]:
    """Each flaw with the place of its source; what two of them share stands with the second."""
    shared = _shared(sources)
    for index, source in enumerate(sources):
        yield from ((index, flaw) for flaw in collectors.flaws_of(source, now))
        yield from ((index, flaw) for flaw in shared.get(index, ()))


def problems(
    document: Document, sources: Sequence[SourceSettings], now: datetime
) -> tuple[list[Problem], list[Problem]]:
    """What keeps a source from being heard, and what may come right by itself."""
    wrong: list[Problem] = []
    passing: list[Problem] = []
    for index, flaw in flaws(sources, now):
        told = document.problem(("sources", index, flaw.setting), flaw.what, flaw.remedy)
        (passing if flaw.passes else wrong).append(told)
    return wrong, passing


def _shared(sources: Sequence[SourceSettings]) -> Mapping[int, Sequence[Flaw]]:
    """Two sources that empty one folder take each other's posts away; of one file that two read,
    posts may be heard twice."""
    seen: dict[Path, int] = {}
    found: dict[int, list[Flaw]] = {}
    for index, source in enumerate(sources):
        for setting, path in _paths(source):
            first = seen.setdefault(path, index)
            if first != index:
                found.setdefault(index, []).append(_used_by(sources[first], setting, path))
    return found


def _used_by(other: SourceSettings, setting: str, path: Path) -> Flaw:
    name = f'source "{other.name}" reads {path} as well'
    if setting == READ:
        remedy = "Remove one of the two, unless each reads other columns or another brand's posts"
        return Flaw(setting, f"{name}: what stands there is heard twice", remedy, passes=True)
    lost = "each would take away what the other has not read"
    return Flaw(setting, f"{name}: {lost}", "Give each a folder of its own")


def _paths(source: SourceSettings) -> Iterator[tuple[str, Path]]:
    for setting in (READ, *EMPTIED):
        value = getattr(source, setting, None)
        if isinstance(value, Path):
            try:
                yield setting, value.expanduser().resolve()
            except (OSError, RuntimeError, ValueError):
                continue  # said where the path itself is looked at
