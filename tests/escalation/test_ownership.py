"""The life of a case: rows C1-C4, C6, C15-C20, C26, C30 and C31 of the rules."""

from datetime import datetime, timedelta

import pytest

from config import Band
from escalation import closing, handoffs, ownership
from escalation.decision import (
    ENGINE,
    Cancel,
    Hush,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.subject import Case, State
from escalation.verbs import act_on, fire_on
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
    EXECUTIVE,
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
        pytest.param(waiting(), [(OWNER, "band_raised", "")], id="waiting"),
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
    assert after(raised).state is (State.NEW if case.state is State.SNOOZED else case.state)
    assert rung(raised) == pages
    again = decided(ownership.hear_again(case, heard(Band.P1, score=90.0, at=NOON - HOUR), at()))
    assert rung(again) == pages, "the same when it is a further complaint that raises it"


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
    done = action(Verb.RESOLVE, LEAD, cause="care")
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
        case, decided(ownership.brand_reply(case, NOON + MINUTE, at()))
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
    early = decided(ownership.brand_reply(a_case(), NOON - MINUTE, at()))
    assert (after(early).state, early.effects) == (State.NEW, ())
    assert ownership.brand_reply(after(early), NOON - MINUTE, at()) == Unchanged("known")


@pytest.mark.parametrize(
    ("case", "why"),
    [
        pytest.param(waiting(), "known", id="a reply that is known"),
        pytest.param(waiting(), "known", id="an older one than is known"),
        pytest.param(closed(), "it is closed", id="one to what is closed"),
    ],
)
def test_c6_a_reply_that_changes_nothing(case: Case, why: str) -> None:
    assert ownership.brand_reply(case, NOON, at()) == Unchanged(why)


def test_a_second_reply_while_waiting_begins_the_quiet_anew() -> None:
    later = NOON + HOUR
    again = decided(ownership.brand_reply(waiting(), later, at(later)))
    assert (after(again).state, after(again).replied_at) == (State.WAITING, later)
    assert after(again).first_replied_at == NOON
    assert armed(again) == {TimerKind.QUIET: later + 72 * HOUR}


def test_c6_the_others_who_were_paged_hear_that_we_replied() -> None:
    case = a_case(asked=(OWNER, FIRST))
    assert told(decided(ownership.brand_reply(case, NOON, at()))) == [(FIRST, "replied")]
    assert told(decided(ownership.brand_reply(owned(asked=(OWNER, FIRST)), NOON, at()))) == []


@pytest.mark.parametrize("case", [a_case(), owned(), waiting()], ids=["new", "owned", "waiting"])
def test_a_reply_dated_before_the_complaint_undoes_no_acknowledgement(case: Case) -> None:
    early = after(ownership.brand_reply(case, NOON - HOUR, at(NOON + HOUR)))
    assert (early.state, early.owner, early.acked_by) == (case.state, case.owner, case.acked_by)
    assert early.replied_at == case.replied_at


def test_c31_a_note_while_waiting_is_recorded() -> None:
    noted = decided(act_on(waiting(), action(Verb.NOTE, OWNER, reason="zz"), at(NOON + HOUR)))
    assert (noted.event, noted.note, noted.effects) == ("noted", "zz", ())
    assert after(noted).progress_at == NOON + HOUR


def test_c18_when_our_reply_is_deleted_the_owner_is_asked_again() -> None:
    again = decided(ownership.reply_deleted(waiting(), at()))
    assert (after(again).state, after(again).round) == (State.NEW, 2)
    assert after(again).replied_at is None
    assert paged(again) == [OWNER]
    assert TimerKind.NEXT_REPLY in armed(again)
    assert told(again) == [(OWNER, "reply_deleted")]
    assert TimerKind.QUIET in stopped(again)
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


# ----------------------------------------------------------------------------- C15-C17, C19
@pytest.mark.parametrize(
    ("case", "by", "more", "why"),
    [
        pytest.param(owned(), OWNER, {"cause": "delivery", "cost": 9}, None, id="its owner"),
        pytest.param(a_case(), OWNER, {}, None, id="in new it is also the acknowledgement"),
        pytest.param(waiting(), LEAD, {}, None, id="somebody above"),
        pytest.param(
            owned(), FIRST, {}, f"only {OWNER} or somebody above resolves it", id="not a colleague"
        ),
        pytest.param(closed(), LEAD, {}, f"it was closed by {OWNER}", id="not what is closed"),
        pytest.param(
            owned(),
            OWNER,
            {"cause": "well, it was us"},
            'a cause is a short name such as "delivery"; say more in the reason',
            id="not with a sentence for a cause",
        ),
    ],
)
def test_c15_resolving(case: Case, by: str, more: dict[str, object], why: str | None) -> None:
    outcome = closing.resolve(case, action(Verb.RESOLVE, by, **more), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    done = after(outcome)
    assert (done.state, done.closed_by, done.close_reason) == (State.CLOSED, by, "resolved")
    assert done.cause == more.get("cause", "billing"), "prefilled from the topic"
    assert Cancel() in decided(outcome).effects
    assert Hush() in decided(outcome).effects


@pytest.mark.parametrize(
    ("case", "by", "reason", "why"),
    [
        pytest.param(a_case(), OWNER, "not a complaint", None, id="who was paged"),
        pytest.param(owned(), SECOND, "not us", None, id="the team"),
        pytest.param(a_case(asked=(OTHER,)), OTHER, "not us", None, id="paged from elsewhere"),
        pytest.param(
            a_case(),
            OTHER,
            "not us",
            f"{OTHER} was not paged and is not of team care",
            id="not another team",
        ),
        pytest.param(
            a_case(band=Band.P1),
            OWNER,
            "zz",
            "dismissing this takes the lead or somebody above",
            id="P1: not its owner",
        ),
        pytest.param(
            a_case(safety=True),
            OWNER,
            "zz",
            "dismissing this takes the lead or somebody above",
            id="safety: not its owner",
        ),
        pytest.param(a_case(band=Band.P1), LEAD, "zz", None, id="P1: the lead"),
        pytest.param(
            a_case(),
            OWNER,
            "",
            'dismissing takes a reason: "not a complaint", "not us" or "spam"',
            id="with a reason",
        ),
        pytest.param(waiting(), LEAD, "zz", "it is waiting", id="not after our reply"),
    ],
)
def test_c16_dismissing(case: Case, by: str, reason: str, why: str | None) -> None:
    outcome = closing.dismiss(case, action(Verb.DISMISS, by, reason=reason), at())
    if why is not None:
        assert outcome == Unchanged(why)
    else:
        assert (after(outcome).close_reason, decided(outcome).note) == ("dismissed", reason)


def test_c16_spam_is_kept_as_such() -> None:
    spam = action(Verb.DISMISS, OWNER, reason=" Spam ")
    assert after(closing.dismiss(a_case(), spam, at())).close_reason == "spam"


@pytest.mark.parametrize(
    ("case", "closes"),
    [
        pytest.param(waiting(band=Band.P3), True, id="today: it closes"),
        pytest.param(waiting(band=Band.P2, cause="care"), True, id="soon, with a cause: it closes"),
        pytest.param(waiting(band=Band.P2), False, id="soon, without: the owner is asked for it"),
        pytest.param(waiting(band=Band.P1), False, id="now, without: the owner is asked for it"),
    ],
)
def test_c17_after_three_quiet_days(case: Case, closes: bool) -> None:
    quiet = decided(fire_on(case, TimerKind.QUIET, at()))
    if closes:
        assert (after(quiet).close_reason, quiet.actor) == ("silence", ENGINE)
    else:
        assert (after(quiet).state, told(quiet)) == (State.OWNED, [(OWNER, "cause_wanted")])
        assert TimerKind.HOLD in armed(quiet)
    assert closing.quiet(owned(), at()) == Unchanged("it is owned")


# ----------------------------------------------------------------------------- C20
CLOCKS = (TimerKind.FIRST_REPLY, TimerKind.NEXT_REPLY, TimerKind.RESOLVE)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize(
    ("case", "owner"),
    [
        pytest.param(owned(), FIRST, id="owned: one step above the owner"),
        pytest.param(a_case(step=2, owner=LEAD), HEAD, id="new: one step above as well"),
        pytest.param(
            owned(inhibited_by=3, incident=3), FIRST, id="while a storm holds it, quietly"
        ),
        pytest.param(a_case(state=State.SNOOZED), FIRST, id="snoozed: it wakes"),
    ],
)
def test_c20_a_clock_of_p1_and_p2_that_ran_out_is_asked_above(
    clock: TimerKind, case: Case, owner: str
) -> None:
    breached = decided(fire_on(case, clock, at()))
    assert breached.event == f"breached_{clock}"
    assert (after(breached).owner, after(breached).state) == (owner, State.NEW)
    assert after(breached).round == 2
    assert paged(breached) == ([] if case.inhibited_by else [owner])


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("band", [Band.P3, Band.P4])
def test_c20_of_p3_and_p4_the_lead_is_told(clock: TimerKind, band: Band) -> None:
    breached = decided(fire_on(owned(band=band), clock, at()))
    assert after(breached) == owned(band=band)
    assert told(breached) == [(LEAD, f"breached_{clock}")]


def test_c20_who_is_paged_at_the_top_is_not_started_over() -> None:
    top = a_case(step=4, owner=EXECUTIVE)
    breached = decided(fire_on(top, TimerKind.FIRST_REPLY, at()))
    assert (after(breached), breached.effects) == (top, ())
    assert fire_on(closed(), TimerKind.RESOLVE, at()) == Unchanged("it is closed")
