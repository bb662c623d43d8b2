"""What is judged wrongly, kind by kind: grouped by what anybody can see, not by what explains it.

A mistake counts once, in the first kind that fits it. What is shown of a judgement is what
`tocsin score` shows: its language, verdict and reasons.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bench.judged import Judged
from listener.cues_against import COUNTER_CUES
from listener.cues_for import COMPLAINT_CUES

SHORT, LONG = 8, 60  # words
_LINK = re.compile(r"https?://|www\.")
_NEWS = "against: news"
_PRAISE = ("against: thanks", "against: praise", "against: slang praise")
_REPROACHES = frozenset(cue.name for cue in COMPLAINT_CUES if cue.shown)
_COUNTERS = frozenset(f"against: {cue.name}" for cue in COUNTER_CUES if cue.shown)


class Mistaken(NamedTuple):
    """A post that was judged wrongly."""

    text: str
    judged: Judged

    @property
    def words(self) -> int:
        """How long it is."""
        return len(self.text.split())

    @property
    def reproached(self) -> bool:
        """Whether a group of phrases was found that speaks for a complaint."""
        return any(_group(why) in _REPROACHES for why in self.judged.why)

    @property
    def praised(self) -> bool:
        """Whether thanks or praise were found."""
        return any(why.startswith(_PRAISE) for why in self.judged.why)

    @property
    def countered(self) -> bool:
        """Whether anything was found that speaks against a complaint."""
        return any(_group(why) in _COUNTERS for why in self.judged.why)


KINDS: tuple[tuple[str, Callable[[Mistaken], bool]], ...] = (
    ("another language than English", lambda one: one.judged.lang not in ("en", "und")),
    ("a link or news", lambda one: _is_news(one)),
    ("praise and reproach together", lambda one: one.praised and one.reproached),
    ("a question", lambda one: "?" in one.text),
    ("short: under 8 words", lambda one: one.words < SHORT),
    ("long: over 60 words", lambda one: one.words > LONG),
    ("praise or thanks alone", lambda one: one.praised),
    ("no phrase for a complaint found", lambda one: not one.reproached),
    ("a phrase found, and nothing against it", lambda one: not one.countered),
    ("other", lambda one: True),
)


def _is_news(one: Mistaken) -> bool:
    return bool(_LINK.search(one.text)) or any(why.startswith(_NEWS) for why in one.judged.why)


def _group(why: str) -> str:
    """The group of a reason such as `against: praise: "lovely"`."""
    return why.partition(': "')[0]


def kind_of(one: Mistaken) -> str:
    """The first kind that fits."""
    return next(name for name, fits in KINDS if fits(one))


def grouped(
    texts: Sequence[str], found: Sequence[Judged], labels: Sequence[bool]
) -> tuple[Counter[str], Counter[str]]:
    """How many false alarms there are of each kind, and how many misses.

    A post that is unsure is no false alarm; a complaint that is unsure is a miss, though a person
    is shown it.
    """
    alarms, misses = Counter[str](), Counter[str]()
    for text, judged, complains in zip(texts, found, labels, strict=True):
        rang = judged.verdict == "complaint"
        if rang != complains:
            (alarms if rang else misses)[kind_of(Mistaken(text, judged))] += 1
    return alarms, misses
