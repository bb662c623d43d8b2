"""What may be promised without asking, and permission for what may not be."""

from datetime import datetime, timedelta

import pytest

from config import Band, Settings
from config.duties import MOST_MONEY, Authority
from escalation import authority, permission
from escalation.authority import Card
from escalation.channel import Message
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Hush,
    Page,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.rules import Rules, Situation
from escalation.subject import Case, Ref, State
from escalation.verbs import act_on, fire_on
from tests import firm as firms
from tests.cases import (
    ACCOUNT,
    a_case,
    action,
    after,
    armed,
    closed,
    decided,
    owned,
    paged,
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
    SECOND,
    Firm,
)
from tocsin.verifying import Verifier

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CARDS = (
    Authority(role="member", refund=50, promise=("a call back within a day",)),
    Authority(role="lead", refund=200),
    Authority(role="head", refund=1000, promise=("a visit",)),
)


def declared(**more: object) -> Settings:
    care = firms.CARE.model_copy(update={"authority": CARDS})
    settings = firms.settings(teams=(care, firms.TECH, firms.MEDIA))
    return settings.model_copy(update=more)


RULES = Rules(declared())


def at(now: datetime = NOON, rules: Rules = RULES) -> Situation:
    return Situation(now, rules)


def asking(**more: object) -> Case:
    """An owned case that waits for the lead's permission."""
    fields = {"permission_of": LEAD, "permission_at": NOON, "permission_money": 120}
    return owned(**{**fields, **more})


# ------------------------------------------------------------------------ authority cards
@pytest.mark.parametrize(
    ("person", "card"),
    [
        pytest.param(OWNER, Card(50, ("a call back within a day",)), id="a member"),
        pytest.param(LEAD, Card(200, ("a call back within a day",)), id="the lead: both"),
        pytest.param(HEAD, Card(1000, ("a call back within a day", "a visit")), id="the head: all"),
        pytest.param(EXECUTIVE, Card(None), id="an executive: whatever it takes"),
        pytest.param(OTHER, Card(0), id="another team: nothing"),
        pytest.param(NO_ROLE, Card(0), id="no role: nothing"),
    ],
)
def test_what_somebody_may_do_without_asking(person: str, card: Card) -> None:
    assert authority.card_of(person, a_case(), RULES, NOON) == card


@pytest.mark.parametrize(
    ("case", "money", "people"),
    [
        pytest.param(owned(), 51, (LEAD, HEAD, EXECUTIVE), id="the lead may allow it"),
        pytest.param(owned(), None, (LEAD, HEAD, EXECUTIVE), id="a promise that costs nothing"),
        pytest.param(owned(), 201, (HEAD, EXECUTIVE), id="the head may"),
        pytest.param(owned(), 1001, (EXECUTIVE,), id="only the executive may"),
        pytest.param(owned(owner=LEAD), 100, (HEAD, EXECUTIVE), id="above the lead"),
        pytest.param(owned(owner=HEAD), 2000, (EXECUTIVE,), id="above the head"),
        pytest.param(owned(owner=HEAD), 100, (EXECUTIVE,), id="never below the owner"),
        pytest.param(owned(team="tech", topic=None, owner=OTHER), 1, (EXECUTIVE,), id="no card"),
    ],
)
def test_who_stands_above_with_enough_authority(
    case: Case, money: int | None, people: tuple[str, ...]
) -> None:
    assert authority.above(case, money, RULES, NOON) == people


