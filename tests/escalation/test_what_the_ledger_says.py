"""What every decision is called in the ledger, and who is named as having made it."""

from datetime import timedelta

import pytest

from config import Band
from escalation import clocks, ladder
from escalation.absences import Absence, Changes
from escalation.decision import ENGINE, Action, Decision, Notice, Outcome, TimerKind, Verb
from escalation.rules import Rules, Situation
from escalation.subject import Case, State
from escalation.verbs import act_on, fire_on
from tests import firm as firms
from tests.cases import (
    HOUR,
    MINUTE,
    MONDAY,
    RULES,
    SUNDAY,
    a_case,
    action,
    at,
    decided,
    on_offer,
    owned,
    stopped,
    subject_of,
)
from tests.firm import EVERYBODY, EXECUTIVE, FIRST, HEAD, LEAD, NOON, OWNER, SECOND

CONTRACT = {"reason": "zz", "told": "nothing"}
# Everybody was away once: whether they are now is asked of an instant, never taken as given.
BACK = Changes(tuple(Absence(one, NOON - 9 * HOUR, NOON - HOUR) for one in EVERYBODY))
BACK_AT_WORK = Situation(NOON, Rules(firms.settings(), BACK))
TO_AND_FRO = on_offer(FIRST, returns_at=(NOON, NOON))


@pytest.mark.parametrize(
    ("outcome", "event", "actor", "note"),
    [
        pytest.param(ladder.climb(a_case(), at()), "escalated", ENGINE, "", id="climbed"),
        pytest.param(
            act_on(a_case(), action(Verb.ESCALATE, LEAD), at()), "escalated", LEAD, "", id="raised"
        ),
        pytest.param(
            fire_on(a_case(held_until=NOON), TimerKind.HELD, at()),
            "released",
            ENGINE,
            "",
            id="released",
        ),
        pytest.param(
            act_on(a_case(), action(Verb.ACK, FIRST), at()),
            "acknowledged",
            FIRST,
            "",
            id="taken on",
        ),
        pytest.param(fire_on(owned(), TimerKind.HOLD, at()), "reminded", ENGINE, "", id="reminded"),
        pytest.param(
            fire_on(owned(), TimerKind.GRACE, at()), "taken_back", ENGINE, "", id="taken back"
        ),
        pytest.param(
            act_on(owned(), action(Verb.NOTE, FIRST, reason="zz"), at()),
            "noted",
            FIRST,
            "zz",
            id="noted",
        ),
        pytest.param(
            act_on(owned(), action(Verb.HANDOFF, LEAD, FIRST, **CONTRACT), at()),
            "offered",
            LEAD,
            "zz",
            id="offered",
        ),
        pytest.param(
            act_on(on_offer(FIRST), action(Verb.ACCEPT, FIRST), at()),
            "accepted",
            FIRST,
            "",
            id="accepted",
        ),
        pytest.param(
            act_on(on_offer(FIRST), action(Verb.DECLINE, FIRST, reason="zz"), at()),
            "offer_returned",
            FIRST,
            "zz",
            id="declined",
        ),
        pytest.param(
            act_on(TO_AND_FRO, action(Verb.DECLINE, FIRST, reason="zz"), at()),
            "returned_to_lead",
            FIRST,
            "zz",
            id="declined once too often",
        ),
        pytest.param(
            act_on(a_case(), action(Verb.CLAIM, SECOND), at()), "claimed", SECOND, "", id="claimed"
        ),
        pytest.param(
            act_on(a_case(), action(Verb.ASSIGN, LEAD, SECOND, reason="zz"), at()),
            "assigned",
            LEAD,
            "zz",
            id="assigned",
        ),
        pytest.param(
            act_on(a_case(), action(Verb.REROUTE, OWNER, "tech", reason="zz"), at()),
            "rerouted",
            OWNER,
            "zz",
            id="rerouted",
        ),
        pytest.param(
            fire_on(owned(), TimerKind.RESOLVE, at()), "breached_resolve", ENGINE, "", id="breached"
        ),
        pytest.param(
            fire_on(owned(band=Band.P3), TimerKind.RESOLVE, at()),
            "breached_resolve",
            ENGINE,
            "",
            id="breached, and the lead told",
        ),
    ],
)
def test_a_decision_is_entered_under_its_name(
    outcome: Outcome, event: str, actor: str, note: str
) -> None:
    entered = decided(outcome)
    assert (entered.event, entered.actor, entered.note) == (event, actor, note)


