"""People come and go while the house runs: what is theirs moves at that instant, and only then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Band, Settings
from config.settings import Away
from escalation.decision import Action, Verb
from escalation.subject import Case, Ref, State
from tests import firm as firms
from tests.firm import Firm, complain, new_firm, open_firm, settings
from tocsin import oncall
from tocsin.clock import VirtualClock
from tocsin.speaker import Speaker, instant
from tocsin.store import Unit

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EVENING = datetime(2026, 11, 18, 20, tzinfo=UTC)  # nine in the evening in Berlin


def with_away(declared: Settings, person: str, begins: str, until: str) -> Settings:
    """The same firm, of whom one person is away for a while."""
    away = (Away.model_validate({"from": begins, "until": until}),)
    people = tuple(
        one.model_copy(update={"away": away}) if one.name == person else one
        for one in declared.people
    )
    return declared.model_copy(update={"people": people})


def case(firm: Firm, number: int) -> Case:
    with firm.house.store.borrow() as desk:
        found = desk.subject(Ref("case", number))
    assert isinstance(found, Case)
    return found


def act(firm: Firm, number: int, verb: Verb, by: str, **more: Any) -> str | None:
    ref, action = Ref("case", number), Action(verb, by, **more)
    return firm.write(lambda desk: firm.house.engine.act(desk, ref, action, firm.now))  # type: ignore[return-value]


def says(firm: Firm, by: str, work: Any, *arguments: Any, **more: Any) -> oncall.Answer:
    """Somebody says something of who is there, in this firm's own process."""

    def said(desk: Unit) -> oncall.Answer:
        answer = work(desk, Speaker(firm.house.engine, by, firm.now), *arguments, **more)
        assert isinstance(answer, oncall.Answer)
        return answer

    return firm.house.store.write(said)


def events(firm: Firm, number: int) -> list[str]:
    with firm.house.store.borrow() as desk:
        return [entry["event"] for entry in desk.history(f"case:{number}")]


def test_an_absence_begins_at_night_and_what_was_theirs_rings_elsewhere_at_once() -> None:
    declared = with_away(settings(), firms.FIRST, "2026-11-18T22:00", "2026-11-20")
    firm = new_firm(at=EVENING, declared=declared)
    owned = complain(firm, 1, "jo", topic=None, band=Band.P2)
    act(firm, owned, Verb.ACK, firms.FIRST)
    firm.passes(HOUR - MINUTE)
    assert case(firm, owned).owner == firms.FIRST
    firm.passes(MINUTE)
    moved = case(firm, owned)
    assert (moved.owner, moved.state, moved.round) == (firms.SECOND, State.NEW, 2)
    firm.passes(MINUTE)
    assert [m.to for m in firm.channels["chat"].pages(f"{firms.SECOND}@chat")]
    assert events(firm, owned)[-1] == "owner_gone"


def test_when_somebody_comes_back_nothing_moves_by_itself() -> None:
    declared = with_away(settings(), firms.FIRST, "2026-11-18T20:00", "2026-11-18T22:00")
    firm = new_firm(at=EVENING, declared=declared)
    number = complain(firm, 1, "jo", topic=None, band=Band.P2)
    assert case(firm, number).owner == firms.SECOND
    act(firm, number, Verb.ACK, firms.SECOND)
    waiting = complain(firm, 2, "ky", topic=None, band=Band.P3)
    assert case(firm, waiting).owner == firms.SECOND
    firm.passes(HOUR + MINUTE)  # ten in the evening: back
    assert firm.house.engine.rules.is_active(firms.FIRST, firm.now)
    assert {case(firm, one).owner for one in (number, waiting)} == {firms.SECOND}
    assert complain(firm, 3, "lu", topic=None) == 3
    assert case(firm, 3).owner == firms.FIRST


