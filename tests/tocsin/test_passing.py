# ruff: noqa: F401, F811  the fixtures are shared
"""A danger to others in a private matter: its person passes it on, and nothing of the matter."""

from datetime import timedelta

import pytest

from escalation.channel import Message, Purpose
from escalation.decision import Verb
from escalation.subject import Case, Ref, State
from tests.tocsin.test_private import FIRM, LINK, MORNING, SIGN, House, a_house, house, seen, tells
from tests.tocsin.test_private_many import FIRE, flood
from tocsin.passing import Passed, PassingRefused, pass_on

MINUTE = timedelta(minutes=1)
WARNED = "A charger of ours has blown up and hurt somebody. Take that model off sale"


def passes_on(house: House, what: str = WARNED, to: str = "care", by: str = "ada") -> int:
    """The number of the case that it became."""
    now, passed = house.replay.clock.now(), Passed(by, to, what, "cli")
    return house.house.store.write(lambda desk: pass_on(house.house, desk, 1, passed, now))


def case_of(house: House, number: int = 1) -> Case:
    with house.house.store.read() as desk:
        found = desk.subject(Ref("case", number))
    assert isinstance(found, Case)
    return found


def told(house: House, to: str) -> list[Message]:
    return [one for one in house.messages if one.to == to]


def test_what_is_passed_on_to_a_team_is_a_case_of_safety_of_its_own(house: House) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    case = case_of(house, passes_on(house))
    assert (case.brand, case.team, case.owner, case.safety) == ("Acme", "care", "cleo", True)
    house.runs(until=6 * MINUTE)
    (page,) = told(house, "U-CLEO")
    assert page.verbatim is not None
    assert (page.verbatim.text, page.verbatim.author) == (WARNED, "ada")
    assert "tocsin cases ack 1 --as cleo" in "\n".join(page.lines)


def test_it_climbs_like_any_other_case(house: House) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    passes_on(house)
    house.runs(until=30 * MINUTE)
    assert case_of(house).owner == "grace"


@pytest.mark.parametrize(
    ("person", "team"),
    [pytest.param("dan", "care", id="of a team"), pytest.param("bob", "care", id="of none")],
)
def test_a_person_who_is_named_owns_it_first(house: House, person: str, team: str) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    case = case_of(house, passes_on(house, to=person))
    assert (case.owner, case.team) == (person, team)


def test_nothing_leads_from_the_case_to_the_matter(house: House) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    passes_on(house)
    house.runs(until=60 * MINUTE)
    others = [one for one in house.messages if one.subject.startswith("case")]
    assert {one.to for one in others} >= {"U-CLEO", "C-ROOM"}
    assert tells(repr(others)) == []
    assert "private" not in repr(others)
    with house.house.store.read() as desk:
        for table in ("posts", "authors", "cases", "case_posts"):
            rows = desk.connection.execute(f"select * from {table}").fetchall()
            assert tells(repr([tuple(row) for row in rows])) == []
            assert "matter" not in repr([tuple(row) for row in rows])


def test_the_matter_goes_on_as_before_and_the_ledger_says_that_it_was_passed_on(
    house: House,
) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    before = house.matter()
    passes_on(house)
    after = house.matter()
    assert (after.state, after.owner, after.passed_on) == (State.NEW, before.owner, 1)
    with house.house.store.read() as desk:
        entries = [(one["event"], one["actor"]) for one in desk.history("matter:1")]
        opened = desk.history("case:1")[0]
    assert entries[-1] == ("passed_on", "ada")
    assert (opened["event"], opened["actor"]) == ("case_opened", "ada")
    assert "matter" not in repr(opened)
    house.runs(until=16 * MINUTE)
    assert house.matter().owner == "bob"


def test_it_can_be_passed_on_after_it_was_closed_but_not_after_it_was_opened_up(
    house: House,
) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    house.act(Verb.RESOLVE, "ada")
    assert passes_on(house) == 1
    house.runs(seen(FIRE, "p-2", MORNING + 6 * MINUTE), until=10 * MINUTE)
    house.act(Verb.DISMISS, "ada", 2)
    now, passed = house.replay.clock.now(), Passed("ada", "care", WARNED)
    with pytest.raises(PassingRefused, match="judged like any others"):
        house.house.store.write(lambda desk: pass_on(house.house, desk, 2, passed, now))


