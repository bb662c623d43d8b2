"""Whether a post is a complaint: its author says that an expectation was not met.

A complaint is a speech act ("still waiting", "third time asking", "no reply"), not a mood, so
valence is one signal beside groups of phrases (`cues_for`, `cues_against`). Every signal
adds its log-odds; their sum, through the logistic function, is the probability.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from listener.cues import Cue
from listener.cues_against import COUNTER_CUES
from listener.cues_for import COMPLAINT_CUES
from listener.cues_grave import GRAVER_CUES
from listener.cuetext import CueText, read
from listener.groups import Found, Groups
from listener.hearing import Heard, weighed, weighed_abroad
from listener.language import TONGUES
from listener.names import NO_NAMES, Names
from listener.sentiment import mood
from listener.signals import Signal
from listener.thresholds import COMPLAINT_FROM as COMPLAINT_FROM
from listener.thresholds import SHIPPED, Thresholds
from listener.thresholds import UNSURE_FROM as UNSURE_FROM
from listener.thresholds import Verdict as Verdict
from listener.tongue import tongue

MODEL_VERSION = "cues-3"

MIXED_REPROACHES = 2  # groups of reproach that make praise doubtful

# Log-odds, set by hand like those of the phrases.
BIAS = -1.3  # of a post that says nothing either way
VALENCE_WEIGHT = -0.9  # for each unit of VADER's compound score
QUESTION_WEIGHT = 0.3
LINK_WEIGHT = -0.4  # more often news or an advert
DIRECTED_WEIGHT = 0.3  # a reply to the brand, or beginning with a mention
LOW_RATING_WEIGHT = 2.5  # two stars or fewer
HIGH_RATING_WEIGHT = -2.0  # four stars or more
REPEATED_FROM, REPEATED_SLOPE = -0.8, 0.15  # another's words ("RT @…:") are doubtful at most
DOUBTFUL = -0.8  # what was set aside and may yet be a complaint is unsure
SECOND_PHRASE = 0.5  # share of a group's weight that its second phrase adds
LONG_TEXT_WORDS = 40  # beyond it small words count less: every long text has them

MAX_REASONS = 6
ENOUGH_REASONS = 2  # beside which small words need not be named
WORTH_SHOWING = 0.15  # log-odds from which a signal is a reason

UNTOLD = 1.0 / (1.0 + math.exp(-BIAS))  # probability of what says nothing either way


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a post is a complaint.

    probability  0.0 to 1.0.
    why          at most six reasons, the weightiest first. They quote the post: treat them as text.
    """

    probability: float
    verdict: Verdict
    why: tuple[str, ...]


def judge(
    text: str,
    valence: float,
    *,
    scored: bool = True,
    directed: bool = False,
    rating: float | None = None,
    lang: str = "und",
    names: Names = NO_NAMES,
    thresholds: Thresholds = SHIPPED,
) -> Judgement:
    """Judge whether a text complains.

    valence   how it sounds, -1.0 to 1.0 (`listener.sentiment`).
    scored    False: no lexicon knows its language; it is unsure, as likely as one without a sign.
    lang      its language; one of `TONGUES` has groups of its own, all else is read as English.
    directed  the post answers the brand, or was sent to it.
    rating    stars 1 to 5, where the platform has them.
    names     of the brand that it may complain about, and of others; none: of no brand.
    thresholds  from which probability on it is a complaint, or unsure.
    """
    if not scored:
        return Judgement(UNTOLD, Verdict.UNSURE, (f"language {lang} is not scored",))
    said, known = _understood(text, lang)
    masked = names.mask(text) if names.masked else text
    if masked != text:  # "Best Buy" praises nobody, and "Dead Cells" is no breakage
        valence = mood(masked, lang)
        unnamed, _ = _understood(masked, lang)
        if len(unnamed.said) == len(said.said):
            said = replace(said, words=unnamed.words, each=unnamed.each)
    found = known.found(said)
    if lang in TONGUES:
        heard = weighed_abroad(text, said, found, names)
    else:
        heard = weighed(text, said, found, names, directed=directed)
    signals = _signals(heard, valence, directed)
    if rating is not None:
        signals += _stars(rating)
    total = BIAS + sum(signal.weight for signal in signals)
    if heard.repeated and total > REPEATED_FROM:
        total = REPEATED_FROM + REPEATED_SLOPE * (total - REPEATED_FROM)
    if heard.doubtful:
        total = max(total, DOUBTFUL)
    probability = 1.0 / (1.0 + math.exp(-total))
    verdict = _verdict(probability, signals, thresholds)
    return Judgement(probability, verdict, _reasons(signals, verdict, heard.text))


