"""What is left of the phrases found in a post once all is set aside that is no reproach to us."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from listener.asides import QUOTED, reading
from listener.asked import ASKED_WEIGHT, REPROACH, looked_for, offers_a_job
from listener.comparing import of_another
from listener.cues import Cue, wordset
from listener.cues_voices import VOICES, is_clear, speaks
from listener.cuetext import CueText
from listener.names import Marked, Names, mark
from listener.signals import Signal
from listener.stretches import Aside, Reading

Places = Mapping[str, tuple[int, int]]  # phrase → where it stands first, as characters

# Log-odds, set by hand like those of the phrases.
ASIDE_WEIGHT = -0.8  # reproaches were found, and all of them set aside
PREFERRED_WEIGHT = -1.5  # the author prefers this brand to another
LEFT_WEIGHT = 1.6  # or another to this one
UNSOLVED_WEIGHT = 0.9  # "nothing has been resolved"
NOT_QUITE_WEIGHT = -0.5  # "fixed", and then more of it
ADDRESSED_WEIGHT = 0.4  # "…, Acme"
CLOSE_WEIGHT = 0.3  # a reproach stands this close to the brand's name, in words:
CLOSE = 5
BITTER_END_WEIGHT = 0.5  # takes back what the word "thanks" adds to the mood
POLITE_WEIGHT = 0.6  # takes back most of what thanks weigh, where a reproach follows
TOLD = 2  # asides that are named where no phrase stands in any
QUOTED_WORDS = 7  # of what was set aside that a reason shows

SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class Heard:
    """The groups that count.

    more      signals beside them.
    share     of the words that are not set aside, 0.0 to 1.0: so much of a bad mood counts.
    repeated  all of it is another's words.
    doubtful  what was set aside may be a complaint all the same.
    """

    text: CueText
    groups: Mapping[Cue, Places]
    more: tuple[Signal, ...] = ()
    share: float = 1.0
    repeated: bool = False
    doubtful: bool = False


def weighed(
    raw: str, text: CueText, groups: Mapping[Cue, Places], names: Names, *, directed: bool
) -> Heard:
    """Leave out of the phrases found in an English text what does not count.

    raw       the text as it was written.
    directed  it answers the brand, or was sent to it.
    """
    words = text.each
    kinds = {cue.name for cue in groups}  # most of what follows asks for one of them
    understood = reading(raw, text, words, names, directed=directed)
    more = tuple(_preference(understood, text))
    share = 1.0
    doubtful = voiced = False
    if understood.asides:
        said = _reproaches(groups)
        groups, told, share = _without(understood.asides, groups, text)
        more += told
        doubtful = any(a.doubtful for a in understood.asides) and len(said) > len(
            _reproaches(groups)
        )
    if not _VOICES.isdisjoint(kinds):
        spoken_to = understood.directed or text.words.startswith(" @ ")
        groups, voiced = _voices(groups, words, spoken_to)
        doubtful |= voiced and _half_clear(groups)
    solved = _is_solved(groups, text) if SOLVED in kinds else None
    unsolved = SOLVED in kinds and solved is None and _unsolved(groups, text)
    if "plain question" in kinds and (asked := looked_for(groups, text.words)):
        groups, more = asked, (*more, Signal(ASKED_WEIGHT))
    if voiced or solved:
        groups = {cue: places for cue, places in groups.items() if cue.weight < 0}
        share = 0.0
    if unsolved:
        more += (Signal(UNSOLVED_WEIGHT, f'not solved: "{unsolved}"', "broken"),)
    if solved is False or unsolved:
        groups = {cue: places for cue, places in groups.items() if cue.name != SOLVED}
        more += (Signal(NOT_QUITE_WEIGHT * (solved is False)),)
    if names and understood.marked and not understood.addressed:
        more += tuple(_about_us(understood.marked, groups, text))
    if "thanks" in kinds and _bitter_end(groups, text):
        groups = {cue: places for cue, places in groups.items() if cue.name != "thanks"}
        more += (Signal(BITTER_END_WEIGHT),)
    elif "thanks" in kinds and _polite_only(groups):
        more += (Signal(POLITE_WEIGHT),)
    repeated = text.words.startswith(" rt @ ") and "|" not in raw
    return Heard(text, groups, more, share, repeated, doubtful)


def weighed_abroad(raw: str, text: CueText, groups: Mapping[Cue, Places], names: Names) -> Heard:
    """The same of a text in another language, where only what is about another is told."""
    if offers_a_job(groups):
        groups = {cue: places for cue, places in groups.items() if cue.weight < 0}
        return Heard(text, groups, share=0.0)
    if not names:
        return Heard(text, groups)
    asides = tuple(of_another(mark(text, names, raw)))
    if not asides:
        return Heard(text, groups)
    kept, told, share = _without(asides, groups, text)
    return Heard(text, kept, told, share)


def _preference(understood: Reading, text: CueText) -> Iterator[Signal]:
    if understood.addressed:
        yield Signal(ADDRESSED_WEIGHT)
    if understood.prefers:
        shown = text.quote_words(*understood.shown)
        if understood.prefers > 0:
            yield Signal(PREFERRED_WEIGHT, f'against: prefers this brand: "{shown}"')
        else:
            yield Signal(LEFT_WEIGHT, f'leaving: "{shown}"', "leaving")


def _reproaches(groups: Mapping[Cue, Places]) -> list[Places]:
    return [places for cue, places in groups.items() if cue.weight >= REPROACH and cue.shown]


def _about_us(marked: Marked, groups: Mapping[Cue, Places], text: CueText) -> Iterator[Signal]:
    """A reproach close to the brand's name is about the brand."""
    reproaches = _reproaches(groups)
    if not reproaches:
        return
    named_at = marked.ours()
    places = (text.words.count(" ", 0, p[0]) for some in reproaches for p in some.values())
    if any(abs(at - named) <= CLOSE for at in places for named in named_at):
        yield Signal(CLOSE_WEIGHT)


