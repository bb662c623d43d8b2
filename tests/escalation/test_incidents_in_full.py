"""What every transition of an incident is called, and all that it leaves in the incident."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation import incidents
from escalation.absences import Absence, Changes
from escalation.decision import (
    ENGINE,
    Action,
    Cancel,
    Hush,
    Notice,
    Outcome,
    TimerKind,
    Unchanged,
    Verb,
    Warn,
    WarningKind,
)
from escalation.rules import Rules, Situation
from escalation.subject import Incident, Level, State
from escalation.verbs import act_on, fire_on
from tests import firm as firms
from tests.cases import (
    ACCOUNT,
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    a_storm,
    a_watch,
    action,
    at,
    decided,
    paged,
    rung,
    stopped,
    told,
)
from tests.firm import EVERYBODY, EXECUTIVE, FIRST, HEAD, LEAD, NOON, OWNER, PRESS, SECOND

# Everybody was away once: whether they are now is asked of an instant, never taken as given.
BACK = Changes(tuple(Absence(one, NOON - 9 * HOUR, NOON - HOUR) for one in EVERYBODY))
BACK_AT_WORK = Situation(NOON, Rules(firms.settings(), BACK))
WATCH, STORM = a_watch(), a_storm()
CALM = replace(STORM, level=Level.CONTAINED, contained_at=NOON - 2 * DAY)


def moved(incident: Incident, move: Action | TimerKind, situation: Situation) -> Outcome:
    if isinstance(move, Action):
        return act_on(incident, move, situation)
    return fire_on(incident, move, situation)


def after(outcome: Outcome) -> Incident:
    incident = decided(outcome).subject
    assert isinstance(incident, Incident)
    return incident


@pytest.mark.parametrize("situation", [at(), BACK_AT_WORK], ids=["as ever", "back at work"])
@pytest.mark.parametrize(
    ("incident", "move", "event", "actor", "note"),
    [
        (WATCH, action(Verb.DISMISS, SECOND, reason="zz"), "incident_dismissed", SECOND, "zz"),
        (
            WATCH,
            action(Verb.WONT_ACT, LEAD, reason="zz", cause="care"),
            "incident_closed",
            LEAD,
            "zz",
        ),
        (WATCH, action(Verb.RESOLVE, LEAD, reason="zz", **ACCOUNT), "incident_closed", LEAD, "zz"),
        (
            STORM,
            action(Verb.CONTAIN, EXECUTIVE, reason="zz"),
            "incident_contained",
            EXECUTIVE,
            "zz",
        ),
        (STORM, TimerKind.UPDATE, "update_missing", ENGINE, ""),
        (CALM, TimerKind.UPDATE, "update_due", ENGINE, ""),
    ],
)
def test_a_decision_is_entered_under_its_name(
    incident: Incident,
    move: Action | TimerKind,
    event: str,
    actor: str,
    note: str,
    situation: Situation,
) -> None:
    entered = decided(moved(incident, move, situation))
    assert (entered.event, entered.actor, entered.note) == (event, actor, note)


def test_what_is_measured_and_merged_is_entered_too() -> None:
    wish = action(Verb.MERGE, EXECUTIVE, reason="zz")
    for entered, event, actor, note in (
        (decided(incidents.storm(WATCH, at())), "incident_storm", ENGINE, ""),
        (decided(incidents.storm(WATCH, BACK_AT_WORK, by=PRESS)), "incident_storm", PRESS, ""),
        (decided(incidents.contain(STORM, at())), "incident_contained", ENGINE, ""),
        (decided(incidents.stirred(CALM, at())), "incident_stirred", ENGINE, ""),
        (
            decided(incidents.merge(WATCH, a_storm(number=2), wish, BACK_AT_WORK)),
            "incident_merged",
            EXECUTIVE,
            "zz",
        ),
        (incidents.absorb(STORM, WATCH, wish, at()), "incident_absorbed", EXECUTIVE, ""),
        (incidents.absorb(WATCH, CALM, wish, at()), "incident_absorbed", EXECUTIVE, ""),
        (incidents.absorb(WATCH, STORM, wish, at()), "incident_storm", EXECUTIVE, ""),
    ):
        assert (entered.event, entered.actor, entered.note) == (event, actor, note)


def test_a_storm_begins_with_nothing_of_what_was_before() -> None:
    calm = replace(CALM, stirred_at=NOON - HOUR, progress_at=NOON - HOUR, declared_by=HEAD)
    again = after(incidents.storm(calm, at()))
    assert (again.storm_at, again.contained_at, again.stirred_at) == (NOON, None, None)
    assert (again.progress_at, again.topic, again.team) == (None, None, "media")
    assert again.step == 0
    watched = after(incidents.storm(WATCH, at()))
    assert (watched.topic, watched.team, watched.step) == (None, "media", 0)
    assert again.declared_by == HEAD, "who declared it first stays known"
    assert after(incidents.storm(calm, at(), by=PRESS)).declared_by == PRESS
    asked = after(incidents.storm(a_watch(asked=(), owner=""), BACK_AT_WORK))
    assert (asked.owner, asked.step, asked.round) == (PRESS, 0, 1)
    assert incidents.storm(STORM, at()) == Unchanged("it is a storm already")


@pytest.mark.parametrize("by", [PRESS, EXECUTIVE])
def test_containing_ends_what_stirred(by: str) -> None:
    stirred = replace(STORM, stirred_at=NOON - HOUR)
    contained = decided(act_on(stirred, action(Verb.CONTAIN, by), BACK_AT_WORK))
    assert after(contained).stirred_at is None
    assert after(contained).contained_at == NOON
    assert told(contained) == ([] if by == PRESS else [(PRESS, "contained")])


def test_the_lead_of_communications_contains_it_whoever_owns_it() -> None:
    wish = action(Verb.CONTAIN, PRESS)
    contained = decided(act_on(a_storm(owner=HEAD), wish, BACK_AT_WORK))
    assert told(contained) == [(HEAD, "contained")]


def test_what_is_closed_waits_for_nothing_any_more() -> None:
    wish = action(Verb.RESOLVE, LEAD, reason="zz", **ACCOUNT)
    pending = a_watch(state=State.OWNED, held_until=MONDAY, offered_to=SECOND)
    closed = decided(act_on(pending, wish, at()))
    done = after(closed)
    assert (done.level, done.state, done.close_reason) == (Level.CLOSED, State.CLOSED, "resolved")
    assert (done.closed_at, done.closed_by) == (NOON, LEAD)
    assert (done.held_until, done.offered_to) == (None, None)
    assert closed.effects == (Cancel(), Hush())
    assert act_on(done, wish, at()) == Unchanged(f"it was closed by {LEAD}")


def test_closing_with_nothing_done_is_a_warning() -> None:
    nothing = {**ACCOUNT, "done": "nothing, because it was no fault of ours"}
    closed = decided(act_on(WATCH, action(Verb.RESOLVE, LEAD, reason="zz", **nothing), at()))
    assert closed.effects == (Cancel(), Hush(), Warn(WarningKind.WONT_ACT, LEAD))


@pytest.mark.parametrize(
    ("incident", "why"),
    [
        pytest.param(STORM, "only a watch is left as it is", id="not a storm"),
        pytest.param(
            a_watch(state=State.CLOSED), "only a watch is left as it is", id="not what is closed"
        ),
        pytest.param(a_watch(), None, id="a watch"),
    ],
)
def test_leaving_a_watch_as_it_is(incident: Incident, why: str | None) -> None:
    wish = action(Verb.WONT_ACT, LEAD, reason="zz", cause="care")
    outcome = act_on(incident, wish, at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    left = decided(outcome)
    assert (after(left).cause, after(left).close_reason) == ("care", "wont_act")
    assert Warn(WarningKind.WONT_ACT, LEAD) in left.effects
    silent = act_on(incident, action(Verb.WONT_ACT, LEAD, cause="care"), at())
    assert isinstance(silent, Unchanged)
    assert silent.why.startswith("say why nothing is done")


@pytest.mark.parametrize(
    ("incident", "why"),
    [
        pytest.param(STORM, "it is not contained", id="a storm is never quiet"),
        pytest.param(
            replace(CALM, stirred_at=NOON - 59 * MINUTE), "noted already", id="once an hour"
        ),
        pytest.param(replace(CALM, stirred_at=NOON - HOUR), None, id="and then again"),
    ],
)
def test_a_stir_is_noted(incident: Incident, why: str | None) -> None:
    outcome = incidents.stirred(incident, at())
    if why is None:
        assert after(outcome).stirred_at == NOON
    else:
        assert outcome == Unchanged(why)


@pytest.mark.parametrize(
    ("quiet", "closes"), [(DAY, True), (DAY - timedelta(seconds=1), False)], ids=["a day", "less"]
)
def test_a_day_of_quiet_is_a_day_to_the_second(quiet: timedelta, closes: bool) -> None:
    incident = replace(CALM, people=30, contained_at=NOON - quiet)
    outcome = act_on(incident, action(Verb.RESOLVE, PRESS, reason="zz", **ACCOUNT), at())
    assert isinstance(outcome, Unchanged) != closes


def test_the_step_above_hears_whose_update_is_missing() -> None:
    missing = decided(fire_on(STORM, TimerKind.UPDATE, BACK_AT_WORK))
    above = BACK_AT_WORK.rules.first_from(STORM, 1, NOON, (PRESS,))[1]
    assert rung(missing) == [(above, "update_missing", PRESS), (PRESS, "update_due", "")]
    low = replace(a_storm(team="care", topic="billing"), owner=OWNER, step=0)
    assert paged(decided(fire_on(low, TimerKind.UPDATE, at()))) == [FIRST, OWNER]


def test_an_update_stops_the_reminders_of_an_owner() -> None:
    storm = replace(STORM, state=State.OWNED)
    posted = decided(act_on(storm, action(Verb.NOTE, PRESS, reason="zz"), at()))
    assert stopped(posted) == {TimerKind.HOLD, TimerKind.GRACE}


def test_who_was_asked_for_it_hears_that_it_was_merged() -> None:
    source = a_watch(asked=(OWNER, FIRST, LEAD))
    wish = action(Verb.MERGE, EXECUTIVE)
    merged = decided(incidents.merge(source, a_storm(number=2), wish, at()))
    assert merged.effects == (
        Cancel(),
        Hush(),
        Notice(OWNER, "merged"),
        Notice(FIRST, "merged"),
        Notice(LEAD, "merged"),
    )
    assert (after(merged).merged_into, after(merged).close_reason) == (2, "merged")


def test_what_takes_another_over_is_as_far_as_that_was() -> None:
    wish = action(Verb.MERGE, EXECUTIVE)
    began = NOON - 3 * HOUR
    calm = replace(CALM, stirred_at=NOON - HOUR, opened_at=began, people=9, posts=12)
    held = after(incidents.absorb(a_watch(number=2, people=4, posts=20), calm, wish, at()))
    assert (held.level, held.contained_at) == (Level.CONTAINED, calm.contained_at)
    assert (held.stirred_at, held.opened_at) == (NOON - HOUR, began)
    assert (held.people, held.posts) == (9, 20)
    fewer = after(incidents.absorb(a_watch(number=2, posts=4), calm, wish, at()))
    assert fewer.posts == 12
    storm = replace(STORM, storm_at=began, declared_by=PRESS)
    risen = after(incidents.absorb(a_watch(number=2, declared_by=HEAD), storm, wish, at()))
    assert (risen.level, risen.storm_at, risen.declared_by) == (Level.STORM, began, HEAD)


def test_figures_are_the_newest_and_people_never_fewer() -> None:
    spike = incidents.Spike(False, 3, 40, 15, 2.5, "zz")
    figures = incidents.measured(a_watch(people=9, posts=12, minutes=60, usual=1.0), spike)
    assert (figures.people, figures.posts, figures.minutes) == (9, 40, 15)
    assert (figures.usual, figures.sentence) == (2.5, "zz")
