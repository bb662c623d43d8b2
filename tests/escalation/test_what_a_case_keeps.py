"""What a case keeps from one transition to the next, what it forgets, and what adds up in it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config import Band
from escalation import clocks, ladder, ownership, replies
from escalation.absences import Absence, Changes
from escalation.decision import (
    ENGINE,
    Action,
    Decision,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.rules import Rules, Situation
from escalation.subject import Case, State
from escalation.verbs import act_on, fire_on
from tests import firm as firms
from tests.cases import (
    ACCOUNT,
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    RULES,
    SUNDAY,
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
    snoozed,
    stopped,
    subject_of,
    told,
    waiting,
)
from tests.firm import EVERYBODY, EXECUTIVE, FIRST, HEAD, LEAD, NOON, OTHER, OWNER, SECOND

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


def test_nobody_is_told_of_what_they_know() -> None:
    climbed = decided(ladder.climb(a_case(step=3, owner=EXECUTIVE), at()))
    declined = decided(moved(on_offer(FIRST), action(Verb.DECLINE, FIRST)))
    assert (told(climbed), told(declined)) == ([], [])


# ------------------------------------------------------------------------- what a case adds up
def test_a_case_that_is_heard_again_has_all_that_was_heard() -> None:
    later = NOON + HOUR
    for case in (closed(posts=2), waiting(posts=2), owned(posts=2)):
        more = after(ownership.hear_again(case, heard(Band.P1, score=90.0, at=later), at()))
        assert (more.posts, more.complained_at) == (3, later)
        assert (more.band, more.score, more.safety) == (Band.P1, 90.0, False)
        unsafe = ownership.hear_again(case, heard(Band.P1, safety=True), at())
        assert after(unsafe).safety
    earlier = ownership.hear_again(closed(), heard(Band.P4, score=9.0, at=NOON - HOUR), at())
    assert after(earlier).complained_at == NOON, "what was posted last counts"
    assert (after(earlier).band, after(earlier).score) == (Band.P4, 9.0), "it begins anew"
    harmless = ownership.hear_again(closed(safety=True), heard(), at())
    assert after(harmless).safety, "a matter of safety stays one"
    louder = ownership.hear_again(owned(), heard(score=66.0), at())
    assert after(louder).score == 66.0


def test_what_is_reopened_has_its_clocks_again_and_nothing_of_its_end() -> None:
    case = closed(progress_at=NOON - HOUR)
    reopened = decided(moved(case, action(Verb.REOPEN, LEAD, reason="zz")))
    again = after(reopened)
    assert (again.closed_at, again.closed_by, again.close_reason) == (None, None, None)
    assert (again.progress_at, again.reopened) == (None, 1)
    times = RULES.times(case)
    assert times.resolved is not None
    assert armed(reopened)[TimerKind.RESOLVE] == RULES.due(case, times.resolved, NOON)
    assert armed(reopened)[TimerKind.NEXT_REPLY] == RULES.due(case, times.next_reply, NOON)


def test_a_reply_is_progress_and_the_first_one_is_kept() -> None:
    replied = after(replies.brand_reply(owned(), NOON + MINUTE, at()))
    assert (replied.progress_at, replied.first_replied_at) == (NOON, NOON + MINUTE)
    nothing_more = replace(replied, state=State.OWNED)
    assert after(replies.brand_reply(nothing_more, NOON + HOUR, at())).first_replied_at == (
        NOON + MINUTE
    )
    known = replies.said_replied(closed(), action(Verb.REPLIED, FIRST, reason="zz"), at())
    assert known == Unchanged("it is closed")


def test_permission_that_is_answered_is_progress() -> None:
    asked = owned(permission_of=LEAD, permission_at=NOON, progress_at=NOON - HOUR)
    assert after(moved(asked, action(Verb.GRANT, LEAD))).progress_at == NOON


def test_who_speaks_again_is_asked_of_who_owns_it_whatever_step_that_is() -> None:
    case = waiting(owner=HEAD, step=3, asked=(OWNER, HEAD))
    woken = snoozed(owner=HEAD, step=3)
    for outcome in (
        ownership.hear_again(case, heard(at=NOON + HOUR), at()),
        ownership.rescore(woken, heard(Band.P1), at()),
        replies.reply_deleted(case, at()),
    ):
        assert (after(outcome).owner, after(outcome).step) == (HEAD, 3)


@pytest.mark.parametrize("band", [Band.P2, Band.P1])
def test_only_what_is_more_urgent_moves_a_wait(band: Band) -> None:
    due = {"resolve": NOON + 9 * DAY}
    said = ownership.hear_again(waiting(), heard(band, at=NOON + HOUR), at(**due))
    assert (TimerKind.RESOLVE in armed(decided(said))) == (band is Band.P1)


def test_a_hold_ends_where_a_storm_pages_for_what_is_more_urgent() -> None:
    case = a_case(held_until=MONDAY, inhibited_by=3)
    assert after(ownership.rescore(case, heard(Band.P1), at())).held_until is None


def test_who_closes_what_nobody_has_owns_it_where_they_stand() -> None:
    for wish in (
        action(Verb.RESOLVE, HEAD, **ACCOUNT),
        action(Verb.WONT_ACT, HEAD, reason="zz", cause="delivery"),
    ):
        done = after(moved(a_case(), wish))
        assert (done.owner, done.step, done.acked_by, done.acked_at) == (HEAD, 3, HEAD, NOON)


def test_what_is_closed_waits_for_nothing_any_more() -> None:
    case = a_case(held_until=MONDAY, inhibited_by=3, incident=3)
    done = after(moved(case, action(Verb.RESOLVE, LEAD, **ACCOUNT)))
    assert (done.closed_at, done.closed_by, done.close_reason) == (NOON, LEAD, "resolved")
    assert (done.held_until, done.inhibited_by) == (None, None)


def test_who_is_asked_for_a_cause_has_the_whole_hold_for_it() -> None:
    wanted = decided(moved(waiting(progress_at=NOON - HOUR), TimerKind.QUIET))
    assert after(wanted).progress_at is None
    assert armed(wanted) == {TimerKind.HOLD: NOON + 2 * HOUR}
    assert told(wanted) == [(OWNER, "cause_wanted")]


def test_the_head_of_the_function_hears_who_named_it() -> None:
    named = decided(moved(owned(), action(Verb.CAUSE, FIRST, cause="care")))
    assert named.effects == (Notice(HEAD, "cause_named", FIRST),)
    unknown = moved(owned(), action(Verb.CAUSE, FIRST, cause="a b\x1b"))
    assert isinstance(unknown, Unchanged)
    assert unknown.why


def test_who_is_assigned_is_waited_for_by_nothing_of_the_work_before() -> None:
    assigned = decided(moved(owned(), action(Verb.ASSIGN, LEAD, HEAD)))
    assert stopped(assigned) >= set(ladder.WORK_TIMERS)
    assert after(assigned).step == 3, "their own place"


def test_whoever_was_paged_reroutes_it_whatever_team_they_are_of() -> None:
    case = a_case(asked=(OWNER, OTHER))
    assert after(moved(case, action(Verb.REROUTE, OTHER, "tech"))).team == "tech"


@pytest.mark.parametrize(("band", "channels"), [(Band.P1, 1), (Band.STORM, 2)])
def test_what_is_no_page_of_the_ladder_rings_on_as_many_channels(band: Band, channels: int) -> None:
    _, effects = ladder.ring(owned(band=band), OWNER, at(), "zz")
    assert effects == (Page(OWNER, NOON, channels, what="zz"),)


def test_who_has_it_is_said_also_where_nobody_acknowledged() -> None:
    case = waiting(acked_at=None)
    assert moved(case, action(Verb.ACK, FIRST)) == Unchanged(f"{OWNER} has it")
