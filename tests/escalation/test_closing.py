"""How a case ends, what account is given of it, and who owns the fix: rows C15-C17 of the rules."""

from datetime import timedelta
from pathlib import Path

import pytest

from config import Band
from config.duties import MOST_MONEY, Function
from escalation import account, closing, functions, handoffs
from escalation.account import MAX_DONE, MOST_MINUTES
from escalation.decision import (
    ENGINE,
    Answered,
    Cancel,
    Hush,
    Offered,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.rules import Rules
from escalation.subject import Case, Incident, Level, Ref, State
from escalation.verbs import act_on, fire_on
from tests import firm as firms
from tests.cases import (
    ACCOUNT,
    RULES,
    a_case,
    action,
    after,
    armed,
    at,
    closed,
    decided,
    owned,
    told,
    waiting,
    warned,
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

HOUR = timedelta(hours=1)


def without(*names: str) -> dict[str, object]:
    return {name: value for name, value in ACCOUNT.items() if name not in names}


def declared(**more: object) -> Rules:
    """The firm with functions of its own."""
    made = (
        Function(name="logistics", head=OTHER, full_name="Logistics & Stores"),
        Function(name="billing desk", head=LEFT),
    )
    return Rules(firms.settings().model_copy(update={"functions": made, **more}))


# ------------------------------------------------------------------------------------- C15
@pytest.mark.parametrize(
    ("case", "by", "why"),
    [
        pytest.param(owned(), OWNER, None, id="its owner"),
        pytest.param(a_case(), OWNER, None, id="in new it is also the acknowledgement"),
        pytest.param(waiting(), LEAD, None, id="somebody above"),
        pytest.param(owned(state=State.SNOOZED), OWNER, None, id="also while it is put off"),
        pytest.param(
            owned(), FIRST, f"only {OWNER} or somebody above resolves it", id="not a colleague"
        ),
        pytest.param(closed(), LEAD, f"it was closed by {OWNER}", id="not what is closed"),
    ],
)
def test_c15_who_resolves(case: Case, by: str, why: str | None) -> None:
    outcome = act_on(case, action(Verb.RESOLVE, by, **ACCOUNT), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    done = after(outcome)
    assert (done.state, done.closed_by, done.close_reason) == (State.CLOSED, by, "resolved")
    assert (done.cause, done.cost, done.money) == ("delivery", 20, 50)
    assert (done.done, done.done_for_rest) == ("refunded", "nothing, because it was one parcel")
    assert {Cancel(), Hush()} <= set(decided(outcome).effects)


@pytest.mark.parametrize("by", [OWNER, LEAD])
def test_c15_resolving_a_new_case_is_its_acknowledgement(by: str) -> None:
    done = after(act_on(a_case(), action(Verb.RESOLVE, by, **ACCOUNT), at(NOON + HOUR)))
    assert (done.owner, done.acked_by, done.acked_at) == (by, by, NOON + HOUR)


def test_c15_whoever_has_nothing_left_to_do_is_told() -> None:
    new = a_case(asked=(OWNER, FIRST), owner=FIRST)
    assert told(decided(act_on(new, action(Verb.RESOLVE, LEAD, **ACCOUNT), at()))) == [
        (OWNER, "closed"),
        (FIRST, "closed"),
    ]
    work = owned(asked=(FIRST, OWNER))
    assert told(decided(act_on(work, action(Verb.RESOLVE, LEAD, **ACCOUNT), at()))) == [
        (OWNER, "closed")
    ]
    assert not told(decided(act_on(work, action(Verb.RESOLVE, OWNER, **ACCOUNT), at())))


def test_c15_a_pending_offer_ends_with_the_case() -> None:
    offered = owned(offered_to=FIRST, offered_by=OWNER, offered_at=NOON)
    resolved = act_on(offered, action(Verb.RESOLVE, OWNER, **ACCOUNT), at())
    resolved = handoffs.without_offer(offered, decided(resolved), at())
    assert Answered("withdrawn") in resolved.effects
    case = after(resolved)
    assert (case.offered_to, case.offered_by, case.offered_at) == (None, None, None)


WANTED = {
    "cause": (
        "the cause, the function that owns the fix (--cause NAME; "
        "known: care, delivery, media, tech)"
    ),
    "cost": "the cost in minutes of work, 0 allowed (--cost 20)",
    "money": "the money in whole EUR, 0 allowed (--money 0)",
    "done": 'what was done for this customer (--done "…")',
    "done_for_rest": (
        'what was done for everybody else it concerns (--rest "…"), or "nothing, because …"'
    ),
}


@pytest.mark.parametrize("band", [Band.P1, Band.P2])
@pytest.mark.parametrize(
    "left_out",
    [
        pytest.param(tuple(WANTED), id="nothing was given"),
        *(pytest.param((name,), id=f"all but {name}") for name in WANTED),
    ],
)
def test_what_is_urgent_is_closed_with_its_whole_account(
    band: Band, left_out: tuple[str, ...]
) -> None:
    outcome = act_on(owned(band=band), action(Verb.RESOLVE, OWNER, **without(*left_out)), at())
    wanted = "; ".join(WANTED[name] for name in left_out)
    assert outcome == Unchanged(f"closing this also takes {wanted}")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    bad = action(Verb.RESOLVE, OWNER, cause="it was us!", cost=-1, done="none", done_for_rest="…")
    said = act_on(owned(), bad, at())
    assert said == Unchanged(
        'a cause is a short name such as "delivery"; say more in the reason. '
        "the cost is in minutes of work, 0 to 1000000. "
        '--done: where nothing was done, say why: "nothing, because …". '
        "--rest says nothing in words. "
        f"closing this also takes {WANTED['money']}"
    )


@pytest.mark.parametrize("band", [Band.P3, Band.P4])
def test_what_is_not_urgent_closes_by_one_click_prefilled_from_the_topic(band: Band) -> None:
    done = after(act_on(owned(band=band), action(Verb.RESOLVE, OWNER), at()))
    assert (done.cause, done.cost, done.money, done.done) == ("care", None, None, "")
    mapped = firms.CARE.model_copy(update={"causes": {"billing": "tech"}})
    rules = Rules(firms.settings(teams=(mapped, firms.TECH, firms.MEDIA)))
    done = after(act_on(owned(band=band), action(Verb.RESOLVE, OWNER), at(rules=rules)))
    assert done.cause == "tech"


def test_a_cause_that_was_named_meanwhile_is_not_asked_for_again() -> None:
    case = owned(cause="tech")
    done = after(act_on(case, action(Verb.RESOLVE, OWNER, **without("cause")), at()))
    assert done.cause == "tech"


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        pytest.param("sent a new one", True, id="what was done"),
        pytest.param("Nothing, because they moved away", True, id="nothing, with its reason"),
        pytest.param("nothing because they moved away", True, id="without the comma"),
        pytest.param("nothing is open: refunded", True, id="a sentence that begins so"),
        pytest.param("nothing", False, id="nothing, and no reason"),
        pytest.param(" Nothing. ", False, id="nothing, with a full stop"),
        pytest.param("nothing, because", False, id="a because without a reason"),
        pytest.param("nothing, because …", False, id="the example itself"),
        pytest.param("n/a", False, id="another word for nothing"),
        pytest.param("-", False, id="a dash"),
        pytest.param("x" * MAX_DONE, True, id="as much as is kept"),
        pytest.param("x" * (MAX_DONE + 1), False, id="more than is kept"),
    ],
)
@pytest.mark.parametrize("field", ["done", "done_for_rest"])
def test_what_may_be_said_of_what_was_done(field: str, text: str, taken: bool) -> None:
    outcome = act_on(owned(), action(Verb.RESOLVE, OWNER, **{**ACCOUNT, field: text}), at())
    assert isinstance(outcome, Unchanged) is not taken
    if taken:
        assert getattr(after(outcome), field) == text.strip()


@pytest.mark.parametrize(
    ("more", "usable"),
    [
        pytest.param({"cause": "delivery"}, True, id="a name"),
        pytest.param(
            {"cause": "late delivery 2", "cost": 0}, False, id="a name of nothing declared"
        ),
        pytest.param({"cause": "it was, alas, our fault"}, False, id="a sentence"),
        pytest.param({"cause": "Käse"}, False, id="letters that the ledger does not write"),
        pytest.param({"cause": ""}, False, id="an empty name"),
        pytest.param({"cause": "x" * 65}, False, id="a long one"),
        pytest.param({"cause": "delivery\n"}, False, id="a line break after it"),
        pytest.param({"cost": 0, "money": 0}, True, id="nothing that it cost"),
        pytest.param({"cost": MOST_MINUTES}, True, id="the longest work"),
        pytest.param({"cost": MOST_MINUTES + 1}, False, id="longer work"),
        pytest.param({"cost": -1}, False, id="a negative cost"),
        pytest.param({"cost": 2**60}, False, id="a cost that no ledger writes"),
        pytest.param({"money": -1}, False, id="negative money"),
        pytest.param({"money": MOST_MONEY + 1}, False, id="more money than there is"),
    ],
)
def test_what_may_be_a_cause_a_cost_and_money(more: dict[str, object], usable: bool) -> None:
    given = action(Verb.RESOLVE, OWNER, **{**ACCOUNT, **more})
    assert (account.wanting(a_case(), given, RULES) is None) == usable


def test_what_was_given_before_stays_where_a_later_closing_does_not_say_it() -> None:
    before = owned(band=Band.P4, cost=30, money=20)
    kept = account.given(before, action(Verb.RESOLVE, OWNER), RULES)
    assert (kept.cost, kept.money) == (30, 20)


def test_that_nothing_was_done_is_a_warning() -> None:
    nothing = {**ACCOUNT, "done": "nothing, because it is too late"}
    resolved = decided(act_on(owned(), action(Verb.RESOLVE, OWNER, **nothing), at()))
    assert warned(resolved) == [("wont_act", OWNER)]
    done = decided(act_on(owned(), action(Verb.RESOLVE, OWNER, **ACCOUNT), at()))
    assert warned(done) == []


# ------------------------------------------------------------------------------- incidents
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
    }
    return Incident(**{**fields, **more})  # type: ignore[arg-type]