def test_everybody_is_away_and_the_fallback_executive_is_asked() -> None:
    declared = settings()
    for name in firms.EVERYBODY:
        if name != firms.EXECUTIVE:
            declared = with_away(declared, name, "2026-11-18T22:00", "2026-11-30")
    firm = new_firm(at=EVENING, declared=declared)
    numbers = [complain(firm, n, f"author-{n}", band=band) for n, band in enumerate(Band, 1)]
    firm.passes(2 * HOUR)
    assert {case(firm, number).owner for number in numbers} == {firms.EXECUTIVE}


def test_the_last_member_of_a_team_leaves_and_its_cases_go_on() -> None:
    firm = new_firm(at=EVENING)
    number = complain(firm, 1, "jo", team="tech", topic="app")
    assert case(firm, number).owner == firms.OTHER
    answer = says(firm, firms.OTHER, oncall.away, firms.OTHER, EVENING, EVENING + timedelta(days=9))
    assert [(str(move.ref), move.owner) for move in answer.moves] == [("case:1", firms.EXECUTIVE)]
    assert case(firm, number).owner == firms.EXECUTIVE


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("left", id="marked as no longer active"),
        pytest.param("removed", id="removed from the file"),
    ],
)
def test_a_roster_edit_mid_incident(change: str, tmp_path: Path) -> None:
    """The storm's owner, and the owner of one of its cases, are taken out of the file; the house
    starts again with it."""
    path = tmp_path / "t.db"
    firm = new_firm(path, at=EVENING)
    member = complain(firm, 1, "jo")
    declared = Action(Verb.DECLARE, firms.LEAD)
    firm.write(lambda desk: firm.house.engine.declare(desk, "Acme", declared, firm.now))
    firm.passes(MINUTE)
    storm = Ref("incident", 1)
    ack = Action(Verb.ACK, firms.PRESS)
    firm.write(lambda desk: firm.house.engine.act(desk, storm, ack, firm.now))
    assert case(firm, member).owner == firms.OWNER
    firm.house.store.close()

    gone = (firms.PRESS, firms.OWNER)
    edited = settings(away=gone)
    if change == "removed":
        stay = tuple(one for one in edited.people if one.name not in gone)
        teams = (
            firms.CARE.model_copy(update={"members": (firms.FIRST, firms.SECOND), "owners": {}}),
            firms.TECH,
            firms.MEDIA.model_copy(update={"members": (firms.HEAD,)}),
        )
        edited = edited.model_copy(update={"people": stay, "teams": teams})
    later = open_firm(path, clock=firm.clock, channels=firm.channels, declared=edited, seed=1)
    with later.house.store.borrow() as desk:
        incident = desk.subject(storm)
        history = [entry["actor"] for entry in desk.history(str(storm))]
    assert incident is not None
    assert incident.state is State.NEW
    assert incident.owner == (firms.HEAD if change == "removed" else firms.EXECUTIVE)
    assert case(later, member).owner == firms.FIRST
    assert case(later, member).inhibited_by == 1
    assert firms.PRESS in history  # what they did stays on record
    later.house.store.close()


def test_a_cover_over_the_night_when_clocks_go_back() -> None:
    """From ten in the evening to three at night, by the clock on the wall that comes twice."""
    saturday = datetime(2026, 10, 24, 18, tzinfo=UTC)  # eight in the evening in Berlin
    rota = firms.CARE.on_call
    assert rota is not None
    starts = datetime.fromisoformat("2026-10-19T09:00")
    weekly = rota.model_copy(update={"starts": starts, "every": timedelta(days=7)})
    care = firms.CARE.model_copy(update={"on_call": weekly})
    firm = new_firm(at=saturday, declared=settings(teams=(care, firms.TECH, firms.MEDIA)))
    zone = firm.house.settings.zone_of_team(care)
    begins = instant("2026-10-24T22:00", zone)
    ends = instant("2026-10-25T03:00", zone, ends=True)
    assert ends - begins == 6 * HOUR
    says(firm, firms.LEAD, oncall.cover, "care", firms.HEAD, begins, ends)
    before = complain(firm, 1, "jo", topic=None, band=Band.P2)
    assert case(firm, before).owner == firms.FIRST
    act(firm, before, Verb.ACK, firms.FIRST)
    firm.passes(2 * HOUR)
    waiting = complain(firm, 2, "ky", topic=None, band=Band.P2)
    assert case(firm, waiting).owner == firms.HEAD
    firm.passes(ends - firm.now - MINUTE)
    last = complain(firm, 3, "lu", topic=None, band=Band.P2)
    assert case(firm, last).owner == firms.HEAD
    firm.passes(MINUTE)
    # The shift changes: what waits passes over, what is owned stays with its owner.
    assert case(firm, last).owner == firms.FIRST
    assert events(firm, last)[-1] == "shift_change"


