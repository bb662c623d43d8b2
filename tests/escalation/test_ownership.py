"""The life of a case: rows C1-C6 and C10-C31 of the rules, guards and words included."""

from datetime import datetime, timedelta

import pytest

from config import Band
from escalation import handoffs, ownership
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Decision,
    Hush,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.ownership import Weighed
from escalation.rules import Rules, Situation
from escalation.subject import Case, State
from escalation.verbs import act_on, fire_on
from tests import firm as firms
from tests.firm import EXECUTIVE, FIRST, HEAD, LEAD, LEFT, NO_ROLE, NOON, OTHER, OWNER, SECOND

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules(firms.settings())
MONDAY = datetime.fromisoformat("2026-11-23T08:00:00+00:00")
SUNDAY = MONDAY - DAY


def a_case(**more: object) -> Case:
    fields = {
        "number": 1,
        "brand": "Acme",
        "team": "care",
        "topic": "billing",
        "band": Band.P2,
        "owner": OWNER,
        "opened_at": NOON,
        "author": 1,
        "complained_at": NOON,
        "asked": (OWNER,),
        "page_number": 1,
        "score": 65.0,
    }
    return Case(**{**fields, **more})  # type: ignore[arg-type]


def owned(**more: object) -> Case:
    return a_case(**{"state": State.OWNED, "acked_by": OWNER, "acked_at": NOON, **more})


def waiting(**more: object) -> Case:
    fields = {"state": State.WAITING, "replied_at": NOON, "first_replied_at": NOON}
    return a_case(**{**fields, **more})


def closed(**more: object) -> Case:
    fields = {
        "state": State.CLOSED,
        "closed_at": NOON,
        "closed_by": OWNER,
        "close_reason": "resolved",
    }
    return a_case(**{**fields, **more})


def at(now: datetime = NOON, **dues: datetime) -> Situation:
    return Situation(now, RULES, {TimerKind(name): due for name, due in dues.items()})


def decided(outcome: Outcome) -> Decision:
    assert isinstance(outcome, Decision), outcome
    return outcome


def after(outcome: Outcome) -> Case:
    case = decided(outcome).subject
    assert isinstance(case, Case)
    return case


def armed(decision: Decision) -> dict[TimerKind, datetime]:
    return {one.timer: one.due for one in decision.effects if isinstance(one, Arm)}


def paged(decision: Decision) -> list[str]:
    return [one.person for one in decision.effects if isinstance(one, Page)]


def told(decision: Decision) -> list[tuple[str, str]]:
    return [(one.person, one.what) for one in decision.effects if isinstance(one, Notice)]


def heard(
    band: Band = Band.P2, *, score: float = 65.0, safety: bool = False, at: datetime = NOON
) -> Weighed:
    return Weighed(at, band, score, safety)


def action(verb: Verb, by: str, to: str | None = None, **more: object) -> Action:
    return Action(verb, by, to, **more)  # type: ignore[arg-type]


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
        TimerKind.NEXT_REPLY: NOON + MINUTE,
    }


def test_c2_an_owner_at_work_is_told_that_it_is_more_urgent() -> None:
    more = decided(ownership.hear_again(owned(), heard(Band.P1, score=90.0), at()))
    assert (after(more).state, told(more)) == (State.OWNED, [(OWNER, "band_raised")])


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
        pytest.param(owned(offered_to=FIRST), id="owned: a pending offer ends"),
        pytest.param(a_case(state=State.SNOOZED), id="snoozed: it wakes no more"),
        pytest.param(a_case(held_until=MONDAY), id="held: nothing is held any more"),
    ],
)
def test_c6_our_reply_gives_the_customer_the_word(case: Case) -> None:
    replied = decided(ownership.brand_reply(case, NOON + MINUTE, at()))
    assert after(replied).state is State.WAITING
    assert after(replied).owner == OWNER
    assert (after(replied).offered_to, after(replied).held_until) == (None, None)
    assert armed(replied) == {TimerKind.QUIET: NOON + 72 * HOUR}
    stopped = {t for one in replied.effects if isinstance(one, Cancel) for t in one.timers}
    assert {TimerKind.ACK, TimerKind.FIRST_REPLY, TimerKind.NEXT_REPLY} <= stopped
    assert TimerKind.RESOLVE not in stopped
    assert Hush() in replied.effects


