"""Who is there: rows C23 and C24 of the rules."""

from dataclasses import replace
from datetime import datetime

import pytest

from config import Band
from escalation import presence
from escalation.decision import (
    Answered,
    Decision,
    TimerKind,
    Unchanged,
)
from escalation.rules import Rules
from escalation.silences import Scope, Silence
from escalation.subject import Case, State, Subject
from tests import firm as firms
from tests.cases import (
    HOUR,
    MINUTE,
    MONDAY,
    RULES,
    a_case,
    a_fault,
    a_storm,
    a_watch,
    after,
    armed,
    at,
    contract,
    decided,
    on_offer,
    owned,
    paged,
    stopped,
    waiting,
)
from tests.firm import (
    EXECUTIVE,
    FIRST,
    LEAD,
    LEFT,
    NOON,
    OTHER,
    OWNER,
    SECOND,
)


# ----------------------------------------------------------------------------- C24, C25
@pytest.mark.parametrize(
    ("due", "expected"),
    [
        pytest.param(10, 10, id="the due time is kept"),
        pytest.param(1, 2, id="but the newcomer has two minutes"),
    ],
)
def test_c24_a_new_shift_takes_over(due: int, expected: int) -> None:
    case = a_case(owner=SECOND, step=1, asked=(OWNER, SECOND))
    moved = decided(presence.shift_change(case, at(ack=NOON + due * MINUTE), SECOND))
    assert (after(moved).owner, paged(moved)) == (FIRST, [FIRST])
    assert (after(moved).round, after(moved).asked) == (1, (OWNER, SECOND, FIRST))
    assert armed(moved)[TimerKind.ACK] == NOON + expected * MINUTE


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(a_watch(owner=SECOND, step=1), id="a watch"),
        pytest.param(a_fault(owner=SECOND), id="a fault, whose step 0 has no topic's owner"),
        pytest.param(a_case(owner=SECOND, topic=None), id="a case of no topic at step 0"),
        pytest.param(a_case(owner=SECOND, step=1, held_until=MONDAY), id="what is held"),
        pytest.param(a_case(owner=SECOND, step=1, inhibited_by=3), id="what a storm holds"),
    ],
)
def test_c24_whatever_is_asked_by_turns_passes_on(subject: Subject) -> None:
    moved = decided(presence.shift_change(subject, at(), SECOND))
    assert moved.subject.owner == FIRST
    inhibited = isinstance(subject, Case) and subject.inhibited_by is not None
    assert paged(moved) == ([] if inhibited else [FIRST])


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(owned(owner=SECOND), id="what is owned"),
        pytest.param(a_case(owner=FIRST, step=1), id="what is theirs already"),
        pytest.param(a_case(owner=OWNER), id="what a topic's owner has"),
        pytest.param(a_case(owner=OTHER, step=1), id="what was assigned to a helper"),
        pytest.param(a_case(owner=SECOND, step=2), id="a step that names the lead"),
        pytest.param(a_case(team="tech", owner=SECOND), id="a team without turns"),
    ],
)
def test_c24_a_shift_does_not_move(subject: Subject) -> None:
    for was in (SECOND, subject.owner):
        assert isinstance(presence.shift_change(subject, at(), was), Unchanged)


@pytest.mark.parametrize("was", [FIRST, OWNER, None])
def test_c24_what_was_assigned_by_name_stays_where_another_shift_ends(was: str | None) -> None:
    assigned = a_case(owner=SECOND, step=1, asked=(OWNER, SECOND))
    assert isinstance(presence.shift_change(assigned, at(), was), Unchanged)


@pytest.mark.parametrize(
    ("case", "owner", "step"),
    [
        pytest.param(owned(owner=LEFT), OWNER, 0, id="an owner who has left: step 0 again"),
        pytest.param(owned(owner=LEFT, step=2), LEAD, 2, id="at the step where it stood"),
        pytest.param(
            a_case(state=State.SNOOZED, owner=LEFT), OWNER, 0, id="also while it is snoozed"
        ),
    ],
)
def test_when_the_owner_has_gone_the_next_active_person_is_asked(
    case: Case, owner: str, step: int
) -> None:
    gone = decided(presence.person_gone(case, at()))
    assert (gone.subject.owner, gone.subject.step) == (owner, step)
    assert (gone.subject.state, gone.subject.round) == (State.NEW, 2)


