"""What likeness in meaning is worth: judging the unsure band, and routing by descriptions.

    python -m bench.embeddings [FOLDER]

Needs the extra `tocsin[embeddings]` and the labelled sets of `bench.accuracy`. How many sentences
count and how much is chosen on the other four sets each time ("leave one set out").
"""

import math
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.accuracy import SURE_LABEL, TEAMS
from bench.learning import DESCRIPTIONS
from bench.measures import auc, macro_f1
from bench.sets import SETS, LabelledSet, read_set, rows_of, text_of_row
from config import Team
from listener.complaint import COMPLAINT_FROM, judge
from listener.learned import log_odds_of
from listener.likeness import MISSING, MOST, UNSURE_BAND, Descriptions, is_installed, load
from listener.prototypes import COMPLAINTS, OTHERS
from listener.routing import Router
from listener.sentiment import valence

NEAREST = (3, 5, 8)
WEIGHTS = (0.0, 2.0, 4.0, 8.0, 12.0)


class Choice(NamedTuple):
    """How many of the nearest sentences count, and how much."""

    nearest: int
    weight: float


class Posts(NamedTuple):
    """A set: its labels, probabilities, and where they are unsure how each choice leans."""

    labels: list[bool]
    chances: list[float]
    leans: Mapping[int, Sequence[float]]  # nearest → one a post; 0.0 outside the band
    microseconds: float


def main() -> None:
    """Print both tables."""
    if not is_installed():
        print(MISSING)
        return
    given = sys.argv[1] if len(sys.argv) > 1 else None
    shared = os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared"
    folder = Path(given or Path(shared) / "data")
    judging(folder)
    routing(folder)


def judging(folder: Path) -> None:
    """AUC and macro F1 of each set without and with likeness, chosen on the others."""
    sets = {one.name: _posts(folder, one) for one in SETS if rows_of(folder, one)}
    if len(sets) < 2:
        return
    print(
        f"{'set':10}{'AUC':>7}{'with':>7}{'F1':>7}{'with':>7}{'nearest':>9}{'weight':>8}{'µs':>6}"
    )
    for name, posts in sets.items():
        others = [one for other, one in sets.items() if other != name]
        choices = [Choice(nearest, weight) for nearest in NEAREST for weight in WEIGHTS]
        best = max(choices, key=lambda choice: sum(sum(measured(one, choice)) for one in others))
        before, after = measured(posts, Choice(NEAREST[0], 0.0)), measured(posts, best)
        print(
            f"{name:10}{before[0]:>7.3f}{after[0]:>7.3f}{before[1]:>7.3f}{after[1]:>7.3f}"
            f"{best.nearest:>9}{best.weight:>8.1f}{posts.microseconds:>6.0f}"
        )


def measured(posts: Posts, choice: Choice) -> tuple[float, float]:
    """AUC, and macro F1 at the shipped threshold."""
    chances = [
        moved(chance, lean, choice.weight)
        for chance, lean in zip(posts.chances, posts.leans[choice.nearest], strict=True)
    ]
    said = [chance >= COMPLAINT_FROM for chance in chances]
    return auc(chances, posts.labels), macro_f1(said, posts.labels)


def moved(chance: float, lean: float, weight: float) -> float:
    """A probability that was moved by at most MOST, as `listener.likeness.Leaning` moves it."""
    added = max(-MOST, min(MOST, weight * lean))
    return 1.0 / (1.0 + math.exp(-log_odds_of(chance) - added))


def _posts(folder: Path, labelled: LabelledSet) -> Posts:
    rows = rows_of(folder, labelled)
    texts = [text_of_row(row) for row in rows]
    chances = [judge(text, valence(text)).probability for text in texts]
    vectors = load()
    complaints, others = vectors.all_of(COMPLAINTS), vectors.all_of(OTHERS)
    leans: dict[int, list[float]] = {nearest: [0.0] * len(texts) for nearest in NEAREST}
    began, asked = time.perf_counter(), 0
    for number, (text, chance) in enumerate(zip(texts, chances, strict=True)):
        if UNSURE_BAND[0] <= chance <= UNSURE_BAND[1]:
            vector, asked = vectors.of(text), asked + 1
            alike = [sorted((side @ vector).tolist()) for side in (complaints, others)]
            for nearest in NEAREST:
                for_it, against = (sum(side[-nearest:]) / nearest for side in alike)
                leans[nearest][number] = for_it - against
    spent = (time.perf_counter() - began) / max(1, asked) * 1e6
    return Posts([labelled.complains(row) for row in rows], chances, leans, spent)


def routing(folder: Path) -> None:
    """Seven airline teams by their words and descriptions, without and with likeness."""
    right_of = {label: team for team, (_, labels) in TEAMS.items() for label in labels}
    rows = [
        row
        for row in read_set(folder, "airline", "airline")
        if row["reason"] in right_of and float(row["reason_confidence"] or 0) >= SURE_LABEL
    ]
    if not rows:
        return
    teams = [
        Team(
            name=name,
            members=("ada",),
            owns={name: tuple(words.split(", "))},
            description=DESCRIPTIONS[name],
        )
        for name, (words, _) in TEAMS.items()
    ]
    print("\nRouting, seven airline teams by words and descriptions")
    for label, meaning in (("without", None), ("with", Descriptions(DESCRIPTIONS, load()))):
        router = Router(teams, {}, "service", meaning=meaning)
        hits = sum(router.route(r["text"], "").team == right_of[r["reason"]] for r in rows)
        print(f"{label:10}{hits / len(rows):.4f}")


if __name__ == "__main__":
    main()