def test_c6_a_reply_older_than_the_complaint_stops_no_clock() -> None:
    early = decided(ownership.brand_reply(a_case(), NOON - MINUTE, at()))
    assert (after(early).state, early.effects) == (State.NEW, ())
    assert ownership.brand_reply(after(early), NOON - MINUTE, at()) == Unchanged("known")


@pytest.mark.parametrize("case", [waiting(), closed()], ids=["waiting", "closed"])
def test_c6_where_we_have_replied_or_it_is_closed_a_reply_changes_nothing(case: Case) -> None:
    assert ownership.brand_reply(case, NOON, at()) == Unchanged(f"it is {case.state}")


def test_c18_when_our_reply_is_deleted_the_owner_is_asked_again() -> None:
    again = decided(ownership.reply_deleted(waiting(), at()))
    assert (after(again).state, after(again).round) == (State.NEW, 2)
    assert after(again).replied_at is None
    assert paged(again) == [OWNER]
    assert TimerKind.NEXT_REPLY in armed(again)
    assert ownership.reply_deleted(owned(), at()) == Unchanged("it is owned")


@pytest.mark.parametrize(
    ("by", "why"),
    [
        pytest.param(OWNER, None, id="its owner"),
        pytest.param(SECOND, None, id="somebody of the team"),
        pytest.param(OTHER, f"{OTHER} is not of team care", id="not another team"),
    ],
)
def test_c31_who_may_say_that_we_replied(by: str, why: str | None) -> None:
    outcome = ownership.said_replied(owned(), action(Verb.REPLIED, by), at())
    if why is None:
        assert after(outcome).state is State.WAITING
        assert decided(outcome).actor == by
    else:
        assert outcome == Unchanged(why)


