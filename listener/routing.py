"""Which team a complaint belongs to: the team's own words, then what its description says, then
what was learned from confirmed teams, then the brand's team, then triage.

Nobody is ever without an owner: where no word matches, somebody is named, and the route says so.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from config import Team
from listener.folding import fold
from listener.grams import hashed
from listener.learned import RouteModel
from listener.likeness import LEAST_LIKE, Descriptions

MAX_ROUTED_CHARS = 5_000
MAX_SHOWN = 3  # words named as reasons
# Log-odds beside those of the learner: of each word of a phrase that a team declares, and of each
# unit of likeness to its description.
DECLARED_WEIGHT, LIKENESS_WEIGHT = 1.0, 0.8
LEAST_LIKENESS = 1.4  # a single word in common with a description says nothing

_WORD = re.compile(r"[\w$€£&]+(?:'\w+)?")
_LINK = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a complaint.

    topic      the declared subject whose words were found; None where the team was a fallback.
    confident  the post's own words say so, and no other topic has as good a claim.
    probability  0.0 to 1.0 that it is this team, where that was learned; else None.
    """

    team: str
    topic: str | None
    why: tuple[str, ...]
    confident: bool
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class _Topic:
    team: str
    name: str


class Router:
    """Finds a complaint's team. Made once for a configuration; safe to share between threads."""

    def __init__(
        self,
        teams: Sequence[Team],
        brand_teams: Mapping[str, str],
        triage: str,
        learned: RouteModel | None = None,
        meaning: Descriptions | None = None,
    ) -> None:
        """brand_teams: brand → its team, where it has one; triage: the team of everything else;
        meaning: the teams' descriptions compared by meaning, where that is installed."""
        self._meaning = meaning
        self._learned = learned
        self.teams = tuple(team.name for team in teams)
        self._described = Described(teams)
        self._brand_teams = dict(brand_teams)
        self._triage = triage
        self._topics = [_Topic(team.name, topic) for team in teams for topic in team.owns]
        self._phrases: dict[tuple[str, ...], list[int]] = {}
        words_of = (words for team in teams for words in team.owns.values())
        for number, words in enumerate(words_of):
            for word in words:
                stems = tuple(_stem(w) for w in _words(word))
                if stems and number not in self._phrases.setdefault(stems, []):
                    self._phrases[stems].append(number)
        self._firsts = {stems[0] for stems in self._phrases}
        self._longest = max(map(len, self._phrases), default=0)

    def route(self, text: str, brand: str) -> Route:
        """Return the team for a text about a brand.

        The topic with the most words matched wins; a phrase counts by its length beside the words
        in it. Of equals the one wins whose team's description is most like the
        text, then the one declared first, and the route is not confident where another
        team has as good a claim.
        """
        claims = self._claims(text)
        declared = self._by_words(text, claims) if claims else None
        if self._learned is not None and (
            declared is None or declared.team in self._learned.weights
        ):
            return self._learned_route(text, brand, claims, self._learned)
        described = declared or self._by_description(text) or self._by_meaning(text)
        return described or self._fallback(brand)

    def _by_words(self, text: str, claims: "_Claims") -> Route:
        scores = {topic: _length(found) for topic, found in claims.items()}
        best = max(scores.values())
        winners = [topic for topic in sorted(scores) if scores[topic] == best]
        if len(winners) > 1:
            likeness = self._described.likeness(text)
            winners.sort(key=lambda topic: -likeness.get(self._topics[topic].team, 0.0))
        topic = self._topics[winners[0]]
        why = [f"{topic.name}: {_shown(claims[winners[0]])}"]
        if len(winners) > 1:
            rival = self._topics[winners[1]]
            why.append(f"as much speaks for {rival.name} ({rival.team}), which is declared later")
        rivals = {self._topics[winner].team for winner in winners}
        return Route(topic.team, topic.name, tuple(why), confident=len(rivals) == 1)

    def _by_description(self, text: str) -> Route | None:
        likeness = self._described.likeness(text)
        if not likeness:
            return None
        team = max(likeness, key=lambda name: likeness[name])
        if likeness[team] < LEAST_LIKENESS:
            return None
        return Route(team, None, (self._described.reason(team, text),), confident=False)

    def _by_meaning(self, text: str) -> Route | None:
        """The team whose description means most nearly the same; None where none is near."""
        alike = self._meaning.likeness(text[:MAX_ROUTED_CHARS]) if self._meaning else {}
        team = max(alike, key=lambda name: alike[name], default=None)
        if team is None or alike[team] < LEAST_LIKE:
            return None
        why = f"like its description in meaning: {alike[team]:.2f}"
        return Route(team, None, (why,), confident=False)

    def _learned_route(
        self, text: str, brand: str, claims: "_Claims", learned: RouteModel
    ) -> Route:
        """The team for which declared words, likeness and examples together say most; without any
        declared word, and less likely than is wished, the one that gets what nobody owns."""
        chances = self.chances(text, learned, claims)
        team = max(self.teams, key=lambda name: chances[name])
        chance = round(chances[team], 4)
        learnt = f"your labels: {chance:.2f} for {team}"
        topics = [topic for topic in claims if self._topics[topic].team == team]
        if topics:
            topic = max(topics, key=lambda one: (_length(claims[one]), -one))
            why = (f"{self._topics[topic].name}: {_shown(claims[topic])}", learnt)
            return Route(team, self._topics[topic].name, why, chance >= learned.sure_from, chance)
        if chance < learned.sure_from and not claims:
            last = self._fallback(brand)
            reasons = (*last.why, f"{learnt}, which is too little")
            return Route(last.team, None, reasons, confident=False, probability=chances[last.team])
        return Route(team, None, (learnt,), chance >= learned.sure_from, chance)

    def chances(
        self, text: str, learned: RouteModel, claims: "_Claims | None" = None
    ) -> Mapping[str, float]:
        """How likely each team is, 0.0 to 1.0; together 1."""
        totals = self.declared(text, claims)
        buckets = route_buckets(text)
        for name in self.teams:
            totals[name] += learned.priors.get(name, 0.0) + learned.evidence(name, buckets)
        return softmax(totals)

    def declared(self, text: str, claims: "_Claims | None" = None) -> dict[str, float]:
        """Log-odds of each team by what the configuration declares, without any example."""
        totals = dict.fromkeys(self.teams, 0.0)
        for topic, found in (self._claims(text) if claims is None else claims).items():
            team = self._topics[topic].team
            totals[team] = max(totals[team], DECLARED_WEIGHT * _length(found))
        for name, likeness in self._described.likeness(text).items():
            totals[name] += LIKENESS_WEIGHT * likeness
        return totals

    def _claims(self, text: str) -> "_Claims":
        """Return topic → its phrases found, each with the words that stood there."""
        claims: _Claims = {}
        for phrase, said in self._found(list(_words(text[:MAX_ROUTED_CHARS]))):
            for topic in self._phrases[phrase]:
                claims.setdefault(topic, {}).setdefault(phrase, said)
        return claims

    def _found(self, words: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
        stems = [_stem(word) for word in words]
        for start, stem in enumerate(stems):
            if stem not in self._firsts:
                continue
            for length in range(1, min(self._longest, len(stems) - start) + 1):
                phrase = tuple(stems[start : start + length])
                if phrase in self._phrases:
                    yield phrase, " ".join(words[start : start + length])

    def _fallback(self, brand: str) -> Route:
        team = self._brand_teams.get(brand)
        if team is not None:
            return Route(team, None, (f"no topic's words; {team} owns {brand}",), confident=False)
        return Route(self._triage, None, ("no topic's words; triage",), confident=False)


_Claims = dict[int, dict[tuple[str, ...], str]]  # topic → its phrases, with what stood there


def _length(found: Mapping[tuple[str, ...], str]) -> int:
    return sum(map(len, found))


def _shown(found: Mapping[tuple[str, ...], str]) -> str:
    return ", ".join(f'"{words}"' for words in list(found.values())[:MAX_SHOWN])


def softmax(totals: Mapping[str, float]) -> dict[str, float]:
    """Log-odds as chances that are 1 together."""
    most = max(totals.values())
    raised = {name: math.exp(total - most) for name, total in totals.items()}
    whole = sum(raised.values())
    return {name: one / whole for name, one in raised.items()}


def route_buckets(text: str) -> tuple[int, ...]:
    """The features by which teams are learned: stems, and pairs of them."""
    stems = [_stem(word) for word in _words(text[:MAX_ROUTED_CHARS])]
    pairs = (f"{a} {b}" for a, b in pairwise(stems))
    return hashed((*stems, *pairs))


class Described:
    """What teams say of their work, and how like it a text is."""

    def __init__(self, teams: Sequence[Team]) -> None:
        self._words = {
            team.name: {_stem(word) for word in _words(team.description)} - _LITTLE
            for team in teams
            if team.description
        }
        said = [stem for stems in self._words.values() for stem in stems]
        # A word that many teams use tells them apart less (inverse document frequency).
        most = math.log(1 + len(self._words))
        self._worth = {
            stem: math.log(1 + len(self._words) / said.count(stem)) / most for stem in set(said)
        }

    def likeness(self, text: str) -> dict[str, float]:
        """How many words a text has in common with each description, where one that only one team
        uses counts 1 and others less; without teams that have none."""
        if not self._words:
            return {}
        stems = {_stem(word) for word in _words(text[:MAX_ROUTED_CHARS])}
        alike = {
            name: math.fsum(self._worth[stem] for stem in own & stems)
            for name, own in self._words.items()
        }
        return {name: worth for name, worth in alike.items() if worth}

    def reason(self, team: str, text: str) -> str:
        """Which words a text has in common with a team's description."""
        own = self._words[team]
        shown = [
            word for word in dict.fromkeys(_words(text[:MAX_ROUTED_CHARS])) if _stem(word) in own
        ]
        return "like its description: " + ", ".join(f'"{word}"' for word in shown[:MAX_SHOWN])


def _words(text: str) -> Iterable[str]:
    return _WORD.findall(_LINK.sub(" ", fold(text)))


_ENDINGS = ("'s", "ings", "ing", "ies", "ied", "ed", "es", "s")
_SHORTEST_STEM = 3


@lru_cache(maxsize=8192)  # people use the same words
def _stem(word: str) -> str:
    """Cut the endings of plural and verb, so that "charges", "charged", "charging" are one word.

    Deliberately simple: both sides are cut alike, so that an odd stem does no harm.
    """
    if word.endswith("ss"):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]  # shipped, shipping
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] in "ey" else word


_LITTLE = frozenset(
    _stem(word)
    for words in (
        "a an the of to in on at for from by and or with who how our is are was were be been it",
        "its that this as after before no not we you they i my your their has have had when what",
    )
    for word in words.split()
)
