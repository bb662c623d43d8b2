"""Warnings from end to end: put to the storm that follows, shown by function, counted once."""

from datetime import timedelta
from typing import Any

import pytest

from config import Band
from escalation.decision import Action, Verb, Warn, WarningKind
from escalation.incidents import Spike
from escalation.subject import Incident, Ref
from escalation.warnings import by_function
from tests.firm import (
    CHANNELS,
    EVERYBODY,
    EXECUTIVE,
    FIRST,
    LEAD,
    OTHER,
    OWNER,
    PRESS,
    Firm,
    complain,
    new_firm,
)
from tocsin.views import Views

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def warn(
    firm: Firm, case: int, what: WarningKind = WarningKind.MISSED_PAGE, person: str = OWNER
) -> None:
    def work(desk: Any) -> None:
        desk.warn(desk.subject(Ref("case", case)), Warn(what, person), firm.now)

    firm.write(work)


def spike(firm: Firm, *, storm: bool = True, topic: str | None = None, people: int = 60) -> int:
    measured = Spike(storm, people, 120, 10, 1.5, f"{people} unhappy people")
    engine = firm.house.engine
    made: Any = firm.write(lambda desk: engine.spike(desk, "Acme", topic, measured, firm.now))
    firm.settle()
    return int(made.number)


def act(firm: Firm, ref: Ref, verb: Verb, by: str, **more: Any) -> None:
    action = Action(verb, by, **more)
    assert firm.write(lambda desk: firm.house.engine.act(desk, ref, action, firm.now)) is None
    firm.settle()


def warned(firm: Firm, storm: int) -> list[tuple[str, str]]:
    with firm.house.store.borrow() as desk:
        return [(str(one.ref), str(one.what)) for one in desk.warnings_of_incident(storm)]


def closed_case(firm: Firm, number: int, **more: Any) -> int:
    """A case that has been and gone, so that it is no member of what follows."""
    case = complain(firm, number, f"gone {number}", band=Band.P3, **more)
    act(firm, Ref("case", case), Verb.RESOLVE, EXECUTIVE, cause="care")
    return case


def test_a_storm_is_given_the_warnings_on_the_topics_of_its_cases() -> None:
    firm = new_firm()
    billing, app = closed_case(firm, 1), closed_case(firm, 2, topic="app", team="tech")
    warn(firm, billing)
    warn(firm, app)
    firm.passes(HOUR)
    complain(firm, 3, band=Band.P3)  # on billing, and a member
    storm = spike(firm)
    assert warned(firm, storm) == [("case:1", "missed_page")]
    assert (billing, app) == (1, 2)


def test_a_storm_is_given_the_warnings_on_the_topic_of_the_watch_it_grew_from() -> None:
    firm = new_firm()
    warn(firm, closed_case(firm, 1))
    warn(firm, closed_case(firm, 2, topic="app", team="tech"))
    watch = spike(firm, storm=False, topic="billing")
    assert warned(firm, watch) == []  # no storm has followed yet
    ref = Ref("incident", watch)
    act(firm, ref, Verb.DECLARE, LEAD)
    assert warned(firm, watch) == [("case:1", "missed_page")]


def test_a_storm_without_any_topic_is_given_all_of_the_brands() -> None:
    firm = new_firm()
    warn(firm, closed_case(firm, 1))
    warn(firm, closed_case(firm, 2, topic="app", team="tech"))
    warn(firm, closed_case(firm, 3, brand="Bolt Works", topic=None, team="tech"))
    assert warned(firm, spike(firm)) == [("case:1", "missed_page"), ("case:2", "missed_page")]


def test_a_run_of_warnings_is_told_from_its_beginning_and_each_storm_keeps_its_own() -> None:
    firm = new_firm()
    case = closed_case(firm, 1)
    for _ in range(4):
        warn(firm, case)
        firm.passes(2 * DAY)
    storm = spike(firm)
    assert len(warned(firm, storm)) == 4
    act(firm, Ref("incident", storm), Verb.CONTAIN, EXECUTIVE)
    firm.passes(MINUTE)
    assert spike(firm) == storm  # it rises again: what it had it has once
    assert len(warned(firm, storm)) == 4
    with firm.house.store.borrow() as desk:
        found = desk.subject(Ref("incident", storm))
        assert isinstance(found, Incident)
        view = Views(firm.house.engine).incident(desk, found)
    assert view.warnings[0] == "4 times, first 8 d before"


def test_a_case_that_joins_a_storm_later_brings_its_warnings() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P3, topic=None)
    act(firm, Ref("case", case), Verb.RESOLVE, EXECUTIVE, cause="care")
    complain(firm, 2, "ky", band=Band.P3)  # the storm is about billing
    warn(firm, case)
    storm = spike(firm)
    assert warned(firm, storm) == []
    complain(firm, 3, band=Band.P3, topic=None)  # the first author again: the case is reopened
    assert warned(firm, storm) == [("case:1", "missed_page")]


def test_the_page_of_a_storm_says_how_often_it_was_warned_of_by_function_and_names_nobody() -> None:
    firm = new_firm()
    care, tech = closed_case(firm, 1), closed_case(firm, 2, topic="app", team="tech")
    warn(firm, care)
    warn(firm, care, WarningKind.BREACHED)
    warn(firm, tech, WarningKind.DISMISSED_CASE, OTHER)
    firm.passes(5 * HOUR)
    spike(firm)
    (page, *_) = firm.channels[CHANNELS[0]].pages(f"{PRESS}@{CHANNELS[0]}")
    (line,) = [line for line in page.lines if line.startswith("Warned before")]
    assert line == (
        "Warned before: 3 times, first 5 h before; care 2 (1 broken promise, 1 missed page; done: "
        "nothing about 2), tech 1 (1 dismissed case; done: nothing about 1)"
    )
    assert not any(name in line for name in EVERYBODY)


def test_a_ledger_that_was_tampered_with_does_not_stop_the_page_of_a_storm() -> None:
    firm = new_firm()
    warn(firm, closed_case(firm, 1))

    def tamper(desk: Any) -> None:
        desk.connection.execute("drop trigger ledger_is_append_only_update")
        desk.connection.execute("update ledger set facts = '{' where subject = 'case:1'")

    firm.write(tamper)
    spike(firm)
    assert firm.channels[CHANNELS[0]].pages(f"{PRESS}@{CHANNELS[0]}")


@pytest.mark.parametrize("raised", ["escalated", "claimed", "declared"])
def test_whoever_warns_is_in_no_warning_and_no_count(raised: str) -> None:
    """Nobody shall be held back from warning by what is kept of it."""
    firm = new_firm()
    case = Ref("case", complain(firm, 1, band=Band.P2))
    warn(firm, case.number)  # the page that OWNER has missed, as the raiser saw it
    firm.passes(2 * MINUTE)
    if raised == "escalated":
        act(firm, case, Verb.ESCALATE, FIRST)
    elif raised == "claimed":
        act(firm, case, Verb.CLAIM, FIRST)
    else:
        engine = firm.house.engine
        declared = Action(Verb.DECLARE, FIRST)
        firm.write(lambda desk: engine.declare(desk, "Acme", declared, firm.now))
    firm.settle()
    with firm.house.store.borrow() as desk:
        rows = [tuple(row) for row in desk.connection.execute("select * from warnings")]
        told = desk.done_about(desk.warnings_between(firm.now - DAY, firm.now + DAY))
    assert rows
    assert not any(FIRST in map(str, row) for row in rows)
    assert FIRST not in str(by_function(told))
    assert firm.house.settings.person(FIRST)  # the name is one that would be found
