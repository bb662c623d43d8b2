"""A case and its storm: rows C21 and C22 of the rules."""

import pytest

from escalation import membership
from escalation.decision import (
    Hush,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.desk import case_at
from escalation.incidents import Spike
from escalation.subject import Case, Ref, State
from tests import firm as firms
from tests.cases import (
    MINUTE,
    a_case,
    action,
    after,
    armed,
    at,
    closed,
    decided,
    on_offer,
    owned,
    paged,
    rung,
)
from tests.firm import (
    FIRST,
    LEAD,
    NOON,
    OWNER,
)


# ----------------------------------------------------------------------------- C21, C22
@pytest.mark.parametrize(
    ("case", "storm", "inhibited", "event"),
    [
        pytest.param(a_case(), True, True, "inhibited", id="a storm pages for a new case"),
        pytest.param(owned(), True, True, "linked", id="an owned one stays with its owner"),
        pytest.param(a_case(), False, False, "linked", id="a watch holds nothing"),
        pytest.param(a_case(safety=True), True, False, "linked", id="nor a storm one of safety"),
    ],
)
def test_c21_linking(case: Case, storm: bool, inhibited: bool, event: str) -> None:
    linked = decided(membership.link(case, 5, storm, at()))
    assert (after(linked).incident, linked.event) == (5, event)
    assert after(linked).inhibited_by == (5 if inhibited else None)
    assert (Hush() in linked.effects) == inhibited, "what it has not sent yet is withdrawn"
    assert isinstance(membership.link(after(linked), 5, storm, at()), Unchanged), "once"
    assert isinstance(membership.link(closed(), 5, storm, at()), Unchanged)


@pytest.mark.parametrize(("leave", "incident"), [(True, None), (False, 5)])
def test_c22_released_it_has_its_full_time_again(leave: bool, incident: int | None) -> None:
    case = a_case(inhibited_by=5, incident=5)
    free = decided(membership.unlink(case, at(), leave=leave))
    assert (after(free).inhibited_by, after(free).incident) == (None, incident)
    assert armed(free) == {TimerKind.ACK: NOON + 15 * MINUTE}
    assert paged(free) == [OWNER]
    working = membership.unlink(owned(inhibited_by=5, incident=5), at(), leave=leave)
    assert decided(working).effects == ()
    assert membership.unlink(a_case(), at(), leave=leave) == Unchanged("no storm holds it")


@pytest.mark.parametrize(
    ("storm", "inhibited_by", "sent"),
    [
        pytest.param(True, 1, 0, id="a storm pages for it"),
        pytest.param(False, None, 1, id="a watch holds nothing"),
    ],
)
@pytest.mark.parametrize("by_hand", [True, False], ids=["reopened by hand", "heard again"])
def test_c21_a_case_that_is_opened_again_belongs_to_the_open_incident(
    by_hand: bool, storm: bool, inhibited_by: int | None, sent: int
) -> None:
    firm = firms.new_firm()
    engine, ref = firm.house.engine, Ref("case", firms.complain(firm, 1))
    dismissed = action(Verb.DISMISS, LEAD, reason="not us")
    firm.write(lambda desk: engine.act(desk, ref, dismissed, firm.now))
    spike = Spike(storm, 50, 100, 10, 1.5, "50 unhappy people")
    firm.write(lambda desk: engine.spike(desk, "Acme", None, spike, firm.now))
    firm.settle()
    before = len(firm.channels["chat"].pages(f"{OWNER}@chat"))
    if by_hand:
        reopened = action(Verb.REOPEN, LEAD, reason="it is ours")
        assert firm.write(lambda desk: engine.act(desk, ref, reopened, firm.now)) is None
    else:
        assert firms.complain(firm, 2) == ref.number
    firm.settle()
    with firm.house.store.borrow() as desk:
        case = case_at(desk, ref)
    assert (case.state, case.incident, case.inhibited_by) == (State.NEW, 1, inhibited_by)
    assert len(firm.channels["chat"].pages(f"{OWNER}@chat")) == before + sent


def test_c21_a_watch_takes_no_case_from_a_storm() -> None:
    held = a_case(inhibited_by=5, incident=5)
    assert membership.link(held, 6, False, at()) == Unchanged("an open storm holds it")
    assert after(membership.link(held, 6, True, at())).inhibited_by == 6


def test_c22_an_offer_that_a_storm_held_is_paged() -> None:
    case = on_offer(FIRST, inhibited_by=5, incident=5)
    free = decided(membership.unlink(case, at(), leave=False))
    assert rung(free) == [(FIRST, "offered", OWNER)]
    assert armed(free) == {}