def test_s6_an_incident_is_closed_with_its_account_and_a_review() -> None:
    bare = act_on(an_incident(), action(Verb.RESOLVE, OWNER), at())
    assert isinstance(bare, Unchanged)
    for words in (*WANTED.values(), "a review: what happened"):
        assert words in bare.why
    review = {**ACCOUNT, "reason": "the courier's depot was flooded"}
    resolved = decided(act_on(an_incident(), action(Verb.RESOLVE, OWNER, **review), at()))
    incident = resolved.subject
    assert (incident.state, incident.cause, incident.cost, incident.money) == (
        State.CLOSED,
        "delivery",
        20,
        50,
    )
    assert (resolved.note, warned(resolved)) == ("the courier's depot was flooded", [])
    nothing = {**review, "done": "nothing, because nobody was hurt"}
    resolved = decided(act_on(an_incident(), action(Verb.RESOLVE, OWNER, **nothing), at()))
    assert warned(resolved) == [("wont_act", OWNER)]


@pytest.mark.parametrize(
    ("incident", "by", "more", "why"),
    [
        pytest.param(
            an_incident(), OWNER, {"reason": "a joke", "cause": "tech"}, None, id="its owner"
        ),
        pytest.param(
            an_incident(level=Level.STORM, band=Band.STORM),
            OWNER,
            {"reason": "a joke", "cause": "tech"},
            "only a watch is left as it is",
            id="not a storm",
        ),
        pytest.param(
            an_incident(),
            OWNER,
            {},
            f'say why nothing is done (--reason "…"). closing this also takes {WANTED["cause"]}',
            id="with a reason and a cause",
        ),
    ],
)
def test_that_nothing_is_done_about_a_watch(
    incident: Incident, by: str, more: dict[str, object], why: str | None
) -> None:
    outcome = act_on(incident, action(Verb.WONT_ACT, by, **more), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    left = decided(outcome)
    assert isinstance(left.subject, Incident)
    assert (left.subject.level, left.subject.close_reason) == (Level.CLOSED, "wont_act")
    assert warned(left) == [("wont_act", by)]


# ------------------------------------------------------------------------------------- C16
@pytest.mark.parametrize(
    ("case", "by", "reason", "why"),
    [
        pytest.param(a_case(), OWNER, "not a complaint", None, id="who was paged"),
        pytest.param(owned(), SECOND, "not us", None, id="the team"),
        pytest.param(a_case(asked=(OTHER,)), OTHER, "not us", None, id="paged from elsewhere"),
        pytest.param(
            a_case(),
            OTHER,
            "not us",
            f"{OTHER} was not paged and is not of team care",
            id="not another team",
        ),
        pytest.param(
            a_case(band=Band.P1),
            OWNER,
            "zz",
            "dismissing this takes the lead or somebody above",
            id="P1: not its owner",
        ),
        pytest.param(
            a_case(safety=True),
            OWNER,
            "zz",
            "dismissing this takes the lead or somebody above",
            id="safety: not its owner",
        ),
        pytest.param(a_case(band=Band.P1), LEAD, "zz", None, id="P1: the lead"),
        pytest.param(
            a_case(),
            OWNER,
            " ",
            'dismissing takes a reason: "not a complaint", "not us" or "spam"',
            id="with a reason",
        ),
        pytest.param(waiting(), LEAD, "zz", closing.ANSWERED, id="not after our reply"),
    ],
)
def test_c16_dismissing(case: Case, by: str, reason: str, why: str | None) -> None:
    outcome = closing.dismiss(case, action(Verb.DISMISS, by, reason=reason), at())
    if why is not None:
        assert outcome == Unchanged(why)
    else:
        assert (after(outcome).close_reason, decided(outcome).note) == ("dismissed", reason)


@pytest.mark.parametrize(
    ("band", "is_warning"),
    [(Band.P1, True), (Band.P2, True), (Band.P3, False), (Band.P4, False)],
)
def test_c16_what_was_urgent_is_remembered_as_a_warning(band: Band, is_warning: bool) -> None:
    dismissed = closing.dismiss(
        a_case(band=band), action(Verb.DISMISS, LEAD, reason="not us"), at()
    )
    assert warned(decided(dismissed)) == ([("dismissed_case", LEAD)] if is_warning else [])


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (" Spam ", "spam"),
        ("withdrawn", "withdrawn"),
        ("spam: sells watches", "spam"),
        ("Not a complaint: a joke", "dismissed"),
    ],
)
def test_c16_spam_and_what_was_withdrawn_are_kept_as_such(said: str, kept: str) -> None:
    gone = action(Verb.DISMISS, OWNER, reason=said)
    assert after(closing.dismiss(a_case(), gone, at())).close_reason == kept


