"""What is private finds or opens its matter, and what the house says of it without saying it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config import Band, Contact, Settings
from config.moments import Away
from config.safety import Safety
from escalation.decision import ENGINE, Action, Verb
from escalation.subject import Case, Fault, Matter, Ref, State
from listener.intake import Private, Sign
from tests import firm as firms
from tests.firm import EXECUTIVE, NOON, OTHER, SECOND, Firm
from tocsin.store import Unit

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROOM = (Contact(channel="chat", to="room"),)


def declared(*roomless: str) -> Settings:
    """The firm, of whose people some have only a room's address."""
    found = firms.settings()
    people = tuple(
        one.model_copy(update={"contacts": ROOM}) if one.name in roomless else one
        for one in found.people
    )
    safety = Safety(person=SECOND, deputy=OTHER)
    return found.model_copy(update={"safety": safety, "people": people})


@pytest.fixture
def firm() -> Iterator[Firm]:
    made = firms.new_firm(declared=declared())
    yield made
    made.house.store.close()


def confides(firm: Firm, number: int, author: str = "jo", words: str = "zzwords") -> Matter:
    """A sign is heard, or an edit of one; returns what became of its matter."""
    now = firm.now

    def work(desk: Unit) -> Matter:
        seen = firms.observed(number, author, now, words=words)
        kept = desk.keep_private(seen, Sign("Acme", "test"))
        assert isinstance(kept, Private)
        firm.house.engine.confide(desk, kept.post, now, edited=kept.edited)
        number_of = desk.connection.execute(
            "select matter from private_posts where id = ?", (kept.post,)
        ).fetchone()[0]
        found = desk.subject(Ref("matter", number_of))
        assert isinstance(found, Matter)
        return found

    made = firm.write(work)
    assert isinstance(made, Matter)
    return made


def faults(firm: Firm) -> list[tuple[str, str]]:
    with firm.house.store.read() as desk:
        found = desk.subjects("fault", only_open=False)
    return [(one.about, one.detail) for one in found if isinstance(one, Fault)]


def acts(firm: Firm, verb: Verb, number: int = 1) -> None:
    action = Action(verb, SECOND)
    engine = firm.house.engine
    why = firm.write(lambda desk: engine.act(desk, Ref("matter", number), action, firm.now))
    assert why is None


def test_a_sign_opens_a_matter_of_no_brand_that_is_always_urgent(firm: Firm) -> None:
    matter = confides(firm, 1)
    assert (matter.number, matter.brand, matter.topic, matter.posts) == (1, "", None, 1)
    assert (matter.team, matter.band, matter.safety) == ("care", Band.P1, True)
    assert (matter.owner, matter.state, matter.opened_at) == (SECOND, State.NEW, NOON)
    assert faults(firm) == []


def test_another_sign_of_its_author_joins_it_and_one_of_somebody_else_does_not(
    firm: Firm,
) -> None:
    assert [confides(firm, 1).number, confides(firm, 2).number] == [1, 1]
    assert confides(firm, 3, "ky").number == 2
    assert confides(firm, 4).posts == 3
    with firm.house.store.read() as desk:
        assert [len(desk.private_posts(one)) for one in (1, 2)] == [3, 1]


def test_other_words_ask_anew_and_are_no_further_post(firm: Firm) -> None:
    confides(firm, 1)
    acts(firm, Verb.ACK)
    edited = confides(firm, 1, words="zzother words")
    assert (edited.state, edited.posts, edited.round) == (State.NEW, 1, 2)


def test_what_is_no_edit_is_a_further_post_unless_that_is_said(firm: Firm) -> None:
    confides(firm, 1)
    engine = firm.house.engine
    firm.write(lambda desk: engine.confide(desk, 1, firm.now))
    assert confides(firm, 2).posts == 3


def test_after_it_was_closed_a_sign_opens_another(firm: Firm) -> None:
    confides(firm, 1)
    acts(firm, Verb.RESOLVE)
    assert confides(firm, 2).number == 2


