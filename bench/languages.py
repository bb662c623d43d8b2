"""How well posts in other languages are told apart and understood.

    python -m bench.languages [FOLDER] [--wrong]

FOLDER holds the shared sets (as in `bench.accuracy`); --wrong prints each of our own posts that is
misjudged. The phrases and the word lists were tuned on
the even rows of the set; what is printed is measured on the odd ones. A negative label stands in
for a complaint, and most of those posts are about football, television and politics: read the
figures beside what VADER makes of the same text, not as the accuracy on posts to a brand. For that
there are posts of our own in `tests/listener/posts`.
"""

import csv
import gzip
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.accuracy import auc, macro_f1
from listener.complaint import COMPLAINT_FROM, Verdict, judge
from listener.language import TONGUES, language_of
from listener.mention import Author, Post
from listener.sentiment import mood, valence

FILE = "xlmt_sentiment.csv.gz"
OWN_POSTS = Path(__file__).parents[1] / "tests" / "listener" / "posts"
CODES = {
    "arabic": "ar",
    "english": "en",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "portuguese": "pt",
    "spanish": "es",
}
HINDI = "hindi"  # in Latin letters, and half of it English
VADER_NEGATIVE = -0.05  # its authors' own threshold
RESAMPLES = 200
LEFT_OUT = 0.025  # of the resamples, on either side: intervals of 95 %

Row = dict[str, str]


def main() -> None:
    """Print every table."""
    wrong = "--wrong" in sys.argv[1:]
    given = next((argument for argument in sys.argv[1:] if argument != "--wrong"), None)
    shared = os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared"
    folder = Path(given or Path(shared) / "data")
    told = identification(folder)
    if told is None:
        print("xlmt_sentiment is not there: nothing measured but our own posts")
    else:
        _print_told(told)
        print("\nComplaints; a negative label stands in. VADER reads the same foreign text")
        print(f"{'':4}{'posts':>6}{'AUC':>7}{'':16}{'VADER':>7}{'macro F1':>10}{'':16}{'VADER':>7}")
        for lang in ("en", *sorted(TONGUES)):
            _print_heard(lang, understanding(folder, lang))
    print("\nPosts of our own: complaints heard (at least unsure), others taken for one")
    for lang in sorted(TONGUES):
        own = own_posts(lang)
        print(
            f"{lang:4}{own.complaints:>4}{own.heard / own.complaints:>7.2f}"
            f" ({own.seen / own.complaints:.2f}){own.others:>5}{own.false / own.others:>7.2f}"
        )
        for text in own.wrong if wrong else ():
            print(f"    misjudged: {text}")


class Told(NamedTuple):
    """How well languages are told apart without a tag.

    shares       by language, how many of its posts were given it.
    accuracy     of all posts in those languages.
    hindi_apart  share of the romanised Hindi posts not taken for a language that we score; about
                 a third of those posts are plain English.
    """

    posts: int
    shares: dict[str, float]
    accuracy: float
    hindi_apart: float
    microseconds: float


def identification(folder: Path) -> Told | None:
    """Tell the language of every post from its text alone; None without the set."""
    rows = _measured_on(folder)
    if not rows:
        return None
    posts = [_untagged(row["text"]) for row in rows]
    began = time.process_time()  # of this process alone: cores are often shared
    told = [language_of(post) for post in posts]
    seconds = time.process_time() - began
    right: dict[str, list[bool]] = {}
    apart = []
    for row, lang in zip(rows, told, strict=True):
        if row["lang"] == HINDI:
            apart.append(lang not in TONGUES | {"en"})
        else:
            code = CODES[row["lang"]]
            right.setdefault(code, []).append(lang == code)
    every = [hit for hits in right.values() for hit in hits]
    return Told(
        len(every),
        {code: _share(hits) for code, hits in sorted(right.items())},
        _share(every),
        _share(apart),
        seconds / len(rows) * 1e6,
    )


class Interval(NamedTuple):
    """A figure with the range of 95 of 100 resamples."""

    value: float
    low: float
    high: float


class Heard(NamedTuple):
    """How well the complaints of a language are told; `vader_` from VADER on the foreign text."""

    posts: int
    auc: Interval
    macro_f1: Interval
    vader_auc: float
    vader_macro_f1: float


