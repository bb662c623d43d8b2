"""Writes docs/accuracy.md: how well posts are understood, from the sets themselves.

    python -m bench.card [FOLDER] [--out PATH] [--through-command]

FOLDER holds the sets (default: `../shared/data`, or $TOCSIN_SHARED/data); where it is not there
the public originals are downloaded into build/data. Same data, same page, but for its timings.
--through-command judges every set again by the `tocsin score` process, and ends with 1 where that
says anything else: slow, and no page is written.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from bench import card_complaints, card_others, own_labels, start
from bench.judged import ROOT, Judged, judged, judged_by_command
from bench.origins import fetch
from bench.sets import default_folder
from listener.complaint import MODEL_VERSION
from tocsin.store.labels import Label
from tocsin.wiring import assessor_of

PAGE = ROOT / "docs" / "accuracy.md"
DOWNLOADED = ROOT / "build" / "data"
TIMINGS = "## Timings"  # from here on the page differs from run to run


def main() -> int:
    """Write the page, or compare with the command."""
    wanted = argparse.ArgumentParser(prog="python -m bench.card", description="Accuracy page.")
    wanted.add_argument("folder", nargs="?", type=Path)
    wanted.add_argument("--out", type=Path, default=PAGE)
    wanted.add_argument("--through-command", action="store_true")
    given = wanted.parse_args()
    folder = given.folder or default_folder()
    if given.folder and not folder.is_dir():
        wanted.error(f"{folder} is no folder; leave it out to fetch the public originals")
    if not folder.is_dir():
        print(f"{folder} is not there; the public originals are fetched into {DOWNLOADED}")
        for line in fetch(DOWNLOADED):
            print(line)
        folder = DOWNLOADED
    if given.through_command:
        differing = list(differences(folder))
        print("\n".join(differing) or "The command says the same of every post.")
        return int(bool(differing))
    given.out.write_text(page([*measured(folder), *timings(folder)]), "utf-8")
    print(f"{given.out} is written.")
    return 0


def page(lines: Iterable[str]) -> str:
    """The lines as a file."""
    return "\n".join(lines).rstrip() + "\n"


def measured(folder: Path) -> Iterator[str]:
    """All that is the same each time."""
    yield from beginning()
    yield from card_others.sets(folder)
    yield from card_complaints.ranking(folder)
    yield from card_complaints.verdicts(folder)
    yield from card_complaints.learning(folder)
    yield from card_others.routing(folder)
    yield from card_others.tripwires(folder)
    yield from card_others.severities(folder)
    yield from card_others.further(folder)
    yield from card_complaints.mistakes(folder)
    yield from card_others.sarcasm(folder)
    yield from card_others.examples()
    yield from card_others.claims()


def beginning() -> Iterator[str]:
    """What is measured, and how to do it again."""
    yield from (
        "# How well posts are understood",
        "",
        "Written by `make bench-accuracy`; do not edit it. Every figure is made the way `tocsin",
        "score` judges: default configuration, posts without a language tag, nothing looked up.",
        f"Rules: `{MODEL_VERSION}`. In brackets 95 % intervals: of DeLong for an AUC, of Wilson",
        "for a share, by the bootstrap for the rest, of the draws for a mean. ✓ and ✗ say whether",
        "the figure meets our own goal; the interval says how much that means.",
        "",
        "To run it again, put the sets into a folder and name it (`python -m bench.card FOLDER`,",
        "or `$TOCSIN_SHARED`); without one the public originals are downloaded. What cannot be had",
        "or is not what it should be is named and left out. It takes some minutes.",
        "`python -m bench.card --through-command` compares with the real command, post by post.",
        "",
    )


def timings(folder: Path) -> Iterator[str]:
    """What it costs, on the machine it was run on."""
    yield from (
        TIMINGS,
        "",
        f"On {start.machine()}, which did other things as well.",
        "",
    )
    for cost in start.measured(folder):
        yield f"* {cost.name}: {cost.value:.3g} {cost.unit} (promised {cost.promised:g})"


def differences(folder: Path) -> Iterator[str]:
    """Where the command says something else than what the page was made of."""
    for one in card_complaints.samples(folder):
        said = judged_by_command(one.posts)
        yield from _compared(one.of.name, one.found, said)
        number = card_complaints.FEW
        order = list(range(len(one.posts)))
        Random(0).shuffle(order)
        own = [Label(one.posts[at], one.labels[at], None) for at in order[:number]]
        assessor = assessor_of(own_labels.firm(), own_labels.learned_from(own))
        rest = [one.posts[at] for at in order[number : number + own_labels.JUDGED]]
        learnt = own_labels.by_command(one.posts, one.labels, number)
        yield from _compared(f"{one.of.name}, labelled", judged(rest, assessor), learnt)


def _compared(name: str, ours: Sequence[Judged], theirs: Sequence[Judged]) -> Iterator[str]:
    apart = sum(one != other for one, other in zip(ours, theirs, strict=True))
    print(f"{name}: {len(ours)} posts, {apart} differ")
    if apart:
        yield f"{name}: {apart} of {len(ours)} posts are judged otherwise by the command"


if __name__ == "__main__":
    raise SystemExit(main())
