"""How severe a complaint is, from what it says and threatens, never from how negative it sounds.

How negative a post is says almost nothing about its severity (AUC .54 to .56 against labels by
experts); accusation, blame and escalation can be told. Reach and speed are weighed elsewhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from listener.complaint import Judgement, Verdict, standing
from listener.cues import Cue
from listener.cuetext import read
from listener.language import TONGUES
from listener.safety import SHIPPED, Danger
from listener.tongue import tongue
from listener.wires import SELF_HARM

SAFETY_SEVERITY = 0.9  # a tripwire alone
COMPLAINT_SEVERITY = 0.1  # a complaint that neither blames nor threatens
LEAST_SEVERITY = 0.02  # of one that also praises
MAX_REASONS = 6

# What each group adds to the severity of a complaint, set by hand. Who blames tells what was done,
# by whom and to whom; who has a good word to say as well is milder.
_ADDS = {
    "accusation": 0.25,
    "harm done": 0.2,
    "escalation": 0.2,
    "leaving": 0.1,
    "repeat contact": 0.15,
    "no reply": 0.1,
    "refund and charge": 0.15,
    "blame": 0.1,
    "broken": 0.1,
    "waiting": 0.05,
    "demand": 0.05,
    "service talk": 0.05,
    "own trouble": 0.05,
    "praise": -0.15,
}
_SMALL_WORDS = frozenset(("service talk", "own trouble", "demand"))
_TAKEN_BACK = frozenset(("accusation", "harm done", "escalation"))  # by a "not" before them
_NOT = re.compile(
    r" (?:not|no|never|isnt|wasnt|arent|werent|wont|dont|didnt|doesnt|without|nobody)"
    r"(?: (?!only |just |care )[^ .,;:!?]+){0,2} $"
)
_LOOK_BACK = 40  # characters before a phrase that are looked at


@dataclass(frozen=True, slots=True)
class Severity:
    """How bad it is if nobody answers.

    value   0.0 to 1.0; 0.0 for what is no complaint and trips no wire.
    safety  a tripwire was tripped: a person must look at once, whatever the verdict.
    why     at most six reasons. They quote the post: treat them as text.
    private a sign of self-harm: it is for one named person, and for nobody else to see.
    others  where it is private: the kinds of danger that it tells beside that one.
    dangers the kinds of danger that ring, each with the post's words for it; none of self-harm.
    """

    value: float
    safety: bool
    why: tuple[str, ...]
    private: bool = False
    others: tuple[str, ...] = ()
    dangers: tuple[tuple[str, str], ...] = ()


def severity(
    text: str,
    judgement: Judgement,
    lang: str = "und",
    found: tuple[Danger, ...] | None = None,
) -> Severity:
    """Weigh how severe a post in a language (as `language_of`) is.

    found: the dangers that it tells, where they are known; None: by the shipped tripwires.
    """
    found = SHIPPED.dangers_of(text, lang) if found is None else found
    if not found:
        return _harmless(text, judgement, lang)
    dangers = tuple(f'{one.kind}: "{one.words}"' for one in found if not one.hushed_by)
    hushed = tuple(
        f'{one.kind}: "{one.words}" rings nothing by {one.hushed_by}'
        for one in found
        if one.hushed_by
    )
    if judgement.verdict is Verdict.OTHER and not dangers:
        return Severity(0.0, False, hushed[:MAX_REASONS])
    value, told = _weigh(text, lang)
    if judgement.verdict is not Verdict.COMPLAINT:
        value *= judgement.probability
    if dangers:
        value = max(value, SAFETY_SEVERITY)
    private = any(one.kind == SELF_HARM and not one.hushed_by for one in found)
    rings = [one for one in found if not one.hushed_by and one.kind != SELF_HARM]
    why = (*dangers, *hushed, *told)[:MAX_REASONS]
    others = tuple(one.kind for one in rings) if private else ()
    told_of = tuple((one.kind, one.words) for one in rings)
    return Severity(round(min(1.0, value), 3), bool(dangers), why, private, others, told_of)


def _harmless(text: str, judgement: Judgement, lang: str) -> Severity:
    """The same of what tells no danger, as most posts."""
    if judgement.verdict is Verdict.OTHER:
        return _NONE
    value, told = _weigh(text, lang)
    if judgement.verdict is not Verdict.COMPLAINT:
        value *= judgement.probability
    return Severity(round(min(1.0, value), 3), False, told[:MAX_REASONS])


_NONE = Severity(0.0, False, ())


def _weigh(text: str, lang: str) -> tuple[float, tuple[str, ...]]:
    """Return severity of a complaint in these words, and what of them raises it."""
    if lang in TONGUES:
        spoken = tongue(lang)
        said = read(text, spoken.spelling)
        groups = _longest(spoken.everywhere(said.words))
    else:
        said = read(text)
        groups = _longest(_told(said.words))
    told = sorted(groups, key=lambda name: (-_ADDS[name], name))
    value = COMPLAINT_SEVERITY + sum(_ADDS[name] for name in told)
    shown = (name for name in told if _ADDS[name] > 0 and name not in _SMALL_WORDS)
    why = (f'{name}: "{said.quote(*groups[name])}"' for name in shown)
    return max(LEAST_SEVERITY, value), tuple(why)


def _longest(found: Iterable[tuple[Cue, int, int]]) -> dict[str, tuple[int, int]]:
    """The groups that count for severity, each with the place of the phrase that says most."""
    places: dict[str, tuple[int, int]] = {}
    for group, start, end in found:
        if group.name in _ADDS:
            known = places.get(group.name)
            if known is None or end - start > known[1] - known[0]:
                places[group.name] = start, end
    return places


def _told(words: str) -> Iterator[tuple[Cue, int, int]]:
    """Yield the phrases of an English text that it does not take back, with their groups."""
    for group, start, end in standing(words):
        if group.name not in _TAKEN_BACK or not _taken_back(words, start):
            yield group, start, end


def _taken_back(words: str, start: int) -> bool:
    return _NOT.search(words[max(0, start - _LOOK_BACK) : start + 1]) is not None
