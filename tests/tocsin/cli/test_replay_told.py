"""What a replay tells a person: of a message its most urgent case, and nothing twice."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.desk import Happening
from escalation.subject import Ref
from tocsin.cli.replay_told import MOST_NAMED, Story

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def told(*happened: Happening, every: bool = False) -> list[str]:
    lines: list[str] = []
    story = Story(lines.append, every=every)
    for one in happened:
        story.hear(one)
    story.end()
    return [line.partition("Z ")[2] for line in lines]


def opened(case: int, band: str) -> Happening:
    return Happening(NOON, "case_opened", Ref("case", case), band=band)


def page(
    case: int, band: str, *, message: str = "m", asks: bool = True, after: int = 0
) -> Happening:
    at = NOON + timedelta(minutes=after)
    return Happening(
        at,
        "page",
        Ref("case", case),
        owner="ada",
        band=band,
        channel="chat",
        text="words",
        message=message,
        asks=asks,
    )


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        pytest.param(
            [page(4, "P3"), page(2, "P1")], "case=2 to=ada band=P1", id="the more urgent band"
        ),
        pytest.param(
            [page(2, "P1"), page(9, "P1")], "case=9 to=ada band=P1", id="a matter of safety"
        ),
        pytest.param(
            [page(4, "P3"), page(2, "P1", asks=False)],
            "case=4 to=ada band=P3",
            id="not what is only told beside",
        ),
        pytest.param([page(5, "P2"), page(4, "P2")], "case=4 to=ada band=P2", id="the older one"),
    ],
)
def test_a_message_for_several_is_told_of_the_most_urgent_it_asks_for(
    parts: list[Happening], line: str
) -> None:
    safe = Happening(NOON, "case_opened", Ref("case", 9), band="P1", safety=True)
    _, page_line = told(safe, *parts)
    assert page_line.startswith(f"page {line} channel=chat text=words also=case:")


def test_what_is_asked_again_is_counted_until_something_else_happens() -> None:
    again = [page(1, "P1", message=f"m{after}", after=after) for after in (0, 5, 10)]
    assert told(*again, opened(2, "P4"), page(1, "P1", message="n", after=15)) == [
        "page case=1 to=ada band=P1 channel=chat text=words",
        "asked_again to=ada 2 times, until 2026-11-16T12:10:00.000Z: case 1",
        "case_opened case=2 band=P4",
        "asked_again to=ada once: case 1",
    ]
    assert len(told(*again, every=True)) == 3


def test_of_many_cases_asked_for_again_a_few_are_named() -> None:
    many = range(1, MOST_NAMED + 4)
    twice = [page(case, "P2", message=message) for message in ("a", "b") for case in many]
    assert told(*twice)[-1].endswith(f"case {MOST_NAMED} and 3 more")
