"""The files that a configuration names: what is wrong in each, and where one is not there, on
which line it is named."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from config.document import ANY, Document
from config.guidance import GuidanceRefused, read_guidance
from config.problems import Problem, counted, shown

MOST_FILES = 20  # looked at; a configuration that names more is refused for that by itself
_TRIPWIRES, _GUIDANCE = ("safety", "tripwires"), ("safety", "guidance")


def problems_in(document: Document, folder: Path) -> tuple[Problem, ...]:
    """Every problem of the files that a configuration names, whatever else is wrong in it.

    document  as it was read; what has another shape than it should is left to its own check.
    folder    where the configuration lies, and its files beside it.
    """
    texts = islice(document.texts(_GUIDANCE, _TRIPWIRES, (*_TRIPWIRES, ANY)), MOST_FILES)
    named = [(at, folder / name) for at, name in texts]
    found, there = [], []
    for at, path in named:
        if (why := _why_unreadable(path)) is None:
            there.append((at, path))
        else:
            what = f"{shown(path.name) or 'the file'} cannot be read: {why}"
            found.append(document.problem(at, what, "Check the path and its rights"))
    found += _of_tripwires([path for at, path in there if at != _GUIDANCE])
    return (*found, *_of_guidance(path for at, path in there if at == _GUIDANCE))


def count_of(problems: Iterable[Problem], warnings: Iterable[Problem]) -> str:
    """How much there is to be mended, and in which files: `3 problems, 1 warning in a and b.`"""
    wrong, warned = list(problems), list(warnings)
    files = list(dict.fromkeys(one.file for one in (*wrong, *warned)))
    where = " and ".join(filter(None, (", ".join(files[:-1]), *files[-1:])))
    parts = [counted(len(wrong), "problem")] if wrong else []
    parts += [counted(len(warned), "warning")] if warned else []
    return f"{', '.join(parts)} in {where}."


def _why_unreadable(path: Path) -> str | None:
    """Why a file cannot be opened; None: it can be, or is none, which its own check says."""
    try:
        if not path.exists() or path.is_file():
            path.open("rb").close()
    except OSError as error:
        return error.strerror or "it cannot be opened"
    except ValueError:
        return "this is no path"
    return None


def _of_tripwires(paths: list[Path]) -> Iterator[Problem]:
    if not paths:
        return
    # Only now: to import this is slow, and every command passes here.
    from listener.ownwires import TripwiresRefused, own_tripwires

    try:
        own_tripwires(paths)
    except TripwiresRefused as refused:
        names = [path.name for path in paths]
        for one in sorted(refused.mistakes, key=lambda one: (names.index(one.file), one.line)):
            yield Problem(one.file, one.line, "", one.what, one.remedy)


def _of_guidance(paths: Iterable[Path]) -> Iterator[Problem]:
    for path in paths:
        try:
            read_guidance(path)
        except GuidanceRefused as refused:
            where, _, said = str(refused).partition(": ")
            what, _, remedy = said.partition(". ")
            yield Problem(where.rpartition(":")[0], 1, "", what, remedy)
