"""What a post says that is no reproach of its author's to this brand, place by place.

Words of others, what might happen, what was mended, what is about something else or somebody else:
a phrase there does not count, and the reason says why ("about another: …").
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from listener.cuetext import CueText, read
from listener.names import NO_NAMES, OTHER, OURS, Marked, Names, mark

_WORD = r"[^ .,;:!?]+"
_END = r"(?: [.!?;]|\.\.|$)"


@dataclass(frozen=True, slots=True)
class Aside:
    """A stretch of a text in which phrases do not count.

    start, end  which of the text's words: the first, and the one after the last.
    reproach    what speaks for a complaint does not count there; `praise`: what speaks against.
    """

    why: str
    start: int
    end: int
    reproach: bool = True
    praise: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What is set aside of a text, and which brand its author prefers.

    prefers  1 this brand to another, -1 another to this one, 0 neither.
    shown    the words that say which is preferred, as a place in the text.
    named_at   the places among the text's words where this brand is named.
    addressed  this brand is spoken to ("…, Acme"); `directed`: or a post begins with a mention.
    """

    asides: tuple[Aside, ...] = ()
    prefers: int = 0
    shown: tuple[int, int] = (0, 0)
    addressed: bool = False
    directed: bool = False
    named_at: tuple[int, ...] = ()


QUOTED = "quoted"


def reading(
    raw: str,
    text: CueText,
    words: AbstractSet[str],
    names: Names = NO_NAMES,
    *,
    directed: bool = False,
) -> Reading:
    """Find what is to be set aside of a text.

    raw       as it was written: quotation marks are told there.
    words     the words of the text.
    directed  it answers the brand. Who speaks to a brand quotes it, and speaks about it.
    """
    telling = not words.isdisjoint(_TELLING)
    if not telling and not names.first:
        spoken_to = directed or text.words.startswith(" @ ")
        return Reading(() if spoken_to else tuple(_quoted(raw, text)), directed=spoken_to)
    marked = mark(text, names)
    sent = text.words.startswith(" @ ") and (marked.words.startswith(f" {OURS} ") or not names.first)
    addressed = not sent and names.first and _ADDRESSED.search(marked.words) is not None
    spoken_to = directed or addressed or sent
    found = [] if spoken_to else [*_quoted(raw, text)]
    if telling:
        found += _supposed(marked)
        if not spoken_to:
            found += [*_reported(marked), *_elsewhere(marked)]
    if OTHER in marked.words or (names.first and _COMPARING.search(marked.words)):
        compared = _compared(marked, found, bool(spoken_to))
    else:
        if names.first and marked.words.startswith(" @ "):
            found += _addressed_elsewhere(marked)
        compared = Reading(tuple(found))
    named_at = tuple(at for at, word in zip(marked.at, marked.words.split()) if word == OURS)
    return replace(
        compared, addressed=bool(addressed), directed=bool(spoken_to), named_at=named_at
    )


_ADDRESSED = re.compile(
    rf"^ (?:@ )*(?:(?:hi|hey|hello|dear|ok|sorry|come on|yo) )?{OURS} (?:[,.!?;:]|you|your|is it|any|can|why|"
    rf"how|where|when|what|please|stop|do|are) |[,.!?;:] {OURS}(?: [.!?]+)*\s*$"
)


# --- words of others ---

_QUOTE = re.compile(r"[\"“”„«]([^\"“”„«»]{8,400})[\"“”»]")
_THEIRS = re.compile(  # before a quotation: the brand, its people or its machines said it
    r"(?:\b(?:you|your|they|agent|rep|driver|manager|staff|screen|app|page|site|website|bot|chat|"
    r"message|email|mail|letter|error|says?|saying|reads?)\W{0,3}(?:\w+\W{1,3}){0,2})$",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"\b(?:error|fail(?:ed|s)?|unavailable|try again|declined)\b", re.IGNORECASE)


