"""What went wrong by nobody's fault but the author's, or did not go wrong after all."""

import re
from collections.abc import Iterator

from listener.cues import wordset
from listener.names import OURS, Marked
from listener.stretches import Aside, clauses

_WORD = r"[^ .,;:!?]+"
_THING = (
    r"(?:scarf|keys?|umbrella|hat|cap|gloves?|wallet|purse|earrings?|airpods?|jacket|coat|"
    r"glasses|sunglasses|headphones|book|bottle|charger|kindle|teddy|toy)"
)
_BODY = r"(?:tooth|teeth|arm|leg|ankle|wrist|back|nose|neck|finger|toe|hand|foot|hip|knee)"
_OWN = re.compile(
    rf" (?:lost (?:my|a|our) (?:{_WORD} )?{_THING} (?:on|at|in|near|outside|somewhere)|"
    rf"i (?:just |accidentally |finally |managed to )?(?:broke|break|dropped|smashed|cracked|"
    rf"chipped|spilt|spilled|scratched) (?:my|our|the|a|an)(?! (?:{_WORD} )?{_BODY} )|"
    rf"my old (?!{OURS})(?:{_WORD} ){{1,2}}(?:is |has |was |just |finally |got )?(?:broken|dead|"
    rf"died|broke|gave up|packed up|stopped|dying|slow)|"
    rf"(?:broken|smashed|dead|leaking|dirty) (?!{OURS}){_WORD}(?: {_WORD})? (?:outside|near|"
    rf"next to|opposite|in front of|behind|across from) (?:the |an |my )?{OURS}|"
    rf"(?:get|getting|got) through (?:the |my |all |this |a |that )*(?:{_WORD} ){{0,3}}"
    rf"(?:series|season|book|books|box set|game|trilogy|episodes?|backlog|catalogue)|"
    rf"worst kept secret)(?= )"
)
_THEIR_DOING = re.compile(
    r" (?:because|they|you|your|their|nobody|refuse|refused|wont|driver|warranty|on the first|"
    r"first day|already|again|after) "
)
OWN_WORDS = wordset(
    "lost broke break dropped smashed cracked chipped spilt spilled scratched old broken dead "
    "leaking dirty through worst worried scared afraid nervous anxious sceptical skeptical doubtful"
)

_FEARED = re.compile(
    rf" (?:was|were|got|been|am) (?:a bit |so |really |quite |very |slightly )?(?:worried|scared|"
    rf"afraid|nervous|anxious|sceptical|skeptical|doubtful)(?: (?!but ){_WORD}){{0,16}} "
    rf"(?:, )?(?:but|yet|and then) (?P<rest>[^.!?;]{{1,120}})"
)
_WENT_WELL = re.compile(
    r" (?:early|ahead|fine|great|perfect|perfectly|good|amazing|brilliant|lovely|works|worked|"
    r"on time|no need|all well|happy|easy|smooth|wonderful|excellent|safely|intact|sorted) "
)
_WENT_ILL = re.compile(
    r" (?:not|never|no (?!need)|nobody|nothing|worse|broken|late|wrong|didnt|isnt|wasnt|wont|"
    r"cant|doesnt|still) "
)


def mishaps(marked: Marked) -> Iterator[Aside]:
    """Yield the clauses of the author's own mishaps, and the fears that did not come true."""
    for start, end in clauses(marked.words):
        clause = marked.words[start:end]
        own = _OWN.search(clause)
        if own and not _THEIR_DOING.search(clause):
            yield Aside("about something else", *marked.span(start, end))
    for feared in _FEARED.finditer(marked.words):
        rest = f" {feared['rest']} "
        if _WENT_WELL.search(rest) and not _WENT_ILL.search(rest):
            yield Aside("not happened", *marked.span(feared.start(), feared.start("rest")))
