"""Words of a user's `[never]` so short that they silence rules of ours altogether."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from listener.safety import Tripwires
from listener.wires import EVERY, LANGUAGES, SELF_HARM, WORDS, Rule, sections, silences

SHOWN_CHARS = 60  # of a rule of ours

# A rule that is one word, or a choice of single words.
_BARE = re.compile(r" (?:\(\?:[^ ()]+\)|[^ ()\[\]]+) ")


@dataclass(frozen=True, slots=True)
class Hushed:
    """A line of a user's that keeps rules of ours from ever ringing.

    source  its "file:line"; words: what it silences wherever it stands.
    kind    of danger, rule: the first of our rules that it silences, as it is written.
    others  how many more of our rules it silences.
    """

    source: str
    words: tuple[str, ...]
    kind: str
    rule: str
    others: int

    def __str__(self) -> str:
        words = " and ".join(f'"{word}"' for word in self.words)
        more = f" and {self.others} more of our rules" if self.others else ""
        alone = "alone silences" if len(self.words) == 1 else "alone silence"
        return (
            f"{self.source}: {words} {alone} our rule [{self.kind}] {self.rule}{more}"
            " altogether. Write the whole phrase that is harmless"
        )


def hushed_altogether(tripwires: Tripwires) -> tuple[Hushed, ...]:
    """Return the bare words below `[never]` without which a rule of ours cannot ring, in the order
    of the files' languages and lines."""
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
        if silent:
            rule, line = silent[0]
            yield Hushed(one.source, tuple(sorted(one.needs)), rule.name, line, len(silent) - 1)


def _is_silent(rule: Rule, never: Rule) -> bool:
    """Whether a rule holds one of these words wherever it rings."""
    meant = never.name in (EVERY, rule.name) and (never.name != EVERY or rule.name != SELF_HARM)
    return meant and bool(rule.needs) and rule.needs <= never.needs


def _written(lang: str) -> Iterator[str]:
    """Our rules of a language as they are written, in the order in which they are tried."""
    for name, lines in sections(lang).items():
        if name != WORDS and silences(name) is None:
            for line in lines:
                shown = line.replace("!{", "{")
                yield shown if len(shown) <= SHOWN_CHARS else f"{shown[:SHOWN_CHARS]}…"
