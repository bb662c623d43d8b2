# ruff: noqa: F401, F811  the fixtures are shared
"""Many signs at once, and other dangers beside one: what their person is told."""

from datetime import timedelta

import pytest

from escalation.decision import Verb
from tests.tocsin.test_private import (
    COMPLAINT,
    MORNING,
    SIGN,
    House,
    a_house,
    house,
    seen,
    tells,
)

MINUTE = timedelta(minutes=1)
FIRE = (
    "My Acme charger exploded, my daughter was burned. Acme, I want to die, I want to kill myself"
)


def flood(many: int) -> list[object]:
    """Signs by as many authors, one each second."""
    return [
        seen(SIGN, f"p-{n}", MORNING + timedelta(seconds=n), f"u-{n}") for n in range(1, many + 1)
    ]


def test_few_are_paged_one_by_one(house: House) -> None:
    house.runs(*flood(3), until=MINUTE)
    assert [to for to, _ in house.asked()] == ["ada@example.com"] * 3


def test_many_are_paged_together(house: House) -> None:
    house.runs(*flood(200), until=40 * MINUTE)
    assert len(house.asked()) <= 20
    (together, *_) = (one for one in house.messages if "200 private matters wait" in one.headline)
    assert together.to == "ada@example.com"
    assert "tocsin private list --as ada" in "\n".join(together.lines)
    discreet = [one for one in house.messages if one.to == "U-BOB" and "things" in one.headline]
    assert discreet
    assert all(tells("\n".join((one.headline, *one.lines))) == [] for one in discreet)


def test_of_many_everybody_hears_who_has_not_answered(house: House) -> None:
    house.runs(*flood(30), until=50 * MINUTE)
    assert {to for to, _ in house.asked()} == {"ada@example.com", "U-BOB", "U-GRACE"}


def test_what_comes_after_the_first_page_of_many_is_told_in_the_next(house: House) -> None:
    late = seen(SIGN, "p-late", MORNING + 12 * MINUTE, "u-late")
    house.runs(*flood(5), late, until=21 * MINUTE)
    headlines = [m.headline for m in house.messages if m.to == "ada@example.com"]
    assert headlines[3].startswith("4 private matters")
    assert headlines[4].startswith("5 private matters")


def test_unusually_many_are_a_fault_without_a_word_of_what(house: House) -> None:
    house.runs(*flood(9), until=2 * MINUTE)
    with house.house.store.read() as desk:
        assert desk.open_fault("many") is None
    house.runs(seen(SIGN, "p-ten", MORNING + 3 * MINUTE, "u-ten"), until=5 * MINUTE)
    with house.house.store.read() as desk:
        fault = desk.open_fault("many")
        assert desk.count_open("fault") == 1
    assert fault is not None
    assert tells(repr(fault)) == []


def test_an_open_complaint_is_paged_in_its_time_among_many(house: House) -> None:
    urgent = seen(
        "Acme, your charger caught fire and my house burned, no reply",
        "p-fire",
        MORNING + 5 * MINUTE,
        "u-fire",
    )
    house.runs(*flood(200), urgent, until=7 * MINUTE)
    assert [h.to for h in house.told if h.event == "page" and h.ref and h.ref.kind == "case"]


def test_other_dangers_are_named_to_its_person_by_their_kinds(house: House) -> None:
    house.runs(seen(FIRE), until=MINUTE)
    (page,) = house.messages
    whole = "\n".join(page.lines)
    assert "It also tells of: " in whole
    assert "daughter" not in whole
    with house.house.store.read() as desk:
        assert desk.private_posts(1)[0]["others"]


def test_who_is_waited_for_and_since_when_is_counted(house: House) -> None:
    house.runs(*flood(2), until=5 * MINUTE)
    house.act(Verb.ACK, "ada")
    with house.house.store.read() as desk:
        assert (desk.matters_waiting("ada"), desk.matters_waiting("bob")) == (1, 0)
        assert desk.matters_opened(MORNING) == 2
        assert desk.matters_opened(MORNING + MINUTE) == 0


def test_who_comes_as_the_fourth_for_a_second_time_is_told_within_ten_minutes(house: House) -> None:
    late = seen(SIGN, "p-late", MORNING + 2 * MINUTE, "u-late")
    house.runs(*flood(4), until=MINUTE)
    assert "4 private matters" in house.messages[-1].headline
    assert house.act(Verb.RESOLVE, "ada") is None
    house.runs(late, until=11 * MINUTE)
    times = [minute for to, minute in house.asked() if to == "ada@example.com"]
    assert times == [0, 0, 0, 0, 10], "before the deputy is asked for it"
