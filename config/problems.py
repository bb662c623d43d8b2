"""What is wrong with a configuration, said so that a person can mend it and no secret gets out."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel

    from config.document import Document
    from config.positions import Path

MAX_SHOWN = 12  # known names in one message
MAX_COMPARED = 500  # known names that are looked through for the nearest
_TYPED = re.compile(r"[\w@#/~.][\w .'&/#@!+-]{0,63}")
_WORDS = re.compile(r"[^\W_]+")
_LONGEST_WORD = 18  # a longer unbroken run of letters and digits may be a token


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: `line` counts from 1; `remedy` says what to do about it."""

    file: str
    line: int
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        end = "" if self.what.endswith((".", "?", "!")) else "."
        return one_line(f"{self.file}:{self.line}: {where}{self.what}{end} {self.remedy}".rstrip())


class ConfigProblems(Exception):
    """All that is wrong with a configuration, in the order of its lines; never empty.

    document  what was read all the same, so that the files it names can be looked at too; None:
              it could not be parsed.
    parts     the channels, and of tables with a mistake the rest where it is whole by itself, each
              by its place in the file: so that these can be looked at too.
    """

    def __init__(
        self,
        problems: Iterable[Problem],
        document: "Document | None" = None,
        parts: "Mapping[Path, BaseModel] | None" = None,
    ) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.line, p.where, p.what)))
        self.document = document
        self.parts = parts or {}
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def counted(many: int, noun: str) -> str:
    """`1 problem`, `1,200 problems`."""
    return f"{many:,} {noun}{'' if many == 1 else 's'}"


def one_line(text: str) -> str:
    """Text without line breaks, control or invisible characters; they are shown as escapes."""
    return "".join(
        c if unicodedata.category(c)[0] not in "CZ" or c == " " else f"\\u{{{ord(c):x}}}"
        for c in text
    )


def shown(value: object) -> str | None:
    """The value where it may be repeated in a message, else None.

    A name, word or short path may be; what looks like a token, a key or an address with a password
    may not, because people paste secrets into the wrong field.
    """
    if not isinstance(value, str) or not _TYPED.fullmatch(value):
        return None
    words = _WORDS.findall(value)
    if any(len(word) > _LONGEST_WORD for word in words):
        return None
    if len(value) >= 24 and sum(c.isdigit() for c in value) >= 8:
        return None
    return value


def no_such(kind: str, name: str, known: Iterable[str], most: int = MAX_SHOWN) -> tuple[str, str]:
    """What and remedy for a name that is not declared: the known ones, and the nearest."""
    may = shown(name)
    what = f'no {kind} named "{may}"' if may else f"no {kind} of that name"
    return what, which(name, known, most=most) or f"No {kind} is declared yet"


def which(name: str, known: Iterable[str], label: str = "Known", most: int = MAX_SHOWN) -> str:
    """`Known: ada, bob. Did you mean "ada"?`, or "" where nothing is known.

    most  of them that are named; of more only that there are more.
    """
    names = list(dict.fromkeys(n for n in islice(known, MAX_COMPARED) if shown(n)))
    if not names:
        return ""
    more = " and more" if len(names) > most else ""
    listed = f"{label}: {', '.join(sorted(names)[:most])}{more}."
    near = nearest(name, names)
    return f'{listed} Did you mean "{near}"?' if near else listed


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant, whatever its case, or None."""
    folded = {one.casefold(): one for one in known}
    close = get_close_matches(name[:100].casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None
