"""The ladder that every subject climbs: rows C5, C7-C9, C23, C27 and C31."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from config import Band, Role
from config.settings import Policy, Team
from escalation import clocks, handoffs, ladder, ownership
from escalation.decision import (
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
    Warn,
    WarningKind,
)
from escalation.rules import Rules, Situation
from escalation.subject import Case, State, Subject
from tests import firm as firms
from tests.cases import HOUR, heard, paged
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

MINUTE = timedelta(minutes=1)
SECOND_LONG = timedelta(seconds=1)
RULES = Rules(firms.settings())
SUNDAY = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
MONDAY = datetime.fromisoformat("2026-11-23T08:00:00+00:00")  # 9:00 in Berlin


def a_case(**more: object) -> Case:
    fields = {
        "number": 1,
        "brand": "Acme",
        "team": "care",
        "topic": "billing",
        "band": Band.P1,
        "owner": OWNER,
        "opened_at": NOON,
        "author": 1,
        "complained_at": NOON,
        "asked": (OWNER,),
        "page_number": 1,
    }
    return Case(**{**fields, **more})  # type: ignore[arg-type]


def owned(**more: object) -> Case:
    return a_case(**{"state": State.OWNED, "acked_by": OWNER, "acked_at": NOON, **more})


def at(now: datetime = NOON, **dues: datetime) -> Situation:
    return Situation(now, RULES, {TimerKind(name): due for name, due in dues.items()})


def decided(outcome: Outcome) -> Decision:
    assert isinstance(outcome, Decision), outcome
    return outcome


def armed(decision: Decision) -> dict[TimerKind, datetime]:
    return {one.timer: one.due for one in decision.effects if isinstance(one, Arm)}


def pages(decision: Decision) -> list[Page]:
    return [one for one in decision.effects if isinstance(one, Page)]


def notices(decision: Decision) -> list[tuple[str, str]]:
    return [(one.person, one.what) for one in decision.effects if isinstance(one, Notice)]


def ack(by: str) -> Action:
    return Action(Verb.ACK, by)


@pytest.mark.parametrize(
    ("case", "person", "step"),
    [
        pytest.param(a_case(), FIRST, 1, id="from the topic's owner to who is on call"),
        pytest.param(
            a_case(step=1, owner=FIRST, asked=(OWNER, FIRST)), LEAD, 2, id="then to the lead"
        ),
        pytest.param(a_case(step=2, asked=(OWNER, FIRST, LEAD)), HEAD, 3, id="then to the head"),
        pytest.param(
            a_case(step=3, asked=(OWNER, FIRST, LEAD, HEAD)), EXECUTIVE, 4, id="then to the top"
        ),
        pytest.param(
            a_case(asked=(OWNER, FIRST)), LEAD, 2, id="somebody asked in this round is passed over"
        ),
        pytest.param(
            a_case(asked=(OWNER, FIRST, LEAD, HEAD, EXECUTIVE)),
            EXECUTIVE,
            4,
            id="the last step never is",
        ),
        pytest.param(
            a_case(topic=None, owner=FIRST, asked=(FIRST,)),
            LEAD,
            2,
            id="one person in two steps is asked once",
        ),
        pytest.param(
            a_case(team="tech", topic="app", owner=OTHER, asked=(OTHER,)),
            EXECUTIVE,
            2,
            id="a short ladder with one person in it goes straight to the top",
        ),
        pytest.param(
            a_case(team="gone"), FIRST, 1, id="a team that is no more: the triage team's ladder"
        ),
    ],
)
def test_nobody_acknowledges_and_it_climbs(case: Case, person: str, step: int) -> None:
    climbed = decided(ladder.climb(case, at()))
    assert (climbed.subject.owner, climbed.subject.step) == (person, step)
    assert climbed.subject.misses == 1
    assert Warn(WarningKind.MISSED_PAGE, case.owner) in climbed.effects
    assert person in climbed.subject.asked
    assert [one.person for one in pages(climbed)] == [person]
    assert notices(climbed) == [(case.owner, "climbed")]
    assert Hush() in climbed.effects
    wait = RULES.times(climbed.subject).ack
    assert armed(climbed)[TimerKind.ACK] >= NOON + wait


@pytest.mark.parametrize(
    ("band", "now", "due"),
    [
        pytest.param(Band.STORM, NOON, NOON + 10 * MINUTE, id="a storm every ten minutes"),
        pytest.param(Band.P1, NOON, NOON + 10 * MINUTE, id="now: every ten minutes"),
        pytest.param(Band.P2, NOON, NOON + 30 * MINUTE, id="soon: every half hour"),
        pytest.param(
            Band.P3,
            NOON,
            datetime.fromisoformat("2026-11-19T08:00:00+00:00"),
            id="today: each working morning",
        ),
        pytest.param(
            Band.P4,
            datetime.fromisoformat("2026-11-20T12:00:00+00:00"),
            MONDAY,
            id="this week, on a Friday: on Monday morning",
        ),
    ],
)
def test_when_the_last_step_pages_again(band: Band, now: datetime, due: datetime) -> None:
    case = a_case(band=band, step=4, owner=EXECUTIVE, asked=(OWNER, EXECUTIVE), page_number=2)
    assert at(now).rules.repeat_at(case, now) == due


@pytest.mark.parametrize(
    ("case", "due"),
    [
        pytest.param(
            a_case(band=Band.P3, step=4, owner=EXECUTIVE),
            datetime.fromisoformat("2026-11-19T08:00:00+00:00"),
            id="at the last step not at closing time, when the next page would follow",
        ),
        pytest.param(a_case(band=Band.P3), NOON + 4 * 60 * MINUTE, id="below it, at closing time"),
        pytest.param(
            a_case(band=Band.P3, step=4, owner=EXECUTIVE, safety=True),
            NOON + 4 * 60 * MINUTE,
            id="a matter of safety has no closing time",
        ),
    ],
)
def test_by_when_a_page_at_noon_with_four_hours_is_acknowledged(case: Case, due: datetime) -> None:
    _, effects = ladder.page(case, at())
    assert Arm(TimerKind.ACK, due) in effects
    raised = ownership.rescore(replace(case, band=Band.P4), heard(Band.P3), at())
    assert armed(decided(raised))[TimerKind.ACK] == due, "the same where a higher band pages"


def test_nobody_stands_above_the_last_step() -> None:
    case = a_case(step=4, owner=EXECUTIVE)
    why = Unchanged("nobody stands above the last step; it is paged again in its time")
    assert ladder.climb(case, at()) == why
    assert ladder.climb(case, at(), event="unreachable") == why
    assert ladder.escalate(case, Action(Verb.ESCALATE, LEAD), at()) == why


def under_two_steps(**more: object) -> tuple[Case, Situation]:
    """A case given to a helper who has the number of the last step, 1, and is not whom it means."""
    declared = firms.settings()
    two = Policy(name="two", steps=(Role.OWNER, Role.EXECUTIVE))
    care = declared.teams[0].model_copy(update={"policy": "two"})
    changed = {"policies": (*declared.policies, two), "teams": (care, *declared.teams[1:])}
    rules = Rules(declared.model_copy(update=changed))
    case = a_case(owner=SECOND, step=rules.step_of(a_case(), SECOND, NOON), asked=(SECOND,), **more)
    assert case.step == rules.last_step(case)
    return case, Situation(NOON, rules)


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param(ladder.climb, id="they do not acknowledge"),
        pytest.param(
            lambda case, at: ladder.climb(case, at, event="unreachable"), id="nothing reaches them"
        ),
        pytest.param(
            lambda case, at: ladder.escalate(case, Action(Verb.ESCALATE, LEAD), at), id="by hand"
        ),
        pytest.param(
            lambda case, at: clocks.breach(case, TimerKind.FIRST_REPLY, at), id="a broken promise"
        ),
    ],
)
def test_above_whoever_only_has_the_last_steps_number_stands_the_executive(
    moved: Callable[[Case, Situation], Outcome],
) -> None:
    case, situation = under_two_steps()
    climbed = moved(case, situation)
    assert isinstance(climbed, Decision)
    assert (climbed.subject.owner, climbed.subject.step) == (EXECUTIVE, 1)
    assert situation.rules.is_at_the_top(climbed.subject)
    assert isinstance(ladder.climb(climbed.subject, situation), Unchanged)


def test_who_only_has_the_last_steps_number_is_asked_once_and_not_for_ever() -> None:
    case, situation = under_two_steps(band=Band.P3)
    due = situation.rules.ack_due(case, NOON)
    assert due == situation.rules.ack_due(case, NOON, again=True), "the next page is another's"


def test_an_unreachable_person_is_passed_over() -> None:
    lower = decided(ladder.climb(a_case(), at(), event="unreachable"))
    assert (lower.event, lower.subject.owner) == ("unreachable", FIRST)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(owned(), id="owned: it was acknowledged"),
        pytest.param(a_case(held_until=MONDAY), id="held: no ack timer runs"),
        pytest.param(a_case(inhibited_by=7, incident=7), id="a storm pages for it"),
        pytest.param(a_case(state=State.WAITING), id="waiting for the customer"),
        pytest.param(a_case(state=State.CLOSED), id="closed"),
    ],
)
def test_what_nobody_is_waited_for_does_not_climb(case: Case) -> None:
    assert ladder.climb(case, at()) == Unchanged("nobody is being waited for")


@pytest.mark.parametrize(
    ("by", "why"),
    [
        pytest.param(OWNER, None, id="who was paged"),
        pytest.param(SECOND, None, id="somebody of the team who was not"),
        pytest.param(LEAD, None, id="the lead"),
        pytest.param(HEAD, None, id="the head"),
        pytest.param(EXECUTIVE, None, id="the executive"),
        pytest.param(
            OTHER, f"{OTHER} was not paged and is not of team care", id="not another team's person"
        ),
        pytest.param(
            NO_ROLE, f"{NO_ROLE} was not paged and is not of team care", id="not one without a role"
        ),
        pytest.param(
            LEFT, f"{LEFT} was not paged and is not of team care", id="not one who has left"
        ),
        pytest.param("nobody", "nobody was not paged and is not of team care", id="not a stranger"),
    ],
)
def test_who_may_acknowledge(by: str, why: str | None) -> None:
    outcome = ladder.acknowledge(a_case(), ack(by), at())
    if why is None:
        assert decided(outcome).subject.owner == by
    else:
        assert outcome == Unchanged(why)


def test_a_person_of_another_team_who_was_paged_may_acknowledge() -> None:
    case = a_case(asked=(OWNER, PRESS))
    assert decided(ladder.acknowledge(case, ack(PRESS), at())).subject.owner == PRESS


def test_an_acknowledgement_ends_the_climb_and_tells_the_others() -> None:
    case = a_case(step=1, owner=FIRST, asked=(OWNER, FIRST))
    taken = decided(ladder.acknowledge(case, ack(FIRST), at()))
    assert (taken.subject.state, taken.subject.acked_by) == (State.OWNED, FIRST)
    assert notices(taken) == [(OWNER, "taken")]
    assert armed(taken) == {TimerKind.HOLD: NOON + 30 * MINUTE}
    cancelled = {t for one in taken.effects if isinstance(one, Cancel) for t in one.timers}
    assert {TimerKind.ACK, TimerKind.HELD, TimerKind.GRACE, TimerKind.OFFER} <= cancelled
    assert Hush() in taken.effects


@pytest.mark.parametrize(
    ("by", "step"),
    [
        pytest.param(OWNER, 0, id="the topic's owner stands at the bottom"),
        pytest.param(FIRST, 1, id="who is on call at 1"),
        pytest.param(HEAD, 3, id="the head at 3"),
        pytest.param(SECOND, 1, id="who is at no step at 1: a helper does not stay at the top"),
    ],
)
def test_where_somebody_stands_who_took_over_at_the_top(by: str, step: int) -> None:
    case = a_case(step=4, owner=EXECUTIVE, asked=(OWNER, EXECUTIVE))
    assert decided(ladder.acknowledge(case, ack(by), at())).subject.step == step


def test_the_second_of_two_who_acknowledge_hears_who_has_it() -> None:
    taken = decided(ladder.acknowledge(a_case(), ack(OWNER), at())).subject
    outcome = ladder.acknowledge(taken, ack(FIRST), at())
    assert outcome == Unchanged(f"{OWNER} has it since 2026-11-18 12:00 UTC")
    closed = replace(taken, state=State.CLOSED, closed_by=LEAD)
    assert ladder.acknowledge(closed, ack(FIRST), at()) == Unchanged(f"it was closed by {LEAD}")


def test_an_owner_who_does_nothing_is_reminded_and_has_a_grace() -> None:
    reminded = decided(ladder.remind(owned(), at()))
    assert notices(reminded) == [(OWNER, "remind")]
    assert armed(reminded) == {TimerKind.GRACE: NOON + 10 * MINUTE}
    assert reminded.subject == owned()


def test_after_the_grace_it_is_asked_anew_one_step_above() -> None:
    again = decided(ladder.take_back(owned(), at()))
    case = again.subject
    assert (case.state, case.round, case.step, case.owner) == (State.NEW, 2, 1, FIRST)
    assert case.asked == (FIRST,)
    assert notices(again) == [(OWNER, "taken_back")]
    alone = decided(ladder.take_back(owned(topic=None, owner=FIRST), at())).subject
    assert (alone.step, alone.owner) == (2, LEAD), "who holds two steps is passed over"
    top = decided(ladder.take_back(owned(step=4, owner=EXECUTIVE), at())).subject
    assert (top.step, top.owner) == (4, EXECUTIVE)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(a_case(), id="it is asked anew already"),
        pytest.param(a_case(state=State.WAITING), id="we have replied"),
    ],
)
def test_who_works_is_neither_reminded_nor_relieved(case: Case) -> None:
    assert ladder.remind(case, at()) == Unchanged(f"it is {case.state}")
    assert ladder.take_back(case, at()) == Unchanged(f"it is {case.state}")


def test_only_who_was_not_asked_before_is_paged_for_the_first_time() -> None:
    case = a_case(band=Band.STORM)
    to_first = decided(handoffs.assign(case, Action(Verb.ASSIGN, LEAD, FIRST), at()))
    assert [one.first for one in pages(to_first)] == [True]
    back = decided(handoffs.assign(to_first.subject, Action(Verb.ASSIGN, LEAD, OWNER), at()))
    assert [one.first for one in pages(back)] == [False]


@pytest.mark.parametrize(
    ("band", "channels", "wait"),
    [
        pytest.param(Band.STORM, 2, 0, id="a storm on two channels, at once"),
        pytest.param(Band.P1, 1, 0, id="now: at once"),
        pytest.param(Band.P2, 1, 30, id="soon: waits half a minute for more"),
        pytest.param(Band.P3, 1, 300, id="today: five minutes"),
        pytest.param(Band.P4, 1, 300, id="this week: five minutes"),
    ],
)
def test_how_soon_and_on_how_many_channels_a_band_pages(
    band: Band, channels: int, wait: int
) -> None:
    _, effects = ladder.page(a_case(band=band), at())
    assert Page(OWNER, NOON + timedelta(seconds=wait), channels) in effects


def test_a_matter_of_safety_waits_for_nothing() -> None:
    safe = a_case(band=Band.P4, safety=True)
    _, effects = ladder.page(safe, at(SUNDAY))
    assert Page(OWNER, SUNDAY, 1) in effects


def test_out_of_hours_it_is_held_and_pages_afresh_in_the_morning() -> None:
    held, effects = ladder.page(a_case(band=Band.P3), at(SUNDAY))
    assert held.held_until == MONDAY
    assert Arm(TimerKind.HELD, MONDAY) in effects
    assert not [one for one in effects if isinstance(one, Page)]
    released = decided(ladder.release_hold(held, at(MONDAY)))
    assert released.subject.held_until is None
    assert armed(released)[TimerKind.ACK] == MONDAY + 240 * MINUTE
    assert ladder.release_hold(a_case(), at()) == Unchanged("it is not held")


def test_while_a_storm_pages_for_it_nothing_else_does() -> None:
    held, effects = ladder.page(a_case(inhibited_by=3, incident=3), at())
    assert held.owner == OWNER
    assert effects == (Hush(), Cancel((TimerKind.ACK, TimerKind.HELD)))


def test_a_note_is_progress() -> None:
    noted = decided(ladder.progress(owned(), Action(Verb.NOTE, FIRST, reason="zz"), at()))
    assert noted.subject.progress_at == NOON
    assert armed(noted) == {TimerKind.HOLD: NOON + 30 * MINUTE}, "the hold begins anew"
    assert Cancel((TimerKind.GRACE,)) in noted.effects
    assert noted.note == "zz"
    stranger = ladder.progress(owned(), Action(Verb.NOTE, OTHER, reason="zz"), at())
    assert stranger == Unchanged(f"{OTHER} is not of team care")
    closed = a_case(state=State.CLOSED)
    assert ladder.progress(closed, ack(OWNER), at()) == Unchanged("it is closed")


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
    outcome = ladder.escalate(case, Action(Verb.ESCALATE, by), at())
    if why is None:
        assert (decided(outcome).actor, decided(outcome).subject.owner) == (by, FIRST)
        assert decided(outcome).subject.misses == 0, "who raises it blames nobody"
        assert not [one for one in decided(outcome).effects if isinstance(one, Warn)]
    else:
        assert outcome == Unchanged(why)


@pytest.mark.parametrize(
    ("paged_at", "climbs"),
    [
        pytest.param(NOON - 59 * SECOND_LONG, False, id="paged this minute: a double click"),
        pytest.param(NOON - MINUTE, True, id="paged a minute ago"),
        pytest.param(None, True, id="not paged yet"),
    ],
)
def test_c25_a_double_click_climbs_once(paged_at: datetime | None, climbs: bool) -> None:
    case = a_case(paged_at=paged_at)
    outcome = ladder.escalate(case, Action(Verb.ESCALATE, LEAD), at())
    assert isinstance(outcome, Decision) == climbs
    if not climbs:
        assert outcome == Unchanged(f"{OWNER} was paged less than a minute ago")


NIGHT = NOON + 9 * HOUR  # ten in the evening in Berlin
MORNING = NOON + 20 * HOUR


@pytest.mark.parametrize(
    ("case", "climbs"),
    [
        pytest.param(a_case(band=Band.P3, held_until=MORNING), False, id="held until the morning"),
        pytest.param(
            a_case(band=Band.P3, held_until=MONDAY, silence=7), False, id="by a silence as well"
        ),
        pytest.param(a_case(band=Band.P3), False, id="paged before the evening, and not since"),
        pytest.param(a_case(band=Band.P2), True, id="a band whose clock runs at night"),
        pytest.param(a_case(band=Band.P3, safety=True), True, id="what nothing holds"),
    ],
)
def test_c25_escalating_pages_somebody_now_or_burns_no_step(case: Case, climbs: bool) -> None:
    outcome = ladder.escalate(case, Action(Verb.ESCALATE, LEAD), at(NIGHT))
    if climbs:
        assert (paged(decided(outcome)), decided(outcome).subject.step) == ([FIRST], 1)
    else:
        assert outcome == Unchanged(
            "nobody is paged for it before 2026-11-19 08:00 UTC, when its clock runs again;"
            " acknowledge it yourself if it cannot wait"
        )


def test_c25_a_person_escalates_by_day_what_a_silence_alone_holds() -> None:
    case = a_case(band=Band.P3, held_until=MORNING, silence=7)
    climbed = decided(ladder.escalate(case, Action(Verb.ESCALATE, LEAD), at()))
    assert (paged(climbed), climbed.subject.held_until) == ([FIRST], None)


ONE_MAN = Team(name="solo", members=(EXECUTIVE,), lead=EXECUTIVE, head=EXECUTIVE)
GAPS = Team(name="gaps", members=(LEFT,), lead=LEFT, head=HEAD)


@pytest.mark.parametrize(
    ("team", "policy", "asked"),
    [
        pytest.param(
            ONE_MAN, "default", [EXECUTIVE, EXECUTIVE], id="all steps are the same person"
        ),
        pytest.param(GAPS, "default", [HEAD, EXECUTIVE], id="steps that are empty are passed over"),
        pytest.param(
            GAPS.model_copy(update={"head": None}),
            "default",
            [EXECUTIVE],
            id="all steps are empty but the last",
        ),
        pytest.param(
            GAPS.model_copy(update={"policy": "top"}),
            "top",
            [EXECUTIVE],
            id="the last step is the only one",
        ),
    ],
)
def test_who_is_asked_in_turn_where_nobody_answers(
    team: Team, policy: str, asked: list[str]
) -> None:
    declared = firms.settings(teams=(team,))
    top = Policy(name="top", steps=(Role.EXECUTIVE,))
    rules = Rules(declared.model_copy(update={"policies": (*declared.policies, top)}))
    case = a_case(team=team.name, topic=None, asked=(), page_number=0)
    step, person = rules.first_from(case, 0, NOON)
    subject: Subject = ladder.ask(case, step, person, Situation(NOON, rules))[0]
    owners = [subject.owner]
    while isinstance(outcome := ladder.climb(subject, Situation(NOON, rules)), Decision):
        subject = outcome.subject
        owners.append(subject.owner)
    assert owners == asked
    assert rules.last_step(subject) == subject.step, policy


@pytest.mark.parametrize(
    ("case", "away", "held"),
    [
        pytest.param(a_case(), (), False, id="now: always, while somebody is on call"),
        pytest.param(a_case(), (FIRST, SECOND), True, id="now: in the morning, where nobody is"),
        pytest.param(a_case(safety=True), (FIRST, SECOND), False, id="safety: always"),
        pytest.param(a_case(band=Band.STORM), (FIRST, SECOND), False, id="a storm: always"),
        pytest.param(a_case(band=Band.P2), (FIRST, SECOND), False, id="soon: by the policy"),
        pytest.param(a_case(band=Band.P3), (), True, id="today: business time"),
    ],
)
def test_whose_clock_runs_on_a_sunday(case: Case, away: tuple[str, ...], held: bool) -> None:
    rules = Rules(firms.settings(away=away))
    asked, effects = ladder.ask(case, 0, OWNER, Situation(SUNDAY, rules))
    assert (asked.held_until is not None) == held
    assert asked.paged_at == (None if held else SUNDAY)
    assert (TimerKind.ACK in {one.timer for one in effects if isinstance(one, Arm)}) != held
