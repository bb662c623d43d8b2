"""From the written rules of the tripwires to patterns; one file a language, written alike."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from listener.cuetext import ENGLISH, Spelling
from listener.language import TONGUES

GAP_WORDS = 4  # how many words a `~` stands for at most
OPTIONAL_WORDS = 2  # and a `[…]`
WORDS, NEVER = "words", "never"  # sections that are no kind of danger
EVERY = ""  # stands for every kind, in what silences
SELF_HARM = "self-harm"  # the one kind that is told to one person only

# Kinds that are also the stuff of news and politics: they count where somebody speaks of
# themselves, of the reader, of a customer, or says what they are about to do.
_PERSONAL_KINDS = frozenset(
    {"law", "regulator", "press", "data leak", "discrimination", "silencing"}
)

HEADING = re.compile(r"\[([^\[\]{}|~<>]+)\]")  # a rule may begin with a bracket too
_ANCHOR = re.compile(r"!\{([^{}]*)\}")
_LIST = re.compile(r"<(\w+)>")

# Arabic letters that posts write one for another, and letters that lose their dot or stroke.
_ARABIC = tuple(zip("أإآىة", "ااايه", strict=True))
_SPELLINGS = {
    "en": ENGLISH,
    "de": Spelling({}, letters=(("ae", "a"), ("oe", "o"), ("ue", "u"))),
    "fr": Spelling({}, elides=True),
    "it": Spelling({}, elides=True),
    "pl": Spelling({}, letters=(("ł", "l"),)),
    "tr": Spelling({}, letters=(("ı", "i"),)),
    "ar": Spelling({}, letters=_ARABIC),
    **dict.fromkeys(("es", "nl", "pt"), Spelling({})),
}
LANGUAGES = frozenset(_SPELLINGS)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to be tried.

    name      the kind of danger; of what never rings: the kind it silences, "" for every kind.
    personal  it counts only where somebody speaks of themselves, the reader or a customer.
    needs     words of which the text must have one; empty: none.
    written   its pattern, which is made when it is first tried: few of the hundreds ever are.
    source    "file:line" of a user's own rule.
    line      as it was written, but for the signs that its pattern does not need.
    """

    name: str
    personal: bool
    needs: frozenset[str]
    written: str
    source: str = ""
    line: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        """What is looked for among a text's words."""
        return _compiled(self.written)

    def may_hold(self, words: frozenset[str]) -> bool:
        """Whether a text of these words has what the rule asks for, in whatever order: told in a
        hundredth of the time that its pattern takes, and most posts have not."""
        for some in _asked(self.line):  # noqa: SIM110  no generator: it is asked for each post
            if words.isdisjoint(some):
                return False
        return True


@cache
def _compiled(written: str) -> re.Pattern[str]:
    return re.compile(written)


@cache
def _asked(line: str) -> tuple[frozenset[str], ...]:
    """Sets of words, of each of which a text must have one for a rule's line to hold; the smallest,
    which most texts lack, first."""
    return tuple(sorted(_wanted(line), key=len))


def _wanted(line: str) -> list[frozenset[str]]:
    """The same of a line or of a part of one; of what may be left out nothing is asked."""
    if len(_apart(line, "|")) > 1:
        return []
    wanted = []
    for part in _apart(line, " "):
        if part.isalnum():
            wanted.append(frozenset((part,)))
        elif part.startswith("{") and _closes(part):
            ways = [_wanted(way) for way in _apart(part[1:-1], "|")]
            if all(ways):
                wanted.append(frozenset().union(*(min(way, key=len) for way in ways)))
    return wanted


def _apart(line: str, sign: str) -> list[str]:
    """A line parted where a sign stands in no bracket."""
    parts, depth = [""], 0
    for letter in line:
        depth += (letter in "{[") - (letter in "}]")
        if letter == sign and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _closes(part: str) -> bool:
    """Whether a bracket that begins a part is closed at its end: `{a|b}`, but not `{a|b}s`."""
    depth = 0
    for at, letter in enumerate(part):
        depth += (letter in "{[") - (letter in "}]")
        if depth == 0:
            return at == len(part) - 1
    return False