# ----------------------------------------------------------------------------- C10-C12
@pytest.mark.parametrize(
    ("case", "by", "to", "why"),
    [
        pytest.param(owned(), OWNER, OTHER, None, id="an owner offers it to anybody active"),
        pytest.param(owned(), LEAD, FIRST, None, id="somebody above offers it too"),
        pytest.param(
            owned(),
            FIRST,
            SECOND,
            f"only {OWNER} or somebody above hands it over",
            id="not a colleague",
        ),
        pytest.param(owned(), OWNER, LEFT, f"{LEFT} cannot take it", id="not to one who left"),
        pytest.param(owned(), OWNER, OWNER, f"{OWNER} cannot take it", id="not to the owner"),
        pytest.param(owned(), OWNER, None, "nobody cannot take it", id="not to nobody"),
        pytest.param(
            owned(offered_to=FIRST),
            OWNER,
            SECOND,
            "only an owned case without a pending offer is handed over",
            id="one offer at a time",
        ),
        pytest.param(
            a_case(),
            OWNER,
            FIRST,
            "only an owned case without a pending offer is handed over",
            id="not before it is acknowledged",
        ),
    ],
)
def test_c10_an_offer_moves_nothing_yet(
    case: Case, by: str, to: str | None, why: str | None
) -> None:
    outcome = handoffs.offer(case, action(Verb.HANDOFF, by, to), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    offered = decided(outcome)
    assert (after(offered).owner, after(offered).offered_to) == (OWNER, to)
    assert after(offered).state is State.OWNED
    assert told(offered) == [(to, "offered")]
    assert armed(offered) == {TimerKind.OFFER: NOON + 15 * MINUTE}


def test_c11_accepting_moves_it() -> None:
    taken = decided(handoffs.accept(owned(offered_to=FIRST), action(Verb.ACCEPT, FIRST), at()))
    assert (after(taken).owner, after(taken).handoffs, after(taken).offered_to) == (FIRST, 1, None)
    assert (OWNER, "accepted") in told(taken)
    assert TimerKind.HOLD in armed(taken)


@pytest.mark.parametrize("verb", [Verb.ACCEPT, Verb.DECLINE])
def test_c11_c12_only_whom_it_was_offered_to_answers(verb: Verb) -> None:
    for case, by in ((owned(offered_to=FIRST), SECOND), (owned(), FIRST), (a_case(), FIRST)):
        outcome = act_on(case, action(verb, by), at())
        assert outcome == Unchanged(f"there is no offer to {by}")


@pytest.mark.parametrize("by", [FIRST, ENGINE], ids=["declined", "not answered in time"])
def test_c12_an_offer_that_is_not_taken_returns(by: str) -> None:
    case = owned(offered_to=FIRST)
    back = decided(
        handoffs.decline(case, action(Verb.DECLINE, FIRST), at())
        if by == FIRST
        else fire_on(case, TimerKind.OFFER, at())
    )
    assert (after(back).owner, after(back).returned, after(back).offered_to) == (OWNER, 1, None)
    assert told(back) == [(OWNER, "offer_returned")]
    assert back.actor == by


@pytest.mark.parametrize(
    ("case", "lead", "step"),
    [
        pytest.param(
            owned(offered_to=FIRST, returned=2), LEAD, 2, id="the third return goes to the lead"
        ),
        pytest.param(
            owned(offered_to=FIRST, handoffs=4), LEAD, 2, id="and so does the fourth hand-off"
        ),
        pytest.param(
            owned(team="tech", topic="app", offered_to=FIRST, returned=2),
            OTHER,
            1,
            id="under a short policy the lead stands lower",
        ),
    ],
)
def test_c12_what_goes_to_and_fro_goes_to_the_lead(case: Case, lead: str, step: int) -> None:
    moved = decided(handoffs.offer_returned(case, ENGINE, at()))
    assert (after(moved).owner, after(moved).step) == (lead, step)
    assert (after(moved).state, moved.event) == (State.NEW, "returned_to_lead")


# ----------------------------------------------------------------------------- C13, C14
@pytest.mark.parametrize(
    ("case", "by", "hours", "reason", "why"),
    [
        pytest.param(owned(), OWNER, 8, "zz", None, id="P2 for eight hours"),
        pytest.param(
            owned(), OWNER, 8.1, "zz", "snoozing takes a reason and at most 8 h", id="not longer"
        ),
        pytest.param(owned(band=Band.P4), OWNER, 168, "zz", None, id="P4 for a week"),
        pytest.param(
            owned(band=Band.P4),
            OWNER,
            169,
            "zz",
            "snoozing takes a reason and at most 168 h",
            id="P4 not longer",
        ),
        pytest.param(
            owned(), OWNER, 1, "", "snoozing takes a reason and at most 8 h", id="with a reason"
        ),
        pytest.param(
            owned(), OWNER, 0, "zz", "snoozing takes a reason and at most 8 h", id="for a while"
        ),
        pytest.param(
            owned(),
            LEAD,
            1,
            "zz",
            "only its owner snoozes it, after acknowledging",
            id="by its owner only",
        ),
        pytest.param(
            a_case(),
            OWNER,
            1,
            "zz",
            "only its owner snoozes it, after acknowledging",
            id="not before acknowledging",
        ),
        pytest.param(
            owned(safety=True),
            OWNER,
            1,
            "zz",
            "a matter of safety is not snoozed",
            id="never a matter of safety",
        ),
    ],
)
def test_c13_snoozing(case: Case, by: str, hours: float, reason: str, why: str | None) -> None:
    wish = action(Verb.SNOOZE, by, reason=reason, wait=hours * HOUR)
    outcome = handoffs.snooze(case, wish, at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    snoozed = decided(outcome)
    assert after(snoozed).state is State.SNOOZED
    assert armed(snoozed) == {TimerKind.WAKE: NOON + hours * HOUR}
    stopped = {t for one in snoozed.effects if isinstance(one, Cancel) for t in one.timers}
    assert not stopped & {TimerKind.FIRST_REPLY, TimerKind.NEXT_REPLY, TimerKind.RESOLVE}


def test_c14_when_the_snooze_is_over_the_owner_is_asked() -> None:
    woken = decided(fire_on(a_case(state=State.SNOOZED), TimerKind.WAKE, at()))
    assert (after(woken).state, after(woken).round, paged(woken)) == (State.NEW, 2, [OWNER])
    assert handoffs.wake(owned(), at()) == Unchanged("it is not snoozed")


def test_c14_c26_a_higher_band_wakes_it() -> None:
    woken = decided(
        ownership.rescore(a_case(state=State.SNOOZED), heard(Band.P1, score=90.0), at())
    )
    assert (after(woken).state, after(woken).band) == (State.NEW, Band.P1)
    assert ownership.rescore(a_case(), heard(), at()) == Unchanged("its priority is the same")
    assert ownership.rescore(closed(), heard(Band.P1), at()) == Unchanged("it is closed")


# ----------------------------------------------------------------------------- C19
def test_c19_when_no_post_is_left_the_owner_is_told() -> None:
    gone = decided(ownership.withdrawn(owned(), 0, at()))
    assert (after(gone), told(gone)) == (owned(), [(OWNER, "withdrawn")])
    assert ownership.withdrawn(owned(), 1, at()) == Unchanged("posts are left")
    assert ownership.withdrawn(closed(), 0, at()) == Unchanged("it is closed")


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
    linked = decided(ownership.link(case, 5, storm, at()))
    assert (after(linked).incident, linked.event) == (5, event)
    assert after(linked).inhibited_by == (5 if inhibited else None)
    assert (Hush() in linked.effects) == (event == "inhibited")
    assert isinstance(ownership.link(after(linked), 5, storm, at()), Unchanged), "once"
    assert isinstance(ownership.link(closed(), 5, storm, at()), Unchanged)


@pytest.mark.parametrize(("leave", "incident"), [(True, None), (False, 5)])
def test_c22_released_it_has_its_full_time_again(leave: bool, incident: int | None) -> None:
    case = a_case(inhibited_by=5, incident=5)
    free = decided(ownership.unlink(case, at(), leave=leave))
    assert (after(free).inhibited_by, after(free).incident) == (None, incident)
    assert armed(free) == {TimerKind.ACK: NOON + 15 * MINUTE}
    assert paged(free) == [OWNER]
    working = ownership.unlink(owned(inhibited_by=5, incident=5), at(), leave=leave)
    assert decided(working).effects == ()
    assert ownership.unlink(a_case(), at(), leave=leave) == Unchanged("no storm holds it")


# ----------------------------------------------------------------------------- C24, C25
@pytest.mark.parametrize(
    ("due", "expected"),
    [
        pytest.param(10, 10, id="the due time is kept"),
        pytest.param(1, 2, id="but the newcomer has two minutes"),
    ],
)
def test_c24_a_new_shift_takes_over(due: int, expected: int) -> None:
    case = a_case(owner=FIRST, step=1, asked=(OWNER, FIRST))
    moved = decided(handoffs.shift_change(case, SECOND, at(ack=NOON + due * MINUTE)))
    assert (after(moved).owner, paged(moved)) == (SECOND, [SECOND])
    assert armed(moved)[TimerKind.ACK] == NOON + expected * MINUTE


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(owned(owner=FIRST), id="what is owned"),
        pytest.param(a_case(owner=FIRST, inhibited_by=3), id="what a storm holds"),
        pytest.param(a_case(owner=OWNER), id="what a topic's owner has"),
        pytest.param(a_case(owner=OTHER, step=1), id="what was assigned to a helper"),
        pytest.param(a_case(team="tech", owner=OTHER), id="a team without turns"),
    ],
)
def test_c24_a_shift_does_not_move(case: Case) -> None:
    assert isinstance(handoffs.shift_change(case, SECOND, at()), Unchanged)


