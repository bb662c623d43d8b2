"""Posts of our own that are judged wrongly, and why: the page about accuracy shows ten of them.

More stand here than are shown. One that is judged rightly by now is passed over, so that the
page never shows as a mistake what is none.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from config import Brand
from listener.assess import Assessor
from listener.complaint import Verdict
from listener.mention import Author, Post

SHOWN = 10
BRANDS = (Brand(name="Acme", terms=("Acme",)),)
WHEN = datetime(2026, 11, 2, 8, tzinfo=UTC)
COMPLAINT, OTHER = Verdict.COMPLAINT, Verdict.OTHER


class Example(NamedTuple):
    """A post, what a person says of it, and what makes it hard."""

    text: str
    right: Verdict
    because: str


class Mistake(NamedTuple):
    """An example with what it is taken for, and the probability of a complaint."""

    example: Example
    taken_for: Verdict
    probability: float


EXAMPLES = (
    Example(
        "Day 9 of the great Acme parcel hunt. Morale is high. Supplies are not.",
        COMPLAINT,
        "irony without a word of reproach",
    ),
    Example(
        "Acme support told me to try turning it off. It is a chair.",
        COMPLAINT,
        "the reproach lies in the facts alone",
    ),
    Example(
        "My nan could assemble an Acme shelf faster than your app loads my basket.",
        COMPLAINT,
        "a comparison carries the reproach",
    ),
    Example(
        "Lovely hold music, Acme. I know all four movements now.",
        COMPLAINT,
        "praise that is none",
    ),
    Example(
        "Paid for next day from Acme on Monday. It is Friday.",
        COMPLAINT,
        "two facts whose distance is the complaint",
    ),
    Example(
        "Acme, is anyone at home?",
        COMPLAINT,
        "a question of five words",
    ),
    Example(
        "Third Acme kettle this year. You would think I collect them.",
        COMPLAINT,
        "a repeated failure that is never named",
    ),
    Example(
        "Acme delivered half a sofa. Guess which half.",
        COMPLAINT,
        "what is missing is not called missing",
    ),
    Example(
        "Well played Acme, the box arrived. Nothing in it, but the box arrived.",
        COMPLAINT,
        "thanks and reproach in one",
    ),
    Example(
        "My landlord is useless and never answers, so thank heavens for Acme and their DIY videos.",
        OTHER,
        "the reproach is for somebody else",
    ),
    Example(
        "Finished the book where the hero is stuck waiting for an Acme refund. Awful ending, "
        "terrible prose.",
        OTHER,
        "the reproach is for a book",
    ),
    Example(
        "I was useless at the Acme 10k, worst time ever, still waiting for my legs to recover.",
        OTHER,
        "somebody blames themselves",
    ),
    Example(
        "In the film nobody answers at Acme, the refund never comes and the customer goes mad. "
        "Five stars.",
        OTHER,
        "a story about a complaint",
    ),
    Example(
        "If Acme ever lost my parcel I would be furious. In ten years they have not.",
        OTHER,
        "something that never happened",
    ),
    Example(
        "People say Acme never answers and that the app is broken. Not what I have seen.",
        OTHER,
        "a complaint that is quoted to be denied",
    ),
    Example(
        "Interviewer at Acme asked how I would calm a customer still waiting for a refund after "
        "three emails.",
        OTHER,
        "a complaint in a question of an interview",
    ),
    Example(
        "Ugh, cannot stop listening to the terrible Acme jingle, it is stuck in my head again.",
        OTHER,
        "a grumble that wants nothing",
    ),
    Example(
        "Acme's villain is the worst, cheated, lied and stole everything. What a game!",
        OTHER,
        "blame inside a game",
    ),
    Example(
        "Why is nobody talking about how Acme never lets me down?",
        OTHER,
        "a reproach to others, made of praise",
    ),
    Example(
        "Cancelled my plans and lost my whole Sunday to the new Acme game. No regrets.",
        OTHER,
        "loss that is praise",
    ),
)


def mistakes(assessor: Assessor | None = None) -> Iterator[Mistake]:
    """Those of the examples that are judged wrongly now."""
    assessor = assessor or Assessor(BRANDS)
    for number, example in enumerate(EXAMPLES):
        post = Post("text", str(number), example.text, WHEN, Author(id=""))
        (found,) = assessor.assess(post)
        if found.judgement.verdict is not example.right:
            yield Mistake(example, found.judgement.verdict, found.judgement.probability)


def shown(found: Sequence[Mistake]) -> list[Mistake]:
    """Ten of them, complaints that are missed and false alarms in equal number while they last;
    the plainly wrong come before those that are unsure."""
    plain = sorted(found, key=lambda one: one.taken_for is Verdict.UNSURE)
    missed = [one for one in plain if one.example.right is COMPLAINT]
    false = [one for one in plain if one.example.right is OTHER]
    half = SHOWN // 2
    return (missed[: max(half, SHOWN - len(false))] + false)[:SHOWN]


def main() -> None:
    """Print each mistake, and which examples are none any more."""
    found = list(mistakes())
    for one in found:
        print(
            f"{one.taken_for:10} {one.probability:.2f}  is {one.example.right}: {one.example.text}"
        )
    rest = {one.text for one in EXAMPLES} - {one.example.text for one in found}
    print(f"{len(found)} of {len(EXAMPLES)} are wrong")
    for text in sorted(rest):
        print(f"right by now: {text}")


if __name__ == "__main__":
    main()