@pytest.mark.parametrize(
    ("outcome", "notice"),
    [
        pytest.param(
            ladder.climb(a_case(), at()), Notice(OWNER, "climbed", FIRST), id="who is asked now"
        ),
        pytest.param(
            act_on(a_case(), action(Verb.ACK, FIRST), at()),
            Notice(OWNER, "taken", FIRST),
            id="who has taken it on",
        ),
        pytest.param(
            act_on(on_offer(FIRST, offered_by=LEAD), action(Verb.DECLINE, FIRST), at()),
            Notice(LEAD, "offer_not_taken", FIRST),
            id="who has not taken it",
        ),
        pytest.param(
            fire_on(owned(band=Band.P3), TimerKind.RESOLVE, at()),
            Notice(LEAD, "breached_resolve", OWNER),
            id="whose promise ran out",
        ),
    ],
)
def test_who_is_told_hears_of_whom(outcome: Outcome, notice: Notice) -> None:
    assert notice in decided(outcome).effects


@pytest.mark.parametrize(
    ("case", "wish"),
    [
        pytest.param(a_case(asked=()), action(Verb.ACK, FIRST), id="acknowledges"),
        pytest.param(a_case(asked=()), action(Verb.CLAIM, SECOND), id="claims"),
        pytest.param(a_case(), action(Verb.ASSIGN, LEAD, SECOND), id="assigns"),
        pytest.param(owned(), action(Verb.HANDOFF, LEAD, FIRST, **CONTRACT), id="hands over"),
        pytest.param(a_case(), action(Verb.REROUTE, SECOND, "tech"), id="reroutes"),
        pytest.param(
            owned(), action(Verb.PERMISSION, OWNER, reason="a new one"), id="asks for permission"
        ),
        pytest.param(
            owned(permission_of=LEAD, permission_at=NOON), action(Verb.GRANT, HEAD), id="permits"
        ),
    ],
)
def test_who_is_back_at_work_does_as_before(case: Case, wish: Action) -> None:
    assert decided(act_on(case, wish, BACK_AT_WORK)).actor == wish.by


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        pytest.param(
            owned(permission_of=LEAD, permission_at=NOON), TimerKind.PERMISSION, id="asks"
        ),
        pytest.param(owned(band=Band.P3), TimerKind.RESOLVE, id="tells the lead"),
        pytest.param(a_case(band=Band.P1), TimerKind.EXECUTIVE, id="tells the executive"),
    ],
)
def test_what_runs_out_reaches_who_is_back_at_work(case: Case, kind: TimerKind) -> None:
    now = fire_on(case, kind, BACK_AT_WORK)
    assert decided(now).effects == decided(fire_on(case, kind, at())).effects


# ------------------------------------------------------------------------- what is left behind
def test_a_new_round_forgets_the_last_one() -> None:
    case = owned(page_number=9, misses=2, asked=(OWNER, FIRST))
    again, effects = ladder.start_round(case, 0, at())
    assert (again.round, again.asked, again.page_number, again.misses) == (2, (OWNER,), 1, 2)
    assert (again.acked_by, again.acked_at) == (None, None)
    assert stopped(Decision(again, "zz", "zz", effects)) >= set(ladder.WORK_TIMERS)


@pytest.mark.parametrize(
    ("person", "owner", "step"),
    [
        pytest.param(HEAD, HEAD, 3, id="who is there is asked, in their own place"),
        pytest.param(OWNER, OWNER, 0, id="also at the bottom"),
        pytest.param(firms.LEFT, OWNER, 0, id="who has left: it starts at the bottom"),
    ],
)
def test_a_round_begins_anew_at_a_person(person: str, owner: str, step: int) -> None:
    case = owned(owner=person, step=2)
    again, effects = ladder.restart_at(case, person, at())
    assert (again.owner, again.step, again.round, again.state) == (owner, step, 2, State.NEW)
    assert stopped(Decision(again, "zz", "zz", effects)) >= set(ladder.WORK_TIMERS)
    back = ladder.restart_at(owned(), HEAD, BACK_AT_WORK)[0]
    assert (back.owner, back.step) == (HEAD, 3)