def test_an_owner_who_is_there_stays_the_owner() -> None:
    assert isinstance(presence.person_gone(owned(), at()), Unchanged)
    closed = owned(owner=LEFT, state=State.CLOSED)
    assert isinstance(presence.person_gone(closed, at()), Unchanged)


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(a_watch(owner=LEFT), id="a watch"),
        pytest.param(a_storm(owner=LEFT, state=State.OWNED), id="a storm"),
        pytest.param(a_fault(owner=LEFT), id="a fault"),
        pytest.param(waiting(owner=LEFT), id="a case that waits for the customer"),
    ],
)
def test_c23_whatever_it_is_it_has_an_active_owner(subject: Subject) -> None:
    gone = decided(presence.person_gone(subject, at()))
    assert RULES.is_active(gone.subject.owner, NOON)
    assert (gone.subject.state, gone.subject.round) == (State.NEW, 2)
    assert paged(gone) == [gone.subject.owner]
    assert TimerKind.QUIET in stopped(gone)


def test_an_offer_to_somebody_who_has_gone_lapses() -> None:
    lapsed = decided(presence.taker_gone(on_offer(LEFT), at()))
    assert (lapsed.subject.owner, lapsed.subject.offered_to) == (OWNER, None)
    assert contract(lapsed) == [Answered("lapsed")]
    assert isinstance(presence.taker_gone(on_offer(FIRST), at()), Unchanged)
    assert isinstance(presence.taker_gone(owned(), at()), Unchanged)


# --------------------------------------------------------------- nobody on call, then somebody
NIGHT = NOON + 9 * HOUR  # ten in the evening in Berlin
MORNING = NOON + 20 * HOUR


@pytest.mark.parametrize(
    ("subject", "rings"),
    [
        pytest.param(a_case(band=Band.P1, held_until=MORNING), [OWNER], id="P1 pages at once"),
        pytest.param(a_case(band=Band.P3, held_until=MORNING), [], id="P3 waits for the morning"),
        pytest.param(a_case(band=Band.P1), [], id="what is not held is not paged twice"),
        pytest.param(
            a_case(band=Band.P1, state=State.OWNED, held_until=MORNING), [], id="nor what is owned"
        ),
    ],
)
def test_what_was_held_because_nobody_was_on_call_pages_once_somebody_is(
    subject: Case, rings: list[str]
) -> None:
    outcome = presence.come_on_call(subject, at(NIGHT))
    assert (paged(outcome) if isinstance(outcome, Decision) else []) == rings
    if isinstance(outcome, Decision):
        assert (outcome.event, after(outcome).owner, after(outcome).held_until) == (
            "released",
            OWNER,
            None,
        )
        assert armed(outcome)[TimerKind.ACK] == NIGHT + 5 * MINUTE


@pytest.mark.parametrize(
    ("step", "due", "rings"),
    [
        pytest.param(0, MORNING, [OWNER], id="paged in the evening, until the next day"),
        pytest.param(0, NIGHT + 4 * MINUTE, [], id="its clock runs already"),
        pytest.param(4, MORNING, [EXECUTIVE], id="at the last step too"),
        pytest.param(4, NIGHT + 9 * MINUTE, [], id="which pages again in its own time"),
    ],
)
def test_the_clock_of_a_now_runs_again_once_somebody_is_on_call(
    step: int, due: datetime, rings: list[str]
) -> None:
    owner = EXECUTIVE if step == 4 else OWNER
    case = a_case(band=Band.P1, step=step, owner=owner)
    outcome = presence.come_on_call(case, at(NIGHT, ack=due))
    assert (paged(outcome) if isinstance(outcome, Decision) else []) == rings
    if isinstance(outcome, Decision):
        assert armed(outcome)[TimerKind.ACK] == NIGHT + 5 * MINUTE


def test_while_still_nobody_is_on_call_it_stays_held() -> None:
    gone = Rules(firms.settings(away=(FIRST, SECOND)))
    case = a_case(band=Band.P1, held_until=MORNING)
    assert isinstance(presence.come_on_call(case, at(NIGHT, rules=gone)), Unchanged)


def test_when_somebody_comes_on_call_a_silence_holds_what_it_hides_until_it_ends() -> None:
    scope = Scope(topic="billing", urgent=True)
    until = NIGHT + HOUR
    silence = Silence(number=7, author=LEAD, reason="known", since=NOON, until=until, scope=scope)
    situation = replace(at(NIGHT), silences=(silence,))
    case = a_case(band=Band.P1, held_until=MORNING)
    held = decided(presence.come_on_call(case, situation))
    assert paged(held) == []
    assert (after(held).held_until, after(held).silence) == (until, 7)
