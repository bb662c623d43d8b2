"""Which silence holds which subject, when; and which silence is refused."""

from datetime import datetime, timedelta

import pytest

from config import Band
from escalation.silences import (
    LONGEST,
    Scope,
    Silence,
    hides,
    hiding,
    refused,
    same,
    teams_of,
)
from escalation.subject import Case, Fault, Incident, Level, Subject
from tests import firm as firms
from tests.firm import LEAD, NOON, OWNER

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SETTINGS = firms.settings()
COMMON = {"number": 1, "team": "care", "band": Band.P2, "owner": OWNER, "opened_at": NOON}


def a_case(**more: object) -> Case:
    fields = {"brand": "Acme", "topic": "billing", "author": 1, "complained_at": NOON}
    return Case(**{**COMMON, **fields, **more})  # type: ignore[arg-type]


def an_incident(**more: object) -> Incident:
    return Incident(**{**COMMON, "brand": "Acme", "topic": None, **more})  # type: ignore[arg-type]


def a_fault(about: str = "source:x") -> Fault:
    return Fault(**{**COMMON, "brand": "", "topic": None, "about": about})  # type: ignore[arg-type]


def a_silence(
    number: int = 1, *, hours: int = 2, since: datetime = NOON, **over: object
) -> Silence:
    return Silence(
        number=number,
        author=LEAD,
        reason="known",
        since=since,
        until=since + hours * HOUR,
        scope=Scope(**over or {"topic": "billing"}),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("over", "subject", "covered"),
    [
        pytest.param({"brand": "Acme"}, a_case(), True, id="a case of the brand"),
        pytest.param({"brand": "Acme"}, a_case(brand="Bolt"), False, id="not of another brand"),
        pytest.param({"team": "care"}, a_case(), True, id="a case of the team"),
        pytest.param({"team": "tech"}, a_case(), False, id="not of another team"),
        pytest.param({"topic": "billing"}, a_case(), True, id="a case on the topic"),
        pytest.param({"topic": "billing"}, a_case(topic=None), False, id="not without a topic"),
        pytest.param(
            {"team": "care", "topic": "app"}, a_case(), False, id="all that is given must fit"
        ),
        pytest.param({"brand": "Acme"}, a_case(band=Band.P4), True, id="what can wait too"),
        pytest.param({"brand": "Acme"}, a_case(band=Band.P1), False, id="not what is Now"),
        pytest.param(
            {"brand": "Acme", "urgent": True}, a_case(band=Band.P1), True, id="Now, if it says so"
        ),
        pytest.param(
            {"brand": "Acme", "urgent": True}, a_case(safety=True), False, id="never safety"
        ),
        pytest.param({"brand": "Acme"}, an_incident(), True, id="a watch of the brand"),
        pytest.param(
            {"brand": "Acme", "urgent": True},
            an_incident(band=Band.STORM, level=Level.STORM),
            False,
            id="never a storm",
        ),
        pytest.param(
            {"brand": "Acme", "urgent": True},
            an_incident(band=Band.STORM, level=Level.CONTAINED),
            False,
            id="nor a storm that is contained and may grow again",
        ),
        pytest.param({"team": "care"}, a_fault(), False, id="a fault not by its team"),
        pytest.param({"about": "source:x"}, a_fault(), True, id="a fault by its name"),
        pytest.param({"about": "source:y"}, a_fault(), False, id="not another fault"),
        pytest.param({"about": "source:x"}, a_case(), False, id="a fault's name holds no case"),
        pytest.param(
            {"about": "source:x", "team": "tech"}, a_fault(), False, id="a fault of another team"
        ),
    ],
)
def test_a_silence_covers(over: dict[str, object], subject: Subject, covered: bool) -> None:
    assert hides(a_silence(**over), subject, NOON) is covered


@pytest.mark.parametrize(
    ("now", "ended", "holds"),
    [
        pytest.param(NOON - MINUTE, None, False, id="not before it begins"),
        pytest.param(NOON, None, True, id="from its beginning"),
        pytest.param(NOON + 2 * HOUR - MINUTE, None, True, id="to its last minute"),
        pytest.param(NOON + 2 * HOUR, None, False, id="not at its end"),
        pytest.param(NOON + HOUR, NOON + MINUTE, False, id="not once it was ended"),
    ],
)
def test_a_silence_runs(now: datetime, ended: datetime | None, holds: bool) -> None:
    made = a_silence()
    silence = Silence(
        number=1,
        author=LEAD,
        reason="known",
        since=made.since,
        until=made.until,
        scope=made.scope,
        ended_at=ended,
        ended_by=LEAD if ended else None,
    )
    assert hides(silence, a_case(), now) is holds


