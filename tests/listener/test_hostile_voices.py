"""What a source may do to the firestorm measure, and what it must not bring about."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

import pytest

from listener.places import LEAST_KNOWN, MOST_PLACES, Places
from listener.spread import Signal, Spread, Voice
from tests.listener.test_spread import (
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    QUIET_DAYS,
    STORM_AT,
    TAUGHT,
    burst,
    ordinary,
    told,
    voice,
)


def storms(voices: Iterable[Voice], spread: Spread) -> list[Signal]:
    return [signal for signal in told(voices, spread) if signal.is_storm]


def out_of_order(voices: Iterable[Voice], hours: float) -> list[Voice]:
    """Every third comes late, by up to so many hours."""
    dice = Random(3)
    late = {each: hours * HOUR * dice.random() * (dice.random() < 0.33) for each in voices}
    return sorted(late, key=lambda each: each.at + late[each])


@pytest.mark.parametrize("hours", [1, 5, 12])
def test_posts_out_of_order_by_hours_ring_nothing(hours: float) -> None:
    assert not storms(out_of_order(ordinary(QUIET_DAYS + 2), hours), Spread())


def test_a_storm_out_of_order_by_two_hours_still_rings() -> None:
    assert storms(out_of_order(burst(200, 200, 4, 0.8), 2), Spread.load(TAUGHT))


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_ten_minutes_off_rings_nothing_and_hides_no_storm(minutes: float) -> None:
    def off(voices: Iterable[Voice]) -> Iterator[Voice]:
        """Half of the posts come from a platform whose clock is wrong."""
        for number, each in enumerate(voices):
            yield replace(each, at=each.at + minutes * MINUTE) if number % 2 else each

    spread = Spread()
    assert not storms(off(ordinary(QUIET_DAYS + 10 / 24)), spread)
    assert storms(off(burst(60, 60, 1, 0.8)), spread)


def test_a_source_that_returns_after_two_days_rings_nothing() -> None:
    spread = Spread.load(TAUGHT)
    back = STORM_AT + 2 * DAY
    spread.outage(STORM_AT, back)
    days = [replace(each, at=each.at + 7 * DAY) for each in ordinary(3)]
    assert not storms((each for each in days if each.at > back), spread)


def test_a_source_that_returns_after_two_days_hides_no_storm() -> None:
    spread = Spread.load(TAUGHT)
    spread.outage(STORM_AT, STORM_AT + 2 * DAY)
    later = (replace(each, at=each.at + 2 * DAY) for each in burst(60, 60, 1, 0.8))
    assert storms(later, spread)


def test_one_mention_a_week_rings_nothing_and_a_storm_on_such_a_brand_rings() -> None:
    spread = Spread()
    weekly = [voice(MONDAY + week * 7 * DAY, f"w{week}", week % 3 == 0) for week in range(12)]
    assert not told(weekly, spread)
    storm_at = weekly[-1].at + DAY
    outcry = [voice(storm_at + n * 2 * MINUTE, f"o{n}", n % 5 != 0) for n in range(40)]
    first = storms(outcry, spread)[0]
    assert first.people <= 12


def test_five_thousand_a_minute_in_the_usual_mood_ring_nothing() -> None:
    spread, dice = Spread.load(TAUGHT), Random(5)
    rush = (voice(STORM_AT + n * 0.012, f"r{n}", dice.random() < 0.15) for n in range(15_000))
    assert not storms(rush, spread)
    assert spread.rate(STORM_AT + 3 * MINUTE).posts >= 15_000


def test_five_thousand_unhappy_people_a_minute_are_one_storm() -> None:
    rush = (voice(STORM_AT + n * 0.012, f"r{n}", n % 3 > 0) for n in range(15_000))
    assert len(storms(rush, Spread.load(TAUGHT))) == 1


@pytest.mark.parametrize("followers", [-1, 0, 10**12])
def test_no_number_of_followers_makes_a_storm_of_ordinary_days(followers: int) -> None:
    days = (replace(each, followers=followers) for each in ordinary(QUIET_DAYS))
    assert not storms(days, Spread())


@pytest.mark.parametrize(
    ("unhappy", "rings"),
    [
        pytest.param(0.17, False, id="hardly more of those who come are unhappy than usual"),
        pytest.param(0.7, True, id="most of those who come are unhappy"),
    ],
)
def test_a_great_crowd_is_a_storm_only_if_most_of_it_is_unhappy(
    unhappy: float, rings: bool
) -> None:
    assert bool(storms(burst(3_000, 3_000, 2, unhappy), Spread.load(TAUGHT))) == rings


def test_a_storm_of_hours_does_not_hide_the_next_days() -> None:
    spread = Spread.load(TAUGHT)
    told(burst(300, 300, 6, 0.8), spread)
    again = (
        replace(each, at=each.at + DAY, author=f"again {each.author}")
        for each in burst(60, 60, 1, 0.8)
    )
    assert storms(again, spread)[0].people <= 20


# ---------------------------------------------------------------------------------------- places
def places(**usual: int) -> Places:
    """So many voices on each platform an hour and more ago, and none since."""
    found = Places()
    for name, many in usual.items():
        for _ in range(many):
            found.hear(name, 0)
    found.turn()
    found.learn(1, 1.0)
    for _ in range(30):
        found.turn()
    return found


@pytest.mark.parametrize(
    ("heard", "odd"),
    [
        pytest.param({"x": 6, "reddit": 3}, False, id="where they usually are"),
        pytest.param({"reddit": 9}, True, id="all of them where few are"),
        pytest.param({"new": 9}, True, id="all of them where nobody was"),
        pytest.param({}, False, id="nowhere"),
    ],
)
def test_people_in_unusual_places_are_proof(heard: dict[str, int], odd: bool) -> None:
    found = places(x=60, reddit=30)
    for name, many in heard.items():
        for _ in range(many):
            found.hear(name, 0)
    assert (found.oddness(6) > 3.0) == odd


def test_places_prove_nothing_until_they_are_known() -> None:
    found = places(x=int(LEAST_KNOWN) - 2, reddit=1)
    for _ in range(20):
        found.hear("reddit", 0)
    assert found.oddness(6) == 0.0


def test_a_brand_on_one_platform_has_no_unusual_places() -> None:
    found = places(x=100)
    for _ in range(50):
        found.hear("x", 0)
    assert found.oddness(6) == 0.0


def test_no_more_places_are_remembered_than_there_is_room_for() -> None:
    found = Places()
    for number in range(10 * MOST_PLACES):
        found.hear(f"p{number}", number % 40)
        found.turn()
    assert len(found.dump()) == MOST_PLACES


@pytest.mark.parametrize(
    "told_of",
    [
        pytest.param({"x": [1.0, [1]]}, id="too few cells"),
        pytest.param({"x": [-1.0, [0] * 25]}, id="a usual below none"),
        pytest.param({"x": [1.0, [-1] * 25]}, id="voices below none"),
        pytest.param({"x": [float("nan"), [0] * 25]}, id="no number"),
    ],
)
def test_places_that_cannot_be_are_refused(told_of: dict[str, list[object]]) -> None:
    with pytest.raises(ValueError, match=r"place|number of voices"):
        Places().load(told_of, 1.0)
