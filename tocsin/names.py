"""Brands that are ordinary words: what was learned of the words beside them, and where it is kept.

`models/NAME.names.json` beside the store `NAME.db` holds the words in force, and those before
them. They are words, with counts; nobody's posts.
"""

import json
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config import Brand
from listener.matching import Matcher
from listener.neighbours import MOST, Neighbour, Told, propose
from tocsin.store import StoreBroken, Unit

FORMAT = 1
MAX_BYTES = 1024 * 1024
LEARNED_OVER = timedelta(days=90)
MAX_WORD = 100  # characters

Words = Mapping[str, tuple[str, ...]]  # by brand


class NamesBroken(StoreBroken):
    """The file of learned words cannot be used. The text says which, and what to do."""


class Names:
    """The words in force beside one store."""

    def __init__(self, store: Path) -> None:
        self._file = store.absolute().parent / "models" / f"{store.stem}.names.json"

    def accepted(self) -> Words:
        """By brand, the words beside which its name is something else. Raises NamesBroken."""
        return self._words("accepted")

    def before(self) -> Words:
        """Those that were in force before. Raises NamesBroken."""
        return self._words("before")

    def erased(self) -> int:
        """How many clicks had been erased when words were put in force. Raises NamesBroken."""
        known = self._row().get("erased")
        return known if isinstance(known, int) else 0

    def put(self, words: Words, erased: int = 0) -> None:
        """Put words in force; those of now can be gone back to, unless clicks were erased since.

        erased  how many were in the store's life.
        """
        before = self.accepted() if erased <= self.erased() else {}
        row = {"format": FORMAT, "accepted": _sorted(words), "before": _sorted(before)}
        row |= {"erased": max(erased, self.erased())}
        self._file.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(row, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)  # whole or not at all

    def unlearn(self, found: "Shown", erased: int) -> int:
        """Where clicks were erased since: keep only words that what is left shows, and none to go
        back to. Returns how many went. Raises NamesBroken."""
        if not self._file.is_file() or erased <= self.erased():
            return 0
        now = self.accepted()
        still = {brand: {one.word for one in said} for brand, said in found.words.items()}
        left = {
            brand: tuple(word for word in words if word in still.get(brand, ()))
            for brand, words in now.items()
        }
        self.put(left, erased)
        return sum(map(len, now.values())) - sum(map(len, left.values()))

    def _words(self, key: str) -> Words:
        row = self._row()
        try:
            return {str(brand): _checked(words) for brand, words in row[key].items()} if row else {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._broken(error) from None

    def _row(self) -> Mapping[str, Any]:
        """The file, {} where there is none."""
        if not self._file.is_file():
            return {}
        try:
            if self._file.stat().st_size > MAX_BYTES:
                raise ValueError(f"it is larger than {MAX_BYTES} bytes")
            row = json.loads(self._file.read_text(encoding="utf-8"))
            if row["format"] != FORMAT:
                raise ValueError("another version wrote it")
            return dict(row)
        except (OSError, ValueError, RecursionError, KeyError, TypeError) as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> NamesBroken:
        return NamesBroken(
            f"The learned words {self._file} cannot be used: {_reason(error)}. "
            "Restore the file from a backup, or remove it to go on without them."
        )


def _reason(error: Exception) -> str:
    return (
        str(error) if type(error) is ValueError else f"it cannot be read ({type(error).__name__})"
    )


def _checked(words: Any) -> tuple[str, ...]:
    if not isinstance(words, list) or len(words) > 2 * MOST:
        raise ValueError("a brand's words are no short list")
    if not all(isinstance(word, str) and 0 < len(word) <= MAX_WORD for word in words):
        raise ValueError("one of the words is none")
    return tuple(words)


def _sorted(words: Words) -> dict[str, list[str]]:
    return {brand: sorted(set(said)) for brand, said in words.items() if said}


def others_at(store: Path | None) -> Words:
    """The words in force for a store. Raises NamesBroken."""
    return Names(store).accepted() if store is not None else {}


@dataclass(frozen=True, slots=True)
class Shown:
    """What clicks have shown.

    words     by brand, words beside which its name seems to be something else; most have none.
    left_out  by platform, how many posts may not be learned from.
    """

    words: Mapping[str, tuple[Neighbour, ...]]
    left_out: Mapping[str, int]


def shown(
    desk: Unit, brands: Sequence[Brand], now: datetime, learn_from: Collection[str] = ()
) -> Shown:
    """What the clicks of the last 90 days have shown. `learn_from`: as in the settings."""
    from tocsin.learning import NO_TRAINING  # learning is not loaded where nothing is learned

    left_out: Counter[str] = Counter()
    matcher = Matcher([brand.model_copy(update={"exclude": ()}) for brand in brands])
    told: dict[str, list[Told]] = {brand.name: [] for brand in brands}
    for brand, ours, author, post in desk.told_apart(now - LEARNED_OVER):
        if post.platform in NO_TRAINING and post.platform not in learn_from:
            left_out[post.platform] += 1
            continue
        beside = matcher.beside(post).get(brand)
        if beside is not None and brand in told:
            told[brand].append(Told(ours, str(author), beside))
    found = {brand: propose(said) for brand, said in told.items()}
    return Shown({brand: words for brand, words in found.items() if words}, left_out)


def said_of(found: Shown, now: Words) -> Iterator[str]:
    """What is in force and what is proposed, in lines."""
    from tocsin.learning import NO_TRAINING

    for platform, number in sorted(found.left_out.items()):
        yield f"{number} posts of {platform} are left out: {NO_TRAINING[platform]}."
    for brand, words in now.items():
        yield f"{brand} is something else beside: {', '.join(words)}."
    for brand, neighbours in found.words.items():
        fresh = [one for one in neighbours if one.word not in now.get(brand, ())]
        if fresh:
            yield f"{brand} seems to be something else beside:"
        for one in fresh:
            yield (
                f"    {one.word}: {one.posts} posts by {one.authors} people, that you said are "
                f"not yours; {one.ours} of yours"
            )
