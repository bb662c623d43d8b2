"""Promises that run out (row C20), and the executive clock that nothing but closing stops."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from config import Band, Settings
from config.duties import ExecutiveClock
from escalation import clocks, handoffs, membership, ownership, replies
from escalation.decision import ENGINE, Decision, Page, TimerKind, Unchanged, Verb
from escalation.ownership import Weighed
from escalation.rules import Rules
from escalation.subject import Case, Ref, State
from escalation.verbs import act_on, fire_on
from tests import firm as firms
from tests.cases import (
    a_case,
    action,
    after,
    armed,
    at,
    closed,
    decided,
    notices,
    owned,
    paged,
    told,
    waiting,
    warned,
)
from tests.firm import EXECUTIVE, FIRST, HEAD, LEAD, LEFT, NOON, OTHER, OWNER, PRESS, Firm

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CLOCKS = (TimerKind.FIRST_REPLY, TimerKind.NEXT_REPLY, TimerKind.RESOLVE)


# ------------------------------------------------------------------------------------- C20
@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize(
    ("case", "owner"),
    [
        pytest.param(owned(), FIRST, id="owned: one step above the owner"),
        pytest.param(owned(band=Band.P1), FIRST, id="the same of P1"),
        pytest.param(a_case(step=2, owner=LEAD), HEAD, id="new: one step above as well"),
        pytest.param(a_case(state=State.SNOOZED), FIRST, id="snoozed: it wakes"),
        pytest.param(waiting(), FIRST, id="waiting: it is asked for all the same"),
        pytest.param(owned(step=4, owner=EXECUTIVE), EXECUTIVE, id="the executive's: theirs again"),
    ],
)
def test_c20_a_clock_of_p1_and_p2_that_ran_out_is_asked_above(
    clock: TimerKind, case: Case, owner: str
) -> None:
    breached = decided(fire_on(case, clock, at()))
    assert breached.event == f"breached_{clock}"
    assert (after(breached).owner, after(breached).state) == (owner, State.NEW)
    assert after(breached).round == 2
    assert paged(breached) == [owner]
    assert warned(breached) == [("breached", case.owner)]


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize(
    ("case", "hears"),
    [
        pytest.param(owned(), True, id="who works on it"),
        pytest.param(owned(inhibited_by=5, incident=5), True, id="in a storm as well"),
        pytest.param(a_case(), True, id="who has been paged"),
        pytest.param(a_case(inhibited_by=5, incident=5), False, id="not who never heard of it"),
        pytest.param(owned(step=4, owner=EXECUTIVE), False, id="nor who has it still"),
    ],
)
def test_who_loses_a_case_because_a_promise_was_broken_is_told(
    clock: TimerKind, case: Case, hears: bool
) -> None:
    breached = decided(fire_on(case, clock, at()))
    said = [(one.person, one.what, one.about) for one in notices(breached)]
    assert said == ([(OWNER, "breached", after(breached).owner)] if hears else [])


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("band", [Band.P3, Band.P4])
@pytest.mark.parametrize(
    "state", [State.NEW, State.OWNED, State.WAITING, State.SNOOZED], ids=lambda state: f"{state}"
)
def test_c20_of_p3_and_p4_the_lead_is_told(clock: TimerKind, band: Band, state: State) -> None:
    case = a_case(band=band, state=state)
    breached = decided(fire_on(case, clock, at()))
    assert after(breached) == case
    assert told(breached) == [(LEAD, f"breached_{clock}")]
    assert warned(breached) == [("breached", OWNER)]


def test_c20_who_is_paged_at_the_top_is_not_started_over() -> None:
    top = a_case(step=4, owner=EXECUTIVE)
    breached = decided(fire_on(top, TimerKind.FIRST_REPLY, at()))
    assert (after(breached), paged(breached), armed(breached)) == (top, [], {})
    assert warned(breached) == [("breached", EXECUTIVE)]
    assert fire_on(closed(), TimerKind.RESOLVE, at()) == Unchanged("it is closed")


def test_c20_in_a_storm_it_moves_as_written_and_pages_nobody() -> None:
    breached = decided(fire_on(owned(inhibited_by=3), TimerKind.RESOLVE, at()))
    assert (after(breached).owner, after(breached).state) == (FIRST, State.NEW)
    assert paged(breached) == []
    assert TimerKind.ACK not in armed(breached)


def test_c20_a_breach_is_remembered_once_a_clock() -> None:
    firm = firms.new_firm()
    firms.complain(firm, 1, band=Band.P2)
    firm.passes(2 * HOUR + MINUTE)
    with firm.house.store.borrow() as desk:
        rows = desk.connection.execute("select what from warnings where what = 'breached'")
        assert len(rows.fetchall()) == 1
    firm.passes(3 * DAY)
    with firm.house.store.borrow() as desk:
        rows = desk.connection.execute("select what from warnings where what = 'breached'")
        assert len(rows.fetchall()) == 2, "the first reply, and the resolution"


def test_the_clock_of_a_matter_of_safety_runs_at_every_hour() -> None:
    saturday = NOON + 3 * DAY
    unsafe = ownership.open_case(a_case(band=Band.P3, safety=True, asked=()), at(saturday))
    assert armed(decided(unsafe))[TimerKind.FIRST_REPLY] == saturday + 8 * HOUR
    calm = ownership.open_case(a_case(band=Band.P3, asked=()), at(saturday))
    assert armed(decided(calm))[TimerKind.FIRST_REPLY] > saturday + DAY


# ------------------------------------------------------------------------- executive clock
URGENT = NOON - 3 * HOUR


def heard(band: Band) -> Weighed:
    return Weighed(NOON, band, 90.0, False)


def decisions() -> dict[str, tuple[Case | None, Decision]]:
    """What can make a case urgent, as decisions about it."""
    calm, snoozed = owned(band=Band.P3), a_case(band=Band.P3, state=State.SNOOZED)
    again = waiting(band=Band.P3, replied_at=NOON - HOUR)
    over = closed(band=Band.P3)
    return {
        "opened": (None, ownership.open_case(a_case(band=Band.P1, asked=()), at())),
        "heard again": (calm, decided(ownership.hear_again(calm, heard(Band.P1), at()))),
        "spoken to again": (again, decided(ownership.hear_again(again, heard(Band.P1), at()))),
        "reopened": (over, decided(ownership.hear_again(over, heard(Band.P1), at()))),
        "rescored": (calm, decided(ownership.rescore(calm, heard(Band.P1), at()))),
        "woken": (snoozed, decided(ownership.rescore(snoozed, heard(Band.P1), at()))),
    }


@pytest.mark.parametrize("name", decisions())
def test_a_case_that_becomes_urgent_starts_the_executive_clock(name: str) -> None:
    before, decision = decisions()[name]
    watched = clocks.watched(before, decision, at())
    assert after(watched).urgent_since == NOON
    assert armed(watched)[TimerKind.EXECUTIVE] == NOON + 4 * HOUR


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda case: act_on(case, action(Verb.ACK, OWNER), at()), id="an acknowledgement"
        ),
        pytest.param(
            lambda case: act_on(case, action(Verb.REROUTE, OWNER, "tech"), at()), id="another team"
        ),
        pytest.param(
            lambda case: act_on(case, action(Verb.ASSIGN, LEAD, FIRST), at()), id="another owner"
        ),
        pytest.param(lambda case: replies.brand_reply(case, NOON, at()), id="our reply"),
        pytest.param(lambda case: membership.link(case, 3, True, at()), id="a storm"),
        pytest.param(
            lambda case: Decision(replace_band(case), "rescored", ENGINE), id="a falling band"
        ),
        pytest.param(lambda case: fire_on(case, TimerKind.ACK, at()), id="the ladder"),
    ],
)
def test_nothing_stops_or_restarts_the_executive_clock(
    change: Callable[[Case], Decision | Unchanged],
) -> None:
    case = a_case(band=Band.P1, urgent_since=URGENT)
    changed = clocks.watched(case, decided(change(case)), at())
    assert after(changed).urgent_since == URGENT
    assert TimerKind.EXECUTIVE not in armed(changed)
    stopped = [one for one in changed.effects if getattr(one, "timers", None) == ()]
    assert not stopped, "no wait of every kind is stopped"


def replace_band(case: Case) -> Case:
    return a_case(band=Band.P3, urgent_since=case.urgent_since)


def test_what_was_never_urgent_has_no_executive_clock() -> None:
    calm = clocks.watched(None, ownership.open_case(a_case(asked=()), at()), at())
    assert after(calm).urgent_since is None
    assert TimerKind.EXECUTIVE not in armed(calm)


@pytest.mark.parametrize(
    ("closed_ago", "since", "band", "due"),
    [
        pytest.param(HOUR, 3 * HOUR, Band.P1, HOUR, id="it counts on from where it began"),
        pytest.param(HOUR, 3 * HOUR, Band.P3, HOUR, id="also when it is less urgent now"),
        pytest.param(13 * DAY, 14 * DAY, Band.P1, timedelta(0), id="at once, where that is over"),
        pytest.param(14 * DAY, 15 * DAY, Band.P1, timedelta(0), id="to the last second of 14 days"),
        pytest.param(15 * DAY, 16 * DAY, Band.P1, 4 * HOUR, id="after 14 days it begins anew"),
        pytest.param(15 * DAY, 16 * DAY, Band.P3, None, id="or not at all"),
    ],
)
def test_reopened_the_executive_clock_counts_on(
    closed_ago: timedelta, since: timedelta, band: Band, due: timedelta | None
) -> None:
    case = closed(band=band, closed_at=NOON - closed_ago, urgent_since=NOON - since)
    reopened = act_on(case, action(Verb.REOPEN, LEAD, reason="zz"), at())
    watched = clocks.watched(case, decided(reopened), at())
    assert armed(watched).get(TimerKind.EXECUTIVE) == (None if due is None else NOON + due)
    assert (after(watched).urgent_since is None) == (due is None)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(owned(band=Band.P1), id="owned"),
        pytest.param(a_case(state=State.SNOOZED), id="put off"),
        pytest.param(waiting(), id="waiting"),
        pytest.param(a_case(band=Band.P3, inhibited_by=3), id="held by a storm, and calmer now"),
        pytest.param(owned(owner=EXECUTIVE, step=4), id="the executive's own"),
    ],
)
def test_the_executive_is_paged_and_nothing_else_moves(case: Case) -> None:
    told_ = decided(fire_on(case, TimerKind.EXECUTIVE, at()))
    moved = after(told_)
    assert (moved.owner, moved.state, moved.step, moved.round, moved.asked) == (
        case.owner,
        case.state,
        case.step,
        case.round,
        case.asked,
    )
    assert told_.event == "executive_told"
    assert told_.effects[0] == Page(EXECUTIVE, NOON, what="executive_told")
    assert armed(told_) == {TimerKind.EXECUTIVE: NOON + 4 * HOUR}, "again until it is closed"
    assert fire_on(closed(), TimerKind.EXECUTIVE, at()) == Unchanged("it is closed")


def with_clock(**more: object) -> Settings:
    clock = ExecutiveClock(**more)  # type: ignore[arg-type]
    return firms.settings().model_copy(update={"executive_clock": clock})


@pytest.mark.parametrize(("named", "paged_"), [(PRESS, PRESS), (LEFT, EXECUTIVE)])
def test_the_named_executive_is_told_or_the_last_one_where_they_left(
    named: str, paged_: str
) -> None:
    rules = Rules(with_clock(after=HOUR, person=named))
    told_ = decided(fire_on(owned(), TimerKind.EXECUTIVE, at(rules=rules)))
    assert paged(told_) == [paged_]
    assert armed(told_) == {TimerKind.EXECUTIVE: NOON + HOUR}


def test_whoever_is_told_by_rule_may_act() -> None:
    rules = Rules(with_clock(person=PRESS))
    assigned = act_on(a_case(band=Band.P1), action(Verb.ASSIGN, PRESS, FIRST), at(rules=rules))
    assert after(assigned).owner == FIRST
    assert isinstance(handoffs.claim(a_case(), action(Verb.CLAIM, OTHER), at()), Decision)


# ------------------------------------------------------------------------- in a whole house
def executive_pages(firm: Firm) -> list[str]:
    found = firm.channels["chat"].pages(f"{EXECUTIVE}@chat")
    return [page.lines[0] for page in found if "told by rule" in page.lines[0]]


def test_whatever_is_done_meanwhile_the_executive_hears_of_it_until_it_is_closed() -> None:
    firm = firms.new_firm()
    ref = Ref("case", firms.complain(firm, 1, band=Band.P1))

    def do(verb: Verb, by: str, **more: object) -> object:
        done = action(verb, by, **more)
        return firm.write(lambda desk: firm.house.engine.act(desk, ref, done, firm.now))

    def keep_working(hours: int) -> None:
        for _ in range(hours * 4):
            assert do(Verb.REPLIED, OWNER) is None or do(Verb.NOTE, OWNER, reason="zz") is None
            firm.passes(15 * MINUTE)

    assert do(Verb.ACK, OWNER) is None
    keep_working(3)
    assert executive_pages(firm) == []
    keep_working(2)
    assert executive_pages(firm) == ["Urgent since 13:00 and not resolved: you are told by rule"]
    keep_working(4)
    assert len(executive_pages(firm)) == 2
    account = {"cause": "care", "cost": 1, "money": 0, "done": "zz", "done_for_rest": "zz"}
    assert do(Verb.RESOLVE, OWNER, **account) is None
    firm.passes(DAY)
    assert len(executive_pages(firm)) == 2


def test_the_executive_is_told_even_if_their_channel_fails_while_somebody_acknowledges() -> None:
    firm = firms.new_firm()
    ref = Ref("case", firms.complain(firm, 1, band=Band.P1))
    firm.passes(3 * HOUR + 59 * MINUTE)
    firm.channels["chat"].state = firm.channels["mail"].state = "down"
    firm.passes(2 * MINUTE)
    ack = action(Verb.ACK, EXECUTIVE)
    assert firm.write(lambda desk: firm.house.engine.act(desk, ref, ack, firm.now)) is None
    firm.channels["chat"].state = firm.channels["mail"].state = "up"
    firm.passes(10 * MINUTE)
    said = [line for page in firm.channels["chat"].pages() for line in page.lines]
    assert any("told by rule" in line for line in said)


def test_in_one_message_with_other_pages_it_is_still_said() -> None:
    firm = firms.new_firm()
    for number in range(1, 7):
        firms.complain(firm, number, f"jo {number}", band=Band.P1)
    firm.passes(5 * HOUR)
    said = [line for page in firm.channels["chat"].pages() for line in page.lines]
    assert any("told by rule" in line for line in said)
