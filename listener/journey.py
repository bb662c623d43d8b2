"""At which stage of the customer's journey a complaint arose, where its words tell.

Phrases of `journey.txt` that name a stage count twice a word for an aspect that belongs to one.
The stage that most speaks for wins, of equals the later one: who waits for an answer about a
parcel is with support by now. A customer who says that they leave, leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from listener.aspects import Aspect, complained
from listener.clauses import clauses
from listener.vocabulary import Vocabulary

MAX_WORDS = 3
LEAVING = "leaving"
PHRASE, ASPECT = 2.0, 1.0  # what each says for its stage

# A team's own topics belong to no stage, and neither do price, staff, contract or privacy.
_OF_ASPECT = {
    "availability": "before buying",
    "advertising": "before buying",
    "booking": "buying",
    "delivery": "delivery",
    "product": "use",
    "app": "use",
    "connection": "use",
    "account": "use",
    "comfort": "use",
    "food": "use",
    "delays": "use",
    "luggage": "use",
    "billing": "billing",
    "support": "support",
    "repairs": "support",
    "returns": "support",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the journey.

    name   "before buying", "buying", "delivery", "use", "billing", "support" or "leaving".
    words  at most three that tell it. They quote the post: treat them as text.
    """

    name: str
    words: tuple[str, ...]


@cache
def stages() -> Vocabulary:
    """The stages in their order; read when the first complaint is met."""
    return Vocabulary(Path(__file__).with_name("journey.txt"))


def stage_of(text: str, lang: str, aspects: Sequence[Aspect] = ()) -> Stage | None:
    """Return the stage that a complaint tells of; None where its words do not tell."""
    parts = clauses(text, lang)[1]
    known = stages().read(text, lang)
    points: dict[str, float] = {}
    words: dict[str, list[str]] = {}
    for one in complained(stages().found(known.words, lang), parts):
        points[one.name] = points.get(one.name, 0.0) + PHRASE
        words.setdefault(one.name, []).append(known.quote(one.start, one.end))
    for aspect in aspects:
        stage = _OF_ASPECT.get(aspect.shipped)
        if stage is not None:
            points[stage] = points.get(stage, 0.0) + ASPECT * len(aspect.words)
            words.setdefault(stage, []).extend(aspect.words)
    if not points:
        return None
    order = stages().names
    best = max(points, key=lambda name: (name == LEAVING, points[name], order.index(name)))
    return Stage(best, tuple(dict.fromkeys(words[best]))[:MAX_WORDS])
