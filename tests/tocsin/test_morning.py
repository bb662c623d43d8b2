"""The morning line: every working day, once, with the numbers of the digest."""

from datetime import UTC, datetime, time, timedelta

import pytest

from config import Band
from config.calm import Morning
from config.settings import Settings, SourceSettings
from escalation.decision import Action, Verb
from escalation.subject import Case, Ref
from tests import firm as firms
from tests.firm import OWNER, Firm, complain, new_firm
from tocsin.morning import NOT_AFTER, queue_mornings

WEDNESDAY = datetime(2026, 11, 18, 7, 30, tzinfo=UTC)  # 08:30 in Berlin
FRIDAY = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def declared(**team: object) -> Settings:
    care = firms.CARE.model_copy(update=team)
    return firms.settings(teams=(care, firms.TECH, firms.MEDIA)).model_copy(
        update={
            "morning": Morning(),
            "sources": (
                SourceSettings(name="bluesky", kind="bluesky"),
                SourceSettings(name="reddit", kind="reddit"),
            ),
        }
    )


def firm_at(at: datetime, **team: object) -> Firm:
    return new_firm(at=at, declared=declared(**team))


def lines(firm: Firm, team: str = "care") -> list[tuple[str, ...]]:
    queue_mornings(firm.house)
    firm.settle()
    return [
        (message.headline, *message.lines)
        for _, message in firm.channels["chat"].taken
        if message.purpose == "digest" and message.headline.startswith(f"Good morning, {team}")
    ]


def test_it_comes_once_however_often_the_time_is_looked_at() -> None:
    firm = firm_at(WEDNESDAY)
    for _ in range(5):
        assert len(lines(firm)) == 1
        firm.passes(timedelta(minutes=10))


def test_it_comes_though_nothing_has_happened() -> None:
    firm = firm_at(WEDNESDAY)
    ((headline, heard, opened, *_),) = lines(firm)
    assert headline == "Good morning, care: 0 open"
    assert heard == "Heard since Tuesday 08:30: 0 mentions of all brands, 0 complaints"
    assert opened == "Open: nothing"


@pytest.mark.parametrize(
    ("at", "comes"),
    [
        pytest.param(WEDNESDAY - timedelta(seconds=1), False, id="not before its time"),
        pytest.param(WEDNESDAY + HOUR, True, id="late, where the house was started late"),
        pytest.param(WEDNESDAY + NOT_AFTER, False, id="not in the afternoon"),
        pytest.param(WEDNESDAY + 3 * DAY, False, id="not on a Saturday"),
    ],
)
def test_when_it_comes(at: datetime, comes: bool) -> None:
    assert bool(lines(firm_at(at))) is comes


def test_on_a_holiday_of_the_team_it_does_not_come() -> None:
    christmas = datetime(2026, 12, 25, 7, 30, tzinfo=UTC)  # a Friday
    firm = firm_at(christmas, holidays="DE-BY")
    assert lines(firm) == []
    assert lines(firm, "tech") != []


def test_it_comes_at_the_time_of_the_teams_own_zone() -> None:
    firm = firm_at(WEDNESDAY, timezone="America/New_York")
    assert lines(firm) == []
    firm.passes(6 * HOUR)
    assert len(lines(firm)) == 1


def test_after_a_weekend_it_counts_from_friday_on() -> None:
    firm = firm_at(FRIDAY + 3 * DAY)
    ((_, heard, *_),) = lines(firm)
    assert heard.startswith("Heard since Friday 08:30")


def test_the_mornings_of_a_week_add_up_to_its_sums() -> None:
    firm = firm_at(WEDNESDAY - 2 * DAY)
    first = int(firm.now.timestamp()) // 3600

    def heard(desk: object) -> None:
        for number in range(24 * 5):
            desk.connection.execute(  # type: ignore[attr-defined]
                "insert into hours (brand, hour, source, lang, topic, verdict, mentions) "
                "values ('Acme', ?, 's', 'en', '', 'complaint', 1)",
                (first + number,),
            )

    firm.write(heard)
    counted = 0
    for _ in range(5):
        lines(firm)
        firm.passes(DAY)
    for _, message in firm.channels["chat"].taken:
        if message.headline.startswith("Good morning, care"):
            counted += int(message.lines[0].split(", ")[1].split()[0])
    assert counted == 24 * 4  # what was heard from the first of five lines to the last


def test_open_cases_are_counted_by_urgency_and_the_oldest_is_named() -> None:
    firm = firm_at(WEDNESDAY - DAY)
    complain(firm, 1, "jo", band=Band.P2)
    complain(firm, 2, "al", band=Band.P3)
    complain(firm, 3, "ed", band=Band.P3, team="tech", topic="app")
    firm.write(
        lambda desk: firm.house.engine.act(desk, Ref("case", 2), Action(Verb.ACK, OWNER), firm.now)
    )
    firm.clock.move_to(WEDNESDAY)
    queue_mornings(firm.house)
    firm.house.delivery.send_due(firm.now)
    (shown,) = lines(firm)
    assert shown[0] == "Good morning, care: 2 open, oldest waits 1 d"
    assert shown[2] == "Open: 1 Soon, 1 This week; 1 not acknowledged".replace(
        "This week", Band.P3.label
    )
    assert shown[4].startswith("Oldest waiting: case 1, 1 d, with ")


def test_what_we_answered_since_the_last_morning_is_counted() -> None:
    firm = firm_at(WEDNESDAY - 2 * HOUR)
    number = complain(firm, 1)
    with firm.house.store.borrow() as desk:
        case = desk.subject(Ref("case", number))
    assert isinstance(case, Case)
    firm.write(lambda desk: firm.house.engine.brand_replied(desk, case, firm.now, firm.now))
    firm.passes(2 * HOUR)
    (shown,) = lines(firm)
    assert "Answered for the first time since then: 1 case" in shown
    assert not any("Oldest" in line for line in shown)


def test_sources_that_are_not_heard_are_named() -> None:
    firm = firm_at(WEDNESDAY)
    firm.write(lambda desk: desk.start_source("bluesky", firm.now))
    (shown,) = lines(firm)
    assert shown[-1] == "Sources up: 1 of 2; not heard: reddit"


def test_a_channel_that_was_down_brings_it_late_but_true() -> None:
    firm = firm_at(WEDNESDAY)
    firm.channels["chat"].state = "down"
    assert lines(firm) == []
    complain(firm, 1, band=Band.P4)
    firm.clock.move_to(WEDNESDAY + 2 * HOUR)
    firm.channels["chat"].state = "up"
    (shown,) = lines(firm)
    assert shown[0].startswith("Good morning, care: 1 open")


def test_without_the_setting_there_is_none() -> None:
    firm = new_firm(at=WEDNESDAY)
    queue_mornings(firm.house)
    firm.settle()
    assert not [m for _, m in firm.channels["chat"].taken if m.purpose == "digest"]


def test_the_time_is_a_setting() -> None:
    at_ten = declared().model_copy(update={"morning": Morning(at=time(10))})
    firm = new_firm(at=WEDNESDAY, declared=at_ten)
    assert lines(firm) == []
    firm.passes(2 * HOUR)
    assert len(lines(firm)) == 1
