"""Tripwires: what a person must see at once, whatever else a post says.

Danger to life, injury, fire, food, law, regulator, press, a leak of personal data, discrimination.
Conservative on purpose: a figure of speech ("this deal is fire") or something that did not happen
("nobody was hurt") must not ring at night. The rules themselves are in `tripwires.txt`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from listener.cuetext import CueText, read

GAP_WORDS = 4  # how many words a `~` stands for at most
OPTIONAL_WORDS = 2  # and a `[…]`


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule ready to be tried.

    personal  it counts only where somebody speaks of themselves, the reader or a customer.
    needs     words of which the text must have one; empty: none.
    """

    name: str
    personal: bool
    needs: frozenset[str]
    pattern: re.Pattern[str]


def dangers_of(text: str, lang: str) -> Iterator[tuple[str, str]]:
    """Yield what `tripped` finds in a text, as English and as its own language."""
    yield from tripped(read(text))


def tripped(text: CueText) -> Iterator[tuple[str, str]]:
    """Yield the kind of danger and the words that say so, once for each kind."""
    words = frozenset(text.words.split())
    # Clause by clause first; a phrase may also run on over a comma ("refused, because I am deaf").
    readings = dict.fromkeys((f"{text.parts}. ", f"{text.words}. "))  # many leave out the last stop
    impersonal = words.isdisjoint(_PERSONS)
    numbers = {number for word in words & _NEEDED_BY.keys() for number in _NEEDED_BY[word]}
    told: set[str] = set()
    for rule in (_RULES[number] for number in sorted(numbers | _ALWAYS)):
        if rule.name in told or (impersonal and rule.personal):
            continue
        place = next((place for read in readings if (place := _happened(rule, read))), None)
        if place:
            told.add(rule.name)
            yield rule.name, text.quote(*place)


def _happened(rule: _Rule, words: str) -> tuple[int, int] | None:
    """Return where a rule holds and is not taken back, as a place in the text without commas."""
    for found in rule.pattern.finditer(words):
        if not _taken_back(words, found.start()):
            start = found.start() - 2 * words.count(",", 0, found.start())
            return start, found.end() - 2 * words.count(",", 0, found.end())
    return None


# --- what did not happen ---

# "not" close before a phrase, or "nobody" as its subject, takes it back within the sentence.
_NEGATORS = (
    "(?:no|not|never|without|isnt|wasnt|arent|werent|wont|didnt|doesnt|dont|havent|hasnt|wouldnt|"
    "neither|nor|zero|aint|hardly|nobody|none)"
)
_NOT = re.compile(rf" {_NEGATORS}(?: [^ .,;:!?]+){{0,2}}$")
_NOBODY = re.compile(
    r" (?:nobody|none|no one|no injuries|luckily no|thankfully no)(?: [^ .,;:!?]+){0,5}$"
)
_NOT_ONLY = re.compile(
    r" (?:not|dont|didnt) (?:only|just|even|care|know|believe)(?: [^ .,;:!?]+){0,2}$"
)
_LOOK_BACK = 60  # characters before a phrase that are looked at


def _taken_back(words: str, start: int) -> bool:
    before = words[max(0, start - _LOOK_BACK) : start]
    if _NOBODY.search(before):
        return True
    if words[start + 1 : words.index(" ", start + 1)] in _SUBJECTS:
        return False  # "if this is not fixed somebody will die"
    return bool(_NOT.search(before)) and not _NOT_ONLY.search(before)


_SUBJECT_WORDS = (
    "i we you he she they somebody someone people my our your his her their the this it"
)
_SUBJECTS = frozenset(_SUBJECT_WORDS.split())

# --- from a written rule to a pattern ---

# Kinds that are also the stuff of news and politics: they count where somebody speaks of
# themselves, of the reader, of a customer, or says what they are about to do.
_PERSONAL_KINDS = frozenset({"law", "regulator", "press", "data leak", "discrimination"})

_ANCHOR = re.compile(r"!\{([^{}]*)\}")
_LIST = re.compile(r"<(\w+)>")


_SIGNS = {
    "{": "(?:",
    "}": ")",
    "[": "(?:(?:",
    "]": f") ){{0,{OPTIONAL_WORDS}}}",
    ".": "[.,;:]",  # whatever ends a clause
    "~": f"(?:(?!{_NEGATORS} )[^ .,;:!?]+ ){{0,{GAP_WORDS}}}",
}


def _compile(name: str, line: str) -> _Rule:
    anchor = _ANCHOR.search(line)
    needs = anchor.group(1).split("|") if anchor else []
    personal = name in _PERSONAL_KINDS and not line.startswith("*")
    line = (
        line.removeprefix("*")
        .replace("!{}", "")
        .strip()
        .replace("!{", "{")
        .replace("] ", "]")
        .replace("~ ", "~")
    )
    line = _LIST.sub(lambda found: _LISTS[found.group(1)], line)
    pattern = "".join(_SIGNS.get(c) or (c if c in " |" else re.escape(c)) for c in line)
    end = "" if line.endswith("]") else " "
    wanted = frozenset(need.split()[0] for need in needs if need)
    return _Rule(name, personal, wanted, re.compile(f" {pattern}{end}"))


def _sections(text: str) -> dict[str, list[str]]:
    """Read `[name]` headings with the lines below them, indented lines joined to the one before."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[] "), [])
        elif line.startswith(" "):
            lines[-1] += ("" if lines[-1].endswith("|") else " ") + line.strip()
        elif line and not line.startswith("#"):
            lines.append(line)
    return sections


_WRITTEN = _sections(Path(__file__).with_name("tripwires.txt").read_text(encoding="utf-8"))
_LISTS = dict(line.split(" = ", 1) for line in _WRITTEN.pop("words"))
_RULES = tuple(_compile(name, line) for name, lines in _WRITTEN.items() for line in lines)
_ALWAYS = frozenset(number for number, rule in enumerate(_RULES) if not rule.needs)
_NEEDED_BY: dict[str, list[int]] = {}  # word → the rules that cannot hold without it or its like
for _number, _rule in enumerate(_RULES):
    for _word in _rule.needs:
        _NEEDED_BY.setdefault(_word, []).append(_number)

_PERSONS = frozenset(
    re.findall(
        r"\w+",
        _LISTS["kin"]
        + _LISTS["staff"]
        + " i my me we us our you your yours customer customers passenger passengers patient"
        " patients product store filing reporting contacting complaining",
    )
)
