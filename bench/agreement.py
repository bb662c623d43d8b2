"""How far people agree on which team a post belongs to: what no routing can be expected to pass.

    python -m bench.agreement [FOLDER]

The airline's reasons were each named by a few people of a crowd; `reason_confidence` is the share
of them, by how far each is trusted, who named the reason that is given.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.judged import judged
from bench.measures import Figure, share
from bench.own_labels import firm, routed_rows
from bench.sets import default_folder, posts_of
from tocsin.wiring import assessor_of

ALL_AGREE = 0.99


class Agreement(NamedTuple):
    """What the labels of the routed posts are worth.

    unanimous   posts on whose reason all who labelled them agree.
    one_person  the largest share of labels, 0.0 to 1.0, that one more person of the same crowd can
                be expected to name as well.
    agreed      right teams, as declared, where all agree.  disputed: where they do not.
    """

    unanimous: Figure
    one_person: float
    agreed: Figure
    disputed: Figure


def agreement(folder: Path) -> Agreement | None:
    """The crowd's agreement, and the declared routes beside it; None where the set is missing."""
    rows, teams = routed_rows(folder)
    if not rows:
        return None
    found = judged(posts_of(rows), assessor_of(firm()))
    right: dict[bool, list[bool]] = {True: [], False: []}
    for row, one, team in zip(rows, found, teams, strict=True):
        right[float(row["reason_confidence"]) >= ALL_AGREE].append(one.team == team)
    unanimous = share(len(right[True]), len(rows))
    return Agreement(
        unanimous, one_person(unanimous.value), _share(right[True]), _share(right[False])
    )


def _share(right: Sequence[bool]) -> Figure:
    return share(sum(right), len(right))


def one_person(unanimous: float) -> float:
    """The most that one more person can be expected to agree with a majority of three, who are
    unanimous on this share of the posts that have a majority.

    Where each names the majority's reason with chance q, all three do in q / (3 - 2 q) of the
    posts that have a majority. That is convex in q: whichever way q differs from post to post, its
    mean lies at or below the q that gives this share (Jensen, 1906). In posts without a majority
    people agree less still.
    """
    return 3.0 * unanimous / (1.0 + 2.0 * unanimous)


def main() -> None:
    """Print it."""
    found = agreement(Path(sys.argv[1]) if len(sys.argv) > 1 else default_folder())
    if found is not None:
        print(f"all who labelled a post agree on    {found.unanimous}")
        print(f"one more person agrees with at most {found.one_person:.3f}")
        print(f"right teams where all agree         {found.agreed}")
        print(f"and where they do not               {found.disputed}")


if __name__ == "__main__":
    main()
