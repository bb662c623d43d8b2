"""Whom a reproach is about, where a post names others beside this brand.

Clause by clause, unless its author says whom they prefer: who left another for us reproaches the
other, whatever stands beside it.
"""

import re
from collections.abc import Iterator, Sequence

from listener.cues import wordset
from listener.names import OTHER, OURS, Marked
from listener.stretches import Aside, Reading, clauses

_WORD = r"[^ .,;:!?]+"
_ANY = rf"{_WORD}(?: {_WORD}){{0,2}}"
_CHOSE = r"(?:flown|gone|used|chosen|bought|booked|picked|stayed|taken|ordered|stuck)"
_SWITCH = (
    r"(?:switch|switched|switching|move|moved|moving|change|changed|changing|went|going|go|come|"
    r"came|"
    r"coming)"
)
_LEAVE = r"(?:left|leave|leaving|ditched|ditching|dumped|dumping|quit|quitting|dropped|dropping)"
_BETTER = r"(?:so |much |way |far |a lot |miles )*(?:better|faster|cheaper|nicer|more reliable)"


def _preferring(us: str, them: str, any_: str) -> re.Pattern[str]:
    """By which words somebody prefers one to another."""
    kept = r"(?:that|this|it|such|me like)"
    good = r"(?! (?:never|doesnt|didnt|cant|wont|isnt|has no|is (?:worse|slow|a joke)))"
    return re.compile(
        rf" (?:{_SWITCH} (?:over )?from {any_} to {us}|{_LEAVE} {any_} for {us}|"
        rf"(?:should|shouldve|wish|would|could)(?: {_WORD}){{0,3}} {_CHOSE}(?: with| to| from|"
        rf" by)? {us}|"
        rf"(?:{_SWITCH}|return|returning|back)(?: back| home| over)? (?:to|with) {us}|hello {us}|"
        rf"(?:glad|happy) (?:i am|we are|to be) (?:with|on) {us}|wish i was with {us}|"
        rf"{us} i am coming|"
        rf"next time (?:{_WORD} ){{0,4}}(?:with |on |at |by )?{us}|(?:thinking of|thinking about|"
        rf"considering|looking at) (?:{_WORD} ){{0,2}}{us}|bye {them}|never again {them}|"
        rf"{us} (?:is|are|was|does) (?:it )?{_BETTER} than(?! {us})|unlike {them} , {us}{good}|"
        rf"compared (?:to|with) {them} (?:, )?(?:the )?{us}{good}|{us} at least|"
        rf"(?<!if ){us} actually|"
        rf"{us} (?:never|wouldnt|would never|doesnt|didnt) (?:do|does|did|have|done|treat) {kept}|"
        rf"(?<!not )(?:even|while|whereas|yet) (?:{_WORD} on )?{us} (?:gets?|does|can|has|"
        rf"manages?|"
        rf"had|did)|half as (?:well|good|fast) as {us}|make[s]? {us} look (?:good|great|"
        rf"amazing))(?= )"
    )


_FOR_US = _preferring(OURS, OTHER, rf"(?!{OURS}){_ANY}")
_FOR_THEM = _preferring(OTHER, OURS, rf"(?:{OURS})")
_AWAY = re.compile(rf" (?:{_LEAVE} {OURS} for|from {OURS} to|bye {OURS}|never again {OURS}) ")
_LIKENED = re.compile(
    r" (?:regret|regretted|mistake|worse|just as bad|both|all the same|no better|not better|"
    r"for this|"
    r"neither|nor|too|they said) "
)
COMPARING = wordset(
    "switch switched switching move moved moving change changed changing went going go came "
    "come coming left leave leaving ditched ditching dumped dumping quit dropped should "
    "shouldve wish would could hello glad happy next thinking considering looking better "
    "faster cheaper nicer reliable even half bye never again wouldnt doesnt didnt back "
    "return while whereas"
)


def compared(marked: Marked, found: list[Aside], directed: bool) -> Reading:
    """Set aside what is about another."""
    words = marked.words
    others = OTHER in words
    ours = _FOR_US.search(words)
    theirs = _AWAY.search(words) or (_FOR_THEM.search(words) if others else None)
    if ours is None and theirs is None and not others:
        return Reading(tuple(found))
    if _LIKENED.search(words):
        return Reading(tuple(found))
    if theirs is not None:
        praised = Aside(
            "prefers another", *marked.span(*theirs.span()), reproach=False, praise=True
        )
        return Reading(
            (*found, praised, *_about_another(marked, directed)), -1, marked.span(*theirs.span())
        )
    if ours is None:
        return Reading((*found, *_about_another(marked, directed)))
    spared = tuple(_about_another(marked, directed, preferred=ours.span()))
    return Reading((*found, *spared), 1, marked.span(*ours.span()))


def _about_another(
    marked: Marked, directed: bool, preferred: Sequence[int] = ()
) -> Iterator[Aside]:
    """Yield the clauses about another; where this brand is preferred, all but those about it.

    Who speaks to this brand speaks about it, but for a clause that begins with another's name.
    """
    another = bool(preferred)
    for start, end in clauses(marked.words):
        clause = marked.words[start:end]
        if preferred and start <= preferred[1] and end >= preferred[0]:
            another = True
        elif OURS in clause:
            another = False
        elif OTHER in clause:
            another = not directed or OTHER in clause.split()[:2]
        elif directed and not preferred:
            another = False
        if another:
            praised = bool(preferred)
            yield Aside("about another", *marked.span(start, end), praise=not praised)


_YOURS = re.compile(r" (?:you|your|youre|yours) ")


def addressed_elsewhere(marked: Marked) -> Iterator[Aside]:
    """A post to somebody else that tells them of their own faults, and names us in passing."""
    for start, end in clauses(marked.words):
        clause = marked.words[start:end]
        if OURS in clause or not _YOURS.search(clause):
            return
        yield Aside("about another", *marked.span(start, end))


_PART = re.compile(r"(?: (?:[.,;:!?]|\.\.)(?= ))+")
_SUBJECT = re.compile(
    rf" (?:(?!(?:als|wie|zu|que|come|comme|como|che|di|do|del|von|da)\b){_WORD} )?{OTHER} "
)


def of_another(marked: Marked) -> Iterator[Aside]:
    """Yield what begins with another's name and names us not, between two marks.

    For languages whose clauses are not told: "schlimmer als Globex" is still about us.
    """
    start = 0
    if OTHER not in marked.words:
        return
    for end in (*(found.end() for found in _PART.finditer(marked.words)), len(marked.words)):
        part = marked.words[start : end + 1]
        if OURS not in part and _SUBJECT.match(part):
            yield Aside("about another", *marked.span(start, end), praise=True)
        start = end
