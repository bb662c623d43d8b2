"""What must never be is found within a minute, told, climbs, and somebody is asked again."""

import inspect
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config import Band
from escalation.decision import Action, TimerKind, Verb
from escalation.subject import Case, Fault, Ref, State
from tests import firm as firms
from tests.cases import ACCOUNT
from tocsin import invariants
from tocsin.invariant_watch import InvariantWatch
from tocsin.invariants import Breach, breaches
from tocsin.store.times import ms
from tocsin.verifying import Verifier

CASE = Ref("case", 1)


@pytest.fixture
def firm() -> Iterator[firms.Firm]:
    firm = firms.new_firm()
    firms.complain(firm, 1)
    firm.passes(timedelta(seconds=10))
    yield firm
    firm.house.store.close()


def do(firm: firms.Firm, *statements: str) -> None:
    """As a bug, or somebody with the file in hand, would."""
    numbers = {
        "now": ms(firm.now),
        "later": ms(firm.now + timedelta(days=9)),
        "before": ms(firm.now - timedelta(minutes=2)),
    }
    for statement in statements:
        firm.write(lambda desk, one=statement: desk.connection.execute(one.format(**numbers)))


def acts(firm: firms.Firm, verb: Verb, by: str = firms.FIRST, **more: object) -> None:
    action = Action(verb, by, **more)  # type: ignore[arg-type]
    why = firm.write(lambda desk: firm.house.engine.act(desk, CASE, action, firm.now))
    assert why is None


def found(firm: firms.Firm) -> list[Breach]:
    with firm.house.store.read() as desk:
        return breaches(desk, firm.house.engine.rules, firm.now)


def case(firm: firms.Firm) -> Case:
    with firm.house.store.read() as desk:
        one = desk.subject(CASE)
    assert isinstance(one, Case)
    return one


def dues(firm: firms.Firm) -> set[TimerKind]:
    with firm.house.store.read() as desk:
        return set(desk.dues(CASE))


def test_of_a_sound_house_nothing_is_found(firm: firms.Firm) -> None:
    assert found(firm) == []
    acts(firm, Verb.ACK)
    assert found(firm) == []
    acts(firm, Verb.SNOOZE, case(firm).owner, reason="tomorrow", wait=timedelta(hours=2))
    assert found(firm) == []
    firm.passes(timedelta(days=2))
    assert found(firm) == []


NEW: tuple[Verb, ...] = ()
TO_OWNED = (Verb.ACK,)


@pytest.mark.parametrize(
    ("before", "statements", "rule"),
    [
        pytest.param(
            NEW, ("update cases set owner = 'yoko'",), "1", id="the owner has left the house"
        ),
        pytest.param(NEW, ("update cases set owner = ''",), "1", id="nobody owns it"),
        pytest.param(
            NEW,
            ("update timers set due = null where timer = 'ack'",),
            "2",
            id="nobody is waited for",
        ),
        pytest.param(
            NEW,
            ("update cases set held_until = {later}",),
            "2",
            id="held without the wait that ends it",
        ),
        pytest.param(
            NEW,
            (
                "update cases set inhibited_by = 7, incident = 7",
                "update timers set due = null where timer = 'ack'",
            ),
            "11",
            id="a storm that is not there holds it",
        ),
        pytest.param(
            NEW,
            (
                f"update cases set step = 4, owner = '{firms.EXECUTIVE}'",
                "update timers set due = {later} where timer = 'ack'",
            ),
            "3",
            id="the last step asks again in nine days",
        ),
        pytest.param(
            NEW,
            ("update timers set due = {before} where timer = 'ack'",),
            "9",
            id="a wait is over and nothing happened",
        ),
        pytest.param(
            NEW,
            (
                "update cases set safety = 1, held_until = {later}",
                "update timers set due = null where timer = 'ack'",
                "insert into timers values ('case', 1, 'held', 1, {later}, {now})",
            ),
            "10",
            id="danger to life is held until the morning",
        ),
        pytest.param(
            TO_OWNED,
            (
                "update cases set safety = 1, state = 'snoozed'",
                "update timers set due = null where timer = 'hold'",
                "insert into timers values ('case', 1, 'wake', 1, {later}, {now})",
            ),
            "10",
            id="danger to life is put off",
        ),
        pytest.param(
            NEW,
            (
                "update cases set safety = 1, inhibited_by = 1, incident = 1",
                "insert into timers values ('case', 1, 'held', 1, null, {now})",
            ),
            "10",
            id="danger to life is kept back by a storm",
        ),
        pytest.param(
            TO_OWNED,
            ("update timers set due = null where timer = 'hold'",),
            "waits",
            id="nobody will remind its owner",
        ),
        pytest.param(
            TO_OWNED,
            ("insert into timers values ('case', 1, 'offer', 1, {later}, {now})",),
            "offers",
            id="an offer is waited for that nobody made",
        ),
        pytest.param(
            TO_OWNED,
            ("update cases set offered_to = 'rhys'",),
            "offers",
            id="an offer that never lapses",
        ),
        pytest.param(
            TO_OWNED,
            ("update timers set due = {later} where timer = 'ack'",),
            "2",
            id="an acknowledgement is waited for that was given",
        ),
        pytest.param(
            TO_OWNED, ("update cases set state = 'waiting'",), "waits", id="it waits for ever"
        ),
        pytest.param(
            TO_OWNED,
            (
                "update cases set state = 'snoozed'",
                "update timers set due = null where timer = 'hold'",
            ),
            "waits",
            id="it sleeps for ever",
        ),
    ],
)
def test_what_must_not_be_is_found_and_mended(
    firm: firms.Firm, before: tuple[Verb, ...], statements: tuple[str, ...], rule: str
) -> None:
    for verb in before:
        acts(firm, verb)
    do(firm, *statements)
    assert Breach(rule, CASE) in found(firm)

    watch = InvariantWatch(firm.house)
    watch.look()
    assert rule in watch.counts
    with firm.house.store.read() as desk:
        fault = desk.open_fault(f"invariant:{rule}")
    assert isinstance(fault, Fault), "somebody is asked to look"
    assert firm.house.engine.rules.is_active(case(firm).owner, firm.now)

    firm.settle()  # what was overdue happens now
    watch.look()
    assert watch.counts == {}
    with firm.house.store.read() as desk:
        assert desk.open_fault(f"invariant:{rule}") is None, "it heals by itself"


