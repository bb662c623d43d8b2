"""docs/ownership.md is what the code does: its diagrams, its rows, its events, its waits."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from config import Band
from config.bands import DEFAULT_BANDS
from escalation.subject import Level, State
from tests import diagram

TEXT = diagram.PAGE.read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([CSFDM])(\d+) \|(.*)\|$", TEXT, re.MULTILINE)


def documented() -> set[str]:
    """The events of the last column of the tables of transitions."""
    return {event for *_, row in ROWS for event in re.findall(r"`(\w+)`", row.split("|")[-1])}


def test_the_diagrams_are_those_of_the_code() -> None:
    made = diagram.written(TEXT, diagram.explored())
    assert made == TEXT, "`python -m tests.diagram` writes them anew"


def test_every_event_that_the_code_can_enter_is_in_a_row_and_no_other() -> None:
    assert documented() == diagram.emitted()


def test_trying_everything_meets_every_event() -> None:
    met = {event for edges in diagram.explored().values() for *_, event in edges}
    # These need another calendar, or a store that somebody has damaged.
    rare = {"recounted", "repaired"}
    # A private matter has no diagram; each of its rows is a test of test_private.py.
    private = {"matter_opened", "matter_grew", "matter_closed", "asked_anew", "passed_on"}
    assert met == diagram.emitted() - rare - private


@pytest.mark.parametrize(("letter", "last"), [("C", 31), ("S", 7), ("F", 2), ("D", 8), ("M", 8)])
def test_every_rule_has_its_row_in_its_place(letter: str, last: int) -> None:
    numbers = [int(number) for kind, number, _ in ROWS if kind == letter]
    assert numbers == list(range(1, last + 1))


def states(kind: str) -> set[str]:
    return {place for edge in diagram.explored()[kind] for place in edge[:2]}


@pytest.mark.parametrize(
    ("kind", "places"),
    [
        pytest.param("case", {diagram.START, *State}, id="a case"),
        pytest.param("incident", {diagram.START, *Level}, id="an incident"),
        pytest.param("fault", {diagram.START, "new", "owned", "closed"}, id="a fault"),
    ],
)
def test_every_state_is_reached(kind: str, places: set[str]) -> None:
    assert states(kind) == places


@pytest.mark.parametrize("kind", ["case", "incident", "fault"])
def test_from_every_open_state_there_is_a_way_to_be_closed(kind: str) -> None:
    edges = diagram.explored()[kind]
    ends = {"closed"}
    while more := {before for before, after, _ in edges if after in ends} - ends:
        ends |= more
    assert ends == states(kind)


def test_only_a_reopening_leads_out_of_what_is_closed() -> None:
    out = {
        (kind, after, event)
        for kind, edges in diagram.explored().items()
        for before, after, event in edges
        if before == "closed"
    }
    assert out == {("case", "new", "reopened")}


def spelled(wait: timedelta | None) -> str:
    if wait is None:
        return "–"
    minutes = int(wait.total_seconds()) // 60
    return f"{minutes} min" if minutes <= 60 else f"{minutes // 60} h"


def declared() -> Iterator[list[str]]:
    for band, times in DEFAULT_BANDS.items():
        waits = (times.ack, times.first_reply, times.next_reply, times.resolved)
        clock = "business time" if times.business else "always"
        work = (times.hold, times.grace)
        yield [band, band.label, *map(spelled, (*waits, *work)), clock]


def test_the_waits_are_the_defaults() -> None:
    bands = "|".join(Band)
    rows = re.findall(rf"^\| ((?:{bands}) \|.*) \|$", TEXT, re.MULTILINE)
    assert [row.split(" | ") for row in rows] == list(declared())
