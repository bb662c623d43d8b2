"""Which team a complaint belongs to: the team's own words, then the brand's team, then triage.

Nobody is ever without an owner: where no word matches, somebody is named, and the route says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from config import Team
from listener.folding import fold

MAX_ROUTED_CHARS = 5_000
MAX_SHOWN = 3  # words named as reasons

_WORD = re.compile(r"[\w$€£&]+(?:'\w+)?")
_LINK = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a complaint.

    topic      the declared subject whose words were found; None where the team was a fallback.
    confident  the post's own words say so, and no other topic has as good a claim.
    """

    team: str
    topic: str | None
    why: tuple[str, ...]
    confident: bool


@dataclass(frozen=True, slots=True)
class _Topic:
    team: str
    name: str


class Router:
    """Finds a complaint's team. Made once for a configuration; safe to share between threads."""

    def __init__(self, teams: Sequence[Team], brand_teams: Mapping[str, str], triage: str) -> None:
        """brand_teams: brand → its team, where it has one; triage: the team of everything else."""
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
        in it. Of equals the one declared first wins, and the route is not confident where another
        team has as good a claim.
        """
        claims = self._claims(text)
        if not claims:
            return self._fallback(brand)
        scores = {topic: sum(len(phrase) for phrase in found) for topic, found in claims.items()}
        best = max(scores.values())
        winners = [topic for topic in sorted(scores) if scores[topic] == best]
        topic = self._topics[winners[0]]
        shown = ", ".join(f'"{words}"' for words in list(claims[winners[0]].values())[:MAX_SHOWN])
        why = [f"{topic.name}: {shown}"]
        if len(winners) > 1:
            rival = self._topics[winners[1]]
            why.append(f"as much speaks for {rival.name} ({rival.team}), which is declared later")
        rivals = {self._topics[winner].team for winner in winners}
        return Route(topic.team, topic.name, tuple(why), confident=len(rivals) == 1)

    def _claims(self, text: str) -> dict[int, dict[tuple[str, ...], str]]:
        """Return topic → its phrases found, each with the words that stood there."""
        claims: dict[int, dict[tuple[str, ...], str]] = {}
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