# ----------------------------------------------------------------------------------- asking
@pytest.mark.parametrize(
    ("case", "by", "more", "asked", "why"),
    [
        pytest.param(owned(), OWNER, {"money": 120}, LEAD, None, id="the lowest who may allow it"),
        pytest.param(owned(), OWNER, {"money": 500}, HEAD, None, id="past the lead, who may not"),
        pytest.param(owned(), OWNER, {"money": 9999}, EXECUTIVE, None, id="else the executive"),
        pytest.param(owned(), OWNER, {"money": MOST_MONEY}, EXECUTIVE, None, id="to the last coin"),
        pytest.param(owned(), OWNER, {"reason": "a new pump"}, LEAD, None, id="without any money"),
        pytest.param(waiting(), OWNER, {"money": 120}, LEAD, None, id="also after our reply"),
        pytest.param(
            owned(), LEAD, {"money": 120}, None, f"only {OWNER}, who owns it, asks for permission",
            id="only its owner",
        ),
        pytest.param(
            owned(), OWNER, {"money": 50}, None, "you may refund up to 50 EUR without asking",
            id="not for what the card allows",
        ),
        pytest.param(
            owned(), OWNER, {"reason": "A call back within a day "}, None,
            "you may promise that without asking", id="nor for a promise on it",
        ),
        pytest.param(
            asking(), OWNER, {"money": 120}, None, f"{LEAD} has been asked already", id="once",
        ),
        pytest.param(
            a_case(), OWNER, {"money": 120}, None,
            "it is not acknowledged yet; acknowledge it, then ask", id="not before acknowledging",
        ),
        pytest.param(
            closed(), OWNER, {"money": 120}, None, f"it was closed by {OWNER}", id="not afterwards",
        ),
        pytest.param(
            owned(), OWNER, {}, None,
            'say what for, or how much money: --reason "…", --money 120', id="for something",
        ),
        pytest.param(
            owned(), OWNER, {"money": -1}, None, f"money is in whole EUR, 0 to {MOST_MONEY}",
            id="not for less than nothing",
        ),
        pytest.param(
            owned(owner=EXECUTIVE), EXECUTIVE, {"money": 9999}, None,
            "an executive asks nobody", id="an executive may everything",
        ),
    ],
)  # fmt: skip
def test_asking_for_permission(
    case: Case, by: str, more: dict[str, object], asked: str | None, why: str | None
) -> None:
    outcome = act_on(case, action(Verb.PERMISSION, by, **more), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    decision = decided(outcome)
    assert (decision.event, decision.actor) == ("permission_asked", by)
    assert decision.note == more.get("reason", "")
    waits = after(decision)
    assert (waits.permission_of, waits.permission_at, waits.permission_money) == (
        asked,
        NOON,
        more.get("money"),
    )
    assert Page(str(asked), NOON, what="permission_asked") in decision.effects
    assert armed(decision)[TimerKind.PERMISSION] == NOON + 15 * MINUTE
    assert (waits.owner, waits.state, waits.progress_at) == (case.owner, case.state, NOON)
    assert (TimerKind.HOLD in armed(decision)) == (case.state is State.OWNED), "it is progress"


def test_asking_stops_no_clock_of_the_customer() -> None:
    asked = decided(act_on(owned(), action(Verb.PERMISSION, OWNER, money=120), at()))
    stopped = {kind for one in asked.effects if isinstance(one, Cancel) for kind in one.timers}
    assert stopped <= {TimerKind.GRACE}
    assert not any(isinstance(one, Cancel) and not one.timers for one in asked.effects)


def test_while_a_hand_off_is_offered_no_hold_begins() -> None:
    offered = owned(offered_to=FIRST)
    asked = decided(act_on(offered, action(Verb.PERMISSION, OWNER, money=120), at()))
    assert TimerKind.HOLD not in armed(asked)


def test_how_long_an_answer_may_take_can_be_said() -> None:
    rules = Rules(declared(permission_within=HOUR))
    asked = decided(act_on(owned(), action(Verb.PERMISSION, OWNER, money=120), at(rules=rules)))
    assert armed(asked)[TimerKind.PERMISSION] == NOON + HOUR


def test_what_is_not_urgent_is_asked_in_working_hours() -> None:
    evening = NOON + 10 * HOUR
    morning = NOON + 20 * HOUR  # nine in Berlin
    case = owned(band=Band.P3)
    asked = decided(act_on(case, action(Verb.PERMISSION, OWNER, money=120), at(evening)))
    assert Page(LEAD, morning, what="permission_asked") in asked.effects
    assert armed(asked)[TimerKind.PERMISSION] == morning + 4 * HOUR


# --------------------------------------------------------------------------------- climbing
@pytest.mark.parametrize(
    ("case", "person", "event"),
    [
        pytest.param(asking(), HEAD, "permission_climbed", id="from the lead to the head"),
        pytest.param(
            asking(permission_of=HEAD), EXECUTIVE, "permission_climbed", id="on to the executive"
        ),
        pytest.param(
            asking(permission_of=EXECUTIVE), EXECUTIVE, "permission_asked", id="who is asked again"
        ),
        pytest.param(
            asking(permission_of=OTHER), EXECUTIVE, "permission_climbed", id="from a stranger now"
        ),
        pytest.param(
            asking(owner=LEAD), EXECUTIVE, "permission_climbed", id="the owner asks nobody below"
        ),
    ],
)
def test_a_request_that_nobody_answers_climbs(case: Case, person: str, event: str) -> None:
    climbed = decided(fire_on(case, TimerKind.PERMISSION, at(NOON + HOUR)))
    assert (climbed.event, climbed.actor, after(climbed).permission_of) == (event, ENGINE, person)
    assert after(climbed).permission_at == NOON, "it waits since it was asked"
    assert paged(climbed) == [person]
    assert Hush("permission_asked") in climbed.effects
    assert Arm(TimerKind.PERMISSION, NOON + HOUR + 15 * MINUTE) in climbed.effects
    assert told(climbed) == (
        [] if person == case.permission_of else [(case.permission_of, "permission_climbed")]
    )


@pytest.mark.parametrize("case", [owned(), closed(permission_of=LEAD, permission_at=NOON)])
def test_where_nobody_waits_nothing_climbs(case: Case) -> None:
    outcome = fire_on(case, TimerKind.PERMISSION, at())
    assert outcome == Unchanged("no permission is being waited for")


# -------------------------------------------------------------------------------- answering
@pytest.mark.parametrize("verb", [Verb.GRANT, Verb.REFUSE])
@pytest.mark.parametrize(
    ("case", "by", "allowed"),
    [
        pytest.param(asking(), LEAD, True, id="whoever was asked"),
        pytest.param(asking(), HEAD, True, id="somebody above"),
        pytest.param(asking(), EXECUTIVE, True, id="the executive"),
        pytest.param(asking(permission_of=HEAD), LEAD, True, id="the lead, after it climbed"),
        pytest.param(
            asking(permission_of=HEAD, permission_money=500), LEAD, False, id="not beyond the card"
        ),
        pytest.param(asking(), OWNER, False, id="not who asked"),
        pytest.param(asking(), SECOND, False, id="not a colleague"),
        pytest.param(asking(), OTHER, False, id="not another team"),
        pytest.param(
            asking(owner=LEAD, permission_of=HEAD, permission_money=None), LEAD, False,
            id="nobody allows themself",
        ),
    ],
)  # fmt: skip
def test_answering(verb: Verb, case: Case, by: str, allowed: bool) -> None:
    outcome = act_on(case, action(verb, by, reason="zz"), at(NOON + 90 * MINUTE))
    if not allowed:
        said = f"only {case.permission_of}, or somebody above who may allow it, answers"
        assert outcome == Unchanged(said)
        return
    answered = decided(outcome)
    event = "permission_granted" if verb is Verb.GRANT else "permission_refused"
    assert (answered.event, answered.actor, answered.note) == (event, by, "zz")
    done = after(answered)
    assert (done.permission_of, done.permission_at, done.permission_money) == (None, None, None)
    assert done.permission_seconds == 90 * 60
    people = dict.fromkeys((case.owner, case.permission_of))
    assert told(answered) == [(one, event) for one in people if one != by]
    assert {Cancel((TimerKind.PERMISSION,)), Hush("permission_asked")} <= set(answered.effects)


def test_without_a_request_there_is_nothing_to_answer() -> None:
    outcome = act_on(owned(), action(Verb.GRANT, LEAD), at())
    assert outcome == Unchanged("no permission is being waited for")


def test_waiting_for_permission_adds_up() -> None:
    case = asking(permission_seconds=600)
    assert permission.waited(case, NOON + HOUR) == 70 * MINUTE
    granted = after(act_on(case, action(Verb.GRANT, LEAD), at(NOON + HOUR)))
    assert permission.waited(granted, NOON + DAY) == 70 * MINUTE
    assert permission.waited(case, NOON - HOUR) == 10 * MINUTE, "a clock set back adds nothing"


# ------------------------------------------------------- what happens to the case meanwhile
@pytest.mark.parametrize(
    "done",
    [
        pytest.param(action(Verb.REROUTE, OWNER, "tech"), id="another team"),
        pytest.param(action(Verb.ASSIGN, LEAD, SECOND), id="another owner"),
        pytest.param(action(Verb.CLAIM, FIRST), id="a raised hand"),
    ],
)
def test_the_request_stays_with_the_case_for_a_new_owner(done: object) -> None:
    moved = decided(act_on(asking(), done, at()))  # type: ignore[arg-type]
    case = after(moved)
    assert case.owner != OWNER
    assert (case.permission_of, case.permission_money) == (LEAD, 120)
    stopped = {kind for one in moved.effects if isinstance(one, Cancel) for kind in one.timers}
    assert TimerKind.PERMISSION not in stopped


def test_closing_withdraws_the_request() -> None:
    account = {"cause": "care", "cost": 1, "money": 0, "done": "zz", "done_for_rest": "zz"}
    resolve = action(Verb.RESOLVE, OWNER, **account)
    closing = decided(act_on(asking(), resolve, at(NOON + HOUR)))
    case = after(closing)
    assert (case.permission_of, case.permission_seconds) == (None, 3600)
    assert told(closing) == [(LEAD, "permission_withdrawn")]
    assert Hush("permission_asked") in closing.effects


# ------------------------------------------------------------------------- in a whole house
def do(firm: Firm, ref: Ref, verb: Verb, by: str, **more: object) -> object:
    done = action(verb, by, **more)
    return firm.write(lambda desk: firm.house.engine.act(desk, ref, done, firm.now))


def of_case(firm: Firm, ref: Ref) -> Case:
    with firm.house.store.borrow() as desk:
        case = desk.subject(ref)
    assert isinstance(case, Case)
    return case


def asked_of(firm: Firm, person: str) -> list[Message]:
    """The messages by which a person's permission was asked."""
    pages = firm.channels["chat"].pages(f"{person}@chat")
    return [page for page in pages if any("your permission" in line for line in page.lines)]


def an_asking_firm() -> tuple[Firm, Ref]:
    firm = firms.new_firm(declared=declared())
    ref = Ref("case", firms.complain(firm, 1, band=Band.P2))
    firm.passes(MINUTE)
    assert do(firm, ref, Verb.ACK, OWNER) is None
    assert do(firm, ref, Verb.PERMISSION, OWNER, money=120, reason="zza new pump") is None
    firm.settle()
    return firm, ref


def test_the_page_says_what_is_asked_and_how_to_answer() -> None:
    firm, _ = an_asking_firm()
    (page,) = asked_of(firm, LEAD)
    assert page.lines == (
        f"{OWNER} asks your permission to give up to 120 EUR. What for: zza new pump",
        f"Owner of the reply: {OWNER}, who acknowledged it · cause: care, {HEAD}. You may: refund "
        f"up to 200 EUR; promise a call back within a day. Above it ask {HEAD}",
        f"Next: grant or refuse by 13:16, else {HEAD} is asked",
        "Not known: language not scored, reach unknown",
        f"Until now: 13:01 acknowledged by {OWNER} · 13:01 permission asked by {OWNER}: 120 EUR. "
        "What was typed with it: tocsin cases show 1",
        f"To act: tocsin cases grant 1 --as {LEAD} · "
        f'Or: tocsin cases refuse 1 --reason "WHY" --as {LEAD}',
    )


def test_it_climbs_to_the_executive_who_is_asked_again_and_again() -> None:
    firm, ref = an_asking_firm()
    assert do(firm, ref, Verb.REPLIED, OWNER) is None
    firm.passes(16 * MINUTE)
    assert len(asked_of(firm, HEAD)) == 1
    firm.passes(15 * MINUTE)
    assert len(asked_of(firm, EXECUTIVE)) == 1
    firm.passes(4 * HOUR)
    assert len(asked_of(firm, EXECUTIVE)) >= 10
    assert of_case(firm, ref).owner == OWNER
    assert do(firm, ref, Verb.GRANT, EXECUTIVE) is None
    before = len(asked_of(firm, EXECUTIVE))
    firm.passes(2 * HOUR)
    assert len(asked_of(firm, EXECUTIVE)) == before
    assert of_case(firm, ref).permission_seconds == 31 * 60 + 4 * 3600
    with firm.house.store.borrow() as desk:
        events = [entry["event"] for entry in desk.history(str(ref))]
    assert events.count("permission_climbed") == 2
    assert {"permission_asked", "permission_granted"} <= set(events)


def test_an_answer_before_the_page_could_leave_takes_it_back() -> None:
    firm = firms.new_firm(declared=declared())
    ref = Ref("case", firms.complain(firm, 1, band=Band.P2))
    firm.passes(MINUTE)
    do(firm, ref, Verb.ACK, OWNER)
    firm.settle()
    firm.channels["chat"].state = firm.channels["mail"].state = "down"
    do(firm, ref, Verb.PERMISSION, OWNER, money=120)
    firm.settle()
    assert do(firm, ref, Verb.REFUSE, LEAD) is None
    firm.channels["chat"].state = firm.channels["mail"].state = "up"
    firm.passes(10 * MINUTE)
    assert asked_of(firm, LEAD) == []
    said = [message.lines[0] for _, message in firm.channels["chat"].taken]
    assert f"{LEAD} does not permit 120 EUR." in said


def test_an_acknowledgement_by_somebody_else_takes_no_request_back() -> None:
    firm, ref = an_asking_firm()
    firm.channels["chat"].state = firm.channels["mail"].state = "down"
    firm.passes(16 * MINUTE)  # it climbs to the head, whom nothing reaches
    assert do(firm, ref, Verb.CLAIM, FIRST) is None
    firm.channels["chat"].state = firm.channels["mail"].state = "up"
    firm.passes(6 * MINUTE)
    assert asked_of(firm, HEAD)


def test_a_request_that_was_answered_asks_nothing_when_it_is_shown_anew() -> None:
    firm, ref = an_asking_firm()
    assert do(firm, ref, Verb.GRANT, LEAD) is None
    firm.settle()
    firm.write(lambda desk: desk.freshen(ref, firm.now))
    firm.passes(MINUTE)
    anew = [one for one in firm.channels["chat"].updated if one.to == f"{LEAD}@chat"]
    assert anew
    assert not any("To act" in line or "permission to" in line for line in anew[-1].lines)


def test_the_answer_is_told_even_while_a_storm_pages_for_the_case() -> None:
    firm, ref = an_asking_firm()
    declare = action(Verb.DECLARE, LEAD)
    firm.write(lambda desk: firm.house.engine.declare(desk, "Acme", declare, firm.now))
    firm.settle()
    assert of_case(firm, ref).inhibited_by is not None
    assert do(firm, ref, Verb.GRANT, LEAD) is None
    firm.settle()
    said = [message.lines[0] for _, message in firm.channels["chat"].taken]
    assert f"{LEAD} permits 120 EUR: zza new pump" in said


def test_what_was_typed_with_a_request_is_shown_only_where_it_can_be_taken_back() -> None:
    firm = firms.new_firm(declared=declared())
    chat = firm.channels["chat"]
    chat.capabilities = type(chat.capabilities)(update=False)
    ref = Ref("case", firms.complain(firm, 1, band=Band.P2))
    firm.passes(MINUTE)
    do(firm, ref, Verb.ACK, OWNER)
    do(firm, ref, Verb.PERMISSION, OWNER, money=120, reason="zza new pump")
    firm.settle()
    (page,) = asked_of(firm, LEAD)
    assert ("zza" in page.lines[0]) == chat.capabilities.may_quote


def test_cards_and_the_clock_of_permission_are_shown_in_a_room() -> None:
    firm, ref = an_asking_firm()
    firm.passes(10 * MINUTE)
    (room,) = [message for _, message in firm.channels["chat"].taken if message.to == "room"][:1]
    lines = (firm.channels["chat"].updated[-1] if firm.channels["chat"].updated else room).lines
    assert any(f"{OWNER} may: refund up to 50 EUR" in line for line in lines)
    assert any(f"Waits for permission of {LEAD} since" in line for line in lines)
    assert len(lines) <= 5
    do(firm, ref, Verb.GRANT, LEAD)
    firm.passes(MINUTE)
    assert any(
        "Waited 10 min for permission" in li for li in firm.channels["chat"].updated[-1].lines
    )


def test_a_case_that_is_closed_shows_its_account() -> None:
    firm, ref = an_asking_firm()
    account = {"cause": "care", "cost": 20, "money": 1500, "done": "zz", "done_for_rest": "zz"}
    assert do(firm, ref, Verb.RESOLVE, EXECUTIVE, **account) is None
    firm.passes(MINUTE)
    (line,) = [one for one in firm.channels["chat"].updated[-1].lines if one.startswith("Closed")]
    assert line == "Closed: cause care, 20 min, 1,500 EUR"


def test_a_long_card_leaves_room_for_who_owns_it() -> None:
    promise = tuple("a promise of many words " * 8 for _ in range(9))
    care = firms.CARE.model_copy(update={"authority": (Authority(role="member", promise=promise),)})
    firm = firms.new_firm(declared=firms.settings(teams=(care, firms.TECH, firms.MEDIA)))
    firms.complain(firm, 1, band=Band.P1)
    firm.settle()
    (page,) = firm.channels["chat"].pages(f"{OWNER}@chat")
    assert len(page.lines) <= 5
    assert all(len(line) <= 300 for line in page.lines)
    owner = next(line for line in page.lines if line.startswith("Owner of the reply"))
    assert owner.endswith(f"Above it ask {EXECUTIVE}")


def test_the_request_ends_where_a_new_owner_may_allow_it_alone() -> None:
    firm, ref = an_asking_firm()
    assert of_case(firm, ref).permission_of is not None
    assert do(firm, ref, Verb.CLAIM, EXECUTIVE) is None
    assert of_case(firm, ref).permission_of is None
    before = len(asked_of(firm, EXECUTIVE))
    firm.passes(8 * HOUR)
    assert len(asked_of(firm, EXECUTIVE)) == before, "nobody is asked for what they may do alone"


def test_nobody_permits_themselves_what_another_team_lets_nobody_promise() -> None:
    own = asking(owner=LEAD, permission_money=5_000)
    said = act_on(own, action(Verb.GRANT, LEAD), at())
    assert said == Unchanged("nobody permits themselves what they may not promise alone")


def test_whoever_is_asked_and_goes_away_is_not_waited_for() -> None:
    gone = decided(permission.asked_gone(asking(permission_of=LEFT), at()))
    assert gone.subject.permission_of not in (LEFT, None)  # type: ignore[attr-defined]
    assert permission.asked_gone(asking(), at()) == Unchanged("nobody is waited for who has gone")


# ------------------------------------------------------------- closing within what is allowed
def closes_with(money: int, by: str = OWNER) -> Action:
    return action(Verb.RESOLVE, by, **{**ACCOUNT, "money": money})


BEYOND = (
    "120 EUR is more than {by} may promise alone ({alone}), and {granted}; its owner asks for it"
    " first: tocsin cases permission 1 --money 120"
)


@pytest.mark.parametrize(
    ("case", "by", "money", "why"),
    [
        pytest.param(owned(), OWNER, 0, None, id="nothing"),
        pytest.param(owned(), OWNER, 50, None, id="what a member may give alone"),
        pytest.param(
            owned(),
            OWNER,
            120,
            BEYOND.format(by=OWNER, alone=50, granted="nothing was granted"),
            id="more",
        ),
        pytest.param(owned(), LEAD, 120, None, id="what the lead may give alone"),
        pytest.param(owned(permission_granted=120), OWNER, 120, None, id="what was granted"),
        pytest.param(
            owned(owner=SECOND, permission_granted=120), SECOND, 120, None, id="to another owner"
        ),
        pytest.param(
            owned(permission_granted=100),
            OWNER,
            120,
            BEYOND.format(by=OWNER, alone=50, granted="up to 100 was granted"),
            id="more than was granted",
        ),
        pytest.param(asking(), OWNER, 50, None, id="less, while more is asked for"),
        pytest.param(
            asking(),
            OWNER,
            120,
            f"120 EUR is more than {OWNER} may promise alone (50), and nothing was granted; {LEAD}"
            " has been asked and has not answered yet",
            id="what is asked for and not answered yet",
        ),
        pytest.param(owned(), EXECUTIVE, MOST_MONEY, None, id="the executive: whatever it takes"),
        pytest.param(
            a_case(), OWNER, 120, BEYOND.format(by=OWNER, alone=50, granted="nothing was granted"),
            id="also where closing is the acknowledgement",
        ),
    ],
)  # fmt: skip
def test_a_case_is_closed_with_no_more_money_than_was_allowed_or_granted(
    case: Case, by: str, money: int, why: str | None
) -> None:
    outcome = act_on(case, closes_with(money, by), at())
    if why is not None:
        assert outcome == Unchanged(why)
    else:
        assert (after(outcome).state, after(outcome).money) == (State.CLOSED, money)


def test_where_a_team_has_declared_no_cards_closing_is_held_to_none() -> None:
    rules = Rules(firms.settings())
    assert after(act_on(owned(), closes_with(9_000), at(rules=rules))).money == 9_000


def test_silence_closes_a_case_whatever_money_was_stated_before() -> None:
    case = waiting(money=9_000, cause="care")
    assert after(fire_on(case, TimerKind.QUIET, at())).close_reason == "silence"


def test_a_grant_is_kept_and_a_refusal_grants_nothing() -> None:
    granted = after(act_on(asking(), action(Verb.GRANT, LEAD), at()))
    assert granted.permission_granted == 120
    less = after(act_on(asking(permission_granted=500), action(Verb.GRANT, LEAD), at()))
    assert less.permission_granted == 500, "the most that was granted counts"
    refused = after(act_on(asking(), action(Verb.REFUSE, LEAD), at()))
    assert refused.permission_granted is None
    promised = asking(permission_money=None)
    assert after(act_on(promised, action(Verb.GRANT, LEAD), at())).permission_granted is None


def test_who_was_granted_money_closes_with_it_and_the_ledger_has_the_grant() -> None:
    firm, ref = an_asking_firm()
    why = do(firm, ref, Verb.RESOLVE, OWNER, **{**ACCOUNT, "money": 120})
    assert why is not None
    assert "nothing was granted" in why
    assert do(firm, ref, Verb.GRANT, LEAD) is None
    assert do(firm, ref, Verb.RESOLVE, OWNER, **{**ACCOUNT, "money": 120}) is None
    assert of_case(firm, ref).money == 120
    assert Verifier(firm.house.store).whole().is_sound


def test_a_grant_is_used_once_and_is_not_there_for_a_reopening() -> None:
    firm, ref = an_asking_firm()
    assert do(firm, ref, Verb.GRANT, LEAD) is None
    assert do(firm, ref, Verb.RESOLVE, OWNER, **{**ACCOUNT, "money": 120}) is None
    assert do(firm, ref, Verb.REOPEN, OWNER, reason="zz") is None
    why = do(firm, ref, Verb.RESOLVE, OWNER, **{**ACCOUNT, "money": 120})
    assert "nothing was granted" in str(why)
    assert Verifier(firm.house.store).whole().is_sound


@pytest.mark.parametrize(
    ("money", "by", "kept"),
    [
        pytest.param(120, OWNER, None, id="beyond the card of who closes"),
        pytest.param(50, OWNER, 120, id="not by what they may give alone"),
        pytest.param(120, LEAD, 120, id="nor by somebody above, who needs none"),
        pytest.param(120, EXECUTIVE, 120, id="nor by an executive"),
    ],
)
def test_a_grant_is_used_up_by_closing(money: int, by: str, kept: int | None) -> None:
    case = owned(permission_granted=120)
    assert after(act_on(case, closes_with(money, by), at())).permission_granted == kept


@pytest.mark.parametrize(
    ("by", "asked"),
    [
        pytest.param(SECOND, LEAD, id="a colleague has it as well"),
        pytest.param(LEAD, HEAD, id="who was asked asks the next above, as for anything of theirs"),
        pytest.param(EXECUTIVE, None, id="an executive asks nobody"),
    ],
)
def test_a_promise_that_was_asked_for_stays_asked_for_with_a_new_owner(
    by: str, asked: str | None
) -> None:
    firm = firms.new_firm(declared=declared())
    ref = Ref("case", firms.complain(firm, 1, band=Band.P2))
    firm.passes(MINUTE)
    do(firm, ref, Verb.ACK, OWNER)
    do(firm, ref, Verb.PERMISSION, OWNER, reason="zza public apology")
    assert of_case(firm, ref).permission_of == LEAD
    assert do(firm, ref, Verb.CLAIM, by) is None
    assert of_case(firm, ref).permission_of == asked


def test_where_owner_and_asked_lead_go_together_somebody_who_is_there_is_asked() -> None:
    firm, ref = an_asking_firm()
    for who in (OWNER, LEAD):
        firm.write(
            lambda desk, who=who: desk.say_away(who, firm.now, firm.now + DAY, who, firm.now)
        )
    firm.settle()
    case = of_case(firm, ref)
    assert case.owner not in (OWNER, LEAD)
    assert case.permission_of not in (OWNER, LEAD, None)
    assert asked_of(firm, str(case.permission_of))
