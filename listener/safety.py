"""Tripwires: what a person must see at once, whatever else a post says.

Danger to life, injury, fire, food, law, regulator, press, a leak of personal data, discrimination.
Conservative on purpose: a figure of speech ("this deal is fire") or something that did not happen
("nobody was hurt") must not ring at night. The rules themselves are in `tripwires.txt`, and for
other languages in files of their own, which are read when the first post in one is met.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from listener.cuetext import ENGLISH, MAX_JUDGED_CHARS, CueText, read
from listener.folding import fold
from listener.identify import UNKNOWN
from listener.unnamed import unnamed, whole_words
from listener.wires import (
    LANGUAGES,
    LOOK_BACK,
    SELF_HARM,
    WORDS,
    Rule,
    Wires,
    needed_in,
    rules_of,
    sections,
    wired,
    wires_of,
)

NOTHING: Mapping[str, tuple[Rule, ...]] = {}
MISTAKABLE_WORDS = 12  # different ones; the language of so few is often taken for its neighbour
TELLING_LETTERS = 4  # of a word for which a text is read as another language; "la" tells nothing
BORDER_CHARS = 200  # of a long text's end that are read with its beginning too

# Kinds of danger that have befallen somebody; what is threatened with (law, press) is none.
FACTS = frozenset({"danger to life", "fire", "injury", "food", "data leak", "discrimination"})
_SUPPOSED = frozenset(("could", "would", "might", "may", "can", "will", "if", "risk", "hazard"))


@dataclass(frozen=True, slots=True)
class Danger:
    """A kind of danger that a text tells.

    words      what was said; a quotation of a stranger.
    hushed_by  "file:line" of the user's own phrase that keeps it from ringing; "": it rings.
    """

    kind: str
    words: str
    hushed_by: str = ""

    @property
    def befell(self) -> bool:
        """Whether it tells what has happened, and not what might or is threatened with."""
        if self.hushed_by or self.kind not in FACTS:
            return False
        return _SUPPOSED.isdisjoint(self.words.lower().split())


class Tripwires:
    """The tripwires of every language, with a user's own. Safe to share between threads."""

    def __init__(
        self,
        own: Mapping[str, tuple[Rule, ...]] = NOTHING,
        never: Mapping[str, tuple[Rule, ...]] = NOTHING,
    ) -> None:
        """own, never: a user's rules, and what never rings, by language."""
        self._own, self._never = own, never
        self._made: dict[str, Wires] = {}
        self._tongues: dict[str, tuple[str, ...]] = {}  # of the words that rules need

    @property
    def own_kinds(self) -> tuple[str, ...]:
        """Kinds of danger that only the user's files know, in their order: perhaps mistyped."""
        kinds = dict.fromkeys(rule.name for rules in self._own.values() for rule in rules)
        known = {rule.name for rule in ENGLISH_WIRES.rules} | {SELF_HARM}
        return tuple(kind for kind in kinds if kind not in known)

    def of(self, lang: str) -> Wires:
        """Return the rules of one of `LANGUAGES`."""
        if lang not in self._made:
            shipped = ENGLISH_WIRES if lang == "en" else wires_of(lang)
            own, never = self._own.get(lang, ()), self._never.get(lang, ())
            self._made[lang] = shipped.with_own(own, never) if own or never else shipped
        return self._made[lang]

    def dangers_of(self, text: str, lang: str, terms: tuple[str, ...] = ()) -> tuple[Danger, ...]:
        """Return the dangers that a text tells, one of each kind.

        It is read as English, which stands in posts of every language, and as its own. The
        language of a few words is often mistaken: they are read as every one that has a rule which
        needs a word of theirs. Of a long text the beginning and the end, MAX_JUDGED_CHARS of each.
        terms: names of the brands that it names, between whose neighbours a phrase runs on
        (`listener.unnamed`); not for self-harm, of which every part of Tocsin must think alike.
        """
        told: dict[str, Danger] = {}
        parts = _ends_of(text)
        for one in ("en",) if lang == "en" else self._likely(parts, lang):
            wires = self.of(one)
            for part in parts:
                for danger in _found(read(part, wires.spelling), wires, terms):
                    if danger.kind not in told or told[danger.kind].hushed_by:
                        told[danger.kind] = danger
        return tuple(told.values())

    def _likely(self, parts: tuple[str, ...], lang: str) -> list[str]:
        """The languages as which a text that is not in English is read, its own first."""
        words = {word for part in parts for word in _RAW.findall(_raw(part))}
        known = lang in LANGUAGES
        english = self.of("en")
        # Most have no word that an English rule needs, and are not read a second time for nothing.
        idle = known and not english.always and english.needed_by.keys().isdisjoint(words)
        read_as = [] if idle else ["en"]
        if len(words) <= MISTAKABLE_WORDS or lang == UNKNOWN:
            tongues = self._tongues or self._all_tongues()
            folded = _RAW.findall(fold(parts[0][:MAX_JUDGED_CHARS]))
            read_as += sorted({one for word in folded for one in tongues.get(word, ())} - {lang})
        return [lang, *read_as] if known else read_as

    def _all_tongues(self) -> dict[str, tuple[str, ...]]:
        """The languages whose rules need a word, for each of these words."""
        tongues: dict[str, tuple[str, ...]] = {}
        for lang in sorted(LANGUAGES - {"en"}):
            own = (word for rule in self._own.get(lang, ()) for word in rule.needs)
            for word in needed_in(lang).union(own):
                if len(word) < TELLING_LETTERS:
                    continue
                tongues[word] = (*tongues.get(word, ()), lang)
        self._tongues = tongues
        return tongues


