"""What every decision is called in the ledger, and who is named as having made it."""

from collections.abc import Callable

import pytest

from config import Band
from config.duties import ExecutiveClock
from escalation import ownership, replies
from escalation.absences import Absence, Changes
from escalation.decision import (
    ENGINE,
    Action,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Verb,
)
from escalation.rules import Rules, Situation
from escalation.subject import Case
from escalation.verbs import act_on, fire_on
from tests import firm as firms
from tests.cases import (
    ACCOUNT,
    HOUR,
    a_case,
    action,
    at,
    closed,
    decided,
    heard,
    on_offer,
    owned,
    snoozed,
    waiting,
)
from tests.firm import EVERYBODY, FIRST, HEAD, LEAD, NOON, OWNER, SECOND

CONTRACT = {"reason": "zz", "told": "nothing"}
# Everybody was away once: whether they are now is asked of an instant, never taken as given.
BACK = Changes(tuple(Absence(one, NOON - 9 * HOUR, NOON - HOUR) for one in EVERYBODY))
BACK_AT_WORK = Situation(NOON, Rules(firms.settings(), BACK))
TO_AND_FRO = on_offer(FIRST, returns_at=(NOON, NOON))


def moved(case: Case, move: Action | TimerKind, situation: Situation | None = None) -> Outcome:
    """What a person's action, or the end of a wait, does to a case."""
    situation = situation or at()
    if isinstance(move, Action):
        return act_on(case, move, situation)
    return fire_on(case, move, situation)


NEW, OWNED, P3 = a_case(), owned(), owned(band=Band.P3)
OFFERED = on_offer(FIRST, offered_by=LEAD)
# What is done to a case of P2, and what the ledger says of it.
ENTRIES: list[tuple[Case, Action | TimerKind, str, str, str]] = [
    (NEW, TimerKind.ACK, "escalated", ENGINE, ""),
    (NEW, action(Verb.ESCALATE, LEAD), "escalated", LEAD, ""),
    (a_case(held_until=NOON), TimerKind.HELD, "released", ENGINE, ""),
    (NEW, action(Verb.ACK, FIRST), "acknowledged", FIRST, ""),
    (OWNED, TimerKind.HOLD, "reminded", ENGINE, ""),
    (OWNED, TimerKind.GRACE, "taken_back", ENGINE, ""),
    (OWNED, action(Verb.NOTE, FIRST, reason="zz"), "noted", FIRST, "zz"),
    (OWNED, action(Verb.HANDOFF, LEAD, FIRST, **CONTRACT), "offered", LEAD, "zz"),
    (OFFERED, action(Verb.ACCEPT, FIRST), "accepted", FIRST, ""),
    (OFFERED, action(Verb.DECLINE, FIRST, reason="zz"), "offer_returned", FIRST, "zz"),
    (TO_AND_FRO, action(Verb.DECLINE, FIRST, reason="zz"), "returned_to_lead", FIRST, "zz"),
    (NEW, action(Verb.CLAIM, SECOND), "claimed", SECOND, ""),
    (NEW, action(Verb.ASSIGN, LEAD, SECOND, reason="zz"), "assigned", LEAD, "zz"),
    (NEW, action(Verb.REROUTE, OWNER, "tech", reason="zz"), "rerouted", OWNER, "zz"),
    (OWNED, TimerKind.RESOLVE, "breached_resolve", ENGINE, ""),
    (P3, TimerKind.RESOLVE, "breached_resolve", ENGINE, ""),
    (NEW, TimerKind.EXECUTIVE, "executive_told", ENGINE, ""),
    (OWNED, action(Verb.REPLIED, FIRST, reason="zz"), "brand_reply", FIRST, "zz"),
    (closed(), action(Verb.REOPEN, LEAD, reason="zz"), "reopened", LEAD, "zz"),
    (waiting(), TimerKind.QUIET, "cause_wanted", ENGINE, ""),
    (waiting(band=Band.P3), TimerKind.QUIET, "closed", ENGINE, ""),
    (OWNED, action(Verb.CAUSE, FIRST, reason="zz", cause="delivery"), "cause_named", FIRST, "zz"),
    (OWNED, action(Verb.RESOLVE, LEAD, reason="zz", **ACCOUNT), "closed", LEAD, "zz"),
    (OWNED, action(Verb.DISMISS, FIRST, reason="zz"), "closed", FIRST, "zz"),
    (OWNED, action(Verb.WONT_ACT, LEAD, reason="zz", cause="delivery"), "closed", LEAD, "zz"),
]


@pytest.mark.parametrize(("case", "move", "event", "actor", "note"), ENTRIES)
def test_a_decision_is_entered_under_its_name(
    case: Case, move: Action | TimerKind, event: str, actor: str, note: str
) -> None:
    entered = decided(moved(case, move))
    assert (entered.event, entered.actor, entered.note) == (event, actor, note)


