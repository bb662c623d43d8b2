"""What a story is called: the words that most of its people share and others do not.

A name is put together from words that at least two people used, with everyday words between them;
never from a handle, nor from abuse, and of letters, digits and blanks alone but for the brackets,
so that it may be shown anywhere.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from listener.folding import fold
from listener.particulars import Token

MOST_CHARS = 60
MOST_PHRASE = 42  # characters before the bracket
MOST_WORDS = 7  # of a phrase
MOST_BETWEEN = 2  # everyday words between two that are shared
MOST_KNOWN = 16  # shared words remembered, the most telling
SHARED_BY = 2.0  # voices, from which on a word is several people's
BRACKET_SHARE = 0.2  # of voices that name a code or place
BETTER, SETTLED_BETTER, SETTLED = 1.25, 1.6, 8.0  # times, and the voices at which a name is settled
PER_GLUE = 0.15  # what a word between costs
_RUDE = re.compile(
    "fuck|shit|cunt|bitch|bastard|wank|twat|asshole|arsehole|dick(?!en)|prick|bollock|whore|slut|"
    "nigg|fag|retard|crap|piss|damn|bugger|idiot|moron|scum|nazi|rapist|kike|spastic|tosser|"
    "merde|putain|scheiss|scheiß|arsch|puta|mierda|cazzo|stronz|kurwa|kanker"
)
_SHOWN = re.compile(r"[\w][\w .,:'-]*\Z")

Gain = Callable[[int, float], float]


@dataclass(frozen=True, slots=True)
class Known:
    """A word that several people used: as they wrote it, its share elsewhere, and what it is."""

    surface: str
    share: float
    code: bool
    proper: bool


@dataclass(slots=True)
class Naming:
    """A story's name, and the shared words that it may be made of."""

    phrase: str = ""
    keys: tuple[int, ...] = ()  # of its words
    bracket: int = 0  # the key of the code or place behind it
    words: dict[int, Known] = field(default_factory=dict)

    def name(self, never: Collection[int]) -> str:
        """At most 60 characters; "" while nothing is shared. `never`: keys of handles."""
        known = self.words.get(self.bracket)
        if any(key in never for key in self.keys):
            return ""
        if known is None or self.bracket in never:
            return self.phrase
        if not self.phrase:
            return known.surface[:MOST_CHARS]
        whole = f"{self.phrase} ({known.surface})"
        return whole if len(whole) <= MOST_CHARS else self.phrase

    def hear(
        self,
        read: Sequence[Token],
        terms: Mapping[int, float],
        weight: float,
        gain: Gain,
        never: Collection[int],
    ) -> None:
        """Let a new voice's words, already counted in `terms`, have a say."""
        self._unlearn(never)
        worth = {}
        for token in read:
            if _may_name(token, never) and terms.get(token.key, 0.0) >= SHARED_BY:
                self._know(token)
        for key, known in self.words.items():
            worth[key] = terms.get(key, 0.0) / (weight + 2.0) * max(0.0, gain(key, known.share))
        self._keep(worth)
        self._phrase(read, worth, weight)
        self._bracket(worth, terms, weight)

    def keep_only(self, words: Set[str]) -> None:
        """Keep what is made of these words, folded, and forget the rest."""
        gone = [key for key, known in self.words.items() if not _folded(known.surface) <= words]
        for key in gone:
            del self.words[key]
        if not _folded(self.phrase) <= words:
            self.phrase, self.keys = "", ()
        if self.bracket in gone:
            self.bracket = 0

    def dump(self) -> list[object]:
        """Plain JSON values; the words are all several people's."""
        words = [[k, w.surface, w.share, w.code, w.proper] for k, w in self.words.items()]
        return [self.phrase, list(self.keys), self.bracket, words]

    @classmethod
    def load(cls, told: Any) -> "Naming":
        """What `dump` gave. Raises ValueError or TypeError for anything else."""
        phrase, keys, bracket, words = told
        known = {
            int(key): Known(_shown(surface), float(share), bool(code), bool(proper))
            for key, surface, share, code, proper in words[: MOST_KNOWN + 1]
        }
        return cls(_shown(phrase), tuple(map(int, keys)), int(bracket), known)

    def _unlearn(self, never: Collection[int]) -> None:
        """A word that turns out to be somebody's account goes, and the phrase with it."""
        for key in [key for key in self.words if key in never]:
            del self.words[key]
        if any(key in never for key in self.keys):
            self.phrase, self.keys = "", ()

    def _know(self, token: Token) -> None:
        known = self.words.get(token.key)
        if known is None or (token.proper and not known.proper):
            self.words[token.key] = Known(token.surface, token.share, token.code, token.proper)

    def _keep(self, worth: dict[int, float]) -> None:
        held = {*self.keys, self.bracket}
        free = sorted((key for key in worth if key not in held), key=worth.__getitem__)
        for key in free[: max(0, len(self.words) - MOST_KNOWN)]:
            del self.words[key], worth[key]

    def _phrase(self, read: Sequence[Token], worth: Mapping[int, float], weight: float) -> None:
        value, phrase, keys = best_phrase(read, worth)
        now = sum(worth.get(key, 0.0) for key in self.keys)
        more_exact = set(keys) > set(self.keys)
        times = SETTLED_BETTER if weight >= SETTLED and not more_exact else BETTER
        if value > times * now or (more_exact and value > now + 0.5):
            self.phrase, self.keys = phrase, keys

    def _bracket(
        self, worth: Mapping[int, float], terms: Mapping[int, float], weight: float
    ) -> None:
        """A code, else a name of a place or thing, that the phrase does not have."""
        said = self.phrase.lower()
        held = self.words.get(self.bracket)
        if held and self.bracket not in self.keys and held.surface.lower() not in said:
            return
        self.bracket = 0
        enough = max(SHARED_BY, BRACKET_SHARE * weight)
        able = [
            (known.code, worth.get(key, 0.0), key)
            for key, known in self.words.items()
            if (known.code or known.proper)
            and key not in self.keys
            and terms.get(key, 0.0) >= enough
            and known.surface.lower() not in said
        ]
        self.bracket = max(able)[2] if able else 0


