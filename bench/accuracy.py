"""How well posts are understood, on public labelled sets none of which was trained on.

    python -m bench.accuracy [FOLDER]

FOLDER holds the sets (default: `../shared/data`, or $TOCSIN_SHARED/data). They are
not part of this project: several may not be passed on. What is missing is named and left out.
"""

import csv
import gzip
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from config import Team
from listener.complaint import COMPLAINT_FROM, Judgement, Verdict, judge
from listener.cuetext import read
from listener.routing import Router
from listener.safety import tripped
from listener.sentiment import valence
from listener.severity import severity

Row = dict[str, str]
PRECISION_WANTED = 0.8
BINS = 10  # of the calibration error
SURE_LABEL = 0.6  # from which most of those who labelled an airline's reason agreed


class LabelledSet(NamedTuple):
    """A set of posts and how its label is read; `stands_in` where a mood is labelled instead."""

    name: str
    file: str
    complains: Callable[[Row], bool]
    stands_in: bool = False


SETS = (
    LabelledSet("acl19", "complaints_acl19", lambda row: row["complaint"] == "1"),
    LabelledSet("airline", "airline", lambda row: row["sentiment"] == "negative", True),
    LabelledSet("fincorp", "fincorp", lambda row: row["complaint"] == "1"),
    LabelledSet("cesamard", "cesamard", lambda row: row["complaint"] == "1"),
    LabelledSet("sanders", "sanders", lambda row: row["sentiment"] == "negative", True),
)
ORDINARY = ("airline", "tweeteval_sentiment", "sanders")  # posts as they come, for false alarms


def main() -> None:
    """Print every table."""
    given = sys.argv[1] if len(sys.argv) > 1 else None
    shared = os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared"
    folder = Path(given or Path(shared) / "data")
    complaints(folder)
    severities(folder)
    tripwires(folder)
    routing(folder)


class Measured(NamedTuple):
    """What one set says of the judgement; see the functions of the same names."""

    posts: int
    auc: float
    vader_auc: float
    macro_f1: float
    recall: float
    unsure: float
    calibration_error: float
    microseconds: float


def complaints(folder: Path) -> None:
    """The judgement against labels: ranking, the shipped threshold, calibration, cost."""
    print("Complaints; a negative label stands in for a complaint in sets marked *")
    print(
        f"{'set':10}{'posts':>6}{'AUC':>7}{'VADER':>7}{'macro F1':>10}"
        f"{'recall at P .8':>16}{'unsure':>8}{'calib. err':>12}{'µs/post':>9}"
    )
    for labelled in SETS:
        m = measure(labelled, folder)
        if m is not None:
            print(
                f"{labelled.name + '*' * labelled.stands_in:10}{m.posts:>6}{m.auc:>7.3f}"
                f"{m.vader_auc:>7.3f}{m.macro_f1:>10.3f}{m.recall:>16.3f}{m.unsure:>8.3f}"
                f"{m.calibration_error:>12.3f}{m.microseconds:>9.0f}"
            )


def measure(labelled: LabelledSet, folder: Path) -> Measured | None:
    """Judge a whole set; None where it is not there. VADER's share of the time is included."""
    rows = _rows(folder, labelled)
    if not rows:
        return None
    labels = [labelled.complains(row) for row in rows]
    texts = [_text(row) for row in rows]
    began = time.perf_counter()
    moods = [valence(text) for text in texts]
    judged = [judge(text, mood) for text, mood in zip(texts, moods, strict=True)]
    seconds = time.perf_counter() - began
    scores = [judgement.probability for judgement in judged]
    return Measured(
        posts=len(rows),
        auc=auc(scores, labels),
        vader_auc=auc([-mood for mood in moods], labels),
        macro_f1=macro_f1([score >= COMPLAINT_FROM for score in scores], labels),
        recall=recall_at_precision(scores, labels, PRECISION_WANTED),
        unsure=_share(judged, Verdict.UNSURE),
        calibration_error=calibration_error(scores, labels),
        microseconds=seconds / len(rows) * 1e6,
    )


def severities(folder: Path) -> None:
    """Whether severity tells accusation and blame from milder complaints."""
    print("\nSeverity: accusation or blame against milder complaints (AUC)")
    for name in ("fincorp", "cesamard"):
        rows = [row for row in _read(folder, name, name) if row["complaint"] == "1"]
        if not rows:
            continue
        values, labels = [], []
        for row in rows:
            text = _text(row)
            mood = valence(text)
            values.append(severity(text, judge(text, mood), mood).value)
            labels.append(row["severity"].strip().lower() in ("accusation", "blame"))
        moods = [-valence(_text(row)) for row in rows]
        print(
            f"{name:10}{len(rows):>6}{auc(values, labels):>7.3f}   VADER {auc(moods, labels):.3f}"
        )


def tripwires(folder: Path) -> None:
    """How often a tripwire rings on ordinary posts. Some of these alarms are right."""
    print("\nTripwires on ordinary posts")
    rung, posts = alarms(folder)
    if posts:
        print(f"{rung} alarms, right or false, in {posts} posts: {rung / posts:.2%}")


def alarms(folder: Path) -> tuple[int, int]:
    """Return how many ordinary posts trip a wire, and how many there are."""
    texts = [_text(row) for name in ORDINARY for row in _read(folder, name, name)]
    return sum(any(True for _ in tripped(read(text))) for text in texts), len(texts)


