"""Strangers are answered seldom, and nothing of them piles up."""

from datetime import timedelta

from tests.firm import NOON
from tocsin.strangers import EACH, MINUTE, MOST_A_MINUTE, Strangers

SECOND = timedelta(seconds=1)


def test_each_stranger_is_answered_once_an_hour_however_they_write_their_name() -> None:
    strangers = Strangers()
    assert strangers.may_be_answered("@Eve:example.org", NOON)
    assert not strangers.may_be_answered("@eve:example.org", NOON + SECOND)
    assert not strangers.may_be_answered("@eve:example.org", NOON + EACH - SECOND)
    assert strangers.may_be_answered("@eve:example.org", NOON + EACH)


def test_no_more_than_a_few_are_answered_in_any_minute() -> None:
    strangers = Strangers()
    answered = [strangers.may_be_answered(str(number), NOON) for number in range(1_000)]
    assert answered == [True] * MOST_A_MINUTE + [False] * (1_000 - MOST_A_MINUTE)
    assert not strangers.may_be_answered("one more", NOON + MINUTE - SECOND)
    assert strangers.may_be_answered("one more", NOON + MINUTE)


def test_those_who_are_not_answered_are_counted_and_counted_once() -> None:
    strangers = Strangers()
    for _ in range(5):
        strangers.may_be_answered("eve", NOON)
    assert strangers.take_unanswered() == 4
    assert strangers.take_unanswered() == 0


def test_a_million_strangers_take_no_more_memory_than_an_hours_answers() -> None:
    strangers = Strangers()
    for number in range(20_000):
        strangers.may_be_answered(str(number), NOON + number * SECOND)
    most = MOST_A_MINUTE * (EACH // MINUTE)
    assert 0 < len(strangers._answered) <= most
