"""What people do to cases, incidents and faults, through the engine and its store."""

from datetime import timedelta

import pytest

from config import Band
from escalation.decision import Action, TimerKind, Verb
from escalation.subject import Ref, State, Subject
from tests import firm as firms
from tests.firm import (
    EXECUTIVE,
    FIRST,
    HEAD,
    LEAD,
    NO_ROLE,
    NOON,
    OTHER,
    OWNER,
    SECOND,
    Firm,
)
from tocsin.store import Unit

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CASE = Ref("case", 1)


@pytest.fixture
def firm() -> Firm:
    firm = firms.new_firm()
    firms.complain(firm, 1, band=Band.P2)
    firm.passes(MINUTE)
    return firm


def act(firm: Firm, verb: Verb, by: str, to: str | None = None, **more: object) -> object:
    ref = more.pop("ref", CASE)
    action = Action(verb, by, to, **more)  # type: ignore[arg-type]
    return firm.write(lambda desk: firm.house.engine.act(desk, ref, action, firm.now))  # type: ignore[arg-type]


def offer(firm: Firm, to: str = FIRST, by: str = OWNER) -> object:
    return act(firm, Verb.HANDOFF, by, to, reason="zzneeds the bank", told="zznothing so far")


def subject(firm: Firm, ref: Ref = CASE) -> Subject:
    with firm.house.store.borrow() as desk:
        found = desk.subject(ref)
    assert found is not None
    return found


def rows(firm: Firm, query: str) -> list[tuple[object, ...]]:
    with firm.house.store.borrow() as desk:
        return [tuple(row) for row in desk.connection.execute(query).fetchall()]


def handoffs(firm: Firm) -> list[tuple[object, ...]]:
    return rows(firm, "select from_person, to_person, to_team, outcome from handoffs order by id")


def warnings(firm: Firm) -> list[tuple[object, ...]]:
    return rows(firm, "select what, person from warnings order by id")


def reopened_elsewhere(firm: Firm, **more: object) -> Firm:
    """The house stops, and starts again with other settings."""
    from dataclasses import replace

    from escalation.engine import Engine
    from escalation.rules import Rules

    engine = Engine(Rules(firms.settings(**more)))  # type: ignore[arg-type]
    again = replace(firm, house=replace(firm.house, engine=engine))
    again.write(lambda desk: engine.repair(desk, firm.now))
    return again


# ---------------------------------------------------------------------------- acknowledging
def test_of_two_people_who_acknowledge_at_once_one_has_it(firm: Firm) -> None:
    first, second = Action(Verb.ACK, OWNER), Action(Verb.ACK, FIRST)
    engine = firm.house.engine

    def both(desk: Unit) -> list[str | None]:
        return [engine.act(desk, CASE, one, firm.now) for one in (first, second)]

    assert firm.write(both) == [None, f"{OWNER} has it since 2026-11-18 12:01 UTC"]
    assert subject(firm).owner == OWNER


def test_an_acknowledgement_from_an_earlier_rounds_button_changes_nothing(firm: Firm) -> None:
    shown = subject(firm).round
    assert act(firm, Verb.ACK, OWNER) is None
    firm.passes(3 * HOUR)  # forgotten: it is asked anew, above its owner
    before = subject(firm)
    assert before.round == shown + 1
    said = act(firm, Verb.ACK, OWNER, round=shown)
    assert said == "case 1 has been asked anew since; look at it as it is now"
    assert subject(firm) == before
    assert act(firm, Verb.ACK, OWNER, round=shown + 1) is None


def test_what_is_delivered_twice_is_done_once(firm: Firm) -> None:
    assert act(firm, Verb.ACK, OWNER, id="chat:5") is None
    assert act(firm, Verb.ACK, OWNER, id="chat:5") == "it was done already"