@pytest.mark.parametrize(
    ("statements", "waits"),
    [
        (("update timers set due = null where timer = 'ack'",), TimerKind.ACK),
        (("update cases set owner = 'yoko'",), TimerKind.ACK),
    ],
)
def test_who_is_asked_afresh_is_paged_and_the_ledger_says_so(
    firm: firms.Firm, statements: tuple[str, ...], waits: TimerKind
) -> None:
    do(firm, *statements)
    paged = sum(len(channel.pages()) for channel in firm.channels.values())
    InvariantWatch(firm.house).look()
    firm.passes(timedelta(seconds=40))
    assert waits in dues(firm)
    assert sum(len(channel.pages()) for channel in firm.channels.values()) > paged
    with firm.house.store.read() as desk:
        assert "repaired" in [row["event"] for row in desk.history("case:1")]


def test_what_the_last_step_forgot_is_paged_there_again_in_the_same_round(
    firm: firms.Firm,
) -> None:
    acts(firm, Verb.ASSIGN, firms.LEAD, to=firms.EXECUTIVE)
    firm.passes(timedelta(seconds=10))
    do(firm, "update timers set due = {later} where timer = 'ack'")
    asked = len(firm.channels["chat"].pages(f"{firms.EXECUTIVE}@chat"))
    InvariantWatch(firm.house).look()
    firm.settle()
    again = case(firm)
    assert (again.owner, again.step, again.round) == (firms.EXECUTIVE, 4, 1)
    assert len(firm.channels["chat"].pages(f"{firms.EXECUTIVE}@chat")) == asked + 1
    assert found(firm) == []
    with firm.house.store.read() as desk:
        assert desk.history("case:1")[-1]["event"] == "repaired"


@pytest.mark.parametrize(
    ("change", "timers"),
    [
        pytest.param("held_until = {later}", ("ack", "held"), id="held until the morning"),
        pytest.param("state = 'snoozed'", ("ack", "wake"), id="put off"),
    ],
)
def test_a_storm_that_something_holds_back_is_released_and_pages(
    firm: firms.Firm, change: str, timers: tuple[str, str]
) -> None:
    declared = Action(Verb.DECLARE, firms.LEAD)
    firm.write(lambda desk: firm.house.engine.declare(desk, "Acme", declared, firm.now))
    firm.settle()
    stopped, wrong = timers
    do(
        firm,
        f"update incidents set {change}",
        f"update timers set due = null where kind = 'incident' and timer = '{stopped}'",
        f"insert into timers values ('incident', 1, '{wrong}', 1, {{later}}, {{now}})",
    )
    assert Breach("10", Ref("incident", 1)) in found(firm)
    paged = len(firm.channels["chat"].pages(f"{firms.PRESS}@chat"))
    InvariantWatch(firm.house).look()
    firm.passes(timedelta(seconds=1))
    assert len(firm.channels["chat"].pages(f"{firms.PRESS}@chat")) > paged
    assert found(firm) == []