def test_of_several_silences_the_one_that_lasts_longest_holds_then_the_first_made() -> None:
    short, long, likewise = a_silence(1), a_silence(2, hours=5), a_silence(3, hours=5, team="care")
    foreign = a_silence(4, hours=9, team="tech")
    assert hiding((short, likewise, foreign, long), a_case(), NOON) == long
    assert hiding((foreign,), a_case(), NOON) is None


@pytest.mark.parametrize(
    ("scope", "minutes", "found"),
    [
        pytest.param(Scope(topic="billing"), 120, True, id="as long"),
        pytest.param(Scope(topic="billing"), 60, True, id="shorter"),
        pytest.param(Scope(topic="billing"), 125, True, id="the same given again a moment later"),
        pytest.param(Scope(topic="billing"), 126, False, id="longer is another"),
        pytest.param(Scope(topic="billing", urgent=True), 60, False, id="more is another"),
        pytest.param(Scope(brand="Acme"), 60, False, id="elsewhere is another"),
    ],
)
def test_a_silence_does_what_another_would(scope: Scope, minutes: int, found: bool) -> None:
    assert (same((a_silence(),), scope, minutes * MINUTE, NOON) is not None) is found


def test_a_short_silence_that_ends_is_not_taken_for_one_that_begins() -> None:
    ends = NOON + 2 * HOUR - MINUTE
    assert same((a_silence(),), Scope(topic="billing"), 2 * MINUTE, ends) is None


@pytest.mark.parametrize(
    ("scope", "wait", "reason", "why"),
    [
        pytest.param(Scope(topic="billing"), HOUR, "known", None, id="it is usable"),
        pytest.param(Scope(topic="billing"), LONGEST, "known", None, id="14 days are"),
        pytest.param(Scope(topic="billing"), MINUTE, "known", None, id="a minute is"),
        pytest.param(
            Scope(), HOUR, "known", "a silence is over a brand, a team", id="it is over nothing"
        ),
        pytest.param(
            Scope(urgent=True), HOUR, "known", "a silence is over a brand", id="urgent is no scope"
        ),
        pytest.param(
            Scope(topic="billing"), HOUR, "  ", "a silence takes a reason", id="no reason"
        ),
        pytest.param(
            Scope(topic="billing"),
            LONGEST + MINUTE,
            "known",
            "a silence lasts 1 minute to 14 days",
            id="too long",
        ),
        pytest.param(
            Scope(topic="billing"),
            timedelta(0),
            "known",
            "a silence lasts 1 minute to 14 days",
            id="no time",
        ),
        pytest.param(
            Scope(brand="Akme"),
            HOUR,
            "known",
            'there is no brand "Akme". Known: Acme, Bolt Works',
            id="brand",
        ),
        pytest.param(
            Scope(team="car"),
            HOUR,
            "known",
            'there is no team "car". Known: care, media',
            id="no such team",
        ),
        pytest.param(
            Scope(topic="bill"),
            HOUR,
            "known",
            'there is no topic "bill". Known: app',
            id="no such topic",
        ),
        pytest.param(
            Scope(about="a b\x1b"), HOUR, "known", "a fault is named as", id="no name of a fault"
        ),
        pytest.param(
            Scope(about="source:x", brand="Acme"),
            HOUR,
            "known",
            "a fault is of no brand",
            id="fault of a brand",
        ),
    ],
)
def test_a_silence_is_refused(scope: Scope, wait: timedelta, reason: str, why: str | None) -> None:
    said = refused(scope, wait, reason, SETTINGS)
    assert said is None if why is None else (said or "").startswith(why)


@pytest.mark.parametrize(
    ("scope", "teams"),
    [
        pytest.param(Scope(team="tech", brand="Acme"), ("tech",), id="the team that is named"),
        pytest.param(Scope(topic="app", brand="Acme"), ("tech",), id="the owner of the topic"),
        pytest.param(Scope(about="source:x"), ("care",), id="for a fault the triage team"),
        pytest.param(Scope(team="gone"), ("care",), id="for a team that is gone the triage team"),
        pytest.param(Scope(topic="gone"), ("care",), id="and for a topic that is"),
        pytest.param(Scope(brand="Acme"), ("care", "tech", "media"), id="for a brand all teams"),
    ],
)
def test_a_silence_needs_the_lead_of(scope: Scope, teams: tuple[str, ...]) -> None:
    assert teams_of(scope, SETTINGS) == teams


def test_a_scope_is_said_in_words() -> None:
    scope = Scope(brand="Acme", team="care", topic="billing", urgent=True)
    assert scope.spoken == "brand Acme, team care, topic billing, Now too"