@pytest.mark.parametrize(
    ("verb", "by", "to", "why"),
    [
        pytest.param(Verb.ASSIGN, LEAD, OWNER, f"{OWNER} is asked already", id="assigned"),
        pytest.param(Verb.NOTE, OWNER, None, "it was noted already", id="noted"),
    ],
)
def test_the_same_again_is_no_change(
    firm: Firm, verb: Verb, by: str, to: str | None, why: str
) -> None:
    act(firm, verb, by, to, reason="zz")
    before = subject(firm)
    assert act(firm, verb, by, to, reason="zz") == why
    assert subject(firm) == before


def test_a_note_is_the_same_only_by_the_same_person_and_as_the_last_thing(firm: Firm) -> None:
    assert act(firm, Verb.NOTE, OWNER, reason="zz") is None
    assert act(firm, Verb.NOTE, FIRST, reason="zz") is None
    assert act(firm, Verb.NOTE, OWNER, reason="zz") is None
    assert act(firm, Verb.NOTE, OWNER, reason="zz, and more") is None
    assert act(firm, Verb.ACK, OWNER) is None
    assert act(firm, Verb.NOTE, OWNER, reason="zz, and more") is None
    assert act(firm, Verb.CLAIM, OWNER) == "it is closed or theirs already"


# ------------------------------------------------------------------------------ handing over
def test_an_offer_is_paged_says_its_contract_and_waits_for_no_acknowledgement(
    firm: Firm,
) -> None:
    act(firm, Verb.ACK, OWNER)
    assert offer(firm) is None
    firm.passes(MINUTE)
    (page,) = firm.channels["chat"].pages(f"{FIRST}@chat")
    told = "\n".join(page.lines)
    assert f"{OWNER} offers it to you: zzneeds the bank" in told
    assert "The customer was told: zznothing so far" in told
    assert f"tocsin cases accept 1 --as {FIRST}" in told
    with firm.house.store.borrow() as desk:
        assert set(desk.dues(CASE)) & {TimerKind.ACK, TimerKind.OFFER} == {TimerKind.OFFER}
    assert handoffs(firm) == [(OWNER, FIRST, "care", None)]


def test_the_page_of_an_offer_that_has_ended_is_withdrawn(firm: Firm) -> None:
    act(firm, Verb.ACK, OWNER)
    offer(firm)
    assert act(firm, Verb.CLAIM, SECOND) is None
    firm.passes(MINUTE)
    assert firm.channels["chat"].pages(f"{FIRST}@chat") == []
    assert handoffs(firm) == [(OWNER, FIRST, "care", "withdrawn")]


@pytest.mark.parametrize(
    ("sent", "told"), [pytest.param(True, 1, id="it was"), pytest.param(False, 0, id="it was not")]
)
def test_that_an_offer_is_over_is_told_only_where_it_was_read(
    firm: Firm, sent: bool, told: int
) -> None:
    act(firm, Verb.ACK, OWNER)
    if not sent:
        firm.channels["chat"].state = firm.channels["mail"].state = "down"
    offer(firm, to=LEAD)
    firm.passes(2 * MINUTE)
    assert act(firm, Verb.CLAIM, HEAD) is None
    firm.channels["chat"].state = firm.channels["mail"].state = "up"
    firm.passes(10 * MINUTE)
    notices = rows(firm, "select person from messages where what = 'offer_withdrawn'")
    assert notices == [(LEAD,)] * told


def test_how_offers_end_is_kept(firm: Firm) -> None:
    act(firm, Verb.ACK, OWNER)
    offer(firm)
    act(firm, Verb.DECLINE, FIRST)
    offer(firm)
    firm.passes(16 * MINUTE)
    assert act(firm, Verb.ACCEPT, FIRST) == f"there is no offer to {FIRST}", "it has lapsed"
    offer(firm)
    act(firm, Verb.ACCEPT, FIRST)
    assert [row[-1] for row in handoffs(firm)] == ["declined", "lapsed", "accepted"]
    assert (subject(firm).owner, subject(firm).returned, subject(firm).handoffs) == (FIRST, 2, 1)


