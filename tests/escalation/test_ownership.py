"""The life of a case: rows C1-C4, C6, C15-C20, C26, C30 and C31 of the rules."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from config import Band
from escalation import handoffs, ladder, ownership, replies
from escalation.decision import (
    Cancel,
    Hush,
    Outcome,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.desk import case_at
from escalation.ownership import Weighed
from escalation.rules import Situation
from escalation.subject import Case, Ref, State
from escalation.verbs import act_on
from tests import firm as firms
from tests.cases import (
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
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
    snoozed,
    stopped,
    told,
    waiting,
)
from tests.firm import (
    FIRST,
    HEAD,
    LEAD,
    LEFT,
    NO_ROLE,
    NOON,
    OTHER,
    OWNER,
    SECOND,
)
from tocsin.store import Unit


# ----------------------------------------------------------------------------- C1
@pytest.mark.parametrize(
    ("band", "first_reply", "resolved"),
    [
        pytest.param(Band.P1, 30 * MINUTE, 24 * HOUR, id="now: a reply in half an hour"),
        pytest.param(Band.P2, 2 * HOUR, 72 * HOUR, id="soon: a reply in two hours"),
    ],
)
def test_c1_a_new_case_pages_its_owner_and_starts_the_clocks(
    band: Band, first_reply: timedelta, resolved: timedelta
) -> None:
    opened = decided(ownership.open_case(a_case(band=band, asked=(), page_number=0), at()))
    assert (opened.subject.owner, opened.subject.step) == (OWNER, 0)
    assert paged(opened) == [OWNER]
    dues = armed(opened)
    assert dues[TimerKind.FIRST_REPLY] == NOON + first_reply
    assert dues[TimerKind.RESOLVE] == NOON + resolved
    assert TimerKind.ACK in dues


# ----------------------------------------------------------------------------- C2
def test_c2_a_further_complaint_is_added_and_a_lower_band_changes_nothing() -> None:
    more = decided(ownership.hear_again(a_case(), heard(Band.P4, score=10.0), at()))
    assert (after(more).posts, after(more).band, after(more).score) == (2, Band.P2, 65.0)
    assert not more.effects


def test_c2_a_higher_band_pages_now_and_every_due_time_is_the_earlier() -> None:
    situation = at(
        NOON + MINUTE, ack=NOON + 3 * MINUTE, first_reply=NOON + 2 * HOUR, next_reply=NOON + MINUTE
    )
    more = decided(ownership.hear_again(a_case(), heard(Band.P1, score=90.0), situation))
    assert after(more).band is Band.P1
    assert paged(more) == [OWNER]
    assert armed(more) == {
        TimerKind.ACK: NOON + 3 * MINUTE,
        TimerKind.FIRST_REPLY: NOON + 31 * MINUTE,
    }


@pytest.mark.parametrize(
    ("case", "dues", "sooner"),
    [
        pytest.param(
            owned(),
            {"hold": 8 * HOUR, "resolve": 10 * DAY, "next_reply": 8 * HOUR},
            {"hold": 30 * MINUTE, "resolve": 24 * HOUR, "next_reply": HOUR},
            id="whatever the lower band gave",
        ),
        pytest.param(
            on_offer(FIRST), {"offer": 4 * HOUR}, {"offer": 5 * MINUTE}, id="also of an offer"
        ),
        pytest.param(owned(), {"grace": 2 * MINUTE}, {}, id="what is due sooner stays"),
        pytest.param(owned(), {}, {}, id="what does not run does not begin"),
    ],
)
def test_c26_every_wait_that_the_band_sets_is_the_earlier(
    case: Case, dues: dict[str, timedelta], sooner: dict[str, timedelta]
) -> None:
    situation = at(NOON, **{name: NOON + wait for name, wait in dues.items()})
    raised = decided(ownership.rescore(case, heard(Band.P1, score=90.0), situation))
    assert armed(raised) == {TimerKind(name): NOON + wait for name, wait in sooner.items()}


@pytest.mark.parametrize(
    ("case", "pages"),
    [
        pytest.param(owned(), [(OWNER, "band_raised", "")], id="owned"),
        pytest.param(waiting(), [(OWNER, "page", "")], id="waiting: it is asked anew"),
        pytest.param(snoozed(), [(OWNER, "page", "")], id="snoozed: it wakes"),
        pytest.param(owned(inhibited_by=3, incident=3), [], id="while a storm holds it: nobody"),
        pytest.param(a_case(inhibited_by=3, incident=3), [], id="also in new"),
    ],
)
def test_c26_a_higher_band_pages_the_owner_now(
    case: Case, pages: list[tuple[str, str, str]]
) -> None:
    raised = decided(ownership.rescore(case, heard(Band.P1, score=90.0), at()))
    assert (after(raised).band, after(raised).score) == (Band.P1, 90.0)
    asked_anew = case.state in (State.SNOOZED, State.WAITING)
    assert after(raised).state is (State.NEW if asked_anew else case.state)
    assert rung(raised) == pages
    again = decided(ownership.hear_again(case, heard(Band.P1, score=90.0, at=NOON - HOUR), at()))
    assert rung(again) == pages, "the same when it is a further complaint that raises it"


@pytest.mark.parametrize(
    "heard_now",
    [
        pytest.param(heard(Band.P1, score=90.0, at=NOON - MINUTE), id="it becomes urgent"),
        pytest.param(heard(safety=True, at=NOON - MINUTE), id="it becomes a matter of safety"),
    ],
)
@pytest.mark.parametrize("change", [ownership.rescore, ownership.hear_again])
def test_what_becomes_urgent_while_the_customer_has_the_word_climbs_until_somebody_answers(
    change: Callable[[Case, Weighed, Situation], Outcome], heard_now: Weighed
) -> None:
    urgent = decided(change(waiting(), heard_now, at(quiet=NOON + DAY)))
    case = after(urgent)
    assert (case.state, case.round, case.owner, paged(urgent)) == (State.NEW, 2, OWNER, [OWNER])
    assert TimerKind.ACK in armed(urgent)
    assert TimerKind.QUIET in stopped(urgent)
    climbed = decided(ladder.climb(case, at(NOON + HOUR)))
    assert climbed.subject.owner != OWNER


def test_what_becomes_a_little_more_urgent_still_waits_for_the_customer() -> None:
    raised = decided(ownership.rescore(waiting(band=Band.P3), heard(Band.P2), at()))
    assert (after(raised).state, rung(raised)) == (State.WAITING, [(OWNER, "band_raised", "")])


@pytest.mark.parametrize(
    ("case", "band"),
    [
        pytest.param(owned(), Band.P3, id="what is owned falls"),
        pytest.param(snoozed(), Band.P3, id="and what is snoozed"),
        pytest.param(a_case(), Band.P2, id="what nobody has acknowledged does not"),
    ],
)
def test_a_fall_moves_no_wait_and_never_what_is_new(case: Case, band: Band) -> None:
    fell = heard(Band.P3, score=40.0)
    outcome = ownership.rescore(case, fell, at(NOON, resolve=NOON + DAY))
    if case.band is band:
        assert outcome == Unchanged("its priority is the same")
        return
    assert (after(outcome).band, after(outcome).score) == (band, 40.0)
    assert decided(outcome).effects == ()


def test_c2_after_our_reply_a_next_reply_is_due() -> None:
    case = owned(replied_at=NOON - HOUR)
    more = decided(ownership.hear_again(case, heard(), at()))
    assert armed(more) == {TimerKind.NEXT_REPLY: NOON + 4 * HOUR}
    running = at(next_reply=NOON + MINUTE)
    assert armed(decided(ownership.hear_again(case, heard(), running))) == {}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(a_case(held_until=MONDAY), id="one that is held"),
        pytest.param(a_case(inhibited_by=3, incident=3), id="one that a storm holds"),
        pytest.param(a_case(state=State.SNOOZED), id="one that is snoozed"),
        pytest.param(
            a_case(state=State.SNOOZED, replied_at=NOON + HOUR),
            id="one that is snoozed, by words older than our reply",
        ),
        pytest.param(a_case(band=Band.P1, held_until=MONDAY), id="one that is urgent already"),
    ],
)
def test_c22_a_matter_of_safety_is_paged_at_once(case: Case) -> None:
    turned = decided(ownership.hear_again(case, heard(case.band, safety=True), at()))
    assert after(turned).safety
    assert after(turned).inhibited_by is None
    assert after(turned).held_until is None
    assert after(turned).state is State.NEW
    assert paged(turned) == [OWNER]
    assert TimerKind.ACK in armed(turned)


# ----------------------------------------------------------------------------- C3
@pytest.mark.parametrize(
    ("case", "complained_at", "asked_anew"),
    [
        pytest.param(waiting(), NOON + MINUTE, True, id="after our reply: asked anew"),
        pytest.param(waiting(), NOON - MINUTE, False, id="before our reply: only added"),
        pytest.param(
            a_case(state=State.SNOOZED), NOON + MINUTE, True, id="while snoozed: it wakes"
        ),
        pytest.param(
            a_case(state=State.SNOOZED), NOON - MINUTE, False, id="an older one wakes nobody"
        ),
    ],
)
def test_c3_a_word_while_waiting_or_snoozed(
    case: Case, complained_at: datetime, asked_anew: bool
) -> None:
    more = decided(ownership.hear_again(case, heard(at=complained_at), at()))
    if asked_anew:
        assert (after(more).state, after(more).round, after(more).owner) == (State.NEW, 2, OWNER)
        assert paged(more) == [OWNER]
        assert TimerKind.NEXT_REPLY in armed(more)
    else:
        assert (after(more).state, paged(more)) == (case.state, [])
    assert after(more).posts == 2


def test_c3_a_reply_that_is_due_already_is_not_put_off() -> None:
    soon = NOON + MINUTE
    again = decided(ownership.hear_again(snoozed(), heard(at=NOON + MINUTE), at(next_reply=soon)))
    assert armed(again)[TimerKind.NEXT_REPLY] == soon


# ----------------------------------------------------------------------------- C4, C30
@pytest.mark.parametrize(
    ("case", "days", "reopens"),
    [
        pytest.param(closed(), 14, True, id="two weeks later it reopens"),
        pytest.param(closed(), 14.01, False, id="after that a new case begins"),
        pytest.param(closed(close_reason="dismissed"), 1, True, id="also what was dismissed"),
        pytest.param(closed(close_reason="spam"), 1, False, id="but not what was spam"),
    ],
)
def test_c4_a_complaint_after_closing(case: Case, days: float, reopens: bool) -> None:
    then = NOON + days * DAY
    assert ownership.may_reopen(case, then) == reopens
    outcome = ownership.hear_again(case, heard(at=then), at(then))
    if not reopens:
        assert outcome == Unchanged("it is closed for good")
        return
    again = decided(outcome)
    assert again.event == "reopened"
    assert (after(again).state, after(again).reopened, after(again).round) == (State.NEW, 1, 2)
    assert (after(again).closed_at, after(again).closed_by) == (None, None)
    assert {TimerKind.NEXT_REPLY, TimerKind.RESOLVE, TimerKind.ACK} <= set(armed(again))


def test_c4_it_reopens_at_its_last_owner_else_at_step_0() -> None:
    assert after(ownership.hear_again(closed(owner=HEAD), heard(), at())).owner == HEAD
    assert after(ownership.hear_again(closed(owner=LEFT), heard(), at())).owner == OWNER


@pytest.mark.parametrize(
    ("case", "by", "reason", "why"),
    [
        pytest.param(closed(), OTHER, "zz", None, id="anybody with a role reopens"),
        pytest.param(
            closed(),
            NO_ROLE,
            "zz",
            "reopening takes a person with a role, and a reason",
            id="not somebody without one",
        ),
        pytest.param(
            closed(),
            LEAD,
            "",
            "reopening takes a person with a role, and a reason",
            id="not without a reason",
        ),
        pytest.param(a_case(), LEAD, "zz", "it is open", id="not what is open"),
    ],
)
def test_c30_who_reopens(case: Case, by: str, reason: str, why: str | None) -> None:
    outcome = ownership.reopen(case, action(Verb.REOPEN, by, reason=reason), at())
    if why is None:
        assert after(outcome).state is State.NEW
    else:
        assert outcome == Unchanged(why)


def test_c30_not_beside_another_open_case_of_the_author() -> None:
    firm = firms.new_firm()
    first = firms.complain(firm, 1)
    done = action(Verb.DISMISS, LEAD, reason="not us")
    engine = firm.house.engine
    ref = a_case(number=first).ref
    assert firm.write(lambda desk: engine.act(desk, ref, done, firm.now)) is None
    firm.passes(15 * DAY)
    second = firms.complain(firm, 2)
    assert second != first
    again = action(Verb.REOPEN, LEAD, reason="zz")
    said = firm.write(lambda desk: engine.act(desk, ref, again, firm.now))
    assert said == f"the author has an open case already: case {second}"


# ----------------------------------------------------------------------------- C6, C18, C31
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(a_case(), id="new: it counts as an acknowledgement"),
        pytest.param(on_offer(FIRST), id="owned: a pending offer ends"),
        pytest.param(a_case(state=State.SNOOZED), id="snoozed: it wakes no more"),
        pytest.param(a_case(held_until=MONDAY), id="held: nothing is held any more"),
    ],
)
def test_c6_our_reply_gives_the_customer_the_word(case: Case) -> None:
    replied = handoffs.without_offer(
        case, decided(replies.brand_reply(case, NOON + MINUTE, at())), at()
    )
    assert after(replied).state is State.WAITING
    assert after(replied).owner == OWNER
    assert (after(replied).offered_to, after(replied).held_until) == (None, None)
    assert armed(replied) == {TimerKind.QUIET: NOON + 72 * HOUR}
    stopped = {t for one in replied.effects if isinstance(one, Cancel) for t in one.timers}
    assert {TimerKind.ACK, TimerKind.FIRST_REPLY, TimerKind.NEXT_REPLY} <= stopped
    assert TimerKind.RESOLVE not in stopped
    assert Hush() in replied.effects


def test_c6_a_reply_older_than_the_complaint_stops_no_clock() -> None:
    early = decided(replies.brand_reply(a_case(), NOON - MINUTE, at()))
    assert (after(early).state, early.effects) == (State.NEW, ())
    assert replies.brand_reply(after(early), NOON - MINUTE, at()) == Unchanged("known")


SPOKE_TWICE = {"posts": 2, "first_complained_at": NOON - HOUR, "complained_at": NOON}


@pytest.mark.parametrize(
    ("case", "replied_at", "running", "due"),
    [
        pytest.param(
            a_case(**SPOKE_TWICE),
            NOON - MINUTE,
            {"first_reply": NOON + HOUR},
            NOON + 4 * HOUR,
            id="the next one is due, counted from the last complaint",
        ),
        pytest.param(
            owned(**SPOKE_TWICE, replied_at=NOON - 30 * MINUTE),
            NOON - MINUTE,
            {"next_reply": NOON + 5 * HOUR},
            NOON + 5 * HOUR,
            id="never sooner than it was",
        ),
        pytest.param(
            owned(**SPOKE_TWICE, replied_at=NOON - MINUTE), NOON - MINUTE, {}, None, id="known"
        ),
        pytest.param(
            owned(**SPOKE_TWICE),
            NOON - 2 * HOUR,
            {"first_reply": NOON + HOUR},
            None,
            id="older than every complaint: it answers nothing",
        ),
    ],
)
def test_a_reply_between_two_complaints_meets_the_first_reply_and_moves_nobody(
    case: Case, replied_at: datetime, running: dict[str, datetime], due: datetime | None
) -> None:
    late = decided(replies.brand_reply(case, replied_at, at(NOON + MINUTE, **running)))
    assert (after(late).state, after(late).owner, after(late).round) == (case.state, OWNER, 1)
    if due is None:
        assert (late.effects, after(late).replied_at) == ((), case.replied_at)
    else:
        assert (armed(late), after(late).replied_at) == ({TimerKind.NEXT_REPLY: due}, replied_at)
        assert stopped(late) == {TimerKind.FIRST_REPLY}


@pytest.mark.parametrize("in_order", [True, False], ids=["heard in order", "heard late"])
def test_our_reply_and_a_second_complaint_end_alike_in_either_order(in_order: bool) -> None:
    firm = firms.new_firm()
    engine, ref = firm.house.engine, Ref("case", firms.complain(firm, 1, band=Band.P2))
    ack = action(Verb.ACK, OWNER)
    firm.write(lambda desk: engine.act(desk, ref, ack, firm.now))
    replied_at, spoke_at = firm.now + MINUTE, firm.now + 2 * MINUTE
    firm.passes(2 * MINUTE)

    def reply(desk: Unit) -> None:
        engine.brand_replied(desk, case_at(desk, ref), replied_at, firm.now)

    if in_order:
        firm.write(reply)
    firms.complain(firm, 2, band=Band.P2, created_at=spoke_at)
    if not in_order:
        firm.passes(MINUTE)
        firm.write(reply)
    with firm.house.store.borrow() as desk:
        case, dues = case_at(desk, ref), desk.dues(ref)
    assert (case.owner, case.first_replied_at, case.replied_at) == (OWNER, replied_at, replied_at)
    assert dues[TimerKind.NEXT_REPLY] == spoke_at + 4 * HOUR
    assert TimerKind.FIRST_REPLY not in dues


@pytest.mark.parametrize(
    ("case", "why"),
    [
        pytest.param(waiting(), "known", id="a reply that is known"),
        pytest.param(waiting(), "known", id="an older one than is known"),
        pytest.param(closed(), "it is closed", id="one to what is closed"),
    ],
)
def test_c6_a_reply_that_changes_nothing(case: Case, why: str) -> None:
    assert replies.brand_reply(case, NOON, at()) == Unchanged(why)


def test_a_second_reply_while_waiting_begins_the_quiet_anew() -> None:
    later = NOON + HOUR
    again = decided(replies.brand_reply(waiting(), later, at(later)))
    assert (after(again).state, after(again).replied_at) == (State.WAITING, later)
    assert after(again).first_replied_at == NOON
    assert armed(again) == {TimerKind.QUIET: later + 72 * HOUR}


def test_c6_the_others_who_were_paged_hear_that_we_replied() -> None:
    case = a_case(asked=(OWNER, FIRST))
    assert told(decided(replies.brand_reply(case, NOON, at()))) == [(FIRST, "replied")]
    assert told(decided(replies.brand_reply(owned(asked=(OWNER, FIRST)), NOON, at()))) == []


@pytest.mark.parametrize("case", [a_case(), owned(), waiting()], ids=["new", "owned", "waiting"])
def test_a_reply_dated_before_the_complaint_undoes_no_acknowledgement(case: Case) -> None:
    early = after(replies.brand_reply(case, NOON - HOUR, at(NOON + HOUR)))
    assert (early.state, early.owner, early.acked_by) == (case.state, case.owner, case.acked_by)
    assert early.replied_at == case.replied_at


def test_c31_a_note_while_waiting_is_recorded() -> None:
    noted = decided(act_on(waiting(), action(Verb.NOTE, OWNER, reason="zz"), at(NOON + HOUR)))
    assert (noted.event, noted.note, noted.effects) == ("noted", "zz", ())
    assert after(noted).progress_at == NOON + HOUR


def test_c18_when_our_reply_is_deleted_the_owner_is_asked_again() -> None:
    again = decided(replies.reply_deleted(waiting(), at()))
    assert (after(again).state, after(again).round) == (State.NEW, 2)
    assert after(again).replied_at is None
    assert paged(again) == [OWNER]
    assert TimerKind.NEXT_REPLY in armed(again)
    assert told(again) == [(OWNER, "reply_deleted")]
    assert TimerKind.QUIET in stopped(again)
    assert replies.reply_deleted(owned(), at()) == Unchanged("it is owned")


@pytest.mark.parametrize(
    ("by", "why"),
    [
        pytest.param(OWNER, None, id="its owner"),
        pytest.param(SECOND, None, id="somebody of the team"),
        pytest.param(OTHER, f"{OTHER} is not of team care", id="not another team"),
    ],
)
def test_c31_who_may_say_that_we_replied(by: str, why: str | None) -> None:
    outcome = replies.said_replied(owned(), action(Verb.REPLIED, by), at())
    if why is None:
        assert after(outcome).state is State.WAITING
        assert decided(outcome).actor == by
    else:
        assert outcome == Unchanged(why)


def test_c14_c26_a_higher_band_wakes_it() -> None:
    woken = decided(
        ownership.rescore(a_case(state=State.SNOOZED), heard(Band.P1, score=90.0), at())
    )
    assert (after(woken).state, after(woken).band) == (State.NEW, Band.P1)
    assert ownership.rescore(a_case(), heard(), at()) == Unchanged("its priority is the same")
    assert ownership.rescore(closed(), heard(Band.P1), at()) == Unchanged("it is closed")


def test_c19_when_no_post_is_left_the_owner_is_told() -> None:
    gone = decided(ownership.withdrawn(owned(), 0, at()))
    assert (after(gone), told(gone)) == (owned(), [(OWNER, "withdrawn")])
    assert ownership.withdrawn(owned(), 1, at()) == Unchanged("posts are left")
    assert ownership.withdrawn(closed(), 0, at()) == Unchanged("it is closed")
