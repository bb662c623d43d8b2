"""A case and its storm: rows C21 and C22 of the rules."""

from collections.abc import Callable

import pytest

from config import Band
from escalation import clocks, handoffs, membership, ownership
from escalation.afterwards import all_told
from escalation.decision import (
    ENGINE,
    Hush,
    Outcome,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.desk import case_at
from escalation.incidents import Spike
from escalation.notices import sentence
from escalation.subject import Case, Ref, State
from escalation.verbs import act_on
from tests import firm as firms
from tests.cases import (
    HOUR,
    MINUTE,
    a_case,
    action,
    after,
    armed,
    at,
    closed,
    decided,
    heard,
    on_offer,
    owned,
    paged,
    rung,
    stopped,
)
from tests.firm import (
    EXECUTIVE,
    FIRST,
    LEAD,
    NOON,
    OWNER,
    SECOND,
)
from tocsin.invariants import breaches


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
    let_go = decided(membership.unlink(case, at(), leave=False))
    free = handoffs.offer_in_storm(case, let_go, at())
    assert rung(free) == [(FIRST, "offered", OWNER)]
    assert armed(free) == {TimerKind.OFFER: NOON + 15 * MINUTE}, "with the full time to answer"


def test_c21_a_storm_holds_the_page_of_an_offer_and_its_time() -> None:
    case, running = on_offer(FIRST), at(offer=NOON + MINUTE)
    linked = decided(membership.link(case, 5, True, running))
    held = handoffs.offer_in_storm(case, linked, running)
    assert after(held).offered_to == FIRST
    assert TimerKind.OFFER in stopped(held)
    assert Hush("offered") in held.effects


def test_c10_an_offer_during_a_storm_is_made_and_waits_for_its_end() -> None:
    case = owned(inhibited_by=5, incident=5)
    wish = action(Verb.HANDOFF, OWNER, FIRST, reason="zz", told="nothing")
    made = decided(handoffs.offer(case, wish, at()))
    held = handoffs.offer_in_storm(case, made, at())
    assert (after(held).offered_to, armed(held), rung(held)) == (FIRST, {}, [])
    taken = decided(handoffs.accept(after(held), action(Verb.ACCEPT, FIRST), at()))
    assert taken.subject.owner == FIRST, "who hears of it otherwise may take it"


def test_what_no_storm_holds_and_what_is_not_on_offer_is_left_as_it_is() -> None:
    noted = decided(act_on(on_offer(FIRST), action(Verb.NOTE, OWNER, reason="zz"), at()))
    assert handoffs.offer_in_storm(on_offer(FIRST), noted, at()) == noted
    linked = decided(membership.link(a_case(), 5, True, at()))
    assert handoffs.offer_in_storm(a_case(), linked, at()) == linked


@pytest.mark.parametrize(
    "offered",
    [
        pytest.param(on_offer(FIRST, inhibited_by=5, incident=5), id="while a storm holds it"),
        pytest.param(on_offer(FIRST), id="with no storm"),
    ],
)
def test_a_note_takes_no_offer_away(offered: Case) -> None:
    noted = decided(act_on(offered, action(Verb.NOTE, OWNER, reason="zz"), at()))
    assert (after(noted).offered_to, armed(noted)) == (FIRST, {}), "no hold runs out beside it"


HELD = {"inhibited_by": 5, "incident": 5}


@pytest.mark.parametrize(
    ("case", "meanwhile", "said"),
    [
        pytest.param(
            owned(**HELD),
            lambda case: ownership.rescore(case, heard(Band.P1, score=90.0), at()),
            "band_raised",
            id="it has become more urgent",
        ),
        pytest.param(
            on_offer(FIRST, **HELD),
            lambda case: handoffs.decline(case, action(Verb.DECLINE, FIRST), at()),
            "offer_returned",
            id="its offer was declined",
        ),
        pytest.param(
            on_offer(FIRST, **HELD),
            lambda case: handoffs.offer_returned(case, ENGINE, at()),
            "offer_returned",
            id="its offer lapsed",
        ),
        pytest.param(
            owned(**HELD),
            lambda case: act_on(case, action(Verb.NOTE, OWNER, reason="zz"), at()),
            None,
            id="nothing that concerns them",
        ),
    ],
)
def test_c22_what_a_storm_kept_from_the_owner_they_are_paged_for_once_it_lets_go(
    case: Case, meanwhile: Callable[[Case], Outcome], said: str | None
) -> None:
    kept = all_told(case, decided(meanwhile(case)), at())
    assert (paged(kept), after(kept).untold) == ([], said)
    later = at(NOON + HOUR)
    let_go = decided(membership.unlink(after(kept), later, leave=False))
    free = all_told(after(kept), let_go, later)
    assert rung(free) == ([(OWNER, said, "")] if said else [])
    assert after(free).untold is None
    assert (after(free).owner, after(free).state) == (OWNER, State.OWNED)


@pytest.mark.parametrize(
    "done",
    [
        pytest.param(
            lambda case: handoffs.claim(case, action(Verb.CLAIM, SECOND), at()), id="another has it"
        ),
        pytest.param(lambda case: clocks.breach(case, TimerKind.RESOLVE, at()), id="asked anew"),
        pytest.param(
            lambda case: ownership.rescore(case, heard(Band.P1, safety=True), at()),
            id="safety: said now",
        ),
    ],
)
def test_c22_what_the_owner_hears_of_otherwise_or_need_not_know_is_not_said_later(
    done: Callable[[Case], Outcome],
) -> None:
    case = owned(untold="band_raised", **HELD)
    moved = all_told(case, decided(done(case)), at())
    assert after(moved).untold is None
    assert len(paged(moved)) <= 1


def held_offer() -> tuple[firms.Firm, Ref]:
    """A storm is open; its case was offered to FIRST before, who has been paged for it."""
    firm = firms.new_firm()
    engine, ref = firm.house.engine, Ref("case", firms.complain(firm, 1))
    ack = action(Verb.ACK, OWNER)
    wish = action(Verb.HANDOFF, OWNER, FIRST, reason="zz", told="nothing")
    for done in (ack, wish):
        assert firm.write(lambda desk, one=done: engine.act(desk, ref, one, firm.now)) is None
    firm.settle()
    spike = Spike(True, 50, 100, 10, 1.5, "50 unhappy people")
    firm.write(lambda desk: engine.spike(desk, "Acme", None, spike, firm.now))
    return firm, ref


def offered_pages(firm: firms.Firm) -> int:
    return len(firm.channels["chat"].pages(f"{FIRST}@chat"))


def test_an_offer_does_not_lapse_unseen_in_a_storm_and_is_paged_with_its_full_time_after() -> None:
    firm, ref = held_offer()
    assert offered_pages(firm) == 1
    firm.passes(15 * MINUTE)  # P1: five minutes to answer
    with firm.house.store.borrow() as desk:
        assert case_at(desk, ref).offered_to == FIRST
        assert breaches(desk, firm.house.engine.rules, firm.now) == []
    firm.write(lambda desk: firm.house.engine.mend(desk, ref, firm.now))
    storm, over = Ref("incident", 1), action(Verb.CONTAIN, EXECUTIVE)
    firm.write(lambda desk: firm.house.engine.act(desk, storm, over, firm.now))
    firm.settle()
    with firm.house.store.borrow() as desk:
        assert case_at(desk, ref).offered_to == FIRST
        assert desk.dues(ref)[TimerKind.OFFER] == firm.now + 5 * MINUTE
    assert offered_pages(firm) == 2
    firm.passes(5 * MINUTE)
    with firm.house.store.borrow() as desk:
        assert (case_at(desk, ref).offered_to, case_at(desk, ref).returned) == (None, 1)


def test_an_offer_is_paged_when_its_case_becomes_a_matter_of_safety_in_a_storm() -> None:
    firm, ref = held_offer()
    firm.passes(10 * MINUTE)
    firms.complain(firm, 2, safety=True)
    firm.settle()
    with firm.house.store.borrow() as desk:
        case = case_at(desk, ref)
        assert (case.inhibited_by, case.offered_to) == (None, FIRST)
        assert desk.dues(ref)[TimerKind.OFFER] == firm.now + 5 * MINUTE
    assert offered_pages(firm) == 2


def test_who_works_on_a_case_hears_that_it_is_taken_back_even_in_a_storm() -> None:
    firm = firms.new_firm()
    engine, ref = firm.house.engine, Ref("case", firms.complain(firm, 1, band=Band.P3))
    assert firm.write(lambda desk: engine.act(desk, ref, action(Verb.ACK, OWNER), firm.now)) is None
    declared = action(Verb.DECLARE, LEAD, reason="an outage")
    firm.write(lambda desk: engine.declare(desk, "Acme", declared, firm.now))
    for kind in (TimerKind.HOLD, TimerKind.GRACE):
        with firm.house.store.borrow() as desk:
            due = desk.dues(ref)[kind]
        firm.passes(due - firm.now)
    firm.settle()
    said = [m.lines[0] for _, m in firm.channels["chat"].taken if m.to == f"{OWNER}@chat"]
    for what in ("remind", "taken_back"):
        assert any(line.startswith(sentence(what, "")[:40]) for line in said), said


def test_what_a_storm_holds_is_held_by_nothing_else_and_what_it_lets_go_is_entered() -> None:
    dark = a_case(held_until=NOON + HOUR)
    held = decided(membership.link(dark, 1, True, at()))
    assert after(held).held_until is None
    freed = decided(membership.unlink(after(held), at(), leave=False))
    assert (freed.event, freed.actor) == ("released", ENGINE)


def test_what_is_no_news_to_a_case_is_refused_in_words() -> None:
    why = "it is closed or a member already"
    assert membership.link(closed(), 1, True, at()) == Unchanged(why)
    assert membership.link(a_case(incident=1, inhibited_by=1), 1, True, at()) == Unchanged(why)