def test_what_is_mended_still_follows_from_the_ledger(firm: firms.Firm) -> None:
    do(firm, "update timers set due = null where timer = 'ack'")
    InvariantWatch(firm.house).look()
    assert Verifier(firm.house.store).whole().is_sound


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("close_reason = null", id="no reason"),
        pytest.param("closed_by = null", id="no actor"),
        pytest.param("cause = null", id="urgent, and no cause"),
        pytest.param("closed_at = null", id="no time"),
        pytest.param("close_reason = 'silence'", id="silence is the engine's reason alone"),
    ],
)
def test_nothing_closes_without_an_actor_and_a_reason(firm: firms.Firm, change: str) -> None:
    acts(firm, Verb.ACK)
    acts(firm, Verb.RESOLVE, case(firm).owner, **ACCOUNT)
    assert case(firm).state is State.CLOSED
    assert found(firm) == []
    do(firm, f"update cases set {change}")
    assert found(firm) == [Breach("13", CASE)]


def test_who_dismissed_it_needs_no_cause(firm: firms.Firm) -> None:
    acts(firm, Verb.DISMISS, firms.LEAD, reason="not us")
    assert found(firm) == []


@pytest.mark.parametrize(
    ("messages", "apart", "broken"),
    [
        pytest.param(8, 60, False, id="eight in ten minutes"),
        pytest.param(9, 60, True, id="nine in ten minutes"),
        pytest.param(30, 110, False, id="thirty in an hour"),
        pytest.param(31, 110, True, id="thirty-one in an hour"),
    ],
)
def test_a_flood_to_one_address_is_found(
    firm: firms.Firm, messages: int, apart: int, broken: bool
) -> None:
    do(firm, "delete from messages")
    for number in range(messages):
        at = ms(firm.now - timedelta(seconds=apart * number))
        do(
            firm,
            "insert into messages (key, purpose, kind, number, channel, address, round, step, nth, "
            "what, about, urgent, rank, state, due, queued_at, sent_at, receipt_key) values "
            f"('k{number}', 'page', 'case', 1, 'chat', 'x', 1, 0, 0, 'page', '', 0, 1, 'sent', "
            f"{at}, {at}, {at}, 'k{number}')",
        )
    assert bool([one for one in found(firm) if one.rule == "6"]) is broken


def test_a_breach_is_logged_when_it_begins_and_not_at_each_look(
    firm: firms.Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    acts(firm, Verb.ACK)
    acts(firm, Verb.RESOLVE, case(firm).owner, **ACCOUNT)
    do(firm, "update cases set cause = null")
    watch = InvariantWatch(firm.house)
    watch.look()
    assert "case:1" in "".join(capsys.readouterr())
    watch.look()
    said = "".join(capsys.readouterr())
    assert "invariant broken" not in said
    for name in firms.EVERYBODY:
        assert name not in said


def test_a_fault_of_a_broken_rule_climbs_like_any_other(firm: firms.Firm) -> None:
    acts(firm, Verb.ACK)
    acts(firm, Verb.RESOLVE, case(firm).owner, **ACCOUNT)
    do(firm, "update cases set cause = null")
    InvariantWatch(firm.house).look()
    firm.passes(timedelta(hours=2))
    with firm.house.store.read() as desk:
        fault = desk.open_fault("invariant:13")
    assert isinstance(fault, Fault)
    assert (fault.band, fault.owner) == (Band.P2, firms.EXECUTIVE)


def test_the_page_of_the_rules_names_each_that_is_looked_for() -> None:
    page = (Path(__file__).parents[2] / "docs" / "invariants.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    source = inspect.getsource(invariants)
    looked_for = {*invariants._OF_ALL, *invariants._OF_CASES}
    looked_for |= set(re.findall(r'Breach\("(\w+)"', source))
    assert named == looked_for


def test_no_query_of_it_reads_a_whole_table_of_what_is_closed(
    firm: firms.Firm,
) -> None:
    """Each finds its rows by an index: a house of years costs what its open cases cost."""
    with firm.house.store.read() as desk:
        asked: list[str] = []
        desk.connection.set_trace_callback(asked.append)
        breaches(desk, firm.house.engine.rules, firm.now)
        desk.connection.set_trace_callback(None)
        plans = [
            row["detail"]
            for query in asked
            for row in desk.connection.execute(f"explain query plan {query}").fetchall()
        ]
    scans = [plan for plan in plans if plan.startswith("SCAN") and "USING" not in plan]
    assert not [
        plan for plan in scans if re.search(r"SCAN (s|t|cases|incidents|messages|timers)\b", plan)
    ]


def test_an_entry_that_is_written_while_the_rules_are_looked_at_breaks_none(
    firm: firms.Firm,
) -> None:
    with firm.house.store.read() as desk:
        rules, written = firm.house.engine.rules, desk.last_ledger_time()
        assert written is not None
        a_moment, ahead = timedelta(milliseconds=5), timedelta(minutes=1)
        assert Breach("9", None) not in breaches(desk, rules, written - a_moment)
        assert Breach("9", None) in breaches(desk, rules, written - ahead)