def _shown(words: object) -> str:
    if (
        not isinstance(words, str)
        or len(words) > MOST_CHARS
        or not (words == "" or _SHOWN.match(words))
    ):
        raise ValueError("no words of a name")
    return words


def _may_name(token: Token, never: Collection[int]) -> bool:
    surface = token.surface
    if not token.key or not surface or token.key in never:
        return False
    return bool(_SHOWN.match(surface)) and not _RUDE.search(surface.lower())


def best_phrase(
    read: Sequence[Token], worth: Mapping[int, float]
) -> tuple[float, str, tuple[int, ...]]:
    """The stretch of a text that says most with shared words: its worth, words and keys."""
    best: tuple[float, str, tuple[int, ...]] = (0.0, "", ())
    for start, token in enumerate(read):
        if token.key in worth:
            for found in _from(read[start : start + MOST_WORDS], worth):
                if found[0] > best[0]:
                    best = found
    return best


def _from(
    read: Sequence[Token], worth: Mapping[int, float]
) -> list[tuple[float, str, tuple[int, ...]]]:
    """Every phrase that begins with the first of these words."""
    found, said, keys, value, between = [], "", dict[int, None](), 0.0, 0
    for token in read:
        if not token.surface or _RUDE.search(token.surface.lower()):
            break
        said = _with(said, token)
        if len(said) > MOST_PHRASE:
            break
        if token.key in worth:
            value += 0.0 if token.key in keys else worth[token.key]
            keys[token.key] = None
            between = 0
            found.append((value, said, tuple(keys)))
        elif token.key:
            break  # one person's own word, or an account
        else:
            between, value = between + 1, value - PER_GLUE
            if between > MOST_BETWEEN:
                break
    return found


def _with(said: str, token: Token) -> str:
    """A code behind the word that is its first part ("zip" "zip 4") repeats nothing."""
    word, _, rest = token.surface.partition(" ")
    if token.code and rest and said.lower().endswith(word.lower()):
        return f"{said} {rest}"
    return f"{said} {token.surface}" if said else token.surface


def _folded(words: str) -> frozenset[str]:
    """The single words, folded."""
    return frozenset(re.findall(r"\w+", fold(words)))
