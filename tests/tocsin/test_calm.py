"""What can wait does not ring one by one, nor in the night; what is urgent always rings."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from config import Band
from config.calm import Alerts, Quiet
from config.settings import Settings
from escalation import calm
from escalation.channel import Message
from escalation.decision import Action, TimerKind, Verb
from escalation.rules import Rules
from escalation.subject import Case, Ref
from tests import firm as firms
from tests.firm import EXECUTIVE, FIRST, HEAD, LEAD, NOON, OWNER, SECOND, Firm, complain, new_firm

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2026, 11, 19, 8, tzinfo=UTC)  # 09:00 in Berlin, when the team begins
NIGHT = datetime(2026, 11, 18, 23, tzinfo=UTC)  # midnight in Berlin
AT_NIGHT = Quiet.model_validate({"from": "22:00", "to": "07:00"})


def declared(
    *, alerts: Alerts | None = None, quiet: tuple[str, ...] = (), **team: object
) -> Settings:
    care = firms.CARE.model_copy(update=team)
    known = firms.settings(teams=(care, firms.TECH, firms.MEDIA))
    people = tuple(
        one.model_copy(update={"quiet": AT_NIGHT}) if one.name in quiet else one
        for one in known.people
    )
    return known.model_copy(update={"alerts": alerts or Alerts(), "people": people})


def pages(firm: Firm, person: str = OWNER) -> list[tuple[datetime, Message]]:
    taken = firm.channels["chat"].taken
    return [(at, m) for at, m in taken if m.purpose == "page" and m.to == f"{person}@chat"]


def case(firm: Firm, number: int = 1) -> Case:
    with firm.house.store.borrow() as desk:
        found = desk.subject(Ref("case", number))
    assert isinstance(found, Case)
    return found


def ack_due(firm: Firm, number: int = 1) -> datetime:
    with firm.house.store.borrow() as desk:
        return desk.dues(Ref("case", number))[TimerKind.ACK]


# ------------------------------------------------------------------------------ daily list
def test_what_comes_over_the_day_rings_the_next_working_morning_as_one_list() -> None:
    firm = new_firm(at=NOON)
    for number in range(1, 8):
        complain(firm, number, f"author-{number}", band=Band.P4)
        firm.passes(10 * MINUTE)
    assert pages(firm) == []
    firm.passes(DAY)
    ((at, message),) = pages(firm)
    assert at == THURSDAY + 5 * MINUTE
    assert "7 cases" in message.headline


def test_its_owner_has_the_whole_time_to_acknowledge_from_the_list_on() -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=Band.P4)
    assert ack_due(firm) == THURSDAY + 8 * HOUR
    firm.passes(DAY)
    assert case(firm).owner == OWNER


def test_nobody_answers_the_list_and_it_climbs_to_the_next_ones_list() -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=Band.P4)
    firm.passes(9 * DAY)
    assert len({person for person in (OWNER, FIRST, SECOND, LEAD) if pages(firm, person)}) >= 3
    mornings = {
        at.astimezone(BERLIN).hour for person in (OWNER, LEAD) for at, _ in pages(firm, person)
    }
    assert mornings == {9}


def test_the_room_sees_the_case_at_once_all_the_same() -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=Band.P4)
    firm.passes(10 * MINUTE)
    assert [m.purpose for _, m in firm.channels["chat"].taken] == ["card"]


def test_a_card_that_waits_leaves_as_soon_as_somebody_acts_on_its_case() -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=Band.P3)
    firm.passes(MINUTE)
    assert firm.channels["chat"].taken == []
    firm.write(
        lambda desk: firm.house.engine.act(
            desk, Ref("case", 1), Action(Verb.DISMISS, OWNER, reason="not us"), firm.now
        )
    )
    firm.settle()
    ((at, card),) = firm.channels["chat"].taken
    assert (at, card.purpose) == (firm.now, "card")
    assert any(line.startswith("Closed") for line in card.lines)


def test_what_comes_in_the_night_is_in_the_list_of_that_morning() -> None:
    firm = new_firm(at=NIGHT)
    complain(firm, 1, band=Band.P4)
    firm.passes(12 * HOUR)
    ((at, _),) = pages(firm)
    assert at == THURSDAY + 5 * MINUTE


def test_a_list_that_was_due_while_the_house_was_down_leaves_when_it_is_up() -> None:
    firm = new_firm(at=NIGHT)
    complain(firm, 1, band=Band.P4)  # held until nine
    firm.clock.move_to(THURSDAY + 2 * HOUR)
    firm.settle()
    firm.passes(6 * MINUTE)
    ((at, _),) = pages(firm)
    assert at <= THURSDAY + 2 * HOUR + 5 * MINUTE


def test_what_is_acknowledged_before_the_list_is_not_in_it() -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=Band.P4)
    complain(firm, 2, "al", band=Band.P4)
    act = Action(Verb.ACK, OWNER)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), act, firm.now))
    firm.passes(DAY)
    ((_, message),) = pages(firm)
    assert message.subject == "case 2"


def test_what_becomes_more_urgent_does_not_wait_for_the_list() -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=Band.P4)
    firm.passes(HOUR)
    complain(firm, 2, band=Band.P1)
    firm.settle()
    ((at, _),) = pages(firm)
    assert at == NOON + HOUR


@pytest.mark.parametrize(
    ("band", "safety"),
    [
        pytest.param(Band.P4, True, id="a matter of safety in the lowest band"),
        pytest.param(Band.P1, False, id="a Now"),
        pytest.param(Band.P2, False, id="a Soon"),
        pytest.param(Band.P3, False, id="a Today"),
    ],
)
def test_nothing_else_waits_for_a_list(band: Band, safety: bool) -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=band, safety=safety)
    firm.passes(5 * MINUTE)
    assert len(pages(firm)) == 1


@pytest.mark.parametrize("band", [Band.P4, Band.P3, Band.P2])
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(Action(Verb.ESCALATE, OWNER), id="let climb"),
        pytest.param(Action(Verb.ASSIGN, LEAD, to=SECOND), id="assigned"),
        pytest.param(Action(Verb.REROUTE, OWNER, to="tech"), id="rerouted"),
    ],
)
def test_whom_a_person_has_asked_for_by_hand_is_rung_at_that_instant(
    act: Action, band: Band
) -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=band)
    firm.passes(2 * MINUTE)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), act, firm.now))
    firm.settle()
    assert case(firm).owner != OWNER
    assert [at for at, _ in pages(firm, case(firm).owner)] == [firm.now]


def test_what_is_offered_to_somebody_by_hand_rings_at_that_instant() -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=Band.P3)
    firm.passes(6 * MINUTE)
    for act in (
        Action(Verb.ACK, OWNER),
        Action(Verb.HANDOFF, OWNER, to=LEAD, reason="knows her", told="nothing"),
    ):
        firm.write(lambda desk, act=act: firm.house.engine.act(desk, Ref("case", 1), act, firm.now))
    firm.settle()
    assert [at for at, _ in pages(firm, LEAD)] == [firm.now]


def test_without_daily_bands_each_rings_by_itself() -> None:
    firm = new_firm(at=NOON, declared=declared(alerts=Alerts(daily=())))
    complain(firm, 1, band=Band.P4)
    firm.passes(5 * MINUTE)
    assert len(pages(firm)) == 1


# --------------------------------------------------------------------------------- budget
def over_budget(band: Band, *, safety: bool = False) -> Firm:
    """A firm whose owner has had two pages this week, which is all that is meant for one."""
    firm = new_firm(at=NOON, declared=declared(alerts=Alerts(budget=2)))
    for number in (1, 2):
        complain(firm, number, f"author-{number}", band=Band.P1)
        firm.settle()
        act = Action(Verb.ACK, OWNER)
        firm.write(
            lambda desk, n=number, a=act: firm.house.engine.act(desk, Ref("case", n), a, firm.now)
        )
    complain(firm, 3, "al", band=band, safety=safety)
    firm.passes(5 * MINUTE)
    return firm


def told(firm: Firm) -> list[Message]:
    taken = firm.channels["chat"].taken
    return [m for _, m in taken if "pages this week" in m.headline]


def test_beyond_the_budget_what_can_wait_joins_the_daily_list() -> None:
    firm = over_budget(Band.P3)
    assert len(pages(firm)) == 2
    firm.passes(DAY)
    assert pages(firm)[2][0] == THURSDAY + 5 * MINUTE


@pytest.mark.parametrize(
    ("band", "safety"),
    [(Band.P1, False), (Band.P2, False), (Band.STORM, False), (Band.P3, True), (Band.P4, True)],
)
def test_beyond_the_budget_what_is_urgent_rings_as_ever(band: Band, safety: bool) -> None:
    assert len(pages(over_budget(band, safety=safety))) == 3


def test_the_lead_is_told_once_a_week() -> None:
    firm = over_budget(Band.P3)
    complain(firm, 4, "ed", band=Band.P3)
    firm.passes(HOUR)
    (message,) = told(firm)
    assert message.to == f"{LEAD}@chat"
    assert message.headline == f"2 pages this week: {OWNER}"


def test_the_next_week_begins_anew() -> None:
    firm = over_budget(Band.P3)
    monday = datetime(2026, 11, 23, 10, tzinfo=UTC)
    firm.passes(monday - firm.now)
    before = len(pages(firm))
    complain(firm, 5, "jo", band=Band.P3)
    firm.passes(5 * MINUTE)
    assert len(pages(firm)) == before + 1


def test_pages_that_left_as_one_count_as_one_and_so_do_two_channels() -> None:
    firm = new_firm(at=NOON)
    complain(firm, 1, band=Band.STORM)  # on two channels
    for number in range(2, 12):
        complain(firm, number, f"author-{number}", band=Band.P3)
    firm.passes(6 * MINUTE)
    with firm.house.store.borrow() as desk:
        assert desk.pages_to(OWNER, NOON) == 2
        assert [desk.had_pages(OWNER, NOON, most) for most in (1, 2, 3)] == [True, True, False]


# ---------------------------------------------------------------------------- quiet hours
def at_night(
    *quiet: str,
    band: Band = Band.P2,
    safety: bool = False,
    at: datetime = NIGHT,
    **team: object,
) -> Firm:
    firm = new_firm(at=at, declared=declared(quiet=quiet, **team))
    complain(firm, 1, band=band, safety=safety)
    firm.passes(MINUTE)
    return firm


def test_in_quiet_hours_what_can_wait_rings_in_the_morning() -> None:
    six, seven = NIGHT + 6 * HOUR, NIGHT + 7 * HOUR
    firm = at_night(OWNER, on_call=None, at=six)
    firm.passes(HOUR - 2 * MINUTE)
    assert pages(firm) == []
    firm.passes(10 * MINUTE)
    ((at, _),) = pages(firm)
    assert at == seven + MINUTE / 2
    assert case(firm).owner == OWNER
    assert ack_due(firm) == seven + 15 * MINUTE


def test_a_promise_to_the_customer_that_runs_out_at_night_asks_whoever_is_up() -> None:
    firm = at_night(OWNER, on_call=None)
    firm.passes(2 * HOUR)  # the time of a first reply
    assert pages(firm, LEAD)


def test_while_somebody_is_on_call_it_comes_to_them_meanwhile() -> None:
    firm = at_night(OWNER)
    assert pages(firm) == []
    firm.passes(15 * MINUTE)
    assert any(pages(firm, person) for person in (FIRST, SECOND))


def test_whoever_is_on_call_has_no_quiet_hours() -> None:
    firm = new_firm(at=NIGHT, declared=declared(quiet=(FIRST, SECOND)))
    complain(firm, 1, band=Band.P2, topic=None)
    firm.passes(MINUTE)
    assert any(pages(firm, person) for person in (FIRST, SECOND))


def test_who_is_asked_for_by_hand_is_not_left_to_sleep() -> None:
    asleep = (FIRST, LEAD, HEAD, EXECUTIVE)
    firm = at_night(*asleep, on_call=None)
    climb = Action(Verb.ESCALATE, case(firm).owner, reason="it cannot wait")
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), climb, firm.now))
    asked = case(firm).owner
    assert asked in asleep
    firm.passes(2 * MINUTE)
    assert pages(firm, asked)


def test_where_nobody_is_on_call_by_a_rota_its_owner_is_left_to_sleep() -> None:
    firm = at_night(OWNER, on_call=None)  # who is the first member as well
    firm.passes(HOUR)
    assert not pages(firm)


@pytest.mark.parametrize(
    ("band", "safety"),
    [(Band.P1, False), (Band.STORM, False), (Band.P2, True), (Band.P4, True)],
)
def test_what_is_urgent_rings_in_the_night(band: Band, safety: bool) -> None:
    assert pages(at_night(OWNER, FIRST, SECOND, band=band, safety=safety))


def test_a_suspected_storm_rings_in_the_night() -> None:
    from escalation.incidents import Spike

    firm = new_firm(at=NIGHT, declared=declared(quiet=firms.EVERYBODY))
    spike = Spike(storm=False, people=30, posts=40, minutes=10, usual=1.0, sentence="30 in 10 min")
    firm.write(lambda desk: firm.house.engine.spike(desk, "Acme", None, spike, firm.now))
    firm.passes(MINUTE)
    assert [m for _, m in firm.channels["chat"].taken if m.purpose == "page"]


def test_at_the_last_step_the_night_is_quiet_too_and_the_morning_is_not() -> None:
    firm = at_night(*firms.EVERYBODY, on_call=None)
    firm.passes(6 * HOUR)
    rung = [m for _, m in firm.channels["chat"].taken if m.purpose == "page"]
    assert rung == []
    firm.passes(6 * HOUR)
    assert pages(firm, EXECUTIVE)


def test_the_running_house_finds_no_rule_broken_in_the_night() -> None:
    from tocsin.invariants import breaches

    firm = at_night(*firms.EVERYBODY, on_call=None)
    for _ in range(24):
        firm.passes(HOUR)
        with firm.house.store.borrow() as desk:
            assert not list(breaches(desk, firm.house.engine.rules, firm.now))


@pytest.mark.parametrize(
    ("wall", "over"),
    [
        pytest.param("2026-11-18T22:00", "2026-11-19T07:00", id="as they begin"),
        pytest.param("2026-11-18T23:59", "2026-11-19T07:00", id="before midnight"),
        pytest.param("2026-11-19T00:00", "2026-11-19T07:00", id="after midnight"),
        pytest.param("2026-11-19T06:59", "2026-11-19T07:00", id="to their last minute"),
        pytest.param("2026-11-19T07:00", None, id="over"),
        pytest.param("2026-11-19T12:00", None, id="by day"),
        pytest.param("2026-10-24T23:00", "2026-10-25T07:00", id="the night of 25 hours"),
        pytest.param("2026-03-28T23:00", "2026-03-29T07:00", id="the night of 23 hours"),
    ],
)
def test_when_quiet_hours_are_over(wall: str, over: str | None) -> None:
    now = datetime.fromisoformat(wall).replace(tzinfo=BERLIN).astimezone(UTC)
    found = calm.quiet_until(AT_NIGHT, BERLIN, now)
    assert (found and found.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")) == over


def test_quiet_hours_by_day_end_on_the_same_day() -> None:
    noon = Quiet.model_validate({"from": time(12), "to": time(13)})
    now = datetime(2026, 11, 18, 11, 30, tzinfo=UTC)
    assert calm.quiet_until(noon, BERLIN, now) == datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        pytest.param(THURSDAY - HOUR, THURSDAY, id="before work begins"),
        pytest.param(THURSDAY, THURSDAY, id="as it begins"),
        pytest.param(THURSDAY + 5 * MINUTE, THURSDAY, id="as the list leaves"),
        pytest.param(THURSDAY + 6 * MINUTE, THURSDAY + DAY, id="after the list"),
        pytest.param(THURSDAY + 2 * DAY, THURSDAY + 4 * DAY, id="over the weekend"),
    ],
)
def test_when_the_next_list_is_begun(now: datetime, begins: datetime) -> None:
    rules = Rules(declared())
    found = calm.list_begins(rules.hours_of(rules.settings.team("care")), 5 * MINUTE, now)
    assert found == begins