# -------------------------------------------------------------------------------- wont_act
@pytest.mark.parametrize(
    ("case", "by", "more", "why"),
    [
        pytest.param(owned(), OWNER, {"reason": "zz", "cause": "tech"}, None, id="its owner"),
        pytest.param(waiting(), LEAD, {"reason": "zz", "cause": "tech"}, None, id="the lead"),
        pytest.param(owned(band=Band.P3), OWNER, {"reason": "zz"}, None, id="today: a reason only"),
        pytest.param(
            owned(band=Band.P3), OWNER, {}, 'say why nothing is done (--reason "…")', id="a reason"
        ),
        pytest.param(
            owned(),
            OWNER,
            {"reason": "zz"},
            f"closing this also takes {WANTED['cause']}",
            id="soon: with its cause",
        ),
        pytest.param(
            owned(band=Band.P1),
            OWNER,
            {"reason": "zz", "cause": "tech"},
            "that nothing is done about this, the lead or somebody above decides",
            id="now: not its owner",
        ),
        pytest.param(
            owned(safety=True),
            OWNER,
            {"reason": "zz", "cause": "tech"},
            "that nothing is done about this, the lead or somebody above decides",
            id="safety: not its owner",
        ),
        pytest.param(
            owned(band=Band.P1), LEAD, {"reason": "zz", "cause": "tech"}, None, id="now: the lead"
        ),
        pytest.param(
            owned(),
            FIRST,
            {"reason": "zz", "cause": "tech"},
            f"only {OWNER} or somebody above decides that",
            id="not a colleague",
        ),
        pytest.param(
            closed(), OWNER, {"reason": "zz"}, f"it was closed by {OWNER}", id="not what is closed"
        ),
    ],
)
def test_saying_that_nothing_will_be_done(
    case: Case, by: str, more: dict[str, object], why: str | None
) -> None:
    outcome = act_on(case, action(Verb.WONT_ACT, by, **more), at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    left = decided(outcome)
    assert (after(left).close_reason, after(left).closed_by, left.note) == ("wont_act", by, "zz")
    assert after(left).cause is not None
    assert warned(left) == [("wont_act", by)]


# ------------------------------------------------------------------------------------- C17
@pytest.mark.parametrize(
    ("case", "closes"),
    [
        pytest.param(waiting(band=Band.P3), True, id="today: it closes"),
        pytest.param(waiting(band=Band.P2, cause="care"), True, id="soon, with a cause: it closes"),
        pytest.param(waiting(band=Band.P2), False, id="soon, without: the owner is asked for it"),
        pytest.param(waiting(band=Band.P1), False, id="now, without: the owner is asked for it"),
    ],
)
def test_c17_after_three_quiet_days(case: Case, closes: bool) -> None:
    quiet = decided(fire_on(case, TimerKind.QUIET, at()))
    if closes:
        assert (after(quiet).close_reason, quiet.actor) == ("silence", ENGINE)
    else:
        assert (after(quiet).state, told(quiet)) == (State.OWNED, [(OWNER, "cause_wanted")])
        assert TimerKind.HOLD in armed(quiet)
    assert closing.quiet(owned(), at()) == Unchanged("it is owned")


# ------------------------------------------------------------------------------- functions
@pytest.mark.parametrize(
    ("cause", "why"),
    [
        pytest.param("logistics", None, id="a function"),
        pytest.param("billing desk", None, id="a function of several words"),
        pytest.param("care", None, id="a team is one too"),
        pytest.param(
            "logistcs",
            'no function named "logistcs". Known: billing desk, care, logistics, media, tech. '
            'Did you mean "logistics"?',
            id="a slip is named with the nearest",
        ),
    ],
)
def test_a_cause_is_a_declared_function_and_a_refusal_names_those(
    cause: str, why: str | None
) -> None:
    outcome = act_on(
        owned(), action(Verb.RESOLVE, OWNER, **{**ACCOUNT, "cause": cause}), at(rules=declared())
    )
    if why is None:
        assert after(outcome).cause == cause
    else:
        assert outcome == Unchanged(why)


def test_where_no_function_is_declared_a_cause_is_a_team() -> None:
    """What somebody typed and nobody declared would stand in the ledger for good."""
    rules = declared(functions=())
    typed, team = (
        action(Verb.RESOLVE, OWNER, **{**ACCOUNT, "cause": cause}) for cause in ("Jo Doe", "tech")
    )
    assert act_on(owned(), typed, at(rules=rules)) == Unchanged(
        'no function named "Jo Doe". Known: care, media, tech'
    )
    assert after(act_on(owned(), team, at(rules=rules))).cause == "tech"


@pytest.mark.parametrize(
    ("case", "by", "cause", "is_told", "why"),
    [
        pytest.param(owned(), OWNER, "logistics", OTHER, None, id="its owner"),
        pytest.param(a_case(), SECOND, "logistics", OTHER, None, id="the team"),
        pytest.param(waiting(), EXECUTIVE, "logistics", OTHER, None, id="somebody above"),
        pytest.param(an_incident(), OWNER, "logistics", OTHER, None, id="of an incident too"),
        pytest.param(
            owned(inhibited_by=3), OWNER, "care", HEAD, None, id="a team: its head is told"
        ),
        pytest.param(
            owned(), OWNER, "billing desk", EXECUTIVE, None, id="a head who left: the executive"
        ),
        pytest.param(owned(), HEAD, "care", None, None, id="nobody tells themself"),
        pytest.param(
            owned(cause="logistics"),
            OWNER,
            "logistics",
            None,
            "its cause is logistics already",
            id="once",
        ),
        pytest.param(
            owned(), NO_ROLE, "care", None, f"{NO_ROLE} is not of team care", id="not a stranger"
        ),
        pytest.param(
            closed(), OWNER, "care", None, f"it was closed by {OWNER}", id="not what is closed"
        ),
    ],
)
def test_naming_the_function_that_owns_the_fix(
    case: Case, by: str, cause: str, is_told: str | None, why: str | None
) -> None:
    outcome = act_on(case, action(Verb.CAUSE, by, cause=cause), at(rules=declared()))
    if why is not None:
        assert outcome == Unchanged(why)
        return
    named = decided(outcome)
    assert (named.event, named.subject.cause, named.subject.owner) == ("cause_named", cause, OWNER)
    assert named.subject.state is case.state
    assert told(named) == ([] if is_told is None else [(is_told, "cause_named")])


def test_naming_no_function_says_which_are_known() -> None:
    said = act_on(owned(), action(Verb.CAUSE, OWNER), at(rules=declared()))
    assert isinstance(said, Unchanged)
    assert "known: billing desk, care, logistics, media, tech" in said.why


def test_the_function_of_a_case_is_the_one_named_else_the_topics_else_the_team() -> None:
    mapped = firms.CARE.model_copy(update={"causes": {"billing": "logistics"}})
    rules = declared(teams=(mapped, firms.TECH, firms.MEDIA))
    assert functions.function_of(a_case(cause="tech"), rules) == "tech"
    assert functions.function_of(a_case(), rules) == "logistics"
    assert functions.function_of(a_case(topic=None), rules) == "care"
    assert functions.shown_name("logistics", rules) == "Logistics & Stores"
    assert functions.head_of("delivery", rules, NOON) is None


# ------------------------------------------------------------------------- in a whole house
def acted(firm: Firm, number: int, verb: Verb, by: str, **more: object) -> str | None:
    ref, done = Ref("case", number), action(verb, by, **more)
    said = firm.write(lambda desk: firm.house.engine.act(desk, ref, done, firm.now))
    return None if said is None else str(said)


def of_case(firm: Firm, number: int) -> Case:
    with firm.house.store.borrow() as desk:
        case = desk.subject(Ref("case", number))
    assert isinstance(case, Case)
    return case


def test_a_warning_is_stored_with_who_dismissed_it() -> None:
    firm = firms.new_firm()
    number = firms.complain(firm, 1)
    assert acted(firm, number, Verb.DISMISS, LEAD, reason="not us") is None
    with firm.house.store.borrow() as desk:
        rows = desk.connection.execute("select what, person, number from warnings").fetchall()
    assert [tuple(row) for row in rows] == [("dismissed_case", LEAD, number)]


def test_the_account_is_kept_and_the_ledger_holds_none_of_its_words() -> None:
    firm = firms.new_firm()
    number = firms.complain(firm, 1)
    words = {**ACCOUNT, "done": "zzrefunded to Jo", "done_for_rest": "zzwrote to everybody"}
    assert acted(firm, number, Verb.RESOLVE, OWNER, **words, reason="zzreason") is None
    case = of_case(firm, number)
    assert (case.done, case.done_for_rest) == ("zzrefunded to Jo", "zzwrote to everybody")
    with firm.house.store.borrow() as desk:
        facts = [row[0] for row in desk.connection.execute("select facts from ledger").fetchall()]
    assert any('"cause": "delivery"' in fact and '"money": 50' in fact for fact in facts)
    assert not any("zz" in fact for fact in facts)


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        pytest.param((1, 2), False, id="the last post of the case is gone"),
        pytest.param((1,), True, id="a post is left"),
    ],
)
def test_what_was_typed_is_erased_with_the_last_post(
    tmp_path: Path, gone: tuple[int, ...], left: bool
) -> None:
    firm = closed_with_words(tmp_path)

    def erase(desk: object) -> None:
        for post in gone:
            desk.erase_post(post, firm.now)  # type: ignore[attr-defined]

    firm.write(erase)
    check_words(firm, tmp_path, left)