@pytest.mark.parametrize(
    ("roomless", "told"),
    [
        pytest.param((SECOND, OTHER), [], id="one of them has an address"),
        pytest.param(
            (SECOND, OTHER, EXECUTIVE),
            [("contacts", "nobody is there with an address of their own")],
            id="nobody has one",
        ),
    ],
)
def test_where_no_page_reaches_anybody_the_house_says_so(
    roomless: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    firm = firms.new_firm(declared=declared(*roomless))
    confides(firm, 1)
    assert faults(firm) == told
    firm.house.store.close()


def test_it_says_so_too_where_who_has_an_address_is_away_today() -> None:
    today = Away.model_validate({"from": "2026-11-18", "until": "2026-11-19"})
    found = declared(OTHER, EXECUTIVE)
    people = tuple(
        one.model_copy(update={"away": (today,)}) if one.name == SECOND else one
        for one in found.people
    )
    firm = firms.new_firm(declared=found.model_copy(update={"people": people}))
    confides(firm, 1)
    assert [about for about, _ in faults(firm)] == ["contacts"]
    firm.house.store.close()


def test_many_within_an_hour_are_said_once_an_hour_and_not_of_what(firm: Firm) -> None:
    many = ("many", "unusually many private matters in an hour")
    engine = firm.house.engine
    firm.passes(50 * MINUTE)
    for number in range(1, 10):
        confides(firm, number, f"author {number}")
    assert faults(firm) == []
    confides(firm, 10, "author 10")
    assert faults(firm) == [many]
    firm.write(lambda desk: engine.mended(desk, "many", firm.now))
    confides(firm, 11, "author 11")
    assert faults(firm) == [many], "said once within an hour of the clock"
    firm.passes(20 * MINUTE)
    confides(firm, 12, "author 12")
    assert faults(firm) == [many, many]


def test_what_was_opened_over_an_hour_ago_is_not_counted(firm: Firm) -> None:
    for number in range(1, 10):
        confides(firm, number, f"author {number}")
    firm.passes(61 * MINUTE)
    confides(firm, 10, "author 10")
    assert faults(firm) == []


# -------------------------------------------------------------------------- what was open before
@pytest.mark.parametrize(
    ("left", "state", "reason"),
    [
        pytest.param(0, State.CLOSED, "withdrawn", id="no other post"),
        pytest.param(1, State.NEW, None, id="another post"),
    ],
)
def test_a_case_whose_post_became_private_ends_without_a_word(
    firm: Firm, left: int, state: State, reason: str | None
) -> None:
    firms.complain(firm, 1)
    engine = firm.house.engine
    firm.write(lambda desk: engine.left(desk, case_in(desk), left, firm.now))
    with firm.house.store.read() as desk:
        case = case_in(desk)
    assert (case.state, case.close_reason) == (state, reason)
    assert case.closed_by == (ENGINE if reason else None)


def test_what_is_closed_already_is_left_as_it_is(firm: Firm) -> None:
    firms.complain(firm, 1)
    engine = firm.house.engine
    spam = Action(Verb.DISMISS, EXECUTIVE, reason="spam")
    assert firm.write(lambda desk: engine.act(desk, Ref("case", 1), spam, firm.now)) is None
    with firm.house.store.read() as desk:
        before = case_in(desk)
    firm.write(lambda desk: engine.left(desk, case_in(desk), 0, firm.now))
    with firm.house.store.read() as desk:
        assert case_in(desk) == before


def case_in(desk: Unit) -> Case:
    found = desk.subject(Ref("case", 1))
    assert isinstance(found, Case)
    return found


# ------------------------------------------------------------------------------- passing on
def test_passing_on_is_entered_with_who_did_it_and_where(firm: Firm) -> None:
    confides(firm, 1)
    engine = firm.house.engine
    assert firm.write(lambda desk: engine.pass_on(desk, 1, OTHER, "cli", firm.now)) is None
    with firm.house.store.read() as desk:
        last = desk.history("matter:1")[-1]
    assert (last["event"], last["actor"]) == ("passed_on", OTHER)
    assert last["facts"] == {"passed_on": 1, "via": "cli"}


@pytest.mark.parametrize(
    ("number", "by", "why"),
    [
        pytest.param(9, OTHER, "there is no private matter 9", id="of nothing"),
        pytest.param(1, firms.LEAD, "it is not yours to see", id="by somebody else"),
    ],
)
def test_what_is_not_passed_on_says_why(firm: Firm, number: int, by: str, why: str) -> None:
    confides(firm, 1)
    engine = firm.house.engine
    assert firm.write(lambda desk: engine.pass_on(desk, number, by, "", firm.now)) == why
    with firm.house.store.read() as desk:
        assert desk.history("matter:1")[-1]["event"] == "matter_opened"
