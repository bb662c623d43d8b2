"""Brand noise and copies: names that are ordinary words, near-duplicates, and what they cost.

    python -m bench.noise [FOLDER]

The texts of names and edits are our own. FOLDER as for `bench.accuracy`: the airline and sanders
sets; what is not there is left out and named.
"""

import os
import sys
import time
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench.accuracy import _read
from bench.noise_texts import NAMES, SAID, WORDS
from config import Brand
from listener.duplicates import ALIKE, Near, alike
from listener.matching import Matcher
from listener.mention import Author, Post
from listener.neighbours import Told, propose

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 100_000  # posts that are heard for the memory's sake
PAIRED = 1_200  # texts of which every pair is compared


def main() -> None:
    """Print every figure."""
    shared = Path(os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared")
    own = len(sys.argv) > 1 and sys.argv[0].endswith("noise.py")
    folder = Path(sys.argv[1]) if own else shared / "data"
    print("Names that are ordinary words, our own texts: noise left out, mentions kept")
    for label, brands in (("by the name alone", PLAIN), ("with near or not_near", DECLARED)):
        out, kept = names(brands)
        print(f"    {label:<24} {out:.2f} {kept:.2f}")
    print("Copies, our own texts and edits of them")
    shorter = recall(WORDS)
    for label, found in recall(SAID).items():
        print(f"    {label:<24} found {found:.2f}, of shorter texts {shorter[label]:.2f}")
    print(f"    taken for another's text {false_copies(SAID)} of {len(SAID) + len(WORDS)}")
    for name in ("airline", "sanders"):
        _real(folder, name)
    for brand in ("apple", "google", "microsoft", "twitter"):
        _learned(folder, brand)
    micros, megabytes, kept_texts = cost()
    print(f"{MANY} posts: {micros:.0f} µs each, {megabytes:.0f} MB for {kept_texts} texts")


# ---------------------------------------------------------------------------------------- names
PLAIN = tuple(Brand(name=name) for name in NAMES)
DECLARED = tuple(
    Brand(name=name, near=set_.near, not_near=set_.not_near) for name, set_ in NAMES.items()
)


def names(brands: Sequence[Brand]) -> tuple[float, float]:
    """The share of posts about something else that are left out, and of the brand's that are
    kept."""
    matcher = Matcher(brands)
    out = [not _names(matcher, n, text) for n, set_ in NAMES.items() for text in set_.others]
    kept = [_names(matcher, n, text) for n, set_ in NAMES.items() for text in set_.ours]
    return sum(out) / len(out), sum(kept) / len(kept)


def _names(matcher: Matcher, brand: str, text: str) -> bool:
    return brand in (match.brand for match in matcher.match(_post(text)))


def _post(text: str, number: int = 0) -> Post:
    return Post("text", str(number), text, WHEN, Author(f"u{number}"))


# --------------------------------------------------------------------------------------- copies
def edits(text: str, chance: Random) -> Iterator[tuple[str, str]]:
    """A text as it is copied, by what was done to it."""
    words = text.split()
    at = chance.randrange(1, len(words) - 1)
    yield "word for word", text
    yield "other link", f"{text} https://t.example/{chance.randrange(10**6)}"
    yield "other handles", f"@press @helpdesk{chance.randrange(99)} {text}"
    yield "passed on", f"RT @user{chance.randrange(999)}: {text}"
    yield "with its source", f"{text} (via @user{chance.randrange(999)})"
    yield "capitals and marks", f"{text.upper()}!!! 😡"
    yield "one word changed", " ".join([*words[:at], "really", *words[at + 1 :]])
    yield "one word left out", " ".join([*words[:at], *words[at + 1 :]])
    yield "a word before it", f"This! {text}"
    yield "its end cut off", " ".join(words[: -max(1, len(words) // 6)]) + "…"


def recall(texts: Sequence[str]) -> dict[str, float]:
    """By edit, the share of copies that are found, and of the right text."""
    chance = Random(7)
    near: Near[int] = Near()
    for number, text in enumerate(texts):
        near.seen(number, text, 0.0)
    found: dict[str, list[bool]] = {}
    for number, text in enumerate(texts):
        for edit, changed in edits(text, chance):
            copy = near.seen(number + 10_000, changed, 1.0)
            found.setdefault(edit, []).append(copy is not None and copy.of == number)
    return {edit: sum(right) / len(right) for edit, right in found.items()}


def false_copies(texts: Sequence[str]) -> int:
    """How many texts that say the same thing in other words, or another thing, are taken for
    copies."""
    near: Near[int] = Near()
    return sum(near.seen(n, text, 0.0) is not None for n, text in enumerate((*texts, *WORDS)))


def _real(folder: Path, name: str) -> None:
    rows = _read(folder, name, name)
    if not rows:
        return
    texts = [row["text"] for row in rows]
    near: Near[int] = Near()
    copies = sum(near.seen(n, text, float(n)) is not None for n, text in enumerate(texts))
    found, there = looked_up(texts[:PAIRED])
    print(f"{name:<10} {copies} copies in {len(texts)}; looked up {found} of {there} alike pairs")


def looked_up(texts: Sequence[str]) -> tuple[int, int]:
    """How many texts that are like an earlier one are found by looking up, and by comparing
    all."""
    near: Near[int] = Near()
    firsts: list[str] = []
    found = there = 0
    for number, text in enumerate(texts):
        hit = near.seen(number, text, 0.0) is not None
        found += hit
        is_copy = hit or any(alike(text, one) >= ALIKE for one in firsts)
        there += is_copy
        if not is_copy and len(near) > len(firsts):
            firsts.append(text)
    return found, there


# -------------------------------------------------------------------------------------- learned
def _learned(folder: Path, brand: str) -> None:
    rows = _read(folder, "sanders", "sanders")
    if not rows:
        return
    mine = [
        (row["text"], row["sentiment"] != "irrelevant") for row in rows if row["brand"] == brand
    ]
    Random(7).shuffle(mine)
    out, noise, lost, ours = learned(brand, mine)
    print(f"{brand:<10} learned from half: {out} of {noise} noise left out, {lost} of {ours} lost")


def learned(brand: str, labelled: Sequence[tuple[str, bool]]) -> tuple[int, int, int, int]:
    """Words are learned from the first half and tried on the second: noise that is left out, all
    noise, mentions that are lost, all mentions."""
    # The sets were gathered by handle; here the name is to be a word.
    posts = [(_post(text.replace("@", ""), n), ours) for n, (text, ours) in enumerate(labelled)]
    half, plain = len(posts) // 2, Matcher([Brand(name=brand)])
    told = (
        Told(ours, post.author.id, beside[brand])
        for post, ours in posts[:half]
        if (beside := plain.beside(post))
    )
    words = [one.word for one in propose(told)]
    taught = Matcher([Brand(name=brand)], {brand: words})
    rest = [(post, ours) for post, ours in posts[half:] if plain.match(post)]
    gone = [ours for post, ours in rest if not taught.match(post)]
    every = [ours for _, ours in rest]
    return gone.count(False), every.count(False), gone.count(True), every.count(True)


# ----------------------------------------------------------------------------------------- cost
def cost() -> tuple[float, float, int]:
    """µs a post, and megabytes and texts in memory, after very many posts of 18 words."""
    near: Near[int] = Near()
    texts = list(_made(MANY))
    started = time.process_time()
    for number, text in enumerate(texts):
        near.seen(number, text, float(number))
    micros = (time.process_time() - started) / MANY * 1e6
    tracemalloc.start()
    small: Near[int] = Near()
    for number, text in enumerate(texts[: MANY // 5]):
        small.seen(number, text, float(number))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return micros, held / 1e6, len(small)


def _made(number: int) -> Iterable[str]:
    chance = Random(7)
    known = sorted({word for text in (*SAID, *WORDS) for word in text.lower().split()})
    return (" ".join(chance.choices(known, k=18)) for _ in range(number))


if __name__ == "__main__":
    main()