def test_the_third_return_within_a_day_goes_to_the_lead(firm: Firm) -> None:
    act(firm, Verb.ACK, OWNER)
    for _ in range(3):
        assert offer(firm) is None
        act(firm, Verb.DECLINE, FIRST)
    assert (subject(firm).state, subject(firm).owner) == (State.NEW, LEAD)


def test_who_is_deleted_while_an_offer_to_them_is_pending_is_not_waited_for(firm: Firm) -> None:
    act(firm, Verb.ACK, OWNER)
    offer(firm)
    later = reopened_elsewhere(firm, away=(FIRST,))
    assert (subject(firm).owner, subject(firm).offered_to) == (OWNER, None)
    assert handoffs(firm) == [(OWNER, FIRST, "care", "lapsed")]
    assert act(later, Verb.ACCEPT, FIRST) == f"{FIRST} is no active person"


def test_who_gives_and_goes_leaves_neither_case_nor_offer_behind(firm: Firm) -> None:
    act(firm, Verb.ACK, OWNER)
    offer(firm)
    reopened_elsewhere(firm, away=(OWNER,))
    assert (subject(firm).state, subject(firm).owner) == (State.NEW, FIRST)
    assert handoffs(firm) == [(OWNER, FIRST, "care", "withdrawn")]


def test_wrong_team_is_a_handoff_and_a_label(firm: Firm) -> None:
    assert act(firm, Verb.REROUTE, OWNER, "tech", reason="zz") is None
    assert handoffs(firm) == [(OWNER, OTHER, "tech", "rerouted")]
    assert rows(firm, "select brand, kind, value, person from labels") == [
        ("Acme", "team", "tech", OWNER)
    ]
    assert act(firm, Verb.REROUTE, OWNER, "cellar") == 'there is no team "cellar"'
    assert len(rows(firm, "select 1 from labels")) == 1


def said(firm: Firm) -> list[tuple[str, str, str]]:
    return rows(firm, "select kind, value, person from labels where kind <> 'us' order by kind, id")


def test_who_resolves_says_that_it_is_a_complaint_and_whose(firm: Firm) -> None:
    assert act(firm, Verb.ACK, OWNER) is None
    assert said(firm) == [("complaint", "true", OWNER)]
    account = {"cause": "care", "cost": 0, "money": 0, "done": "x", "done_for_rest": "y"}
    assert act(firm, Verb.RESOLVE, OWNER, **account) is None
    assert said(firm) == [("complaint", "true", OWNER), ("team", subject(firm).team, OWNER)]


def test_what_is_dismissed_is_none_until_somebody_opens_it_again(firm: Firm) -> None:
    assert act(firm, Verb.ACK, OWNER) is None
    assert act(firm, Verb.DISMISS, LEAD, reason="not a complaint: a joke") is None
    assert said(firm)[-1] == ("complaint", "false", LEAD)
    assert act(firm, Verb.REOPEN, LEAD, reason="it was one") is None
    assert said(firm)[-1] == ("complaint", "true", LEAD)


@pytest.mark.parametrize(
    ("verb", "by", "more"),
    [
        pytest.param(Verb.DISMISS, LEAD, {"reason": "not us"}, id="not us: the words may be one"),
        pytest.param(Verb.DISMISS, LEAD, {"reason": "spam"}, id="spam"),
        pytest.param(Verb.CLAIM, LEAD, {}, id="a raised hand"),
        pytest.param(Verb.RESOLVE, OTHER, {}, id="what is refused"),
    ],
)
def test_what_says_nothing_of_the_words_teaches_nothing(
    firm: Firm, verb: Verb, by: str, more: dict[str, str]
) -> None:
    act(firm, verb, by, **more)
    assert said(firm) == []


def test_a_hand_over_because_its_owner_is_away_is_no_wrong_team(firm: Firm) -> None:
    reopened_elsewhere(firm, away=(OWNER,))
    assert said(firm) == []


