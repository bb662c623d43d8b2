"""What keeps a source from the file or folder that it is set up with, found before it is started.

A module of `listener/collectors/` that reads from this machine offers `flaws_of(settings, now)`;
`tocsin check` and `tocsin doctor` tell what it finds.
"""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from listener.collector import Batch, SourceError


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing to be mended on this machine.

    setting  that names the file or folder, or that has to be changed.
    passes   True: it may come right by itself, or costs a part only; what is there is heard.
    """

    setting: str
    what: str
    remedy: str
    passes: bool = False


def of_file(setting: str, path: Path) -> Iterator[Flaw]:
    """Why a file that somebody else writes cannot be read; one that is not there may still come."""
    try:
        yield from _of_file(setting, path)
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        yield Flaw(setting, "this is no path", "Name an ordinary file")


def _of_file(setting: str, path: Path) -> Iterator[Flaw]:
    if not _is_there(path.parent):
        what = f"there is no folder {path.parent}"
        yield Flaw(setting, what, "Make it, or look at the spelling", passes=True)
    elif not os.access(path.parent, os.X_OK):
        yield Flaw(setting, f"the folder {path.parent} may not be looked into", _RIGHT)
    elif not path.exists():
        what = f"there is no file {path}"
        yield Flaw(setting, what, "It is read as soon as it is there; look at the spelling", True)
    elif not stat.S_ISREG(path.stat().st_mode):
        kind = "a folder" if path.is_dir() else "no ordinary file"
        yield Flaw(setting, f"{path} is {kind}", "Name the file itself, with a post on each line")
    elif not os.access(path, os.R_OK):
        yield Flaw(setting, f"{path} may not be read", _RIGHT)


def of_folder(setting: str, folder: Path, *, parents: bool = False) -> Iterator[Flaw]:
    """Why nothing can be kept in a folder, or taken away from it.

    parents  whether the folders above it are made with it.
    """
    try:
        yield from _of_folder(setting, folder, parents)
    except (OSError, ValueError):
        yield Flaw(setting, "this is no path", "Name a folder that is Tocsin's alone")


def _of_folder(setting: str, folder: Path, parents: bool) -> Iterator[Flaw]:
    if _is_there(folder):
        if not folder.is_dir():
            yield Flaw(setting, f"{folder} is no folder", "Name a folder that is Tocsin's alone")
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield Flaw(setting, f"{folder} cannot be written to", _RIGHT)
        return
    above = folder.parent
    while parents and above != above.parent and not _is_there(above):
        above = above.parent
    if not _is_there(above):
        yield Flaw(setting, f"there is no folder {above}", "Make it with mkdir -p, or name another")
    elif not os.access(above, os.W_OK | os.X_OK):
        what = f"there is no folder {folder}, and {above} cannot be written to"
        yield Flaw(setting, what, "Make it, and give the account that runs Tocsin the right to it")


def of_lines(setting: str, path: Path, read: Callable[[], Batch]) -> Iterator[Flaw]:
    """What is wrong in a file that can be opened: all of it, or some lines of its beginning.

    read  its first batch, as the source would.
    """
    try:
        batch = read()
    except SourceError as error:
        yield Flaw(setting, _without_name(str(error)), "")
        return
    except OSError as error:
        yield Flaw(setting, f"{path} cannot be read: {error.strerror}", _RIGHT)
        return
    bad = batch.malformed
    if not bad:
        return
    total = len(bad) + len(batch.observations)
    many = f"{len(bad)} of its first {total} posts" if total > 1 else "its only post"
    what = f"{path.name}: {many} would be left out; {bad[0]}"
    yield Flaw(setting, what, "Mend the file, or the settings", len(bad) < total)


def _without_name(text: str) -> str:
    """An error of a source begins with its name, which is said by itself."""
    head, _, rest = text.partition(": ")
    return rest if head.startswith("source ") and rest else text


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:  # somebody else's folder on the way: it is there, and closed to us
        return True


_RIGHT = "Give the account that runs Tocsin the right to"