# What an airline might declare: a team's words, and the labels of the set that are its work.
TEAMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "luggage": (
        "bag, luggage, baggage, suitcase, stroller",
        ("Lost Luggage", "Damaged Luggage"),
    ),
    "crew": (
        "flight attendant, attendant, crew, pilot, gate agent, rude, staff, stewardess, employees",
        ("Flight Attendant Complaints",),
    ),
    "cancellations": (
        "cancelled flight, canceled flight, cancelled, canceled, cancellation, rebook",
        ("Cancelled Flight",),
    ),
    "cabin": (
        "seat, wifi, food, meal, entertainment, screen, legroom, dirty, tv, uncomfortable, drink, "
        "movie, snack",
        ("Bad Flight",),
    ),
    "booking": (
        "website, app, book a flight, booking, reservation, online, check in, site, miles, fare, "
        "boarding pass, credit card, password, trying to book",
        ("Flight Booking Problems",),
    ),
    "punctuality": (
        "delay, tarmac, missed connection, late flight, late, sitting, runway, on time, gate, "
        "mechanical, maintenance, missed my, stuck, an hour, minutes",
        ("Late Flight",),
    ),
    "service": (
        "customer service, on hold, hold, phone, call back, hung up, email, response, refund, "
        "answer, reply, rep, apology, disconnected, customers, automated",
        ("Customer Service Issue", "longlines"),
    ),
}


def routing(folder: Path) -> None:
    """Whether a team's own words find it, with no example at all, among seven airline teams."""
    right_of = {label: team for team, (_, labels) in TEAMS.items() for label in labels}
    rows = [
        row
        for row in _read(folder, "airline", "airline")
        if row["reason"] in right_of and float(row["reason_confidence"] or 0) >= SURE_LABEL
    ]
    if not rows:
        return
    teams = [
        Team(name=name, members=("ada",), owns={name: tuple(words.split(", "))})
        for name, (words, _) in TEAMS.items()
    ]
    router = Router(teams, {}, "service")
    routes = [(router.route(row["text"], ""), right_of[row["reason"]]) for row in rows]
    hits = sum(route.team == right for route, right in routes)
    sure = [route.team == right for route, right in routes if route.confident]
    print("\nRouting, seven airline teams by their words alone")
    print(
        f"{len(rows)} posts: right {hits / len(rows):.3f}; "
        f"where confident ({len(sure) / len(rows):.2f} of them) {sum(sure) / len(sure):.3f}"
    )


def _rows(folder: Path, labelled: LabelledSet) -> list[Row]:
    return _read(folder, labelled.file, labelled.name)


def _read(folder: Path, file: str, name: str) -> list[Row]:
    path = folder / f"{file}.csv.gz"
    if not path.is_file():
        print(f"{name:10} left out: {path} is not there")
        return []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _text(row: Row) -> str:
    title = row.get("title")
    return f"{title}\n{row['text']}" if title else row["text"]


def _share(judged: Sequence[Judgement], verdict: Verdict) -> float:
    return sum(judgement.verdict is verdict for judgement in judged) / len(judged)


# --- measures ---


def auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Chance that a random positive is scored above a random negative; ties count half."""
    positives = sum(labels)
    negatives = len(labels) - positives
    rank_sum = sum(rank for rank, label in _ranked(scores, labels) if label)
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def _ranked(scores: Sequence[float], labels: Sequence[bool]) -> Iterator[tuple[float, bool]]:
    """Yield (rank, label); equal scores share the mean of their ranks, counted from one."""
    pairs = sorted(zip(scores, labels, strict=True))
    start = 0
    while start < len(pairs):
        end = start
        while end < len(pairs) and pairs[end][0] == pairs[start][0]:
            end += 1
        for _, label in pairs[start:end]:
            yield (start + 1 + end) / 2, label
        start = end


def macro_f1(said: Sequence[bool], labels: Sequence[bool]) -> float:
    """Mean of the F1 of complaints and the F1 of all else."""
    return (_f1(said, labels, True) + _f1(said, labels, False)) / 2


def _f1(said: Sequence[bool], labels: Sequence[bool], wanted: bool) -> float:
    hits = sum(s == wanted == label for s, label in zip(said, labels, strict=True))
    total = sum(s == wanted for s in said) + sum(label == wanted for label in labels)
    return 2 * hits / total if total else 0.0


def recall_at_precision(scores: Sequence[float], labels: Sequence[bool], precision: float) -> float:
    """The largest share of complaints found by any threshold that keeps the precision."""
    best, hits = 0.0, 0
    order = sorted(zip(scores, labels, strict=True), reverse=True)
    for taken, (_, label) in enumerate(order, start=1):
        hits += label
        if hits / taken >= precision:
            best = max(best, hits / sum(labels))
    return best


def calibration_error(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Expected calibration error over ten equal bins: 0.0 where 0.7 means seven in ten."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for score, label in zip(scores, labels, strict=True):
        bins.setdefault(min(BINS - 1, int(score * BINS)), []).append((score, label))
    apart = (abs(sum(s for s, _ in some) - sum(lab for _, lab in some)) for some in bins.values())
    return sum(apart) / len(labels)


if __name__ == "__main__":
    main()
