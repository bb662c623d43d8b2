"""What a user's own labels are worth, by the way that `tocsin labels import` and `score` go.

The labels are drawn from a set; the rest of it is judged with what was learned. Five folds within
the labels decide whether anything is switched on, as they do for a user.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.accuracy import SURE_LABEL, TEAMS
from bench.judged import Judged, command, judged
from bench.learning import DESCRIPTIONS
from bench.measures import calibration_error, macro_f1
from bench.sets import WHEN, Row, posts_of, read_set
from config import Settings
from listener.assess import Assessor
from listener.fitting import fit
from listener.learned import Example, Learned, log_odds_of
from listener.mention import Post
from tocsin.catalogue import catalogue
from tocsin.learning import learn
from tocsin.store.labels import Label
from tocsin.wiring import assessor_of

DRAWS = 6
JUDGED = 1_000  # of the rest, in each draw
FEW, MANY = 50, 200  # own labels
ROUTING_DRAWS = 8
FIRM = """
fallback_executive = "ada"
triage = "service"
[[brands]]
name = "Air"
[[people]]
name = "ada"
contacts = [{{ channel = "desk", to = "ada" }}]
{teams}
[[channels]]
name = "desk"
kind = "terminal"
"""
TEAM = """[[teams]]
name = "{name}"
members = ["ada"]
description = {description}
owns = {{ {name} = {words} }}
"""


class Learnt(NamedTuple):
    """What a draw came to on the rest.

    on  whether anything was switched on.
    """

    calibration_error: float
    macro_f1: float
    on: bool


class Bounds(NamedTuple):
    """Calibration errors below which own labels cannot be expected to come.

    all_labels  of slope and offset that were fitted on every label, those judged by as well.
    chance      of those probabilities, were they perfect: labels drawn by them differ by chance.
    """

    all_labels: float
    chance: float


class Routed(NamedTuple):
    """Which posts went to the right team, and which had it among the first two."""

    right: int
    posts: int


def complaints(posts: Sequence[Post], labels: Sequence[bool], number: int) -> list[Learnt]:
    """Learn from a number of labels and judge others, once a draw."""
    return [_draw(posts, labels, number, seed) for seed in range(DRAWS)]


def _draw(posts: Sequence[Post], labels: Sequence[bool], number: int, seed: int) -> Learnt:
    order = list(range(len(posts)))
    Random(seed).shuffle(order)
    own, rest = order[:number], order[number : number + JUDGED]
    learned = learned_from([Label(posts[place], labels[place], None) for place in own])
    found = judged([posts[place] for place in rest], Assessor(learned=learned))
    truth = [labels[place] for place in rest]
    return Learnt(
        calibration_error([one.complaint for one in found], truth),
        macro_f1([one.verdict == "complaint" for one in found], truth),
        learned is not None,
    )


def bounds(scores: Sequence[float], labels: Sequence[bool]) -> list[Bounds]:
    """What is left for own labels to do, by the draws that `complaints` makes of 50.

    scores: the shipped probabilities, 0.0 to 1.0."""
    pairs = zip(map(log_odds_of, scores), labels, strict=True)
    examples = [Example(odds, (), label) for odds, label in pairs]
    model = fit(examples, local=False)
    fitted = [model.probability(one) for one in examples]
    return [_bounds(fitted, labels, seed) for seed in range(DRAWS)]


def _bounds(fitted: Sequence[float], labels: Sequence[bool], seed: int) -> Bounds:
    order, random = list(range(len(labels))), Random(seed)
    random.shuffle(order)
    rest = order[FEW : FEW + JUDGED]
    said = [fitted[place] for place in rest]
    drawn = [random.random() < one for one in said]
    truth = [labels[place] for place in rest]
    return Bounds(calibration_error(said, truth), calibration_error(said, drawn))


def learned_from(labels: Sequence[Label]) -> Learned | None:
    """What is put in force after these labels; None where nothing gains."""
    learned = learn(firm(), labels, {}, WHEN).learned
    return None if learned is None else replace(learned, number=1)


def routed_rows(folder: Path) -> tuple[list[Row], list[str]]:
    """The airline's posts of which most agree on the reason, and the team of each."""
    right_of = {label: team for team, (_, labels) in TEAMS.items() for label in labels}
    rows = [
        row
        for row in read_set(folder, "airline")
        if row["reason"] in right_of and float(row["reason_confidence"] or 0) >= SURE_LABEL
    ]
    return rows, [right_of[row["reason"]] for row in rows]


def routes(rows: Sequence[Row], teams: Sequence[str], number: int) -> list[Routed]:
    """Confirm a number of posts for each team and route the rest, once a draw; 0: as declared."""
    return [_routed(rows, teams, number, seed) for seed in range(ROUTING_DRAWS if number else 1)]


def _routed(rows: Sequence[Row], teams: Sequence[str], number: int, seed: int) -> Routed:
    posts, order = posts_of(rows), list(range(len(rows)))
    Random(seed).shuffle(order)
    taken: Counter[str] = Counter()
    own, rest = [], []
    for place in order:
        (own if taken[teams[place]] < number else rest).append(place)
        taken[teams[place]] += 1
    learned = learned_from([Label(posts[place], None, teams[place]) for place in own])
    found = judged([posts[place] for place in rest], assessor_of(firm(), learned))
    hits = sum(one.team == teams[place] for one, place in zip(found, rest, strict=True))
    return Routed(hits, len(rest))


@cache
def firm() -> Settings:
    """An airline of seven teams, each with its words and its description."""
    from config.load import load

    with tempfile.TemporaryDirectory() as folder:
        return load(written(Path(folder)), catalogue()).settings


def written(folder: Path) -> Path:
    """Write that firm's configuration; returns where."""
    teams = "".join(
        TEAM.format(
            name=name,
            description=json.dumps(DESCRIPTIONS[name]),
            words=json.dumps(words.split(", ")),
        )
        for name, (words, _) in TEAMS.items()
    )
    path = folder / "tocsin.toml"
    path.write_text(FIRM.format(teams=teams), "utf-8")
    return path


def by_command(posts: Sequence[Post], labels: Sequence[bool], number: int) -> list[Judged]:
    """The first draw again, by the commands themselves: import the labels, score the rest."""
    from bench.judged import judged_by_command

    order = list(range(len(posts)))
    Random(0).shuffle(order)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = written(folder)
        (folder / "none.jsonl").write_text(
            '{"platform": "text", "id": "0", "text": "a", "created_at": "2026-11-02T08:00:00Z"}\n'
        )
        kept = str(folder / "tocsin.db")
        command("replay", "none.jsonl", "--db", kept, folder=folder)
        rows = (
            {"text": posts[at].text, "title": posts[at].title, "complaint": labels[at]}
            for at in order[:number]
        )
        (folder / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        command("labels", "import", "labels.jsonl", "--db", kept, folder=folder)
        rest = [posts[at] for at in order[number : number + JUDGED]]
        return judged_by_command(rest, config, Path(kept))
