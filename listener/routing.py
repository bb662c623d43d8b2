"""Which team a complaint belongs to: the team's own words, then what its description says, then
what was learned from confirmed teams; below the wished probability the brand's team, else triage.

Nobody is ever without an owner, and every route says how likely it is and why. docs/routing.md
says the same at length.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import TYPE_CHECKING

from listener.aspects import shipped
from listener.declared import Declared, Evidence, Found, Kind
from listener.grams import hashed
from listener.learned import Blocks, RouteModel
from listener.likeness import LEAST_LIKE, Descriptions

if TYPE_CHECKING:
    from config import Team

MAX_ROUTED_CHARS = 5_000  # of a text whose meaning is compared
TOPIC_FROM = 0.25  # evidence from which a topic is named: more than one word in passing
MAX_SHOWN = 3  # words named as reasons
SURE = 0.5  # probability from which a team whose declared words were found is sure
# Evidence that the team of last resort has beforehand, a seventh of a declared word: what is said
# of nothing in particular is most often meant for it, and of equals it is the one.
LAST_RESORT = 0.15
# From evidence to log-odds: a team's share of all that is said, which counts for less where little
# is said. Chosen where the probabilities of an airline's and of a bank's routes were nearest to
# how often they were right.
SHARPNESS, DOUBT, RIVALS = 6.4, 0.8, 5
# The default of `route_from`: this probability, and where there are many teams twice a mere draw.
ROUTE_FROM, DRAWS = 0.3, 2.0


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a complaint.

    topic      the declared subject that was recognised; None where there was none.
    confident  the post's own words say so, and no other team has as good a claim.
    probability  0.0 to 1.0 that it is this team.
    runner_up  the likeliest of the other teams, with its probability; None: there is no other.
    """

    team: str
    topic: str | None
    why: tuple[str, ...]
    confident: bool
    probability: float = 1.0
    runner_up: tuple[str, float] | None = None

    @property
    def teams(self) -> tuple[tuple[str, float], ...]:
        """The team and the runner-up, each with its probability."""
        first = (self.team, self.probability)
        return (first,) if self.runner_up is None else (first, self.runner_up)


class Router:
    """Finds a complaint's team. Made once for a configuration; safe to share between threads."""

    def __init__(
        self,
        teams: Sequence["Team"],
        brand_teams: Mapping[str, str],
        triage: str,
        learned: RouteModel | None = None,
        route_from: float | None = None,
        meaning: Descriptions | None = None,
    ) -> None:
        """brand_teams: brand → its team, where it has one; triage: the team of everything else.
        route_from: the least probability, 0.0 to 1.0, with which a team gets a post that is not
        its own by default; None: ROUTE_FROM, or less where there are many teams.
        meaning: the teams' descriptions compared by meaning, where that is installed."""
        self._meaning = meaning
        self._learned = learned
        self.teams = tuple(team.name for team in teams)
        self._declared = Declared(teams)
        self._brand_teams = dict(brand_teams)
        self._triage = triage
        default = min(ROUTE_FROM, DRAWS / len(self.teams))
        self._route_from = default if route_from is None else route_from

    def route(self, text: str, brand: str, lang: str = "en") -> Route:
        """Return the team for a text about a brand: the likeliest, where that is likely enough.

        lang: of the text, as `listener.language` tells it; what was learned asks for it."""
        evidence = self._declared.evidence(text)
        last = self._brand_teams.get(brand, self._triage)
        chances, learnt = self._chances(evidence, last, _Said(text, lang))
        if not learnt and not any(evidence.teams.values()):
            meant = self._by_meaning(text, chances)
            if meant is not None:
                return meant
        ranked = sorted(self.teams, key=lambda name: -chances[name])
        best = ranked[0]
        if best != last and chances[best] < self._route_from:
            doubt = f"{best} is only {chances[best]:.2f} likely, less than {self._route_from:.2f}"
            reasons = (doubt, self._last_reason(last, brand))
            return _route(last, None, reasons, False, chances)
        why, topic, claimed = _reasons(best, evidence)
        if learnt:
            why.append(f"your labels: {chances[best]:.2f} for {best}")
        elif not why:
            why.append(f"no topic's words; {self._last_reason(last, brand)}")
        if learnt:
            return _route(best, topic, why, claimed and chances[best] >= SURE, chances)
        rival = _rival(best, evidence)
        if rival is not None:
            why.append(f"as much speaks for {rival}, which is {self._later(best, last)}")
        sure = claimed and rival is None and chances[best] >= SURE
        return _route(best, topic, why, sure, chances)

    def _later(self, best: str, last: str) -> str:
        return "not the last resort" if best == last else "declared later"

    def _last_reason(self, last: str, brand: str) -> str:
        return f"{last} owns {brand}" if brand in self._brand_teams else "triage"

    def _chances(
        self, evidence: Evidence, last: str, said: "_Said"
    ) -> tuple[dict[str, float], bool]:
        """How likely each team is, and whether what was learned had a say in it. The declared word
        of a team that was never an example decides alone: nothing was learned of it."""
        odds = self._odds(evidence, last)
        best = max(odds, key=lambda name: odds[name])
        if self._learned is None:
            return softmax(odds), False
        declared = any(one.kind is Kind.DECLARED for one in evidence.found(best))
        if declared and best not in self._learned.weights:
            return softmax(odds), False
        return softmax(self._learned.odds(odds, route_blocks(evidence, said.aspects()))), True

    @property
    def triage(self) -> str:
        """The team of what nobody owns."""
        return self._triage

    def _by_meaning(self, text: str, chances: Mapping[str, float]) -> Route | None:
        """The team whose description means most nearly the same; None where none is near."""
        alike = self._meaning.likeness(text[:MAX_ROUTED_CHARS]) if self._meaning else {}
        team = max(alike, key=lambda name: alike[name], default=None)
        if team is None or alike[team] < LEAST_LIKE:
            return None
        why = f"like its description in meaning: {alike[team]:.2f}"
        return _route(team, None, (why,), False, chances)

    def read(self, text: str, lang: str = "en") -> tuple[dict[str, float], Blocks]:
        """A text as a learner wants it: each team's log-odds as declared, and its features."""
        evidence = self._declared.evidence(text)
        blocks = route_blocks(evidence, _Said(text, lang).aspects())
        return self._odds(evidence, self._triage), blocks

    def _odds(self, evidence: Evidence, last: str) -> dict[str, float]:
        """Log-odds of each team by what the configuration declares, without any example."""
        said = dict(evidence.teams)
        if last in said:
            said[last] += LAST_RESORT
        whole = DOUBT + math.fsum(nlargest(RIVALS, said.values()))
        return {name: SHARPNESS * one / whole for name, one in said.items()}


