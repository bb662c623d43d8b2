"""From hand to hand: rows C10-C12 and C27-C29 of the rules, guards and words included."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from config import Band
from escalation import handoffs, replies
from escalation.decision import (
    ENGINE,
    Answered,
    Cancel,
    Hush,
    Offered,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.subject import Case, State, Subject
from escalation.verbs import act_on, fire_on
from tests.cases import (
    ACCOUNT,
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    SUNDAY,
    a_case,
    a_fault,
    a_storm,
    a_watch,
    action,
    after,
    armed,
    at,
    closed,
    contract,
    decided,
    on_offer,
    owned,
    paged,
    rung,
    stopped,
    subject_of,
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
    PRESS,
    SECOND,
)

HALF_MINUTE = timedelta(seconds=30)


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
            "only what is owned, and not on offer already, is handed over",
            id="one offer at a time",
        ),
        pytest.param(
            a_case(),
            OWNER,
            FIRST,
            "only what is owned, and not on offer already, is handed over",
            id="not before it is acknowledged",
        ),
    ],
)
def test_c10_an_offer_moves_nothing_yet(
    case: Case, by: str, to: str | None, why: str | None
) -> None:
    outcome = handoffs.offer(case, action(Verb.HANDOFF, by, to, reason="zz", told="no"), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    assert to is not None
    offered = decided(outcome)
    subject = offered.subject
    assert (subject.owner, subject.state, subject.page_number) == (OWNER, State.OWNED, 2)
    assert (subject.offered_to, subject.offered_by, subject.offered_at) == (to, by, NOON)
    assert subject.progress_at == NOON
    assert rung(offered) == [(to, "offered", by)]
    assert armed(offered) == {TimerKind.OFFER: NOON + 15 * MINUTE}
    assert stopped(offered) == {TimerKind.HOLD, TimerKind.GRACE}
    assert contract(offered) == [Offered(to, "care", "zz", "no")]
    assert offered.note == "zz"


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        pytest.param("", "nothing", id="without a reason"),
        pytest.param("zz", "", id="without what the customer was told"),
    ],
)
def test_c10_an_offer_is_a_contract(reason: str, answer: str) -> None:
    wish = action(Verb.HANDOFF, OWNER, FIRST, reason=reason, told=answer)
    assert handoffs.offer(owned(), wish, at()) == Unchanged(
        'handing over takes a reason, and what the customer was told; "nothing" is an answer too'
    )


@pytest.mark.parametrize(
    ("case", "now", "pages", "due"),
    [
        pytest.param(owned(), NOON, [NOON + HALF_MINUTE], NOON + 15 * MINUTE, id="at once"),
        pytest.param(
            owned(band=Band.P3),
            SUNDAY,
            [MONDAY + 5 * MINUTE],
            MONDAY + 4 * HOUR,
            id="out of hours it is paged, and runs, from the morning on",
        ),
        pytest.param(
            owned(inhibited_by=3, incident=3),
            NOON,
            [],
            NOON + 15 * MINUTE,
            id="while a storm holds the case its page is held",
        ),
    ],
)
def test_c10_when_an_offer_is_paged(
    case: Case, now: datetime, pages: list[datetime], due: datetime
) -> None:
    wish = action(Verb.HANDOFF, OWNER, FIRST, reason="zz", told="nothing")
    offered = decided(handoffs.offer(case, wish, at(now)))
    assert [one.due for one in offered.effects if isinstance(one, Page)] == pages
    assert armed(offered) == {TimerKind.OFFER: due}


def test_c11_accepting_moves_it() -> None:
    old = NOON - DAY
    case = on_offer(FIRST, offered_by=LEAD, handoffs=2, handoffs_at=(old, NOON - HOUR))
    taken = decided(handoffs.accept(case, action(Verb.ACCEPT, FIRST), at()))
    assert (after(taken).owner, after(taken).handoffs, after(taken).offered_to) == (FIRST, 3, None)
    assert after(taken).handoffs_at == (NOON - HOUR, NOON), "only those of the last day are kept"
    assert after(taken).step == 1
    assert [one for one in told(taken) if one[1] == "accepted"] == [
        (OWNER, "accepted"),
        (LEAD, "accepted"),
    ]
    assert contract(taken) == [Answered("accepted")]
    assert TimerKind.HOLD in armed(taken)
    assert TimerKind.OFFER in stopped(taken)


@pytest.mark.parametrize("verb", [Verb.ACCEPT, Verb.DECLINE])
def test_c11_c12_only_whom_it_was_offered_to_answers(verb: Verb) -> None:
    for case, by in ((on_offer(FIRST), SECOND), (owned(), FIRST), (a_case(), FIRST)):
        outcome = act_on(case, action(verb, by), at())
        assert outcome == Unchanged(f"there is no offer to {by}")


@pytest.mark.parametrize("by", [FIRST, ENGINE], ids=["declined", "not answered in time"])
def test_c12_an_offer_that_is_not_taken_returns(by: str) -> None:
    case = on_offer(FIRST, offered_by=LEAD)
    back = decided(
        handoffs.decline(case, action(Verb.DECLINE, FIRST, reason="zz"), at())
        if by == FIRST
        else fire_on(case, TimerKind.OFFER, at())
    )
    assert (after(back).owner, after(back).returned, after(back).offered_to) == (OWNER, 1, None)
    assert (after(back).offered_by, after(back).offered_at) == (None, None)
    assert after(back).returns_at == (NOON,)
    assert rung(back) == [(OWNER, "offer_returned", FIRST)]
    assert told(back) == [(LEAD, "offer_not_taken")], "who offered it in the owner's place"
    assert contract(back) == [Answered("declined" if by == FIRST else "lapsed")]
    assert Hush("offered") in back.effects, "its page is withdrawn"
    assert armed(back) == {TimerKind.HOLD: NOON + 2 * HOUR}
    assert (back.actor, back.note) == (by, "zz" if by == FIRST else "")


@pytest.mark.parametrize(
    ("case", "lead", "step"),
    [
        pytest.param(
            on_offer(FIRST, returns_at=(NOON - HOUR, NOON)),
            LEAD,
            2,
            id="the third return goes to the lead",
        ),
        pytest.param(
            on_offer(FIRST, handoffs_at=(NOON,) * 4), LEAD, 2, id="and so does the fourth hand-off"
        ),
        pytest.param(
            on_offer(FIRST, team="tech", topic="app", returns_at=(NOON, NOON)),
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
    assert paged(moved) == [lead]
    assert contract(moved) == [Answered("lapsed")]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(on_offer(FIRST, returned=2), id="earlier days count for nothing"),
        pytest.param(
            on_offer(FIRST, returns_at=(NOON - DAY, NOON)), id="nor does a day ago to the second"
        ),
        pytest.param(on_offer(FIRST, handoffs=9, handoffs_at=(NOON,) * 3), id="three hand-offs"),
    ],
)
def test_c12_it_stays_with_its_owner(case: Case) -> None:
    back = decided(handoffs.offer_returned(case, ENGINE, at()))
    assert (back.event, back.subject.owner) == ("offer_returned", OWNER)


def test_an_offer_that_has_lapsed_is_not_accepted() -> None:
    back = subject_of(fire_on(on_offer(FIRST), TimerKind.OFFER, at()))
    late = handoffs.accept(back, action(Verb.ACCEPT, FIRST), at(NOON + HOUR))
    assert late == Unchanged(f"there is no offer to {FIRST}")
    assert handoffs.offer_returned(back, ENGINE, at()) == Unchanged("there is no offer")


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(
            lambda case: handoffs.claim(case, action(Verb.CLAIM, FIRST), at()),
            id="who takes it by raising a hand",
        ),
        pytest.param(
            lambda case: handoffs.assign(case, action(Verb.ASSIGN, LEAD, FIRST), at()),
            id="whom it is assigned to",
        ),
        pytest.param(
            lambda case: handoffs.assign(case, action(Verb.ASSIGN, LEAD, OTHER), at()),
            id="but whom it concerns is told, once",
        ),
    ],
)
def test_who_has_it_now_is_not_told_that_it_is_on_offer_no_more(
    leave: Callable[[Case], Outcome],
) -> None:
    case = on_offer(FIRST)
    left = handoffs.without_offer(case, decided(leave(case)), at())
    needed = left.subject.owner != FIRST
    assert told(left).count((FIRST, "offer_withdrawn")) == needed


LEAVING: list[tuple[str, Callable[[Case], Outcome]]] = [
    ("taken back", lambda case: fire_on(case, TimerKind.GRACE, at())),
    ("assigned", lambda case: handoffs.assign(case, action(Verb.ASSIGN, LEAD, SECOND), at())),
    ("rerouted", lambda case: handoffs.reroute(case, action(Verb.REROUTE, LEAD, "tech"), at())),
    ("claimed", lambda case: handoffs.claim(case, action(Verb.CLAIM, SECOND), at())),
    ("we replied", lambda case: replies.brand_reply(case, NOON + MINUTE, at())),
    ("breached", lambda case: fire_on(case, TimerKind.RESOLVE, at())),
    (
        "snoozed",
        lambda case: act_on(case, action(Verb.SNOOZE, OWNER, reason="zz", wait=HOUR), at()),
    ),
    ("resolved", lambda case: act_on(case, action(Verb.RESOLVE, LEAD, **ACCOUNT), at())),
]


@pytest.mark.parametrize("leave", [one for _, one in LEAVING], ids=[name for name, _ in LEAVING])
def test_what_leaves_owned_is_not_on_offer_any_more(leave: Callable[[Case], Outcome]) -> None:
    case = on_offer(FIRST)
    left = handoffs.without_offer(case, decided(leave(case)), at())
    subject = left.subject
    assert (subject.offered_to, subject.offered_by, subject.offered_at) == (None, None, None)
    ended = (Cancel((TimerKind.OFFER,)), Hush("offered"), Answered("withdrawn"))
    assert left.effects[:3] == ended
    # Who is asked for it now is paged instead.
    needed = [(FIRST, "offer_withdrawn")] if subject.owner != FIRST else []
    assert [one for one in told(left) if one[1] == "offer_withdrawn"] == needed
    kinds = [type(one) for one in left.effects]
    assert Page not in kinds or kinds.index(Hush) < kinds.index(Page), "a new page is not withdrawn"


def test_what_stays_owned_stays_on_offer() -> None:
    case = on_offer(FIRST)
    noted = decided(act_on(case, action(Verb.NOTE, OWNER, reason="zz"), at()))
    assert handoffs.without_offer(case, noted, at()) == noted
    assert handoffs.without_offer(None, noted, at()) == noted
    taken = decided(handoffs.accept(case, action(Verb.ACCEPT, FIRST), at()))
    settled = handoffs.without_offer(case, taken, at())
    assert settled.effects == taken.effects, "accepted is not withdrawn"
    assert (settled.subject.offered_by, settled.subject.offered_at) == (None, None)


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(a_watch(state=State.OWNED), id="a watch"),
        pytest.param(a_storm(state=State.OWNED), id="a storm"),
        pytest.param(a_fault(state=State.OWNED), id="a fault"),
    ],
)
def test_incidents_and_faults_change_hands_like_cases(subject: Subject) -> None:
    wish = action(Verb.HANDOFF, EXECUTIVE, SECOND, reason="zz", told="nothing")
    offered = decided(act_on(subject, wish, at()))
    assert rung(offered) == [(SECOND, "offered", EXECUTIVE)]
    declined = decided(act_on(offered.subject, action(Verb.DECLINE, SECOND), at()))
    assert declined.subject.owner == subject.owner
    assert rung(declined) == [(subject.owner, "offer_returned", SECOND)]
    taken = subject_of(act_on(offered.subject, action(Verb.ACCEPT, SECOND), at()))
    assert (taken.owner, taken.state) == (SECOND, State.OWNED)
    claimed = subject_of(act_on(taken, action(Verb.CLAIM, LEAD), at()))
    assert claimed.owner == LEAD
    assigned = subject_of(act_on(claimed, action(Verb.ASSIGN, EXECUTIVE, FIRST), at()))
    assert (assigned.owner, assigned.state) == (FIRST, State.NEW)


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
            "only its owner, a paged person or the team reroutes what is open",
            id="not another team",
        ),
        pytest.param(
            waiting(),
            OWNER,
            "tech",
            "only its owner, a paged person or the team reroutes what is open",
            id="not after our reply",
        ),
        pytest.param(a_case(), OWNER, "care", "care has it already", id="not to the same team"),
        pytest.param(
            a_case(), OWNER, "cellar", 'there is no team "cellar"', id="not to an unknown one"
        ),
    ],
)
def test_c28_rerouting(case: Case, by: str, to: str, why: str | None) -> None:
    outcome = handoffs.reroute(case, action(Verb.REROUTE, by, to, reason="zz"), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    moved = after(outcome)
    assert (moved.team, moved.topic, moved.owner, moved.step) == ("tech", "billing", OTHER, 0)
    assert (moved.state, moved.round) == (State.NEW, 2)
    assert paged(decided(outcome)) == [OTHER]
    assert contract(decided(outcome)) == [Offered(OTHER, "tech", "zz", ""), Answered("rerouted")]


@pytest.mark.parametrize(
    ("topic", "kept"),
    [
        pytest.param(None, "billing", id="as it was"),
        pytest.param("app", "app", id="another that is given"),
        pytest.param("weather", 'there is no topic "weather". Known: app, billing', id="unknown"),
    ],
)
def test_c28_a_rerouted_case_keeps_its_topic_unless_another_is_given(
    topic: str | None, kept: str
) -> None:
    wish = action(Verb.REROUTE, OWNER, "tech", reason="zz", topic=topic)
    outcome = handoffs.reroute(a_case(), wish, at())
    assert (outcome.why if isinstance(outcome, Unchanged) else after(outcome).topic) == kept


@pytest.mark.parametrize(
    ("before", "step", "owner"),
    [
        pytest.param((NOON - HOUR,) * 2, 0, FIRST, id="the third of a day: step 0"),
        pytest.param((NOON - HOUR,) * 3, 2, LEAD, id="the fourth of a day: the lead"),
        pytest.param((NOON - 25 * HOUR,) * 9, 0, FIRST, id="what is older does not count"),
    ],
)
def test_what_teams_send_to_and_fro_goes_to_the_lead_of_the_team_that_has_it_then(
    before: tuple[datetime, ...], step: int, owner: str
) -> None:
    case = a_case(team="tech", topic=None, owner=OTHER, handoffs_at=before)
    wrong = action(Verb.REROUTE, OTHER, "care", reason="zz")
    care = decided(handoffs.reroute(case, wrong, at())).subject
    assert (care.step, care.owner) == (step, owner)
    assert care.handoffs_at[-1] == NOON, "it counts itself"


def test_a_case_rerouted_again_and_again_is_with_the_lead_after_four_times() -> None:
    case, now = a_case(topic=None), NOON
    owners = []
    for team in ("tech", "care", "tech", "care"):
        now += HOUR
        wrong = action(Verb.REROUTE, case.owner, team, reason="zz")
        case = after(handoffs.reroute(case, wrong, at(now)))
        owners.append((case.team, case.owner))
    assert owners == [("tech", OTHER), ("care", FIRST), ("tech", OTHER), ("care", LEAD)]


def test_c28_a_watch_is_rerouted_and_keeps_its_topic_but_a_storm_is_not() -> None:
    wrong = action(Verb.REROUTE, OWNER, "tech")
    moved = subject_of(act_on(a_watch(), wrong, at()))
    assert (moved.team, moved.topic, moved.owner) == ("tech", "billing", OTHER)
    storm = act_on(a_storm(), action(Verb.REROUTE, PRESS, "tech"), at())
    assert storm == Unchanged("a storm stays with communications")
    fault = act_on(a_fault(), wrong, at())
    assert fault == Unchanged("faults cannot be changed by reroute")


@pytest.mark.parametrize(
    ("case", "by", "why"),
    [
        pytest.param(a_case(), OTHER, None, id="anybody with a role raises a hand"),
        pytest.param(waiting(), SECOND, None, id="also after our reply"),
        pytest.param(owned(), HEAD, None, id="also when somebody owns it"),
        pytest.param(
            a_case(step=4, owner=EXECUTIVE), HEAD, None, id="also from the executive what can wait"
        ),
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


@pytest.mark.parametrize(
    ("case", "by", "to", "why"),
    [
        pytest.param(a_case(), LEAD, SECOND, None, id="a lead assigns"),
        pytest.param(owned(), HEAD, FIRST, None, id="a head assigns what somebody owns"),
        pytest.param(
            a_case(owner=FIRST), EXECUTIVE, OWNER, None, id="an executive, to who was asked before"
        ),
        pytest.param(
            a_case(), LEAD, OWNER, f"{OWNER} is asked already", id="not to who is asked already"
        ),
        pytest.param(owned(), LEAD, OWNER, None, id="to an owner who is to answer anew"),
        pytest.param(a_case(), LEAD, PRESS, None, id="also to a person of another team"),
        pytest.param(
            a_case(),
            OWNER,
            FIRST,
            "only the lead of team care or somebody above assigns",
            id="an owner does not",
        ),
        pytest.param(
            a_case(),
            PRESS,
            FIRST,
            "only the lead of team care or somebody above assigns",
            id="nor another team's lead",
        ),
        pytest.param(
            a_case(), LEAD, LEFT, f"{LEFT} is no active person", id="not to one who has left"
        ),
        pytest.param(a_case(), LEAD, None, "nobody is no active person", id="not to nobody"),
        pytest.param(
            a_case(state=State.WAITING), LEAD, FIRST, "it is waiting", id="not while waiting"
        ),
        pytest.param(
            a_case(state=State.CLOSED), LEAD, FIRST, "it is closed", id="not what is closed"
        ),
    ],
)
def test_who_may_assign_to_whom(case: Case, by: str, to: str | None, why: str | None) -> None:
    outcome = handoffs.assign(case, action(Verb.ASSIGN, by, to, reason="zz"), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    assigned = decided(outcome)
    assert (assigned.subject.owner, assigned.subject.state) == (to, State.NEW)
    assert paged(assigned) == [to]
    assert assigned.subject.round == case.round, "the round goes on"
    assert assigned.note == "zz"


def test_assigned_back_to_somebody_asked_before_it_is_a_new_page() -> None:
    case = a_case()
    seen = {(case.round, case.step, case.owner, case.page_number)}
    for to in (FIRST, OWNER, FIRST, OWNER):
        case = decided(handoffs.assign(case, action(Verb.ASSIGN, LEAD, to), at())).subject
        page = (case.round, case.step, case.owner, case.page_number)
        assert page not in seen
        seen.add(page)
