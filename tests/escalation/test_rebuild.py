"""What the ledger says of a subject is enough to tell how it must be stored."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Band
from escalation.rebuild import differences, rebuild
from escalation.record import facts_of
from escalation.subject import Case, Incident, Level, State, Subject

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def staff_id(person: str) -> str:
    return f"id-of-{person}"


def a_case(**changes: Any) -> Case:
    case = Case(
        number=17,
        brand="Bolt Works",
        team="care",
        topic="billing",
        band=Band.P2,
        owner="ada",
        opened_at=NOON,
        author=4,
        complained_at=NOON,
    )
    return replace(case, **changes)


def an_incident(**changes: Any) -> Incident:
    incident = Incident(
        number=3,
        brand="Acme",
        team="care",
        topic=None,
        band=Band.STORM,
        owner="ada",
        opened_at=NOON,
    )
    return replace(incident, **changes)


def history(*states: Subject) -> list[dict[str, Any]]:
    befores = (None, *states[:-1])
    pairs = zip(befores, states, strict=True)
    return [facts_of(before, after, staff_id) for before, after in pairs]


@pytest.mark.parametrize(
    "states",
    [
        pytest.param((a_case(),), id="a case that was only opened"),
        pytest.param(
            (
                a_case(asked=("ada",), page_number=1),
                a_case(asked=("ada", "ben"), owner="ben", step=1, page_number=2, misses=1),
                a_case(asked=("ada", "ben"), owner="ben", step=1, state=State.OWNED, score=71.23),
            ),
            id="a case that climbed and was taken on",
        ),
        pytest.param(
            (a_case(held_until=NOON + timedelta(hours=9)), a_case(held_until=None)),
            id="a hold that was begun and ended",
        ),
        pytest.param(
            (a_case(handoffs_at=(NOON,), safety=True, closed_by="engine", topic=None),),
            id="lists of instants, flags, and the engine as an actor",
        ),
        pytest.param(
            (an_incident(usual=2.5), an_incident(usual=2.5, level=Level.CLOSED, merged_into=4)),
            id="an incident that was merged",
        ),
    ],
)
def test_the_entries_alone_give_the_stored_subject(states: tuple[Subject, ...]) -> None:
    rebuilt = rebuild(states[-1].kind, history(*states))
    assert differences(states[-1], rebuilt, staff_id) == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"owner": "eve"}, ("owner",), id="another owner"),
        pytest.param({"state": State.CLOSED}, ("state",), id="another state"),
        pytest.param({"safety": True}, ("safety",), id="a flag"),
        pytest.param({"asked": ("ada", "eve")}, ("asked",), id="one person more in a list"),
        pytest.param({"score": 0.0001}, ("score",), id="a score"),
        pytest.param({"opened_at": NOON - timedelta(hours=1)}, ("opened_at",), id="an instant"),
        pytest.param(
            {"owner": "eve", "topic": None}, ("topic", "owner"), id="two fields, both named"
        ),
        pytest.param({"done": "typed text"}, (), id="typed text, which is kept beside the ledger"),
    ],
)
def test_what_was_changed_in_the_store_is_named_by_its_field(
    change: dict[str, Any], named: tuple[str, ...]
) -> None:
    stored = a_case(asked=("ada",))
    rebuilt = rebuild("case", history(stored))
    assert differences(replace(stored, **change), rebuilt, staff_id) == named


@pytest.mark.parametrize("facts", ["no json", 7, None, [1, 2]])
def test_facts_that_are_none_tell_nothing(facts: object) -> None:
    assert differences(a_case(), rebuild("case", [facts]), staff_id)


def test_what_is_no_field_is_left_out() -> None:
    facts = MappingProxyType({**history(a_case())[0], "via": "cli"})
    rebuilt = rebuild("case", [facts])
    assert "via" not in rebuilt
    assert not differences(a_case(), rebuilt, staff_id)


def test_a_one_is_not_true() -> None:
    facts = history(a_case(safety=True))[0]
    assert facts["safety"] is True
    assert differences(
        a_case(safety=True), rebuild("case", [{**facts, "safety": 1}]), staff_id
    ) == ("safety",)


CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "owner": st.sampled_from(("ada", "ben", "eve")),
    "state": st.sampled_from(State),
    "step": st.integers(0, 4),
    "asked": st.lists(st.sampled_from(("ada", "ben")), max_size=2, unique=True).map(tuple),
    "held_until": st.none() | st.just(NOON),
    "score": st.floats(0, 100).map(lambda score: round(score, 4)),
    "safety": st.booleans(),
    "returns_at": st.lists(st.just(NOON), max_size=3).map(tuple),
    "money": st.none() | st.integers(0, 10**6),
}


@given(st.lists(st.fixed_dictionaries({}, optional=CHANGES), min_size=1, max_size=6))
def test_whatever_changes_the_entries_follow(changes: list[dict[str, Any]]) -> None:
    states = [a_case()]
    for change in changes:
        states.append(replace(states[-1], **change))
    spell: Callable[[str], str] = staff_id
    assert not differences(states[-1], rebuild("case", history(*states)), spell)
