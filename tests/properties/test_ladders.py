"""Nobody answers: who is paged when, to the second, and that it never ends."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest

from config import Band, Role, Settings
from config.settings import Policy
from escalation.decision import Action, Verb
from tests import firm as firms
from tests.firm import (
    CARE,
    EXECUTIVE,
    FIRST,
    HEAD,
    LEAD,
    NOON,
    OWNER,
    SECOND,
    Firm,
    complain,
    new_firm,
)

ALL_STEPS = (Role.OWNER, Role.ON_CALL, Role.LEAD, Role.HEAD, Role.EXECUTIVE)
ALL_BUT_THE_EXECUTIVE = tuple(name for name in firms.EVERYBODY if name != EXECUTIVE)


def declared(
    away: tuple[str, ...] = (), steps: tuple[Role, ...] = ALL_STEPS, alone: bool = False
) -> Settings:
    """The firm with these steps; `alone`: one person is the whole of team, lead and executive."""
    policies = (Policy(name="default", steps=steps), firms.SHORT)
    one = CARE.model_copy(
        update={
            "members": (EXECUTIVE,),
            "on_call": None,
            "lead": EXECUTIVE,
            "head": None,
            "owners": {},
        }
    )
    teams = (one if alone else CARE, firms.TECH, firms.MEDIA)
    return firms.settings(away=away, teams=teams).model_copy(update={"policies": policies})


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of that November, given as it reads in Berlin; the 18th is a Wednesday."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def paged(firm: Firm) -> list[tuple[datetime, str]]:
    """Each page that left: when and to whom; on several channels at one instant is one page."""
    pages = [(one.at, one.owner) for one in firm.happened if one.event == "page"]
    return [page for page, _ in groupby(pages)]


def minutes(*asked: tuple[float, str]) -> list[tuple[datetime, str]]:
    return [(NOON + timedelta(minutes=after), person) for after, person in asked]


CLIMBS = [
    pytest.param(
        Band.P1,
        minutes(
            (0, OWNER), (5, FIRST), (10, LEAD), (15, HEAD), (20, EXECUTIVE), (25, EXECUTIVE),
            (35, EXECUTIVE), (45, EXECUTIVE),
        ),
        id="now: five minutes each, and every ten at the top",
    ),
    pytest.param(
        Band.P2,
        minutes(
            (0.5, OWNER), (15.5, FIRST), (30.5, LEAD), (45.5, HEAD), (60.5, EXECUTIVE),
            (75, EXECUTIVE), (105, EXECUTIVE), (135, EXECUTIVE),
        ),
        id="soon: a quarter of an hour each, and every thirty minutes at the top",
    ),
    pytest.param(
        Band.P3,
        [
            (berlin(18, 13, 5), OWNER),
            (berlin(19, 9, 5), SECOND),  # whose turn began at nine
            (berlin(19, 13, 5), LEAD),
            (berlin(20, 9, 5), HEAD),
            (berlin(20, 13, 5), EXECUTIVE),
            (berlin(23, 9), EXECUTIVE),
            (berlin(24, 9), EXECUTIVE),
            (berlin(25, 9), EXECUTIVE),
        ],
        id="today: half a working day each, and each working morning at the top",
    ),
    pytest.param(
        Band.P4,
        [
            (berlin(19, 9, 5), OWNER),
            (berlin(20, 9, 5), FIRST),  # on call as its owner's day ends
            (berlin(23, 9, 5), LEAD),
            (berlin(24, 9, 5), HEAD),
            (berlin(25, 9, 5), EXECUTIVE),
            (berlin(26, 9), EXECUTIVE),
            (berlin(27, 9), EXECUTIVE),
            (berlin(30, 9), EXECUTIVE),
        ],
        id="this week: a working day each, in a list each working morning",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("band", "expected"), CLIMBS)
def test_nobody_answers(band: Band, expected: list[tuple[datetime, str]]) -> None:
    firm = new_firm()
    complain(firm, 1, band=band)
    firm.passes(expected[-1][0] - NOON)
    assert paged(firm) == expected


@pytest.mark.parametrize(
    ("settings", "topic", "expected"),
    [
        pytest.param(
            declared(away=(OWNER, FIRST, SECOND, LEAD, HEAD)),
            "billing",
            minutes((0, EXECUTIVE), (5, EXECUTIVE), (15, EXECUTIVE), (25, EXECUTIVE)),
            id="all steps but the last are empty",
        ),
        pytest.param(
            declared(away=ALL_BUT_THE_EXECUTIVE),
            "billing",
            minutes((0, EXECUTIVE), (5, EXECUTIVE), (15, EXECUTIVE), (25, EXECUTIVE)),
            id="everybody is away but the executive",
        ),
        pytest.param(
            declared(alone=True),
            "billing",
            minutes((0, EXECUTIVE), (5, EXECUTIVE), (10, EXECUTIVE), (20, EXECUTIVE)),
            id="one person stands on all steps",
        ),
        pytest.param(
            declared(away=(FIRST, SECOND)),
            None,
            minutes((0, LEAD), (5, HEAD), (10, EXECUTIVE), (15, EXECUTIVE), (25, EXECUTIVE)),
            id="nobody is on call",
        ),
        pytest.param(
            declared(away=(FIRST,)),
            None,
            minutes((0, SECOND), (5, LEAD), (10, HEAD), (15, EXECUTIVE), (20, EXECUTIVE)),
            id="whoever is next in turn stands in, and is asked once",
        ),
        pytest.param(
            declared(away=(LEAD, HEAD)),
            "billing",
            minutes((0, OWNER), (5, FIRST), (10, EXECUTIVE), (15, EXECUTIVE)),
            id="lead and head are away",
        ),
        *[
            pytest.param(
                declared(steps=(*ALL_STEPS[:length], Role.EXECUTIVE)),
                "billing",
                minutes(
                    *[(5 * n, who) for n, who in enumerate((OWNER, FIRST, LEAD, HEAD)[:length])],
                    (5 * length, EXECUTIVE),
                    (5 * length + 5, EXECUTIVE),
                    (5 * length + 15, EXECUTIVE),
                ),
                id=f"a policy of {length + 1} steps",
            )
            for length in range(5)
        ],
    ],
)  # fmt: skip
def test_an_urgent_case_climbs_what_ladder_there_is(
    settings: Settings, topic: str | None, expected: list[tuple[datetime, str]]
) -> None:
    firm = new_firm(declared=settings)
    complain(firm, 1, band=Band.P1, topic=topic)
    firm.passes(expected[-1][0] - NOON)
    assert paged(firm) == expected


@pytest.mark.parametrize("away", [(), (OWNER, LEAD), (FIRST, SECOND), ALL_BUT_THE_EXECUTIVE])
@pytest.mark.parametrize("band", [Band.P1, Band.P2, Band.P3, Band.P4])
@pytest.mark.parametrize("length", range(5))
@pytest.mark.parametrize("hour", [0, 5, 14, 62])
def test_the_executive_hears_within_the_sum_of_the_waits_and_never_hears_the_last_of_it(
    away: tuple[str, ...], band: Band, length: int, hour: int
) -> None:
    settings = declared(away=away, steps=(*ALL_STEPS[:length], Role.EXECUTIVE))
    firm = new_firm(at=NOON + timedelta(hours=hour), declared=settings)
    begun = firm.now
    number = complain(firm, 1, band=band, topic=None)
    rules = firm.house.engine.rules
    with firm.house.store.borrow() as desk:
        (case,) = desk.subjects("case", only_open=True)
    assert case.number == number
    due = begun

    def asked(at: datetime) -> datetime:
        if band is Band.P4:  # with the next daily list
            return rules.list_begins(case, at) or at
        return rules.opening(case, at) or at

    for _ in range(length):
        due = rules.due(case, rules.times(case).ack, asked(due))
    due = asked(due) + rules.group_wait(case)
    firm.passes(due - begun + timedelta(seconds=60))
    heard = [at for at, person in paged(firm) if person == EXECUTIVE]
    assert heard
    assert heard[0] <= due + timedelta(seconds=60)
    between = {Band.P1: timedelta(minutes=10), Band.P2: timedelta(minutes=30)}
    for _ in range(3):
        # From Friday morning to Monday morning, where it is asked in working hours.
        firm.passes(between.get(band, timedelta(days=3)))
        again = [at for at, person in paged(firm) if person == EXECUTIVE]
        assert len(again) > len(heard), "it is asked again"
        heard = again


def test_a_storm_that_nobody_takes_climbs_from_the_communications_team() -> None:
    firm = new_firm()
    action = Action(Verb.DECLARE, LEAD)
    firm.write(lambda desk: firm.house.engine.declare(desk, "Acme", action, firm.now))
    firm.passes(timedelta(minutes=25))
    pages = paged(firm)
    assert pages[0] == (NOON, firms.PRESS)
    assert (NOON + timedelta(minutes=5), EXECUTIVE) in pages
    assert [at for at, who in pages if who == EXECUTIVE][-1] >= NOON + timedelta(minutes=20)