@pytest.mark.parametrize(
    ("decide", "event"),
    [
        pytest.param(
            lambda: ownership.open_case(a_case(asked=()), at()), "case_opened", id="opened"
        ),
        pytest.param(
            lambda: ownership.hear_again(OWNED, heard(), at()), "complaint_added", id="added"
        ),
        pytest.param(
            lambda: ownership.hear_again(waiting(), heard(at=NOON - HOUR), at()),
            "complaint_added",
            id="added, dated before our reply",
        ),
        pytest.param(
            lambda: ownership.hear_again(waiting(), heard(at=NOON + HOUR), at()),
            "complaint_again",
            id="said again after our reply",
        ),
        pytest.param(lambda: ownership.hear_again(closed(), heard(), at()), "reopened", id="again"),
        pytest.param(
            lambda: ownership.rescore(OWNED, heard(Band.P1), at()), "band_raised", id="raised"
        ),
        pytest.param(
            lambda: ownership.rescore(snoozed(), heard(Band.P1), at()), "band_raised", id="woken"
        ),
        pytest.param(
            lambda: ownership.rescore(OWNED, heard(score=66.0), at()),
            "rescored",
            id="a little more",
        ),
        pytest.param(
            lambda: ownership.rescore(OWNED, heard(Band.P4, score=9.0), at()), "rescored", id="fell"
        ),
        pytest.param(lambda: replies.brand_reply(OWNED, NOON, at()), "brand_reply", id="our reply"),
        pytest.param(
            lambda: replies.brand_reply(OWNED, NOON - HOUR, at()),
            "brand_reply_earlier",
            id="our reply, dated before the complaint",
        ),
        pytest.param(
            lambda: replies.reply_deleted(waiting(), at()), "brand_reply_deleted", id="it is gone"
        ),
        pytest.param(lambda: ownership.withdrawn(OWNED, 0, at()), "withdrawn", id="taken back"),
    ],
)
def test_what_nobody_did_by_hand_is_the_engines(decide: Callable[[], Outcome], event: str) -> None:
    entered = decided(decide())
    assert (entered.event, entered.actor, entered.note) == (event, ENGINE, "")


@pytest.mark.parametrize(
    ("case", "move", "notice"),
    [
        pytest.param(NEW, TimerKind.ACK, Notice(OWNER, "climbed", FIRST), id="who is asked now"),
        pytest.param(
            NEW, action(Verb.ACK, FIRST), Notice(OWNER, "taken", FIRST), id="who has taken it on"
        ),
        pytest.param(
            OFFERED,
            action(Verb.DECLINE, FIRST),
            Notice(LEAD, "offer_not_taken", FIRST),
            id="who has not taken it",
        ),
        pytest.param(
            P3,
            TimerKind.RESOLVE,
            Notice(LEAD, "breached_resolve", OWNER),
            id="whose promise ran out",
        ),
        pytest.param(
            OWNED, action(Verb.RESOLVE, LEAD, **ACCOUNT), Notice(OWNER, "closed", LEAD), id="closed"
        ),
        pytest.param(
            NEW,
            action(Verb.DISMISS, LEAD, reason="zz"),
            Notice(OWNER, "closed", LEAD),
            id="dismissed",
        ),
        pytest.param(
            NEW,
            action(Verb.WONT_ACT, LEAD, reason="zz", cause="delivery"),
            Notice(OWNER, "closed", LEAD),
            id="nothing will be done",
        ),
        pytest.param(
            owned(permission_of=LEAD, permission_at=NOON),
            TimerKind.PERMISSION,
            Notice(LEAD, "permission_climbed", HEAD),
            id="who is asked to permit it now",
        ),
    ],
)
def test_who_is_told_hears_of_whom(case: Case, move: Action | TimerKind, notice: Notice) -> None:
    assert notice in decided(moved(case, move)).effects


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
        pytest.param(owned(), action(Verb.RESOLVE, LEAD, **ACCOUNT), id="resolves"),
        pytest.param(a_case(), action(Verb.DISMISS, SECOND, reason="zz"), id="dismisses"),
        pytest.param(
            a_case(), action(Verb.WONT_ACT, LEAD, reason="zz", cause="delivery"), id="will not act"
        ),
        pytest.param(owned(), action(Verb.CAUSE, FIRST, cause="care"), id="names the cause"),
        pytest.param(closed(), action(Verb.REOPEN, LEAD, reason="zz"), id="reopens"),
        pytest.param(owned(), action(Verb.REPLIED, FIRST), id="says that we replied"),
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


def test_what_begins_and_who_hears_of_it_are_asked_of_an_instant() -> None:
    opened = ownership.open_case(a_case(asked=()), BACK_AT_WORK)
    assert opened.subject.owner == OWNER
    clock = ExecutiveClock(person=HEAD)
    rules = Rules(firms.settings().model_copy(update={"executive_clock": clock}), BACK)
    told_of = decided(fire_on(a_case(), TimerKind.EXECUTIVE, Situation(NOON, rules)))
    assert Page(HEAD, NOON, what="executive_told") in told_of.effects