def _verdict(probability: float, signals: list[Signal], thresholds: Thresholds) -> Verdict:
    if probability >= thresholds.unsure_from:  # where it matters to nobody what is mixed
        return thresholds.verdict(probability)
    groups = {signal.group for signal in signals}
    mixed = len(groups & _REPROACHES) >= MIXED_REPROACHES and not groups.isdisjoint(_PRAISES)
    return thresholds.verdict(probability, mixed=mixed)


def _reasons(signals: list[Signal], verdict: Verdict, text: CueText) -> tuple[str, ...]:
    """The weightiest reasons; those that speak against the outcome come last.

    Small words are named where nothing else tells why.
    """
    told = [s for s in signals if s.reason and (s.told or abs(s.weight) >= WORTH_SHOWING)]
    great = [s for s in told if not s.small]
    if len(great) >= ENOUGH_REASONS:
        told = great
    outcome = -1.0 if verdict is Verdict.OTHER else 1.0
    told.sort(key=lambda signal: -signal.weight * outcome)
    return tuple([signal.spoken(text) for signal in told[:MAX_REASONS]])


# --- the signals ---

_CUES = COMPLAINT_CUES + COUNTER_CUES
_REPROACHES = frozenset(cue.name for cue in COMPLAINT_CUES if cue.shown and cue.weight >= 1.0)
_PRAISES = frozenset({"thanks", "praise"})
_SLANG_PRAISE = "slang praise"

# Phrases with a name or two in their middle, which a list of phrases cannot hold; by group.
_NAMED = r"(?: [^ .,;:!?]+){1,3}"
_NUMBER = "(?:0|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several)"
_TIME = "(?:minutes|hours|hour|days|day|weeks|week|months|month|years)"
_OWN_THING = r"(?:it|internet|wifi|net|broadband|line|connection|service|site|website|app|phone)"
_WITH_NAMES = {
    "reproach": re.compile(
        rf" (?:does|has|is) (?:anyone|anybody|someone|there anyone) (?:at|from){_NAMED} (?:ever|"
        rf"actually|"
        r"even|alive|able|going) "
    ),
    "bitter thanks": re.compile(
        rf" (?:thanks|thank you|cheers|kudos|well done|congrats|shoutout to|"
        rf"shout out to){_NAMED}? for "
        r"(?:nothing|ruining|wasting|ignoring|losing|breaking|cancelling|canceling|stranding|"
        r"overcharging|messing|teaching me|screwing|cutting|the (?:delay|wait|mess|outage)|"
        r"(?:making|"
        r"letting|having|keeping) (?:me|us|my \w+) (?:miss|wait|late|waiting|lose|pay|sit|fail|"
        r"down|"
        rf"stand|freeze)) | (?:good|nice|great) (?:job|work|one|going){_NAMED}? (?:you|youve|"
        rf"your|my|now|still|another)"
        rf" | so happy with{_NAMED} that "
        rf"| the only thing(?: that)?{_NAMED} (?:on time|well|right|properly|fast|quickly) "
        rf"|(?: without| no| broken| late| lost)(?: [^ .,;:!?]+){{1,4}} thanks to{_NAMED} $"
    ),
    "waiting": re.compile(
        r" (?:0|two|three|four|five|six|seven|several) hours (?:in|on) (?:the|your|a|an)"
        rf"{_NAMED} (?:queue|line) "
        # "Acme said 2 days. It has been 19." What it took in the end may have been less.
        rf"| (?:said|promised|quoted|estimated|told (?:me|us))(?: [^ .,;:!?]+){{0,3}} {_NUMBER}"
        rf" {_TIME}(?: [.,;:!?])?(?: (?:and|but|so))? (?:(?:it|its|this|that|were|we) )?"
        rf"(?:(?:is|has|have|are|was|am) )?(?:now )?(?:been|now|still|on|at|day|that was|was)"
        rf"(?: (?:over|nearly|almost|about|now|on|day|week))? {_NUMBER} (?:{_TIME} |[.!?,;]|$)"
    ),
    "broken": re.compile(
        rf" ordered (?:a|an|the|two|some|0){_NAMED}(?: from{_NAMED})? (?:but |and )?(?:i )?"
        r"(?:got|received|get|was sent|they sent|you sent) (?:a|an|the|two|0)"
        r"(?: [^ .,;:!?]+){1,2} (?:one|ones|instead) "
    ),
    "no reply": re.compile(
        rf" if{_NAMED} ever (?:answer|answered|pick up|picked up|reply|replied|respond|responded|"
        r"call back|called back|deliver|delivered|refund|refunded|fix|fixed|arrived|turned up) "
    ),
    "slang praise": re.compile(
        r"(?<! we)(?<! kids)(?<! they)(?<! people)(?<! both) (?:are|is) sick (?:[.!]|rn|af|bro|"
        r"man|$)"
    ),
    "nothing wrong": re.compile(
        # "my line is down but my phone is fine" still complains; that of others does not
        rf"(?<! my)(?<! our)(?<! your)(?<! the) (?!{_OWN_THING} )[^ .,;:!?]+ (?:is|are) "
        rf"(?:down|slow|broken|dead) but (?!my |our |the |{_OWN_THING} )[^ .,;:!?]+"
        r"(?: [^ .,;:!?]+)? (?:is|are|works|working|seems|runs) (?:just |all |still )?"
        r"(?:fine|ok|okay|good|great|up) "
    ),
}
# Words of which a text must have one before such a pattern is tried: the rarest that will do.
_NEEDS = {
    "reproach": (" anyone ", " anybody ", " someone "),
    "bitter thanks": (
        *(" thanks ", " thank you ", " cheers ", " kudos ", " well done ", " congrats "),
        *(" shoutout to ", " shout out to ", " good ", " nice ", " great "),
        *(" so happy with ", " the only thing "),
    ),
    "waiting": (" hours ", " said ", " promised ", " quoted ", " estimated ", " told "),
    "broken": (" ordered ",),
    "no reply": (" ever ",),
    "slang praise": (" sick ",),
    "nothing wrong": (" but ",),
}
_ENGLISH = Groups(
    _CUES, {name: (_NEEDS[name], one) for name, one in _WITH_NAMES.items()}, graver=GRAVER_CUES
)


