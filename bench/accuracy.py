"""How well posts are understood, on public labelled sets none of which was trained on.

    python -m bench.accuracy [FOLDER]

FOLDER holds the sets (default: `../shared/data`, or $TOCSIN_SHARED/data). They are
not part of this project: several may not be passed on. What is missing is named and left out.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.judged import Judged, judged
from bench.measures import auc, calibration_error, macro_f1, recall_at_precision
from bench.sets import (
    SETS,
    LabelledSet,
    Row,
    default_folder,
    posts_of,
    read_set,
    text_of_row,
)
from config import Team
from listener.assess import Assessor
from listener.complaint import judge
from listener.cuetext import read
from listener.safety import tripped
from listener.sentiment import valence
from listener.severity import severity

__all__ = ["SETS", "SURE_LABEL", "TEAMS", "Row", "auc", "calibration_error", "macro_f1"]

PRECISION_WANTED = 0.8
SURE_LABEL = 0.6  # from which most of those who labelled an airline's reason agreed
ORDINARY = ("airline", "tweeteval_sentiment", "sanders")  # posts as they come, for false alarms

_read, _text = read_set, text_of_row


def main() -> None:
    """Print every table."""
    given = sys.argv[1] if len(sys.argv) > 1 else None
    folder = Path(given) if given else default_folder()
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
    """Judge a whole set; None where it is not there. Its language is told by the text alone."""
    rows = _read(folder, labelled.file, labelled.name)
    if not rows:
        return None
    labels = [labelled.complains(row) for row in rows]
    posts, assessor = posts_of(rows), Assessor()
    assessor.judge_alone(posts[0])
    began = time.perf_counter()
    found = judged(posts, assessor)
    seconds = time.perf_counter() - began
    scores = [one.complaint for one in found]
    return Measured(
        posts=len(rows),
        auc=auc(scores, labels),
        vader_auc=auc([-valence(_text(row)) for row in rows], labels),
        macro_f1=macro_f1([one.verdict == "complaint" for one in found], labels),
        recall=recall_at_precision(scores, labels, PRECISION_WANTED),
        unsure=_share(found, "unsure"),
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
            values.append(severity(text, judge(text, mood)).value)
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
    assessor = Assessor((), teams, "service")
    found = [assessor.judge_alone(post).route for post in posts_of(rows)]
    routes = [(one, right_of[row["reason"]]) for one, row in zip(found, rows, strict=True) if one]
    hits = sum(route.team == right for route, right in routes)
    sure = [route.team == right for route, right in routes if route.confident]
    print("\nRouting, seven airline teams by their words alone")
    print(
        f"{len(rows)} posts: right {hits / len(rows):.3f}; "
        f"where confident ({len(sure) / len(rows):.2f} of them) {sum(sure) / len(sure):.3f}"
    )


def _share(found: Sequence[Judged], verdict: str) -> float:
    return sum(one.verdict == verdict for one in found) / len(found)


if __name__ == "__main__":
    main()
