"""The life of an incident: rows S1-S6 of the rules, and what a storm does to its cases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config import Band
from escalation import incidents
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Decision,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
    Verb,
    Warn,
    WarningKind,
)
from escalation.incidents import Spike
from escalation.rules import Rules, Situation
from escalation.subject import Case, Incident, Level, Ref, State
from escalation.verbs import act_on, fire_on
from tests import firm as firms
from tests.firm import EXECUTIVE, FIRST, LEAD, NO_ROLE, NOON, OTHER, OWNER, PRESS, Firm
from tocsin.store import Unit

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
RULES = Rules(firms.settings())
STORM = Spike(True, 120, 300, 10, 2.5, "120 unhappy people")
WATCH = Spike(False, 12, 20, 10, 2.5, "12 unhappy people")


def an_incident(**more: object) -> Incident:
    fields = {
        "number": 1,
        "brand": "Acme",
        "team": "care",
        "topic": "billing",
        "band": Band.P2,
        "owner": OWNER,
        "opened_at": NOON,
        "asked": (OWNER,),
        "page_number": 1,
    }
    return Incident(**{**fields, **more})  # type: ignore[arg-type]


def a_storm(**more: object) -> Incident:
    fields = {"level": Level.STORM, "band": Band.STORM, "team": "media", "owner": PRESS}
    return an_incident(**{**fields, "topic": None, "storm_at": NOON, **more})


def at(minutes: int = 0) -> Situation:
    return Situation(NOON + minutes * MINUTE, RULES)


def decided(outcome: Outcome) -> Decision:
    assert isinstance(outcome, Decision), outcome
    return outcome


def after(outcome: Outcome) -> Incident:
    incident = decided(outcome).subject
    assert isinstance(incident, Incident)
    return incident


def armed(decision: Decision) -> dict[TimerKind, timedelta]:
    return {one.timer: one.due - NOON for one in decision.effects if isinstance(one, Arm)}


def told(decision: Decision) -> list[tuple[str, str]]:
    return [(one.person, one.what) for one in decision.effects if isinstance(one, Notice)]


# ------------------------------------------------------------------------------ decisions
def test_s1_a_watch_asks_the_topics_team() -> None:
    opened = decided(incidents.watch(an_incident(asked=(), page_number=0), at()))
    assert (opened.event, opened.subject.owner, opened.subject.band) == (
        "incident_opened",
        OWNER,
        Band.P2,
    )
    assert armed(opened) == {TimerKind.ACK: 15 * MINUTE}


@pytest.mark.parametrize(
    ("incident", "rises"),
    [
        pytest.param(an_incident(), True, id="a watch"),
        pytest.param(a_storm(level=Level.CONTAINED), True, id="a contained one"),
        pytest.param(an_incident(state=State.OWNED), True, id="also when somebody owns it"),
        pytest.param(a_storm(), False, id="not one that is a storm already"),
        pytest.param(
            an_incident(level=Level.CLOSED, state=State.CLOSED), False, id="nor a closed one"
        ),
    ],
)
def test_s2_it_becomes_a_storm_and_communications_are_paged_twice(
    incident: Incident, rises: bool
) -> None:
    outcome = incidents.storm(incident, at())
    if not rises:
        assert isinstance(outcome, Unchanged)
        return
    risen = decided(outcome)
    assert (risen.subject.owner, risen.subject.team, risen.subject.band) == (
        PRESS,
        "media",
        Band.STORM,
    )
    assert risen.subject.state is State.NEW
    page = next(one for one in risen.effects if isinstance(one, Page))
    assert (page.channels, page.due, page.first) == (2, NOON, True)
    assert armed(risen) == {TimerKind.ACK: 5 * MINUTE, TimerKind.UPDATE: 30 * MINUTE}


@pytest.mark.parametrize(
    ("incident", "by", "reason", "why"),
    [
        pytest.param(an_incident(), OWNER, "nothing in it", None, id="who was paged"),
        pytest.param(an_incident(), FIRST, "nothing in it", None, id="the team"),
        pytest.param(
            an_incident(),
            OTHER,
            "zz",
            f"{OTHER} was not paged and is not of team care",
            id="not another team",
        ),
        pytest.param(an_incident(), OWNER, "", "dismissing takes a reason", id="with a reason"),
        pytest.param(
            a_storm(),
            PRESS,
            "zz",
            "a storm that was measured is not dismissed; say "
            f"`tocsin incidents contain 1 --as {PRESS}` instead",
            id="not a storm",
        ),
        pytest.param(
            a_storm(declared_by=PRESS, people=9),
            PRESS,
            "zz",
            "a storm that was measured is not dismissed; say "
            f"`tocsin incidents contain 1 --as {PRESS}` instead",
            id="not one that was declared and then measured",
        ),
    ],
)
def test_s3_dismissing_a_watch(incident: Incident, by: str, reason: str, why: str | None) -> None:
    outcome = act_on(incident, Action(Verb.DISMISS, by, reason=reason), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    done = after(outcome)
    assert (done.level, done.close_reason, done.closed_by) == (Level.CLOSED, "dismissed", by)
    assert Cancel() in decided(outcome).effects
    assert Warn(WarningKind.DISMISSED_WATCH, by) in decided(outcome).effects


@pytest.mark.parametrize("level", [Level.STORM, Level.CONTAINED])
@pytest.mark.parametrize("by", [PRESS, OTHER])
def test_s3_a_storm_declared_by_mistake_is_dismissed_without_a_warning(
    level: Level, by: str
) -> None:
    declared = a_storm(level=level, declared_by=OTHER)
    outcome = act_on(declared, Action(Verb.DISMISS, by, reason="wrong brand"), at())
    assert after(outcome).close_reason == "dismissed"
    assert not any(isinstance(one, Warn) for one in decided(outcome).effects)


@pytest.mark.parametrize(
    ("storm", "pages"),
    [
        pytest.param(
            a_storm(state=State.OWNED),
            [(EXECUTIVE, "update_missing"), (PRESS, "update_due")],
            id="the step above the owner, and the owner",
        ),
        pytest.param(
            a_storm(),
            [(EXECUTIVE, "update_missing"), (PRESS, "update_due")],
            id="also while nobody has acknowledged",
        ),
        pytest.param(
            a_storm(owner=EXECUTIVE, step=4),
            [(EXECUTIVE, "update_due")],
            id="one person in both is paged once",
        ),
    ],
)
def test_s4_where_no_update_was_posted_two_are_paged(
    storm: Incident, pages: list[tuple[str, str]]
) -> None:
    missing = decided(fire_on(storm, TimerKind.UPDATE, at()))
    found = [one for one in missing.effects if isinstance(one, Page)]
    assert [(one.person, one.what) for one in found] == pages
    assert {one.channels for one in found} == {2}
    assert armed(missing) == {TimerKind.UPDATE: HOUR}
    assert missing.subject.page_number == storm.page_number + len(pages)
    assert (missing.subject.owner, missing.subject.state) == (storm.owner, storm.state)


def test_s5_a_contained_storm_is_told_of_each_four_hours() -> None:
    contained = decided(fire_on(a_storm(level=Level.CONTAINED), TimerKind.UPDATE, at()))
    assert armed(contained) == {TimerKind.UPDATE: 4 * HOUR}
    assert told(contained) == [(PRESS, "update_due")]
    assert fire_on(an_incident(), TimerKind.UPDATE, at()) == Unchanged("no update is due")


def test_s4_an_update_is_progress_and_the_next_is_due_later() -> None:
    for incident, wait in ((a_storm(), HOUR), (a_storm(level=Level.CONTAINED), 4 * HOUR)):
        posted = decided(act_on(incident, Action(Verb.NOTE, PRESS, reason="zz"), at()))
        assert posted.subject.progress_at == NOON
        assert armed(posted) == {TimerKind.UPDATE: wait}
    assert armed(decided(act_on(an_incident(), Action(Verb.NOTE, OWNER, reason="zz"), at()))) == {}


@pytest.mark.parametrize(
    ("incident", "by", "why"),
    [
        pytest.param(a_storm(), PRESS, None, id="its owner"),
        pytest.param(a_storm(), EXECUTIVE, None, id="somebody above"),
        pytest.param(a_storm(), ENGINE, None, id="the engine, once the rate is low"),
        pytest.param(
            a_storm(),
            LEAD,
            f"only {PRESS} or somebody above contains it",
            id="not another team's lead",
        ),
        pytest.param(an_incident(), OWNER, "only a storm is contained", id="not a watch"),
    ],
)
def test_s5_containing(incident: Incident, by: str, why: str | None) -> None:
    outcome = incidents.contain(incident, at(), by=by)
    if why is not None:
        assert outcome == Unchanged(why)
        return
    contained = decided(outcome)
    assert (after(contained).level, after(contained).contained_at) == (Level.CONTAINED, NOON)
    assert armed(contained) == {TimerKind.UPDATE: 4 * HOUR}
    assert told(contained) == ([] if by == PRESS else [(PRESS, "contained")])


@pytest.mark.parametrize(
    ("incident", "by", "cause", "minutes", "why"),
    [
        pytest.param(an_incident(), OWNER, "delivery", 0, None, id="a watch at once"),
        pytest.param(
            a_storm(level=Level.CONTAINED, contained_at=NOON),
            PRESS,
            "delivery",
            24 * 60,
            None,
            id="a contained storm after a quiet day",
        ),
        pytest.param(
            a_storm(level=Level.CONTAINED, contained_at=NOON, people=40),
            PRESS,
            "delivery",
            24 * 60 - 1,
            "a contained storm is closed after 24 h of quiet",
            id="not before",
        ),
        pytest.param(
            a_storm(level=Level.CONTAINED, contained_at=NOON, people=0),
            PRESS,
            "delivery",
            1,
            None,
            id="one that was declared and never measured: at once",
        ),
        pytest.param(
            a_storm(
                level=Level.CONTAINED, contained_at=NOON - 48 * HOUR, people=40, stirred_at=NOON
            ),
            PRESS,
            "delivery",
            24 * 60 - 1,
            "a contained storm is closed after 24 h of quiet",
            id="nor where it has stirred within the day",
        ),
        pytest.param(a_storm(), PRESS, "delivery", 0, "a storm is contained first", id="no storm"),
        pytest.param(
            an_incident(),
            OWNER,
            "all of us!",
            0,
            'a cause is a short name such as "delivery"; say more in the reason',
            id="not with a sentence for a cause",
        ),
        pytest.param(
            an_incident(),
            NO_ROLE,
            "delivery",
            0,
            f"only {OWNER} or somebody above resolves it",
            id="not by anybody",
        ),
    ],
)
def test_s6_closing(
    incident: Incident, by: str, cause: str | None, minutes: int, why: str | None
) -> None:
    account = {"cost": 60, "money": 0, "done": "zz", "done_for_rest": "zz", "reason": "zz"}
    action = Action(Verb.RESOLVE, by, cause=cause, **account)  # type: ignore[arg-type]
    outcome = act_on(incident, action, at(minutes))
    if why is not None:
        assert outcome == Unchanged(why)
    else:
        assert (after(outcome).state, after(outcome).cause) == (State.CLOSED, cause)


@pytest.mark.parametrize(
    ("incident", "noted"),
    [
        pytest.param(a_storm(level=Level.CONTAINED), True, id="contained: its day begins anew"),
        pytest.param(
            a_storm(level=Level.CONTAINED, stirred_at=NOON - 59 * MINUTE), False, id="once an hour"
        ),
        pytest.param(a_storm(), False, id="a storm is no quiet anyhow"),
    ],
)
def test_s6_a_contained_storm_that_stirs(incident: Incident, noted: bool) -> None:
    outcome = incidents.stirred(incident, at())
    assert isinstance(outcome, Decision) == noted
    if noted:
        assert after(outcome).stirred_at == NOON


# ---------------------------------------------------------------------------------- merging
@pytest.mark.parametrize(
    ("source", "target", "by", "why"),
    [
        pytest.param(an_incident(), an_incident(number=2), OWNER, None, id="its owner"),
        pytest.param(an_incident(), an_incident(number=2), LEAD, None, id="somebody above"),
        pytest.param(
            an_incident(),
            an_incident(number=2),
            FIRST,
            f"only {OWNER} or somebody above merges it",
            id="not a colleague",
        ),
        pytest.param(
            an_incident(),
            an_incident(),
            OWNER,
            "an incident is not merged into itself",
            id="not into itself",
        ),
        pytest.param(
            an_incident(),
            an_incident(number=2, state=State.CLOSED, level=Level.CLOSED, merged_into=1),
            OWNER,
            "incident 2 is closed; merge into an open one",
            id="not in a circle",
        ),
        pytest.param(
            an_incident(state=State.CLOSED, level=Level.CLOSED, closed_by=LEAD),
            an_incident(number=2),
            OWNER,
            f"it was closed by {LEAD}",
            id="not what is closed",
        ),
    ],
)
def test_s7_merging(source: Incident, target: Incident, by: str, why: str | None) -> None:
    outcome = incidents.merge(source, target, Action(Verb.MERGE, by, into=2), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    merged = after(outcome)
    assert (merged.state, merged.level) == (State.CLOSED, Level.CLOSED)
    assert (merged.close_reason, merged.closed_by, merged.merged_into) == ("merged", by, 2)
    assert Cancel() in decided(outcome).effects


@pytest.mark.parametrize(
    ("source", "target", "level"),
    [
        pytest.param(an_incident(), an_incident(number=2), Level.WATCH, id="two watches"),
        pytest.param(a_storm(), an_incident(number=2), Level.STORM, id="a storm into a watch"),
        pytest.param(an_incident(), a_storm(number=2), Level.STORM, id="a watch into a storm"),
        pytest.param(
            a_storm(level=Level.CONTAINED, contained_at=NOON),
            an_incident(number=2),
            Level.CONTAINED,
            id="a contained storm into a watch",
        ),
        pytest.param(
            a_storm(),
            a_storm(number=2, level=Level.CONTAINED, contained_at=NOON),
            Level.STORM,
            id="a storm into a contained one",
        ),
    ],
)
def test_s7_the_higher_level_and_the_earlier_start_are_kept(
    source: Incident, target: Incident, level: Level
) -> None:
    source = replace(source, opened_at=NOON - HOUR, people=7)
    if source.storm_at is not None:
        source = replace(source, storm_at=NOON - HOUR)
    wider = incidents.absorb(target, source, Action(Verb.MERGE, LEAD, into=2), at())
    kept = after(wider)
    assert (kept.number, kept.level, kept.opened_at, kept.people) == (2, level, NOON - HOUR, 7)
    starts = [one for one in (source.storm_at, target.storm_at) if one is not None]
    assert kept.storm_at == min(starts, default=None)
    risen = level is Level.STORM and target.level is not Level.STORM
    assert (TimerKind.ACK in armed(wider)) == risen, "it is asked anew only where it has risen"
    if level is Level.CONTAINED:
        assert armed(wider) == {TimerKind.UPDATE: 4 * HOUR}


def test_what_is_not_for_an_incident_is_refused_in_words() -> None:
    outcome = act_on(a_storm(), Action(Verb.REPLIED, PRESS), at())
    assert outcome == Unchanged("incidents cannot be changed by replied")
    assert fire_on(a_storm(), TimerKind.QUIET, at()) == Unchanged("incidents do not wait for quiet")


def test_figures_of_an_incident_never_shrink() -> None:
    newer = incidents.measured(an_incident(people=50, posts=90), WATCH)
    assert (newer.people, newer.posts, newer.sentence) == (50, 90, WATCH.sentence)


# ------------------------------------------------------------------- a storm and its cases
@pytest.fixture
def firm() -> Firm:
    return firms.new_firm()


def spike(firm: Firm, measured: Spike, topic: str | None = None) -> Ref:
    engine = firm.house.engine
    incident = firm.write(lambda desk: engine.spike(desk, "Acme", topic, measured, firm.now))
    assert isinstance(incident, Incident)
    return incident.ref


def act(firm: Firm, ref: Ref, verb: Verb, by: str, **more: object) -> object:
    action = Action(verb, by, **more)  # type: ignore[arg-type]
    return firm.write(lambda desk: firm.house.engine.act(desk, ref, action, firm.now))


def case(firm: Firm, number: int) -> Case:
    with firm.house.store.borrow() as desk:
        found = desk.subject(Ref("case", number))
    assert isinstance(found, Case)
    return found


def test_a_storm_holds_the_pages_of_its_cases_but_not_of_safety(firm: Firm) -> None:
    before = firms.complain(firm, 1, "jo")
    safe = firms.complain(firm, 2, "ky", safety=True)
    storm = spike(firm, STORM)
    later = firms.complain(firm, 3, "lu")
    firm.passes(4 * MINUTE)
    assert [case(firm, n).inhibited_by for n in (before, safe, later)] == [
        storm.number,
        None,
        storm.number,
    ]
    paged = {m.subject for m in firm.channels["chat"].pages()}
    assert paged == {"case 2", "incident 1"}
    cards = {m.subject for _, m in firm.channels["chat"].taken if m.purpose == "card"}
    assert "case 3" not in cards, "a storm shows its cases"
    assert {m.to for m in firm.channels["mail"].pages()} == {f"{PRESS}@mail"}, "a second channel"


def test_a_contained_storm_releases_its_cases_with_their_full_time(firm: Firm) -> None:
    number = firms.complain(firm, 1)
    storm = spike(firm, STORM)
    firm.passes(MINUTE)
    assert act(firm, storm, Verb.CONTAIN, PRESS) is None
    firm.passes(MINUTE)
    assert case(firm, number).inhibited_by is None
    with firm.house.store.borrow() as desk:
        assert desk.dues(Ref("case", number))[TimerKind.ACK] == NOON + 6 * MINUTE
    assert f"{OWNER}@chat" in {m.to for m in firm.channels["chat"].pages()}


def membership(firm: Firm, number: int) -> tuple[int | None, int | None]:
    return case(firm, number).incident, case(firm, number).inhibited_by


def test_an_old_case_that_is_heard_again_in_a_storm_joins_it(firm: Firm) -> None:
    number = firms.complain(firm, 1, created_at=NOON - 25 * HOUR)
    storm = spike(firm, STORM).number
    assert membership(firm, number) == (None, None)
    assert firms.complain(firm, 2) == number
    assert membership(firm, number) == (storm, storm)
    with firm.house.store.borrow() as desk:
        events = [entry["event"] for entry in desk.history(f"case:{number}")]
    assert events == ["case_opened", "complaint_added", "inhibited"]


def test_an_old_case_of_safety_joins_a_storm_and_is_held_by_nothing(firm: Firm) -> None:
    number = firms.complain(firm, 1, safety=True, created_at=NOON - 25 * HOUR)
    storm = spike(firm, STORM).number
    assert firms.complain(firm, 2) == number
    assert membership(firm, number) == (storm, None)


def test_a_case_that_a_storm_let_go_is_not_held_anew_when_it_is_heard_again(firm: Firm) -> None:
    number = firms.complain(firm, 1)
    storm = spike(firm, STORM).number
    for channel in firm.channels.values():
        channel.state = "down"
    firm.passes(11 * MINUTE)
    assert membership(firm, number) == (storm, None)
    assert firms.complain(firm, 2) == number
    assert membership(firm, number) == (storm, None)


@pytest.mark.parametrize(
    ("measured", "topic", "joins"),
    [
        pytest.param(WATCH, None, False, id="for another watch"),
        pytest.param(STORM, None, True, id="but for a storm"),
    ],
)
def test_a_member_of_an_open_incident_leaves_it(
    firm: Firm, measured: Spike, topic: str | None, joins: bool
) -> None:
    number = firms.complain(firm, 1, topic="app")
    of_topic = spike(firm, WATCH, "app").number
    assert membership(firm, number) == (of_topic, None)
    firm.passes(25 * HOUR)
    whole = spike(firm, measured, topic).number
    firms.complain(firm, 2, topic="app")
    assert (case(firm, number).incident == whole) is joins


def test_a_storm_that_is_declared_in_a_calm_stays_one_for_an_hour(firm: Firm) -> None:
    engine = firm.house.engine
    declare = Action(Verb.DECLARE, PRESS)
    firm.write(lambda desk: engine.declare(desk, "Acme", declare, firm.now))
    levels = []
    for _ in range(2):
        firm.passes(59 * MINUTE)
        with firm.house.store.borrow() as desk:
            levels += [one.level for one in desk.subjects("incident", only_open=True)]
    assert levels == [Level.STORM, Level.CONTAINED]


def test_a_storm_that_reaches_nobody_holds_no_case_for_longer_than_ten_minutes(
    firm: Firm,
) -> None:
    early = firms.complain(firm, 1, "jo")
    for channel in firm.channels.values():
        channel.state = "down"
    spike(firm, STORM)
    firm.passes(9 * MINUTE)
    assert case(firm, early).inhibited_by is not None
    firm.passes(2 * MINUTE)
    assert case(firm, early).inhibited_by is None
    late = firms.complain(firm, 2, "ky")
    firm.passes(11 * MINUTE)
    assert case(firm, late).inhibited_by is None, "nor one that joins it meanwhile"


def test_a_page_of_the_watch_before_it_does_not_count_as_reached(firm: Firm) -> None:
    number = firms.complain(firm, 1)
    spike(firm, WATCH)
    firm.passes(MINUTE)
    for channel in firm.channels.values():
        channel.state = "down"
    spike(firm, STORM)
    firm.passes(11 * MINUTE)
    assert case(firm, number).inhibited_by is None


def test_a_watch_that_a_person_declares_takes_its_cases(firm: Firm) -> None:
    number = firms.complain(firm, 1)
    watch = spike(firm, WATCH, "billing")
    assert case(firm, number).inhibited_by is None
    assert act(firm, watch, Verb.DECLARE, LEAD) is None
    assert case(firm, number).inhibited_by == watch.number


def test_beside_an_open_incident_of_the_whole_brand_a_topic_is_not_declared(firm: Firm) -> None:
    topic = spike(firm, WATCH, "billing")
    whole = spike(firm, WATCH)
    said = act(firm, topic, Verb.DECLARE, LEAD)
    assert said == f"incident {whole.number} is open for all of Acme; declare that one"


def test_measured_again_is_in_the_ledger(firm: Firm) -> None:
    spike(firm, WATCH)
    storm = spike(firm, Spike(False, 40, 80, 10, 2.5, "40 unhappy people"))
    with firm.house.store.borrow() as desk:
        (*_, last) = desk.history(str(storm))
    assert (last["event"], last["facts"]["people"]) == ("incident_measured", 40)


def test_the_end_of_a_storm_is_said_by_its_incident(firm: Firm) -> None:
    storm = spike(firm, STORM)
    firm.write(lambda desk: firm.house.engine.all_clear(desk, "Acme", "it is over", firm.now))
    with firm.house.store.borrow() as desk:
        (*_, last) = desk.history(str(storm))
        (shown,) = desk.subjects("incident", only_open=True)
    assert last["event"] == "incident_measured"
    assert getattr(shown, "sentence", "") == "it is over"


def test_a_fault_is_noted_and_resolved_by_the_team(firm: Firm) -> None:
    engine = firm.house.engine
    firm.write(lambda desk: engine.fault(desk, "source:x", "deaf", firm.now))
    ref = Ref("fault", 1)
    assert act(firm, ref, Verb.RESOLVE, OTHER) == f"{OTHER} is not of team care"
    assert act(firm, ref, Verb.ACK, FIRST) is None
    assert act(firm, ref, Verb.NOTE, FIRST, reason="zz") is None
    blank = "a note says something in words, and this one is blank"
    assert act(firm, ref, Verb.NOTE, FIRST, reason=" \t") == blank
    assert act(firm, ref, Verb.RESOLVE, FIRST) is None
    assert act(firm, ref, Verb.RESOLVE, FIRST) == f"it was closed by {FIRST}"


@pytest.mark.parametrize("verb", [Verb.SNOOZE, Verb.CONTAIN])
def test_a_fault_closes_by_itself(firm: Firm, verb: Verb) -> None:
    engine = firm.house.engine
    firm.write(lambda desk: engine.fault(desk, "source:x", "deaf", firm.now))
    firm.write(lambda desk: engine.fault(desk, "source:x", "deaf", firm.now))
    ref = Ref("fault", 1)
    assert act(firm, ref, verb, LEAD) == f"faults cannot be changed by {verb}"
    assert act(firm, ref, Verb.ACK, FIRST) is None
    firm.write(lambda desk: engine.mended(desk, "source:x", firm.now))
    with firm.house.store.borrow() as desk:
        assert [one.state for one in desk.subjects("fault", only_open=False)] == [State.CLOSED]
        assert desk.dues(ref) == {}


# ------------------------------------------------------------------------ merging, with cases
def test_s7_a_storm_that_is_merged_into_a_watch_raises_it_and_takes_its_cases_along(
    firm: Firm,
) -> None:
    one, other = firms.complain(firm, 1, "jo"), firms.complain(firm, 2, "ky", topic="app")
    watch = spike(firm, WATCH, "billing")
    storm = spike(firm, STORM)
    assert [case(firm, n).inhibited_by for n in (one, other)] == [storm.number] * 2
    assert act(firm, storm, Verb.MERGE, PRESS, into=watch.number) is None
    for number in (one, other):
        assert case(firm, number).incident == watch.number
        assert case(firm, number).inhibited_by == watch.number
    assert act(firm, watch, Verb.CONTAIN, PRESS) is None
    assert [case(firm, n).inhibited_by for n in (one, other)] == [None, None]
    said = act(firm, watch, Verb.MERGE, PRESS, into=storm.number)
    assert said == f"incident {storm.number} is closed; merge into an open one"


def test_s7_a_watch_that_is_merged_into_a_storm_brings_its_cases_under_it(firm: Firm) -> None:
    number = firms.complain(firm, 1)
    watch = spike(firm, WATCH, "billing")
    engine = firm.house.engine
    declare = Action(Verb.DECLARE, PRESS)
    storm = firm.write(lambda desk: engine.declare(desk, "Acme", declare, firm.now))
    assert isinstance(storm, Incident)
    refused = act(firm, watch, Verb.MERGE, LEAD, into=storm.number)
    assert refused == f"only {PRESS} or somebody above takes cases into that storm"
    assert act(firm, watch, Verb.MERGE, EXECUTIVE, into=storm.number) is None
    assert case(firm, number).inhibited_by == storm.number


def test_s7_not_into_an_incident_of_another_brand(firm: Firm) -> None:
    watch = spike(firm, WATCH, "billing")
    engine = firm.house.engine
    declare = Action(Verb.DECLARE, PRESS)
    storm = firm.write(lambda desk: engine.declare(desk, "Bolt Works", declare, firm.now))
    assert isinstance(storm, Incident)
    refused = act(firm, watch, Verb.MERGE, EXECUTIVE, into=storm.number)
    assert refused == f"incident {storm.number} is about Bolt Works; each brand has its own"


@pytest.mark.parametrize("into", [None, 99], ids=["into nothing", "into what is not there"])
def test_s7_into_what(firm: Firm, into: int | None) -> None:
    watch = spike(firm, WATCH)
    said = act(firm, watch, Verb.MERGE, LEAD, into=into)
    assert said == "say into which incident it is merged"


def test_s2_a_contained_storm_that_rises_again_holds_its_old_cases_too(firm: Firm) -> None:
    number = firms.complain(firm, 1)
    storm = spike(firm, STORM)
    firm.passes(MINUTE)
    assert act(firm, storm, Verb.CONTAIN, PRESS) is None
    firm.passes(30 * HOUR)
    assert case(firm, number).inhibited_by is None
    assert spike(firm, STORM) == storm
    assert case(firm, number).inhibited_by == storm.number


def test_s6_after_it_was_contained_an_unquiet_hour_begins_the_day_of_quiet_anew(
    firm: Firm,
) -> None:
    storm = spike(firm, STORM)
    act(firm, storm, Verb.ACK, PRESS)
    firm.passes(10 * MINUTE)
    act(firm, storm, Verb.CONTAIN, PRESS)
    engine = firm.house.engine

    def stirs() -> object:
        firm.write(lambda desk: engine.stirred(desk, "Acme", firm.now))
        with firm.house.store.borrow() as desk:
            found = desk.subject(storm)
        assert isinstance(found, Incident)
        return found.stirred_at

    firm.passes(59 * MINUTE)
    assert stirs() is None, "the hour before it was contained does not count"
    firm.passes(MINUTE)
    assert stirs() == firm.now
    firm.passes(23 * HOUR + 30 * MINUTE)
    done = {"cause": "delivery", "reason": "zz"}
    said = act(firm, storm, Verb.RESOLVE, PRESS, **done)
    assert said == "a contained storm is closed after 24 h of quiet"


def test_s1_twenty_cases_on_one_topic_are_suspected_to_have_one_cause(firm: Firm) -> None:
    for number in range(1, 20):
        firms.complain(firm, number, f"author {number}", band=Band.P3)
    assert suspected(firm) == []
    firms.complain(firm, 20, "author 20", band=Band.P3)
    assert suspected(firm) == [(Level.WATCH, "billing", Band.P2)]
    assert case(firm, 1).incident == 1
    assert case(firm, 1).inhibited_by is None, "a watch holds nothing"
    firms.complain(firm, 21, "author 21", band=Band.P3)
    assert len(suspected(firm)) == 1


def test_s1_very_many_pages_for_the_whole_house_are_suspected_too(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pages, found in ((60, []), (61, [(Level.WATCH, None, Band.P2)])):
        monkeypatch.setattr(Unit, "pages_sent", lambda self, since, n=pages: n)
        firms.complain(firm, pages, f"author {pages}")
        assert suspected(firm) == found


def suspected(firm: Firm) -> list[tuple[Level, str | None, Band]]:
    with firm.house.store.borrow() as desk:
        found = desk.subjects("incident", only_open=True)
    return [(one.level, one.topic, one.band) for one in found]
