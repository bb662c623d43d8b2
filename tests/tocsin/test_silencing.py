"""Silences from end to end: what they hold, what they never hold, and that all of it comes back."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from config import Band
from escalation.decision import Action, TimerKind, Verb
from escalation.incidents import Spike
from escalation.silences import Scope, Silence
from escalation.subject import Ref, State, Subject
from tests.firm import (
    CHANNELS,
    EXECUTIVE,
    FIRST,
    HEAD,
    LEAD,
    NOON,
    OTHER,
    OWNER,
    SECOND,
    Firm,
    complain,
    new_firm,
    open_firm,
    settings,
)
from tocsin.aging import age_out
from tocsin.health import Pulse, report

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BILLING = Scope(topic="billing")
ACME = Scope(brand="Acme")


def silence(firm: Firm, scope: Scope = BILLING, wait: timedelta = 2 * HOUR, by: str = LEAD) -> Any:
    engine = firm.house.engine
    made = firm.write(lambda desk: engine.silence(desk, scope, wait, by, "known", firm.now))
    firm.settle()
    return made


def begun(firm: Firm, *more: Any, **rest: Any) -> int:
    made = silence(firm, *more, **rest)
    assert isinstance(made, Silence), made
    return made.number


def end(firm: Firm, number: int, by: str = LEAD) -> Any:
    said = firm.write(lambda desk: firm.house.engine.unsilence(desk, number, by, firm.now))
    firm.settle()
    return said


def act(firm: Firm, case: int, verb: Verb, by: str, **more: Any) -> None:
    action = Action(verb, by, **more)
    ref = Ref("case", case)
    assert firm.write(lambda desk: firm.house.engine.act(desk, ref, action, firm.now)) is None
    firm.settle()


def spike(firm: Firm, *, storm: bool, topic: str | None = None) -> int:
    measured = Spike(storm, 60, 120, 10, 1.5, "60 unhappy people")
    engine = firm.house.engine
    made: Any = firm.write(lambda desk: engine.spike(desk, "Acme", topic, measured, firm.now))
    firm.settle()
    return int(made.number)


def subject(firm: Firm, number: int, kind: str = "case") -> Subject:
    with firm.house.store.borrow() as desk:
        found = desk.subject(Ref(kind, number))
    assert found is not None
    return found


def dues(firm: Firm, number: int, kind: str = "case") -> dict[TimerKind, datetime]:
    with firm.house.store.borrow() as desk:
        return dict(desk.dues(Ref(kind, number)))


def pages(firm: Firm) -> int:
    return sum(len(firm.channels[name].pages()) for name in CHANNELS)


def hidden(firm: Firm, number: int) -> list[str]:
    with firm.house.store.borrow() as desk:
        return [str(one.ref) for one in desk.hidden_by(number)]


def is_held(firm: Firm, case: int, by: int, until: datetime) -> bool:
    found, waits = subject(firm, case), dues(firm, case)
    held = (found.silence, found.held_until, waits.get(TimerKind.HELD)) == (by, until, until)
    return held and TimerKind.ACK not in waits


# ------------------------------------------------------------------------------- what it holds
def test_a_case_of_a_silence_pages_nobody_until_it_ends_and_then_afresh() -> None:
    firm = new_firm()
    number = begun(firm)
    case = complain(firm, 1, band=Band.P2)
    firm.passes(2 * HOUR - MINUTE)
    assert is_held(firm, case, number, NOON + 2 * HOUR)
    assert (pages(firm), subject(firm, case).misses) == (0, 0)
    firm.passes(2 * MINUTE)
    assert pages(firm) == 1
    assert subject(firm, case).silence is None
    assert dues(firm, case)[TimerKind.ACK] == NOON + 2 * HOUR + 15 * MINUTE
    assert hidden(firm, number) == ["case:1"]


def test_a_silence_withdraws_a_page_that_is_still_queued() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P2)  # leaves after thirty seconds
    number = begun(firm)
    firm.passes(HOUR)
    assert pages(firm) == 0
    assert is_held(firm, case, number, NOON + 2 * HOUR)


def test_a_silence_over_a_page_that_was_read_lets_no_time_run_out() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P2)
    firm.passes(5 * MINUTE)
    number = begun(firm)
    firm.passes(90 * MINUTE)
    assert is_held(firm, case, number, NOON + 5 * MINUTE + 2 * HOUR)
    assert (pages(firm), subject(firm, case).misses) == (1, 0)


def test_a_held_case_may_be_acknowledged_and_is_held_by_nothing_then() -> None:
    firm = new_firm()
    begun(firm)
    case = complain(firm, 1, band=Band.P2)
    act(firm, case, Verb.ACK, OWNER)
    found = subject(firm, case)
    assert (found.state, found.held_until, found.silence) == (State.OWNED, None, None)


def test_the_promises_to_the_customer_run_on_in_a_silence() -> None:
    firm = new_firm()
    number = begun(firm, wait=5 * HOUR)
    case = complain(firm, 1, band=Band.P2)
    firm.passes(3 * HOUR)
    breached = [told for told in firm.happened if told.event == "breached_first_reply"]
    assert [told.ref for told in breached] == [Ref("case", case)]
    assert (pages(firm), subject(firm, case).silence) == (0, number)


URGENT = Scope(topic="billing", urgent=True)


def test_a_now_that_a_silence_holds_stays_with_its_owner_whatever_promise_is_broken() -> None:
    firm = new_firm()
    number = begun(firm, URGENT, wait=2 * DAY)
    case = complain(firm, 1, band=Band.P1)
    firm.passes(25 * HOUR)  # the first reply is due after 30 min, the rest after a day
    broken = [told.event for told in firm.happened if told.event.startswith("breached")]
    assert broken == ["breached_first_reply", "breached_resolve"]
    held = subject(firm, case)
    assert (held.owner, held.step, held.round, held.misses) == (OWNER, 0, 1, 0)
    assert is_held(firm, case, number, NOON + 2 * DAY)
    assert hidden(firm, number) == ["case:1"]
    told = {m.to for name in CHANNELS for m in firm.channels[name].pages()}
    assert {to.split("@")[0] for to in told} == {EXECUTIVE}, "of the executive clock alone"
    firm.passes(DAY)
    assert TimerKind.ACK in dues(firm, case)
    assert any(m.to.startswith(OWNER) for m in firm.channels["chat"].pages())


def test_a_promise_broken_after_our_reply_in_a_silence_is_asked_of_its_owner_at_the_end() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P1)
    act(firm, case, Verb.REPLIED, OWNER)
    number = begun(firm, URGENT, wait=2 * DAY)
    firm.passes(25 * HOUR)
    held = subject(firm, case)
    assert (held.state, held.owner, held.step) == (State.NEW, OWNER, 0)
    assert is_held(firm, case, number, NOON + 2 * DAY)
    assert hidden(firm, number) == ["case:1"]


def test_a_now_whose_shift_changes_in_a_silence_waits_for_the_newcomer_and_is_counted() -> None:
    firm = new_firm(at=NOON.replace(hour=7))
    number = begun(firm, Scope(team="care", urgent=True), DAY)
    case = complain(firm, 1, band=Band.P1, topic=None)
    firm.passes(90 * MINUTE)  # over the hand-over, and the first broken promise
    assert (subject(firm, case).owner, subject(firm, case).step) == (FIRST, 0)
    assert is_held(firm, case, number, NOON.replace(hour=7) + DAY)
    assert (pages(firm), hidden(firm, number)) == (0, ["case:1"])
    assert end(firm, number) is None
    assert [m.to for m in firm.channels["chat"].pages()] == [f"{FIRST}@chat"]


def test_a_silence_that_ends_early_pages_a_now_whose_promise_was_broken_in_it() -> None:
    firm = new_firm()
    number = begun(firm, URGENT, wait=DAY)
    case = complain(firm, 1, band=Band.P1)
    firm.passes(HOUR)
    assert end(firm, number) is None
    assert [m.to for m in firm.channels["chat"].pages()] == [f"{OWNER}@chat"]
    firm.passes(5 * MINUTE)
    assert (subject(firm, case).owner, subject(firm, case).misses) == (FIRST, 1)


def test_a_silence_that_ends_at_night_holds_a_case_until_working_hours() -> None:
    firm = new_firm()
    number = begun(firm, wait=10 * HOUR)
    case = complain(firm, 1, band=Band.P3)
    morning = datetime.fromisoformat("2026-11-19T08:00:00+00:00")
    assert is_held(firm, case, number, morning)


def test_a_silence_begun_at_night_holds_what_would_have_paged_in_the_morning() -> None:
    firm = new_firm(at=NOON.replace(hour=20))
    waits, comes = (complain(firm, n, name, band=Band.P3) for n, name in ((1, "jo"), (2, "ky")))
    short = begun(firm, wait=HOUR)  # over before anybody works
    number = begun(firm, wait=16 * HOUR)
    firm.passes(15 * HOUR)
    assert is_held(firm, waits, number, NOON.replace(day=19))
    assert is_held(firm, comes, number, NOON.replace(day=19))
    assert (pages(firm), hidden(firm, short)) == (0, [])


# -------------------------------------------------------------------------- what it never holds
@pytest.mark.parametrize(
    ("band", "safety"),
    [
        pytest.param(Band.P1, False, id="what is Now"),
        pytest.param(Band.P3, True, id="a matter of safety"),
    ],
)
def test_a_silence_never_holds(band: Band, safety: bool) -> None:
    firm = new_firm()
    begun(firm)
    complain(firm, 1, band=band, safety=safety)
    firm.settle()
    assert pages(firm) == 1


def test_an_urgent_silence_holds_what_is_now_but_never_safety() -> None:
    firm = new_firm()
    number = begun(firm, Scope(topic="billing", urgent=True))
    held = complain(firm, 1, "jo", band=Band.P1)
    complain(firm, 2, "ky", band=Band.P1, safety=True)
    firm.settle()
    assert is_held(firm, held, number, NOON + 2 * HOUR)
    assert pages(firm) == 1


def test_a_silence_holds_a_watch_and_never_the_storm_it_becomes() -> None:
    firm = new_firm()
    number = begun(firm, Scope(brand="Acme", urgent=True), by=EXECUTIVE)
    watch = spike(firm, storm=False)
    assert subject(firm, watch, "incident").silence == number
    assert pages(firm) == 0
    spike(firm, storm=True)
    storm = subject(firm, watch, "incident")
    assert (storm.band, storm.silence, storm.held_until) == (Band.STORM, None, None)
    assert pages(firm) >= 1
    before = pages(firm)
    firm.passes(10 * MINUTE)
    assert pages(firm) > before  # it climbs


def test_a_fault_is_silenced_only_by_its_name() -> None:
    firm = new_firm()
    begun(firm, Scope(team="care"))
    by_name = begun(firm, Scope(about="source:x"))
    engine = firm.house.engine
    for about in ("source:x", "source:y"):
        firm.write(lambda desk, name=about: engine.fault(desk, name, "deaf", firm.now))
    firm.passes(MINUTE)
    assert [subject(firm, number, "fault").silence for number in (1, 2)] == [by_name, None]
    assert pages(firm) == 1


def entered(firm: Firm) -> list[Any]:
    with firm.house.store.borrow() as desk:
        return [
            entry.facts.get("about") for entry in desk.entries("house") if entry.event == "silenced"
        ]


def test_a_fault_that_nobody_declared_stands_in_the_ledger_as_a_keyed_hash() -> None:
    """It is what somebody typed, and may be a name; the silence holds all the same."""
    firm = new_firm()
    engine = firm.house.engine
    firm.write(lambda desk: engine.fault(desk, "timer:ack:case:1", "zz", firm.now))
    for about in ("timer:ack:case:1", "jo.doe", "channel:mail"):
        begun(firm, Scope(about=about))
    fault, name, declared = entered(firm)
    assert re.fullmatch("hashed:[0-9a-f]{32}", fault)
    assert re.fullmatch("hashed:[0-9a-f]{32}", name)
    assert (fault != name, declared) == (True, "channel:mail")
    assert subject(firm, 1, "fault").silence == 1
    with firm.house.store.borrow() as desk:
        assert desk.disguised("jo.doe") == name, "the same word stands as the same hash"


def test_what_was_typed_of_a_silence_is_erased_once_it_is_long_over() -> None:
    firm = new_firm()
    first, second = begun(firm, Scope(about="jo.doe")), begun(firm, Scope(about="channel:mail"))
    for _ in range(2):
        firm.passes(DAY)
        age_out(firm.house.store, firm.now - DAY, firm.now)
    with firm.house.store.borrow() as desk:
        kept = [desk.silence_of(number) for number in (first, second)]
    assert [(one.reason, one.scope.about) for one in kept if one] == [
        ("", "erased"),
        ("", "channel:mail"),
    ]


# ------------------------------------------------------------------- what lets a case go at once
@pytest.mark.parametrize(
    ("band", "safety"),
    [
        pytest.param(Band.P1, False, id="that it is Now"),
        pytest.param(Band.P3, False, id="that it is more urgent, though not Now"),
        pytest.param(Band.P4, True, id="that it is a matter of safety"),
    ],
)
def test_a_further_complaint_lets_a_case_go_by_saying(band: Band, safety: bool) -> None:
    firm = new_firm()
    begun(firm, wait=DAY)
    case = complain(firm, 1, band=Band.P4)
    complain(firm, 2, band=band, safety=safety)
    firm.passes(10 * MINUTE)
    assert pages(firm) >= 1
    assert subject(firm, case).silence is None
    firm.passes(9 * HOUR)  # and from there it climbs, silence or not
    assert subject(firm, case).misses >= 1
    assert subject(firm, case).silence is None


def test_a_person_escalates_and_assigns_in_spite_of_a_silence() -> None:
    firm = new_firm()
    begun(firm)
    escalated = complain(firm, 1, "jo", band=Band.P2)
    assigned = complain(firm, 2, "ky", band=Band.P2)
    act(firm, escalated, Verb.ESCALATE, FIRST)
    act(firm, assigned, Verb.ASSIGN, LEAD, to=FIRST)
    for case in (escalated, assigned):
        assert TimerKind.ACK in dues(firm, case)
        assert subject(firm, case).silence is None


def test_work_that_was_taken_on_and_dropped_is_asked_for_in_spite_of_a_silence() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P2)
    act(firm, case, Verb.ACK, OWNER)
    number = begun(firm, wait=DAY)
    firm.passes(2 * HOUR + 31 * MINUTE)
    assert subject(firm, case).state is State.NEW
    assert TimerKind.ACK in dues(firm, case)
    assert hidden(firm, number) == []


def test_a_snooze_that_ends_pages_in_spite_of_a_silence() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P2)
    act(firm, case, Verb.ACK, OWNER)
    act(firm, case, Verb.SNOOZE, OWNER, wait=HOUR, reason="the bank")
    begun(firm, wait=DAY)
    firm.passes(HOUR)
    assert TimerKind.ACK in dues(firm, case)


def test_a_customer_who_speaks_again_after_our_reply_is_held() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P2)
    act(firm, case, Verb.REPLIED, OWNER)
    number = begun(firm)
    firm.passes(MINUTE)
    complain(firm, 2, band=Band.P2)
    assert is_held(firm, case, number, NOON + 2 * HOUR)


def test_a_case_rerouted_out_of_a_silence_pages_the_other_team() -> None:
    firm = new_firm()
    begun(firm, Scope(team="care"))
    case = complain(firm, 1, band=Band.P2)
    act(firm, case, Verb.REROUTE, LEAD, to="tech")
    assert subject(firm, case).silence is None
    assert TimerKind.ACK in dues(firm, case)


def test_the_lead_of_one_team_silences_no_case_of_another_by_its_topic() -> None:
    firm = new_firm()
    case = complain(firm, 1)
    firm.settle()
    act(firm, case, Verb.REROUTE, OWNER, to="tech", reason="wrong team")
    urgent = Scope(topic="billing", urgent=True)
    number = begun(firm, urgent, 14 * DAY)
    assert subject(firm, case).silence is None
    assert subject(firm, case).topic == "billing"
    later = complain(firm, 2, "ky")
    act(firm, later, Verb.REROUTE, OWNER, to="tech", reason="wrong team")
    assert hidden(firm, number) == [f"case:{later}"], "only while it was of the team that owns it"
    assert subject(firm, later).silence is None
    foreign = Scope(team="tech", topic="billing", urgent=True)
    assert silence(firm, foreign).startswith("only the lead of tech")
    assert isinstance(silence(firm, foreign, by=OTHER), Silence)


def test_a_held_case_whose_owner_has_left_stays_held_with_the_next() -> None:
    firm = new_firm()
    number = begun(firm)
    case = complain(firm, 1, band=Band.P2)
    without = open_firm(
        None, clock=firm.clock, channels=firm.channels, declared=settings(away=(OWNER,))
    )
    engine = without.house.engine
    firm.write(lambda desk: engine.repair(desk, firm.now))
    assert subject(firm, case).owner == FIRST
    assert is_held(firm, case, number, NOON + 2 * HOUR)


def test_a_shift_that_changes_finds_held_cases_held_and_paged_ones_paged() -> None:
    firm = new_firm(at=NOON.replace(hour=7))  # one hour before the turn goes to the next
    paged = complain(firm, 1, "jo", band=Band.P2, topic=None)
    act(firm, paged, Verb.ACK, SECOND)
    act(firm, paged, Verb.SNOOZE, SECOND, wait=55 * MINUTE, reason="soon")
    number = begun(firm, Scope(team="care"), DAY)
    held = complain(firm, 2, "ky", band=Band.P2, topic=None)
    firm.passes(HOUR + MINUTE)
    assert (subject(firm, held).owner, subject(firm, held).silence) == (FIRST, number)
    assert subject(firm, paged).owner == FIRST
    assert TimerKind.ACK in dues(firm, paged)


def test_a_case_that_a_storm_lets_go_of_is_held_by_a_silence_then() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P2)
    storm = spike(firm, storm=True)
    number = begun(firm, wait=DAY)
    assert hidden(firm, number) == []  # the storm holds it
    contained = Action(Verb.CONTAIN, EXECUTIVE)
    ref = Ref("incident", storm)
    firm.write(lambda desk: firm.house.engine.act(desk, ref, contained, firm.now))
    assert is_held(firm, case, number, NOON + DAY)


# --------------------------------------------------------------------------------- beginning, end
def test_a_silence_ended_early_lets_go_at_once_of_what_it_held() -> None:
    firm = new_firm()
    number = begun(firm)
    case = complain(firm, 1, band=Band.P2)
    firm.passes(10 * MINUTE)
    assert end(firm, number) is None
    assert dues(firm, case)[TimerKind.ACK] == firm.now + 15 * MINUTE
    firm.passes(MINUTE)
    assert pages(firm) == 1
    assert "is over since 2026-11-18 12:10 UTC" in end(firm, number)


def test_of_two_silences_the_longer_holds_and_the_other_takes_over_when_it_is_ended() -> None:
    firm = new_firm()
    short = begun(firm, BILLING, 2 * HOUR)
    long = begun(firm, ACME, 5 * HOUR, by=EXECUTIVE)
    case = complain(firm, 1, band=Band.P2)
    assert is_held(firm, case, long, NOON + 5 * HOUR)
    assert end(firm, long, by=EXECUTIVE) is None
    assert is_held(firm, case, short, NOON + 2 * HOUR)
    assert end(firm, short) is None
    firm.passes(MINUTE)
    assert pages(firm) == 1
    assert hidden(firm, short) == hidden(firm, long) == ["case:1"]


def test_a_silence_that_ends_under_a_longer_one_pages_nobody() -> None:
    firm = new_firm()
    begun(firm, BILLING, 2 * HOUR)
    case = complain(firm, 1, band=Band.P2)
    long = begun(firm, ACME, 5 * HOUR, by=EXECUTIVE)
    firm.passes(3 * HOUR)
    assert pages(firm) == 0
    assert is_held(firm, case, long, NOON + 5 * HOUR)


def test_a_silence_over_a_team_that_is_declared_no_more_is_ended_by_who_leads_triage(
    tmp_path: Any,
) -> None:
    firm = new_firm(tmp_path / "store.db")
    case = complain(firm, 1, brand="Bolt Works", team="tech", topic="app", band=Band.P2)
    number = begun(firm, Scope(team="tech"), by=OTHER)
    firm.house.store.close()
    left = settings(teams=tuple(team for team in settings().teams if team.name != "tech"))
    firm = open_firm(
        tmp_path / "store.db", clock=firm.clock, channels=firm.channels, declared=left, seed=1
    )
    firm.settle()
    assert subject(firm, case).silence == number
    assert str(end(firm, number, by=OWNER)).startswith("only the lead of care")
    assert end(firm, number, by=LEAD) is None
    assert subject(firm, case).silence is None


def test_the_same_silence_is_not_begun_twice() -> None:
    firm = new_firm()
    number = begun(firm)
    assert silence(firm, wait=HOUR) == (
        f"silence {number} does that already, until 2026-11-18 14:00 UTC"
    )
    assert begun(firm, wait=3 * HOUR) == number + 1  # it does more: it lasts longer


@pytest.mark.parametrize(
    ("scope", "by", "refusal"),
    [
        pytest.param(BILLING, LEAD, None, id="the lead of the team that owns the topic"),
        pytest.param(BILLING, HEAD, None, id="the head above"),
        pytest.param(BILLING, EXECUTIVE, None, id="the executive"),
        pytest.param(BILLING, OWNER, "only the lead of care", id="not the owner of the topic"),
        pytest.param(BILLING, OTHER, "only the lead of care", id="not another team's lead"),
        pytest.param(ACME, LEAD, "only the lead of tech, media", id="not a brand of other teams"),
        pytest.param(Scope(about="source:x"), LEAD, None, id="a fault: the triage team's lead"),
        pytest.param(BILLING, "nobody", "nobody is no active person", id="not a stranger"),
    ],
)
def test_a_silence_takes_the_lead_or_above(scope: Scope, by: str, refusal: str | None) -> None:
    firm = new_firm()
    made = silence(firm, scope, by=by)
    assert isinstance(made, Silence) if refusal is None else made.startswith(refusal)


def test_a_silence_and_its_end_are_in_the_ledger_without_a_name_or_a_reason() -> None:
    firm = new_firm()
    number = begun(firm)
    assert end(firm, number, by=EXECUTIVE) is None
    assert end(firm, 99) == "there is no silence 99"
    with firm.house.store.borrow() as desk:
        told = desk.history(f"silence:{number}")
        rows = desk.connection.execute("select * from ledger").fetchall()
    assert [(one["event"], one["actor"], one["note"]) for one in told] == [
        ("silenced", LEAD, "known"),
        ("silence_ended", EXECUTIVE, ""),
    ]
    assert told[0]["facts"]["topic"] == "billing"
    assert not any(word in str(tuple(row)) for row in rows for word in ("known", LEAD, EXECUTIVE))


def test_a_silence_made_by_another_process_counts_from_its_commit_on(tmp_path: Any) -> None:
    firm = new_firm(tmp_path / "one.db")
    other = new_firm(tmp_path / "one.db", seed=1)  # such as a command beside the daemon
    number = begun(other)
    case = complain(firm, 1, band=Band.P2)
    firm.passes(HOUR)
    assert is_held(firm, case, number, NOON + 2 * HOUR)
    assert end(other, number) is None
    firm.passes(MINUTE)
    assert pages(firm) + pages(other) >= 1
    other.house.store.close()
    firm.house.store.close()


# --------------------------------------------------------------------------- what is said of it
def test_the_health_page_says_what_is_silenced_and_not_by_whom_or_why() -> None:
    firm = new_firm()
    number = begun(firm)
    complain(firm, 1, band=Band.P2)
    with firm.house.store.borrow() as desk:
        told = report(desk, Pulse(firm.now), firm.now)["silences"]
    assert told == [
        {
            "number": number,
            "over": "team care, topic billing",
            "until": "2026-11-18T14:00:00+00:00",
            "holds": 1,
            "hidden": 1,
        }
    ]
    end(firm, number)
    with firm.house.store.borrow() as desk:
        assert report(desk, Pulse(firm.now), firm.now)["silences"] == []


def test_the_card_of_a_held_case_is_shown_and_says_what_holds_it() -> None:
    firm = new_firm()
    begun(firm)
    complain(firm, 1, band=Band.P2)
    firm.passes(MINUTE)
    (card,) = [message for _, message in firm.channels[CHANNELS[0]].taken]
    assert any(line.endswith("held by silence 1") for line in card.lines), card