def two_processes(path: Path, at: datetime = EVENING) -> tuple[Firm, Firm]:
    """A daemon, and a command that opens the same store."""
    daemon = new_firm(path, at=at)
    command = open_firm(path, clock=VirtualClock(at), channels=daemon.channels, seed=1)
    return daemon, command


def test_what_another_process_is_told_the_running_house_knows_at_its_next_pass(
    tmp_path: Path,
) -> None:
    daemon, command = two_processes(tmp_path / "t.db")
    number = complain(daemon, 1, "jo", topic=None)
    daemon.settle()
    until = EVENING + timedelta(days=1)
    answer = says(command, firms.LEAD, oncall.away, firms.FIRST, EVENING, until)
    assert answer.changed
    # The cases have moved with what was said, in one transaction.
    assert case(daemon, number).owner == firms.SECOND
    assert daemon.house.engine.rules.is_active(firms.FIRST, EVENING)
    daemon.settle()
    assert not daemon.house.engine.rules.is_active(firms.FIRST, EVENING)
    assert daemon.channels["chat"].pages(f"{firms.SECOND}@chat")
    fresh = complain(daemon, 2, "ky", topic=None)
    assert case(daemon, fresh).owner == firms.SECOND
    says(command, firms.FIRST, oncall.back, firms.FIRST)
    daemon.settle()
    assert case(daemon, fresh).owner == firms.SECOND
    assert case(daemon, complain(daemon, 3, "lu", topic=None)).owner == firms.FIRST
    for one in (daemon, command):
        one.house.store.close()


def test_a_case_that_came_between_saying_and_knowing_moves_at_the_next_pass(
    tmp_path: Path,
) -> None:
    daemon, command = two_processes(tmp_path / "t.db")
    daemon.settle()
    says(command, firms.FIRST, oncall.away, firms.FIRST, EVENING, EVENING + HOUR)
    number = complain(daemon, 1, "jo", topic=None)  # the daemon does not know yet
    assert case(daemon, number).owner == firms.FIRST
    daemon.settle()
    assert case(daemon, number).owner == firms.SECOND
    for one in (daemon, command):
        one.house.store.close()


def test_an_announced_absence_moves_nothing_until_it_begins(tmp_path: Path) -> None:
    daemon, command = two_processes(tmp_path / "t.db")
    number = complain(daemon, 1, "jo", topic=None, band=Band.P3)
    daemon.settle()
    begins = EVENING + 3 * HOUR
    answer = says(command, firms.FIRST, oncall.away, firms.FIRST, begins, begins + HOUR)
    assert [move.owner for move in answer.moves] == [firms.SECOND]
    daemon.passes(3 * HOUR - MINUTE)
    assert case(daemon, number).owner == firms.FIRST
    daemon.passes(MINUTE)
    assert case(daemon, number).owner == firms.SECOND
    for one in (daemon, command):
        one.house.store.close()