# Not compared by value: there is one for each language.
@dataclass(frozen=True, slots=True, eq=False)
class Wires:
    """The tripwires of a language.

    always     numbers of the rules that need no word; `needed_by` the others, by word.
    persons    words without which a personal rule is not tried.
    taken_back whether a rule that was found at words[start:end] did not happen.
    never      phrases that ring nothing, whatever rule they trip.
    lists      of words, by which a user's rules may be written too; negators: no `~` steps over.
    """

    spelling: Spelling
    rules: tuple[Rule, ...]
    always: frozenset[int]
    needed_by: Mapping[str, tuple[int, ...]]
    persons: frozenset[str]
    taken_back: Callable[[str, int, int], bool]
    never: tuple[Rule, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)
    negators: str = ""

    def hushed_by(self, kind: str, words: str, start: int, end: int) -> Rule | None:
        """Return what silences a kind of danger that was found at words[start:end]."""
        for rule in self.never:
            # Nothing keeps a sign of self-harm from its person but a phrase written for it.
            if rule.name != kind and (rule.name != EVERY or kind == SELF_HARM):
                continue
            for found in rule.pattern.finditer(words):
                # Both begin and end with a blank, which two neighbours share.
                if found.start() < end - 1 and start < found.end() - 1:
                    return rule
        return None

    def with_own(self, rules: tuple[Rule, ...], never: tuple[Rule, ...]) -> "Wires":
        """The same with a user's own rules behind those that we ship."""
        together = wired((*self.rules, *rules), self.persons, self.taken_back, self.spelling)
        return replace(
            together, never=(*self.never, *never), lists=self.lists, negators=self.negators
        )


def wired(
    rules: tuple[Rule, ...],
    persons: frozenset[str],
    taken_back: Callable[[str, int, int], bool],
    spelling: Spelling,
) -> Wires:
    """Make a language's tripwires of its rules."""
    needed_by: dict[str, tuple[int, ...]] = {}
    for number, rule in enumerate(rules):
        for word in rule.needs:
            needed_by[word] = (*needed_by.get(word, ()), number)
    always = frozenset(number for number, rule in enumerate(rules) if not rule.needs)
    return Wires(spelling, rules, always, needed_by, persons, taken_back)


def compile_rule(name: str, line: str, lists: Mapping[str, str], negators: str) -> Rule:
    """Make a rule of its line. `negators`: a pattern of the words that no `~` may step over."""
    signs = {
        "{": "(?:",
        "}": ")",
        "[": "(?:(?:",
        "]": f") ){{0,{OPTIONAL_WORDS}}}",
        ".": "[.,;:]",  # whatever ends a clause
        "~": f"(?:(?!{negators} )[^ .,;:!?]+ ){{0,{GAP_WORDS}}}",
    }
    anchor = _ANCHOR.search(line)
    needs = anchor.group(1).split("|") if anchor else []
    personal = name in _PERSONAL_KINDS and not line.startswith("*")
    line = line.removeprefix("*").replace("!{}", "").strip().replace("!{", "{")
    joined = _listed(line.replace("] ", "]").replace("~ ", "~"), lists)
    pattern = "".join(signs.get(c) or (c if c in " |" else re.escape(c)) for c in joined)
    end = "" if joined.endswith(("]", "~")) else " "
    wanted = frozenset(need.split()[0] for need in needs if need)
    return Rule(name, personal, wanted, f" {pattern}{end}", line=_listed(line, lists))


def _listed(line: str, lists: Mapping[str, str]) -> str:
    """A line with its lists for their names."""
    return _LIST.sub(lambda found: lists[found.group(1)], line)


