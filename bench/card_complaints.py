"""The sections of the accuracy page on complaints: ranking, verdicts, own labels, mistakes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from math import fsum
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from bench import measures, own_labels
from bench.judged import Judged, judged
from bench.mistakes import KINDS, grouped
from bench.own_labels import FEW, MANY
from bench.sets import SETS, LabelledSet, posts_of, read_set, text_of_row
from bench.table import against, number, table
from listener.assess import Assessor
from listener.mention import Post
from listener.sentiment import valence
from listener.validating import FEWEST, FEWEST_LOCAL

PRECISION = 0.8
VADER_NEGATIVE = -0.05  # the threshold its authors name (Hutto and Gilbert, 2014)
THRESHOLDS = tuple(step / 100 for step in range(20, 81, 2))
RANK_GOALS = {"acl19": 0.85, "airline": 0.87, "fincorp": 0.92, "cesamard": 0.90, "sanders": 0.85}
MEAN_GOAL = 0.88
F1_GOALS = {"acl19": 0.74, "airline": 0.75, "fincorp": 0.83, "cesamard": 0.79, "sanders": 0.71}
RECALL_GOALS = {"acl19": 0.58, "airline": 0.90, "fincorp": 0.90}
CALIBRATION_GOAL = 0.05
LABELLED_GOALS = {"airline": 0.80}


class Sample(NamedTuple):
    """A set, judged."""

    of: LabelledSet
    texts: list[str]
    posts: list[Post]
    labels: list[bool]
    found: list[Judged]
    moods: list[float]

    @property
    def name(self) -> str:
        """As it is called in the tables; a mood stands in for the label where it has a star."""
        return self.of.name + "\\*" * self.of.stands_in

    @property
    def scores(self) -> list[float]:
        """The probabilities of a complaint."""
        return [one.complaint for one in self.found]

    @property
    def said(self) -> list[bool]:
        """Whether each is taken for a complaint."""
        return [one.verdict == "complaint" for one in self.found]


@cache
def samples(folder: Path) -> tuple[Sample, ...]:
    """Every set that is there, judged once."""
    return tuple(sample for labelled in SETS if (sample := _sample(folder, labelled)))


def _sample(folder: Path, labelled: LabelledSet) -> Sample | None:
    rows = read_set(folder, labelled.file, labelled.name)
    if not rows:
        return None
    posts, texts = posts_of(rows), [text_of_row(row) for row in rows]
    labels = [labelled.complains(row) for row in rows]
    found = judged(posts, Assessor())
    return Sample(labelled, texts, posts, labels, found, [valence(text) for text in texts])


def ranking(folder: Path) -> Iterator[str]:
    """Whether complaints are ranked before the rest, beside VADER alone."""
    yield from (
        "## Complaints: the ranking",
        "",
        "AUC: the chance that a complaint is given a higher probability than a post that is none.",
        "",
    )
    rows, ours, vaders = [], [], []
    for one in samples(folder):
        figure = measures.auc_figure(one.scores, one.labels)
        vader = measures.auc_figure([-mood for mood in one.moods], one.labels)
        goal = against(figure.value, RANK_GOALS[one.of.name])
        rows.append((one.name, len(one.labels), figure, vader, goal))
        ours.append(figure.value)
        vaders.append(vader.value)
    if rows:
        mean = fsum(ours) / len(ours)
        goal = against(mean, MEAN_GOAL) if len(ours) == len(SETS) else "–"
        rows.append(("mean", "", number(mean), number(fsum(vaders) / len(vaders)), goal))
    yield from table(("set", "posts", "AUC", "VADER alone", "goal"), rows)


def verdicts(folder: Path) -> Iterator[str]:
    """The verdict as shipped."""
    yield from (
        "## Complaints: the verdict as shipped",
        "",
        "The threshold is the same for everybody (0.5). Beside it what VADER alone says at its",
        f"authors' threshold ({VADER_NEGATIVE}), and what would come of the threshold that is best",
        "on the other sets: a threshold that was tuned elsewhere is no better.",
        "",
    )
    found = samples(folder)
    rows = []
    for one in found:
        figure = measures.macro_f1_figure(one.said, one.labels)
        vader = measures.macro_f1([mood <= VADER_NEGATIVE for mood in one.moods], one.labels)
        level = _best_elsewhere(one, found)
        tuned = measures.macro_f1([score >= level for score in one.scores], one.labels)
        goal = against(figure.value, F1_GOALS[one.of.name])
        rows.append((one.name, figure, number(vader), f"{number(tuned)} at {level:.2f}", goal))
    head = ("set", "macro F1", "VADER alone", "threshold of the other sets", "goal")
    yield from table(head, rows)
    yield from _errors(found)


def _best_elsewhere(one: Sample, found: Sequence[Sample]) -> float:
    others = [other for other in found if other is not one] or [one]

    def worth(level: float) -> float:
        said = ([score >= level for score in other.scores] for other in others)
        return fsum(
            measures.macro_f1(some, other.labels) for some, other in zip(said, others, strict=True)
        )

    return max(THRESHOLDS, key=worth)


def _errors(found: Sequence[Sample]) -> Iterator[str]:
    yield from (
        "How many of those paged for are complaints, how many complaints are paged for, how many",
        f"more a person is shown as unsure; and the recall at a precision of {PRECISION}, by the",
        "threshold that gives it.",
        "",
    )
    rows = []
    for one in found:
        hits = sum(said and label for said, label in zip(one.said, one.labels, strict=True))
        unsure = sum(
            label and judged.verdict == "unsure"
            for judged, label in zip(one.found, one.labels, strict=True)
        )
        recall = measures.recall_at_precision_figure(one.scores, one.labels, PRECISION)
        rows.append(
            (
                one.name,
                measures.share(hits, sum(one.said)),
                measures.share(hits, sum(one.labels)),
                number(unsure / sum(one.labels)),
                recall,
                against(recall.value, RECALL_GOALS.get(one.of.name)),
            )
        )
    head = ("set", "precision", "recall", "and unsure", f"recall at precision {PRECISION}", "goal")
    yield from table(head, rows)


def learning(folder: Path) -> Iterator[str]:
    """What 50 and 200 labels of the user's own change."""
    yield from (
        "## Your own labels",
        "",
        f"Means of {own_labels.DRAWS} draws, each judged on {own_labels.JUDGED} posts that were",
        "not labelled. Five folds within the labels decide whether anything is switched on; `on`",
        f"says in what share of the draws it was. Slope and offset are learned from {FEWEST} on, a",
        f"local model is tried from {FEWEST_LOCAL}. Labels in languages that are not scored do not",
        "count.",
        "",
    )
    calibration, right, bounds = [], [], []
    for one in samples(folder):
        if len(one.posts) < 2 * MANY:
            yield from (f"{one.name} is left out: it has {len(one.posts)} posts.", "")
            continue
        drawn = {
            labels: own_labels.complaints(one.posts, one.labels, labels)
            for labels in (0, FEW, MANY)
        }
        errors = {
            labels: measures.mean([draw.calibration_error for draw in draws])
            for labels, draws in drawn.items()
        }
        f1s = {
            labels: measures.mean([draw.macro_f1 for draw in draws])
            for labels, draws in drawn.items()
        }
        on = {labels: _on(draws) for labels, draws in drawn.items()}
        goal = against(errors[FEW].value, CALIBRATION_GOAL, at_most=True)
        calibration.append((one.name, errors[0], errors[FEW], f"{on[FEW]:.2f}", goal, errors[MANY]))
        left = own_labels.bounds(one.scores, one.labels)
        bounds.append((one.name, *map(number, map(fmean, zip(*left, strict=True)))))
        goal = against(f1s[MANY].value, LABELLED_GOALS.get(one.of.name))
        right.append((one.name, f1s[0], f1s[FEW], f1s[MANY], f"{on[MANY]:.2f}", goal))
    head = ("calibration error", "no labels", "50 labels", "on at 50", "goal", "200 labels")
    yield from table(head, calibration)
    yield from _left(bounds)
    head = ("macro F1", "no labels", "50 labels", "200 labels", "on at 200", "goal")
    yield from table(head, right)


