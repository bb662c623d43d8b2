"""A user's own tripwires: read from files, checked line by line, added to those that we ship.

Whatever stands in such a file, no post becomes slow to judge by it: how often a rule may be tried
in one place is bounded, and a rule beyond that is refused.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from listener.cuetext import read
from listener.safety import ENGLISH_WIRES, SHIPPED, Tripwires
from listener.wires import (
    GAP_WORDS,
    HEADING,
    LANGUAGES,
    WORDS,
    Rule,
    Wires,
    compile_rule,
    silences,
    spelt,
    wires_of,
)

MAX_BYTES = 256 * 1024
MAX_RULES = 2_000  # of all files together
MAX_RULE_CHARS = 1_500
MAX_WAYS = 800  # how often one place of a text may be tried by one rule; ours stay below
MAX_MISTAKES = 50  # nobody reads further

_LANGUAGE = re.compile(r"language\s*=\s*(\S+)")
_LIST = re.compile(r"<(\w*)>")
_GROUP = re.compile(r"([{\[])([^{}\[\]]*)([}\]])")
_SIGNS = frozenset(("0", "@", ".", "..", ",", "!", "?"))
_NO_BLANKS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a file; `line` counts from 1, `remedy` says what to do about it."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}. {self.remedy}"


class TripwiresRefused(ValueError):
    """A file of tripwires cannot be used; `mistakes` names everything that is wrong in them."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, mistakes)))


@dataclass(frozen=True, slots=True)
class _Line:
    section: str
    number: int
    text: str


def own_tripwires(paths: Sequence[Path]) -> Tripwires:
    """Read a user's files. Without any, what we ship. Raises TripwiresRefused."""
    if not paths:
        return SHIPPED
    rules: dict[str, tuple[Rule, ...]] = {}
    never: dict[str, tuple[Rule, ...]] = {}
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            _take(path, rules, never, mistakes)
        except TripwiresRefused as refused:
            mistakes += refused.mistakes
    if not mistakes and sum(map(len, (*rules.values(), *never.values()))) > MAX_RULES:
        what = f"there are more than {MAX_RULES:,} rules in all files"
        mistakes.append(Mistake(paths[-1].name, 1, what, "Write fewer: {a|b} joins several"))
    if mistakes:
        raise TripwiresRefused(mistakes[:MAX_MISTAKES])
    return Tripwires(rules, never)


def _take(
    path: Path,
    rules: dict[str, tuple[Rule, ...]],
    never: dict[str, tuple[Rule, ...]],
    mistakes: list[Mistake],
) -> None:
    lang, lines = _lines(path.name, _text(path), mistakes)
    wires = ENGLISH_WIRES if lang == "en" else wires_of(lang)
    lists = dict(wires.lists)
    for line in lines:
        wrong = (
            _list_of(line, lists, wires) if line.section == WORDS else _wrong(line, lists, wires)
        )
        if wrong:
            mistakes.append(Mistake(path.name, line.number, *wrong))
        elif line.section != WORDS:
            into = rules if silences(line.section) is None else never
            into[lang] = (*into.get(lang, ()), _rule(path.name, line, lists, wires))


def _text(path: Path) -> str:
    """The text of a file, or one mistake that says why it is none."""
    try:
        if path.exists() and not path.is_file():
            raise _refused(path, "this is no file", "Name a text file")
        with path.open("rb") as stream:
            found = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, TripwiresRefused):
            raise
        why = error.strerror if isinstance(error, OSError) else "this is no path"
        raise _refused(path, f"it cannot be read: {why}", "Check the path and its rights") from None
    if len(found) > MAX_BYTES:
        raise _refused(path, f"it is larger than {MAX_BYTES // 1024} kB", "Split or shorten it")
    if found.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _refused(path, "it begins with a byte order mark", "Save it as UTF-8 without one")
    if b"\x00" in found:
        raise _refused(path, "it holds bytes that are no text", "Name a text file")
    try:
        return found.decode()
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        raise _refused(path, "it is not UTF-8", "Save it as UTF-8", line) from None


def _refused(path: Path, what: str, remedy: str, line: int = 1) -> TripwiresRefused:
    return TripwiresRefused([Mistake(path.name, line, what, remedy)])


def _lines(file: str, text: str, mistakes: list[Mistake]) -> tuple[str, list[_Line]]:
    """Its language, and its rules with the line on which each begins."""
    lang, section = "en", ""
    lines: list[_Line] = []
    for number, line in enumerate(text.splitlines(), 1):
        wrong = None
        if not line.strip() or line.startswith("#"):
            continue
        if heading := HEADING.fullmatch(line.strip()):
            section = " ".join(heading.group(1).lower().split())
            wrong = _wrong_section(section)
        elif line[0] in " \t" and lines and lines[-1].section == section:
            last = lines[-1]
            joint = "" if last.text.endswith("|") else " "
            lines[-1] = replace(last, text=last.text + joint + line.strip())
        elif said := _LANGUAGE.fullmatch(line.strip()):
            lang = said.group(1) if said.group(1) in LANGUAGES else "en"
            if said.group(1) not in LANGUAGES:
                wrong = (
                    "no tripwires are in that language",
                    f"Known: {', '.join(sorted(LANGUAGES))}",
                )
            elif section:
                wrong = "the language stands below a heading", "Put it at the head of the file"
        elif not section:
            wrong = "this rule stands under no heading", "Write for example [fire] above it"
        else:
            lines.append(_Line(section, number, line.strip()))
        if wrong:
            mistakes.append(Mistake(file, number, *wrong))
    return lang, lines