@pytest.mark.parametrize(
    ("case", "by", "why"),
    [
        pytest.param(a_case(), SECOND, None, id="the team lets it climb"),
        pytest.param(a_case(held_until=MONDAY), SECOND, None, id="also out of hours"),
        pytest.param(a_case(asked=(OTHER,)), OTHER, None, id="whoever was paged does too"),
        pytest.param(a_case(), OTHER, f"{OTHER} is not of team care", id="not another team"),
        pytest.param(owned(), SECOND, "nobody is being waited for", id="not what is owned"),
        pytest.param(
            a_case(inhibited_by=3), SECOND, "nobody is being waited for", id="not in a storm"
        ),
    ],
)
def test_c25_escalating_at_once(case: Case, by: str, why: str | None) -> None:
    outcome = handoffs.escalate(case, action(Verb.ESCALATE, by), at())
    if why is None:
        assert (decided(outcome).actor, after(outcome).owner) == (by, FIRST)
    else:
        assert outcome == Unchanged(why)


# ----------------------------------------------------------------------------- C28, C29
@pytest.mark.parametrize(
    ("case", "by", "to", "why"),
    [
        pytest.param(a_case(), OWNER, "tech", None, id="its owner"),
        pytest.param(owned(), SECOND, "tech", None, id="the team"),
        pytest.param(
            a_case(),
            OTHER,
            "tech",
            "only its owner, a paged person or the team reroutes an open case",
            id="not another team",
        ),
        pytest.param(
            waiting(),
            OWNER,
            "tech",
            "only its owner, a paged person or the team reroutes an open case",
            id="not after our reply",
        ),
        pytest.param(
            a_case(), OWNER, "care", 'there is no other team "care"', id="not to the same team"
        ),
        pytest.param(
            a_case(), OWNER, "cellar", 'there is no other team "cellar"', id="not to an unknown one"
        ),
    ],
)
def test_c28_rerouting(case: Case, by: str, to: str, why: str | None) -> None:
    outcome = ownership.reroute(case, action(Verb.REROUTE, by, to), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    moved = after(outcome)
    assert (moved.team, moved.topic, moved.owner, moved.step) == ("tech", None, OTHER, 0)
    assert (moved.state, moved.round) == (State.NEW, 2)


@pytest.mark.parametrize(
    ("case", "by", "why"),
    [
        pytest.param(a_case(), OTHER, None, id="anybody with a role raises a hand"),
        pytest.param(waiting(), SECOND, None, id="also after our reply"),
        pytest.param(owned(), HEAD, None, id="also when somebody owns it"),
        pytest.param(a_case(), NO_ROLE, f"{NO_ROLE} has no role", id="not without a role"),
        pytest.param(owned(), OWNER, "it is closed or theirs already", id="not what is theirs"),
        pytest.param(closed(), HEAD, "it is closed or theirs already", id="not what is closed"),
        pytest.param(
            a_case(band=Band.P1, step=4, owner=EXECUTIVE),
            HEAD,
            "a P1 that reached the executive is not claimed; ask them to assign it",
            id="not a P1 from the executive",
        ),
    ],
)
def test_c29_claiming(case: Case, by: str, why: str | None) -> None:
    outcome = handoffs.claim(case, action(Verb.CLAIM, by), at())
    if why is None:
        assert (after(outcome).owner, after(outcome).state) == (by, State.OWNED)
        assert TimerKind.HOLD in armed(decided(outcome))
    else:
        assert outcome == Unchanged(why)


@pytest.mark.parametrize("verb", [Verb.CONTAIN, Verb.DECLARE])
def test_what_is_not_for_a_case_is_refused_in_words(verb: Verb) -> None:
    outcome = act_on(a_case(), action(verb, LEAD), at())
    assert outcome == Unchanged(f"cases cannot be changed by {verb}")