# --------------------------------------------------------------------------------- warnings
def test_who_misses_a_page_is_noted_and_who_is_raised_by_hand_is_not(firm: Firm) -> None:
    firm.passes(MINUTE)
    assert act(firm, Verb.ESCALATE, LEAD) is None
    assert warnings(firm) == []
    said = act(firm, Verb.ESCALATE, LEAD)
    assert said == f"{FIRST} was paged less than a minute ago"
    firm.passes(15 * MINUTE)
    assert warnings(firm) == [("missed_page", FIRST)]
    assert subject(firm).misses == 1


def test_who_cannot_be_reached_has_missed_it_too() -> None:
    firm = firms.new_firm()
    for channel in firm.channels.values():
        channel.state = "down"
    firms.complain(firm, 1)
    firm.passes(4 * MINUTE)
    assert warnings(firm)[0] == ("missed_page", OWNER)


# ---------------------------------------------------------------------------- other subjects
def test_a_fault_changes_hands_and_climbs_like_a_case(firm: Firm) -> None:
    engine, fault = firm.house.engine, Ref("fault", 1)
    firm.write(lambda desk: engine.fault(desk, "source:x", "zzdeaf", firm.now))
    firm.passes(2 * MINUTE)
    assert act(firm, Verb.ESCALATE, LEAD, ref=fault) is None
    assert subject(firm, fault).owner == LEAD
    assert act(firm, Verb.CLAIM, FIRST, ref=fault) is None
    wish = {"reason": "zz", "told": "zz", "ref": fault}
    assert act(firm, Verb.HANDOFF, FIRST, SECOND, **wish) is None
    firm.passes(MINUTE)
    (page,) = firm.channels["chat"].pages(f"{SECOND}@chat")
    accept, decline = (f"tocsin faults {verb} 1 --as {SECOND}" for verb in ("accept", "decline"))
    assert f"To act: {accept} · Or: {decline}" in page.lines
    assert act(firm, Verb.ACCEPT, SECOND, ref=fault) is None
    assert subject(firm, fault).owner == SECOND
    assert act(firm, Verb.MERGE, LEAD, ref=fault) == "faults cannot be changed by merge"


def test_an_incident_is_offered_with_the_customers_answer(firm: Firm) -> None:
    engine = firm.house.engine
    declared = Action(Verb.DECLARE, firms.PRESS)
    firm.write(lambda desk: engine.declare(desk, "Acme", declared, firm.now))
    storm = Ref("incident", 1)
    assert act(firm, Verb.ACK, firms.PRESS, ref=storm) is None
    firm.passes(MINUTE)
    wish = {"reason": "zz", "told": "zzstatement", "ref": storm}
    assert act(firm, Verb.HANDOFF, firms.PRESS, LEAD, **wish) is None
    firm.passes(MINUTE)
    pages = firm.channels["chat"].pages(f"{LEAD}@chat")
    assert "The customer was told: zzstatement" in pages[-1].lines
    accept, decline = (f"tocsin incidents {verb} 1 --as {LEAD}" for verb in ("accept", "decline"))
    assert f"To act: {accept} · Or: {decline}" in pages[-1].lines
    assert act(firm, Verb.ACCEPT, LEAD, ref=storm) is None
    assert subject(firm, storm).owner == LEAD


def test_a_storm_without_an_update_pages_its_owner_and_above(firm: Firm) -> None:
    engine = firm.house.engine
    declared = Action(Verb.DECLARE, firms.PRESS)
    firm.write(lambda desk: engine.declare(desk, "Acme", declared, firm.now))
    storm = Ref("incident", 1)
    act(firm, Verb.ACK, firms.PRESS, ref=storm)
    act(firm, Verb.NOTE, firms.PRESS, ref=storm, reason="zz")
    firm.passes(61 * MINUTE)
    for who in (firms.PRESS, EXECUTIVE):
        assert "update" in firm.channels["chat"].pages(f"{who}@chat")[-1].headline


def test_nobody_without_a_role_does_anything(firm: Firm) -> None:
    before = subject(firm)
    for verb in Verb:
        said = act(firm, verb, NO_ROLE, FIRST, reason="zz", told="zz", wait=HOUR, cause="care")
        assert isinstance(said, str), verb
    assert subject(firm) == before
    assert firm.now > NOON