def sections(lang: str) -> dict[str, list[str]]:
    """Read `[name]` headings with the lines below them, indented lines joined to the one before."""
    file = "tripwires.txt" if lang == "en" else f"tripwires_{lang}.txt"
    read: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines():
        if heading := HEADING.fullmatch(line):
            lines = read.setdefault(heading.group(1), [])
        elif line.startswith(" "):
            lines[-1] += ("" if lines[-1].endswith("|") else " ") + line.strip()
        elif line and not line.startswith("#"):
            lines.append(line)
    return read


def silences(section: str) -> str | None:
    """Return the kind that a section silences, "" for every kind; None: it is none of `never`."""
    if section == NEVER:
        return EVERY
    kind = section.removeprefix(f"{NEVER} ")
    return kind if kind != section else None


def rules_of(
    written: Mapping[str, Iterable[str]], lists: Mapping[str, str], negators: str
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Make the rules of a language's sections, and the phrases that never ring."""
    rules = tuple(
        compile_rule(name, line, lists, negators)
        for name, lines in written.items()
        if name != WORDS and silences(name) is None
        for line in lines
    )
    never = tuple(
        compile_rule(kind, line, lists, negators)
        for name, lines in written.items()
        if (kind := silences(name)) is not None
        for line in lines
    )
    return rules, never


# --- languages other than English ---

LOOK_BACK = 60  # characters before a phrase that are looked at
_NEAR = 3  # words between a "not" and what it takes back
_FAR = 5  # the same of a "nobody"
_AFTER = 1  # words between a phrase and a "not" that follows it


@cache
def wires_of(lang: str) -> Wires:
    """Return the tripwires of one of `LANGUAGES` but English; read when it is first met."""
    spelling = _spelling(lang)
    written = {
        name: [spelt(line, spelling) for line in lines] for name, lines in sections(lang).items()
    }
    lists = dict(line.split(" = ", 1) for line in written[WORDS])
    negators = f"(?:{lists['not']})"
    rules, never = rules_of(written, lists, negators)
    persons = frozenset(lists.get("persons", "").split())
    made = wired(rules, persons, _taking_back(lists), spelling)
    return replace(made, never=never, lists=lists, negators=negators)


def needed_in(lang: str) -> frozenset[str]:
    """Return the words of which a rule of a language but English needs one, without making the
    rules: a tenth of the time."""
    lines = "\n".join(line for lines in sections(lang).values() for line in lines)
    anchors = spelt("|".join(_ANCHOR.findall(lines)), _SPELLINGS[lang])
    return frozenset(choice.split()[0] for choice in anchors.split("|") if choice.strip())


def _spelling(lang: str) -> Spelling:
    """That of the language's cue phrases, where it has them: a post is read once for both."""
    if lang not in TONGUES:
        return _SPELLINGS[lang]
    from listener.tongue import tongue

    return tongue(lang).spelling


def spelt(line: str, spelling: Spelling) -> str:
    """Bring a written rule to the spelling in which posts of its language are read."""
    line = spelling.plain(line)
    for letters, meant in spelling.letters:
        line = line.replace(letters, meant)
    return line


def _taking_back(lists: Mapping[str, str]) -> Callable[[str, int, int], bool]:
    """Make the check that a "not" before a phrase, or in some languages after it, takes it back."""
    before = re.compile(
        rf" (?:(?:{lists['not']})(?: [^ .,;:!?]+){{0,{_NEAR}}}"
        rf"|(?:{lists['nobody']})(?: [^ .,;:!?]+){{0,{_FAR}}})$"
    )
    # "They did not let me in because of my wheelchair" takes nothing back.
    because = re.compile(rf" (?:{lists['because']}) ") if "because" in lists else None
    late = lists.get("late")
    after = re.compile(rf"(?:[^ .,;:!?]+ ){{0,{_AFTER}}}(?:{late}) ") if late else None

    def taken_back(words: str, start: int, end: int) -> bool:
        reason = because is not None and because.match(words, start)
        if not reason and before.search(words[max(0, start - LOOK_BACK) : start]):
            return True
        return after is not None and after.match(words, end) is not None

    return taken_back
