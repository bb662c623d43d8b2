"""Who is on call, as people read it, and when nobody is."""

from datetime import UTC, datetime, timedelta

import pytest

from config import Role
from escalation.absences import Absence, Changes, Cover
from escalation.on_call import Gap, gaps, on_call
from escalation.rules import Rules
from tests import firm as firms

NOON = firms.NOON
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def rules(*absences: Absence, covers: tuple[Cover, ...] = ()) -> Rules:
    return Rules(firms.settings(), Changes(absences, covers))


def away(person: str, since: float, until: float) -> Absence:
    return Absence(person, NOON + since * HOUR, NOON + until * HOUR)


def test_a_team_in_its_working_hours() -> None:
    shown = on_call(rules(), firms.CARE, NOON)
    assert dict(shown.steps) == {
        Role.OWNER: firms.FIRST,
        Role.ON_CALL: firms.FIRST,
        Role.LEAD: firms.LEAD,
        Role.HEAD: firms.HEAD,
        Role.EXECUTIVE: firms.EXECUTIVE,
    }
    assert shown.owners == {"billing": firms.OWNER}
    assert (shown.on_call, shown.following) == (firms.FIRST, firms.SECOND)
    assert shown.until == datetime(2026, 11, 19, 8, tzinfo=UTC)
    assert (shown.away, shown.opening) == ((), None)


def test_who_is_away_until_when_and_when_it_opens_again() -> None:
    night = NOON + 10 * HOUR
    shown = on_call(rules(away(firms.OWNER, 0, 30), away(firms.LEAD, 0, 12)), firms.CARE, night)
    assert shown.owners == {"billing": firms.FIRST}
    assert dict(shown.steps)[Role.LEAD] is None
    assert dict(shown.away) == {firms.OWNER: NOON + 30 * HOUR, firms.LEAD: NOON + 12 * HOUR}
    assert shown.opening == datetime(2026, 11, 19, 8, tzinfo=UTC)


BOTH = (away(firms.FIRST, 2, 8), away(firms.SECOND, 4, 30))


@pytest.mark.parametrize(
    ("known", "found"),
    [
        pytest.param(rules(), [], id="never"),
        pytest.param(rules(*BOTH), [(4, 8)], id="while everybody of the rota is away at once"),
        pytest.param(
            rules(*BOTH, away(firms.FIRST, 10, 12)),
            [(4, 8), (10, 12)],
            id="twice",
        ),
        pytest.param(
            rules(*BOTH, covers=(Cover("care", firms.HEAD, NOON + 5 * HOUR, NOON + 6 * HOUR),)),
            [(4, 5), (6, 8)],
            id="but for a cover",
        ),
        pytest.param(
            rules(away(firms.FIRST, -1, 999), away(firms.SECOND, -1, 999)),
            [(0, 48)],
            id="all of the time that is looked at",
        ),
    ],
)
def test_when_nobody_is_on_call(known: Rules, found: list[tuple[float, float]]) -> None:
    expected = [Gap("care", NOON + since * HOUR, NOON + until * HOUR) for since, until in found]
    assert list(gaps(known.roster, "care", NOON, NOON + 2 * DAY)) == expected
