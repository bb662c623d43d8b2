"""What a source may spend, and what is kept for what matters most."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.budget import Allowance, Purse, Unlimited, Use

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def left(day: float, month: float = 1_000.0, **today: float) -> dict[str, float]:
    purse = Allowance(day, month)
    spent = {Use[name]: dollars for name, dollars in today.items()}
    purse.note(spent, spent, TODAY)
    return {use.name: round(purse.left(use), 6) for use in Use}


def test_a_part_of_the_day_is_kept_for_what_matters_more() -> None:
    assert left(10.0) == {"FOLLOW_UP": 5.0, "MENTIONS": 8.5, "SEARCH": 7.0, "BACKFILL": 2.0}


def test_what_is_spent_of_a_reserve_is_kept_no_longer() -> None:
    assert left(10.0, FOLLOW_UP=1.5)["SEARCH"] == 7.0
    assert left(10.0, FOLLOW_UP=3.0)["SEARCH"] == 5.5


def test_looking_again_at_what_is_kept_never_takes_more_than_half() -> None:
    assert left(10.0, FOLLOW_UP=4.0)["FOLLOW_UP"] == 1.0
    assert left(10.0, FOLLOW_UP=5.0)["FOLLOW_UP"] == 0.0
    assert left(10.0, FOLLOW_UP=5.0)["SEARCH"] == 3.5


def test_search_never_takes_the_last_of_it() -> None:
    spent = left(10.0, SEARCH=7.0)
    assert (spent["SEARCH"], spent["MENTIONS"], spent["FOLLOW_UP"]) == (0.0, 1.5, 3.0)


def test_the_month_is_a_limit_too() -> None:
    purse = Allowance(10.0, 20.0)
    purse.note({}, {Use.SEARCH: 19.0}, TODAY)
    assert purse.left(Use.FOLLOW_UP) == 1.0
    assert purse.left(Use.SEARCH) == 0.0


def test_of_the_month_too_a_part_is_kept_for_what_matters_more() -> None:
    purse = Allowance(10.0, 20.0)
    purse.note({}, {Use.SEARCH: 14.0}, TODAY)
    assert (purse.left(Use.SEARCH), purse.left(Use.MENTIONS)) == (0.0, 3.0)


def test_what_was_paid_for_nothing_is_not_forgotten_before_the_next_day() -> None:
    purse = Allowance(10.0)
    purse.note({}, {}, TODAY)
    purse.spend(Use.SEARCH, 6.0)
    purse.note({Use.SEARCH: 1.0}, {Use.SEARCH: 1.0}, TODAY)
    assert purse.left(Use.SEARCH) == 1.0
    purse.note({}, {Use.SEARCH: 1.0}, date(2026, 11, 23))
    assert purse.left(Use.SEARCH) == 7.0


def test_money_comes_again_with_the_day_or_where_the_month_is_spent_with_the_month() -> None:
    purse = Allowance(1.0, 20.0)
    purse.note({Use.SEARCH: 1.0}, {Use.SEARCH: 1.0}, TODAY)
    assert purse.renewed_at(Use.SEARCH, NOON) == datetime(2026, 11, 23, tzinfo=UTC)
    purse.note({}, {Use.SEARCH: 20.0}, TODAY)
    assert purse.renewed_at(Use.SEARCH, NOON) == datetime(2026, 12, 1, tzinfo=UTC)
    assert purse.renewed_at(Use.SEARCH, NOON.replace(month=12)).year == 2027


@pytest.mark.parametrize(("spent", "tight"), [(7.9, False), (8.0, True), (12.0, True)])
def test_four_fifths_of_a_limit_are_tight(spent: float, tight: bool) -> None:
    purse: Allowance = Allowance(10.0)
    purse.spend(Use.SEARCH, spent)
    assert purse.is_tight is tight


def test_nothing_may_be_spent_of_nothing() -> None:
    assert set(left(0.0).values()) == {0.0}


def test_without_a_limit_there_is_always_something_left() -> None:
    purse: Purse = Unlimited()
    assert purse.left(Use.BACKFILL) == float("inf")


@given(st.floats(0, 100), st.lists(st.tuples(st.sampled_from(Use), st.floats(0, 5)), max_size=60))
def test_whatever_is_asked_for_the_day_is_never_overspent(
    day: float, asked: list[tuple[Use, float]]
) -> None:
    purse, spent = Allowance(day), 0.0
    for use, dollars in asked:
        if dollars <= purse.left(use):
            purse.spend(use, dollars)
            spent += dollars
    assert spent <= day + 1e-6
    lower = [purse.left(use) for use in Use][1:]
    assert lower == sorted(lower, reverse=True)
