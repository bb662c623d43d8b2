"""How a group of telling phrases is written down; the groups are in `cues_for` and `cues_against`.

Phrases are written in the spelling of `cue_text`: no apostrophes, `0` for a number, `money` for a
sum, `@` for a mention, `link` for a link, marks as words. A comma parts phrases; `{a|b}` stands for
either, `{a|}` for "a" or nothing; `<while>` for a stretch of time, `<some>` for a small number.
A phrase inside a longer one that was found does not count ("happy" in "not happy").

A weight is in log-odds: what the first phrase of a group adds; a second one adds half of it,
further ones nothing. Weights are multiples of 0.1, judged from what each group means and checked
against several public sets; no value was fitted.
"""

from dataclasses import dataclass

_SHORTHANDS = {
    "<while>": "{minute|minutes|hour|hours|day|days|week|weeks|month|months|year|years}",
    "<some>": "{0|a|an|one|two|three|four|five|six|several|many|few}",
}


# Not compared by value: to hash its hundreds of phrases takes longer than to find one of them.
@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """A group of phrases that speak for a complaint (weight above 0.0) or against one.

    shown  whether it is named among the reasons and counts fully in a long text; small words, which
           every long text has, do neither.
    """

    name: str
    weight: float
    phrases: tuple[str, ...]
    shown: bool = True


def wordset(written: str) -> frozenset[str]:
    """Read words as they are written in a file, with blanks between them."""
    return frozenset(written.split())


def cue(name: str, weight: float, phrases: str, *, shown: bool = True) -> Cue:
    """Make a group from its phrases as they are written in a file."""
    for short, long in _SHORTHANDS.items():
        phrases = phrases.replace(short, long)
    templates = filter(None, (part.strip() for part in phrases.split(",")))
    spelled = dict.fromkeys(phrase for template in templates for phrase in spell_out(template))
    return Cue(name, weight, tuple(spelled), shown)


def spell_out(template: str) -> tuple[str, ...]:
    """Return every phrase that a template stands for; choices may be nested."""
    spelled, _ = _options(template, 0)
    return tuple(dict.fromkeys(" ".join(phrase.split()) for phrase in spelled))


def _options(template: str, at: int) -> tuple[list[str], int]:
    """Spell out the options from a place on, up to the brace that ends them; and where that is."""
    done: list[str] = []
    option = [""]
    while at < len(template) and template[at] != "}":
        if template[at] == "|":
            done += option
            option = [""]
        elif template[at] == "{":
            inner, at = _options(template, at + 1)
            option = [before + after for before in option for after in inner]
        else:
            option = [before + template[at] for before in option]
        at += 1
    return done + option, at