def _without(
    asides: tuple[Aside, ...], groups: Mapping[Cue, Places], text: CueText
) -> tuple[dict[Cue, Places], tuple[Signal, ...], float]:
    """Return what stands outside, why the rest was set aside, and how much stands outside."""
    kept: dict[Cue, Places] = {}
    told: dict[Aside, None] = {}
    for cue, places in groups.items():
        outside = {}
        for phrase, (start, end) in places.items():
            praise = cue.weight < 0 and cue not in VOICES
            aside = _around(asides, text.words.count(" ", 0, start), praise)
            if aside is None:
                outside[phrase] = (start, end)
            elif cue.shown and cue.weight > 0:
                told[aside] = None
        if outside:
            kept[cue] = outside
    deaf = [a for a in asides if a.reproach and (a.why != QUOTED or a in told)]
    within = {place for aside in deaf for place in range(aside.start, aside.end)}
    weight = ASIDE_WEIGHT / max(1, len(told)) * (not _reproaches(kept))
    return (
        kept,
        (
            *(Signal(weight, _why(aside, text), told=True) for aside in told),
            *(Signal(0.0, _why(aside, text), told=True) for aside in deaf[:TOLD] if not told),
        ),
        1.0 - len(within) / max(1, len(text.said)),
    )


def _around(asides: tuple[Aside, ...], place: int, praise: bool) -> Aside | None:
    return next(
        (a for a in asides if a.start <= place < a.end and (a.praise if praise else a.reproach)),
        None,
    )


def _why(aside: Aside, text: CueText) -> str:
    end = min(aside.end, aside.start + QUOTED_WORDS)
    return f'{aside.why}: "{text.quote_words(aside.start, end)}{" …" * (end < aside.end)}"'


def _voices(
    groups: Mapping[Cue, Places], words: AbstractSet[str], directed: bool
) -> tuple[Mapping[Cue, Places], bool]:
    """Leave out voices that do not speak; and whether one does.

    Where a brand is spoken to, or somebody is, a single phrase is not enough; elsewhere a single
    word is not, which then weighs no more than any phrase.
    """
    found = [voice for voice in VOICES if voice in groups]
    if not found:
        return groups, False
    enough = 2 if directed else 1
    bitter = any(cue.name in _BITTER for cue in groups)
    speaking = {
        voice for voice in found if speaks(voice, words, bitter) and len(groups[voice]) >= enough
    }
    kept = {cue: p for cue, p in groups.items() if cue not in VOICES or cue in speaking}
    return kept, any(is_clear(groups[voice]) for voice in speaking)


