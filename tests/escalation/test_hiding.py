"""What we hid, deleted or blocked: said with its reason, and confirmed by a second person."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from config import Band
from escalation import hiding
from escalation.decision import Action, Hush, Page, Unchanged, Verb
from escalation.rules import Rules, Situation
from escalation.subject import Case, Ref
from escalation.verbs import act_on
from tests import firm as firms
from tests.cases import a_case, action, after, closed, decided, owned, snoozed, told, waiting
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
    SECOND,
    Firm,
    complain,
)
from tocsin.invariants import Breach, breaches
from tocsin.store.hidings import CONFIRMED, PENDING, REFUSED, Hiding
from tocsin.verifying import Verifier

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = Rules(firms.settings())
SAID: dict[str, Any] = {
    "to": LEAD,
    "what": "deleted",
    "why": "spam",
    "reason": "https://example.com/p/1",
}


def at(now: Any = NOON) -> Situation:
    return Situation(now, RULES)


def hidden(by: str = OWNER, of: str = LEAD, **more: object) -> Case:
    """A case of which somebody hid something, and another is asked."""
    fields = {"hid_by": by, "hid_of": of, "hid_at": NOON, "hid_what": "hid", "hid_why": "spam"}
    return owned(**{**fields, **more})


@pytest.mark.parametrize("case", [a_case(), owned(), waiting(), snoozed(), closed()])
def test_it_is_said_of_any_case_and_moves_nothing_else(case: Case) -> None:
    said = decided(act_on(case, action(Verb.HID, OWNER, **SAID), at()))
    made = after(said)
    assert (made.hid_by, made.hid_of, made.hid_at) == (OWNER, LEAD, NOON)
    assert (made.hid_what, made.hid_why) == ("deleted", "spam")
    assert (made.state, made.owner, made.round) == (case.state, case.owner, case.round)
    assert Page(LEAD, NOON, what=hiding.ASKED) in said.effects
    assert said.note == SAID["reason"], "the link stands beside the ledger, where it can be erased"


@pytest.mark.parametrize(
    ("by", "more", "why"),
    [
        pytest.param(OWNER, {}, None, id="the owner"),
        pytest.param(OTHER, {}, None, id="somebody of another team, who has the keys"),
        pytest.param(NO_ROLE, {}, f"{NO_ROLE} has no role in any team", id="nobody's"),
        pytest.param(
            OWNER, {"what": "ignored"}, "say what was done: hid, deleted, blocked", id="what else"
        ),
        pytest.param(
            OWNER,
            {"why": "criticism"},
            "the reason is one of spam, personal-data, illegal, hate, impersonation, court-order; "
            "criticism is no reason: it is answered, not hidden",
            id="criticism is no reason",
        ),
        pytest.param(OWNER, {"why": None}, "the reason is one of", id="no reason"),
        pytest.param(OWNER, {"reason": " "}, "say where it was", id="nobody knows where"),
        pytest.param(OWNER, {"to": None}, "say who confirms it", id="alone"),
        pytest.param(OWNER, {"to": OWNER}, "nobody confirms what they hid", id="by themselves"),
        pytest.param(OWNER, {"to": OTHER}, f"{OTHER} cannot confirm it", id="of another team"),
        pytest.param(OWNER, {"to": LEFT}, f"{LEFT} cannot confirm it", id="who has left"),
        pytest.param(OWNER, {"to": "nobody"}, "nobody cannot confirm it", id="who is unknown"),
        pytest.param(OWNER, {"to": SECOND}, None, id="a colleague confirms it"),
        pytest.param(OWNER, {"to": EXECUTIVE}, None, id="somebody above confirms it"),
    ],
)
def test_who_may_say_it_with_what(by: str, more: dict[str, object], why: str | None) -> None:
    outcome = act_on(owned(), action(Verb.HID, by, **{**SAID, **more}), at())
    if why is None:
        assert after(decided(outcome)).hid_by == by
    else:
        assert isinstance(outcome, Unchanged)
        assert why in outcome.why


def test_its_owner_is_told_when_another_hid_it() -> None:
    assert told(decided(act_on(owned(), action(Verb.HID, SECOND, **SAID), at()))) == [
        (OWNER, "hid")
    ]
    assert told(decided(act_on(owned(), action(Verb.HID, OWNER, **SAID), at()))) == []
    asked = action(Verb.HID, SECOND, **{**SAID, "to": OWNER})
    assert told(decided(act_on(owned(), asked, at()))) == [], "their page says it"


def test_outside_of_business_time_the_second_person_is_asked_in_the_morning() -> None:
    evening = datetime.fromisoformat("2026-11-18T20:00:00+00:00")
    morning = datetime.fromisoformat("2026-11-19T08:00:00+00:00")  # 9:00 in Berlin
    said = decided(act_on(owned(band=Band.P3), action(Verb.HID, OWNER, **SAID), at(evening)))
    assert Page(LEAD, morning, what=hiding.ASKED) in said.effects


def test_a_second_one_waits_until_the_first_is_answered() -> None:
    outcome = act_on(hidden(), action(Verb.HID, SECOND, **SAID), at())
    assert isinstance(outcome, Unchanged)
    assert outcome.why == f"{LEAD} has not answered yet whether what {OWNER} hid was right"


@pytest.mark.parametrize("verb", [Verb.CONFIRM_HID, Verb.REFUSE_HID])
@pytest.mark.parametrize(
    ("case", "by", "why"),
    [
        pytest.param(hidden(), LEAD, None, id="who was asked"),
        pytest.param(hidden(), SECOND, None, id="another of the team"),
        pytest.param(hidden(), HEAD, None, id="somebody above"),
        pytest.param(hidden(by=SECOND, of=OWNER), OWNER, None, id="the owner, of a colleague"),
        pytest.param(hidden(), OWNER, "nobody confirms what they hid", id="not who did it"),
        pytest.param(
            hidden(by=EXECUTIVE), EXECUTIVE, "nobody confirms what", id="not even the executive"
        ),
        pytest.param(hidden(), OTHER, "is not of team care", id="not of another team"),
        pytest.param(hidden(), LEFT, "is not of team care", id="not who has left"),
        pytest.param(owned(), LEAD, "nothing is to be confirmed", id="nothing was hidden"),
    ],
)
def test_who_answers(verb: Verb, case: Case, by: str, why: str | None) -> None:
    outcome = act_on(case, action(verb, by, reason="seen it"), at())
    if why is not None:
        assert isinstance(outcome, Unchanged)
        assert why in outcome.why
        return
    answered = decided(outcome)
    event = "hid_confirmed" if verb is Verb.CONFIRM_HID else "hid_refused"
    assert (answered.event, answered.actor) == (event, by)
    done = after(answered)
    assert (done.hid_by, done.hid_of, done.hid_at) == (None, None, None)
    assert (done.hid_what, done.hid_why) == (None, None)
    assert Hush(hiding.ASKED) in answered.effects
    people = {str(case.hid_by), str(case.hid_of), case.owner} - {by}
    assert set(told(answered)) == {(person, event) for person in people}


def test_it_is_called_not_right_with_a_reason() -> None:
    outcome = act_on(hidden(), action(Verb.REFUSE_HID, LEAD), at())
    assert outcome == Unchanged("say why it was not right to hide it")
    assert after(decided(act_on(hidden(), action(Verb.CONFIRM_HID, LEAD), at()))).hid_of is None


def test_no_reason_is_that_somebody_criticises_us() -> None:
    assert set(hiding.WHY) == {
        "spam", "personal-data", "illegal", "hate", "impersonation", "court-order",
    }  # fmt: skip


# ------------------------------------------------------------------------- through the house
@pytest.fixture
def firm() -> Any:
    firm = firms.new_firm()
    complain(firm, 1, band=Band.P2)
    firm.passes(timedelta(minutes=1))
    yield firm
    firm.house.store.close()


def do(firm: Firm, verb: Verb, by: str, **more: object) -> str | None:
    act = Action(verb, by, **more)  # type: ignore[arg-type]
    why = firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), act, firm.now))
    firm.settle()
    assert why is None or isinstance(why, str)
    return why


def hidings(firm: Firm, *span: Any, brand: str | None = None) -> list[Hiding]:
    with firm.house.store.read() as desk:
        return desk.hidings(*(span or (NOON - DAY,)), brand=brand)


def test_the_second_person_is_paged_once_and_never_climbs(firm: Firm) -> None:
    assert do(firm, Verb.ACK, OWNER) is None
    assert do(firm, Verb.HID, OWNER, **SAID) is None
    asked = firm.channels["chat"].pages(f"{LEAD}@chat")
    assert [line for line in asked[-1].lines if "have deleted: spam" in line]
    assert any("tocsin cases confirm-hid 1" in line for line in asked[-1].lines)
    assert do(firm, Verb.REPLIED, OWNER) is None
    firm.passes(2 * HOUR)
    assert firm.channels["chat"].pages(f"{LEAD}@chat") == asked
    assert firm.channels["mail"].pages(f"{LEAD}@mail") == []


def test_what_is_hidden_later_asks_the_same_person_again(firm: Firm) -> None:
    for asked in (1, 2):
        assert do(firm, Verb.HID, OWNER, **SAID) is None
        pages = firm.channels["chat"].pages(f"{LEAD}@chat")
        assert sum("have deleted" in page.lines[0] for page in pages) == asked
        assert do(firm, Verb.CONFIRM_HID, LEAD) is None


def test_the_room_sees_that_nobody_else_has_confirmed_it(firm: Firm) -> None:
    def shown() -> str:
        return " ".join(firm.channels["chat"].updated[-1].lines)

    firm.passes(timedelta(minutes=2))
    assert do(firm, Verb.HID, OWNER, **SAID) is None
    firm.passes(timedelta(minutes=2))
    assert f"Deleted by {OWNER}, not confirmed by anybody else yet" in shown()
    assert do(firm, Verb.CONFIRM_HID, LEAD) is None
    assert "not confirmed" not in shown()


def test_the_request_outlives_the_closing_of_the_case(firm: Firm) -> None:
    assert do(firm, Verb.DISMISS, LEAD, reason="spam") is None
    assert do(firm, Verb.HID, OWNER, **{**SAID, "to": FIRST}) is None
    pages = firm.channels["chat"].pages(f"{FIRST}@chat")
    assert any("have deleted" in line for page in pages for line in page.lines)
    assert do(firm, Verb.CONFIRM_HID, FIRST) is None
    assert [one.outcome for one in hidings(firm)] == [CONFIRMED]


def test_a_request_that_was_answered_is_not_sent_any_more(firm: Firm) -> None:
    firm.channels["chat"].state = "down"
    firm.channels["mail"].state = "down"
    assert do(firm, Verb.HID, OWNER, **SAID) is None
    assert do(firm, Verb.CONFIRM_HID, SECOND) is None
    for channel in firm.channels.values():
        channel.state = "up"
    firm.passes(HOUR)
    assert not any(
        "have deleted" in line
        for channel in firm.channels.values()
        for message in channel.pages(f"{LEAD}@chat")
        for line in message.lines
    )


def test_what_was_hidden_is_found_by_brand_and_time_with_how_it_was_answered(firm: Firm) -> None:
    assert do(firm, Verb.HID, OWNER, **SAID) is None
    (one,) = hidings(firm)
    assert (one.by, one.what, one.why, one.where) == (OWNER, "deleted", "spam", SAID["reason"])
    assert (one.outcome, one.answered_by, one.ref) == (PENDING, None, Ref("case", 1))
    firm.passes(HOUR)
    assert do(firm, Verb.REFUSE_HID, LEAD, reason="it was a question") is None
    assert do(firm, Verb.HID, SECOND, **{**SAID, "what": "blocked", "why": "hate"}) is None
    first, second = hidings(firm)
    assert (first.outcome, first.answered_by, first.said) == (REFUSED, LEAD, "it was a question")
    assert (second.what, second.outcome) == ("blocked", PENDING)
    assert hidings(firm, firm.now - timedelta(minutes=1)) == [second]
    assert hidings(firm, NOON - DAY, firm.now) == [first]
    assert hidings(firm, brand="Acme") == [first, second]
    assert hidings(firm, brand="Bolt Works") == []


def test_what_was_hidden_is_found_without_reading_the_whole_ledger(firm: Firm) -> None:
    asked: list[str] = []
    with firm.house.store.read() as desk:
        desk.connection.set_trace_callback(asked.append)
        desk.hidings(NOON)
        desk.connection.set_trace_callback(None)
        plan = [r["detail"] for r in desk.connection.execute(f"explain query plan {asked[0]}")]
    assert any("ledger_of_hidings" in step for step in plan), plan


def test_the_ledger_keeps_it_as_facts_and_the_link_beside_it(firm: Firm) -> None:
    assert do(firm, Verb.HID, OWNER, **SAID, via="chat") is None
    with firm.house.store.read() as desk:
        row = desk.connection.execute("select * from ledger where event = 'hid'").fetchone()
        entry = desk.history("case:1")[-1]
    assert "example.com" not in "".join(map(str, tuple(row)))
    assert (entry["facts"]["hid_what"], entry["facts"]["hid_why"]) == ("deleted", "spam")
    assert (entry["actor"], entry["facts"]["via"], entry["note"]) == (OWNER, "chat", SAID["reason"])
    assert Verifier(firm.house.store).whole().is_sound


@pytest.mark.parametrize(
    "change", ["hid_of = hid_by", "hid_by = null", "hid_why = null", "hid_what = null"]
)
def test_what_nobody_else_was_asked_about_breaks_a_rule(firm: Firm, change: str) -> None:
    assert do(firm, Verb.HID, OWNER, **SAID) is None
    with firm.house.store.read() as desk:
        assert breaches(desk, firm.house.engine.rules, firm.now) == []
    firm.write(lambda desk: desk.connection.execute(f"update cases set {change}"))
    with firm.house.store.read() as desk:
        found = breaches(desk, firm.house.engine.rules, firm.now)
    assert found == [Breach("hidden", Ref("case", 1))]
