"""The sections of the accuracy page beside complaints: teams, tripwires, sarcasm, and the rest."""

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from importlib.util import find_spec
from math import fsum
from pathlib import Path
from types import ModuleType

from bench import agreement, measures, own_labels, wrong
from bench.accuracy import ORDINARY
from bench.card_complaints import samples
from bench.judged import judged
from bench.measures import Figure, share
from bench.origins import ORIGINS
from bench.sets import WHEN, posts_of, read_set
from bench.table import MET, MISSED, against, number, per_thousand, table
from listener.assess import Assessor
from listener.mention import Author, Post
from tests.listener import test_safety

ROUTING_GOALS = {0: 0.70, 20: 0.73, 50: 0.75}
RECALL_GOAL, FALSE_GOAL = 0.95, 1 / 1000
TRIPWIRES = Path(__file__).parents[1] / "tests" / "listener" / "tripwires"

# Benches with a page of figures of their own: their module, the heading, and what they measure.
FURTHER = (
    ("languages", "Languages", "which language a post is in, and complaints outside English"),
    ("kinds", "What looks like a complaint and is none", "news, praise, questions and the like"),
    ("aspects", "Aspects", "what a post complains about"),
    ("noise", "Noise", "posts that name a brand and are not about it"),
    ("embeddings", "Embeddings", "what the optional sentence embeddings add"),
)


def sets(folder: Path) -> Iterator[str]:
    """Where the posts come from."""
    yield from (
        "## The sets",
        "",
        "None is part of this project. One half of each is measured: the rows whose text, without",
        "case, links, mentions, digits and punctuation, has an even SHA-1; equal ones once. The",
        "other half is kept out of sight. In sets marked \\* a mood was labelled, and negative",
        "stands in for a complaint. The weights of phrases were set by hand; no value was fitted",
        "to these halves, but they were looked at while the phrases were written.",
        "",
    )
    there = {origin.file: read_set(folder, origin.file) for origin in ORIGINS}
    yield from table(
        ("set", "posts", "origin and commit", "file", "SHA-256 of the half"),
        [
            (
                origin.file,
                len(there[origin.file]) or "left out: not there",
                f"{origin.of}@{origin.at[:12]}",
                ", ".join(f"`{path}`" for path in origin.paths),
                f"`{origin.half[:16]}…`",
            )
            for origin in ORIGINS
        ],
    )
    yield from (
        "The commit pins the download; its own SHA-256 is checked where `bench/origins.py` names",
        "it. That of the half is of the `.csv.gz` this page was first made of, whole in that file.",
        "",
    )


def routing(folder: Path) -> Iterator[str]:
    """Whether the right team gets a post."""
    yield from (
        "## Teams",
        "",
        "Seven teams of an airline, by declared words and descriptions alone, and after posts of",
        "which somebody confirmed the team. What no word claims goes to the triage team.",
        "",
    )
    rows, teams = own_labels.routed_rows(folder)
    if not rows:
        yield from ("Left out: the airline's posts are not there.", "")
        return
    lines = []
    for examples, goal in ROUTING_GOALS.items():
        draws = own_labels.routes(rows, teams, examples)
        shares = [draw.right / draw.posts for draw in draws]
        figure = measures.mean(shares) if len(draws) > 1 else share(*draws[0])
        lines.append((examples, draws[0].posts, len(draws), figure, against(figure.value, goal)))
    yield from table(("examples a team", "posts", "draws", "right team", "goal"), lines)
    yield from agreed(folder)


def agreed(folder: Path) -> Iterator[str]:
    """What the labels that teams are measured by are worth."""
    found = agreement.agreement(folder)
    if found is None:
        return
    yield from (
        "A crowd named the reason of each post. All who were asked agree on a share of",
        f"{found.unanimous} of these posts. If three were asked, as the shares suggest, one more",
        f"person can be expected to name the same reason in at most {number(found.one_person)}.",
        f"As declared, the right team is found in {found.agreed} where all agree, and in",
        f"{found.disputed} where they do not. A goal above {number(found.one_person)} asks for",
        "more than one person's reading. Half of all posts as examples find 0.75, and no learner",
        "that was tried on four fifths of them more than 0.76, nor puts the right team among the",
        "first two in more than 0.91 (goal 0.93). Labels that were dealt out, so many a team, do",
        "not tell how often each is meant; real cases do (`python -m bench.learning`).",
        "",
    )


def tripwires(folder: Path) -> Iterator[str]:
    """Whether danger rings, and how often anything rings that is none."""
    yield from (
        "## Tripwires",
        "",
        "Recall on posts of our own that must ring; they were looked at while the rules were",
        "written. On posts as they come, every alarm counts as a false one, though some are right.",
        "",
    )
    must, must_not = _ringing()
    rows: list[Sequence[object]] = [
        (f"must ring: {name}", len(texts), figure := _rung(texts), _at_least(figure))
        for name, texts in must.items()
    ]
    everything = [text for texts in must.values() for text in texts]
    figure = _rung(everything)
    rows.append(("must ring: all", len(everything), figure, _at_least(figure)))
    rows.append(("must not ring, though it sounds so", len(must_not), _rung(must_not), "–"))
    yield from table(("posts", "number", "share that rings", "goal"), rows)
    ordinary = [post for name in ORDINARY for post in posts_of(read_set(folder, name))]
    if not ordinary:
        yield from ("Left out: the ordinary posts are not there.", "")
        return
    alarms = sum(one.safety for one in judged(ordinary, Assessor()))
    false = share(alarms, len(ordinary))
    met = MET if false.value <= FALSE_GOAL else MISSED
    yield from (
        f"Of {len(ordinary)} posts as they come {alarms} ring: {per_thousand(false)} in 1,000;",
        f"goal ≤ 1 {met}.",
        "",
    )