def _half_clear(groups: Mapping[Cue, Places]) -> bool:
    """Whether but one "we are …", which customers say as well, makes support of who reproaches."""
    voices = [p for cue, places in groups.items() if cue in VOICES for p in places]
    return len(voices) == 1 and voices[0].startswith(" we ") and bool(_reproaches(groups))


_VOICES = frozenset(voice.name for voice in VOICES)
_BITTER = frozenset(("no reply", "bitter thanks", "repeat contact"))


def _bitter_end(groups: Mapping[Cue, Places], text: CueText) -> bool:
    """Whether thanks are but the last words behind a reproach: "lost all my contacts! thanks"."""
    thanks = [p for cue, places in groups.items() if cue.name == "thanks" for p in places.values()]
    if len(thanks) != 1 or any(cue.name in _KIND for cue in groups):
        return False
    ((start, end),) = thanks
    after = text.words[end:].split()
    word = text.words[start:end].strip()
    if after[:1] == ["to"] and start == 0:  # "Thanks to Acme my cake arrived smashed"
        return "for" not in after[:5] and bool(_reproaches(groups))
    return (
        word in ("thanks", "thank you", "cheers", "well done", "great job", "congrats")
        and len(after) <= LAST_WORDS
        and bool(_reproaches(groups) or _charges(groups))
        and _ASKED.isdisjoint(text.each)
    )


def _charges(groups: Mapping[Cue, Places]) -> bool:
    return any(cue.name == "refund and charge" for cue in groups)


_KIND = frozenset(("praise", "nothing wrong", SOLVED, "plain question", "slang praise"))
_ASKED = wordset("please kindly could would ? help advance")
LAST_WORDS = 2  # behind such thanks: whom they go to


def _polite_only(groups: Mapping[Cue, Places]) -> bool:
    """Whether thanks come first and a reproach after them: "thanks, now where is my refund?"."""
    thanks = [p for cue, places in groups.items() if cue.name == "thanks" for p in places.values()]
    if not thanks:
        return False
    said = min(thanks)
    return any(place > said for some in _reproaches(groups) for place in some.values())


_RELAPSE = wordset(
    "but only again still not half never nothing too expired without pity after gone isnt "
    "wasnt doesnt didnt now where why wrong"
)


def _is_solved(groups: Mapping[Cue, Places], text: CueText) -> bool | None:
    """Whether it was mended: nothing is said against it after the words that say so.

    None where there are no such words, or a "not" stands before them.
    """
    place = _place_of_solved(groups)
    if place is None or _denied(text.words[: place[0]]):
        return None
    start, end = place
    before = text.words[:start].split()[-2:]
    if _ASKING.match(text.words, end - 1):
        return False  # "has it been resolved?"
    later = [at for cue, at in groups.items() if cue.weight > 0 and cue.shown]
    if any(place[0] >= end - 1 for some in later for place in some.values()):
        return False
    return _RELAPSE.isdisjoint(text.words[end:].split()) and _RELAPSE.isdisjoint(before)


_ASKING = re.compile(r"[^.!?;:]{0,80}\?")


def _place_of_solved(groups: Mapping[Cue, Places]) -> tuple[int, int] | None:
    return next((min(p.values()) for cue, p in groups.items() if cue.name == SOLVED), None)


def _unsolved(groups: Mapping[Cue, Places], text: CueText) -> str:
    """Return the words that say it was not mended ("nothing has been resolved"); "": none."""
    place = _place_of_solved(groups)
    denied = _denied(text.words[: place[0]]) if place else None
    return text.quote(denied.start(), place[1]) if place and denied else ""


_DENIED = re.compile(  # "no problem, refunded" and "no longer broken" deny nothing
    r" (?:(?:not|never|nothing|nobody|none|neither|isnt|arent|hasnt|havent|wasnt|werent|didnt|"
    r"wont|cant|doesnt|nowhere|without)(?: [^ .,;:!?]+){0,3}|"
    r"(?:no|zero)(?! (?:problems?|issues?|hassle|fuss|quibbles?|worries|questions?|drama|longer|"
    r"stress|trouble|time|delay|charge|need|one) )(?: [^ .,;:!?]+){0,1})$"
)


def _denied(before: str) -> re.Match[str] | None:
    """The "not" that ends these words, or stands close to their end."""
    return _DENIED.search(before[-60:])