@pytest.mark.parametrize(
    ("what", "why"),
    [
        pytest.param("Look at what Xylograph says", "names who wrote", id="the author's handle"),
        pytest.param("It is u-wyvern, be careful", "names who wrote", id="the author's id"),
        pytest.param(f"See {LINK} for it", "names who wrote", id="the link"),
        pytest.param("About p-kvetch: a fire", "names who wrote", id="the post's id"),
        pytest.param("He says: ACME charger exploded, my daughter", "5 words", id="words in a row"),
        pytest.param(
            "Somebody writes: I will end my life and burn you", "to themselves", id="the sign"
        ),
    ],
)
def test_neither_the_post_nor_its_author_nor_the_sign_may_stand_in_it(
    house: House, what: str, why: str
) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    with pytest.raises(PassingRefused, match=why) as refused:
        passes_on(house, what)
    assert tells(str(refused.value)) == []
    with house.house.store.read() as desk:
        assert desk.count_open("case") == 0
    assert house.matter().passed_on == 0, "it is undone whole"


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(
            "A charger has exploded, and a child has a burn", id="the same in other words"
        ),
        pytest.param("My Acme charger exploded", id="four words in a row"),
        pytest.param(
            "The xylographer at the door has a knife", id="a word that begins like a name"
        ),
    ],
)
def test_what_may_be_said_is_said(house: House, what: str) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    assert passes_on(house, what) == 1


@pytest.mark.parametrize(
    ("to", "by", "why"),
    [
        pytest.param("nobody", "ada", 'nobody called "nobody"', id="to nobody known"),
        pytest.param("dan", "ada", "dan is not there", id="to somebody who is away"),
        pytest.param("care", "cleo", "not yours to see", id="by somebody else"),
    ],
)
def test_it_goes_from_its_people_to_people_who_are_there(
    a_house: object, to: str, by: str, why: str
) -> None:
    away = 'away = [{ from = "2026-11-01", until = "2026-12-01" }]'
    firm = FIRM.replace('name = "dan"', f'name = "dan"\n{away}')
    house = a_house(firm)  # type: ignore[operator]
    house.runs(seen(FIRE), until=5 * MINUTE)
    with pytest.raises(PassingRefused, match=why):
        passes_on(house, to=to, by=by)


def test_the_same_words_are_passed_on_once_and_new_ones_are_another_case(house: House) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    assert passes_on(house) == 1
    with pytest.raises(PassingRefused, match="care was told so already"):
        passes_on(house)
    assert passes_on(house, "The police were called, and are on their way") == 2
    assert house.matter().passed_on == 2


def test_what_our_person_wrote_teaches_nothing(house: House) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    passes_on(house)
    with house.house.store.read() as desk:
        assert desk._complained_in(1) == []


# -------------------------------------------------------------------------- what its person is told
def test_the_page_says_that_others_are_in_danger_and_how_to_pass_it_on(house: House) -> None:
    house.runs(seen(FIRE), until=MINUTE)
    (page,) = house.messages
    line = next(one for one in page.lines if "It also tells of" in one)
    assert "fire, injury" in line
    assert 'tocsin private pass-on 1 --to TEAM --what "..." --as ada' in line


def test_who_is_asked_next_reads_that_it_was_passed_on_already(house: House) -> None:
    house.runs(seen(FIRE), until=5 * MINUTE)
    passes_on(house)
    house.runs(until=31 * MINUTE)
    (page,) = (one for one in told(house, "U-GRACE") if one.subject == "something 1")
    assert "That was passed on already" in "\n".join(page.lines)


def test_a_discreet_page_says_nothing_of_it(house: House) -> None:
    house.runs(seen(FIRE), until=20 * MINUTE)
    (page,) = told(house, "U-BOB")
    assert "pass-on" not in repr(page)
    assert "fire" not in repr(page)


def test_of_many_it_is_said_which_tell_of_a_danger_that_nobody_was_told_of(house: House) -> None:
    fire = seen(FIRE, "p-fire", MORNING + timedelta(seconds=4), "u-fire")
    house.runs(*flood(3), fire, until=5 * MINUTE)
    together = told(house, "ada@example.com")[-1]
    assert together.purpose is Purpose.PAGE
    assert "Others may be in danger by what is told in 4" in "\n".join(together.lines)
    with house.house.store.read() as desk:
        assert desk.matters_to_pass_on("ada") == [4]


def test_a_matter_without_another_danger_says_nothing_of_one(house: House) -> None:
    house.runs(seen(SIGN), until=MINUTE)
    assert "pass-on" not in repr(house.messages)


# ------------------------------------------------------ which dangers beside a sign are told
@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("Acme, I will kill myself and take the whole shop with me", "danger to life"),
        ("Acme, I'll end my life and take your staff with me", "danger to life"),
        ("Acme, I want to kill myself and burn your shop", "danger to life"),
        ("Acme, I want to die and I will burn down your store", "danger to life"),
        ("Acme, I want to kill myself and cry", ""),
        ("Acme, I want to kill myself, no reply for weeks, take care", ""),
    ],
)
def test_a_threat_to_others_beside_a_sign_is_named(house: House, words: str, others: str) -> None:
    house.runs(seen(words), until=MINUTE)
    with house.house.store.read() as desk:
        (post,) = desk.private_posts(1)
    assert post["others"] == others
    assert ("pass-on" in repr(house.messages)) is bool(others)
