"""How well what is no complaint is told from what looks like it, kind by kind.

    python -m bench.kinds

The posts are our own (`tests/listener/kinds.txt`). Every second one of a kind was never looked at
while rules were written; its share is printed beside that of the rest.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from config import Brand
from listener.assess import Assessor
from listener.complaint import Judgement, Verdict
from listener.mention import Author, Post

LIST = Path(__file__).parents[1] / "tests" / "listener" / "kinds.txt"
WRITTEN = datetime(2026, 11, 2, 8, tzinfo=UTC)


class Sample(NamedTuple):
    """A post of the list.

    complains  whether it complains about Acme.
    known      it is still judged wrongly, and known to be.
    unseen     it was not looked at while rules were written.
    """

    kind: str
    text: str
    complains: bool
    known: bool
    unseen: bool


class Shares(NamedTuple):
    """Shares of a kind, 0.0 to 1.0.

    quiet   of its posts that do not complain: that page nobody.
    other   of the same: that nobody need look at either.
    heard   of the complaints that look like it: that are complaints.
    """

    quiet: float
    other: float
    heard: float


def main() -> None:
    """Print the shares of every kind, and those of the posts that nobody looked at."""
    print(f"{'kind':14}{'quiet':>8}{'other':>8}{'heard':>8}   unseen{'quiet':>8}{'heard':>8}")
    for kind, shares in measured().items():
        unseen = measured(unseen=True)[kind]
        print(
            f"{kind:14}{shares.quiet:>8.2f}{shares.other:>8.2f}{shares.heard:>8.2f}"
            f"{unseen.quiet:>17.2f}{unseen.heard:>8.2f}"
        )


def measured(*, unseen: bool = False) -> dict[str, Shares]:
    """Return the shares of each kind, and of "all"; unseen: only of what nobody looked at."""
    chosen = [one for one in judged() if one[0].unseen or not unseen]
    kinds = dict.fromkeys(sample.kind for sample, _ in chosen)
    by_kind = {kind: [one for one in chosen if one[0].kind == kind] for kind in kinds}
    return {kind: _shares(some) for kind, some in (*by_kind.items(), ("all", chosen))}


def _shares(some: Sequence[tuple[Sample, Judgement]]) -> Shares:
    calm = [judgement.verdict for sample, judgement in some if not sample.complains]
    sore = [judgement.verdict for sample, judgement in some if sample.complains]
    return Shares(
        quiet=sum(verdict is not Verdict.COMPLAINT for verdict in calm) / len(calm),
        other=sum(verdict is Verdict.OTHER for verdict in calm) / len(calm),
        heard=sum(verdict is Verdict.COMPLAINT for verdict in sore) / len(sore),
    )


@cache
def judged() -> tuple[tuple[Sample, Judgement], ...]:
    """Judge the whole list as posts about Acme, whose competitor Globex is declared."""
    assessor = Assessor([Brand(name="Acme", competitors=("Globex",))])
    return tuple((sample, judge_one(assessor, sample.text)) for sample in samples())


def judge_one(assessor: Assessor, text: str, lang: str | None = "en") -> Judgement:
    """Judge a text as a post about the first of the assessor's brands that it names."""
    post = Post("x", "1", text, WRITTEN, Author("u1"), lang=lang)
    (found, *_) = assessor.assess(post) or (assessor.judge_alone(post),)
    return found.judgement


def samples() -> Iterator[Sample]:
    """Read the list."""
    kind, counted = "", 0
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind, counted = line.strip("[]"), 0
        elif line[:1] in ("-", "+"):
            counted += 1
            known = line[1] == "!"
            text = line[1:].removeprefix("!").strip()
            yield Sample(kind, text, line[0] == "+", known, counted % 2 == 0)


if __name__ == "__main__":
    main()
