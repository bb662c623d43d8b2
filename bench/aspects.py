"""How well aspects and journey stages are told: `python -m bench.aspects [FOLDER]`.

Public sets label other things than ours: each says which aspects stand for which of its labels,
and what it cannot label is not held against us. Where a set has one label a post, a second aspect
that is right as well counts as wrong: precision is a lower bound there.
"""

import csv
import gzip
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from listener.aspects import Aspects
from listener.journey import stage_of

POSTS = Path(__file__).with_name("journey.txt")
NOT_TOLD = "none"
SURE_LABEL = 0.6  # from which most of those who labelled an airline's reason agreed

Row = dict[str, str]


class Score(NamedTuple):
    """Of one label, or of all together ("all"). posts: how many have it; told: how many we say."""

    label: str
    posts: int
    told: int
    right: int

    @property
    def precision(self) -> float:
        """Share of what we say that is right, 0.0 to 1.0; 0.0 where we say nothing."""
        return self.right / self.told if self.told else 0.0

    @property
    def recall(self) -> float:
        """Share of what is labelled that we say, 0.0 to 1.0; 0.0 where nothing is."""
        return self.right / self.posts if self.posts else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.posts + self.told
        return 2.0 * self.right / both if both else 0.0


class Labels(NamedTuple):
    """A set: which rows count, what they are labelled, and the label an aspect stands for."""

    name: str
    counts: Callable[[Row], bool]
    labels: Callable[[Row], Iterable[str]]
    aspects: Mapping[str, str]


_AIRLINE = {
    "Late Flight": "delays",
    "Cancelled Flight": "delays",
    "Lost Luggage": "luggage",
    "Damaged Luggage": "luggage",
}
_CESAMARD = dict.fromkeys(
    ("fit", "style", "color", "texture", "fabric", "battery", "hardware", "display", "quality"),
    "product",
)
_DEVICES = ("iPhone", "Battery", "Unresponsive/Freezing Device", "Echo", "Kindle", "Mac", "Watch")
_PLANS = ("Premium", "Prime", "Student Subscription", "Family Subscription", "Order Cancellation")
_SOFTWARE = ("App", "Update", "iTunes", "Playlist", "Song/Artist", "iCloud")
_TWCS = {
    **dict.fromkeys(_DEVICES, "device"),
    **dict.fromkeys(_PLANS, "subscription"),
    **dict.fromkeys(_SOFTWARE, "app"),
    **dict.fromkeys(("Refund", "Return"), "returns"),
    "Packaging": "Delivery",
}


def _has_reason(row: Row) -> bool:
    sure = float(row["reason_confidence"] or 0.0) >= SURE_LABEL
    return row["sentiment"] == "negative" and sure and row["reason"] not in ("", "Can't Tell")


def _named(names: Mapping[str, str], column: str) -> Callable[[Row], list[str]]:
    return lambda row: [names.get(one, one) for one in row[column].split("|") if one]


SETS = (
    Labels(
        "airline",
        _has_reason,
        _named(_AIRLINE, "reason"),
        {
            "support": "Customer Service Issue",
            "delays": "delays",
            "luggage": "luggage",
            "comfort": "Bad Flight",
            "food": "Bad Flight",
            "booking": "Flight Booking Problems",
            "app": "Flight Booking Problems",
            "staff": "Flight Attendant Complaints",
            "queues": "longlines",
        },
    ),
    Labels(
        "cesamard",
        lambda row: row["complaint"] == "1" and bool(row["aspect"]),
        _named(_CESAMARD, "aspect"),
        {
            "price": "price",
            "support": "service",
            "staff": "service",
            "product": "product",
            "app": "software",
            "delivery": "packaging",
        },
    ),
    Labels(
        "twcs_topics",
        lambda row: True,
        _named(_TWCS, "topics"),
        {
            "delivery": "Delivery",
            "account": "Account",
            "contract": "subscription",
            "app": "app",
            "billing": "Billing/Payment",
            "product": "device",
            "returns": "returns",
            "support": "Bad Support",
            "advertising": "Advertisement",
        },
    ),
)


def aspects(folder: Path, labelled: Labels) -> list[Score]:
    """All labels together (micro-averaged), then each, the most frequent first; rows without a
    label that we know are left out. Empty where the set is missing."""
    told_of, known = Aspects(), set(labelled.aspects.values())
    pairs = []
    for row in _rows(folder, labelled.name):
        wanted = known.intersection(labelled.labels(row)) if labelled.counts(row) else None
        if wanted:
            text = "\n".join(filter(None, (row.get("title"), row["text"])))
            said = {one.name for one in told_of.of(text, "en")}
            pairs.append(
                (wanted, {labelled.aspects[one] for one in said & labelled.aspects.keys()})
            )
    return _scores(pairs)


def journey(path: Path = POSTS) -> list[Score]:
    """The same of the stages, on complaints that were written for it; "none" is a label as well."""
    told_of, pairs = Aspects(), []
    for stage, text in written(path):
        found = stage_of(text, "en", told_of.of(text, "en"))
        pairs.append(({stage}, {found.name if found else NOT_TOLD}))
    return _scores(pairs)


def written(path: Path = POSTS) -> list[tuple[str, str]]:
    """The complaints that were written for the journey, each with its stage."""
    found: list[tuple[str, str]] = []
    stage = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            stage = line.strip("[]")
        elif line and not line.startswith("#"):
            found.append((stage, line))
    return found


def _rows(folder: Path, name: str) -> list[Row]:
    path = folder / f"{name}.csv.gz"
    if not path.is_file():
        print(f"{name:30} left out: {path} is not there")
        return []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _scores(pairs: Sequence[tuple[set[str], set[str]]]) -> list[Score]:
    if not pairs:
        return []
    wanted = Counter(label for labels, _ in pairs for label in labels)
    told = Counter(label for _, said in pairs for label in said)
    right = Counter(label for labels, said in pairs for label in labels & said)
    each = [Score(label, posts, told[label], right[label]) for label, posts in wanted.most_common()]
    return [Score("all", wanted.total(), told.total(), right.total()), *each]


def main() -> None:
    """Print every table."""
    given = sys.argv[1] if len(sys.argv) > 1 else None
    shared = os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared"
    for labelled in SETS:
        _table(labelled.name, aspects(Path(given or Path(shared) / "data"), labelled))
    _table("journey", journey())


def _table(name: str, scores: Sequence[Score]) -> None:
    print(f"{name:30}{'posts':>7}{'precision':>11}{'recall':>8}{'F1':>7}")
    for one in scores:
        print(
            f"  {one.label:28}{one.posts:>7}{one.precision:>11.3f}{one.recall:>8.3f}{one.f1:>7.3f}"
        )


if __name__ == "__main__":
    main()