def _wrong_section(section: str) -> tuple[str, str] | None:
    kind = silences(section) or section
    if not re.fullmatch(r"[^\W_][\w -]{0,39}", kind):
        return "a heading is at most 40 letters, digits, blanks and -", "Write a shorter one"
    return None


def _list_of(line: _Line, lists: dict[str, str], wires: Wires) -> tuple[str, str] | None:
    name, equals, words = (part.strip() for part in line.text.partition("="))
    if (
        not equals
        or not re.fullmatch(r"\w{1,40}", name)
        or not re.fullmatch(r"\{[^{}\[\]<>~*]+\}", words)
    ):
        return "this is no list of words", "Write for example parts = {valve|hose|burner}"
    if name in wires.lists:
        return f'a list "{name}" is there already', "Give yours another name"
    lists[name] = spelt(words, wires.spelling)
    return _wrong_words(words[1:-1], wires)


def _wrong(line: _Line, lists: Mapping[str, str], wires: Wires) -> tuple[str, str] | None:
    """What is wrong with a rule and how to mend it; None: nothing."""
    if len(line.text) > MAX_RULE_CHARS:
        return f"the rule is longer than {MAX_RULE_CHARS:,} characters", "Make several of it"
    text = line.text.removeprefix("*").strip()
    for name in _LIST.findall(text):
        if name not in lists:
            known = ", ".join(sorted(set(lists) - {"not", "nobody", "late", "because", "persons"}))
            return f"there is no list <{name}>", f"Known: {known or 'none'}"
    text = _spread(text.replace("!{", "{"), lists)
    rest = _GROUP.sub(" ", text)
    if any(sign in rest for sign in "{}[]<>") or any(
        {"{": "}", "[": "]"}[found.group(1)] != found.group(3) for found in _GROUP.finditer(text)
    ):
        return (
            "a bracket is not closed, or stands in another one",
            "Write {a|b} or [a|b], one by one",
        )
    if any(not one.strip() for group in _GROUP.finditer(text) for one in group.group(2).split("|")):
        return "a choice is empty", "Remove the | that has nothing beside it"
    if "|" in rest:
        return "a | stands outside of brackets", "Write {a|b}"
    wrong = _wrong_words(re.sub(r"[{}\[\]|~]", " ", text), wires)
    if wrong:
        return wrong
    must = _GROUP.sub(lambda found: " " if found.group(1) == "[" else found.group(), text)
    if not re.search(r"[^\W\d_]{3}", must):
        return "the rule asks for no word", "Write at least one of three letters or more"
    if _ways(text) > MAX_WAYS:
        return "the rule leaves too much open", "Use fewer ~ and [ ], or make several rules of it"
    return None


def _spread(text: str, lists: Mapping[str, str]) -> str:
    """A rule with its lists written out: a choice of their own, or more choices of a bracket."""
    parts = re.split(r"([{}\[\]]|<\w*>)", text)
    inside = False
    for place, part in enumerate(parts):
        if part in ("{", "["):
            inside = True
        elif part in ("}", "]"):
            inside = False
        elif part.startswith("<"):
            words = lists[part[1:-1]]
            parts[place] = words.strip("{}") if inside else words
    return "".join(parts)


def _wrong_words(text: str, wires: Wires) -> tuple[str, str] | None:
    if _NO_BLANKS.search(text):
        return "this script does not part its words", "Write rules for scripts with blanks only"
    for word in text.replace("|", " ").split():
        as_read = read(word, wires.spelling).words.strip()
        if word not in _SIGNS and as_read != spelt(word, wires.spelling):
            shown = as_read or "nothing"
            return (
                f"no post holds {_quoted(word)} as one word",
                f"Write it as posts are read: {_quoted(shown)}",
            )
    return None


def _quoted(word: str) -> str:
    return '"' + "".join(c for c in word[:40] if c.isprintable()) + '"'


def _ways(text: str) -> int:
    """How many ways one place of a text may be tried at most."""
    ways: int = (GAP_WORDS + 1) ** min(text.count("~"), MAX_WAYS)
    for found in _GROUP.finditer(text):
        choices = [one.split() for one in found.group(2).split("|")]
        nested = max(_nested(one, choices) for one in choices)
        ways *= nested if found.group(1) == "{" else 1 + nested + nested**2
        if ways > MAX_WAYS:
            break
    return ways


def _nested(one: list[str], choices: Sequence[list[str]]) -> int:
    """How many of the choices are the beginning of one: all of them may fit in one place."""
    return sum(one[: len(other)] == other for other in choices)


def _rule(file: str, line: _Line, lists: Mapping[str, str], wires: Wires) -> Rule:
    kind = silences(line.section)
    text = spelt(line.text.removeprefix("*").strip(), wires.spelling)
    anchored = text if "!{" in text else _anchored(text)
    made = compile_rule(line.section if kind is None else kind, anchored, lists, wires.negators)
    return replace(made, personal=False, source=f"{file}:{line.number}")


def _anchored(text: str) -> str:
    """Mark the group or word without which the rule cannot hold, so that few posts are looked at:
    that of the longest words."""
    marked = max(_parts(text), key=lambda part: min(map(len, part[1])), default=None)
    if marked is None:
        return text
    (start, end), words = marked
    return f"{text[:start]}!{{{'|'.join(words)}}}{text[end:]}"


def _parts(text: str) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """What a rule must hold, with its place: a choice of words, or a word outside of brackets."""
    for found in re.finditer(r"\{([^{}\[\]<>]+)\}|\[[^\]]*\]|\{[^}]*\}|<\w+>|[^\W\d_]+", text):
        if found.group().startswith("{") and found.group(1):
            yield found.span(), found.group(1).split("|")
        elif found.group()[0].isalpha():
            yield found.span(), [found.group()]
