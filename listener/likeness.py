"""Likeness in meaning, by word vectors that lie inside an installed package: an optional extra.

Nothing here is needed: without the extra every judgement is as it was. Nothing is downloaded: the
package's two files are read where they are, and its own loader, which would fetch what it does not
find, is never called. numpy and the tokenizer are imported when the first text is compared.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from listener.complaint import COMPLAINT_FROM, Judgement, Verdict
from listener.learned import log_odds_of, logistic
from listener.prototypes import COMPLAINTS, OTHERS
from listener.thresholds import Thresholds

if TYPE_CHECKING:
    from config import Settings

VERSION = "like-1"
MISSING = (
    "[embeddings] asks for likeness in meaning, which is not installed: "
    'pip install "tocsin[embeddings]". Until then all is judged and routed without it'
)
MAX_CHARS = 2_000  # of a text that is compared: what a post wants is said by then

# Between these probabilities the judgement is unsure enough to ask (measured: bench/embeddings.py).
UNSURE_BAND = (0.3, 0.7)
NEAREST = 5  # sentences of each kind that count
WEIGHT = 8.0  # log-odds for each unit of cosine between the two kinds
MOST = 1.0  # log-odds that likeness adds or takes at most
LEAST_LIKE = 0.35  # cosine from which a text is like a description at all

_PACKAGE = "wordllama"
_WEIGHTS = Path("weights") / "l2_supercat_256.safetensors"
_TOKENS = Path("tokenizers") / "l2_supercat_tokenizer_config.json"


class LikenessMissing(Exception):
    """The extra is not installed, or its files are not where they were."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def is_installed() -> bool:
    """Is everything there that likeness needs? Looks, and imports nothing."""
    folder = _folder()
    files = folder is not None and all((folder / one).is_file() for one in (_WEIGHTS, _TOKENS))
    return files and all(find_spec(name) for name in ("numpy", "tokenizers", "safetensors"))


def lacking(settings: "Settings") -> bool:
    """Is likeness asked for, and what it needs not there?"""
    asked = settings.embeddings.judge or settings.embeddings.route
    return asked and not is_installed()


class Vectors:
    """Texts as vectors of length one: the mean of their words' vectors."""

    def __init__(self, weights: Any, tokenizer: Any) -> None:
        import numpy

        self._numpy = numpy
        self._weights = weights
        self._tokenizer = tokenizer

    def of(self, text: str) -> Any:
        """A text's vector (256 numbers); all zero for one without a known word."""
        clean = text[:MAX_CHARS].encode("utf-8", "replace").decode()
        ids = self._tokenizer.encode(clean, add_special_tokens=False).ids
        total = self._weights[ids].astype(self._numpy.float32).sum(0)
        return total / (self._numpy.linalg.norm(total) or 1.0)

    def all_of(self, texts: tuple[str, ...]) -> Any:
        """Several texts, one a row."""
        return self._numpy.stack([self.of(text) for text in texts])


@cache
def load() -> Vectors:
    """Read the vectors (16 MB, once a process). Raises LikenessMissing."""
    folder = _folder()
    if folder is None or not is_installed():
        raise LikenessMissing
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / _TOKENS))
    tokenizer.no_padding()
    (weights,) = load_file(folder / _WEIGHTS).values()
    return Vectors(weights, tokenizer)


def likeness(text: str, descriptions: Mapping[str, str]) -> Mapping[str, float]:
    """How like a text is to each description, as cosine, -1.0 to 1.0. Raises LikenessMissing."""
    return Descriptions(descriptions, load()).likeness(text)


class Descriptions:
    """Descriptions that many texts are compared with."""

    def __init__(self, descriptions: Mapping[str, str], vectors: Vectors) -> None:
        """descriptions: name → what it is, in plain words; those without any are left out."""
        said = {name: words for name, words in descriptions.items() if words.strip()}
        self._vectors = vectors
        self._names = tuple(said)
        self._rows = vectors.all_of(tuple(said.values())) if said else None

    def likeness(self, text: str) -> Mapping[str, float]:
        """Name → cosine, -1.0 to 1.0."""
        if self._rows is None:
            return {}
        alike = self._rows @ self._vectors.of(text)
        return {name: float(one) for name, one in zip(self._names, alike, strict=True)}


class Leaning:
    """Which way a text leans: to sentences that complain, or to those that do not."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self._complaints = vectors.all_of(COMPLAINTS)
        self._others = vectors.all_of(OTHERS)

    def of(self, text: str) -> float:
        """Mean cosine with the nearest complaints less that with the nearest others, -2 to 2."""
        vector = self._vectors.of(text)
        return _nearest(self._complaints @ vector) - _nearest(self._others @ vector)

    def move(
        self, judgement: Judgement, text: str, complaint_from: float = COMPLAINT_FROM
    ) -> Judgement:
        """Move a judgement that is unsure enough, by at most MOST; any other is returned as it is.

        complaint_from  probability from which a post is a complaint.
        What was unsure or a complaint stays in sight: the least it becomes is unsure.
        """
        low, high = UNSURE_BAND
        if not low <= judgement.probability <= high or judgement.verdict is Verdict.OTHER:
            return judgement
        added = max(-MOST, min(MOST, WEIGHT * self.of(text)))
        probability = logistic(log_odds_of(judgement.probability) + added)
        return replace(
            judgement,
            probability=probability,
            verdict=Thresholds(complaint_from, unsure_from=0.0).verdict(probability),
            why=(*judgement.why[:5], f"likeness to complaints: {added:+.2f}"),
        )


def _nearest(alike: Any) -> float:
    return float(sum(sorted(alike.tolist())[-NEAREST:]) / NEAREST)


def _folder() -> Path | None:
    """Where the package lies; it is not imported, as that would load all it can do."""
    found = find_spec(_PACKAGE)
    places = found.submodule_search_locations if found is not None else None
    return Path(places[0]) if places else None