def _quoted(raw: str, text: CueText) -> Iterator[Aside]:
    if '"' in raw or "“" in raw or "«" in raw:
        for found in _QUOTE.finditer(raw):
            before = raw[max(0, found.start() - 40) : found.start()]
            if not (_THEIRS.search(before) and _MACHINE.search(found.group())):
                yield _between(QUOTED, raw, found.start(1), found.end(1), text)


def _between(why: str, raw: str, start: int, end: int, text: CueText) -> Aside:
    """The words that stand in raw[start:end]: counted, for folding may change their length."""
    first = len(read(raw[:start]).words.split())
    return Aside(why, min(first, len(text.said)), first + len(read(raw[start:end]).words.split()))


_KIN = (
    "(?:friend|friends|mate|sister|brother|mum|mom|mother|dad|father|aunt|uncle|cousin|wife|husband|"
    "neighbour|neighbor|neighbours|colleague|colleagues|coworker|coworkers|boss|flatmate|roommate|"
    "girlfriend|boyfriend|son|daughter|gran|nan|guy|woman|man|lady|bloke|dude|girl)"
)
_SAY = (
    "(?:say|says|said|saying|keeps saying|keep saying|told me|tells me|thinks|think|claims|reckons|"
    "complains|complaining|keeps complaining|keeps telling me|yelled|shouted|wrote|swears|goes|"
    "had a problem with|had problems with|had trouble with)(?= )"
)
_REPORTED = re.compile(
    rf" (?:(?:my|a|our|some|one|the) (?:{_WORD} )?{_KIN}(?: (?!{OURS}){_WORD}){{0,4}} {_SAY}|"
    rf"(?:people|everyone|everybody|some|many|they all|others|he|she) (?:keep |always |just )?{_SAY}|"
    rf"they say {OURS}|heard (?:that|from|about)|according to (?:my|a|some) {_WORD}|"
    rf"reading (?:the )?(?:one star |bad )?reviews|overheard)(?: {_WORD}){{0,40}}"
)
_AGREED = re.compile(
    r" (?:(?:were|was|is|are|so) right|same here|can confirm|me too|agree|agreed|no wonder|"
    r"now i know|now i see|not my experience|did it to me|happened to me too) "
)


def _reported(marked: Marked) -> Iterator[Aside]:
    if _AGREED.search(marked.words):
        return
    for found in _REPORTED.finditer(marked.words):
        yield Aside("words of others", *marked.span(*found.span()))


# --- what has not happened ---

_SUPPOSED = re.compile(
    rf" (?:imagine (?:if|{OURS}|explaining)|what if {_WORD}(?! (?:just|finally|actually))|"
    rf"suppose (?:{OURS}|they|it|my)|in case (?!{_WORD} forgot)|(?<!wondering )(?<!wonder )if (?:{_WORD} ){{1,4}}ever|"
    rf"should (?:{_WORD} ){{1,2}}ever|if (?:{OURS}|they|it|anything|something) (?:{_WORD} ){{0,3}}"
    rf"(?:went|were|was to|had to|lost|stopped|closed|goes wrong|happens|discontinues|discontinued|"
    rf"sold out|sells out)|(?:id be|i would be|would be a shame) (?:{_WORD} ){{0,3}}if|"
    rf"(?:wouldnt|would not) surprise me if|i swear if|(?:fingers crossed|knock on wood|touch wood)|"
    rf"(?:hope|hopefully|hoping|pray|praying) (?:{OURS}|they|it|my|the) (?:{_WORD} ){{0,3}}(?:doesnt|"
    rf"dont|wont|isnt|arent|never|not)|(?:worried|scared|afraid|nervous) (?:{_WORD} ){{0,4}}(?:might|"
    rf"may|could|if)|(?:it|they|{OURS}) better not be|unless {_WORD} (?:breaks|stops|closes|ever)|"
    rf"if (?:{_WORD} ){{1,4}}(?:tomorrow|tonight|next {_WORD}|one day|isnt on time|is late)|"
    rf"(?:if|when) your (?:{_WORD} ){{1,3}}(?:gets?|is) (?:lost|stolen|damaged|broken))(?= )"
)
_FROM_THE_START = re.compile(r" (?:id be|i would be|would be a shame|wouldnt surprise|better not be)")
_HAPPENED = re.compile(  # it did happen: the "if" is a threat or a reproach
    r" (?:again|one more time|another|once more|still|already|yet|even if|as if|this is how|"
    r"(?:hours|days|weeks|months|years) and|lawyer|ignored|being a customer|because|last time) "
)


