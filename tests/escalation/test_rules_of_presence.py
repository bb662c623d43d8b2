"""How the clocks run where people are away: the rules over a roster that changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from config import Band, WorkingHours
from config.settings import Team
from escalation.absences import Absence, Changes
from escalation.rules import Rules
from escalation.subject import Case
from tests import firm as firms

NIGHT = datetime(2026, 11, 18, 22, tzinfo=UTC)
MORNING = datetime(2026, 11, 19, 8, tzinfo=UTC)  # nine in Berlin
MINUTE = timedelta(minutes=1)


def case(band: Band, *, safety: bool = False) -> Case:
    return Case(
        number=1,
        brand="Acme",
        team="care",
        topic=None,
        band=band,
        owner=firms.FIRST,
        opened_at=NIGHT,
        author=1,
        complained_at=NIGHT,
        safety=safety,
    )


def rules(*away: str, care: Team = firms.CARE) -> Rules:
    absences = (Absence(who, NIGHT, NIGHT + timedelta(days=9)) for who in away)
    declared = firms.settings(teams=(care, firms.TECH, firms.MEDIA))
    return Rules(declared, Changes(tuple(absences)))


GAP = (firms.FIRST, firms.SECOND)


@pytest.mark.parametrize(
    ("subject", "away", "opening"),
    [
        pytest.param(case(Band.P1), (), None, id="P1 runs always while somebody is on call"),
        pytest.param(case(Band.P1), GAP[:1], None, id="whoever that is"),
        pytest.param(case(Band.P1), GAP, MORNING, id="with nobody on call, in business time"),
        pytest.param(case(Band.P1, safety=True), GAP, None, id="but always for safety"),
        pytest.param(case(Band.P2), GAP, None, id="P2 runs always, unless a policy says so"),
        pytest.param(case(Band.STORM), GAP, None, id="a storm's clock always runs"),
        pytest.param(case(Band.P3), (), MORNING, id="P3 runs in business time"),
    ],
)
def test_when_a_clock_runs_at_night(
    subject: Case, away: tuple[str, ...], opening: datetime | None
) -> None:
    known = rules(*away)
    assert known.opening(subject, NIGHT) == opening
    assert known.due(subject, 5 * MINUTE, NIGHT) == (opening or NIGHT) + 5 * MINUTE


def test_a_holiday_is_passed_over_by_every_clock_of_business_time() -> None:
    care = firms.CARE.model_copy(update={"holidays": "DE-BY", "days_off": (date(2026, 11, 19),)})
    known = rules(care=care)
    friday = MORNING + timedelta(days=1)
    assert known.opening(case(Band.P3), NIGHT) == friday
    assert known.repeat_at(case(Band.P3), NIGHT) == friday
    christmas = datetime(2026, 12, 25, 10, tzinfo=UTC)
    assert known.opening(case(Band.P4), christmas) == datetime(2026, 12, 28, 8, tzinfo=UTC)


def test_hours_that_never_come_hold_nothing_up() -> None:
    thursdays = WorkingHours.model_validate({"days": ["thu"], "from": time(9), "to": time(17)})
    off = tuple(date(2026, 11, 19) + timedelta(weeks=n) for n in range(1100))
    care = firms.CARE.model_copy(update={"hours": thursdays, "days_off": off})
    known = rules(care=care)
    assert known.opening(case(Band.P3), NIGHT) is None
    assert known.due(case(Band.P3), 5 * MINUTE, NIGHT) == NIGHT + 5 * MINUTE
    assert known.repeat_at(case(Band.P3), NIGHT) > NIGHT