def test_each_page_has_the_next_number_and_nobody_is_noted_twice() -> None:
    asked, _ = ladder.ask(on_offer(FIRST, page_number=4), 0, OWNER, at())
    assert (asked.page_number, asked.asked, asked.offered_to) == (5, (OWNER,), None)
    told = subject_of(clocks.tell_executive(a_case(page_number=4), at()))
    assert told.page_number == 5
    wish = action(Verb.PERMISSION, OWNER, reason="a new one")
    assert subject_of(act_on(owned(page_number=4), wish, at())).page_number == 5


def test_a_hold_that_begins_stops_the_wait_for_an_answer() -> None:
    held, effects = ladder.page(a_case(band=Band.P3), at(SUNDAY))
    assert stopped(Decision(held, "zz", "zz", effects)) == {TimerKind.ACK}


def test_who_takes_it_on_begins_with_a_clean_sheet() -> None:
    case = a_case(held_until=MONDAY, progress_at=NOON - HOUR, offered_to=SECOND)
    taken = subject_of(ladder.acknowledge(case, action(Verb.ACK, FIRST), at()))
    assert (taken.held_until, taken.progress_at, taken.offered_to) == (None, None, None)


def test_an_offer_that_ended_stops_its_wait() -> None:
    for outcome in (
        fire_on(on_offer(FIRST), TimerKind.OFFER, at()),
        fire_on(TO_AND_FRO, TimerKind.OFFER, at()),
    ):
        assert TimerKind.OFFER in stopped(decided(outcome))
    old = on_offer(FIRST, handoffs_at=(NOON - 25 * HOUR, NOON))
    assert subject_of(fire_on(old, TimerKind.OFFER, at())).handoffs_at == (NOON,)


# ------------------------------------------------------------------------- after a downtime
LATE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("case", "late", "ack_in", "climbs"),
    [
        pytest.param(a_case(), LATE, 0 * MINUTE, False, id="asked just now, after a downtime"),
        pytest.param(a_case(), 9 * LATE, 0 * MINUTE, False, id="after a longer one"),
        pytest.param(
            a_case(), LATE / 2, 0 * MINUTE, True, id="no downtime: a climb like any other"
        ),
        pytest.param(a_case(), LATE, -MINUTE, True, id="asked a minute ago"),
        pytest.param(owned(), LATE, 0 * MINUTE, True, id="owned, and nobody was asked"),
    ],
)
def test_after_a_downtime_all_that_ended_meanwhile_is_one_climb(
    case: Case, late: timedelta, ack_in: timedelta, climbs: bool
) -> None:
    due = NOON + RULES.times(case).ack + ack_in
    situation = Situation(NOON, RULES, {TimerKind.ACK: due}, late=late)
    breached = decided(fire_on(case, TimerKind.FIRST_REPLY, situation))
    assert (breached.event, breached.actor) == ("breached_first_reply", ENGINE)
    assert breached.subject.owner == (FIRST if climbs else OWNER)
    assert len(breached.effects) == 1 or climbs
    assert breached.effects[0] == decided(fire_on(case, TimerKind.FIRST_REPLY, at())).effects[0]


def test_a_breach_never_comes_back_to_who_owned_it_by_another_step() -> None:
    case = owned(topic=None, owner=FIRST, step=0)
    assert subject_of(fire_on(case, TimerKind.RESOLVE, at())).owner == LEAD


def test_an_executive_who_is_asked_hears_of_nobody_else() -> None:
    case = a_case(step=3, owner=EXECUTIVE)
    climbed = decided(ladder.climb(case, at()))
    assert not [one for one in climbed.effects if isinstance(one, Notice)]
