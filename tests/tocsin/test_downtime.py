"""What ended while nobody was here: each wait once, in order, and one that cannot end alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config import Band
from escalation.decision import Action, TimerKind, Verb
from escalation.engine import Engine
from escalation.subject import Ref
from tests import firm as firms
from tocsin.rounds import POISON_WAIT


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[firms.Firm]:
    firm = firms.new_firm(tmp_path / "house.db")
    yield firm
    firm.house.store.close()


def step(firm: firms.Firm, number: int = 1) -> int:
    with firm.house.store.read() as desk:
        subject = desk.subject(Ref("case", number))
    assert subject is not None
    return subject.step


def events(firm: firms.Firm, *names: str) -> list[tuple[str, str]]:
    return [(one.event, str(one.ref)) for one in firm.happened if one.event in names]


CLIMBS = ("escalated", "breached_first_reply", "breached_resolve")


@pytest.mark.parametrize(
    "down",
    [
        pytest.param(timedelta(minutes=6), id="for a minute more than its time"),
        pytest.param(timedelta(hours=1), id="for an hour, with the first reply due too"),
        pytest.param(timedelta(days=3), id="for three days, with every clock over"),
    ],
)
def test_however_long_it_was_down_a_case_climbs_one_step(firm: firms.Firm, down: timedelta) -> None:
    firms.complain(firm, 1, band=Band.P1)
    firm.settle()
    before = step(firm)
    firm.clock.move_to(firm.now + down)
    firm.settle()
    assert step(firm) == before + 1
    with firm.house.store.read() as desk:
        dues = desk.dues(Ref("case", 1))
    assert dues[TimerKind.ACK] == firm.now + timedelta(minutes=5), "counted from now"
    told = [name for name, _ in events(firm, *CLIMBS)]
    assert len(told) == len(set(told)), "no wait ends twice"


def test_the_page_says_how_late_it_is(firm: firms.Firm) -> None:
    firms.complain(firm, 1, band=Band.P1)
    firm.settle()
    firm.clock.move_to(firm.now + timedelta(hours=3, minutes=5))
    firm.settle()
    last = firm.channels["chat"].pages(f"{firms.FIRST}@chat")[-1]
    assert "This page left 3 h after it was due" in last.lines


def test_what_ended_is_taken_in_the_order_in_which_it_ended(firm: firms.Firm) -> None:
    for number in (1, 2, 3):
        firms.complain(firm, number, f"author {number}", band=Band.P1)
        firm.passes(timedelta(seconds=1))
    earlier = (("case", 3), ("case", 1), ("case", 2))
    for place, (kind, number) in enumerate(earlier):
        due = firm.now + timedelta(minutes=1 + place // 2)
        firm.write(
            lambda desk, k=kind, n=number, at=due: desk.arm(Ref(k, n), TimerKind.ACK, at, firm.now)  # type: ignore[misc]
        )
    firm.clock.move_to(firm.now + timedelta(minutes=4))
    firm.settle()
    order = [ref for _, ref in events(firm, "escalated")]
    assert order == ["case:1", "case:3", "case:2"], "one instant: by number"


def test_a_wait_of_a_clock_that_ran_ahead_takes_no_longer_than_it_was_to(
    firm: firms.Firm,
) -> None:
    firms.complain(firm, 1, band=Band.P1)
    ahead = firm.now + timedelta(days=300)
    ref = Ref("case", 1)
    firm.write(lambda desk: desk.arm(ref, TimerKind.ACK, ahead + timedelta(minutes=5), ahead))
    assert firm.write(lambda desk: desk.count_from(firm.now)) == 1
    with firm.house.store.read() as desk:
        assert desk.dues(ref)[TimerKind.ACK] == firm.now + timedelta(minutes=5)
        assert desk.begun(ref)[TimerKind.ACK] == firm.now
    assert firm.write(lambda desk: desk.count_from(firm.now)) == 0


# ------------------------------------------------------------------------------------- poison
@pytest.fixture
def poisoned(firm: firms.Firm, monkeypatch: pytest.MonkeyPatch) -> firms.Firm:
    """Case 1 cannot climb, for a bug; case 2 can."""
    firms.complain(firm, 1, band=Band.P1)
    firms.complain(firm, 2, "ky", band=Band.P1)
    firm.settle()
    true = Engine.situation

    def situation(
        self: Engine, desk: object, subject: object, now: object, **more: object
    ) -> object:
        if getattr(subject, "ref", None) == Ref("case", 1):
            raise ZeroDivisionError
        return true(self, desk, subject, now, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "situation", situation)
    firm.clock.move_to(firm.now + timedelta(minutes=5))
    return firm


def test_a_wait_that_cannot_end_stops_no_other(poisoned: firms.Firm) -> None:
    (error,) = poisoned.house.rounds.run(poisoned.now)
    assert isinstance(error, ZeroDivisionError)
    assert (step(poisoned, 1), step(poisoned, 2)) == (0, 1)
    with poisoned.house.store.read() as desk:
        fault = desk.open_fault("timer:ack:case:1")
    assert fault is not None
    assert "ZeroDivisionError" in fault.detail


def test_it_is_tried_once_a_minute_and_not_at_each_pass(poisoned: firms.Firm) -> None:
    rounds, clock = poisoned.house.rounds, poisoned.clock
    assert rounds.run(poisoned.now)
    clock.move_to(poisoned.now + timedelta(seconds=1))
    assert not rounds.run(poisoned.now)
    clock.move_to(poisoned.now + POISON_WAIT)
    assert rounds.run(poisoned.now)


def test_when_it_can_end_at_last_its_fault_is_mended(
    poisoned: firms.Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned.house.rounds.run(poisoned.now)
    monkeypatch.undo()
    poisoned.clock.move_to(poisoned.now + POISON_WAIT)
    assert not poisoned.house.rounds.run(poisoned.now)
    assert step(poisoned, 1) == 1
    assert poisoned.house.rounds.poisoned == {}
    with poisoned.house.store.read() as desk:
        assert desk.open_fault("timer:ack:case:1") is None


def test_what_somebody_takes_on_meanwhile_is_no_trouble_any_more(
    poisoned: firms.Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned.house.rounds.run(poisoned.now)
    monkeypatch.undo()
    action = Action(Verb.ACK, firms.FIRST)
    engine = poisoned.house.engine
    poisoned.write(lambda desk: engine.act(desk, Ref("case", 1), action, poisoned.now))
    poisoned.house.rounds.run(poisoned.now)
    assert poisoned.house.rounds.poisoned == {}
    with poisoned.house.store.read() as desk:
        assert desk.open_fault("timer:ack:case:1") is None