def _left(bounds: Sequence[Sequence[str]]) -> Iterator[str]:
    """What is left for own labels to do."""
    yield from (
        "How much of that own labels can mend: what is left where slope and offset are fitted on",
        "all labels of a set, those of the judged posts among them; and what would be left of",
        f"perfect probabilities, because {own_labels.JUDGED} posts differ from their mean by",
        "chance. A goal near either asks of 50 labels what all of them hardly give.",
        "",
    )
    yield from table(("calibration error", "fitted on all", "by chance alone"), bounds)


def _on(draws: Sequence[own_labels.Learnt]) -> float:
    return sum(draw.on for draw in draws) / len(draws)


def mistakes(folder: Path) -> Iterator[str]:
    """What is judged wrongly, kind by kind, over all sets."""
    yield from (
        "## Mistakes by kind",
        "",
        "All sets together. A mistake counts once, in the first kind that fits. A label that is",
        "wrong or stands in for another counts as a mistake of ours.",
        "",
    )
    alarms, misses = Counter[str](), Counter[str]()
    for one in samples(folder):
        more_alarms, more_misses = grouped(one.texts, one.found, one.labels)
        alarms += more_alarms
        misses += more_misses
    yield from table(
        ("kind", "false alarms", "share", "misses", "share"),
        [
            (name, alarms[name], _part(alarms, name), misses[name], _part(misses, name))
            for name, _ in KINDS
        ],
    )


def _part(counts: Counter[str], name: str) -> str:
    return f"{counts[name] / max(1, counts.total()):.0%}"