def _supposed(marked: Marked) -> Iterator[Aside]:
    for found in _SUPPOSED.finditer(marked.words):
        start, end = _sentence(marked.words, found.start())
        if not _FROM_THE_START.match(found.group()):
            start = found.start()
        if not _HAPPENED.search(marked.words[start : end + 1]):
            yield Aside("not happened", *marked.span(start, end))


def _sentence(words: str, place: int) -> tuple[int, int]:
    """Return where the sentence begins and ends in which a place stands."""
    start = max(words.rfind(f" {mark} ", 0, place + 1) + 2 for mark in (".", "!", "?", ";", ".."))
    ends = [words.find(f" {mark} ", place + 1) for mark in (".", "!", "?", ";", "..")]
    return max(0, start if start > 1 else 0), min((end for end in ends if end > 0), default=len(words))


# --- what is about something else ---

_THINGS = (
    r"(?:(?:my|this|the) (?:boss|ex|back|head|exam|exams|homework|hangover|diet|neighbours|neighbors|"
    r"dentist|hair|weather|government|legs|feet|knees|keys|wallet|tongue)|my (?:life|kid|team|cold|"
    r"mood)|weather|raining|snowing|monday|mondays|homework|hangover|im so (?:broke|tired)|im broke|"
    r"i am (?:so )?(?:broke|tired|hungry|bored)|cant sleep|driving test|heartbreak|insomnia|threw up|"
    r"missed my bus|worst (?:day|week|month|year) ever|awful day|dropped my|lost my (?:keys|wallet|"
    r"mind|voice|dignity|job)|traffic is)"
)
_BODY = re.compile(r" my (?:back|feet|head|legs|knees|arms|shoulders) (?:is|are) (?:killing|so) ")
_TOPIC = re.compile(rf" {_THINGS} ")
_AS_A_PLACE = re.compile(
    rf" (?:in front of|near|next to|outside|around|at|by|behind|past|to|in|inside|opposite|on)"
    rf" (?:the |an |my |this )?{OURS}(?: (?:store|shop|aisle|bathroom|car park|parking|lot|building|"
    rf"cafe|noodles|coffee|entrance|toilet|queue))?"
)
_CLAUSE = re.compile(
    r"(?: (?:[.,;:!?]|\.\.)(?= ))+ | (?:but|because|while|whereas|meanwhile|although|though|and then|and"
    r"|cause|until|so(?= (?:i|we|you|they|it|my|the|now) )) "
)
_OF_A_BRAND = re.compile(
    r" (?:your|you|app|order|parcel|delivery|refund|flight|agent|driver|engineer|support|booking|"
    r"account|bill|website|router|service|blames?|line|internet|excuse|@) "
)


def _elsewhere(marked: Marked) -> Iterator[Aside]:
    for start, end in _clauses(marked.words):
        clause = marked.words[start:end]
        if _BODY.search(clause):
            yield Aside("about something else", *marked.span(start, end))
        if not _TOPIC.search(clause) or _OF_A_BRAND.search(clause):
            continue
        if OURS not in _AS_A_PLACE.sub(" ", clause):
            yield Aside("about something else", *marked.span(start, end))


def _clauses(words: str) -> Iterator[tuple[int, int]]:
    """Yield where each clause begins and ends; both are blanks."""
    start = 0
    for end in _CLAUSE.finditer(words):
        marks = not end.group()[1].isalpha()
        if end.start() > start:
            yield start, end.end() if marks else end.start() + 1
        start = end.end() - 1
    if start < len(words) - 1:
        yield start, len(words)


# --- whom it is about ---

