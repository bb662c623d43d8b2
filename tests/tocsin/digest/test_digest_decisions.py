"""A digest asks at most five things, each of one named person and by a date."""

from datetime import UTC, date, datetime, timedelta

import pytest

from config import Band, Person
from escalation.subject import Level, State

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
AFTER = datetime(2026, 11, 23, 8, tzinfo=UTC)
OPENED = MONDAY + timedelta(days=1, hours=9)
MINUTE = timedelta(minutes=1)


def acknowledged(house, *minutes: int) -> None:
    """P1 cases, to be acknowledged within five minutes."""
    for one in minutes:
        at = OPENED + one * MINUTE
        house.opens(opened_at=OPENED, acked_at=at, first_replied_at=at, state=State.OWNED)


def asked(house) -> list[tuple[str, str, date]]:
    return [(one.owner, one.ask, one.due) for one in house.digest().decisions]


def test_an_urgent_case_nobody_acknowledged_is_asked_of_its_owner_today(house) -> None:
    house.opens(band=Band.P2)
    assert asked(house) == [("Ada Lovelace", "Acknowledge case 1", date(2026, 11, 23))]
    assert house.digest().decisions[0].why == "open, P2 (Soon), and nobody has acknowledged"


def test_one_owner_is_asked_once_for_all_their_cases(house) -> None:
    for _ in range(7):
        house.opens(band=Band.P1)
    house.opens(band=Band.P2, owner="ben")
    first, second = [ask for _, ask, _ in asked(house) if ask.startswith("Acknowledge")]
    assert first == "Acknowledge case 1, case 2, case 3, case 4, case 5 and 2 more"
    assert second == "Acknowledge case 8"


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"band": Band.P3}, id="it is not urgent"),
        pytest.param({"acked_at": OPENED, "state": State.OWNED}, id="somebody has it"),
        pytest.param({"inhibited_by": 1}, id="an open storm has it"),
        pytest.param({"opened_at": AFTER - timedelta(hours=1)}, id="it came after the week"),
        pytest.param(
            {"state": State.CLOSED, "closed_at": AFTER, "closed_by": "ada"}, id="it is closed"
        ),
    ],
)
def test_nobody_is_asked_to_acknowledge_when(house, facts) -> None:
    house.opens(**facts)
    assert asked(house) == []


def test_a_storm_without_a_cause_is_asked_of_its_owner(house) -> None:
    house.storms()
    ((owner, ask, due),) = asked(house)
    assert (owner, due) == ("Eve Exec", date(2026, 11, 26))
    assert ask == "Name the cause of the storm about Acme, incident 1"
    assert house.digest().decisions[0].why == "37 people in 20 min, and no cause is on record"


def test_a_storm_with_a_cause_and_an_acknowledged_watch_ask_nothing(house) -> None:
    house.storms(cause="billing run")
    house.storms(topic="billing", level=Level.WATCH, storm_at=None)
    assert asked(house) == []


def test_a_deaf_source_is_asked_of_whoever_owns_its_fault(house) -> None:
    house.store.write(lambda unit: unit.start_source("stream", MONDAY))
    house.store.write(
        lambda unit: unit.fail_source("stream", "HTTP 503", AFTER - timedelta(hours=3))
    )
    assert asked(house) == [("Eve Exec", "Get the source stream to work again", date(2026, 11, 23))]


@pytest.mark.parametrize(
    ("minutes", "is_asked"),
    [
        pytest.param((1, 6, 7), True, id="the median is over its target"),
        pytest.param((1, 5, 7), False, id="the median is just within it"),
        pytest.param((1, 1, 6, 6), False, id="half of them is not more than half"),
        pytest.param((60, 60), False, id="two cases are too few to say"),
    ],
)
def test_a_team_that_is_slow_to_acknowledge_is_asked_of_its_lead(house, minutes, is_asked) -> None:
    acknowledged(house, *minutes)
    asks = asked(house)
    assert bool(asks) is is_asked
    if is_asked:
        assert asks[0][0] == "ben"
        assert asks[0][2] == date(2026, 11, 30)
        assert "team care" in asks[0][1]


def test_where_the_lead_is_away_or_the_team_is_gone_somebody_named_is_still_asked(
    house, declared
) -> None:
    people = (Person(name="ada"), Person(name="ben", active=False), Person(name="eve"))
    house.settings = declared(people=people)
    for team in ("web", "a team that is gone"):
        for minutes in (60, 70, 80):
            at = OPENED + minutes * MINUTE
            house.opens(team=team, opened_at=OPENED, acked_at=at, state=State.OWNED)
    assert [owner for owner, _, _ in asked(house)] == ["eve", "eve"]


def test_at_most_five_are_asked_and_the_most_urgent_come_first(house) -> None:
    acknowledged(house, 60, 60, 60)
    for number in range(4):
        house.store.write(lambda unit, n=number: unit.start_source(f"s{n}", MONDAY))
        house.store.write(lambda unit, n=number: unit.fail_source(f"s{n}", "down", AFTER))
    house.storms()
    house.opens()
    asks = [ask for _, ask, _ in asked(house)]
    assert len(asks) == 5
    assert asks[0].startswith("Acknowledge case")
    assert asks[1].startswith("Name the cause")
    assert asks[2].startswith("Get the source")


def test_a_quiet_week_asks_nothing(house) -> None:
    acknowledged(house, 1, 2, 3)
    assert asked(house) == []