def _rival(best: str, evidence: Evidence) -> str | None:
    """The first other team for which as much is said, if anything is."""
    most = evidence.teams[best]
    rivals = (name for name, one in evidence.teams.items() if name != best and one >= most - 1e-9)
    return next(rivals, None) if most else None


def _route(
    team: str,
    topic: str | None,
    why: Sequence[str],
    confident: bool,
    chances: Mapping[str, float],
) -> Route:
    others = [name for name in chances if name != team]
    second = max(others, key=lambda name: chances[name], default=None)
    return Route(
        team,
        topic,
        tuple(why),
        confident,
        round(chances[team], 4),
        None if second is None else (second, round(chances[second], 4)),
    )


def _reasons(team: str, evidence: Evidence) -> tuple[list[str], str | None, bool]:
    """Why a team: its reasons, its topic, and whether its own declared words were found."""
    own = evidence.found(team)
    weights: dict[str | None, float] = {}
    for one in own:
        weights[one.part.topic] = weights.get(one.part.topic, 0.0) + one.weight
    topics = [topic for topic in weights if topic is not None]
    topic = max(topics, key=lambda name: weights[name], default=None)
    if topic is not None and weights[topic] < TOPIC_FROM:
        topic = None  # its owner is not called for a word in passing
    shown = [one for one in own if one.part.topic in (topic, None)]
    why = [line for kind in Kind for line in _reason(kind, [o for o in shown if o.kind is kind])]
    return why, topic, any(one.kind is Kind.DECLARED for one in own)


def _reason(kind: Kind, found: Sequence[Found]) -> Iterator[str]:
    if not found:
        return
    quoted = ", ".join(dict.fromkeys(f'"{one.said}"' for one in found[:MAX_SHOWN]))
    match kind:
        case Kind.DECLARED:
            yield f"{found[0].part.topic}: {quoted}"
        case Kind.DESCRIBED:
            yield f"like its description: {quoted}"
        case Kind.KNOWN:
            yield f"close to its words: {quoted}"


def softmax(totals: Mapping[str, float]) -> dict[str, float]:
    """Log-odds as chances that are 1 together."""
    most = max(totals.values())
    raised = {name: math.exp(total - most) for name, total in totals.items()}
    whole = sum(raised.values())
    return {name: one / whole for name, one in raised.items()}


@dataclass(frozen=True, slots=True)
class _Said:
    """A text in its language, until somebody asks what it speaks of."""

    text: str
    lang: str

    def aspects(self) -> set[str]:
        """The shipped aspects that it names. Whether they are complained about does not matter to
        whose work they are: that told no more teams rightly, and costs ten times as much."""
        known = shipped()
        words = known.read(self.text, self.lang).words
        return {one.name for one in known.found(words, self.lang)}


def route_blocks(evidence: Evidence, aspects: Iterable[str]) -> Blocks:
    """The features by which teams are learned: stems, pairs of them, and what is known of the
    words: the phrases that speak for anybody, so that it is learned whom a declared word really
    tells, and the shipped aspects, so that an example of one word teaches the others too."""
    said = evidence.stems
    pairs = (f"{a} {b}" for a, b in pairwise(said))
    found = [f"# {' '.join(phrase)}" for phrase in evidence.heard]
    return hashed(said), hashed(pairs), hashed([*found, *(f"= {name}" for name in aspects)])
