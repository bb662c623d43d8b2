"""Stopped and started again: what fell due meanwhile climbs once, at once, and in its order."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import Band
from escalation.decision import TimerKind
from escalation.subject import Case
from tests.firm import NOON, Firm, complain, new_firm, open_firm

CLIMBING = ("escalated", "breached_first_reply", "breached_resolve")
MINUTE, HOUR, THREE_DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=3)
STOPS = [
    pytest.param(MINUTE, id="a minute"),
    pytest.param(HOUR, id="an hour"),
    pytest.param(THREE_DAYS, id="three days"),
]


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """Five cases that nobody has acknowledged, one second before the first of them climbs."""
    firm = new_firm(tmp_path / "house.db")
    for seconds, number, band in (
        (0, 1, Band.P2),
        (10, 2, Band.P2),
        (20, 4, Band.P2),
        (20, 5, Band.P2),
        (605, 3, Band.P1),
    ):
        firm.passes(NOON + timedelta(seconds=seconds) - firm.now)
        complain(firm, number, f"author {number}", band=band)
    firm.passes(NOON + timedelta(seconds=899) - firm.now)
    return firm


def stopped_and_started(firm: Firm, down: timedelta) -> Firm:
    """The same house, later, in a new process that has not passed anything yet."""
    path = firm.house.store.path
    firm.house.store._connection.close()
    firm.clock.move_to(firm.now + down)
    return open_firm(path, clock=firm.clock, channels=firm.channels, seed=1)


def cases(firm: Firm) -> list[Case]:
    with firm.house.store.borrow() as desk:
        return sorted(desk.subjects("case", only_open=False), key=lambda one: one.number)


def dues(firm: Firm, case: Case) -> dict[TimerKind, datetime]:
    with firm.house.store.borrow() as desk:
        return dict(desk.dues(case.ref))


def climbs(firm: Firm) -> list[tuple[datetime, int]]:
    """When each climb was, and of which case, in turn."""
    return [(one.at, one.ref.number) for one in firm.happened if one.event in CLIMBING and one.ref]


@pytest.mark.parametrize("down", STOPS)
def test_the_first_climbs_are_within_a_minute_and_in_the_order_of_due_time_then_number(
    firm: Firm, down: timedelta
) -> None:
    late = [(dues(firm, one)[TimerKind.ACK], one.number) for one in cases(firm)]
    assert all(due <= firm.now + down for due, _ in late)
    again = stopped_and_started(firm, down)
    started = again.now
    again.passes(MINUTE)
    escalated = [one for one in again.happened if one.event == "escalated"]
    assert [one.ref.number for one in escalated if one.ref] == [
        number for _, number in sorted(late)
    ]
    assert {one.at for one in escalated} == {started}


@pytest.mark.parametrize("down", STOPS)
def test_each_timer_fires_once_and_none_is_replayed(firm: Firm, down: timedelta) -> None:
    again = stopped_and_started(firm, down)
    again.settle()
    fired = [(one.event, one.ref) for one in again.happened if one.event in CLIMBING]
    assert len(fired) == len(set(fired))
    assert {one.misses for one in cases(again)} == {1}
    before = len(again.happened)
    again.settle()
    assert len(again.happened) == before


@pytest.mark.parametrize("down", STOPS)
def test_the_next_wait_is_counted_from_now(firm: Firm, down: timedelta) -> None:
    again = stopped_and_started(firm, down)
    again.settle()
    rules = again.house.engine.rules
    assert cases(again)
    for case in cases(again):
        assert dues(again, case)[TimerKind.ACK] == again.now + rules.times(case).ack


@pytest.mark.parametrize(
    "down",
    [
        pytest.param(MINUTE, id="a minute"),
        pytest.param(HOUR, id="an hour"),
        pytest.param(THREE_DAYS, id="three days"),
    ],
)
def test_a_case_climbs_one_step_however_many_of_its_waits_were_over(
    firm: Firm, down: timedelta
) -> None:
    again = stopped_and_started(firm, down)
    again.settle()
    # A reply clock that ran out as well is noted, and climbs no further.
    assert {number for _, number in climbs(again)} == {1, 2, 3, 4, 5}
    assert {(one.step, one.round) for one in cases(again)} == {(1, 1)}
    assert [one.event for one in again.happened].count("escalated") == 5


@pytest.mark.parametrize(
    "down",
    [
        pytest.param(HOUR, id="an hour"),
        pytest.param(THREE_DAYS, id="three days"),
    ],
)
def test_a_page_after_a_downtime_says_how_late_it_is(firm: Firm, down: timedelta) -> None:
    before = len(firm.channels["chat"].taken)
    again = stopped_and_started(firm, down)
    again.passes(MINUTE)
    new = [message for _, message in again.channels["chat"].taken[before:]]
    pages = [message for message in new if message.purpose == "page"]
    assert pages
    told = [" ".join(page.lines) for page in pages]
    assert any("This page left " in one and " after it was due" in one for one in told)
