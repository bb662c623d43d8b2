"""A measure for each topic of each brand, as many as there is room for."""

from dataclasses import replace

from listener.topics import Topics
from tests.listener.test_spread import HOUR, MINUTE, QUIET_DAYS, STORM_AT, burst, ordinary, voice


def taught(brands: tuple[str, ...], topics: tuple[str, ...]) -> Topics:
    """Ordinary days of each."""
    found = Topics()
    for brand in brands:
        for topic in topics:
            for each in ordinary(QUIET_DAYS + 10 / 24):
                assert found.hear(brand, topic, each) is None
    return found


def test_a_storm_on_one_topic_is_told_of_that_topic_alone() -> None:
    found = taught(("Acme",), ("bags", "app"))
    told = [
        (topic, signal.level)
        for each in burst(60, 60, 1, 0.8)
        for topic in ("bags", "app")
        if (signal := found.hear("Acme", topic, replace(each, unhappy=topic == "bags")))
    ]
    assert told == [("bags", "storm")]


def test_the_same_topic_of_two_brands_is_two() -> None:
    found = Topics()
    found.hear("Acme", "bags", voice(STORM_AT, "ann", True))
    found.hear("Bolt", "bags", voice(STORM_AT, "ann", True))
    acme, bolt = found.of("Acme", "bags"), found.of("Bolt", "bags")
    assert acme is not None
    assert acme is not bolt
    assert acme.rate(STORM_AT).posts == 1


def test_a_topic_that_nobody_is_unhappy_with_costs_nothing() -> None:
    found = Topics()
    for each in burst(50, 50, 1, 0.0):
        found.hear("Acme", "thanks", each)
    assert len(found) == 0
    assert found.of("Acme", "thanks") is None


def test_of_too_many_topics_the_longest_silent_is_forgotten() -> None:
    found = Topics(most=3)
    for number in range(3):
        found.hear("Acme", f"t{number}", voice(STORM_AT + number * MINUTE, "ann", True))
    found.hear("Acme", "t0", voice(STORM_AT + HOUR, "ben"))
    found.hear("Acme", "new", voice(STORM_AT + HOUR, "cat", True))
    assert [found.of("Acme", name) is None for name in ("t0", "t1", "t2", "new")] == [
        False,
        True,
        False,
        False,
    ]


def test_time_when_a_source_was_down_teaches_no_topic() -> None:
    found = Topics()
    found.hear("Acme", "bags", voice(STORM_AT, "ann", True))
    found.outage(STORM_AT, STORM_AT + HOUR)
    spread = found.of("Acme", "bags")
    assert spread is not None
    assert not spread.calm(STORM_AT + HOUR)