def _understood(text: str, lang: str) -> tuple[CueText, Groups]:
    """Return a text as it is read in its language, and the groups of that language."""
    if lang not in TONGUES:
        return read(text), _ENGLISH
    spoken = tongue(lang)
    return read(text, spoken.spelling), spoken.groups


def groups_found(text: str, lang: str) -> tuple[CueText, Found]:
    """Return a text as it is read in its language, and where each group is found in it."""
    words, known = _understood(text, lang)
    return words, known.found(words)


def standing(words: str) -> Iterator[tuple[Cue, int, int]]:
    """Yield each phrase that stands in an English text's words, those inside others too, with its
    group, where it begins and ends; and phrases of the groups that count for severity alone."""
    return _ENGLISH.everywhere(words)


def _signals(heard: Heard, valence: float, directed: bool) -> list[Signal]:
    text = heard.text
    signals = [_group_signal(cue, places, text) for cue, places in heard.groups.items()]
    signals += heard.more
    # VADER takes "sick" and "killer" for what they say; the phrase knows better.
    praised = any(cue.name == _SLANG_PRAISE for cue in heard.groups)
    sour = 0.0 if praised else heard.share
    weight = VALENCE_WEIGHT * (valence if valence > 0.0 else valence * sour)
    sign = "−" if valence < 0 else "+"
    signals.append(Signal(weight, f"valence {sign}{abs(valence):.2f}"))
    if "?" in text.each:
        signals.append(_QUESTION)
    if "link" in text.each:
        signals.append(_LINK)
    if directed or text.words.startswith(" @ "):
        signals.append(_DIRECTED)
    return signals


_QUESTION, _LINK = Signal(QUESTION_WEIGHT), Signal(LINK_WEIGHT)
_DIRECTED = Signal(DIRECTED_WEIGHT)


def _stars(rating: float) -> Iterator[Signal]:
    if 2.0 < rating < 4.0:
        return
    weight = LOW_RATING_WEIGHT if rating <= 2.0 else HIGH_RATING_WEIGHT
    yield Signal(weight, f"rated {rating:g} of 5")


def _group_signal(cue: Cue, places: Mapping[str, tuple[int, int]], text: CueText) -> Signal:
    weight = cue.weight * (1.0 + SECOND_PHRASE * (len(places) > 1))
    if not cue.shown:
        weight *= min(1.0, LONG_TEXT_WORDS / max(1, len(text.said)))
    reason = cue.name if cue.weight > 0 else f"against: {cue.name}"
    return Signal(weight, reason, cue.name, not cue.shown, place=next(iter(places.values())))