def test_what_changed_while_the_house_was_down_is_made_up_for_at_its_start(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.db"
    firm = new_firm(path, at=EVENING)
    owned = complain(firm, 1, "jo", topic=None, band=Band.P3)
    waiting = complain(firm, 2, "ky", topic=None, band=Band.P3)
    act(firm, owned, Verb.ACK, firms.FIRST)
    says(firm, firms.LEAD, oncall.cover, "care", firms.HEAD, EVENING + HOUR, EVENING + 2 * HOUR)
    begins = EVENING + 5 * HOUR
    says(firm, firms.LEAD, oncall.away, firms.FIRST, begins, begins + 30 * HOUR)
    firm.house.store.close()
    clock = VirtualClock(EVENING + 9 * HOUR)
    later = open_firm(path, clock=clock, channels=firm.channels, seed=1)
    later.settle()
    assert {case(later, one).owner for one in (owned, waiting)} == {firms.SECOND}
    later.house.store.close()


def test_what_fails_in_moving_is_tried_again_at_the_next_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    firm = new_firm(at=EVENING)
    number = complain(firm, 1, "jo", topic=None)
    firm.settle()
    firm.write(
        lambda desk: desk.say_away(
            firms.FIRST, EVENING, EVENING + HOUR, by=firms.FIRST, now=EVENING
        )
    )
    engine = firm.house.engine
    monkeypatch.setattr(engine, "repair", lambda desk, now: 1 / 0)
    raised = firm.house.rounds.run(firm.now)
    assert [type(error) for error in raised] == [ZeroDivisionError]
    assert engine.rules.is_active(firms.FIRST, EVENING)  # what was undone is not half known
    monkeypatch.undo()
    firm.settle()
    assert case(firm, number).owner == firms.SECOND


def test_the_first_pass_of_a_replay_wakes_for_an_absence_that_begins_before_any_wait() -> None:
    declared = with_away(settings(), firms.FIRST, "2026-11-18T21:02", "2026-11-19")
    firm = new_firm(at=EVENING, declared=declared)
    complain(firm, 1, "jo", topic=None)
    firm.passes(3 * MINUTE)
    told = [one for one in firm.happened if one.event == "owner_gone"]
    assert [one.at for one in told] == [EVENING + 2 * MINUTE]


def test_a_shift_change_of_one_team_moves_nothing_of_another() -> None:
    """Back in the middle of their turn, they get nothing when another team hands over."""
    tech = firms.TECH.model_copy(
        update={
            "members": (firms.OTHER, firms.HEAD),
            "on_call": firms.CARE.on_call
            and firms.CARE.on_call.model_copy(
                update={
                    "people": (firms.OTHER, firms.HEAD),
                    "starts": datetime.fromisoformat("2026-11-16T22:30"),
                }
            ),
        }
    )
    declared = with_away(
        settings(teams=(firms.CARE, tech, firms.MEDIA)),
        firms.FIRST,
        "2026-11-18T20:00",
        "2026-11-18T22:00",
    )
    firm = new_firm(at=EVENING, declared=declared)
    number = complain(firm, 1, "jo", topic=None, band=Band.P3)
    assert case(firm, number).owner == firms.SECOND
    firm.passes(2 * HOUR)  # back at ten, tech hands over at half past
    assert case(firm, number).owner == firms.SECOND


# ---------------------------------------------------------- nobody on call, then somebody
def a_gap(until: str = "2026-11-20") -> Settings:
    """The whole rota of care is away since the afternoon; SECOND until `until`."""
    declared = with_away(settings(), firms.FIRST, "2026-11-18T15:00", "2026-11-20")
    return with_away(declared, firms.SECOND, "2026-11-18T15:00", until)


def pages(firm: Firm, person: str) -> int:
    return len(firm.channels["chat"].pages(f"{person}@chat"))


def test_what_was_assigned_by_name_stays_there_when_the_shift_changes() -> None:
    rota = firms.CARE.on_call
    assert rota is not None
    three = rota.model_copy(update={"people": (firms.FIRST, firms.SECOND, firms.OWNER)})
    care = firms.CARE.model_copy(update={"on_call": three})
    firm = new_firm(declared=settings(teams=(care, firms.TECH, firms.MEDIA)))
    by_turns = complain(firm, 1, "jo", topic=None, band=Band.P4)
    by_name = complain(firm, 2, "ky", topic=None, band=Band.P4)
    firm.passes(6 * MINUTE)
    assert {case(firm, one).owner for one in (by_turns, by_name)} == {firms.OWNER}
    knows = {"to": firms.SECOND, "reason": "knows this customer"}
    assert act(firm, by_name, Verb.ASSIGN, firms.LEAD, **knows) is None
    firm.passes(20 * HOUR)  # past nine in the morning
    assert case(firm, by_turns).owner == firms.FIRST
    assert case(firm, by_name).owner == firms.SECOND
    assert "shift_change" not in events(firm, by_name)


def test_a_now_held_for_want_of_anybody_on_call_pages_when_somebody_comes_back_at_night() -> None:
    firm = new_firm(at=EVENING, declared=a_gap(until="2026-11-18T23:00"))
    urgent = complain(firm, 1, "jo")
    plain = complain(firm, 2, "ky", band=Band.P3)
    firm.passes(2 * HOUR - MINUTE)
    assert case(firm, urgent).held_until is not None
    assert pages(firm, firms.OWNER) == 0
    firm.passes(MINUTE)  # eleven at night: the rota has somebody again
    assert case(firm, urgent).held_until is None
    assert case(firm, plain).held_until is not None
    assert pages(firm, firms.OWNER) == 1
    assert events(firm, urgent)[-1] == "released"
    firm.passes(5 * MINUTE)
    assert case(firm, urgent).owner == firms.SECOND


def test_a_now_held_for_want_of_anybody_on_call_pages_when_an_override_begins() -> None:
    firm = new_firm(at=EVENING, declared=a_gap())
    number = complain(firm, 1, "jo")
    says(firm, firms.LEAD, oncall.cover, "care", firms.HEAD, EVENING + HOUR, EVENING + 9 * HOUR)
    firm.passes(HOUR - MINUTE)
    assert pages(firm, firms.OWNER) == 0
    firm.passes(MINUTE)
    assert (case(firm, number).held_until, pages(firm, firms.OWNER)) == (None, 1)


def test_a_now_paged_at_the_end_of_the_day_does_not_wait_for_the_next_once_somebody_is_there() -> (
    None
):
    closing = EVENING.replace(hour=15, minute=58)  # two minutes before five in the afternoon
    firm = new_firm(at=closing, declared=a_gap())
    number = complain(firm, 1, "jo")
    firm.passes(HOUR)
    assert (case(firm, number).owner, pages(firm, firms.OWNER)) == (firms.OWNER, 1)
    says(firm, firms.LEAD, oncall.cover, "care", firms.HEAD, firm.now, EVENING + 9 * HOUR)
    firm.settle()
    assert pages(firm, firms.OWNER) == 2
    firm.passes(5 * MINUTE)
    assert case(firm, number).owner == firms.HEAD


def test_somebody_says_that_they_are_back_and_what_was_held_pages_in_that_transaction() -> None:
    firm = new_firm(at=EVENING)
    for person in (firms.FIRST, firms.SECOND):
        says(firm, person, oncall.away, person, EVENING, EVENING + timedelta(days=2))
    number = complain(firm, 1, "jo")
    firm.passes(MINUTE)
    assert case(firm, number).held_until is not None
    says(firm, firms.FIRST, oncall.back, firms.FIRST)
    assert case(firm, number).held_until is None
    firm.settle()
    assert pages(firm, firms.OWNER) == 1
    assert events(firm, number).count("released") == 1


def test_who_came_on_call_while_the_house_was_down_is_found_at_its_start(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    declared = a_gap(until="2026-11-18T23:00")
    firm = new_firm(path, at=EVENING, declared=declared)
    number = complain(firm, 1, "jo")
    firm.house.store.close()
    clock = VirtualClock(EVENING + 4 * HOUR)
    later = open_firm(path, clock=clock, channels=firm.channels, declared=declared, seed=1)
    later.settle()
    assert (case(later, number).held_until, pages(later, firms.OWNER)) == (None, 1)
    later.house.store.close()