_ANY = rf"{_WORD}(?: {_WORD}){{0,2}}"
_CHOSE = r"(?:flown|gone|used|chosen|bought|booked|picked|stayed|taken|ordered|stuck)"
_SWITCH = (
    r"(?:switch|switched|switching|move|moved|moving|change|changed|changing|went|going|go|come|came|"
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
        rf"(?:should|shouldve|wish|would|could)(?: {_WORD}){{0,3}} {_CHOSE}(?: with| to| from| by)? {us}|"
        rf"(?:{_SWITCH}|return|returning|back)(?: back| home| over)? (?:to|with) {us}|hello {us}|"
        rf"(?:glad|happy) (?:i am|we are|to be) (?:with|on) {us}|wish i was with {us}|{us} i am coming|"
        rf"next time (?:{_WORD} ){{0,4}}(?:with |on |at |by )?{us}|(?:thinking of|thinking about|"
        rf"considering|looking at) (?:{_WORD} ){{0,2}}{us}|bye {them}|never again {them}|"
        rf"{us} (?:is|are|was|does) (?:it )?{_BETTER} than(?! {us})|unlike {them} , {us}{good}|"
        rf"compared (?:to|with) {them} (?:, )?(?:the )?{us}{good}|{us} (?:at least|actually)|"
        rf"{us} (?:never|wouldnt|would never|doesnt|didnt) (?:do|does|did|have|done|treat) {kept}|"
        rf"(?<!not )(?:even|while|whereas|yet) (?:{_WORD} on )?{us} (?:gets?|does|can|has|manages?|"
        rf"had|did)|half as (?:well|good|fast) as {us}|make[s]? {us} look (?:good|great|amazing))(?= )"
    )


_FOR_US = _preferring(OURS, OTHER, rf"(?!{OURS}){_ANY}")
_FOR_THEM = _preferring(OTHER, OURS, rf"(?:{OURS})")
_AWAY = re.compile(rf" (?:{_LEAVE} {OURS} for|from {OURS} to|bye {OURS}|never again {OURS}) ")
_LIKENED = re.compile(
    r" (?:regret|regretted|mistake|worse|just as bad|both|all the same|no better|not better|for this|"
    r"neither|nor|too) "
)
_COMPARING = re.compile(rf" (?:from|for|with|to|than|unlike|even|never again|hello|bye|flown|next"
                        rf" time|thinking of|used) (?:{_WORD} ){{0,5}}?{OURS}|{OURS} (?:is|never|do)")


def _compared(marked: Marked, found: list[Aside], directed: bool) -> Reading:
    """Set aside what is about another."""
    words = marked.words
    ours = _FOR_US.search(words)
    theirs = _AWAY.search(words) or _FOR_THEM.search(words)
    if _LIKENED.search(words):
        return Reading(tuple(found))
    if theirs is not None:
        praised = Aside("prefers another", *marked.span(*theirs.span()), reproach=False, praise=True)
        return Reading((*found, praised, *_about_another(marked, directed)), -1, marked.span(*theirs.span()))
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
    for start, end in _clauses(marked.words):
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


def _addressed_elsewhere(marked: Marked) -> Iterator[Aside]:
    """A post to somebody else that tells them of their own faults, and names us in passing."""
    for start, end in _clauses(marked.words):
        clause = marked.words[start:end]
        if OURS in clause or not _YOURS.search(clause):
            return
        yield Aside("about another", *marked.span(start, end))


# Words without one of which nothing but a quotation or another's name is set aside.
_TELLING = frozenset(
    "imagine what suppose case if should would id surprise swear crossed knock touch hope hopefully "
    "hoping pray praying worried scared afraid nervous better unless when people everyone everybody "
    "some many others he she they heard according reading overheard friend friends mate sister "
    "brother mum mom mother dad father aunt uncle cousin wife husband neighbour neighbor neighbours "
    "colleague colleagues coworker coworkers boss flatmate roommate girlfriend boyfriend son "
    "daughter gran nan guy woman man lady bloke dude girl ex back head exam exams homework hangover "
    "diet life team neighbors dentist hair weather traffic rain raining snow snowing monday mondays "
    "government legs feet knees job week day mood keys wallet car kid kids tongue cold broke tired "
    "hungry bored sleep test insomnia politics threw bus awful dropped lost".split()
)
