"""Who may say what of whom: one answer, wherever it is asked."""

from datetime import timedelta

from config.duties import ExecutiveClock
from config.settings import Team
from escalation.absences import Absence, Changes
from escalation.rights import may_cover, may_say_of, refuse_silence
from escalation.roster import Rights
from escalation.rules import Rules
from escalation.silences import Scope
from tests import firm as firms
from tests.cases import a_case
from tests.firm import NOON

DAY = timedelta(days=1)


def with_tech(**more: object) -> Rules:
    tech: Team = firms.TECH.model_copy(update=more)
    return Rules(firms.settings(teams=(firms.CARE, tech, firms.MEDIA)))


def test_the_lead_of_one_team_does_not_speak_of_the_head_of_another() -> None:
    """Who heads one team and helps in another stands as high as in the highest."""
    rules = with_tech(members=(firms.OTHER, firms.HEAD), lead=firms.OTHER, head=firms.NO_ROLE)
    assert not may_say_of(firms.OTHER, firms.HEAD, rules, NOON)
    assert not may_say_of(firms.LEAD, firms.HEAD, rules, NOON)
    assert may_say_of(firms.EXECUTIVE, firms.HEAD, rules, NOON)


def test_somebody_who_is_away_stands_no_lower_for_it() -> None:
    away = Changes((Absence(firms.HEAD, NOON - DAY, NOON + DAY),))
    rules = Rules(firms.settings(), away)
    assert not may_say_of(firms.LEAD, firms.HEAD, rules, NOON)
    assert may_say_of(firms.HEAD, firms.HEAD, rules, NOON)


def test_somebody_who_is_away_says_nothing_of_others() -> None:
    rules = Rules(firms.settings(), Changes((Absence(firms.LEAD, NOON - DAY, NOON + DAY),)))
    assert not may_say_of(firms.LEAD, firms.FIRST, rules, NOON)
    assert may_say_of(firms.LEAD, firms.LEAD, rules, NOON)


def test_the_executive_of_the_clock_may_what_an_executive_may_everywhere() -> None:
    """Of people, rotas, silences and cases alike; while away, nothing."""
    clock = ExecutiveClock(person=firms.NO_ROLE)
    declared = firms.settings().model_copy(update={"executive_clock": clock})
    away = Changes((Absence(firms.NO_ROLE, NOON - DAY, NOON + DAY),))
    for said, may in ((Changes(), True), (away, False)):
        rules = Rules(declared, said)
        assert may_say_of(firms.NO_ROLE, firms.HEAD, rules, NOON) is may
        assert may_cover(firms.NO_ROLE, firms.FIRST, "care", rules, NOON) is may
        assert (refuse_silence(Scope(team="care"), firms.NO_ROLE, rules, NOON) is None) is may
        assert (rules.rights(firms.NO_ROLE, a_case(), NOON) is Rights.EXECUTIVE) is may