def dangers_of(text: str, lang: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds of danger that a text tells, once each, and the words that say so."""
    return ((danger.kind, danger.words) for danger in SHIPPED.dangers_of(text, lang))


def tripped(text: CueText) -> Iterator[tuple[str, str]]:
    """Yield the kind of danger and the words that say so, once for each kind, in English."""
    return ((danger.kind, danger.words) for danger in _found(text, ENGLISH_WIRES))


def _ends_of(text: str) -> tuple[str, ...]:
    """The beginning of a text and, where it goes on, its end: many tell the worst last."""
    if len(text) <= MAX_JUDGED_CHARS:
        return (text,)
    # Both hold what stands across the border between them.
    start = max(MAX_JUDGED_CHARS - BORDER_CHARS, len(text) - MAX_JUDGED_CHARS)
    whole_word = text.find(" ", start, start + BORDER_CHARS)
    return text, text[max(start, whole_word) :]


def _raw(text: str) -> str:
    return _QUOTE.sub("", text[:MAX_JUDGED_CHARS].lower())


_RAW = re.compile(r"[^\W\d_]+")
_QUOTE = re.compile("['’]")


def _found(text: CueText, wires: Wires, terms: tuple[str, ...] = ()) -> Iterator[Danger]:
    words = text.each
    needed_by = wires.needed_by
    numbers = {number for word in words & needed_by.keys() for number in needed_by[word]}
    rules = [wires.rules[number] for number in sorted(numbers | wires.always)]
    if words.isdisjoint(wires.persons):
        rules = [rule for rule in rules if not rule.personal]
    rules = [rule for rule in rules if rule.may_hold(words)]
    if not rules:
        return iter(())
    # Clause by clause first; a phrase may also run on over a comma ("refused, because I am deaf").
    readings = [f"{text.parts}. "]  # many leave out the last stop
    if len(text.parts) != len(text.words):
        readings.append(f"{text.words}. ")
    told: dict[str, Danger] = {}  # kinds that rang, or were kept from it
    for rule in rules:
        known = told.get(rule.name)
        if known and not known.hushed_by:
            continue
        for reading in readings:
            place = _happened(rule, wires, reading)
            if place:
                told[rule.name] = Danger(rule.name, text.quote(*place[:2]), place[2])
                break
    rest = [rule for rule in rules if rule.name not in told and rule.name != SELF_HARM]
    bare = unnamed(text, terms, wires.spelling) if rest else ()
    for danger in _between_names(rest, wires, text, bare) if bare else ():
        told.setdefault(danger.kind, danger)
    return iter(told.values())


def _between_names(
    rules: list[Rule], wires: Wires, text: CueText, readings: tuple[str, ...]
) -> Iterator[Danger]:
    """The dangers that are told where the brands' names are left out; a user's phrase that never
    rings may hold the name."""
    for rule in rules:
        for reading in readings:
            place = _happened(rule, wires, f"{reading}. ")
            if place:
                first, after = whole_words(reading.replace(" ,", ""), *place[:2], text)
                start, end = text.place(first, after)
                never = wires.hushed_by(rule.name, f"{text.words}. ", start, end)
                by = place[2] or (never.source if never else "")
                if by or not never:
                    yield Danger(rule.name, text.quote_words(first, after), by)
                break


def _happened(rule: Rule, wires: Wires, words: str) -> tuple[int, int, str] | None:
    """Return where a rule holds and is not taken back, as a place in the text without commas, and
    which phrase of the user's keeps it from ringing."""
    hushed: tuple[int, int, str] | None = None
    pattern = rule.pattern
    if pattern.search(words) is None:  # most rules that have their word hold nowhere
        return None
    for found in pattern.finditer(words):
        if wires.taken_back(words, found.start(), found.end()):
            continue
        start = found.start() - 2 * words.count(",", 0, found.start())
        end = found.end() - 2 * words.count(",", 0, found.end())
        by = wires.hushed_by(rule.name, words, found.start(), found.end())
        if by is None:
            return start, end, ""
        if by.source:
            hushed = start, end, by.source
    return hushed


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


def _taken_back(words: str, start: int, _end: int) -> bool:
    before = words[max(0, start - LOOK_BACK) : start]
    if _NOBODY.search(before):
        return True
    if words[start + 1 : words.index(" ", start + 1)] in _SUBJECTS:
        return False  # "if this is not fixed somebody will die"
    return bool(_NOT.search(before)) and not _NOT_ONLY.search(before)


_SUBJECT_WORDS = (
    "i we you he she they somebody someone people my our your his her their the this it"
)
_SUBJECTS = frozenset(_SUBJECT_WORDS.split())

# --- the rules in English ---

_WRITTEN = sections("en")
_LISTS = dict(line.split(" = ", 1) for line in _WRITTEN.pop(WORDS))
_PERSONS = frozenset(
    re.findall(
        r"\w+",
        _LISTS["kin"]
        + _LISTS["staff"]
        + " i my me we us our you your yours customer customers passenger passengers patient"
        " patients product store filing reporting contacting complaining",
    )
)
_RULES, _NEVER = rules_of(_WRITTEN, _LISTS, _NEGATORS)
ENGLISH_WIRES = replace(
    wired(_RULES, _PERSONS, _taken_back, ENGLISH), never=_NEVER, lists=_LISTS, negators=_NEGATORS
)
SHIPPED = Tripwires()
