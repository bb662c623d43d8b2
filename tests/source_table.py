"""The table of sources that docs/sources.md shows, made from the code.

`python -m tests.source_table` writes it there, and what `tocsin init SOURCE` prints of each.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from config import spell_duration
from listener import collectors
from listener.facts import Facts, Gone, Proof
from tests import source_pieces

PAGE = Path(__file__).parents[1] / "docs" / "sources.md"
BEGIN, END = "<!-- made by python -m tests.source_table -->", "<!-- end -->"
HEAD = ("source", "keys", "limits", "costs", "looks back", "deletions", "duties", "proved by")
_GONE = {Gone.TOLD: "told", Gone.ASKED: "asked for daily", Gone.NEVER: "not noticed"}
_PROOF = {
    Proof.SIMULATED: "recorded answers and a simulated platform with faults",
    Proof.RECORDED: "recorded answers",
    Proof.DOCUMENTED: "answers written from its documentation",
}


def rows() -> Iterator[tuple[str, ...]]:
    """A row for each kind, in the order of the registry."""
    for kind in collectors.COLLECTORS:
        yield _row(kind, collectors.facts_of(kind))


def _row(kind: str, facts: Facts) -> tuple[str, ...]:
    return (
        f"[{facts.title}](sources/{kind}.md)",
        facts.keys,
        facts.limits,
        facts.costs,
        spell_duration(facts.reach) if facts.reach else "as far as a listing goes",
        _GONE[facts.gone],
        facts.duty,
        _PROOF[facts.proof],
    )


def made() -> str:
    """The table in Markdown."""
    table = [HEAD, tuple("---" for _ in HEAD), *rows()]
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def written(page: str) -> str:
    """The page with the table as it is now."""
    pattern = re.escape(BEGIN) + r".*?" + re.escape(END)
    return re.sub(pattern, lambda _: f"{BEGIN}\n{made()}\n{END}", page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    source_pieces.FILE.write_text(source_pieces.made(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}: {len(collectors.COLLECTORS)} sources.\n")