def _at_least(figure: Figure) -> str:
    return against(figure.value, RECALL_GOAL)


def _ringing() -> tuple[dict[str, list[str]], list[str]]:
    """Our own lists: by kind of danger in English, by language else; and what must not ring."""
    must = {kind: list(texts) for kind, texts in test_safety.MUST_RING.items()}
    must_not = list(test_safety.MUST_NOT_RING)
    for path in sorted(TRIPWIRES.glob("*.txt")):
        lines = path.read_text("utf-8").splitlines()
        must[f"in {path.stem}"] = [line[1:].strip() for line in lines if line.startswith("!")]
        must_not += [line[1:].strip() for line in lines if line.startswith("-")]
    return must, must_not


def _rung(texts: Sequence[str]) -> Figure:
    assessor = Assessor()
    posts = (Post("text", "1", text, WHEN, Author(id="")) for text in texts)
    return share(sum(assessor.judge_alone(post).severity.safety for post in posts), len(texts))


def sarcasm(folder: Path) -> Iterator[str]:
    """How sarcasm is taken. Nothing is claimed of it."""
    yield from (
        "## Sarcasm",
        "",
        "Nothing is claimed of it; this is what becomes of it.",
        "",
    )
    cesamard = next((one for one in samples(folder) if one.of.name == "cesamard"), None)
    if cesamard is not None:
        marks = [row.get("sarcastic") == "sarcastic" for row in read_set(folder, "cesamard")]
        told = list(zip(cesamard.said, cesamard.labels, marks, strict=True))
        for name, mark in (("sarcastic ones", True), ("others", False)):
            said = [said for said, label, is_so in told if label and is_so is mark]
            yield f"* Complaints in reviews, the {name} (cesamard): {share(sum(said), len(said))}"
            yield "  are taken for complaints."
    rows = read_set(folder, "isarcasm")
    for name, flag in (("call sarcastic", "1"), ("do not", "0")):
        some = posts_of([row for row in rows if row.get("sarcastic") == flag])
        if some:
            rang = sum(one.verdict == "complaint" for one in judged(some, Assessor()))
            yield f"* Posts that their authors {name} (isarcasm): {share(rang, len(some))}"
            yield "  are taken for complaints."
    yield ""


def further(folder: Path) -> Iterator[str]:
    """What other benches measure, each in its own words; named where it is not there."""
    for name, heading, measured in FURTHER:
        yield from (f"## {heading}", "", f"Measured: {measured} (`python -m bench.{name}`).", "")
        if find_spec(f"bench.{name}") is None:
            yield from ("Left out: this version has no such bench.", "")
            continue
        try:
            said = _said(import_module(f"bench.{name}"), folder)
        except ImportError as error:
            yield from (f"Left out: {error.name} is not installed.", "")
            continue
        yield from ("```", *said, "```", "")


def _said(bench: ModuleType, folder: Path) -> list[str]:
    """What a bench prints about the sets of a folder."""
    given, sys.argv = sys.argv, [f"bench.{bench.__name__}", str(folder)]
    try:
        with redirect_stdout(io.StringIO()) as out:
            bench.main()
    finally:
        sys.argv = given
    return out.getvalue().strip().splitlines()


def examples() -> Iterator[str]:
    """Ten posts of our own that are judged wrongly."""
    found = list(wrong.mistakes())
    yield from (
        "## Ten examples of what it gets wrong",
        "",
        "Written by ourselves; each is checked to be wrong still.",
        "",
    )
    for place, one in enumerate(wrong.shown(found), 1):
        kind = "a complaint" if one.example.right is wrong.COMPLAINT else "none"
        yield f"{place}. “{one.example.text}”"
        yield f"   It is {kind}, and is taken for `{one.taken_for}` ({one.probability:.2f}):"
        yield f"   {one.example.because}."
    yield ""


def claims() -> Iterator[str]:
    """What is not claimed."""
    yield from (
        "## What is not claimed",
        "",
        "* **Sarcasm** is not told. Praise that stands beside a reproach is `unsure`, no more.",
        "* **Levels of severity** are not told from text, by anybody we know of. Severity orders",
        "  cases by blame, harm and escalation; a person decides.",
        "* **A new brand**: the order of posts holds, the threshold does not; see your own labels.",
        "* **Languages without phrases** are `unsure`, never `other`: nobody has read them.",
        "* These sets are posts of 2011 to 2022, most of them to brands' own accounts.",
        "",
    )


def severities(folder: Path) -> Iterator[str]:
    """Whether severity orders complaints at all."""
    yield from (
        "## Severity",
        "",
        "AUC of accusation and blame against milder complaints, as labelled.",
        "",
    )
    rows, values = [], []
    for one in samples(folder):
        labelled = read_set(folder, one.of.file)
        if one.of.stands_in or "severity" not in labelled[0]:
            continue
        kept = [
            (judged.severity, row["severity"].strip().lower() in ("accusation", "blame"), mood)
            for judged, row, mood, label in zip(
                one.found, labelled, one.moods, one.labels, strict=True
            )
            if label
        ]
        figure = measures.auc_figure([kind[0] for kind in kept], [kind[1] for kind in kept])
        vader = measures.auc([-kind[2] for kind in kept], [kind[1] for kind in kept])
        rows.append((one.name, len(kept), figure, number(vader)))
        values.append(figure.value)
    if rows:
        rows.append(("mean", "", number(fsum(values) / len(values)), ""))
    yield from table(("set", "complaints", "severity", "VADER alone"), rows)
