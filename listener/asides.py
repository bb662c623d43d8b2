"""What a post says that is no reproach of its author's to this brand, place by place.

Words of others, what might happen, what was mended, what is about something else or somebody else:
a phrase there does not count, and the reason says why ("about another: …").
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import islice

from listener.comparing import COMPARING, addressed_elsewhere, compared
from listener.cues import wordset
from listener.cuetext import MAX_JUDGED_CHARS, CueText, read
from listener.mishaps import OWN_WORDS, mishaps
from listener.names import NO_NAMES, OTHER, OURS, Marked, Names, mark
from listener.stretches import Aside, Reading, clauses

_WORD = r"[^ .,;:!?]+"
QUOTED = "quoted"
MAX_SUPPOSED = 12  # likewise: each is read to the end of its sentence
MAX_QUOTES = 4  # of one post that are looked at: to find their places costs a reading each


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
    wanted = [find for find, triggers in _TRIGGERS if not words.isdisjoint(triggers)]
    spoken_to = directed or text.words.startswith(" @ ")
    if not names and (not wanted or (spoken_to and _supposed not in wanted)):
        return Reading(() if spoken_to else tuple(_quoted(raw, text)), directed=spoken_to)
    marked = mark(text, names, raw)
    sent = text.words.startswith(" @ ") and (not names or marked.words.startswith(f" {OURS} "))
    addressed = bool(names) and not sent and _addressed(marked.words)
    spoken_to = directed or addressed or sent
    found = [] if spoken_to else [*_quoted(raw, text)]
    for find in (_supposed,) if spoken_to else (_supposed, _reported, _elsewhere, mishaps):
        if find in wanted:
            found += find(marked)
    if names and marked.words.startswith(" @ "):
        found += addressed_elsewhere(marked)
    if OTHER in marked.words or (names and not words.isdisjoint(COMPARING)):
        whose = compared(marked, found, spoken_to)
    else:
        whose = Reading(tuple(found))
    return Reading(whose.asides, whose.prefers, whose.shown, addressed, spoken_to, marked)


_SPOKEN_TO = re.compile(
    # (Of many mentions in a row only the first is looked from: or each would be read to the last.)
    rf"(?<!@) (?:@ )*+(?:(?:hi|hey|hello|dear|ok|sorry|come on|yo) )?{OURS} (?:@ )*+"
    rf"(?:[,.!?;:]|you|your|"
    rf"is it|any|can|why|how|where|when|what|please|stop|do|are) "
)


def _addressed(words: str) -> bool:
    """Whether this brand is spoken to, at the beginning or the end ("…, Acme!")."""
    if _SPOKEN_TO.match(words):
        return True
    rest = words.rstrip(" .!?")
    return rest.endswith(f" {OURS}") and rest[: -len(OURS) - 1].endswith(_MARKS)


_MARKS = (" ,", " .", " !", " ?", " ;", " :")


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
        for found in islice(_QUOTE.finditer(raw[:MAX_JUDGED_CHARS]), MAX_QUOTES):
            before = raw[max(0, found.start() - 40) : found.start()]
            if not (_THEIRS.search(before) and _MACHINE.search(found.group())):
                yield _between(QUOTED, raw, found.start(1), found.end(1), text)


def _between(why: str, raw: str, start: int, end: int, text: CueText) -> Aside:
    """The words that stand in raw[start:end]: counted, for folding may change their length."""
    first = len(read(raw[:start]).words.split())
    return Aside(why, min(first, len(text.said)), first + len(read(raw[start:end]).words.split()))


_KIN = (
    "(?:friend|friends|mate|sister|brother|mum|mom|mother|dad|father|aunt|uncle|cousin|wife|"
    "husband|"
    "neighbour|neighbor|neighbours|colleague|colleagues|coworker|coworkers|boss|flatmate|roommate|"
    "girlfriend|boyfriend|son|daughter|gran|nan|granny|grandma|grandmother|grandad|grandpa|"
    "grandfather|fiance|fiancee|parents|housemate|kids|family|guy|woman|man|lady|bloke|dude|girl)"
)
_SAY = (
    "(?:say|says|said|saying|keeps saying|keep saying|told me|tells me|thinks|think|claims|"
    "reckons|"
    "complains|complaining|keeps complaining|keeps telling me|yelled|shouted|wrote|swears|goes|"
    "had a problem with|had problems with|had trouble with)(?= )"
)
_REPORTED = re.compile(
    rf" (?:(?:my|a|our|some|one|the) (?:{_WORD} )?{_KIN}(?: (?!{OURS}){_WORD}){{0,4}} {_SAY}|"
    rf"(?:people|everyone|everybody|some|many|they all|others|he|she) (?:keep |always |"
    rf"just )?{_SAY}|"
    rf"they say {OURS}|heard (?:that|from|about)|according to (?:my|a|some) {_WORD}|"
    rf"reading (?:the )?(?:one star |bad )?reviews|overheard)(?: {_WORD}){{0,40}}"
)
_AGREED = re.compile(
    r" (?:(?:were|was|is|are|so) right|same here|can confirm|me too|agree|agreed|no wonder|"
    r"now i know|now i see|not my experience|did it to me|happened to me too) "
)


# Whoever was spoken to at the brand: what they said was said to the author.
_SOMEBODY = re.compile(
    r" (?:he|she|they all|some|the (?:[^ .,;:!?]+ )?(?:guy|woman|man|lady|girl)) "
)
_SERVED_BY = re.compile(
    rf" (?:spoke|spoken|speaking|talked|rang|rung|phoned|called|calling|chatted|agent|driver|rep|"
    rf"representative|manager|staff|engineer|adviser|advisor|courier|steward|cashier|receptionist|"
    rf"supervisor|operator|assistant|clerk|technician|hung up|helpline|on the (?:phone|desk|till|"
    rf"chat)|at (?:the )?(?:desk|till|counter|gate)|(?:at|from) (?:the )?{OURS}|"
    rf"{OURS} (?:guy|woman|man|lady|girl|bloke|employee)|my order) "
)
# One household is one customer: what the wife says of our sofa may well be a complaint.
_OWN_HOUSE = re.compile(
    r" (?:my|our) (?:[^ .,;:!?]+ )?(?:wife|husband|partner|mum|mom|mother|dad|father|son|daughter|"
    r"gran|nan|granny|grandma|grandmother|grandad|grandpa|grandfather|sister|brother|girlfriend|"
    r"boyfriend|fiance|fiancee|parents|flatmate|roommate|housemate|kids|family) "
)


def _reported(marked: Marked) -> Iterator[Aside]:
    if _AGREED.search(marked.words):
        return
    for found in _REPORTED.finditer(marked.words):
        if not (_SOMEBODY.match(found.group()) and _SERVED_BY.search(marked.words)):
            doubtful = bool(_OWN_HOUSE.match(found.group()))
            yield Aside("words of others", *marked.span(*found.span()), doubtful=doubtful)


# --- what has not happened ---

_SUPPOSED = re.compile(
    rf" (?:imagine (?:if|{OURS}|explaining)|what if {_WORD}(?! (?:just|finally|actually))|"
    rf"suppose (?:{OURS}|they|it|my)|in case (?!{_WORD} forgot)|"
    rf"(?<!wondering )(?<!wonder )if (?:{_WORD} ){{1,4}}ever(?! (?:answer|pick|repl|respond|call|"
    rf"deliver|fix|refund|turn|arriv|show|bother))|"
    rf"should (?!never|not|have)(?:{_WORD} ){{1,2}}ever|if (?:{OURS}|they|it|anything|"
    rf"something) (?:{_WORD} ){{0,3}}"
    rf"(?:went|were|was to|had to|lost|stopped|closed|goes wrong|happens|discontinues|"
    rf"discontinued|"
    rf"sold out|sells out)|(?:id be|i would be|would be a shame) (?:{_WORD} ){{0,3}}if|"
    rf"(?:wouldnt|would not) surprise me if|i swear if|(?:fingers crossed|knock on wood|"
    rf"touch wood)|"
    rf"(?:hope|hopefully|hoping|pray|praying) (?:{OURS}|they|it|my|"
    rf"the) (?:{_WORD} ){{0,3}}(?:doesnt|"
    rf"dont|wont|isnt|arent|never|not)|(?:worried|scared|afraid|"
    rf"nervous) (?:{_WORD} ){{0,4}}(?:might|"
    rf"may|could|if)|(?:it|they|{OURS}) better not be|unless {_WORD} (?:breaks|stops|closes|ever)|"
    rf"if (?:{_WORD} ){{1,4}}(?:tomorrow|tonight|next {_WORD}|one day|isnt on time|is late)|"
    rf"(?:if|when) your (?:{_WORD} ){{1,3}}(?:gets?|is) (?:lost|stolen|damaged|broken))(?= )"
)
_FROM_THE_START = re.compile(
    r" (?:id be|i would be|would be a shame|wouldnt surprise|better not be)"
)
_HAPPENED = re.compile(  # it did happen: the "if" is a threat or a reproach
    r" (?:again|one more time|another|once more|still|already|yet|even if|as if|this is how|"
    r"(?:hours|days|weeks|months|years) and|lawyer|ignored|this is the|being a customer|"
    r"because|last time|"
    r"(?:do|does|did|happens?) (?:this |that |it )?to (?:anyone|anybody|someone) else) "
)


def _supposed(marked: Marked) -> Iterator[Aside]:
    for found in islice(_SUPPOSED.finditer(marked.words), MAX_SUPPOSED):
        start, end = _sentence(marked.words, found.start())
        if not _FROM_THE_START.match(found.group()):
            start = found.start()
        if _WISHED.match(found.group()):
            comma = marked.words.find(" , ", found.end() - 1, end)
            end = comma if comma > 0 else end
        if not _HAPPENED.search(marked.words[start : end + 1]):
            threat = bool(_THREAT.search(marked.words[start : end + 1]))
            yield Aside("not happened", *marked.span(start, end), doubtful=threat)


_WISHED = re.compile(r" (?:hope|hopefully|hoping|pray|praying|worried|scared) ")
_THREAT = re.compile(
    r" (?:i am|we are|ill be|i will be) (?:cancelling|canceling|leaving|switching|done|moving|off|"
    r"closing|suing|taking my) "
)


def _sentence(words: str, place: int) -> tuple[int, int]:
    """Return where the sentence begins and ends in which a place stands."""
    start = max(words.rfind(f" {mark} ", 0, place + 1) + 2 for mark in (".", "!", "?", ";", ".."))
    ends = [words.find(f" {mark} ", place + 1) for mark in (".", "!", "?", ";", "..")]
    return max(0, start if start > 1 else 0), min(
        (end for end in ends if end > 0), default=len(words)
    )


# --- what is about something else ---

_THINGS = (
    r"(?:(?:my|this|the) (?:boss|ex|back|head|exam|exams|homework|hangover|diet|neighbours|"
    r"neighbors|"
    r"dentist|hair|weather|government|legs|feet|knees|keys|wallet|tongue)|my (?:life|kid|team|"
    r"cold|"
    r"mood)|weather|raining|snowing|monday|mondays|homework|hangover|im so (?:broke|tired(?! of))|"
    r"im broke|"
    r"i am (?:so )?(?:broke|(?:tired|bored)(?! of)|hungry)|cant sleep|driving test|heartbreak|"
    r"insomnia|"
    r"threw up|"
    r"missed my bus|worst (?:day|week|month|year) ever|awful day|dropped my|lost my (?:keys|"
    r"wallet|"
    r"mind|voice|dignity|job)|traffic is)"
)
_BODY = re.compile(r" my (?:back|feet|head|legs|knees|arms|shoulders) (?:is|are) (?:killing|so) ")
_TOPIC = re.compile(rf" {_THINGS} ")
_AS_A_PLACE = re.compile(
    rf" (?:in front of|near|next to|outside|around|at|by|behind|past|to|in|inside|opposite|on)"
    rf" (?:the |an |my |this )?{OURS}(?: (?:store|shop|aisle|bathroom|car park|parking|lot|"
    rf"building|"
    rf"cafe|noodles|coffee|entrance|toilet|queue))?"
)
_OF_A_BRAND = re.compile(
    r" (?:your|you|making|made|thanks|thank|cheers|because of|app|order|parcel|delivery|refund|"
    r"flight|agent|driver|engineer|support|booking|"
    r"account|bill|website|router|service|blames?|line|internet|excuse|@) "
)


def _elsewhere(marked: Marked) -> Iterator[Aside]:
    for start, end in clauses(marked.words):
        clause = marked.words[start:end]
        if _BODY.search(clause):
            yield Aside("about something else", *marked.span(start, end))
        if not _TOPIC.search(clause) or _OF_A_BRAND.search(clause):
            continue
        if OURS not in _AS_A_PLACE.sub(" ", clause):
            yield Aside("about something else", *marked.span(start, end))


# Words without one of which it is not worth while to look.
_TRIGGERS = (
    (
        _supposed,
        wordset(
            "imagine what suppose case if ever shame surprise swear fingers knock touch hope "
            "hopefully hoping pray praying worried scared afraid nervous better unless when"
        ),
    ),
    (
        _reported,
        wordset(
            "say says said saying told tells thinks think claims reckons complains complaining "
            "telling yelled shouted wrote swears goes problem problems trouble heard according "
            "reading overheard"
        ),
    ),
    (
        _elsewhere,
        wordset(
            "boss ex back head exam exams homework hangover diet neighbours neighbors dentist hair "
            "weather government legs feet knees arms shoulders keys wallet tongue life kid team "
            "cold mood raining snowing monday mondays broke tired hungry bored sleep driving "
            "heartbreak insomnia threw bus worst awful dropped lost traffic"
        ),
    ),
    (mishaps, OWN_WORDS),
)
