"""Words of a user's `[never]` so short that they silence rules of ours, or everyday dangers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from listener.safety import SHIPPED, Tripwires
from listener.wires import EVERY, LANGUAGES, SELF_HARM, WORDS, Rule, sections, silences

SHOWN_CHARS = 60  # of a rule of ours

# A rule that is one word, or a choice of single words.
_BARE = re.compile(r" (?:\(\?:[^ ()]+\)|[^ ()\[\]]+) ")


# What people say every day of each danger; a bare word that silences one silences many posts.
EVERYDAY = {
    "en": (
        "my charger caught fire",
        "my oven is on fire",
        "the kettle exploded in my hand",
        "the kettle filled the kitchen with smoke",
        "smoke was coming out of the oven",
        "I got an electric shock",
        "I burned my hand",
        "my son was injured by your driver",
        "my daughter ended up in hospital",
        "I had an allergic reaction",
        "there was glass in my food",
        "I got food poisoning",
        "there is a gas leak",
        "someone could have been killed",
        "the brakes failed",
        "my lawyer will contact you",
        "I will report you to the ombudsman",
        "I am going to the press",
        "you leaked my personal data",
        "I want to die.",
    ),
    "de": ("Mein Akku hat Feuer gefangen.", "Ich bekam einen Stromschlag.", "Der Akku brennt."),
    "fr": ("Le chargeur a pris feu.", "Il y a une odeur de gaz."),
    "es": ("El cargador se incendió.", "Hay una fuga de gas."),
    "it": ("Il caricatore ha preso fuoco.", "C'è una fuga di gas."),
    "pt": ("O carregador pegou fogo.", "Há um vazamento de gás."),
}


@dataclass(frozen=True, slots=True)
class Hushed:
    """A line of a user's that keeps rules of ours from ringing.

    source  its "file:line"; words: what it silences wherever it stands.
    kind    of danger, rule: the first of our rules that it silences altogether, as it is written;
            "" where it silences none altogether.
    others  how many more of our rules it silences altogether.
    touched how many of our rules hold one of its words.
    example an everyday sentence that rings no longer; "": none that we know.
    """

    source: str
    words: tuple[str, ...]
    kind: str
    rule: str
    others: int
    touched: int = 0
    example: str = ""

    def __str__(self) -> str:
        words = " and ".join(f'"{word}"' for word in self.words)
        one = len(self.words) == 1
        touches = f"alone {'touches' if one else 'touch'} {self.touched} of our rules"
        if self.rule:
            more = f" and {self.others} more of our rules" if self.others else ""
            silences = "silences" if one else "silence"
            done = f"alone {silences} our rule [{self.kind}] {self.rule}{more} altogether"
            touches = done + (f", and touches {self.touched}" if self.touched > 1 else "")
        lost = f': "{self.example}" rings no longer' if self.example else ""
        return f"{self.source}: {words} {touches}{lost}. Write the whole phrase that is harmless"


def hushed_altogether(tripwires: Tripwires) -> tuple[Hushed, ...]:
    """Return the bare words below `[never]` without which a rule of ours cannot ring, or that keep
    an everyday danger from it, in the order of the files' languages and lines."""
    return tuple(found for lang in sorted(LANGUAGES) for found in _of(tripwires, lang))


def _of(tripwires: Tripwires, lang: str) -> Iterator[Hushed]:
    wires = tripwires.of(lang)
    bare = [one for one in wires.never if one.source and _BARE.fullmatch(one.written)]
    if not bare:
        return
    shipped = [one for one in wires.rules if not one.source]
    written = list(zip(shipped, _written(lang), strict=True))
    for one in bare:
        silent = [(rule, line) for rule, line in written if _is_silent(rule, one)]
        example = _example(tripwires, lang, one)
        if silent or example:
            rule, line = silent[0] if silent else (one, "")
            words = tuple(sorted(one.needs))
            touched = sum(_is_touched(rule, one) for rule in shipped)
            others = max(0, len(silent) - 1)
            yield Hushed(one.source, words, rule.name, line, others, touched, example)


def _example(tripwires: Tripwires, lang: str, never: Rule) -> str:
    """The first everyday sentence that rings for us and is kept from it by a user's line alone."""
    for said in EVERYDAY.get(lang, ()):
        rang = any(not one.hushed_by for one in SHIPPED.dangers_of(said, lang))
        now = [one.hushed_by for one in tripwires.dangers_of(said, lang)] if rang else []
        if now and all(by == never.source for by in now):
            return said
    return ""


def _is_touched(rule: Rule, never: Rule) -> bool:
    """Whether a rule may ring by one of these words."""
    words = _WORD.findall(_STEPS.sub("", rule.written))
    return _is_meant(rule, never) and not never.needs.isdisjoint(words)


_WORD = re.compile(r"[^\W_]+")
_STEPS = re.compile(r"\(\?!\(\?:[^()]*\) \)")  # the words that no `~` may step over


def _is_meant(rule: Rule, never: Rule) -> bool:
    return never.name in (EVERY, rule.name) and (never.name != EVERY or rule.name != SELF_HARM)


def _is_silent(rule: Rule, never: Rule) -> bool:
    """Whether a rule holds one of these words wherever it rings."""
    return _is_meant(rule, never) and bool(rule.needs) and rule.needs <= never.needs


def _written(lang: str) -> Iterator[str]:
    """Our rules of a language as they are written, in the order in which they are tried."""
    for name, lines in sections(lang).items():
        if name != WORDS and silences(name) is None:
            for line in lines:
                shown = line.replace("!{", "{")
                yield shown if len(shown) <= SHOWN_CHARS else f"{shown[:SHOWN_CHARS]}…"
