"""How urgent ordinary complaints are found: `python -m bench.bands`, each share beside the promise.

The labelled airline posts of `../shared/data` (or $TOCSIN_SHARED/data), once each, go through the
real replay as the brands of a small firm of two people who answer nothing. The band that counts is
that at the opening: what waits for an answer that never comes climbs by itself.
"""

import csv
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.speed import AIRLINES, CONFIG, ROOT, TERMS, write_posts
from config import Settings
from config.load import load
from escalation.desk import Happening
from listener.mention import Author, Kind, Observation, Post
from tocsin.catalogue import catalogue
from tocsin.replay import AFTER_LAST, Replay, read_posts

BANDS = ("P1", "P2", "P3", "P4")
PROMISED = {"P1": (1.0, 2.0), "P2": (5.0, 15.0), "P3": (35.0, 60.0)}
THIRD = (
    "My bag is delayed and nobody answers.",
    "Still no word about my delayed bag, second time I ask.",
    "This is the third time I am asking about my bag. Where is it?",
)


class Opened(NamedTuple):
    """A case: the band it was opened with, and the highest it ever had."""

    brand: str
    first: str
    highest: str


def main() -> int:
    """Print every share; returns 1 where one is outside of what is promised."""
    data = Path(os.environ.get("TOCSIN_SHARED") or ROOT.parent / "shared") / "data"
    source = data / "airline.csv.gz"
    wrong = third_time()
    if not source.is_file():
        print(f"left out: the shares of the bands need {source}")
        return int(wrong)
    return int(shares(source) or wrong)


def third_time() -> bool:
    """Somebody of no reach asks a third time: whether the band is below P2, which is wrong."""
    start = datetime(2026, 11, 2, 8, tzinfo=UTC)
    author = Author(id="u1", handle="u1", followers=12)
    posts = [
        Observation(
            Kind.POST,
            Post(
                platform="x",
                id=str(number),
                text=f"@delta {text}",
                created_at=start + timedelta(days=number),
                lang="en",
                author=author,
            ),
            start + timedelta(days=number),
        )
        for number, text in enumerate(THIRD)
    ]
    said = [one.highest for one in opened(posts)]
    print(f"a small account asks for the third time: {said[-1]:>4}   promised P2 or above")
    return said[-1] > "P2"


def opened(posts: Sequence[Observation]) -> list[Opened]:
    """The cases of a replay of these posts, in the order of their opening."""
    firsts: dict[int, Opened] = {}

    def told(one: Happening) -> None:
        if one.ref is None or one.ref.kind != "case":
            return
        before = firsts.setdefault(one.ref.number, Opened(one.brand, one.band, one.band))
        highest = min(before.highest, one.band or before.highest)
        firsts[one.ref.number] = before._replace(highest=highest)

    replay = Replay(settings(), start=posts[0].seen_at, told=told)
    for _ in replay.run(posts, (), posts[-1].seen_at + AFTER_LAST):
        pass
    replay.close()
    return list(firsts.values())


def settings() -> Settings:
    """Two people, and every airline as a brand of theirs."""
    brands = "".join(
        f'[[brands]]\nname = "{airline}"\nterms = {TERMS.get(airline, json.dumps([airline]))}\n'
        for airline in AIRLINES
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tocsin.toml"
        path.write_text(CONFIG.format(brands=brands))
        return load(path, catalogue(), secrets=False, database=False).settings


def shares(source: Path) -> bool:
    """Print the shares in all, which are promised, and of each airline; whether one is outside."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as handle:
        number = sum(1 for _ in csv.DictReader(handle))
    with TemporaryDirectory() as folder:
        write_posts(source, Path(folder) / "posts.jsonl", number)
        posts, misread = read_posts([Path(folder) / "posts.jsonl"])
    assert not misread
    cases = opened(posts)
    print(f"{'% of the cases, at opening':28}{'cases':>6}" + "".join(f"{b:>7}" for b in BANDS))
    for brand in sorted({case.brand for case in cases}):
        _row(brand, [case.first for case in cases if case.brand == brand])
    _row("all, the highest ever", [case.highest for case in cases])
    found = _row("all", [case.first for case in cases])
    outside = [b for b, (low, high) in PROMISED.items() if not low <= found[b] <= high]
    promised = ", ".join(f"{b} {low:g}-{high:g} %" for b, (low, high) in PROMISED.items())
    print(f"promised {promised}, the rest P4: {'outside: ' if outside else 'within'}", *outside)
    return bool(outside)


def _row(name: str, bands: Iterable[str]) -> dict[str, float]:
    counted = Counter(bands)
    found = {band: 100.0 * counted[band] / counted.total() for band in BANDS}
    print(f"{name:28}{counted.total():>6}" + "".join(f"{found[band]:>7.2f}" for band in BANDS))
    return found


if __name__ == "__main__":
    raise SystemExit(main())