def test_what_was_typed_is_erased_with_its_author(tmp_path: Path) -> None:
    firm = closed_with_words(tmp_path)
    author = of_case(firm, 1).author
    firm.write(lambda desk: desk.forget_author(author, firm.now))
    check_words(firm, tmp_path, left=False)


TYPED = (b"zzdone", b"zzrest", b"zznote", b"zzhandoff", b"zztold", b"zzreview")


def closed_with_words(folder: Path) -> Firm:
    """A case of two posts about which people typed all that can be typed."""
    firm = firms.new_firm(folder / "firm.db", durable=True)
    number = firms.complain(firm, 1)
    firms.complain(firm, 2)
    acted(firm, number, Verb.ACK, OWNER)
    assert acted(firm, number, Verb.NOTE, OWNER, reason="zznote") is None
    firm.write(lambda desk: keep_handoff(desk, of_case(firm, number), firm))
    said = {**ACCOUNT, "done": "zzdone", "done_for_rest": "zzrest", "reason": "zzreview"}
    assert acted(firm, number, Verb.RESOLVE, OWNER, **said) is None
    firm.house.store.scrub()
    assert all(word in everything(folder) for word in TYPED)
    return firm


def keep_handoff(desk: object, case: Case, firm: Firm) -> None:
    offer = Offered(FIRST, "care", "zzhandoff", "zztold")
    desk.offered(case, offer, OWNER, firm.now)  # type: ignore[attr-defined]


def check_words(firm: Firm, folder: Path, left: bool) -> None:
    with firm.house.store.borrow() as desk:
        chains = [list(desk.entries(chain)) for chain in desk.chains()]
    assert any(chains), "the facts stay"
    firm.house.store.scrub()
    firm.house.store.close()
    found = everything(folder)
    assert [word in found for word in TYPED] == [left] * len(TYPED)