def understanding(folder: Path, lang: str) -> Heard | None:
    """Judge the posts of a language; None without the set."""
    rows = [row for row in _measured_on(folder) if CODES.get(row["lang"]) == lang]
    if not rows:
        return None
    labels = [row["label"] == "negative" for row in rows]
    scores = [judge(row["text"], mood(row["text"], lang), lang=lang).probability for row in rows]
    vader = [-valence(row["text"]) for row in rows]
    return Heard(
        len(rows),
        _resampled(auc, scores, labels),
        _resampled(_shipped_f1, scores, labels),
        auc(vader, labels),
        macro_f1([score >= -VADER_NEGATIVE for score in vader], labels),
    )


class Own(NamedTuple):
    """What becomes of our own posts in a language.

    heard  complaints judged to be one; `seen` counts those that are at least unsure, too.
    false  other posts taken for a complaint.
    wrong  the posts that are misjudged, for mending.
    """

    complaints: int
    heard: int
    seen: int
    others: int
    false: int
    wrong: tuple[str, ...]


def own_posts(lang: str) -> Own:
    """Judge the posts that were written for a language before anybody saw how they are judged."""
    judged = [
        (complains, text, judge(text, mood(text, lang), lang=lang).verdict)
        for complains, text in read_own(lang)
    ]
    complaints = [verdict for complains, _, verdict in judged if complains]
    others = [verdict for complains, _, verdict in judged if not complains]
    return Own(
        len(complaints),
        complaints.count(Verdict.COMPLAINT),
        len(complaints) - complaints.count(Verdict.OTHER),
        len(others),
        others.count(Verdict.COMPLAINT),
        tuple(text for meant, text, said in judged if meant != (said is Verdict.COMPLAINT)),
    )


def read_own(lang: str) -> list[tuple[bool, str]]:
    """Return our own posts in a language, and whether each is a complaint."""
    lines = (OWN_POSTS / f"{lang}.txt").read_text(encoding="utf-8").splitlines()
    return [(line[0] == "+", line[2:]) for line in lines if line[:2] in ("+ ", "- ")]


# --- measures ---


def _measured_on(folder: Path) -> list[Row]:
    """The odd rows of the set: those that nothing was tuned on."""
    path = folder / FILE
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[1::2]


def _untagged(text: str) -> Post:
    return Post("x", "1", text, datetime(2026, 11, 21, tzinfo=UTC), Author("u1"))


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _shipped_f1(scores: Sequence[float], labels: Sequence[bool]) -> float:
    return macro_f1([score >= COMPLAINT_FROM for score in scores], labels)


def _resampled(
    measure: Callable[[Sequence[float], Sequence[bool]], float],
    scores: Sequence[float],
    labels: Sequence[bool],
) -> Interval:
    chance = random.Random(1)  # the same figures each time
    values = []
    for _ in range(RESAMPLES):
        drawn = chance.choices(range(len(labels)), k=len(labels))
        values.append(measure([scores[at] for at in drawn], [labels[at] for at in drawn]))
    values.sort()
    edge = int(RESAMPLES * LEFT_OUT)
    return Interval(measure(scores, labels), values[edge], values[-1 - edge])


# --- showing ---


def _print_told(told: Told) -> None:
    shares = "  ".join(f"{code} {share:.3f}" for code, share in told.shares.items())
    print(f"Language from the text alone, {told.posts} posts: {told.accuracy:.3f}")
    print(f"{shares}; Hindi in Latin letters kept apart: {told.hindi_apart:.2f}")
    print(f"{told.microseconds:.0f} µs a post")


def _print_heard(lang: str, heard: Heard | None) -> None:
    if heard is not None:
        print(
            f"{lang:4}{heard.posts:>6}{_shown(heard.auc)}{heard.vader_auc:>7.3f}"
            f"   {_shown(heard.macro_f1)}{heard.vader_macro_f1:>7.3f}"
        )


def _shown(figure: Interval) -> str:
    return f"{figure.value:>7.3f} ({figure.low:.3f}-{figure.high:.3f}) "


if __name__ == "__main__":
    main()
