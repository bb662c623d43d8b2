"""Waits count from the opening; what has not happened yet is not left out of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Band, WorkingHours
from escalation.rules import Rules
from escalation.subject import State, Subject
from tocsin.digest.data import TeamWeek, Wait
from tocsin.digest.responses import Promises
from tocsin.digest.statistics import wilson

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
AFTER = datetime(2026, 11, 23, 8, tzinfo=UTC)
OPENED = MONDAY + timedelta(days=1, hours=9)
MINUTE = timedelta(minutes=1)


def care(house, **more) -> TeamWeek:
    (week,) = house.digest(**more).brands[0].teams
    return week


def closed(minutes: float = 60, by: str = "ada", reason: str = "resolved") -> dict:
    at = OPENED + minutes * MINUTE
    return {
        "opened_at": OPENED,
        "state": State.CLOSED,
        "closed_at": at,
        "closed_by": by,
        "close_reason": reason,
    }


def test_median_and_ninth_decile_are_of_all_cases(house) -> None:
    for minutes in range(1, 11):
        house.opens(
            opened_at=OPENED,
            acked_at=OPENED + minutes * MINUTE,
            first_replied_at=OPENED + 2 * minutes * MINUTE,
            state=State.OWNED,
        )
    week = care(house)
    assert week.acknowledged == Wait(10, 10, 5.0, 9.0)
    assert week.replied == Wait(10, 10, 10.0, 18.0)
    assert week.resolved == Wait(0, 10, None, None)
    assert (week.cases, week.still_open) == (10, 10)


def test_cases_that_wait_for_ever_do_not_make_a_team_look_quick(house) -> None:
    house.opens(opened_at=OPENED, acked_at=OPENED + MINUTE, state=State.OWNED)
    for _ in range(2):
        house.opens(opened_at=OPENED)
    assert care(house).acknowledged == Wait(1, 3, None, None)


@pytest.mark.parametrize(
    ("facts", "minutes"),
    [
        pytest.param({"acked_at": OPENED + 3 * MINUTE}, 3.0, id="it was acknowledged"),
        pytest.param(
            {"first_replied_at": OPENED + 2 * MINUTE, "acked_at": OPENED + 9 * MINUTE},
            2.0,
            id="our public reply came first",
        ),
        pytest.param(
            {"first_replied_at": OPENED - MINUTE}, 0.0, id="we had replied before we knew"
        ),
        pytest.param(closed(7), 7.0, id="somebody closed it at once"),
        pytest.param(closed(7, by="engine"), None, id="the engine closed it, which is nobody"),
        pytest.param({}, None, id="nobody did anything"),
    ],
)
def test_a_case_is_taken_on_when(house, facts, minutes) -> None:
    house.opens(**({"opened_at": OPENED} | facts))
    assert care(house).acknowledged.median == minutes


def test_the_first_acknowledgement_counts_also_when_it_was_asked_anew_later(house) -> None:
    number = house.opens(opened_at=OPENED, acked_at=OPENED + timedelta(days=2), state=State.OWNED)

    def enters(unit) -> None:
        for event, minutes in (("case_opened", 0), ("acknowledged", 4), ("claimed", 600)):
            unit.enter("Acme", event, f"case:{number}", "a1", {}, OPENED + minutes * MINUTE)

    house.store.write(enters)
    assert care(house).acknowledged.median == 4.0


def test_dismissed_cases_are_told_apart_and_left_out_of_the_waits(house) -> None:
    house.opens(**closed(5))
    house.opens(**closed(500, reason="dismissed"))
    house.opens(**closed(500, reason="spam"))
    week = care(house)
    assert (week.cases, week.dismissed) == (3, 2)
    assert week.resolved == Wait(1, 1, 5.0, 5.0)


@pytest.mark.parametrize(
    ("replied", "now", "count_of"),
    [
        pytest.param(30, AFTER, (1, 1), id="in time to the minute"),
        pytest.param(31, AFTER, (0, 1), id="a minute late"),
        pytest.param(None, AFTER, (0, 1), id="never"),
        pytest.param(None, OPENED + 29 * MINUTE, None, id="not yet, and not yet due: not counted"),
    ],
)
def test_an_urgent_case_is_answered_in_time(house, replied, now, count_of) -> None:
    at = None if replied is None else OPENED + replied * MINUTE
    house.opens(opened_at=OPENED, first_replied_at=at)
    found = care(house, now=now).answered
    assert (found and (found.count, found.of)) == count_of
    assert found is None or found.interval == wilson(*count_of)


def test_a_lesser_case_has_until_the_end_of_its_working_hours(house) -> None:
    # Friday 16:00 in a week of 9 to 17: eight working hours end on Monday at 16:00.
    friday, monday = MONDAY + timedelta(days=4, hours=16), MONDAY + timedelta(days=7, hours=16)
    for at in (monday, monday + MINUTE):
        house.opens(band=Band.P3, opened_at=friday, first_replied_at=at)
    answered = care(house, now=AFTER + timedelta(days=7)).answered
    assert (answered.count, answered.of) == (1, 2)


def test_teams_are_listed_by_cases_and_their_cases_add_up(house) -> None:
    house.opens(team="web")
    house.opens(team="care")
    house.opens(team="care")
    house.opens(team="a team that is gone")
    house.opens(opened_at=MONDAY - MINUTE)
    brand = house.digest().brands[0]
    assert [(week.team, week.cases) for week in brand.teams] == [
        ("care", 2),
        ("a team that is gone", 1),
        ("web", 1),
    ]
    assert (brand.figures.cases, brand.before.cases) == (4, 1)
    assert brand.figures.answered.of == sum(week.answered.of for week in brand.teams)


@given(
    band=st.sampled_from(Band),
    team=st.sampled_from(["care", "web", "gone"]),
    safety=st.booleans(),
    opened=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    always=st.booleans(),
)
def test_promises_are_those_of_the_engines_timers(
    declared, band, team, safety, opened, always
) -> None:
    settings = declared(timezone="Europe/Berlin")
    if always:
        hours = WorkingHours(days=("sat", "sun"))
        teams = tuple(one.model_copy(update={"hours": hours}) for one in settings.teams)
        settings = settings.model_copy(update={"teams": teams})
    rules = Rules(settings)
    opened = opened.replace(microsecond=0)  # the store keeps milliseconds
    subject = Subject(
        number=1,
        brand="Acme",
        team=team,
        topic=None,
        band=band,
        owner="ada",
        opened_at=opened,
        safety=safety,
    )
    row = {"team": team, "band": str(band), "safety": int(safety)}
    times = rules.times(subject)
    ack, reply = Promises(rules).due(row, opened)
    for found, wait in ((ack, times.ack), (reply, times.first_reply)):
        assert opened + found * MINUTE == rules.due(subject, wait, opened)
